//! The picture as a drawing: entry points on the left, namespaces as bands, dependencies as arcs on the right.
//!
//! One row for each Flux Kustomization keeps every name readable; arcs lead from who waits to whom it waits for. What
//! many wait for is named in their rows instead, because a bundle of arcs says nothing. Colours follow the reader's
//! light or dark setting.

use std::io::{self, Write};

use super::{Picture, PictureNode};

const ROW: usize = 22;
const INDENT: usize = 26;
const CHARACTER: usize = 7;
const MARGIN: usize = 24;
const HEAD: usize = 56;
const GAP: usize = 12;
/// With more waiting for it, a node is named in their rows.
const ARCS: usize = 4;

const STYLE: &str = "\
svg { background: #ffffff; font: 12px ui-monospace, 'DejaVu Sans Mono', monospace; }
text { fill: #1f2328; dominant-baseline: central; }
.title { font: bold 16px sans-serif; }
.faint { fill: #656d76; }
.band { fill: #f3f5f7; }
.space { fill: #0550ae; font-weight: bold; }
.line { stroke: #afb8c1; fill: none; }
.wait { stroke: #8250df; fill: none; stroke-opacity: 0.45; }
.head { fill: #8250df; fill-opacity: 0.7; }
.node { fill: #0969da; }
.off { fill: #ffffff; stroke: #9a6700; stroke-dasharray: 3 2; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; } text { fill: #e6edf3; } .faint { fill: #8d96a0; } .band { fill: #161b22; }
.space { fill: #79c0ff; } .line { stroke: #3d444d; } .wait { stroke: #d2a8ff; } .head { fill: #d2a8ff; }
.node { fill: #4493f8; } .off { fill: #0d1117; stroke: #d29922; }
}";

/// A row: a heading for a namespace, or a Flux Kustomization.
enum Row<'a> {
    Namespace { name: &'a str, depth: usize },
    Node { at: usize, depth: usize },
}

/// Writes the drawing.
pub fn write_svg(picture: &Picture, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Vec::new();
    for root in picture.children(None) {
        lay(picture, root, 0, &mut rows);
    }
    let layout = Layout::of(picture, &rows);
    let (width, height) = (layout.width, HEAD + rows.len() * ROW + MARGIN);
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">"
    )?;
    writeln!(out, "<title>{}</title>\n<style>{STYLE}</style>", escape(&layout.title))?;
    writeln!(out, "<text class=\"title\" x=\"{MARGIN}\" y=\"22\">{}</text>", escape(&layout.title))?;
    let legend = "a line applies; an arc on the right, or `after`, waits";
    writeln!(out, "<text class=\"faint\" x=\"{MARGIN}\" y=\"42\">{legend}</text>")?;
    for (index, row) in rows.iter().enumerate() {
        write_row(picture, row, &layout, index, out)?;
    }
    write_lines(picture, &layout, out)?;
    write_arcs(picture, &layout, out)?;
    writeln!(out, "</svg>")
}

fn lay<'a>(picture: &'a Picture, at: usize, depth: usize, rows: &mut Vec<Row<'a>>) {
    rows.push(Row::Node { at, depth });
    let mut namespace = None;
    for child in picture.children(Some(at)) {
        let node = &picture.nodes[child];
        if namespace != Some(&node.namespace) {
            namespace = Some(&node.namespace);
            rows.push(Row::Namespace { name: &node.namespace, depth: depth + 1 });
        }
        lay(picture, child, depth + 2, rows);
    }
}

struct Layout {
    /// Horizontal and vertical place of each node's dot.
    dots: Vec<(usize, usize)>,
    /// Where the text of each node ends.
    ends: Vec<usize>,
    /// Where arcs start.
    right: usize,
    width: usize,
    title: String,
}

impl Layout {
    fn of(picture: &Picture, rows: &[Row<'_>]) -> Layout {
        let mut dots = vec![(0, 0); picture.nodes.len()];
        let mut ends = vec![0; picture.nodes.len()];
        for (index, row) in rows.iter().enumerate() {
            if let Row::Node { at, depth } = *row {
                dots[at] = (MARGIN + depth * INDENT, HEAD + index * ROW + ROW / 2);
                let text = picture.nodes[at].name.chars().count() + 2 + remark(picture, at).chars().count();
                ends[at] = dots[at].0 + GAP + text * CHARACTER;
            }
        }
        let right = ends.iter().max().copied().unwrap_or(0) + GAP;
        let waits = picture.nodes.iter().flat_map(|node| &node.depends_on).any(|&other| !is_hub(picture, other));
        let width = (right + if waits { 230 } else { MARGIN }).max(560);
        let clusters: Vec<&str> = picture.nodes.iter().map(|node| node.cluster.as_str()).collect();
        let title = match clusters.first() {
            Some(first) if !picture.has_several_clusters() => {
                format!("cluster {first}: {} Flux Kustomizations", picture.nodes.len())
            }
            _ => format!("{} Flux Kustomizations", picture.nodes.len()),
        };
        Layout { dots, ends, right, width, title }
    }
}

/// Whether too many wait for a node to draw an arc for each.
fn is_hub(picture: &Picture, at: usize) -> bool {
    picture.nodes.iter().filter(|node| node.depends_on.contains(&at)).count() > ARCS
}

/// What stands behind a name.
fn remark(picture: &Picture, at: usize) -> String {
    let node = &picture.nodes[at];
    let hubs = node.depends_on.iter().filter(|&&other| is_hub(picture, other));
    let names: Vec<&str> = hubs.map(|&other| picture.nodes[other].name.as_str()).collect();
    let own = content(node);
    match (names.is_empty(), own.is_empty()) {
        (true, _) => own,
        (false, true) => format!("after {}", names.join(", ")),
        (false, false) => format!("{own}, after {}", names.join(", ")),
    }
}

/// What a node applies.
fn content(node: &PictureNode) -> String {
    let releases = match node.releases.as_slice() {
        [] => String::new(),
        [one] if *one == node.name => "release".to_string(),
        [one] => format!("release {one}"),
        several => format!("{} releases", several.len()),
    };
    let off = if node.dormant { "not applied " } else { "" };
    let more = match (releases.is_empty(), node.objects) {
        (_, 0) => String::new(),
        (true, count) => format!("{count} objects"),
        (false, count) => format!(" + {count}"),
    };
    format!("{off}{releases}{more}")
}

fn write_row(picture: &Picture, row: &Row<'_>, layout: &Layout, index: usize, out: &mut impl Write) -> io::Result<()> {
    let top = HEAD + index * ROW;
    let middle = top + ROW / 2;
    match *row {
        Row::Namespace { name, depth } => {
            let (left, width) = (MARGIN + depth * INDENT - 6, layout.right);
            writeln!(
                out,
                "<rect class=\"band\" x=\"{left}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                top + 1,
                width - left,
                ROW - 2
            )?;
            writeln!(out, "<text class=\"space\" x=\"{}\" y=\"{middle}\">{}</text>", left + 6, escape(name))
        }
        Row::Node { at, .. } => {
            let node = &picture.nodes[at];
            let (x, y) = layout.dots[at];
            let class = if node.dormant { "off" } else { "node" };
            writeln!(out, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>")?;
            writeln!(
                out,
                "<text x=\"{}\" y=\"{y}\">{}<tspan class=\"faint\" dx=\"{GAP}\">{}</tspan><title>{}</title></text>",
                x + GAP,
                escape(&node.name),
                escape(&remark(picture, at)),
                escape(&node.directory)
            )
        }
    }
}

/// Lines from parents to children.
fn write_lines(picture: &Picture, layout: &Layout, out: &mut impl Write) -> io::Result<()> {
    for parent in 0..picture.nodes.len() {
        let children = picture.children(Some(parent));
        let Some(lowest) = children.iter().map(|&child| layout.dots[child].1).max() else { continue };
        let (x, y) = layout.dots[parent];
        writeln!(out, "<path class=\"line\" d=\"M{x} {}V{lowest}\"/>", y + 5)?;
        for child in children {
            let (to, y) = layout.dots[child];
            writeln!(out, "<path class=\"line\" d=\"M{x} {y}H{}\"/>", to - 5)?;
        }
    }
    Ok(())
}

/// Arcs from who waits to whom it waits for; the farther, the wider.
fn write_arcs(picture: &Picture, layout: &Layout, out: &mut impl Write) -> io::Result<()> {
    let height = layout.dots.iter().map(|dot| dot.1).max().unwrap_or(1).max(1);
    for (at, node) in picture.nodes.iter().enumerate() {
        for &other in node.depends_on.iter().filter(|&&other| !is_hub(picture, other)) {
            let (from, to) = (layout.dots[at].1, layout.dots[other].1);
            let far = from.abs_diff(to) * 180 / height + 24;
            let (start, end) = (layout.ends[at] + 4, layout.ends[other] + 10);
            let bend = layout.right + far;
            writeln!(out, "<path class=\"wait\" d=\"M{start} {from}C{bend} {from} {bend} {to} {end} {to}\"/>")?;
            writeln!(out, "<path class=\"head\" d=\"M{} {to}l7 -3.5v7z\"/>", end - 5)?;
        }
    }
    Ok(())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
