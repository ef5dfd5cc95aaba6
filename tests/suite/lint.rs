//! `hops lint` on small repositories: one for each rule, and what must not be taken for a mistake.

use std::fs;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::corpus::{TestResult, scrubbed};

/// A repository with one cluster: a root that includes itself and whatever else stands in `cluster`.
fn repository(files: &[(&str, &str)]) -> TestResult<TempDir> {
    let folder = TempDir::with_prefix("hops-lint-")?;
    let root = ks("root", "flux-system", "path: ./cluster\n  sourceRef: {kind: GitRepository, name: flux-system}");
    let all = [("hops.toml", ""), ("cluster/root.yaml", root.as_str())];
    for (path, text) in all.iter().chain(files) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().ok_or("no parent")?)?;
        fs::write(path, text)?;
    }
    Ok(folder)
}

fn ks(name: &str, namespace: &str, spec: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: {name}\n  namespace: \
         {namespace}\nspec:\n  {spec}\n"
    )
}

fn config_map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: \"{name}\", namespace: default}}\n")
}

fn hops(folder: &TempDir, arguments: &[&str]) -> TestResult<Output> {
    Ok(scrubbed(env!("CARGO_BIN_EXE_hops")).arg("-C").arg(folder.path()).args(arguments).output()?)
}

/// The findings as `code path:line:column`.
fn lint(files: &[(&str, &str)]) -> TestResult<Vec<String>> {
    let folder = repository(files)?;
    let output = hops(&folder, &["lint", "-o", "json"])?;
    let document: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(document["schema"], "hops.problems/v1");
    let problems = document["problems"].as_array().ok_or("no list")?;
    let errors = problems.iter().any(|problem| problem["severity"] == "error");
    assert_eq!(output.status.code(), Some(i32::from(errors)), "{document:#}");
    let line = |problem: &Value| {
        let text = |key: &str| problem[key].as_str().unwrap_or("-").to_string();
        format!("{} {}:{}:{}", text("code"), text("path"), problem["line"], problem["column"])
    };
    Ok(problems.iter().map(line).collect())
}

const COMPONENT: &str = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: []\n";
const PLAIN: &str = "resources: []\n";

