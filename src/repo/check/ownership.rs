//! Objects that several Flux Kustomizations apply, objects that one build holds twice, and objects without a namespace.

use std::collections::{BTreeMap, HashMap};

use super::Report;
use crate::manifest::Header;
use crate::repo::edges::Vertex;
use crate::repo::graph::{Graph, KsId, Object, ObjectId};
use crate::repo::tree::DocumentId;

/// What tells one object from another within a cluster.
type Identity<'a> = (usize, &'a str, &'a str, String, String);

pub(super) fn check(report: &mut Report<'_>) {
    objects(report);
    kustomizations(report);
    namespaces(report);
}

/// Whether a Flux Kustomization takes part: a suspended one that does not prune stands aside for its successor.
fn applies(graph: &Graph, id: KsId) -> bool {
    let aside = graph.ks_view(id).is_some_and(|view| view.is_suspended() && view.prune() == Some(false));
    !graph.ks(id).dormant && !aside
}

fn identity<'a>(graph: &'a Graph, object: &'a Object) -> Identity<'a> {
    let header = &object.header;
    let namespace = if is_cluster_wide(header) { String::new() } else { object.namespace.clone() };
    (object.cluster, &header.group, &header.kind, namespace, graph.name(object).into_owned())
}

fn objects(report: &mut Report<'_>) {
    let graph = report.graph;
    let mut owners: BTreeMap<Identity<'_>, Vec<ObjectId>> = BTreeMap::new();
    for (index, object) in graph.objects().iter().enumerate() {
        // A name that is not fully known may be another in each build.
        let known = !object.header.name.is_empty() && !graph.name(object).contains("${");
        if known && applies(graph, object.ks) && !object.namespace.contains("${") {
            owners.entry(identity(graph, object)).or_default().push(ObjectId(index));
        }
    }
    for ids in owners.into_values().filter(|ids| ids.len() > 1) {
        twice(report, &ids);
        shared(report, &ids);
    }
}

/// One build must not hold an object twice.
fn twice(report: &mut Report<'_>, ids: &[ObjectId]) {
    let graph = report.graph;
    let mut first: HashMap<KsId, ObjectId> = HashMap::new();
    for &id in ids {
        let object = graph.object(id);
        let Some(&other) = first.get(&object.ks) else {
            first.insert(object.ks, id);
            continue;
        };
        if graph.object(other).header.name != object.header.name {
            continue;
        }
        let Some((path, position)) = graph.place(Vertex::Object(id)) else { continue };
        let ks = graph.ks(object.ks);
        let message = format!(
            "{} is twice in the build of Flux Kustomization `{}/{}`",
            shown(graph, object),
            ks.namespace,
            ks.name
        );
        report.add("duplicate-object", path, Some(position), message);
        report.relate(place(graph, Vertex::Object(other)));
    }
}

fn shared(report: &mut Report<'_>, ids: &[ObjectId]) {
    let graph = report.graph;
    let mut owners: Vec<KsId> = ids.iter().map(|&id| graph.object(id).ks).collect();
    owners.sort();
    owners.dedup();
    if owners.len() < 2 {
        return;
    }
    let object = graph.object(ids[0]);
    let Some((path, position)) = graph.place(Vertex::Object(ids[0])) else { return };
    let names: Vec<String> =
        owners.iter().map(|&id| format!("`{}/{}`", graph.ks(id).namespace, graph.ks(id).name)).collect();
    let message =
        format!("{} is applied by {} Flux Kustomizations: {}", shown(graph, object), owners.len(), names.join(", "));
    report.add("shared-object", path, Some(position), message);
    report.relate(owners.iter().filter_map(|&id| place(graph, Vertex::Ks(id))));
}

