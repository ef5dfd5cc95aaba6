//! Seventeen real files that break other editors, each with the edit that does it, in four copies.

use std::sync::Arc;

use hops::yaml::{Draft, File, Fragment, Operation, Path, Value, Where};

use crate::corpus;

fn path(text: &str) -> Path {
    Path::parse(text).expect("a path")
}

fn string(text: &str) -> Fragment {
    Fragment::Value(Value::from(text))
}

/// What an edit does to the lines of a file: those that go and those that come, in order, indentation counted.
struct Case<'a> {
    repository: &'a str,
    file: &'a str,
    document: usize,
    operation: Operation,
    outcome: Result<(Vec<String>, Vec<String>), &'static str>,
}

impl Case<'_> {
    /// Edits the file as it is, with carriage returns, with a byte order mark and without final newline.
    fn check(&self) {
        let Some(sample) = corpus::head(self.repository, self.file) else {
            assert!(corpus::samples().is_none(), "{} is not in the corpus", self.file);
            return;
        };
        let text = String::from_utf8(sample.bytes.clone()).expect("text");
        self.check_one("as it is", text.clone());
        self.check_one("carriage returns", text.replace('\n', "\r\n"));
        self.check_one("byte order mark", format!("\u{feff}{text}"));
        self.check_one("no final newline", text.trim_end_matches('\n').to_owned());
    }

    fn check_one(&self, variant: &str, text: String) {
        let file = File::parse(text.clone().into_bytes())
            .unwrap_or_else(|error| panic!("{variant}: {}: {error}", error.position()));
        assert_eq!(file.bytes(), text.as_bytes(), "{variant}");
        let mut draft = Draft::new(Arc::new(file));
        let done = draft.apply(self.document, self.operation.clone());
        let outcome = done.map_err(|error| error.code()).map(|_| {
            let lines = draft.diff(0).hunks.into_iter().flat_map(|hunk| hunk.lines);
            let (gone, come): (Vec<_>, Vec<_>) = lines.partition(|line| line.tag == hops::yaml::Tag::Removed);
            let text = |line: hops::yaml::DiffLine| line.text.trim_end_matches('\r').to_owned();
            (gone.into_iter().map(text).collect::<Vec<_>>(), come.into_iter().map(text).collect::<Vec<_>>())
        });
        // Where the last line gets a neighbour it shows as changed; that is the line break it needs.
        let outcome = outcome.map(|(mut gone, mut come)| {
            if variant == "no final newline" && gone.last() == come.first() && !gone.is_empty() {
                gone.pop();
                come.remove(0);
            }
            (gone, come)
        });
        assert_eq!(outcome, self.outcome, "{variant}");
        let still_open = !draft.file().text().ends_with('\n');
        assert_eq!(still_open, !text.ends_with('\n'), "{variant}: the end of the file");
    }
}

fn done(gone: &[&str], come: &[&str]) -> Result<(Vec<String>, Vec<String>), &'static str> {
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    Ok((owned(gone), owned(come)))
}

fn put(path_text: &str, content: Fragment) -> Operation {
    Operation::Put { path: path(path_text), content }
}

fn append(path_text: &str, content: Fragment) -> Operation {
    Operation::Append { path: path(path_text), content }
}

fn remove(path_text: &str) -> Operation {
    Operation::Remove { path: path(path_text) }
}

fn check(
    repository: &str,
    file: &str,
    operation: Operation,
    outcome: Result<(Vec<String>, Vec<String>), &'static str>,
) {
    check_in(0, repository, file, operation, outcome);
}

fn check_in(
    document: usize,
    repository: &str,
    file: &str,
    operation: Operation,
    outcome: Result<(Vec<String>, Vec<String>), &'static str>,
) {
    Case { repository, file, document, operation, outcome }.check();
}

