//! Bad input: the exact diagnostic and exit code, no panic, and every file as it was.

use std::{fs, path::Path, process::Output, time::Duration};

use insta::assert_snapshot;

use hops::{
    engine::{Limits, Recipe},
    plan::{Class, Diagnostic, Recording, Selection},
};

use crate::{corpus::say, workspace::Workspace};

/// Plans a recipe of the workspace, really runs it too, and gives what is shown; neither may touch a file.
fn refused(workspace: &Workspace, args: &[&str]) -> String {
    let shown = workspace.hops(["plan"].iter().chain(args));
    workspace.assert_untouched();
    let run = workspace.hops(["run", "--yes"].iter().chain(args));
    workspace.assert_untouched();
    assert!(!shown.contains("panicked") && !run.contains("panicked"), "{shown}{run}");
    let code = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    assert_eq!(code(&shown), code(&run));
    shown
}

/// The same for a recipe with this body after the header.
fn refused_body(body: &str) -> String {
    let workspace = Workspace::tiny();
    workspace.recipe("bad", body);
    refused(&workspace, &["bad"])
}

/// The same for a whole recipe.
fn refused_recipe(text: &str) -> String {
    let workspace = Workspace::tiny();
    workspace.write("recipes/bad.rhai", text);
    refused(&workspace, &["bad"])
}

/// Plans a recipe with this body under small limits, which are reached at once.
fn stopped(body: &str, limits: Limits) -> Diagnostic {
    let tiny = Workspace::tiny();
    let text = format!("const RECIPE = #{{ name: \"bad\", version: \"1.0.0\" }};\n{body}");
    let recipe = Recipe::read(&text, "recipes/bad.rhai", None).unwrap();
    let recording = Recording::new(hops::runner::open(tiny.root()).unwrap(), Selection::default());
    match hops::engine::plan(&recipe, &[], recording, limits) {
        Err(error) => error,
        Ok(plan) => panic!("not stopped: {body}\n{:?}", plan.notes),
    }
}

const FEW_OPERATIONS: Limits = Limits { operations: 100_000, time: Duration::from_secs(60) };
const LITTLE_TIME: Limits = Limits { operations: u64::MAX, time: Duration::from_millis(50) };

mod command {
    use super::*;

