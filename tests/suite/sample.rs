//! The sample repository is seen as Flux sees it.
//!
//! The tables were made with kustomize, from the built objects; they are not what hops said first.

use std::collections::BTreeMap;

use hops::repo::{Depth, Graph, Ks, Object, Repository};

use crate::workspace::{Workspace, project};

/// Flux Kustomizations: cluster, namespace and name; targetNamespace; path; whose kustomization.
const KUSTOMIZATIONS: &[&str] = &[
    "edge/flux-system/cluster - kubernetes/edge/flux generated",
    "edge/flux-system/cluster-apps - kubernetes/edge/apps own",
    "edge/flux-system/metrics-server - kubernetes/edge/apps/kube-system/metrics-server/app own",
    "edge/notify/heartbeat notify kubernetes/edge/apps/notify/ntfy/heartbeat own",
    "edge/notify/ntfy - kubernetes/edge/apps/notify/ntfy/app own",
    "edge/notify/whoami notify kubernetes/edge/apps/notify/whoami/app own",
    "main/database/cloudnative-pg database kubernetes/main/apps/database/postgres/operator own",
    "main/database/postgres database kubernetes/main/apps/database/postgres/cluster generated",
    "main/database/postgres-dump database kubernetes/main/apps/database/postgres/dump own",
    "main/database/valkey database kubernetes/main/apps/database/valkey/app own",
    "main/flux-system/cert-manager cert-manager kubernetes/main/apps/cert-manager/cert-manager/app own",
    "main/flux-system/cert-manager-issuers cert-manager kubernetes/main/apps/cert-manager/cert-manager/issuers own",
    "main/flux-system/cloudflared network kubernetes/main/apps/network/cloudflared/app own",
    "main/flux-system/cluster - kubernetes/main/flux generated",
    "main/flux-system/cluster-apps - kubernetes/main/apps generated",
    "main/flux-system/device-plugin kube-system kubernetes/main/apps/kube-system/device-plugin/app generated",
    "main/flux-system/echo network kubernetes/main/apps/network/echo/app own",
    "main/flux-system/mealie household kubernetes/main/apps/household/mealie/app own",
    "main/flux-system/metrics-server kube-system kubernetes/main/apps/kube-system/metrics-server/app own",
    "main/flux-system/miniflux household kubernetes/main/apps/household/miniflux/app own",
    "main/flux-system/mosquitto household kubernetes/main/apps/household/mosquitto/app own",
    "main/flux-system/paperless household kubernetes/main/apps/household/paperless/app own",
    "main/flux-system/paperless-converters household kubernetes/main/apps/household/paperless/converters own",
    "main/flux-system/solar-exporter household kubernetes/main/apps/household/energy/exporter generated",
    "main/flux-system/status-page network kubernetes/main/apps/network/status-page/app own",
    "main/media/audiobookshelf media kubernetes/main/apps/media/audiobookshelf/app own",
    "main/media/kometa media kubernetes/main/apps/media/kometa/app own",
    "main/media/navidrome media kubernetes/main/apps/media/navidrome/app own",
    "main/media/pinchflat media kubernetes/main/apps/media/pinchflat/app own",
    "main/storage/rsync-photos storage kubernetes/main/apps/storage/rsync-photos/app own",
    "main/storage/volsync storage kubernetes/main/apps/storage/volsync/app own",
];

/// HelmReleases: cluster, namespace and name; Kustomization; field, chart and version; source; controllers.
const RELEASES: &[&str] = &[
    "edge/kube-system/metrics-server flux-system/metrics-server chart.spec metrics-server 3.12.2; HelmRepository flux-system/metrics-server; -",
    "edge/notify/heartbeat notify/heartbeat chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; cronjob",
    "edge/notify/ntfy notify/ntfy chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; deployment",
    "edge/notify/whoami notify/whoami chartRef app-template 4.6.2; OCIRepository flux-system/app-template; deployment",
    "main/cert-manager/cert-manager flux-system/cert-manager chart.spec cert-manager v1.19.3; HelmRepository flux-system/jetstack; -",
    "main/database/cloudnative-pg database/cloudnative-pg chart.spec cloudnative-pg 0.27.1; HelmRepository flux-system/cloudnative-pg; -",
    "main/database/postgres-dump database/postgres-dump chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; cronjob",
    "main/database/valkey database/valkey chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; statefulset",
    "main/household/gotenberg flux-system/paperless-converters chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; deployment",
    "main/household/mealie flux-system/mealie chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; deployment",
    "main/household/miniflux flux-system/miniflux chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; deployment",
    "main/household/mosquitto flux-system/mosquitto chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; deployment",
    "main/household/paperless flux-system/paperless chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; deployment",
    "main/household/solar-exporter flux-system/solar-exporter chart.spec inverter-exporter 0.4.2; HelmRepository flux-system/solar-charts; -",
    "main/household/tika flux-system/paperless-converters chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; deployment",
    "main/kube-system/device-plugin flux-system/device-plugin chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; daemonset",
    "main/kube-system/metrics-server flux-system/metrics-server chart.spec metrics-server >=3.12.0 <4; HelmRepository flux-system/metrics-server; -",
    "main/media/audiobookshelf media/audiobookshelf chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; deployment",
    "main/media/kometa media/kometa chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; cronjob",
    "main/media/navidrome media/navidrome chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; deployment",
    "main/media/pinchflat media/pinchflat chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; deployment",
    "main/network/cloudflared flux-system/cloudflared chartRef app-template 4.6.2; OCIRepository flux-system/app-template; deployment",
    "main/network/echo flux-system/echo chartRef app-template 4.6.2; OCIRepository network/echo; deployment",
    "main/network/status-page flux-system/status-page chart.spec ./kubernetes/charts/status-page -; GitRepository flux-system/home-ops; -",
    "main/storage/rsync-photos storage/rsync-photos chart.spec app-template 3.7.3; HelmRepository flux-system/bjw-s; cronjob",
    "main/storage/volsync storage/volsync chart.spec volsync 0.13.0; HelmRepository flux-system/backube; -",
];

