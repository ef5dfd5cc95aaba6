//! What is wrong with the files of a repository.

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