    #[test]
    fn an_unknown_recipe_offers_the_nearest() {
        let tiny = Workspace::tiny();
        assert_snapshot!(refused(&tiny, &["chartfer"]), @"
        exit code 2
        --- stderr
        error[unknown-recipe]: there is no recipe `chartfer`
          help: did you mean `chartref`?
          help: `hops list` shows the recipes that can be run here
        ");
        assert_snapshot!(refused(&tiny, &["nothing-like-it"]), @"
        exit code 2
        --- stderr
        error[unknown-recipe]: there is no recipe `nothing-like-it`
          help: `hops list` shows the recipes that can be run here
        ");
        assert_snapshot!(refused(&tiny, &["elsewhere/chartref.rhai"]), @"
        exit code 2
        --- stderr
        error[unknown-recipe]: there is no recipe `elsewhere/chartref.rhai`
          help: `hops list` shows the recipes that can be run here
        ");
        assert_snapshot!(tiny.hops(["show", "chartrf"]), @"
        exit code 2
        --- stderr
        error[unknown-recipe]: there is no recipe `chartrf`
          help: did you mean `chartref`?
          help: `hops list` shows the recipes that can be run here
        ");
    }

    #[test]
    fn an_unknown_parameter_offers_the_nearest() {
        assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "upgrde=major"]), @"
        exit code 2
        --- stderr
        error[unknown-parameter]: recipe `chartref` has no parameter `upgrde`
          help: did you mean `upgrade`?
          help: `hops show chartref` lists its parameters
        ");
        assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "zzz=1"]), @"
        exit code 2
        --- stderr
        error[unknown-parameter]: recipe `chartref` has no parameter `zzz`
          help: `hops show chartref` lists its parameters
        ");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named() {
        assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "batch_size=many"]), @"
        exit code 2
        --- stderr
        error[bad-parameter]: `many` is no value for parameter `batch_size`: whole number
        ");
        assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "upgrade=majr"]), @"
        exit code 2
        --- stderr
        error[bad-parameter]: `majr` is no value for parameter `upgrade`: none | patch | minor | major
          help: did you mean `major`?
        ");
        assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "upgrade"]), @"
        exit code 2
        --- stderr
        error[bad-parameter]: `upgrade` is no parameter; write `-p name=value`
        ");
        assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "batch_size=99999999999999999999"]), @"
        exit code 2
        --- stderr
        error[bad-parameter]: `99999999999999999999` is no value for parameter `batch_size`: whole number
        ");
        let text = "const RECIPE = #{ name: \"bad\", version: \"1.0.0\", params: #{ yes: #{ type: \"bool\", init: true } } };\n\
                    fn plan(p) {}\n";
        let tiny = Workspace::tiny();
        tiny.write("recipes/bad.rhai", text);
        assert_snapshot!(refused(&tiny, &["bad", "-p", "yes=perhaps"]), @"
        exit code 2
        --- stderr
        error[bad-parameter]: `perhaps` is no value for parameter `yes`: true or false
        ");
    }

    #[test]
    fn a_value_that_the_recipe_cannot_use_is_placed_in_the_recipe() {
        let shown = refused(&Workspace::tiny(), &["chartref", "-p", "batch_size=0"]);
        assert!(
            shown.contains("error[wrong-option]: `size` must be 1 or more\n  --> recipes/chartref.rhai:"),
            "{shown}"
        );
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "name=a", "-p", "name=b"]), @"
        exit code 2
        --- stderr
        error[bad-parameter]: parameter `name` is given twice
        ");
    }

    #[test]
    fn a_broken_selector_is_named() {
        assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "--only", "media/["]), @"
        exit code 2
        --- stderr
        error[bad-selector]: `media/[` is no selector: error parsing glob '/media/[': unclosed character class; missing ']'
          help: write `namespace/name` or a path; `*` and `**` stand for any
        ");
    }

    #[test]
    fn an_unknown_command_or_flag_is_a_usage_error() {
        let tiny = Workspace::tiny();
        assert_snapshot!(tiny.hops(["rum", "chartref"]), @"
        exit code 2
        --- stderr
        error: unrecognized subcommand 'rum'

          tip: some similar subcommands exist: 'run', 'resume'

        Usage: hops [OPTIONS] <COMMAND>

        For more information, try '--help'.
        ");
        assert_snapshot!(tiny.hops(["run", "chartref", "--dryrun"]), @"
        exit code 2
        --- stderr
        error: unexpected argument '--dryrun' found

          tip: a similar argument exists: '--dry-run'

        Usage: hops run --dry-run <RECIPE>

        For more information, try '--help'.
        ");
        assert_snapshot!(tiny.hops(["plan"]), @"
        exit code 2
        --- stderr
        error: the following required arguments were not provided:
          <RECIPE>

        Usage: hops plan <RECIPE>

        For more information, try '--help'.
        ");
        assert_snapshot!(tiny.hops(["plan", "chartref", "-o", "yaml"]), @"
        exit code 2
        --- stderr
        error[no-such-form]: this command has no form `yaml`
          help: use `-o` with one of: text, json
        ");
        tiny.assert_untouched();
    }
}

mod repository {
    use super::*;

    #[test]
    fn an_empty_folder_is_no_repository_of_flux() {
        assert_snapshot!(refused(&Workspace::empty(), &["chartref"]), @"
        exit code 1
        --- stderr
        error[no-flux-objects]: no Flux objects found in `[ROOT]`
          cause: 0 YAML files were read; none starts a cluster
          help: run hops in a repository that Flux applies, or name one with `-C DIR`
        ");
    }

    #[test]
    fn yaml_without_flux_is_said_to_have_no_flux_objects() {
        let other = Workspace::with(&[
            ("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n"),
            ("argo/app.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: web\n"),
            ("values.yaml", "a: [1\n"),
        ]);
        assert_snapshot!(refused(&other, &["chartref"]), @"
        exit code 1
        --- stderr
        error[no-flux-objects]: no Flux objects found in `[ROOT]`
          cause: 3 YAML files were read; none starts a cluster
          cause: values.yaml: not valid YAML: unclosed bracket '['
          help: run hops in a repository that Flux applies, or name one with `-C DIR`
        ");
    }

    #[test]
    fn a_file_that_does_not_parse_is_reported_and_passed_over() {
        let tiny = Workspace::tiny();
        tiny.write("apps/media/plex/app/broken.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b: c\n");
        tiny.write("apps/media/plex/app/tabs.yaml", "a:\n\tb: 1\n");
        tiny.write("apps/media/plex/app/latin1.yaml", b"a: \xe9\n");
        tiny.write("apps/media/plex/app/nul.yaml", b"a: \0\n");
        assert_snapshot!(tiny.hops(["plan", "chartref", "-q"]), @r"
        exit code 0
        --- stdout
        chartref 1.0.0: Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
          1 target in 1 file, 0 left out
          lanes: 1 deployment

        batches
           1  deployment  media/plex
        --- stderr
        warning[invalid-yaml]: not valid YAML: mapping values are not allowed in this context
          --> apps/media/plex/app/broken.yaml:4:7
        warning[invalid-yaml]: not UTF-8 text
          --> apps/media/plex/app/latin1.yaml:1:4
        warning[invalid-yaml]: not valid YAML: unexpected character: `\u{0}'
          --> apps/media/plex/app/nul.yaml:1:4
        warning[invalid-yaml]: not valid YAML: tabs disallowed within this context (block indentation)
          --> apps/media/plex/app/tabs.yaml:2:2
        ");
        tiny.assert_untouched();
    }

    #[test]
    fn a_release_with_a_duplicate_key_is_left_alone() {
        let tiny = Workspace::tiny();
        let path = "apps/media/plex/app/helmrelease.yaml";
        let text =
            tiny.read(path).replace("  values:\n", "  chart:\n    spec:\n      chart: app-template\n      version: 3.7.3\n      sourceRef: { kind: HelmRepository, name: charts }\n  values:\n");
        tiny.write(path, text);
        assert_snapshot!(refused(&tiny, &["chartref", "-q"]), @"
        exit code 0
        --- stdout
        chartref 1.0.0: Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
          0 targets in 0 files, 1 left out

        left out: duplicate-key (1)
          key `chart` appears twice on the way to `spec.chart` (apps/media/plex/app/helmrelease.yaml:17:5)
            media/plex  apps/media/plex/app/helmrelease.yaml:2
        ");
    }

    #[test]
    fn a_template_that_is_no_yaml_yet_is_no_broken_file() {
        let tiny = Workspace::tiny();
        tiny.write("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n");
        tiny.write("charts/web/templates/a.yaml", "{{- if .Values.a }}\na: {{ .Values.a }}\n{{- end }}\n");
        tiny.write("seed.yaml.j2", "{% if a %}\n");
        let shown = tiny.hops(["plan", "chartref", "-q"]);
        assert!(!shown.contains("warning"), "{shown}");
    }

    #[test]
    fn an_unreadable_folder_is_reported() {
        let tiny = Workspace::tiny();
        tiny.write("private/secret.yaml", "a: 1\n");
        tiny.chmod("private", 0o000);
        if fs::read_dir(tiny.path("private")).is_ok() {
            say("skipped: the superuser can read every folder");
            return;
        }
        let output = tiny.command(["plan", "chartref", "-q"]).output();
        tiny.chmod("private", 0o755);
        let shown = tiny.shown(&output.unwrap());
        assert!(shown.starts_with("exit code 0") && shown.contains("warning[unreadable]"), "{shown}");
    }

    #[test]
    fn a_read_only_file_stops_the_run_before_the_first_write() {
        let tiny = Workspace::tiny();
        two_releases(&tiny);
        tiny.chmod("apps/media/plex/app/kodi.yaml", 0o444);
        assert_snapshot!(tiny.hops(["run", "chartref", "--yes", "-q"]), @"
        exit code 1
        --- stdout
        chartref 1.0.0: Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
          2 targets in 2 files, 0 left out
          lanes: 2 deployment

        batches
           1  deployment  media/kodi, media/plex
        --- stderr
        error[read-only]: `apps/media/plex/app/kodi.yaml` is read-only
          help: `chmod u+w apps/media/plex/app/kodi.yaml`, or leave it out with `--skip`
        ");
        tiny.assert_untouched();
        assert_snapshot!(tiny.hops(["run", "chartref", "--yes", "-q", "--skip", "media/kodi"]), @"
        exit code 0
        --- stdout
        chartref 1.0.0: Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
          1 target in 1 file, 1 left out
          lanes: 1 deployment

        batches
           1  deployment  media/plex

        left out: not-selected (1)
          by --only or --skip; -v lists them

        batch 1  deployment  1 target, 1 file
        wrote 1 file for 1 target
        run 0001-chartref; `hops undo 0001-chartref` takes it back
        ");
        assert_eq!(tiny.touched().iter().filter(|path| path.ends_with(".yaml")).count(), 1);
    }

    #[test]
    fn a_link_out_of_the_tree_is_not_followed() {
        let outside = tempfile::TempDir::with_prefix("hops-outside-").unwrap();
        let release = Workspace::tiny().read("apps/media/plex/app/helmrelease.yaml");
        fs::write(outside.path().join("kodi.yaml"), release.replace("plex", "kodi")).unwrap();
        let tiny = Workspace::tiny();
        tiny.link("apps/media/plex/app/kodi.yaml", outside.path().join("kodi.yaml"));
        tiny.link("apps/media/plex/app/more", outside.path());
        assert_snapshot!(tiny.hops(["run", "chartref", "--yes", "-q"]), @"
        exit code 0
        --- stdout
        chartref 1.0.0: Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
          1 target in 1 file, 0 left out
          lanes: 1 deployment

        batches
           1  deployment  media/plex

        batch 1  deployment  1 target, 1 file
        wrote 1 file for 1 target
        run 0001-chartref; `hops undo 0001-chartref` takes it back
        ");
        let text = fs::read_to_string(outside.path().join("kodi.yaml")).unwrap();
        assert!(text.contains("chart: app-template"), "written through a link");
        assert!(fs::symlink_metadata(tiny.path("apps/media/plex/app/kodi.yaml")).unwrap().is_symlink());
    }

    #[test]
    fn a_new_file_is_not_written_through_a_linked_folder() {
        let outside = tempfile::TempDir::with_prefix("hops-outside-").unwrap();
        let tiny = Workspace::tiny();
        tiny.link("out", outside.path());
        tiny.link("gone.yaml", outside.path().join("not-there.yaml"));
        tiny.recipe("bad", "fn plan(p) { recipe::target(\"x\").create(\"out/x.yaml\", \"a: 1\\n\"); }\n");
        assert_snapshot!(tiny.hops(["run", "bad", "--yes"]), @"
        exit code 1
        --- stdout
        --- /dev/null
        +++ b/out/x.yaml
        @@ -0,0 +1 @@
        +a: 1

        bad 1.0.0: bad
          1 target in 1 file, 0 left out

        batches
           1    x
        --- stderr
        error[not-writable]: `out/x.yaml` cannot be reached
          cause: Not a directory (os error 20)
        ");
        tiny.assert_untouched();
        tiny.recipe("bad", "fn plan(p) { recipe::target(\"x\").create(\"gone.yaml\", \"a: 1\\n\"); }\n");
        assert_snapshot!(tiny.hops(["run", "bad", "--yes"]), @"
        exit code 0
        --- stdout
        bad 1.0.0: bad
          0 targets in 0 files, 1 left out

        left out: file-exists (1)
          `gone.yaml` exists already (gone.yaml)
            x
        ");
        tiny.assert_untouched();
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_changes_after_the_plan_is_stale() {
        let tiny = Workspace::tiny();
        let request = hops::runner::Request {
            folder: tiny.root().to_path_buf(),
            recipe: "chartref".into(),
            ..hops::runner::Request::default()
        };
        let prepared = hops::runner::prepare(&request).unwrap();
        let path = "apps/media/plex/app/helmrelease.yaml";
        for change in [|path: &Path| fs::write(path, "a: 1\n").unwrap(), |path: &Path| fs::remove_file(path).unwrap()] {
            change(&tiny.path(path));
            let stale = apply(&prepared).unwrap_err();
            assert_eq!((stale.class, stale.code.as_str()), (Class::Stale, "stale"));
            assert_eq!(stale.message, format!("`{path}` changed since the plan was made"));
        }
        assert!(!tiny.path(path).exists(), "a file that is gone stays gone");
        tiny.link(path, "kustomization.yaml");
        let error = apply(&prepared).unwrap_err();
        assert_eq!(error.code, "symbolic-link");
    }

    #[test]
    fn a_file_that_appears_after_the_plan_is_not_written_over() {
        let tiny = Workspace::tiny();
        tiny.recipe("new", "fn plan(p) { recipe::target(\"x\").create(\"new/x.yaml\", \"a: 1\\n\"); }\n");
        let request = hops::runner::Request {
            folder: tiny.root().to_path_buf(),
            recipe: "new".into(),
            ..hops::runner::Request::default()
        };
        let prepared = hops::runner::prepare(&request).unwrap();
        tiny.write("new/x.yaml", "mine: 1\n");
        let error = apply(&prepared).unwrap_err();
        assert_eq!((error.class, error.causes), (Class::Stale, vec!["it exists by now".to_owned()]));
        assert_eq!(tiny.read("new/x.yaml"), "mine: 1\n");
    }

    #[test]
    fn a_path_below_a_file_cannot_be_written() {
        let tiny = Workspace::tiny();
        let path = "apps/media/plex/app/helmrelease.yaml/x.yaml";
        tiny.recipe("bad", &format!("fn plan(p) {{ recipe::target(\"x\").create(\"{path}\", \"a: 1\\n\"); }}\n"));
        let shown = tiny.hops(["run", "bad", "--yes"]);
        assert_snapshot!(shown.split_once("--- stderr\n").unwrap().1, @"
        error[not-writable]: `apps/media/plex/app/helmrelease.yaml/x.yaml` cannot be reached
          cause: Not a directory (os error 20)
        ");
        tiny.assert_untouched();
    }

    fn apply(prepared: &hops::runner::Prepared) -> Result<hops::runner::Applied, hops::plan::Diagnostic> {
        let root = prepared.graph.repository().root();
        hops::runner::apply(root, &prepared.plan, &hops::runner::ApplyOptions::default())
    }

    /// Adds a second release, in a file of its own.
    fn two_releases(workspace: &Workspace) {
        let release = workspace.read("apps/media/plex/app/helmrelease.yaml");
        workspace.write("apps/media/plex/app/kodi.yaml", release.replace("plex", "kodi"));
    }
}

mod script {
    use super::*;

    #[test]
    fn a_syntax_error_is_placed() {
        assert_snapshot!(refused_body("fn plan(p) {\n    let a = ;\n}\n"), @"
        exit code 1
        --- stderr
        error[script-syntax]: unexpected ';'
          --> recipes/bad.rhai:4:13
            |
          4 |     let a = ;
            |             ^
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    let shared = 1;\n}\n"), @"
        exit code 1
        --- stderr
        error[script-syntax]: 'shared' is a reserved keyword
          --> recipes/bad.rhai:4:9
            |
          4 |     let shared = 1;
            |         ^
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    print(\"no end);\n}\n"), @r#"
        exit code 1
        --- stderr
        error[script-syntax]: open string is not terminated
          --> recipes/bad.rhai:4:11
            |
          4 |     print("no end);
            |           ^
        "#);
    }

    #[test]
    fn an_error_while_running_is_placed() {
        assert_snapshot!(refused_body("fn plan(p) {\n    let a = 1 / 0;\n}\n"), @"
        exit code 1
        --- stderr
        error[script-error]: division by zero: 1 / 0
          --> recipes/bad.rhai:4:15
            |
          4 |     let a = 1 / 0;
            |               ^
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    let a = [];\n    a[3];\n}\n"), @"
        exit code 1
        --- stderr
        error[script-error]: array index 3 out of bounds: array is empty
          --> recipes/bad.rhai:5:7
            |
          5 |     a[3];
            |       ^
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    nowhere;\n}\n"), @"
        exit code 1
        --- stderr
        error[script-error]: variable not found: nowhere
          --> recipes/bad.rhai:4:5
            |
          4 |     nowhere;
            |     ^
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    throw \"not today\";\n}\n"), @r#"
        exit code 1
        --- stderr
        error[script-throw]: the recipe gave up: not today
          --> recipes/bad.rhai:4:5
            |
          4 |     throw "not today";
            |     ^
        "#);
        assert_snapshot!(refused_body("fn helper(x) { x.missing }\nfn plan(p) { helper(1); }\n"), @"
        exit code 1
        --- stderr
        error[script-error]: unknown property 'missing' - a getter is not registered for type 'int'
          --> recipes/bad.rhai:3:18
            |
          3 | fn helper(x) { x.missing }
            |                  ^
        ");
    }

    #[test]
    fn an_error_of_a_host_function_is_placed() {
        assert_snapshot!(refused_body("fn plan(p) {\n    semver::jump(\"one\", \"two\");\n}\n"), @r#"
        exit code 1
        --- stderr
        error[not-a-version]: `one` and `two` are not both exact versions
          --> recipes/bad.rhai:4:13
            |
          4 |     semver::jump("one", "two");
            |             ^
        "#);
        assert_snapshot!(refused_body("fn plan(p) {\n    flux::releases(#{ chrt: \"x\" });\n}\n"), @r#"
        exit code 1
        --- stderr
        error[unknown-option]: `chrt` is no option here; known are chart, via, cluster, namespace
          --> recipes/bad.rhai:4:11
            |
          4 |     flux::releases(#{ chrt: "x" });
            |           ^
          help: did you mean `chart`?
        "#);
        assert_snapshot!(refused_body("fn plan(p) {\n    flux::releases(#{ chart: 1 });\n}\n"), @"
        exit code 1
        --- stderr
        error[wrong-option]: `chart` must be a string, not a whole number
          --> recipes/bad.rhai:4:11
            |
          4 |     flux::releases(#{ chart: 1 });
            |           ^
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    flux::releases(#{})[0].doc.get(\"spec..x\");\n}\n"), @r#"
        exit code 1
        --- stderr
        error[bad-path]: path `spec..x` has no key at character 6
          --> recipes/bad.rhai:4:32
            |
          4 |     flux::releases(#{})[0].doc.get("spec..x");
            |                                ^
        "#);
        assert_snapshot!(refused_body("fn plan(p) {\n    path::join(\"a\", \"../../b\");\n}\n"), @r#"
        exit code 1
        --- stderr
        error[outside]: `../../b` leads out of the repository from `a`
          --> recipes/bad.rhai:4:11
            |
          4 |     path::join("a", "../../b");
            |           ^
        "#);
    }

    #[test]
    fn an_unknown_function_offers_the_nearest() {
        assert_snapshot!(refused_body("fn plan(p) {\n    flux::relases(#{});\n}\n"), @"
        exit code 1
        --- stderr
        error[unknown-function]: there is no function `flux::relases (map)`
          --> recipes/bad.rhai:4:11
            |
          4 |     flux::relases(#{});
            |           ^
          help: did you mean `flux::releases`?
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    recipe::notes(\"x\");\n}\n"), @r#"
        exit code 1
        --- stderr
        error[unknown-function]: there is no function `recipe::notes (string)`
          --> recipes/bad.rhai:4:13
            |
          4 |     recipe::notes("x");
            |             ^
          help: did you mean `recipe::note`?
        "#);
        assert_snapshot!(refused_body("fn plan(p) {\n    semver::jump(\"1.0.0\");\n}\n"), @r#"
        exit code 1
        --- stderr
        error[unknown-function]: there is no function `semver::jump (string)`
          --> recipes/bad.rhai:4:13
            |
          4 |     semver::jump("1.0.0");
            |             ^
          help: it is called as `semver::jump(from: string, to: string) -> string`
        "#);
        assert_snapshot!(refused_body("fn plan(p) {\n    [1].filtr(|x| true);\n}\n"), @"
        exit code 1
        --- stderr
        error[unknown-function]: there is no function `filtr (array, Fn)`
          --> recipes/bad.rhai:4:9
            |
          4 |     [1].filtr(|x| true);
            |         ^
          help: did you mean `filter`?
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    helpr();\n}\nfn helper() {}\n"), @"
        exit code 1
        --- stderr
        error[unknown-function]: there is no function `helpr ()`
          --> recipes/bad.rhai:4:5
            |
          4 |     helpr();
            |     ^
          help: did you mean `helper`?
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    flx::releases(#{});\n}\n"), @"
        exit code 1
        --- stderr
        error[unknown-module]: there is no module `flx` that this recipe may import
          --> recipes/bad.rhai:4:5
            |
          4 |     flx::releases(#{});
            |     ^
          help: did you mean `flux`?
          help: import a standard module (`std/…`) or a file in the folder of the recipe
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    helper(1, 2);\n}\nfn helper(a) {}\n"), @"
        exit code 1
        --- stderr
        error[unknown-function]: there is no function `helper (int, int)`
          --> recipes/bad.rhai:4:5
            |
          4 |     helper(1, 2);
            |     ^
          help: it is called as `helper(a)`
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    nowhere::f();\n}\n"), @"
        exit code 1
        --- stderr
        error[unknown-module]: there is no module `nowhere` that this recipe may import
          --> recipes/bad.rhai:4:5
            |
          4 |     nowhere::f();
            |     ^
          help: import a standard module (`std/…`) or a file in the folder of the recipe
        ");
    }

    #[test]
    fn an_error_in_a_closure_is_placed() {
        assert_snapshot!(refused_body("fn plan(p) {\n    [1].map(|x| x / 0);\n}\n"), @"
        exit code 1
        --- stderr
        error[script-error]: division by zero: 1 / 0
          --> recipes/bad.rhai:4:19
            |
          4 |     [1].map(|x| x / 0);
            |                   ^
        ");
        assert_snapshot!(
            refused_body("fn plan(p) {\n    flux::releases(#{}).filter(|hr| hr.nme == \"plex\");\n}\n"), @r#"
        exit code 1
        --- stderr
        error[script-error]: unknown property 'nme' - a getter is not registered for type 'Release'
          --> recipes/bad.rhai:4:40
            |
          4 |     flux::releases(#{}).filter(|hr| hr.nme == "plex");
            |                                        ^
        "#);
    }

    #[test]
    fn an_error_in_an_imported_module_names_the_module() {
        let tiny = Workspace::tiny();
        tiny.recipe("bad", "import \"helpers\" as helpers;\nfn plan(p) {\n    helpers::fail();\n}\n");
        tiny.write("recipes/helpers.rhai", "/// Fails.\nfn fail() {\n    1 / 0\n}\n");
        assert_snapshot!(refused(&tiny, &["bad"]), @"
        exit code 1
        --- stderr
        error[script-error]: division by zero: 1 / 0
          --> recipes/helpers.rhai:3:7
        ");
        tiny.write("recipes/helpers.rhai", "fn fail() {\n    let = 1;\n}\n");
        assert_snapshot!(refused(&tiny, &["bad"]), @"
        exit code 1
        --- stderr
        error[script-syntax]: expecting name of a variable
          --> recipes/helpers.rhai:2:9
        ");
        tiny.write("recipes/helpers.rhai", "fn fail() {\n    flux::relases(#{});\n}\n");
        assert_snapshot!(refused(&tiny, &["bad"]), @"
        exit code 1
        --- stderr
        error[unknown-function]: there is no function `flux::relases (map)`
          --> recipes/helpers.rhai:2:11
          help: did you mean `flux::releases`?
        ");
    }

    #[test]
    fn modules_that_import_each_other_are_refused() {
        let tiny = Workspace::tiny();
        tiny.recipe("bad", "import \"one\" as one;\nfn plan(p) { one::f(); }\n");
        tiny.write("recipes/one.rhai", "import \"two\" as two;\nfn f() { two::f(); }\n");
        tiny.write("recipes/two.rhai", "import \"one\" as one;\nfn f() { one::f(); }\n");
        assert_snapshot!(refused(&tiny, &["bad"]), @"
        exit code 1
        --- stderr
        error[import-cycle]: modules import each other: `one` -> `two` -> `one`
          --> recipes/two.rhai:1:8
        ");
    }

    #[test]
    fn modules_that_import_one_another_too_deep_are_refused() {
        let tiny = Workspace::tiny();
        tiny.recipe("bad", "import \"m0\" as m;\nfn plan(p) { m::f(); }\n");
        for level in 0..200 {
            let text = format!("import \"m{}\" as m;\nfn f() {{ m::f(); }}\n", level + 1);
            tiny.write(&format!("recipes/m{level}.rhai"), text);
        }
        assert_snapshot!(refused(&tiny, &["bad"]), @"
        exit code 1
        --- stderr
        error[import-cycle]: modules import one another more than 8 deep: `m0` -> `m1` -> `m2` -> `m3` -> `m4` -> `m5` -> `m6` -> `m7` -> `m8`
          --> recipes/m7.rhai:1:8
        ");
    }

    #[test]
    fn an_import_stays_in_the_folder_of_the_recipe() {
        let tiny = Workspace::tiny();
        tiny.write("outside.rhai", "fn f() {}\n");
        let absolute = tiny.path("outside").to_string_lossy().into_owned();
        tiny.write("recipes/real/placeholder.txt", "");
        tiny.link("recipes/linked.rhai", "../outside.rhai");
        tiny.link("recipes/folder", "..");
        for path in [absolute.as_str(), "../outside", "./../outside", "linked", "folder/outside", "real/../../outside"]
        {
            tiny.recipe("bad", &format!("import \"{path}\" as m;\nfn plan(p) {{ m::f(); }}\n"));
            let shown = refused(&tiny, &["bad"]);
            assert!(
                shown.contains(&format!("there is no module `{}`", path.replace(&*absolute, "[ROOT]/outside"))),
                "{shown}"
            );
        }
        tiny.recipe("bad", "import \"../outside\" as m;\nfn plan(p) { m::f(); }\n");
        assert_snapshot!(refused(&tiny, &["bad"]), @r#"
        exit code 1
        --- stderr
        error[unknown-module]: there is no module `../outside` that this recipe may import
          --> recipes/bad.rhai:3:8
            |
          3 | import "../outside" as m;
            |        ^
          help: import a standard module (`std/…`) or a file in the folder of the recipe
        "#);
        tiny.recipe("bad", "import \"std/chart-sauce\" as m;\nfn plan(p) { m::f(); }\n");
        assert_snapshot!(refused(&tiny, &["bad"]), @r#"
        exit code 1
        --- stderr
        error[unknown-module]: there is no module `std/chart-sauce` that this recipe may import
          --> recipes/bad.rhai:3:8
            |
          3 | import "std/chart-sauce" as m;
            |        ^
          help: did you mean `std/chart-source`?
          help: import a standard module (`std/…`) or a file in the folder of the recipe
        "#);
    }
}

mod limits {
    use super::*;

    #[test]
    fn an_endless_loop_is_stopped() {
        assert_snapshot!(refused_body("fn plan(p) {\n    loop {}\n}\n"), @"
        exit code 1
        --- stderr
        error[limit-operations]: the recipe was stopped after 50000000 operations
          --> recipes/bad.rhai
          help: look for a loop that does not end
        ");
    }

    #[test]
    fn an_endless_loop_cannot_be_caught() {
        for body in [
            "fn plan(p) {\n    try { loop {} } catch {}\n}\n",
            "fn plan(p) {\n    try { loop {} } catch (err) { loop {} }\n}\n",
            "fn plan(p) {\n    [1].filter(|x| { loop {} true });\n}\n",
            "fn plan(p) {\n    try { [1].filter(|x| { loop {} true }); } catch {}\n}\n",
            "fn plan(p) {\n    try { [1, 2].map(|x| { loop {} }); } catch (err) { print(err); }\n    recipe::note(\"on\");\n}\n",
            "fn plan(p) {\n    for i in 0..10 { try { flux::releases(#{}).filter(|hr| { loop {} }); } catch {} }\n}\n",
            "fn f() { loop {} }\nfn plan(p) {\n    let g = Fn(\"f\");\n    try { g.call(); } catch {}\n}\n",
            "fn plan(p) {\n    for i in 0..9223372036854775807 { let x = i; }\n}\n",
        ] {
            assert_eq!(stopped(body, FEW_OPERATIONS).code, "limit-operations", "{body}");
            assert_eq!(stopped(body, LITTLE_TIME).code, "limit-time", "{body}");
        }
    }

    #[test]
    fn a_loop_in_an_imported_module_is_stopped() {
        let tiny = Workspace::tiny();
        tiny.recipe("bad", "import \"spin\" as spin;\nfn plan(p) { try { spin::f(); } catch {} }\n");
        tiny.write("recipes/spin.rhai", "fn f() { loop {} }\n");
        let shown = refused(&tiny, &["bad"]);
        assert!(shown.contains("error[limit-operations]"), "{shown}");
        // A module runs its own statements when it is imported.
        tiny.write("recipes/spin.rhai", "loop {}\nfn f() {}\n");
        let shown = refused(&tiny, &["bad"]);
        assert!(shown.contains("error[limit-operations]"), "{shown}");
    }

    #[test]
    fn deep_recursion_is_an_error() {
        assert_snapshot!(refused_body("fn down(n) { down(n + 1) }\nfn plan(p) { down(0); }\n"), @"
        exit code 1
        --- stderr
        error[script-error]: stack overflow
          --> recipes/bad.rhai
        ");
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let deep = format!("fn plan(p) {{ let a = {}1{}; }}\n", "(".repeat(2_000), ")".repeat(2_000));
        let shown = refused_body(&deep);
        assert!(shown.contains("error[script-syntax]: expression exceeds maximum complexity"), "{shown}");
    }

    #[test]
    fn values_that_grow_without_end_are_an_error() {
        assert_snapshot!(refused_body("fn plan(p) {\n    let a = \"x\";\n    loop { a += a; }\n}\n"), @"
        exit code 1
        --- stderr
        error[script-error]: length of string too large
          --> recipes/bad.rhai
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    let a = [1];\n    loop { a += a; }\n}\n"), @"
        exit code 1
        --- stderr
        error[script-error]: size of array/BLOB too large
          --> recipes/bad.rhai
        ");
        assert_snapshot!(
            refused_body("fn plan(p) {\n    let m = #{};\n    for i in 0..100 { let s = \"x\"; s.pad(100_000, \"x\"); m[`k${i}`] = s; }\n}\n"), @"
        exit code 0
        --- stdout
        bad 1.0.0: bad
          0 targets in 0 files, 0 left out
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    let b = blob(2000000000);\n}\n"), @"
        exit code 1
        --- stderr
        error[script-error]: size of array/BLOB too large
          --> recipes/bad.rhai
        ");
        assert_snapshot!(refused_body("fn plan(p) {\n    let s = \"x\";\n    s.pad(2000000000, \"y\");\n}\n"), @"
        exit code 1
        --- stderr
        error[script-error]: length of string too large
          --> recipes/bad.rhai
        ");
    }

    #[test]
    fn work_without_end_is_stopped_whatever_it_does() {
        for body in [
            "fn plan(p) {\n    let i = 0;\n    loop { recipe::note(`note ${i}`); i += 1; }\n}\n",
            "fn plan(p) {\n    let m = #{};\n    let i = 0;\n    loop { m[`k${i}`] = i; i += 1; }\n}\n",
            "fn plan(p) {\n    loop { flux::releases(#{}); }\n}\n",
            "fn plan(p) {\n    loop { for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).put(\"spec.a\", 1); } }\n}\n",
        ] {
            let limits = Limits { time: Duration::from_secs(60), operations: 20_000 };
            assert_eq!(stopped(body, limits).code, "limit-operations", "{body}");
        }
    }
}

mod sandbox {
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
}

mod header {
    use super::*;

    #[test]
    fn a_recipe_needs_a_literal_header() {
        assert_snapshot!(refused_recipe("fn plan(p) {}\n"), @r#"
        exit code 1
        --- stderr
        error[no-header]: the recipe has no literal `const RECIPE = #{ … }`
          --> recipes/bad.rhai
          help: start with `const RECIPE = #{ name: "…", version: "1.0.0" };`, without calls or variables
        "#);
        assert_snapshot!(refused_recipe("let name = \"x\";\nconst RECIPE = #{ name: name };\nfn plan(p) {}\n"), @r#"
        exit code 1
        --- stderr
        error[no-header]: the recipe has no literal `const RECIPE = #{ … }`
          --> recipes/bad.rhai
          help: start with `const RECIPE = #{ name: "…", version: "1.0.0" };`, without calls or variables
        "#);
        assert_snapshot!(refused_recipe("const RECIPE = #{ name: \"x\", version: \"1.\" + \"0.0\" };\nfn plan(p) {}\n"), @"
        exit code 0
        --- stdout
        x 1.0.0: x
          0 targets in 0 files, 0 left out
        ");
        assert_snapshot!(refused_recipe("const RECIPE = \"x\";\nfn plan(p) {}\n"), @r#"
        exit code 1
        --- stderr
        error[no-header]: the recipe has no literal `const RECIPE = #{ … }`
          --> recipes/bad.rhai
          help: start with `const RECIPE = #{ name: "…", version: "1.0.0" };`, without calls or variables
        "#);
        assert_snapshot!(refused_recipe(""), @r#"
        exit code 1
        --- stderr
        error[no-header]: the recipe has no literal `const RECIPE = #{ … }`
          --> recipes/bad.rhai
          help: start with `const RECIPE = #{ name: "…", version: "1.0.0" };`, without calls or variables
        "#);
    }

    #[test]
    fn the_header_is_read_without_running_the_recipe() {
        let tiny = Workspace::tiny();
        let text = "loop {}\nconst RECIPE = #{ name: \"slow\", version: \"1.0.0\" };\nfn plan(p) {}\n";
        tiny.write("recipes/slow.rhai", text);
        assert!(tiny.done(["list"]).contains("slow"));
        assert!(tiny.done(["show", "slow"]).starts_with("slow 1.0.0"));
    }

    #[test]
    fn each_field_is_checked() {
        let header = |fields: &str| refused_recipe(&format!("const RECIPE = #{{ {fields} }};\nfn plan(p) {{}}\n"));
        assert_snapshot!(header("version: \"1.0.0\""), @"
        exit code 1
        --- stderr
        error[bad-header]: RECIPE has no `name`
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(header("name: \"x\""), @"
        exit code 1
        --- stderr
        error[bad-header]: RECIPE has no `version`
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(header("name: \"x\", version: \"1.0\""), @"
        exit code 1
        --- stderr
        error[bad-header]: `1.0` is no version; write three numbers, such as 1.0.0
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(header("name: \"x\", version: 1"), @"
        exit code 1
        --- stderr
        error[bad-header]: `version` of RECIPE must be a string, not a whole number
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(header("name: 1, version: \"1.0.0\""), @"
        exit code 1
        --- stderr
        error[bad-header]: `name` of RECIPE must be a string, not a whole number
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(header("name: \"x\", version: \"1.0.0\", parms: #{}"), @"
        exit code 1
        --- stderr
        error[bad-header]: `parms` is no field of RECIPE
          --> recipes/bad.rhai:1:7
          help: did you mean `params`?
        ");
        assert_snapshot!(header("name: \"x\", version: \"1.0.0\", needs: \"render\""), @"
        exit code 1
        --- stderr
        error[bad-header]: `needs` of RECIPE must be a list of strings
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(header("name: \"x\", version: \"1.0.0\", params: []"), @"
        exit code 1
        --- stderr
        error[bad-header]: `params` of RECIPE must be a map of parameters
          --> recipes/bad.rhai:1:7
        ");
    }

    #[test]
    fn a_recipe_for_another_hops_is_refused() {
        let header = |range: &str| {
            refused_recipe(&format!(
                "const RECIPE = #{{ name: \"x\", version: \"1.0.0\", hops: \"{range}\" }};\nfn plan(p) {{}}\n"
            ))
        };
        assert_snapshot!(header(">=99"), @"
        exit code 1
        --- stderr
        error[bad-header]: the recipe is made for hops >=99; this is [VERSION]
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(header("newest"), @"
        exit code 1
        --- stderr
        error[bad-header]: `hops: newest` is no version range: unexpected character 'n' while parsing major version number
          --> recipes/bad.rhai:1:7
        ");
    }

    #[test]
    fn each_parameter_declaration_is_checked() {
        let declared = |parameter: &str| {
            refused_recipe(&format!(
                "const RECIPE = #{{ name: \"x\", version: \"1.0.0\", params: #{{ size: {parameter} }} }};\nfn plan(p) {{}}\n"
            ))
        };
        assert_snapshot!(declared("5"), @"
        exit code 1
        --- stderr
        error[bad-header]: parameter `size` must be a map
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(declared("#{ init: 5 }"), @"
        exit code 1
        --- stderr
        error[bad-header]: parameter `size` needs a type: string, int, bool, enum or list
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(declared("#{ type: \"number\", init: 5 }"), @"
        exit code 1
        --- stderr
        error[bad-header]: parameter `size` needs a type: string, int, bool, enum or list
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(declared("#{ type: \"int\", init: \"5\" }"), @"
        exit code 1
        --- stderr
        error[bad-header]: `init` of parameter `size` does not fit: whole number
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(declared("#{ type: \"int\" }"), @"
        exit code 1
        --- stderr
        error[bad-header]: parameter `size` needs `init`, its value when none is given
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(declared("#{ type: \"enum\", of: [\"a\"], init: \"b\" }"), @"
        exit code 1
        --- stderr
        error[bad-header]: `init` of parameter `size` does not fit: a
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(declared("#{ type: \"enum\", init: \"b\" }"), @"
        exit code 1
        --- stderr
        error[bad-header]: parameter `size` is an enum and needs `of`, the list of its words
          --> recipes/bad.rhai:1:7
        ");
        assert_snapshot!(declared("#{ type: \"int\", init: 5, docs: \"x\" }"), @"
        exit code 1
        --- stderr
        error[bad-header]: `docs` is no field of parameter `size`; known are type, init, doc, of
          --> recipes/bad.rhai:1:7
        ");
    }

    #[test]
    fn a_recipe_needs_plan_with_one_parameter() {
        let header = "const RECIPE = #{ name: \"x\", version: \"1.0.0\" };\n";
        assert_snapshot!(refused_recipe(header), @"
        exit code 1
        --- stderr
        error[no-plan]: recipe `x` has no function `plan(p)`
          --> recipes/bad.rhai
          help: add `fn plan(p) { … }`: it finds targets and records edits
        ");
        assert_snapshot!(refused_recipe(&format!("{header}fn plan() {{}}\n")), @"
        exit code 1
        --- stderr
        error[no-plan]: recipe `x` has no function `plan(p)`
          --> recipes/bad.rhai
          help: add `fn plan(p) { … }`: it finds targets and records edits
        ");
    }

    #[test]
    fn a_recipe_is_utf8_text() {
        let tiny = Workspace::tiny();
        tiny.write("recipes/bad.rhai", b"// \xff\n");
        assert_snapshot!(refused(&tiny, &["bad"]), @"
        exit code 1
        --- stderr
        error[unreadable-recipe]: recipe `recipes/bad.rhai` cannot be read
          cause: it is not UTF-8 text
        ");
    }
}

#[test]
fn an_error_is_never_a_panic_on_any_cut_of_a_recipe() {
    let tiny = Workspace::tiny();
    let root = tiny.root();
    let text = include_str!("../../recipes/oci-source.rhai");
    let ends: Vec<usize> = (0..text.len()).filter(|at| text.is_char_boundary(*at) && at % 97 == 0).collect();
    let outputs = crate::corpus::in_parallel(&ends, |&end| {
        let path = format!("cut-{end}.rhai");
        fs::write(root.join(&path), &text[..end]).unwrap();
        let mut command = crate::corpus::scrubbed(env!("CARGO_BIN_EXE_hops"));
        command.current_dir(root).args(["plan", &format!("./{path}")]).output().unwrap()
    });
    let broken = |output: &&Output| !matches!(output.status.code(), Some(0 | 1 | 11));
    let shown: Vec<String> = outputs.iter().filter(broken).map(|output| tiny.shown(output)).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}