#[test]
fn esphome_appends_to_a_list_in_brackets_over_many_lines() {
    let (repository, file) =
        ("thaynes43/haynes-ops", "kubernetes/main/apps/home-automation/esphome/app/helmrelease.yaml");
    let gone = ["              \"/config\""];
    let come = ["              \"/config\",", "              --verbose"];
    check(repository, file, append("**.args", string("--verbose")), done(&gone, &come));
    let gone = ["              PLATFORMIO_SETTING_ENABLE_TELEMETRY: No"];
    let come = ["              PLATFORMIO_SETTING_ENABLE_TELEMETRY: \"yes\""];
    check(repository, file, put("**.PLATFORMIO_SETTING_ENABLE_TELEMETRY", string("yes")), done(&gone, &come));
}

#[test]
fn grafana_removes_a_dashboard_with_its_renovate_comment() {
    let gone = [
        "        ceph-osd:",
        "          # renovate: depName=\"Ceph - OSD (Single)\"",
        "          gnetId: 5336",
        "          revision: 9",
        "          datasource: Prometheus",
    ];
    check(
        "thaynes43/haynes-ops",
        "kubernetes/main/apps/observability/grafana/app/helmrelease.yaml",
        remove("spec.values.dashboards.default.ceph-osd"),
        done(&gone, &[]),
    );
}

#[test]
fn recyclarr_of_ahinko_drops_a_custom_tag_only_where_a_value_is_set() {
    let (repository, file) = ("ahinko/home-ops", "kubernetes/apps/downloads/recyclarr/app/config/recyclarr.yml");
    let gone = ["    api_key: !env_var SONARR__API_KEY"];
    check(repository, file, put("sonarr.series.api_key", string("key")), done(&gone, &["    api_key: key"]));
    let tagged = Fragment::Text("!env_var OTHER".into());
    check(repository, file, put("sonarr.series.api_key", tagged), done(&gone, &["    api_key: !env_var OTHER"]));
    let gone = ["    delete_old_custom_formats: true"];
    let come = ["    delete_old_custom_formats: false"];
    let off = Fragment::Value(Value::Bool(false));
    check(repository, file, put("sonarr.series.delete_old_custom_formats", off), done(&gone, &come));
}

#[test]
fn actions_runner_keeps_the_anchor_its_second_document_uses() {
    let (repository, file) =
        ("ahinko/home-ops", "kubernetes/apps/actions-runner-system/actions-runner-controller/install.yaml");
    check_in(1, repository, file, remove("metadata.namespace"), Err("anchor-in-use"));
    let gone = ["  namespace: &namespace actions-runner-system"];
    let come = ["  namespace: &namespace runners"];
    check_in(1, repository, file, put("metadata.namespace", string("runners")), done(&gone, &come));
    check_in(1, repository, file, remove("spec.targetNamespace"), done(&["  targetNamespace: *namespace"], &[]));
}

#[test]
fn kanidm_reads_the_octal_mode_and_leaves_it() {
    let (repository, file) = ("bjw-s-labs/home-ops", "kubernetes/apps/security/kanidm/app/helmrelease.yaml");
    if let Some(sample) = corpus::head(repository, file) {
        let read = File::parse(sample.bytes.clone()).expect("YAML");
        let mode = read.document(0).and_then(|document| document.get(&path("**.defaultMode"))).expect("a mode");
        assert_eq!((mode.as_int(), mode.raw()), (Some(256), "0400"));
    }
    let come = ["        name: other"];
    check(
        repository,
        file,
        put("spec.values.persistence.certs.name", string("other")),
        done(&["        name: idm-bjw-s-dev-tls"], &come),
    );
}