fn sample() -> Graph {
    Graph::new(Repository::read(&project().join("tests/fixtures/home-ops")), Depth::All)
}

fn kustomization(graph: &Graph, ks: &Ks) -> String {
    let cluster = &graph.clusters()[ks.cluster].name;
    let directory = ks.directory.as_deref().unwrap_or("-");
    let own = if graph.repository().kustomization_in(directory).is_some() { "own" } else { "generated" };
    format!(
        "{cluster}/{}/{} {} {directory} {own}",
        ks.namespace,
        ks.name,
        ks.target_namespace.as_deref().unwrap_or("-")
    )
}

fn release(graph: &Graph, object: &Object) -> String {
    let cluster = &graph.clusters()[object.cluster].name;
    let ks = graph.ks(object.ks);
    let chart = graph.chart(object).unwrap();
    let source = graph.object(chart.source.unwrap());
    let workloads = graph.workloads(object).join(", ").to_lowercase();
    format!(
        "{cluster}/{}/{} {}/{} {} {} {}; {} {}/{}; {}",
        object.namespace,
        object.header.name,
        ks.namespace,
        ks.name,
        chart.via,
        chart.name,
        chart.version.as_deref().unwrap_or("-"),
        source.header.kind,
        source.namespace,
        source.header.name,
        if workloads.is_empty() { "-" } else { &workloads },
    )
}

/// Objects of one cluster, by kind, as `kind count`.
fn kinds(graph: &Graph, cluster: &str) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for object in graph.objects().iter().filter(|object| graph.clusters()[object.cluster].name == cluster) {
        *counts.entry(&object.header.kind).or_default() += 1;
    }
    counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn each_kustomization_has_its_namespace_and_path() {
    let graph = sample();
    let mut found: Vec<String> = graph.kustomizations().iter().map(|ks| kustomization(&graph, ks)).collect();
    found.sort();
    assert_eq!(found, KUSTOMIZATIONS);
    assert!(graph.kustomizations().iter().all(|ks| !ks.dormant));
}

#[test]
fn each_release_has_its_namespace_chart_and_source() {
    let graph = sample();
    let mut found: Vec<String> = graph.releases().iter().map(|&id| release(&graph, graph.object(id))).collect();
    found.sort();
    assert_eq!(found, RELEASES);
}

#[test]
fn each_cluster_has_its_objects() {
    let graph = sample();
    // kustomize also makes what generators describe; those have no document.
    insta::assert_snapshot!(kinds(&graph, "main"), @"Alert 2, Cluster 1, ClusterIssuer 2, ConfigMap 9, GitRepository 1, HelmRelease 22, HelmRepository 6, Ingress 1, Namespace 7, OCIRepository 2, PersistentVolumeClaim 6, Provider 2, ReplicationDestination 4, ReplicationSource 4, Secret 15");
    insta::assert_snapshot!(kinds(&graph, "edge"), @"ConfigMap 3, GitRepository 1, HelmRelease 4, HelmRepository 6, Namespace 2, OCIRepository 1, Secret 3");
}

#[test]
fn a_broken_file_is_reported_and_an_ignored_one_is_not_seen() {
    let graph = sample();
    let findings: Vec<String> = graph.findings().iter().map(|finding| format!("{finding:?}")).collect();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("kubernetes/main/apps/household/mealie/app/notes-broken.yaml"), "{findings:?}");
    let ignored = "kubernetes/main/apps/household/mealie/app/scratch.local.yaml";
    assert!(project().join("tests/fixtures/home-ops").join(ignored).is_file(), "the sample lacks its ignored file");
    assert!(graph.repository().find(ignored).is_none());
}

