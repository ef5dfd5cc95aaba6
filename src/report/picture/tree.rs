//! A tree of names.

use std::io::{self, Write};

use super::{Picture, PictureNode};
use crate::report::style::{FAINT, STRONG, WARN};

/// Writes the Flux Kustomizations as a tree, each with its releases and what it waits for.
pub fn write_tree(picture: &Picture, out: &mut impl Write) -> io::Result<()> {
    let several = !picture.nodes.is_empty() && picture.has_several_clusters();
    let mut cluster = "";
    for root in picture.children(None) {
        let node = &picture.nodes[root];
        if several && node.cluster != cluster {
            cluster = &node.cluster;
            writeln!(out, "{STRONG}cluster {cluster}{STRONG:#}")?;
        }
        write_node(picture, root, "", "", out)?;
    }
    Ok(())
}

fn write_node(picture: &Picture, at: usize, lead: &str, below: &str, out: &mut impl Write) -> io::Result<()> {
    let node = &picture.nodes[at];
    writeln!(out, "{lead}{}", line(picture, node))?;
    let children = picture.children(Some(at));
    for (index, &child) in children.iter().enumerate() {
        let last = index + 1 == children.len();
        let (lead, deeper) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        write_node(picture, child, &format!("{below}{lead}"), &format!("{below}{deeper}"), out)?;
    }
    Ok(())
}

fn line(picture: &Picture, node: &PictureNode) -> String {
    let mut text = format!("{}/{STRONG}{}{STRONG:#}", node.namespace, node.name);
    if node.dormant {
        text.push_str(&format!(" {WARN}(not applied){WARN:#}"));
    }
    let mut more = Vec::new();
    if !node.releases.is_empty() {
        more.push(format!("hr {}", node.releases.join(", ")));
    }
    if !node.depends_on.is_empty() {
        let name = |&other: &usize| {
            let other = &picture.nodes[other];
            if other.namespace == node.namespace {
                other.name.clone()
            } else {
                format!("{}/{}", other.namespace, other.name)
            }
        };
        let names: Vec<String> = node.depends_on.iter().map(name).collect();
        more.push(format!("after {}", names.join(", ")));
    }
    if !more.is_empty() {
        text.push_str(&format!("  {FAINT}{}{FAINT:#}", more.join("; ")));
    }
    text
}
