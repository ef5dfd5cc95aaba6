//! Dependencies, sources, charts and substitutions that do not exist; dependencies in a circle.

use std::collections::{HashMap, HashSet};

use super::Report;
use crate::manifest::uses::Relation;
use crate::repo::edges::{Edge, Target, Vertex};
use crate::repo::graph::Graph;

pub(super) fn check(report: &mut Report<'_>) {
    let graph = report.graph;
    for edge in graph.edges().all() {
        if !is_dormant(graph, edge.from) && edge.target == Target::Missing && !edge.name.contains("${") {
            missing(report, edge);
        }
    }
    cycles(report);
}

fn is_dormant(graph: &Graph, vertex: Vertex) -> bool {
    match vertex {
        Vertex::Ks(id) => graph.ks(id).dormant,
        Vertex::Object(id) => graph.is_dormant(graph.object(id)),
    }
}

fn missing(report: &mut Report<'_>, edge: &Edge) {
    let graph = report.graph;
    let Edge { kind, namespace, name, .. } = edge;
    let (path, position) = graph.place_of(edge);
    let path = path.to_string();
    let elsewhere = elsewhere(graph, edge);
    let hint = if elsewhere.is_empty() { String::new() } else { format!("; it exists in {}", elsewhere.join(", ")) };
    let who = describe(graph, edge.from);
    match edge.relation {
        Relation::DependsOn => {
            let message = format!("{who} depends on {kind} `{namespace}/{name}`, which does not exist{hint}");
            report.add("missing-dependency", &path, position, message);
        }
        Relation::Source | Relation::Chart if knows(graph, edge) => {
            let message = format!("{who} needs {kind} `{namespace}/{name}`, which does not exist{hint}");
            report.add("missing-source", &path, position, message);
        }
        Relation::Substitution if !edge.optional && !elsewhere.is_empty() => {
            let message = format!("{who} substitutes from {kind} `{namespace}/{name}`, which does not exist{hint}");
            report.add("missing-substitution", &path, position, message);
        }
        _ => {}
    }
}

/// Whether a source would be in the repository: sources of the cluster's own repository and bootstrap need not be.
fn knows(graph: &Graph, edge: &Edge) -> bool {
    let own = graph.own_source(cluster(graph, edge.from));
    !own.is_some_and(|own| own.kind == edge.kind && own.name == edge.name)
}

fn cluster(graph: &Graph, vertex: Vertex) -> usize {
    match vertex {
        Vertex::Ks(id) => graph.ks(id).cluster,
        Vertex::Object(id) => graph.object(id).cluster,
    }
}

fn describe(graph: &Graph, vertex: Vertex) -> String {
    match vertex {
        Vertex::Ks(id) => format!("Flux Kustomization `{}/{}`", graph.ks(id).namespace, graph.ks(id).name),
        Vertex::Object(id) => {
            let object = graph.object(id);
            format!("{} `{}/{}`", object.header.kind, object.namespace, graph.name(object))
        }
    }
}

/// Namespaces of the cluster in which an object of that kind and name exists.
fn elsewhere(graph: &Graph, edge: &Edge) -> Vec<String> {
    let cluster = cluster(graph, edge.from);
    let mut found: Vec<String> = match edge.kind.as_str() {
        "Kustomization" => {
            let same =
                graph.kustomizations().iter().filter(|ks| ks.cluster == cluster && ks.name == edge.name && !ks.dormant);
            same.map(|ks| format!("`{}`", ks.namespace)).collect()
        }
        kind => {
            let same = graph.objects().iter().filter(|object| {
                object.cluster == cluster
                    && object.header.kind == kind
                    && graph.name(object) == edge.name
                    && !graph.is_dormant(object)
            });
            same.map(|object| format!("`{}`", object.namespace)).collect()
        }
    };
    found.sort();
    found.dedup();
    found
}

/// Circles of `dependsOn`, each reported once, at the reference that closes it.
fn cycles(report: &mut Report<'_>) {
    let edges = report.graph.edges();
    let mut state: HashMap<Vertex, bool> = HashMap::new();
    let mut closing: Vec<(&Edge, Vec<Vertex>)> = Vec::new();
    let starts: Vec<Vertex> =
        edges.all().iter().filter(|edge| edge.relation == Relation::DependsOn).map(|edge| edge.from).collect();
    for start in starts {
        let mut path: Vec<Vertex> = Vec::new();
        let mut open: Vec<(Vertex, Vec<&Edge>)> = Vec::new();
        if state.contains_key(&start) {
            continue;
        }
        enter(report.graph, start, &mut state, &mut path, &mut open);
        while let Some((vertex, rest)) = open.last_mut() {
            let Some(edge) = rest.pop() else {
                state.insert(*vertex, true);
                path.pop();
                open.pop();
                continue;
            };
            let Some(next) = edge.target.vertex() else { continue };
            match state.get(&next) {
                None => enter(report.graph, next, &mut state, &mut path, &mut open),
                Some(false) => {
                    let from = path.iter().position(|vertex| *vertex == next).unwrap_or(0);
                    closing.push((edge, path[from..].to_vec()));
                }
                Some(true) => {}
            }
        }
    }
    let mut seen: HashSet<Vec<Vertex>> = HashSet::new();
    for (edge, circle) in closing {
        let mut key = circle.clone();
        key.sort();
        if seen.insert(key) {
            let mut names: Vec<String> = circle.iter().map(|vertex| name(report.graph, *vertex)).collect();
            names.push(name(report.graph, circle[0]));
            let (path, position) = report.graph.place_of(edge);
            report.add(
                "dependency-cycle",
                path,
                position,
                format!("dependencies go in a circle: {}", names.join(" -> ")),
            );
        }
    }
}

fn enter<'a>(
    graph: &'a Graph,
    vertex: Vertex,
    state: &mut HashMap<Vertex, bool>,
    path: &mut Vec<Vertex>,
    open: &mut Vec<(Vertex, Vec<&'a Edge>)>,
) {
    state.insert(vertex, false);
    path.push(vertex);
    let next = graph.edges().from(vertex).filter(|edge| edge.relation == Relation::DependsOn);
    open.push((vertex, next.collect()));
}

fn name(graph: &Graph, vertex: Vertex) -> String {
    match vertex {
        Vertex::Ks(id) => format!("`{}/{}`", graph.ks(id).namespace, graph.ks(id).name),
        Vertex::Object(id) => {
            let object = graph.object(id);
            format!("`{}/{}`", object.namespace, graph.name(object))
        }
    }
}