#[test]
fn affine_refuses_to_edit_through_its_merge_key_until_it_is_detached() {
    let (repository, file) = ("mirceanton/home-ops", "apps/productivity/affine/app/helm-release.yaml");
    let Some(sample) = corpus::head(repository, file) else { return };
    let read = File::parse(sample.bytes.clone()).expect("YAML");
    let merged =
        read.document(0).expect("a document").get(&path("spec.values.controllers.affine.containers.app.env.HOME"));
    assert_eq!(merged.and_then(|home| home.as_str()), Some("/home/affine"), "read through the merge key");
    let controllers = "spec.values.controllers.affine";
    let text = format!("{controllers}.containers.app.env");
    check(repository, file, put(&format!("{text}.HOME"), string("/x")), Err("through-merge"));
    check(repository, file, remove(&format!("{controllers}.initContainers")), Err("anchor-in-use"));
    let mut draft = Draft::new(Arc::new(read));
    let before = draft.file().document(0).and_then(|document| document.value().ok());
    draft.apply(0, Operation::Detach { path: path(&format!("{text}.<<")) }).expect("detached");
    draft.apply(0, put(&format!("{text}.HOME"), string("/x"))).expect("put");
    let home = |at: &str| {
        draft
            .file()
            .document(0)
            .and_then(|document| document.get(&path(at)))
            .and_then(|node| node.as_str().map(str::to_owned))
    };
    assert_eq!(home(&format!("{text}.HOME")).as_deref(), Some("/x"));
    assert_ne!(before, draft.file().document(0).and_then(|document| document.value().ok()));
}

#[test]
fn smartctl_replaces_a_plain_text_over_two_lines() {
    let gone = [
        "              Mounted drive {{ $labels.device }} on device {{ $labels.instance }}",
        "              has a temperature higher than 65°C.",
    ];
    check(
        "ahinko/home-ops",
        "kubernetes/apps/observability/smartctl-exporter/app/prometheus-rules.yaml",
        put("spec.groups[0].rules[0].annotations.summary", string("too hot")),
        done(&gone, &["              too hot"]),
    );
}

#[test]
fn home_assistant_inserts_into_a_list_in_brackets_over_many_lines() {
    let operation = Operation::Insert { path: path("**.args"), index: 8, content: string("--quiet") };
    check(
        "thaynes43/haynes-ops",
        "kubernetes/main/apps/home-automation/home-assistant/app/helmrelease.yaml",
        operation,
        done(&[], &["              --quiet,"]),
    );
}

#[test]
fn unlock_never_quotes_a_placeholder() {
    let (repository, file) = ("thaynes43/haynes-ops", "kubernetes/shared/components/volsync/aws/unlock.yaml");
    let gone = ["            runAsUser: ${VOLSYNC_PUID:-568}"];
    let at = "spec.jobTemplate.spec.template.spec.securityContext.runAsUser";
    check(repository, file, put(at, string("${OTHER:=5}")), done(&gone, &["            runAsUser: ${OTHER:=5}"]));
    check(repository, file, remove(at), done(&gone, &[]));
}

#[test]
fn recyclarr_of_bjw_s_removes_an_item_with_its_comments() {
    let gone = [
        "      - # FLUX trumps REPACKS",
        "        trash_ids:",
        "          - 5d9fd1b1e06cd8a475462f40214b7df6 # FLUX",
        "        assign_scores_to:",
        "          - name: WEB-2160p (Combined)",
        "            score: 100",
    ];
    let (repository, file) = ("bjw-s-labs/home-ops", "kubernetes/apps/downloads/recyclarr/app/config/recyclarr.yml");
    check(repository, file, remove("sonarr.series.custom_formats[0]"), done(&gone, &[]));
    let item = Fragment::Text("new # why".into());
    let come = ["          - new # why"];
    check(repository, file, append("sonarr.series.custom_formats[0].trash_ids", item), done(&[], &come));
}

#[test]
fn lidarr_refuses_to_lose_an_anchor_in_use() {
    let (repository, file) = ("ahinko/home-ops", "kubernetes/apps/downloads/lidarr/app/helm-release.yaml");
    check(repository, file, remove("spec.values.controllers"), Err("anchor-in-use"));
    check(
        repository,
        file,
        put("**.LIDARR__LOG_LEVEL", string("debug")),
        done(&["              LIDARR__LOG_LEVEL: info"], &["              LIDARR__LOG_LEVEL: debug"]),
    );
}