#[test]
fn a_sound_repository_has_no_findings() -> TestResult {
    let app = ks("app", "flux-system", "path: ./app\n  components: [../component]\n  dependsOn: [{name: root}]");
    let files = [
        ("cluster/app.yaml", app.as_str()),
        (
            "app/kustomization.yaml",
            "resources: [https://example.org/crds.yaml, settings.json, ./x]\ncomponents: [../component]\n",
        ),
        ("app/settings.json", "{}"),
        ("app/x/kustomization.yml", PLAIN),
        ("component/kustomization.yaml", COMPONENT),
        ("unlisted/broken/kustomization.yaml", "resources: [nothing.yaml]\n"),
    ];
    assert_eq!(lint(&files)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn entries_that_lead_nowhere_are_errors_at_their_place() -> TestResult {
    let app = ks("app", "flux-system", "path: ./app\n  components: [../gone]");
    let files = [
        ("cluster/app.yaml", app.as_str()),
        (
            "app/kustomization.yaml",
            "resources:\n  - ./gone.yaml\n  - ../empty\n  - ../../outside\n  - ../component\ncomponents:\n  - ../plain\n  - ../nowhere\n\
             patches:\n  - path: patch.yaml\n",
        ),
        ("empty/readme.txt", ""),
        ("plain/kustomization.yaml", PLAIN),
        ("component/kustomization.yaml", COMPONENT),
    ];
    let expected = [
        "missing-resource app/kustomization.yaml:2:5",
        "missing-resource app/kustomization.yaml:3:5",
        "outside-repository app/kustomization.yaml:4:5",
        "component-in-resources app/kustomization.yaml:5:5",
        "not-a-component app/kustomization.yaml:7:5",
        "missing-component app/kustomization.yaml:8:5",
        "missing-patch app/kustomization.yaml:10:11",
        "missing-component cluster/app.yaml:8:16",
    ];
    assert_eq!(lint(&files)?, expected);
    Ok(())
}

#[test]
fn dependencies_must_exist_and_not_go_in_a_circle() -> TestResult {
    let spec = |path: &str, on: &str| format!("path: ./{path}\n  dependsOn: [{{name: {on}}}]");
    let (a, b, c) = (ks("a", "x", &spec("a", "b")), ks("b", "x", &spec("b", "a")), ks("c", "y", &spec("c", "a")));
    let files = [
        ("cluster/a.yaml", a.as_str()),
        ("cluster/b.yaml", b.as_str()),
        ("cluster/c.yaml", c.as_str()),
        ("a/map.yaml", &config_map("a")),
        ("b/map.yaml", &config_map("b")),
        ("c/map.yaml", &config_map("c")),
    ];
    let expected = ["dependency-cycle cluster/b.yaml:8:22", "missing-dependency cluster/c.yaml:8:22"];
    assert_eq!(lint(&files)?, expected);
    Ok(())
}

#[test]
fn a_circle_of_kustomizations_ends_and_is_named() -> TestResult {
    let app = ks("app", "flux-system", "path: ./a");
    let files = [
        ("cluster/app.yaml", app.as_str()),
        ("a/kustomization.yaml", "resources: [../b]\n"),
        ("b/kustomization.yaml", "resources: [../a]\n"),
    ];
    assert_eq!(lint(&files)?, ["resource-cycle a/kustomization.yaml:1:1"]);
    Ok(())
}

#[test]
fn sources_and_paths_must_exist() -> TestResult {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r, namespace: x}\nspec:\n  chartRef:\n    \
                   kind: OCIRepository\n    name: chart\n";
    let source = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: chart}\nspec: {url: oci://x/chart}\n";
    let app = ks("app", "flux-system", "path: ./app");
    let gone = ks("gone", "flux-system", "path: ./gone\n  sourceRef: {kind: GitRepository, name: flux-system}");
    let other = ks("other", "flux-system", "path: ./elsewhere\n  sourceRef: {kind: GitRepository, name: other}");
    let files = [
        ("cluster/app.yaml", app.as_str()),
        ("cluster/gone.yaml", gone.as_str()),
        ("cluster/other.yaml", other.as_str()),
        ("app/release.yaml", release),
        ("app/source.yaml", source),
    ];
    let expected = [
        "missing-source app/release.yaml:7:11",
        "no-namespace app/source.yaml:1:1",
        "missing-path cluster/gone.yaml:7:9",
        "missing-source cluster/other.yaml:8:42",
    ];
    assert_eq!(lint(&files)?, expected);
    Ok(())
}

#[test]
fn one_object_has_one_owner() -> TestResult {
    let (a, b) = (ks("a", "flux-system", "path: ./a"), ks("b", "flux-system", "path: ./b"));
    let kept = ks("old", "flux-system", "path: ./c\n  suspend: true\n  prune: false");
    let files = [
        ("cluster/a.yaml", a.as_str()),
        ("cluster/b.yaml", b.as_str()),
        ("cluster/new.yaml", &ks("new", "flux-system", "path: ./c")),
        ("cluster/old.yaml", kept.as_str()),
        ("a/one.yaml", &config_map("same")),
        ("b/one.yaml", &config_map("same")),
        ("b/two.yaml", &config_map("same")),
        ("c/moved.yaml", &config_map("moved")),
    ];
    assert_eq!(lint(&files)?, ["shared-object a/one.yaml:1:1", "duplicate-object b/two.yaml:1:1"]);
    Ok(())
}

#[test]
fn names_are_compared_with_their_values_in_place() -> TestResult {
    let spec = |name: &str| format!("path: ./claim\n  postBuild: {{substitute: {{APP: {name}}}}}");
    let (a, b) = (ks("a", "flux-system", &spec("a")), ks("b", "flux-system", &spec("b")));
    let files = [
        ("cluster/a.yaml", a.as_str()),
        ("cluster/b.yaml", b.as_str()),
        ("claim/map.yaml", &config_map("${CLAIM:-${APP}}")),
    ];
    assert_eq!(lint(&files)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_path_takes_values_from_a_config_map_of_the_repository() -> TestResult {
    let map =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata: {REGION: north}\n";
    let apps =
        ks("apps", "flux-system", "path: ./apps\n  postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}");
    let inner = ks("inner", "flux-system", "path: ./${REGION}\n  sourceRef: {kind: GitRepository, name: flux-system}");
    let broken = ("north/kustomization.yaml", "resources: [gone.yaml]\n");
    let files =
        [("cluster/apps.yaml", apps.as_str()), ("cluster/map.yaml", map), ("apps/inner.yaml", inner.as_str()), broken];
    assert_eq!(lint(&files)?, ["missing-resource north/kustomization.yaml:1:13"]);
    Ok(())
}

#[test]
fn broken_yaml_is_an_error_only_where_a_build_needs_it() -> TestResult {
    let app = ks("app", "flux-system", "path: ./app");
    let files = [
        ("cluster/app.yaml", app.as_str()),
        ("app/kustomization.yaml", "resources: [broken.yaml, list.yaml]\n"),
        ("app/broken.yaml", "a: [\n"),
        ("app/list.yaml", "- a\n"),
        ("app/draft.yaml", "a: [\n"),
        ("cluster/values.yaml", "a: 1\n"),
        ("cluster/broken.yaml", "a: [\n"),
    ];
    let found = lint(&files)?;
    let codes: Vec<&str> = found.iter().map(|line| line.split(':').next().unwrap_or_default()).collect();
    let expected = [
        "invalid-yaml app/broken.yaml",
        "unparsed-file app/draft.yaml",
        "not-an-object app/kustomization.yaml",
        "invalid-yaml cluster/broken.yaml",
        "not-an-object cluster/values.yaml",
    ];
    assert_eq!(codes, expected);
    Ok(())
}

#[test]
fn a_schema_comment_of_another_version_is_a_warning() -> TestResult {
    let map = "# yaml-language-server: $schema=https://x.example/external-secrets.io/externalsecret_v1beta1.json\n\
               apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a, namespace: default}\n";
    assert_eq!(lint(&[("cluster/secret.yaml", map)])?, ["stale-schema cluster/secret.yaml:1:33"]);
    Ok(())
}

#[test]
fn clusters_can_be_named() -> TestResult {
    let files = [
        ("hops.toml", "[clusters.home]\npath = \"./cluster\"\n[policy]\nmax_targets = 3\n"),
        ("other/ks.yaml", &ks("x", "flux-system", "path: ./other\n  dependsOn: [{name: nothing}]")),
    ];
    assert_eq!(lint(&files)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn findings_go_to_code_scanning_and_to_pull_requests() -> TestResult {
    let app = ks("app", "flux-system", "path: ./app");
    let folder = repository(&[("cluster/app.yaml", &app), ("app/kustomization.yaml", "resources: [gone.yaml]\n")])?;
    let github = hops(&folder, &["lint", "-o", "github"])?;
    let expected = "::error file=app/kustomization.yaml,line=1,col=13,title=missing-resource::resource `gone.yaml` does not exist\n";
    assert_eq!(String::from_utf8(github.stdout)?, expected);
    let sarif: Value = serde_json::from_slice(&hops(&folder, &["lint", "-o", "sarif"])?.stdout)?;
    let result = &sarif["runs"][0]["results"][0];
    let rule = result["ruleIndex"].as_u64().ok_or("no index")? as usize;
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][rule]["id"], "missing-resource");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
    assert_eq!(hops(&folder, &["lint", "--skip", "missing-resource"])?.status.code(), Some(0));
    assert_eq!(hops(&folder, &["lint", "--skip", "missing-thing"])?.status.code(), Some(2));
    Ok(())
}
