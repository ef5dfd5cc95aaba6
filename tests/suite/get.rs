//! `hops get` on the sample repository.

use std::path::Path;

use serde_json::Value;

use crate::corpus::{TestResult, scrubbed, succeed};

fn get(arguments: &[&str]) -> TestResult<String> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/home-ops");
    succeed(scrubbed(env!("CARGO_BIN_EXE_hops")).arg("-C").arg(sample).arg("get").args(arguments))
}

#[test]
fn releases_have_the_namespace_that_flux_gives_them() -> TestResult {
    insta::assert_snapshot!(get(&["hr", "-n", "media"])?, @r"
    CLUSTER  NAMESPACE  NAME            CHART         VERSION  SOURCE
    main     media      audiobookshelf  app-template  3.7.3    HelmRepository/flux-system/bjw-s
    main     media      kometa          app-template  3.7.3    HelmRepository/flux-system/bjw-s
    main     media      navidrome       app-template  3.7.3    HelmRepository/flux-system/bjw-s
    main     media      pinchflat       app-template  3.7.3    HelmRepository/flux-system/bjw-s
    ");
    Ok(())
}

#[test]
fn kustomizations_show_where_they_come_from() -> TestResult {
    insta::assert_snapshot!(get(&["ks", "--cluster", "edge"])?, @r"
    CLUSTER  NAMESPACE    NAME            PATH                                                 DEPENDS ON
    edge     flux-system  cluster         kubernetes/edge/flux
    edge     flux-system  cluster-apps    kubernetes/edge/apps
    edge     flux-system  metrics-server  kubernetes/edge/apps/kube-system/metrics-server/app
    edge     notify       heartbeat       kubernetes/edge/apps/notify/ntfy/heartbeat           ntfy
    edge     notify       ntfy            kubernetes/edge/apps/notify/ntfy/app
    edge     notify       whoami          kubernetes/edge/apps/notify/whoami/app
    ");
    Ok(())
}

#[test]
fn every_form_holds_the_same_rows() -> TestResult {
    let names = get(&["hr", "-A", "-o", "name"])?;
    let count = names.lines().count();
    assert!(names.lines().any(|line| line == "main/hr/media/navidrome"), "{names}");
    let json: Value = serde_json::from_str(&get(&["hr", "-o", "json"])?)?;
    assert_eq!(json["schema"], "hops.releases/v1");
    assert_eq!(json["items"].as_array().map(Vec::len), Some(count));
    assert_eq!(get(&["hr", "-o", "csv"])?.lines().count(), count + 1);
    assert_eq!(get(&["hr", "-o", "md"])?.lines().count(), count + 2);
    assert_eq!(get(&["helmreleases"])?.lines().count(), count + 1);
    Ok(())
}

#[test]
fn names_are_globs() -> TestResult {
    assert_eq!(get(&["hr", "media/nav*", "-o", "name"])?, "main/hr/media/navidrome\n");
    Ok(())
}
