//! What no recipe may do.

use super::*;

#[test]
fn there_is_no_eval() {
    assert_snapshot!(refused_body("fn plan(p) {\n    eval(\"1 + 1\");\n}\n"), @r#"
    exit code 1
    --- stderr
    error[script-syntax]: reserved keyword 'eval' is disabled
      --> recipes/bad.rhai:4:5
        |
      4 |     eval("1 + 1");
        |     ^
    "#);
}

#[test]
fn there_is_no_clock() {
    assert_snapshot!(refused_body("fn plan(p) {\n    let now = timestamp();\n}\n"), @"
    exit code 1
    --- stderr
    error[forbidden]: the recipe asked for something that no recipe may have
      --> recipes/bad.rhai:4:15
        |
      4 |     let now = timestamp();
        |               ^
      cause: a plan depends on the repository and its parameters alone: no clock, no waiting
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    sleep(1);\n}\n"), @"
    exit code 1
    --- stderr
    error[forbidden]: the recipe asked for something that no recipe may have
      --> recipes/bad.rhai:4:5
        |
      4 |     sleep(1);
        |     ^
      cause: a plan depends on the repository and its parameters alone: no clock, no waiting
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    sleep(0.5);\n}\n"), @"
    exit code 1
    --- stderr
    error[forbidden]: the recipe asked for something that no recipe may have
      --> recipes/bad.rhai:4:5
        |
      4 |     sleep(0.5);
        |     ^
      cause: a plan depends on the repository and its parameters alone: no clock, no waiting
    ");
}

#[test]
fn a_forbidden_call_cannot_be_caught() {
    for body in [
        "fn plan(p) {\n    try { timestamp(); } catch {}\n}\n",
        "fn plan(p) {\n    try { [1].map(|x| timestamp()); } catch {}\n    recipe::note(\"on\");\n}\n",
        "fn plan(p) {\n    try { sleep(1); } catch { recipe::note(\"on\"); }\n}\n",
        "fn plan(p) {\n    let f = Fn(\"timestamp\");\n    try { f.call(); } catch {}\n}\n",
    ] {
        assert_eq!(stopped(body, Limits::default()).code, "forbidden", "{body}");
    }
}

#[test]
fn nothing_random_and_no_file_can_be_reached() {
    for call in ["rand()", "open_file(\"x\")", "env(\"HOME\")", "cwd()", "exec(\"ls\")", "http_get(\"x\")"] {
        let shown = refused_body(&format!("fn plan(p) {{\n    {call};\n}}\n"));
        assert!(shown.contains("error[unknown-function]"), "{shown}");
    }
}

