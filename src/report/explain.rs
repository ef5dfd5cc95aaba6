//! One object explained: where it stands, who applies it, what it refers to, what refers to it, what is wrong with it.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::style::{BAD, FAINT, PLACE, STRONG, WARN};
use crate::manifest::flux::FluxKustomization;
use crate::repo::{Edge, Graph, KsId, Listing, Problem, Target, Vertex};

/// What there is to say about one object.
pub struct Explanation<'a> {
    graph: &'a Graph,
    vertex: Vertex,
    problems: Vec<Problem>,
}

impl<'a> Explanation<'a> {
    /// Gathers what the repository tells about an object.
    pub fn of(graph: &'a Graph, vertex: Vertex) -> Explanation<'a> {
        let place = graph.place(vertex).map(|(path, _)| path.to_string());
        let mut problems = graph.check();
        problems.retain(|problem| {
            place.as_deref() == Some(problem.path.as_str())
                || problem.related.iter().any(|(path, _)| place.as_deref() == Some(path))
        });
        Explanation { graph, vertex, problems }
    }

    fn ks(&self) -> KsId {
        match self.vertex {
            Vertex::Ks(id) => id,
            Vertex::Object(id) => self.graph.object(id).ks,
        }
    }

    /// The Flux Kustomizations that apply it, from the entry point down.
    fn chain(&self) -> Vec<KsId> {
        let mut next = match self.vertex {
            Vertex::Ks(id) => self.graph.ks(id).parent,
            Vertex::Object(id) => Some(self.graph.object(id).ks),
        };
        let mut chain = Vec::new();
        while let Some(id) = next {
            chain.push(id);
            next = self.graph.ks(id).parent;
        }
        chain.reverse();
        chain
    }

    /// The file that lists its document.
    fn lister(&self) -> Option<&'a str> {
        let listing = match self.vertex {
            Vertex::Ks(id) => self.graph.ks(id).listing,
            Vertex::Object(id) => Some(self.graph.object(id).listing),
        };
        match listing? {
            Listing::Written(file) => Some(&self.graph.repository().file(file).path),
            Listing::Generated => None,
        }
    }

    /// Where its namespace comes from.
    fn namespace_from(&self) -> &'static str {
        let Vertex::Object(id) = self.vertex else {
            return if self.written_namespace() { "metadata.namespace" } else { "a kustomization around it" };
        };
        let object = self.graph.object(id);
        match (self.graph.ks(object.ks).target_namespace.is_some(), object.has_namespace) {
            (true, _) => "targetNamespace of its Flux Kustomization",
            (false, false) => "nothing: Flux would refuse it",
            (false, true) if self.written_namespace() => "metadata.namespace",
            (false, true) => "a kustomization around it",
        }
    }

    fn written_namespace(&self) -> bool {
        let document = match self.vertex {
            Vertex::Ks(id) => self.graph.ks(id).document,
            Vertex::Object(id) => Some(self.graph.object(id).document),
        };
        let header = document.and_then(|id| self.graph.header(id));
        header.is_some_and(|header| header.namespace.as_deref() == Some(self.graph.identity(self.vertex).2))
    }

    /// Other Flux Kustomizations that apply the same object.
    fn others(&self) -> Vec<KsId> {
        let identity = self.graph.identity(self.vertex);
        let same = |vertex: &Vertex| *vertex != self.vertex && self.graph.identity(*vertex) == identity;
        let owners = self.graph.vertices().into_iter().filter(same).filter_map(|vertex| match vertex {
            Vertex::Object(id) => Some(self.graph.object(id).ks),
            Vertex::Ks(_) => None,
        });
        let mut owners: Vec<KsId> = owners.filter(|&id| id != self.ks()).collect();
        owners.sort();
        owners.dedup();
        owners
    }

    fn view(&self) -> Option<FluxKustomization<'a>> {
        self.graph.ks_view(self.ks())
    }
}

/// Writes the explanation.
pub fn write_explanation(explanation: &Explanation<'_>, out: &mut impl Write) -> io::Result<()> {
    let Explanation { graph, vertex, problems } = explanation;
    let (cluster, kind, namespace, name) = graph.identity(*vertex);
    writeln!(
        out,
        "{STRONG}{kind} {namespace}/{name}{STRONG:#} {FAINT}in cluster {}{FAINT:#}",
        graph.clusters()[cluster].name
    )?;
    if let Some((path, position)) = graph.place(*vertex) {
        field(out, "file", &format!("{PLACE}{path}:{}{PLACE:#}", position.line))?;
    }
    if let Some(lister) = explanation.lister() {
        field(out, "listed by", lister)?;
    }
    field(out, "namespace", &format!("{namespace} {FAINT}from {}{FAINT:#}", explanation.namespace_from()))?;
    let shown = |id: KsId| format!("{}/{}", graph.ks(id).namespace, graph.ks(id).name);
    let chain: Vec<String> = explanation.chain().into_iter().map(shown).collect();
    if !chain.is_empty() {
        field(out, "applied by", &chain.join(" -> "))?;
    }
    if graph.ks(explanation.ks()).dormant {
        field(out, "state", &format!("{WARN}not applied: nothing lists its Flux Kustomization{WARN:#}"))?;
    } else if explanation.view().is_some_and(|view| view.is_suspended()) {
        field(out, "state", &format!("{WARN}suspended{WARN:#}"))?;
    }
    for other in explanation.others() {
        field(out, "also by", &shown(other))?;
    }
    details(explanation, out)?;
    let from: Vec<&Edge> = graph.edges().from(*vertex).collect();
    let to: Vec<&Edge> = graph.edges().to(*vertex).collect();
    if !from.is_empty() {
        writeln!(out, "\n{STRONG}refers to{STRONG:#}")?;
    }
    for edge in from {
        writeln!(out, "  {}", reference(graph, edge))?;
    }
    if !to.is_empty() {
        writeln!(out, "\n{STRONG}is referred to by{STRONG:#}")?;
    }
    for edge in to {
        let (path, position) = graph.place_of(edge);
        let line = position.map(|position| format!(":{}", position.line)).unwrap_or_default();
        writeln!(
            out,
            "  {} {FAINT}({}){FAINT:#}  {PLACE}{path}{line}{PLACE:#}",
            graph.reference(edge.from),
            edge.relation.name()
        )?;
    }
    if !problems.is_empty() {
        writeln!(out, "\n{STRONG}problems{STRONG:#}")?;
    }
    for problem in problems {
        writeln!(out, "  {BAD}{}{BAD:#} {}", problem.rule.code, problem.message)?;
    }
    Ok(())
}

