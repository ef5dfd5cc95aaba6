//! What a person sees of each command: standard output, standard error and the exit code.

use std::{
    io::{Write as _, pipe},
    process::{Command, Stdio},
};

use insta::assert_snapshot;
use serde_json::Value;

use crate::{
    corpus::{say, scrubbed},
    workspace::Workspace,
};

#[test]
fn a_dry_run_says_what_is_left_out_and_how_to_go_on() {
    let sample = Workspace::sample();
    assert_snapshot!(sample.hops(["run", "recipes/chartref.rhai", "--dry-run"]), @"
    exit code 0
    --- stdout
    chartref 1.0.0: Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
      0 targets in 0 files, 19 left out

    left out: two-dimensions (16)
      chart would go 3.7.3 -> 4.6.2 (major); allow it with -p upgrade=major
        edge/notify/heartbeat  kubernetes/edge/apps/notify/ntfy/heartbeat/helmrelease.yaml:1
        edge/notify/ntfy  kubernetes/edge/apps/notify/ntfy/app/helmrelease.yaml:3
        main/database/postgres-dump  kubernetes/main/apps/database/postgres/dump/helmrelease.yaml:3
        main/database/valkey  kubernetes/main/apps/database/valkey/app/helmrelease.yaml:3
        main/household/gotenberg  kubernetes/main/apps/household/paperless/converters/helmreleases.yaml:3
        main/household/mealie  kubernetes/main/apps/household/mealie/app/helmrelease.yaml:2
        main/household/miniflux  kubernetes/main/apps/household/miniflux/app/release.yaml:3
        main/household/mosquitto  kubernetes/main/apps/household/mosquitto/app/helmrelease.yaml:3
        main/household/paperless  kubernetes/main/apps/household/paperless/app/helmrelease.yaml:3
        main/household/tika  kubernetes/main/apps/household/paperless/converters/helmreleases.yaml:42
        main/kube-system/device-plugin  kubernetes/main/apps/kube-system/device-plugin/app/helmrelease.yaml:3
        main/media/audiobookshelf  kubernetes/main/apps/media/audiobookshelf/app/helmrelease.yaml:3
        main/media/kometa  kubernetes/main/apps/media/kometa/app/helmrelease.yaml:3
        main/media/navidrome  kubernetes/main/apps/media/navidrome/app/helmrelease.yaml:3
        main/media/pinchflat  kubernetes/main/apps/media/pinchflat/app/helmrelease.yaml:3
        main/storage/rsync-photos  kubernetes/main/apps/storage/rsync-photos/app/helmrelease.yaml:3

    left out: archive (1)
      in an archive folder, which Flux does not apply
        .archive/kubernetes/main/apps/media/jellyseerr/helmrelease.yaml

    left out: unlisted (1)
      no Flux Kustomization applies this file
        kubernetes/main/apps/household/mosquitto/app/bridge.yaml

    left out: patch (1)
      a patch document, which names no chart of its own
        kubernetes/main/apps/kube-system/metrics-server/app/patches/replicas.yaml
    --- stderr
    warning[invalid-yaml]: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
      --> kubernetes/main/apps/household/mealie/app/notes-broken.yaml:13:9
    ");
    sample.assert_untouched();
}

#[test]
fn a_dry_run_shows_the_diff_lanes_and_batches() {
    let sample = Workspace::sample();
    let args = ["run", "chartref", "--dry-run", "-p", "upgrade=major", "--only", "main/media/*"];
    assert_snapshot!(sample.hops(args), @"
    exit code 0
    --- stdout
    --- a/kubernetes/main/apps/media/kometa/app/helmrelease.yaml
    +++ b/kubernetes/main/apps/media/kometa/app/helmrelease.yaml
    @@ -6,16 +6,10 @@
       name: &app kometa
     spec:
       interval: 1h
    -  chart:
    -    spec:
    -      chart: app-template
    -      version: 3.7.3
    -      reconcileStrategy: ChartVersion
    -      interval: 1h
    -      sourceRef:
    -        kind: HelmRepository
    -        name: bjw-s
    -        namespace: flux-system
    +  chartRef:
    +    kind: OCIRepository
    +    name: app-template
    +    namespace: flux-system
       maxHistory: 2
       values:
         controllers:
    --- a/kubernetes/main/apps/media/audiobookshelf/app/helmrelease.yaml
    +++ b/kubernetes/main/apps/media/audiobookshelf/app/helmrelease.yaml
    @@ -6,16 +6,10 @@
       name: audiobookshelf
     spec:
       interval: 30m
    -  chart:
    -    spec:
    -      chart: app-template
    -      # stays on 3.x until the backups were restored once
    -      version: 3.7.3
    -      interval: 30m
    -      sourceRef:
    -        kind: HelmRepository
    -        name: bjw-s
    -        namespace: flux-system
    +  chartRef:
    +    kind: OCIRepository
    +    name: app-template
    +    namespace: flux-system
       install:
         remediation:
           retries: -1
    --- a/kubernetes/main/apps/media/navidrome/app/helmrelease.yaml
    +++ b/kubernetes/main/apps/media/navidrome/app/helmrelease.yaml
    @@ -6,14 +6,10 @@
       name: &app navidrome
     spec:
       interval: 30m
    -  chart:
    -    spec:
    -      chart: app-template
    -      version: 3.7.3
    -      sourceRef:
    -        kind: HelmRepository
    -        name: bjw-s
    -        namespace: flux-system
    +  chartRef:
    +    kind: OCIRepository
    +    name: app-template
    +    namespace: flux-system
       install:
         remediation:
           retries: 3
    --- a/kubernetes/main/apps/media/pinchflat/app/helmrelease.yaml
    +++ b/kubernetes/main/apps/media/pinchflat/app/helmrelease.yaml
    @@ -6,14 +6,10 @@
       name: pinchflat
     spec:
       interval: 30m
    -  chart:
    -    spec:
    -      chart: app-template
    -      version: 3.7.3
    -      sourceRef:
    -        kind: HelmRepository
    -        name: bjw-s
    -        namespace: flux-system
    +  chartRef:
    +    kind: OCIRepository
    +    name: app-template
    +    namespace: flux-system
     
       install:
         remediation:

    chartref 1.0.0: Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
      4 targets in 4 files, 15 left out
      lanes: 1 cronjob, 3 deployment

    batches
       1  cronjob     main/media/kometa
       2  deployment  main/media/audiobookshelf, main/media/navidrome, main/media/pinchflat

    notes
      main/media/audiobookshelf: the comment `# stays on 3.x until the backups were restored once` goes with its lines

    left out: not-selected (12)
      by --only or --skip; -v lists them

    left out: archive (1)
      in an archive folder, which Flux does not apply
        .archive/kubernetes/main/apps/media/jellyseerr/helmrelease.yaml

    left out: unlisted (1)
      no Flux Kustomization applies this file
        kubernetes/main/apps/household/mosquitto/app/bridge.yaml

    left out: patch (1)
      a patch document, which names no chart of its own
        kubernetes/main/apps/kube-system/metrics-server/app/patches/replicas.yaml

    nothing was written: dry run
    --- stderr
    warning[invalid-yaml]: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
      --> kubernetes/main/apps/household/mealie/app/notes-broken.yaml:13:9
    ");
    sample.assert_untouched();
}

#[test]
fn a_new_file_and_a_file_without_a_final_newline_are_shown_as_such() {
    let tiny = Workspace::tiny();
    let release = tiny.read("apps/media/plex/app/helmrelease.yaml");
    let cut = release.split("  values:").next().unwrap().trim_end().to_owned();
    tiny.write("apps/media/plex/app/helmrelease.yaml", cut);
    tiny.write("apps/media/plex/app/kustomization.yaml", "resources:\n  - helmrelease.yaml\n");
    assert_snapshot!(tiny.hops(["plan", "chartref", "-p", "strategy=per-app"]), @r"
    exit code 0
    --- stdout
    --- a/apps/media/plex/app/helmrelease.yaml
    +++ b/apps/media/plex/app/helmrelease.yaml
    @@ -5,11 +5,6 @@
       name: plex
     spec:
       interval: 1h
    -  chart:
    -    spec:
    -      chart: app-template
    -      version: 3.7.3
    -      sourceRef:
    -        kind: HelmRepository
    -        name: charts
    -        namespace: flux-system
    \ No newline at end of file
    +  chartRef:
    +    kind: OCIRepository
    +    name: app-template
    \ No newline at end of file
    --- a/apps/media/plex/app/kustomization.yaml
    +++ b/apps/media/plex/app/kustomization.yaml
    @@ -1,2 +1,3 @@
     resources:
    +  - ocirepository.yaml
       - helmrelease.yaml
    --- /dev/null
    +++ b/apps/media/plex/app/ocirepository.yaml
    @@ -0,0 +1,13 @@
    +---
    +apiVersion: source.toolkit.fluxcd.io/v1
    +kind: OCIRepository
    +metadata:
    +  name: app-template
    +spec:
    +  interval: 1h
    +  layerSelector:
    +    mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip
    +    operation: copy
    +  ref:
    +    tag: 3.7.3
    +  url: oci://registry.example.com/helm/app-template

    chartref 1.0.0: Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
      1 target in 3 files, 0 left out
      lanes: 1 other

    batches
       1  other  media/plex
    ");
}

#[test]
fn quiet_leaves_the_diff_out() {
    let args = ["run", "chartref", "--dry-run", "-q", "-p", "upgrade=major", "--only", "edge/**"];
    assert_snapshot!(Workspace::sample().hops(args), @"
    exit code 0
    --- stdout
    chartref 1.0.0: Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
      2 targets in 2 files, 17 left out
      lanes: 1 cronjob, 1 deployment

    batches
       1  cronjob     edge/notify/heartbeat
       2  deployment  edge/notify/ntfy

    notes
      edge/notify/heartbeat: the comment `# edge goes first, main follows` goes with its lines

    left out: not-selected (14)
      by --only or --skip; -v lists them

    left out: archive (1)
      in an archive folder, which Flux does not apply
        .archive/kubernetes/main/apps/media/jellyseerr/helmrelease.yaml

    left out: unlisted (1)
      no Flux Kustomization applies this file
        kubernetes/main/apps/household/mosquitto/app/bridge.yaml

    left out: patch (1)
      a patch document, which names no chart of its own
        kubernetes/main/apps/kube-system/metrics-server/app/patches/replicas.yaml

    nothing was written: dry run
    --- stderr
    warning[invalid-yaml]: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
      --> kubernetes/main/apps/household/mealie/app/notes-broken.yaml:13:9
    ");
}

#[test]
fn verbose_lists_what_was_not_selected() {
    let sample = Workspace::sample();
    let args = ["run", "chartref", "--dry-run", "-v", "-p", "upgrade=major", "--skip", "main/**"];
    let shown = sample.hops(args);
    let (_, left_out) = shown.split_once("left out: not-selected").unwrap();
    assert_snapshot!(left_out.split("\n\n").next().unwrap(), @"
    (14)
     left out by --only or --skip
       main/database/postgres-dump  kubernetes/main/apps/database/postgres/dump/helmrelease.yaml:3
       main/database/valkey  kubernetes/main/apps/database/valkey/app/helmrelease.yaml:3
       main/household/gotenberg  kubernetes/main/apps/household/paperless/converters/helmreleases.yaml:3
       main/household/mealie  kubernetes/main/apps/household/mealie/app/helmrelease.yaml:2
       main/household/miniflux  kubernetes/main/apps/household/miniflux/app/release.yaml:3
       main/household/mosquitto  kubernetes/main/apps/household/mosquitto/app/helmrelease.yaml:3
       main/household/paperless  kubernetes/main/apps/household/paperless/app/helmrelease.yaml:3
       main/household/tika  kubernetes/main/apps/household/paperless/converters/helmreleases.yaml:42
       main/kube-system/device-plugin  kubernetes/main/apps/kube-system/device-plugin/app/helmrelease.yaml:3
       main/media/audiobookshelf  kubernetes/main/apps/media/audiobookshelf/app/helmrelease.yaml:3
       main/media/kometa  kubernetes/main/apps/media/kometa/app/helmrelease.yaml:3
       main/media/navidrome  kubernetes/main/apps/media/navidrome/app/helmrelease.yaml:3
       main/media/pinchflat  kubernetes/main/apps/media/pinchflat/app/helmrelease.yaml:3
       main/storage/rsync-photos  kubernetes/main/apps/storage/rsync-photos/app/helmrelease.yaml:3
    ");
}

#[test]
fn a_plan_as_json_is_one_document_with_a_schema() {
    let tiny = Workspace::tiny();
    assert_snapshot!(tiny.hops(["plan", "chartref", "-o", "json"]), @r#"
    exit code 0
    --- stdout
    {
      "schema": "hops.plan/v1",
      "id": "[DIGEST]",
      "recipe": {
        "name": "chartref",
        "version": "1.0.0",
        "digest": "[DIGEST]"
      },
      "parameters": {
        "batch_size": 5,
        "chart": "app-template",
        "component": "",
        "level": "auto",
        "name": "",
        "oci_url": [],
        "schema": "keep",
        "source": "",
        "strategy": "auto",
        "tag": "",
        "upgrade": "none"
      },
      "given": [],
      "inputs": {
        "hops": "0.1.0",
        "base": null,
        "files": 3,
        "digest": "[DIGEST]",
        "modules": {
          "std/chart-source": "[DIGEST]"
        }
      },
      "targets": [
        {
          "id": "media/plex",
          "kind": "HelmRelease",
          "path": "apps/media/plex/app/helmrelease.yaml",
          "line": 2,
          "lane": "deployment",
          "batch": 1,
          "operations": [
            "swap spec.chart -> chartRef in apps/media/plex/app/helmrelease.yaml"
          ],
          "notes": []
        }
      ],
      "skipped": [],
      "lanes": [
        {
          "lane": "deployment",
          "targets": 1
        }
      ],
      "batches": [
        {
          "number": 1,
          "lane": "deployment",
          "targets": [
            "media/plex"
          ],
          "files": [
            {
              "path": "apps/media/plex/app/helmrelease.yaml",
              "status": "modified",
              "targets": [
                "media/plex"
              ],
              "before": "[DIGEST]",
              "after": "[DIGEST]",
              "edits": [
                {
                  "start": 104,
                  "end": 268,
                  "text": "  chartRef:\n    kind: OCIRepository\n    name: app-template\n    namespace: flux-system\n"
                }
              ]
            }
          ]
        }
      ],
      "notes": []
    }
    "#);
    tiny.assert_untouched();
}

#[test]
fn json_stays_one_document_in_every_command() {
    let sample = Workspace::sample();
    for (args, schema) in [
        (&["plan", "chartref", "-o", "json"][..], "hops.plan/v1"),
        (&["run", "chartref", "--dry-run", "-o", "json"], "hops.plan/v1"),
        (&["run", "chartref", "--yes", "-p", "upgrade=major", "-o", "json"], "hops.run/v1"),
        (&["list", "-o", "json"], "hops.recipes/v1"),
        (&["show", "chartref", "-o", "json"], "hops.recipe/v1"),
    ] {
        let document: Value = serde_json::from_str(&sample.done(args)).unwrap();
        assert_eq!(document["schema"], schema, "{args:?}");
    }
}

#[test]
fn a_detailed_exit_code_tells_changes_from_none() {
    let sample = Workspace::sample();
    let code = |args: &[&str]| sample.run(["plan", "chartref", "-q"].iter().chain(args)).status.code();
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["-p", "upgrade=major"]), Some(0));
    assert_eq!(code(&["--detailed-exitcode"]), Some(0));
    assert_eq!(code(&["--detailed-exitcode", "-p", "upgrade=major"]), Some(10));
    assert_eq!(code(&["--detailed-exitcode", "-p", "upgrade=huge"]), Some(2));
}

#[test]
fn the_list_names_each_recipe() {
    let tiny = Workspace::tiny();
    tiny.recipe("mine", "fn plan(p) {}\n");
    tiny.write("recipes/broken.rhai", "const RECIPE = #{");
    assert_snapshot!(tiny.hops(["list"]), @"
    exit code 0
    --- stdout
    broken      expecting '}' to end this object map literal
    chartref    1.0.0  phase 3  Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
    mine        1.0.0  phase -  mine
    oci-source  1.0.0  phase 3  Make an OCIRepository for a chart at the version that its releases pin
    ");
}

#[test]
fn a_recipe_is_shown_with_its_runbook_and_parameters() {
    assert_snapshot!(Workspace::tiny().hops(["show", "oci-source"]), @r#"
    exit code 0
    --- stdout
    oci-source 1.0.0  recipes/oci-source.rhai
    phase 3, risk low
    needs repo.edit:**

    # Make an OCIRepository for a chart at the version that its releases pin

    Adds one OCIRepository document and lists it; no release refers to it yet. It is the step before `chartref` where
    the repository has no source for the chart, or only one at another version.

    ## Why
    Moving releases to a source at another version is two changes in one. With a source at the version they pin, the
    move changes nothing that runs, and the upgrade is a change of its own: one line, later.

    ## Risk
    Low: source-controller fetches one more artifact.

    ## How to run
    - `hops run oci-source --dry-run` for app-template, at the version that most releases pin.
    - `hops run oci-source -p name=app-template-3` where `app-template` is taken by another version.

    ## Verify
    `flux get sources oci -n flux-system` shows it Ready.

    ## Roll back
    Revert the commit, before releases use it.

    parameters
      chart=app-template  (string)
          name of the chart
      name=""  (string)
          name of the OCIRepository; the chart's when empty
      namespace=flux-system  (string)
          namespace of the OCIRepository
      oci_url=  (list, separated by commas)
          OCI registry of https repositories, <https url>=<oci url>; `known` for the list in hops
      path=""  (string)
          file to create; beside the sources of the repository when empty
      tag=""  (string)
          chart version; the one that most releases pin when empty
      url=""  (string)
          OCI URL of the chart; from the releases' HelmRepository when empty
    "#);
}

#[test]
fn completion_scripts_know_the_commands() {
    let tiny = Workspace::tiny();
    let heads = ["bash", "zsh", "fish", "elvish", "powershell"].map(|shell| {
        let script = tiny.done(["completion", shell]);
        assert!(script.contains("dry-run") && script.contains("detailed-exitcode"), "{shell}");
        format!("{shell}: {}\n", script.lines().find(|line| !line.trim().is_empty()).unwrap())
    });
    assert_snapshot!(heads.concat(), @"
    bash: _hops() {
    zsh: #compdef hops
    fish: # Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
    elvish: use builtin;
    powershell: using namespace System.Management.Automation
    ");
}

#[test]
fn help_names_the_commands() {
    assert_snapshot!(Workspace::empty().hops(["-h"]), @"
    exit code 0
    --- stdout
    Migrate home-ops GitOps repositories with small, versioned recipes

    Usage: hops [OPTIONS] <COMMAND>

    Commands:
      run         Run a recipe: plan, show, confirm, write
      plan        Show what a recipe would do
      apply       Write a plan that `hops plan --out` made
      resume      Complete a run that stopped part-way
      undo        Take a run back: its files become what they were
      status      Show how far recipes came: done, pending, left out, what would change again
      log         Show runs and the commits they made
      explain     Explain one object: its file, who applies it, what it refers to, what refers to it
      get         List Flux Kustomizations, releases, sources or any other objects
      graph       Show what applies what, and what waits for what
      lint        Find what Flux would refuse in this repository
      list        List the recipes that can be run here
      show        Show a recipe: its runbook and parameters
      completion  Print a completion script for a shell
      help        Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help (see more with '--help')
      -V, --version  Print version

    Global options:
      -C <DIR>               Run as if started in DIR
          --color <COLOR>    When to use colour [default: auto] [possible values: auto, always, never]
      -o, --output <OUTPUT>  Form of the result [default: text] [possible values: text, json]
          --no-input         Never ask; what needs a yes fails instead
      -q, --quiet            Show less
      -v, --verbose          Show more
    ");
    assert_snapshot!(Workspace::empty().hops(["run", "--help"]), @"
    exit code 0
    --- stdout
    Run a recipe: plan, show, confirm, write

    Each batch becomes one commit where the repository is a Git work tree. With --dry-run nothing is
    written and nothing is asked.

    Usage: hops run [OPTIONS] <RECIPE>

    Arguments:
      <RECIPE>
              Recipe: a path, or a name from `hops list`

    Options:
      -p, --param <NAME=VALUE>
              Parameter of the recipe; `hops show RECIPE` lists them

          --only <SELECTOR>
              Only targets that match: globs over namespace/name, cluster/namespace/name or path

          --skip <SELECTOR>
              No targets that match

      -n, --dry-run
              Show the plan and write nothing

      -y, --yes
              Write without asking

          --no-commit
              Write the files and make no commits

          --branch <BRANCH>
              Make this branch first, and commit there

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Global options:
      -C <DIR>
              Run as if started in DIR

          --color <COLOR>
              When to use colour

              Possible values:
              - auto:   On a terminal, unless NO_COLOR is set
              - always: Always
              - never:  Never
              
              [default: auto]

      -o, --output <OUTPUT>
              Form of the result

              Possible values:
              - text: For people
              - json: One JSON document
              
              [default: text]

          --no-input
              Never ask; what needs a yes fails instead

      -q, --quiet
              Show less

      -v, --verbose
              Show more
    ");
}

#[test]
fn without_arguments_the_help_is_shown_as_an_error() {
    let shown = Workspace::empty().hops([""; 0]);
    assert!(shown.starts_with("exit code 2\n--- stderr\nMigrate home-ops"), "{shown}");
}

#[test]
fn the_version_is_one_line() {
    assert_snapshot!(Workspace::empty().hops(["--version"]), @"
    exit code 0
    --- stdout
    hops [VERSION]
    ");
}

#[test]
fn colour_is_used_when_asked_for_and_never_into_a_pipe() {
    let sample = Workspace::sample();
    let coloured = |args: &[&str], environment: &[(&str, &str)]| {
        let mut command = sample.command(["plan", "chartref", "-p", "upgrade=major"].iter().chain(args));
        let output = command.env_remove("NO_COLOR").envs(environment.iter().copied()).output().unwrap();
        let escape = |bytes: &[u8]| bytes.contains(&0x1b);
        (escape(&output.stdout), escape(&output.stderr))
    };
    assert_eq!(coloured(&[], &[]), (false, false));
    assert_eq!(coloured(&["--color", "auto"], &[]), (false, false));
    assert_eq!(coloured(&["--color", "always"], &[]), (true, true));
    assert_eq!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]), (true, true));
    assert_eq!(coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]), (false, false));
    assert_eq!(coloured(&[], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]), (false, false));
    assert_eq!(coloured(&[], &[("CLICOLOR_FORCE", "1")]), (true, true));
}

#[test]
fn colour_changes_no_letter() {
    let sample = Workspace::sample();
    let args = ["plan", "chartref", "-p", "upgrade=major", "--color"];
    let plain = sample.done(args.iter().chain(&["never"]));
    let coloured = sample.done(args.iter().chain(&["always"]));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sample = Workspace::sample();
    for args in [
        &["plan", "chartref", "-p", "upgrade=major"][..],
        &["plan", "chartref", "-p", "upgrade=major", "-o", "json"],
        &["show", "chartref"],
        &["list"],
        &["completion", "bash"],
        &["--help"],
    ] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let output = sample.command(args).stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !said.contains("error") && !said.contains("panic"), "{args:?} {said}");
    }
    sample.assert_untouched();
}

#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let tiny = Workspace::tiny();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = tiny.command(["plan", "chartref"]).stdout(full).output().unwrap();
    assert_snapshot!(tiny.shown(&output), @"
    exit code 1
    --- stderr
    error[no-output]: the result cannot be written
      cause: No space left on device (os error 28)
    ");
}

#[test]
fn nothing_is_written_where_nobody_can_be_asked() {
    let tiny = Workspace::tiny();
    assert_snapshot!(tiny.hops(["run", "chartref", "-q"]), @"
    exit code 2
    --- stdout
    chartref 1.0.0: Move HelmReleases from `spec.chart.spec` to `spec.chartRef`
      1 target in 1 file, 0 left out
      lanes: 1 deployment

    batches
       1  deployment  media/plex
    --- stderr
    error[no-terminal]: nobody can be asked here: write 1 file change?
      help: add `--yes` to write, or `--dry-run` to look only
    ");
    tiny.assert_untouched();
    tiny.hops(["run", "chartref", "--no-input"]);
    tiny.assert_untouched();
}

#[test]
fn yes_writes() {
    let tiny = Workspace::tiny();
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
    assert!(tiny.read("apps/media/plex/app/helmrelease.yaml").contains("  chartRef:\n    kind: OCIRepository\n"));
}

#[test]
fn yes_and_a_dry_run_contradict_each_other() {
    assert_snapshot!(Workspace::tiny().hops(["run", "chartref", "--yes", "--dry-run"]), @"
    exit code 2
    --- stderr
    error: the argument '--yes' cannot be used with '--dry-run'

    Usage: hops run --yes <RECIPE>

    For more information, try '--help'.
    ");
}

#[test]
fn the_folder_may_be_any_in_the_repository() {
    let tiny = Workspace::tiny();
    tiny.write("hops.toml", "");
    let plan = |folder: &str| tiny.done(["-C", folder, "plan", "chartref", "-o", "json"]);
    assert_eq!(plan("."), plan("apps/media/plex"));
    assert_snapshot!(tiny.hops(["-C", "nowhere", "plan", "chartref"]), @"
    exit code 2
    --- stderr
    error[no-folder]: `[ROOT]/nowhere` is not a folder
    ");
    assert_snapshot!(tiny.hops(["-C", "hops.toml", "plan", "chartref"]), @"
    exit code 2
    --- stderr
    error[no-folder]: `[ROOT]/hops.toml` is not a folder
    ");
}

/// Runs `hops run chartref` at a terminal and types an answer; gives the exit code and what was shown.
fn at_a_terminal(workspace: &Workspace, answer: &str) -> Option<(Option<i32>, String)> {
    if Command::new("script").arg("--version").output().is_err() {
        say("skipped: no program `script` to make a terminal with");
        return None;
    }
    let line = format!("{} run chartref -q", env!("CARGO_BIN_EXE_hops"));
    let mut command = scrubbed("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(workspace.root());
    workspace.command([""; 0]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.as_mut().unwrap().write_all(answer.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[test]
fn a_person_is_asked_before_anything_is_written() {
    let tiny = Workspace::tiny();
    for answer in ["n\n", "\n", "maybe\n"] {
        let Some((code, shown)) = at_a_terminal(&tiny, answer) else { return };
        assert!(shown.contains("write 1 file change? [y/N]"), "{shown}");
        assert!(shown.contains("nothing was written"), "{shown}");
        assert_eq!(code, Some(130));
        tiny.assert_untouched();
    }
    let Some((code, shown)) = at_a_terminal(&tiny, "y\n") else { return };
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(tiny.touched().last().map(String::as_str), Some("apps/media/plex/app/helmrelease.yaml"));
}
