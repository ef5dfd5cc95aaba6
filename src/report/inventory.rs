//! Objects as rows: Flux Kustomizations, releases, sources, and anything else by its kind.

use super::table::{Cell, Column, Table};
use crate::manifest::flux::Source;
use crate::manifest::uses::Relation;
use crate::repo::{Graph, KsId, ObjectId, Vertex, Wanted};

const fn column(key: &'static str) -> Column {
    Column { key, wide: false }
}

const fn wide(key: &'static str) -> Column {
    Column { key, wide: true }
}

const CLUSTER: Column = column("cluster");
const NAMESPACE: Column = column("namespace");
const NAME: Column = column("name");
const STATE: Column = column("state");
const FILE: Column = wide("file");

/// Everything of a kind, as a table sorted by cluster, namespace and name.
///
/// `takes` decides by cluster, namespace and name. The cluster column is empty where there is one cluster.
pub fn inventory(graph: &Graph, wanted: &Wanted, takes: impl Fn(usize, &str, &str) -> bool) -> Table {
    let (thing, own): (&'static str, &[Column]) = if wanted.is_ks() {
        ("kustomizations", &[column("path"), column("depends_on"), wide("source"), wide("applied_by"), wide("objects")])
    } else if wanted.is_release() {
        ("releases", &[column("chart"), column("version"), column("source"), wide("via"), wide("applied_by")])
    } else if wanted.is_source() {
        ("sources", &[column("kind"), column("reference"), column("used_by"), wide("url"), wide("applied_by")])
    } else {
        ("objects", &[column("kind"), column("applied_by")])
    };
    let columns: Vec<Column> =
        [CLUSTER, NAMESPACE, NAME].into_iter().chain(own.iter().copied()).chain([STATE, FILE]).collect();
    let mut found: Vec<Vertex> = graph.vertices();
    found.retain(|vertex| is(graph, wanted, *vertex));
    let key = |vertex: &Vertex| graph.identity(*vertex);
    found.retain(|vertex| {
        let (cluster, _, namespace, name) = key(vertex);
        takes(cluster, namespace, &name)
    });
    found.sort_by(|a, b| key(a).cmp(&key(b)));
    // An object that several Flux Kustomizations apply is one object.
    found.dedup_by(|a, b| key(a) == key(b));
    let rows = found.iter().map(|vertex| row(graph, wanted, *vertex)).collect();
    let names = found.iter().map(|vertex| graph.reference(*vertex)).collect();
    Table { thing, columns, rows, names }
}

fn is(graph: &Graph, wanted: &Wanted, vertex: Vertex) -> bool {
    match vertex {
        Vertex::Ks(_) => wanted.is_ks(),
        Vertex::Object(id) => wanted.holds(&graph.object(id).header),
    }
}

fn row(graph: &Graph, wanted: &Wanted, vertex: Vertex) -> Vec<Cell> {
    let (cluster, _, namespace, name) = graph.identity(vertex);
    let shown = if graph.clusters().len() > 1 { graph.clusters()[cluster].name.as_str() } else { "" };
    let mut cells = vec![Cell::text(shown), Cell::text(namespace), Cell::text(name)];
    match vertex {
        Vertex::Ks(id) => cells.extend(kustomization(graph, id)),
        Vertex::Object(id) if wanted.is_release() => cells.extend(release(graph, id)),
        Vertex::Object(id) if wanted.is_source() => cells.extend(source(graph, id)),
        Vertex::Object(id) => {
            let object = graph.object(id);
            cells.extend([Cell::text(&object.header.kind), applied_by(graph, Some(object.ks))]);
        }
    }
    cells.push(state(graph, vertex));
    let place = graph.place(vertex).map(|(path, position)| format!("{path}:{}", position.line));
    cells.push(Cell::Text(place.unwrap_or_default()));
    cells
}

fn kustomization(graph: &Graph, id: KsId) -> [Cell; 5] {
    let ks = graph.ks(id);
    let view = graph.ks_view(id);
    let source = view.and_then(|view| view.source()).map(|source| format!("{}/{}", source.kind, source.name));
    let depends: Vec<String> = graph
        .edges()
        .from(Vertex::Ks(id))
        .filter(|edge| edge.relation == Relation::DependsOn)
        .map(|edge| {
            if edge.namespace == ks.namespace { edge.name.clone() } else { format!("{}/{}", edge.namespace, edge.name) }
        })
        .collect();
    let objects = graph.objects().iter().filter(|object| object.ks == id).count();
    let path = ks.directory.clone().or_else(|| view.and_then(|view| view.path()));
    [
        Cell::Text(path.unwrap_or_default()),
        Cell::List(depends),
        Cell::Text(source.unwrap_or_default()),
        applied_by(graph, ks.parent),
        Cell::Number(objects),
    ]
}

fn release(graph: &Graph, id: ObjectId) -> [Cell; 5] {
    let object = graph.object(id);
    let Some(chart) = graph.chart(object) else {
        return [Cell::text(""), Cell::text(""), Cell::text(""), Cell::text(""), applied_by(graph, Some(object.ks))];
    };
    let source = chart.reference.map(|reference| {
        let namespace = reference.namespace.unwrap_or_else(|| object.namespace.clone());
        format!("{}/{namespace}/{}", reference.kind, reference.name)
    });
    [
        Cell::text(chart.name),
        Cell::Text(chart.version.unwrap_or_default()),
        Cell::Text(source.unwrap_or_default()),
        Cell::text(chart.via),
        applied_by(graph, Some(object.ks)),
    ]
}

fn source(graph: &Graph, id: ObjectId) -> [Cell; 5] {
    let object = graph.object(id);
    let view = graph.source_view(id);
    let reference = view.and_then(|view| view.tag().or_else(|| view.semver_range()));
    let users = graph.edges().to(Vertex::Object(id)).count();
    [
        Cell::text(&object.header.kind),
        Cell::Text(reference.unwrap_or_default()),
        Cell::Number(users),
        Cell::Text(view.and_then(Source::url).unwrap_or_default()),
        applied_by(graph, Some(object.ks)),
    ]
}

fn applied_by(graph: &Graph, ks: Option<KsId>) -> Cell {
    Cell::Text(ks.map(|id| format!("{}/{}", graph.ks(id).namespace, graph.ks(id).name)).unwrap_or_default())
}

/// What keeps Flux from applying it.
fn state(graph: &Graph, vertex: Vertex) -> Cell {
    let ks = match vertex {
        Vertex::Ks(id) => id,
        Vertex::Object(id) => graph.object(id).ks,
    };
    let suspended = graph.ks_view(ks).is_some_and(|view| view.is_suspended());
    Cell::text(match (graph.ks(ks).dormant, suspended) {
        (true, _) => "not applied",
        (false, true) => "suspended",
        (false, false) => "",
    })
}