/// What only some kinds have.
fn details(explanation: &Explanation<'_>, out: &mut impl Write) -> io::Result<()> {
    let graph = explanation.graph;
    match explanation.vertex {
        Vertex::Ks(id) => {
            let ks = graph.ks(id);
            if let Some(directory) = &ks.directory {
                field(out, "applies", directory)?;
            }
            let mut kinds: Vec<(&str, usize)> = Vec::new();
            for object in graph.objects().iter().filter(|object| object.ks == id) {
                match kinds.iter_mut().find(|(kind, _)| *kind == object.header.kind) {
                    Some((_, count)) => *count += 1,
                    None => kinds.push((&object.header.kind, 1)),
                }
            }
            let shown: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            if !shown.is_empty() {
                field(out, "objects", &shown.join(", "))?;
            }
        }
        Vertex::Object(id) => {
            let object = graph.object(id);
            if let Some(chart) = graph.chart(object).filter(|_| object.header.kind == "HelmRelease") {
                let version = chart.version.unwrap_or_else(|| "no version".into());
                field(out, "chart", &format!("{} {version} {FAINT}by {}{FAINT:#}", chart.name, chart.via))?;
                let workloads = graph.workloads(object);
                if !workloads.is_empty() {
                    field(out, "workloads", &workloads.join(", "))?;
                }
            }
        }
    }
    Ok(())
}

fn field(out: &mut impl Write, name: &str, value: &str) -> io::Result<()> {
    writeln!(out, "  {name:<11}{value}")
}

fn reference(graph: &Graph, edge: &Edge) -> String {
    let what = format!("{} {}/{} {FAINT}({}){FAINT:#}", edge.kind, edge.namespace, edge.name, edge.relation.name());
    let place = |vertex: Vertex| {
        graph
            .place(vertex)
            .map(|(path, position)| format!("{PLACE}{path}:{}{PLACE:#}", position.line))
            .unwrap_or_default()
    };
    match edge.target {
        Target::Found(vertex) => format!("{what}  {}", place(vertex)),
        Target::Made(vertex) => format!("{what}  made by {}", graph.reference(vertex)),
        Target::Own => format!("{what}  {FAINT}the source of this repository{FAINT:#}"),
        Target::Missing => format!("{what}  {WARN}not in this repository{WARN:#}"),
    }
}

/// The explanation as JSON.
pub fn explanation_json(explanation: &Explanation<'_>) -> Value {
    let Explanation { graph, vertex, problems } = explanation;
    let (cluster, kind, namespace, name) = graph.identity(*vertex);
    let shown = |id: KsId| format!("{}/{}", graph.ks(id).namespace, graph.ks(id).name);
    let place = graph.place(*vertex);
    let from = |edge: &Edge| {
        let target = match edge.target {
            Target::Found(_) => "found",
            Target::Made(_) => "made",
            Target::Own => "own",
            Target::Missing => "missing",
        };
        json!({
            "relation": edge.relation.name(),
            "kind": edge.kind,
            "namespace": edge.namespace,
            "name": edge.name,
            "target": target,
            "path": edge.target.vertex().and_then(|vertex| graph.place(vertex)).map(|place| place.0),
        })
    };
    json!({
        "schema": "hops.explanation/v1",
        "reference": graph.reference(*vertex),
        "cluster": graph.clusters()[cluster].name,
        "kind": kind,
        "namespace": namespace,
        "namespace_from": explanation.namespace_from(),
        "name": name,
        "path": place.map(|place| place.0),
        "line": place.map(|place| place.1.line),
        "listed_by": explanation.lister(),
        "applied": !graph.ks(explanation.ks()).dormant,
        "chain": explanation.chain().into_iter().map(shown).collect::<Vec<_>>(),
        "also_applied_by": explanation.others().into_iter().map(shown).collect::<Vec<_>>(),
        "refers_to": graph.edges().from(*vertex).map(from).collect::<Vec<_>>(),
        "referred_to_by": graph.edges().to(*vertex).map(|edge| json!({
            "relation": edge.relation.name(), "reference": graph.reference(edge.from),
        })).collect::<Vec<_>>(),
        "problems": problems.iter().map(|problem| json!({ "code": problem.rule.code, "message": problem.message })).collect::<Vec<_>>(),
    })
}
