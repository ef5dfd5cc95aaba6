//! The picture as Graphviz, Mermaid and JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Picture, PictureNode};

/// Writes a Graphviz digraph: full lines apply, dashed lines wait.
pub fn write_dot(picture: &Picture, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "digraph flux {{\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];")?;
    for (at, node) in picture.nodes.iter().enumerate() {
        let style = if node.dormant { ", style=\"rounded,dashed\"" } else { "" };
        writeln!(out, "  k{at} [label=\"{}\"{style}];", quoted(&label(picture, node)))?;
    }
    for (at, node) in picture.nodes.iter().enumerate() {
        if let Some(parent) = node.parent {
            writeln!(out, "  k{parent} -> k{at};")?;
        }
        for other in &node.depends_on {
            writeln!(out, "  k{at} -> k{other} [style=dashed, constraint=false];")?;
        }
    }
    writeln!(out, "}}")
}

/// Writes a Mermaid flowchart, which GitHub draws in Markdown.
pub fn write_mermaid(picture: &Picture, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (at, node) in picture.nodes.iter().enumerate() {
        writeln!(out, "  k{at}[\"{}\"]", label(picture, node).replace('"', "#quot;"))?;
    }
    for (at, node) in picture.nodes.iter().enumerate() {
        if let Some(parent) = node.parent {
            writeln!(out, "  k{parent} --> k{at}")?;
        }
        for other in &node.depends_on {
            writeln!(out, "  k{at} -.-> k{other}")?;
        }
    }
    Ok(())
}

/// The picture as JSON: nodes by what a person calls them.
pub fn picture_json(picture: &Picture) -> Value {
    let name = |&at: &usize| {
        let node = &picture.nodes[at];
        format!("{}/{}/{}", node.cluster, node.namespace, node.name)
    };
    let entry = |(at, node): (usize, &PictureNode)| {
        json!({
            "id": name(&at),
            "cluster": node.cluster,
            "namespace": node.namespace,
            "name": node.name,
            "directory": node.directory,
            "releases": node.releases,
            "other_objects": node.objects,
            "applied": !node.dormant,
            "applied_by": node.parent.as_ref().map(name),
            "depends_on": node.depends_on.iter().map(name).collect::<Vec<_>>(),
        })
    };
    json!({ "schema": "hops.graph/v1", "nodes": picture.nodes.iter().enumerate().map(entry).collect::<Vec<_>>() })
}

fn label(picture: &Picture, node: &PictureNode) -> String {
    if picture.has_several_clusters() {
        format!("{}/{}/{}", node.cluster, node.namespace, node.name)
    } else {
        format!("{}/{}", node.namespace, node.name)
    }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