#[test]
fn what_flux_does_not_apply_is_listed_with_the_reason() {
    let left = sample().unreached("HelmRelease");
    let left: Vec<String> =
        left.iter().map(|left| format!("{} {} {}", left.path, left.name, left.reason.code())).collect();
    assert_eq!(
        left,
        [
            ".archive/kubernetes/main/apps/media/jellyseerr/helmrelease.yaml jellyseerr archive",
            "kubernetes/main/apps/household/mosquitto/app/bridge.yaml mosquitto-bridge unlisted",
            "kubernetes/main/apps/kube-system/metrics-server/app/patches/replicas.yaml metrics-server patch",
        ]
    );
}

#[test]
fn every_other_chart_is_left_out_with_its_reason() {
    let sample = Workspace::sample();
    let plan = sample.plan(&["chartref", "-p", "chart=*", "-p", "strategy=per-app", "-q"]);
    let skipped = plan["skipped"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap().to_owned();
    let lines: Vec<String> = skipped
        .map(|skipped| format!("{}: {}: {}", text(skipped, "target"), text(skipped, "code"), text(skipped, "message")))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    edge/kube-system/metrics-server: https-source: https://kubernetes-sigs.github.io/metrics-server is no OCI registry; name its OCI registry with -p oci_url=<https url>=<oci url>
    main/cert-manager/cert-manager: https-source: https://charts.jetstack.io is no OCI registry; it is published at oci://quay.io/jetstack/charts too: check that v1.19.3 is there and add -p oci_url=known
    main/database/cloudnative-pg: https-source: https://cloudnative-pg.github.io/charts is no OCI registry; name its OCI registry with -p oci_url=<https url>=<oci url>
    main/household/solar-exporter: https-source: https://charts.home.example/solar is no OCI registry; name its OCI registry with -p oci_url=<https url>=<oci url>
    main/household/tika: file-exists: `kubernetes/main/apps/household/paperless/converters/ocirepository.yaml` exists already (kubernetes/main/apps/household/paperless/converters/ocirepository.yaml)
    main/kube-system/device-plugin: no-kustomization: Flux generates its kustomization; there is no file to list ocirepository.yaml in
    main/kube-system/metrics-server: https-source: https://kubernetes-sigs.github.io/metrics-server is no OCI registry; name its OCI registry with -p oci_url=<https url>=<oci url>
    main/network/status-page: chart-source: its chart comes from a GitRepository, which has no OCIRepository to replace it
    main/storage/volsync: https-source: https://backube.github.io/helm-charts/ is no OCI registry; name its OCI registry with -p oci_url=<https url>=<oci url>
    .archive/kubernetes/main/apps/media/jellyseerr/helmrelease.yaml: archive: in an archive folder, which Flux does not apply
    kubernetes/main/apps/household/mosquitto/app/bridge.yaml: unlisted: no Flux Kustomization applies this file
    kubernetes/main/apps/kube-system/metrics-server/app/patches/replicas.yaml: patch: a patch document, which names no chart of its own
    ");
}

#[test]
fn the_numbers_in_its_readme_are_true() {
    let graph = sample();
    let readme = std::fs::read_to_string(project().join("tests/fixtures/home-ops/README.md")).unwrap();
    let row = |start: &str| readme.lines().find(|line| line.starts_with(&format!("| {start}"))).unwrap().to_owned();
    let count = |of: &dyn Fn(usize) -> usize| {
        let cluster = |name: &str| graph.clusters().iter().position(|cluster| cluster.name == name).unwrap();
        format!("| {} | {} |", of(cluster("main")), of(cluster("edge")))
    };
    let releases = |cluster: usize, fits: &dyn Fn(&hops::repo::Chart) -> bool| {
        let own = graph.releases().iter().map(|&id| graph.object(id)).filter(|object| object.cluster == cluster);
        own.filter(|object| fits(&graph.chart(object).unwrap())).count()
    };
    let app_template = |chart: &hops::repo::Chart, via: &str| chart.name == "app-template" && chart.via == via;
    assert!(
        row("Flux Kustomizations")
            .ends_with(&count(&|cluster| { graph.kustomizations().iter().filter(|ks| ks.cluster == cluster).count() }))
    );
    assert!(row("HelmReleases").ends_with(&count(&|cluster| releases(cluster, &|_| true))));
    assert!(
        row("app-template 3.7.3")
            .ends_with(&count(&|cluster| releases(cluster, &|chart| app_template(chart, "chart.spec"))))
    );
    assert!(row("other charts").ends_with(&count(&|cluster| releases(cluster, &|chart| chart.name != "app-template"))));
}