#[test]
fn towonel_leaves_sexagesimal_looks_alone() {
    let (repository, file) = ("bjw-s-labs/home-ops", "docker/icarus/02-towonel/docker-compose.yaml");
    if let Some(sample) = corpus::head(repository, file) {
        let text = String::from_utf8(sample.bytes.clone()).expect("text");
        let read = File::parse(sample.bytes.clone()).expect("YAML");
        if text.contains("22:22") {
            let node = read.document(0).expect("a document").all(&path("services.*.ports.*"));
            assert!(node.iter().any(|port| port.as_str() == Some("22:22")));
        }
    }
    let gone = ["      RUST_LOG: info"];
    check(
        repository,
        file,
        put("services.towonel-hub.environment.RUST_LOG", string("22:22")),
        done(&gone, &["      RUST_LOG: \"22:22\""]),
    );
}

#[test]
fn litellm_appends_to_a_list_that_is_not_indented() {
    check(
        "bjw-s-labs/home-ops",
        "kubernetes/apps/ai/litellm/app/models/kustomization.yaml",
        append("resources", string("zz.yaml")),
        done(&[], &["- zz.yaml"]),
    );
}

#[test]
fn l3_touches_one_entry_in_braces() {
    let (repository, file) = ("ahinko/home-ops", "kubernetes/apps/kube-system/cilium/config/l3.yaml");
    let gone = ["          - { key: somekey, operator: NotIn, values: [\"never-used-value\"] }"];
    let at = "**.matchExpressions[0]";
    let come = ["          - { key: other, operator: NotIn, values: [\"never-used-value\"] }"];
    check(repository, file, put(&format!("{at}.key"), string("other")), done(&gone, &come));
    let come = ["          - { key: somekey, operator: NotIn, values: [\"never-used-value\", more] }"];
    check(repository, file, append(&format!("{at}.values"), string("more")), done(&gone, &come));
    let come = ["          - { key: somekey, values: [\"never-used-value\"] }"];
    check(repository, file, remove(&format!("{at}.operator")), done(&gone, &come));
}

#[test]
fn grafana_instance_keeps_quoted_booleans_strings() {
    let gone = ["    auth: { disable_login_form: \"true\" }"];
    let come = ["    auth: { disable_login_form: \"false\" }"];
    check(
        "mirceanton/home-ops",
        "apps/monitoring-system/grafana/instance/grafana.yaml",
        put("spec.config.auth.disable_login_form", string("false")),
        done(&gone, &come),
    );
}

#[test]
fn talconfig_keeps_the_comment_behind_a_text_header() {
    let (repository, file) = ("mirceanton/home-ops", "talos/talconfig.yaml");
    let operation = Operation::Drop {
        path: path("controlPlane.patches"),
        item: Where::Is(Value::from("@./patches/registry-mirrors.yaml")),
    };
    check(repository, file, operation, done(&["    - \"@./patches/registry-mirrors.yaml\""], &[]));
}

/// Workflow files are not in the corpus; this one has what makes them hard.
#[test]
fn a_workflow_keeps_its_blank_lines_and_its_odd_key() {
    let text = "name: test\n\non:\n  push:\n    branches: [main]\n\njobs:\n  a:\n    if: ${{ github.ref == 'x' }}\n    runs-on: ubuntu\n";
    for (variant, text) in [
        ("as it is", text.to_owned()),
        ("carriage returns", text.replace('\n', "\r\n")),
        ("byte order mark", format!("\u{feff}{text}")),
        ("no final newline", text.trim_end().to_owned()),
    ] {
        let edit = |operation: Operation| {
            let file = File::parse(text.clone().into_bytes()).expect("YAML");
            let value = file.document(0).and_then(|document| document.value().ok()).expect("a value");
            assert!(value.get("true").is_some(), "Kubernetes reads the key `on` as true");
            let mut draft = Draft::new(Arc::new(file));
            draft.apply(0, operation).unwrap_or_else(|error| panic!("{variant}: {error}"));
            String::from_utf8(draft.file().bytes().to_vec()).expect("text")
        };
        let branch = "branches: [main]";
        assert_eq!(
            edit(append("on.push.branches", string("next"))),
            text.replace(branch, "branches: [main, next]"),
            "{variant}"
        );
        let end = if variant == "carriage returns" { "\r\n" } else { "\n" };
        let gone = format!("on:{end}  push:{end}    branches: [main]{end}");
        assert_eq!(edit(remove("on")), text.replace(&gone, ""), "{variant}");
    }
}
