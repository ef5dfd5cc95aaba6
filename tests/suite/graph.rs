//! `hops graph` and `hops explain` on the sample repository.

use std::path::Path;

use serde_json::Value;

use crate::corpus::{TestResult, scrubbed, succeed};

fn hops(arguments: &[&str]) -> TestResult<String> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/home-ops");
    succeed(scrubbed(env!("CARGO_BIN_EXE_hops")).arg("-C").arg(sample).args(arguments))
}

#[test]
fn the_tree_shows_who_applies_whom() -> TestResult {
    insta::assert_snapshot!(hops(&["graph", "--cluster", "edge"])?, @r"
    flux-system/cluster
    └─ flux-system/cluster-apps
       ├─ flux-system/metrics-server  hr metrics-server
       ├─ notify/heartbeat  hr heartbeat; after ntfy
       ├─ notify/ntfy  hr ntfy
       └─ notify/whoami  hr whoami
    ");
    Ok(())
}

#[test]
fn a_focus_keeps_what_leads_to_it_and_what_hangs_on_it() -> TestResult {
    let json: Value = serde_json::from_str(&hops(&["graph", "ks/notify/ntfy", "--cluster", "edge", "-o", "json"])?)?;
    assert_eq!(json["schema"], "hops.graph/v1");
    let names =
        json["nodes"].as_array().ok_or("no nodes")?.iter().map(|node| node["name"].as_str().unwrap_or_default());
    assert_eq!(names.collect::<Vec<_>>(), ["cluster", "cluster-apps", "ntfy", "heartbeat"]);
    Ok(())
}

#[test]
fn drawings_name_every_kustomization() -> TestResult {
    let svg = hops(&["graph", "--cluster", "edge", "-o", "svg"])?;
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
    let dot = hops(&["graph", "--cluster", "edge", "-o", "dot"])?;
    let mermaid = hops(&["graph", "--cluster", "edge", "-o", "mermaid"])?;
    for name in ["cluster-apps", "ntfy", "heartbeat", "whoami", "metrics-server"] {
        for picture in [&svg, &dot, &mermaid] {
            assert!(picture.contains(name), "{name}: {picture}");
        }
    }
    assert_eq!(dot.matches("style=dashed, constraint").count(), 1, "{dot}");
    assert_eq!(svg.matches("class=\"wait\"").count(), 1);
    Ok(())
}

#[test]
fn a_release_is_explained_from_the_entry_point_down() -> TestResult {
    insta::assert_snapshot!(hops(&["explain", "navidrome"])?, @r"
    HelmRelease media/navidrome in cluster main
      file       kubernetes/main/apps/media/navidrome/app/helmrelease.yaml:3
      listed by  kubernetes/main/apps/media/navidrome/app/kustomization.yaml
      namespace  media from targetNamespace of its Flux Kustomization
      applied by flux-system/cluster -> flux-system/cluster-apps -> media/navidrome
      chart      app-template 3.7.3 by chart.spec
      workloads  Deployment

    refers to
      HelmRepository flux-system/bjw-s (chart)  kubernetes/shared/repositories/helm/bjw-s.yaml:3
      PersistentVolumeClaim media/navidrome (uses)  kubernetes/shared/templates/volsync/app-pvc/claim.yaml:2
    ");
    Ok(())
}

#[test]
fn a_name_that_means_several_or_nothing_is_a_usage_error() -> TestResult {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/home-ops");
    let explain =
        |name: &str| scrubbed(env!("CARGO_BIN_EXE_hops")).arg("-C").arg(&sample).args(["explain", name]).output();
    let several = explain("hr/kube-system/metrics-server")?;
    assert_eq!(several.status.code(), Some(2));
    let words = String::from_utf8(several.stderr)?;
    assert!(words.contains("main/hr/kube-system/metrics-server"), "{words}");
    let nothing = String::from_utf8(explain("navidrone")?.stderr)?;
    assert!(nothing.contains("did you mean `navidrome`?"), "{nothing}");
    Ok(())
}