#[test]
fn a_file_is_created_only_where_a_manifest_may_stand() {
    let tiny = Workspace::tiny();
    tiny.write("README.md", "");
    tiny.write("taken.yaml", "a: 1\n");
    tiny.write(".gitignore", "*.local.yaml\n");
    tiny.write("ignored.local.yaml", "a: 1\n");
    let paths = [
        "/etc/x.yaml",
        "../x.yaml",
        "a/../../x.yaml",
        "a/./x.yaml",
        "a//x.yaml",
        ".git/x.yaml",
        ".hops/x.yaml",
        ".github/workflows/x.yaml",
        "a/.hidden.yaml",
        "notes.txt",
        "script.sh",
        "recipes/x.rhai",
        "x",
        "",
        "taken.yaml",
        "ignored.local.yaml",
        "apps",
        "apps.yaml/",
    ];
    let creates = paths.map(|path| format!("    recipe::target(\"{path}\").create(\"{path}\", \"a: 1\\n\");\n"));
    tiny.recipe("bad", &format!("fn plan(p) {{\n{}}}\n", creates.concat()));
    assert_snapshot!(refused(&tiny, &["bad"]), @"
    exit code 0
    --- stdout
    bad 1.0.0: bad
      0 targets in 0 files, 18 left out

    left out: not-editable (16)
        /etc/x.yaml: `/etc/x.yaml` is outside what a recipe may write (/etc/x.yaml)
        ../x.yaml: `../x.yaml` is outside what a recipe may write (../x.yaml)
        a/../../x.yaml: `a/../../x.yaml` is outside what a recipe may write (a/../../x.yaml)
        a/./x.yaml: `a/./x.yaml` is outside what a recipe may write (a/./x.yaml)
        a//x.yaml: `a//x.yaml` is outside what a recipe may write (a//x.yaml)
        .git/x.yaml: `.git/x.yaml` is outside what a recipe may write (.git/x.yaml)
        .hops/x.yaml: `.hops/x.yaml` is outside what a recipe may write (.hops/x.yaml)
        .github/workflows/x.yaml: `.github/workflows/x.yaml` is outside what a recipe may write (.github/workflows/x.yaml)
        a/.hidden.yaml: `a/.hidden.yaml` is outside what a recipe may write (a/.hidden.yaml)
        notes.txt: `notes.txt` is outside what a recipe may write (notes.txt)
        script.sh: `script.sh` is outside what a recipe may write (script.sh)
        recipes/x.rhai: `recipes/x.rhai` is outside what a recipe may write (recipes/x.rhai)
        x: `x` is outside what a recipe may write (x)
        : `` is outside what a recipe may write ()
        apps: `apps` is outside what a recipe may write (apps)
        apps.yaml/: `apps.yaml/` is outside what a recipe may write (apps.yaml/)

    left out: file-exists (2)
        taken.yaml: `taken.yaml` exists already (taken.yaml)
        ignored.local.yaml: `ignored.local.yaml` exists already (ignored.local.yaml)
    ");
}

#[test]
fn a_new_file_must_be_yaml() {
    assert_snapshot!(
        refused_body("fn plan(p) {\n    recipe::target(\"x\").create(\"x.yaml\", \"a: [1\\n\");\n}\n"), @"
    exit code 0
    --- stdout
    bad 1.0.0: bad
      0 targets in 0 files, 1 left out

    left out: not-editable (1)
      the text for `x.yaml` is not valid YAML: not valid YAML: unclosed bracket '[' (x.yaml)
        x
    ");
}

#[test]
fn two_targets_cannot_create_one_file() {
    let tiny = Workspace::tiny();
    let create = |id: &str| format!("    recipe::target(\"{id}\").create(\"x.yaml\", \"a: {id}\\n\");\n");
    tiny.recipe("bad", &format!("fn plan(p) {{\n{}{}}}\n", create("one"), create("two")));
    assert_snapshot!(tiny.hops(["plan", "bad"]), @"
    exit code 0
    --- stdout
    --- /dev/null
    +++ b/x.yaml
    @@ -0,0 +1 @@
    +a: one

    bad 1.0.0: bad
      1 target in 1 file, 1 left out

    batches
       1    one

    left out: file-exists (1)
      `x.yaml` exists already (x.yaml)
        two
    ");
}

#[test]
fn an_encrypted_document_is_not_edited() {
    let sample = Workspace::sample();
    let path = "kubernetes/main/apps/network/cloudflared/app/secret.sops.yaml";
    sample.recipe(
        "bad",
        &format!(
            "fn plan(p) {{\n    let doc = repo::doc(\"{path}\");\n    \
         let t = recipe::target(doc);\n    t.edit(doc).put(\"metadata.labels.a\", \"b\");\n    \
         t.edit(doc).remove(\"sops\");\n}}\n"
        ),
    );
    assert_snapshot!(refused(&sample, &["bad"]), @"
    exit code 0
    --- stdout
    bad 1.0.0: bad
      0 targets in 0 files, 1 left out

    left out: encrypted (1)
      the document is encrypted with SOPS, whose checksum covers all of it (kubernetes/main/apps/network/cloudflared/app/secret.sops.yaml:1:1)
        kubernetes/main/apps/network/cloudflared/app/secret.sops.yaml
    --- stderr
    warning[invalid-yaml]: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
      --> kubernetes/main/apps/household/mealie/app/notes-broken.yaml:13:9
    ");
}

#[test]
fn an_encrypted_document_gives_no_value() {
    let sample = Workspace::sample();
    let path = "kubernetes/main/apps/network/cloudflared/app/secret.sops.yaml";
    sample.recipe("look", &format!(
        "fn plan(p) {{\n    let doc = repo::doc(\"{path}\");\n    \
         print(`${{doc.encrypted}} ${{doc.get(\"stringData\")}} ${{doc.all(\"**\").len()}} ${{doc.has(\"sops.mac\")}}`);\n}}\n"
    ));
    let plan = sample.plan(&["look"]);
    assert_eq!(plan["notes"], serde_json::json!(["true  0 true"]));
    assert!(!plan.to_string().contains("ENC["));
}

#[test]
fn a_plain_secret_is_never_edited_and_gives_no_value() {
    let sample = Workspace::sample();
    let path = "kubernetes/main/apps/network/canary.yaml";
    sample.write(path, "apiVersion: v1\nkind: Secret\nmetadata:\n  name: canary\nstringData:\n  key: CANARY-5f1c\n");
    let steps = [
        "print(`${doc.name} [${doc.get(\"stringData.key\")}] ${doc.all(\"**\").len()} ${doc.has(\"stringData.key\")}`);",
        "recipe::target(doc).edit(doc).put(\"metadata.labels.a\", \"b\");",
    ];
    sample.recipe(
        "look",
        &format!("fn plan(p) {{\n    let doc = repo::doc(\"{path}\");\n    {}\n}}\n", steps.join("\n    ")),
    );
    let plan = sample.plan(&["look"]);
    assert_eq!(plan["notes"], serde_json::json!(["canary [] 0 true"]));
    assert_eq!(plan["skipped"][0]["code"], "secret");
    assert!(!plan.to_string().contains("CANARY"));
}

#[test]
fn an_edit_that_the_editor_refuses_leaves_the_whole_target_out() {
    assert_snapshot!(refused_body(
        "fn plan(p) {\n    for hr in flux::releases(#{}) {\n        let t = recipe::target(hr);\n        \
         t.edit(hr.doc).put(\"spec.interval\", \"2h\").rename(\"spec.missing\", \"x\");\n    }\n}\n"
    ), @"
    exit code 0
    --- stdout
    bad 1.0.0: bad
      0 targets in 0 files, 1 left out

    left out: no-such-path (1)
      there is no `spec.missing` (apps/media/plex/app/helmrelease.yaml)
        media/plex  apps/media/plex/app/helmrelease.yaml:2
    ");
}