/// A Flux Kustomization that two others apply, or one other and itself.
fn kustomizations(report: &mut Report<'_>) {
    let graph = report.graph;
    let mut appliers: BTreeMap<(usize, DocumentId), Vec<KsId>> = BTreeMap::new();
    for &(by, document) in graph.applied() {
        if applies(graph, by) {
            appliers.entry((graph.ks(by).cluster, document)).or_default().push(by);
        }
    }
    for ((_, document), mut by) in appliers {
        by.sort();
        by.dedup();
        let Some(header) = graph.header(document).filter(|_| by.len() > 1) else { continue };
        let path = &graph.repository().file(document.file).path;
        let position = graph.repository().document(document).map(|document| document.position());
        let names: Vec<String> =
            by.iter().map(|&id| format!("`{}/{}`", graph.ks(id).namespace, graph.ks(id).name)).collect();
        let itself = by.iter().any(|&id| graph.ks(id).document == Some(document));
        let words = if itself { "is applied by itself and by another" } else { "is applied by several" };
        let message = format!("Flux Kustomization `{}` {words}: {}", header.name, names.join(", "));
        report.add("shared-object", path, position, message);
        report.relate(by.iter().filter_map(|&id| place(graph, Vertex::Ks(id))));
    }
}

fn namespaces(report: &mut Report<'_>) {
    let graph = report.graph;
    for (index, object) in graph.objects().iter().enumerate() {
        if object.has_namespace || graph.is_dormant(object) || !is_namespaced(&object.header) {
            continue;
        }
        let Some((path, position)) = graph.place(Vertex::Object(ObjectId(index))) else { continue };
        let message = format!("{} `{}` has no namespace: {NOTHING}", object.header.kind, graph.name(object));
        report.add("no-namespace", path, Some(position), message);
    }
    for (index, ks) in graph.kustomizations().iter().enumerate().filter(|(_, ks)| !ks.has_namespace && !ks.dormant) {
        let Some((path, position)) = graph.place(Vertex::Ks(KsId(index))) else { continue };
        report.add(
            "no-namespace",
            path,
            Some(position),
            format!("Flux Kustomization `{}` has no namespace: {NOTHING}", ks.name),
        );
    }
}

const NOTHING: &str = "neither the document, a kustomization nor `targetNamespace` gives one";

fn shown(graph: &Graph, object: &Object) -> String {
    if is_cluster_wide(&object.header) {
        return format!("{} `{}`", object.header.kind, graph.name(object));
    }
    format!("{} `{}/{}`", object.header.kind, object.namespace, graph.name(object))
}

fn place(graph: &Graph, vertex: Vertex) -> Option<(String, Option<crate::yaml::Position>)> {
    graph.place(vertex).map(|(path, position)| (path.to_string(), Some(position)))
}

/// Kinds that certainly live in a namespace.
fn is_namespaced(header: &Header) -> bool {
    let kinds: &[&str] = match header.group.as_str() {
        "kustomize.toolkit.fluxcd.io" | "helm.toolkit.fluxcd.io" | "source.toolkit.fluxcd.io" => return true,
        "notification.toolkit.fluxcd.io" | "image.toolkit.fluxcd.io" | "apps" | "batch" => return true,
        "" => &["ConfigMap", "Secret", "Service", "ServiceAccount", "PersistentVolumeClaim", "Pod"],
        "networking.k8s.io" => &["Ingress", "NetworkPolicy"],
        "gateway.networking.k8s.io" => &["Gateway", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"],
        "rbac.authorization.k8s.io" => &["Role", "RoleBinding"],
        "policy" => &["PodDisruptionBudget"],
        "external-secrets.io" => &["ExternalSecret", "SecretStore", "PushSecret"],
        "monitoring.coreos.com" => &["PodMonitor", "ServiceMonitor", "PrometheusRule", "ScrapeConfig", "Probe"],
        "cert-manager.io" => &["Certificate", "Issuer"],
        "volsync.backube" => &["ReplicationSource", "ReplicationDestination"],
        _ => return false,
    };
    kinds.contains(&header.kind.as_str())
}

/// Kinds that have no namespace, so that a kustomization's does not tell two of them apart.
fn is_cluster_wide(header: &Header) -> bool {
    let known = ["Namespace", "PersistentVolume", "StorageClass", "VolumeSnapshotClass", "CustomResourceDefinition"];
    let more = ["GatewayClass", "IngressClass", "PriorityClass", "RuntimeClass", "APIService", "CSIDriver", "Node"];
    // CloudNativePG's Cluster lives in a namespace.
    let cluster = header.kind.starts_with("Cluster") && header.kind != "Cluster";
    cluster || known.contains(&header.kind.as_str()) || more.contains(&header.kind.as_str())
}
