//! House style: how far the lines around a place are indented.

use crate::yaml::content::Layout;
use crate::yaml::file::File;
use crate::yaml::text::{break_near, column, is_first_on_line, line_start, skip_blanks};
use crate::yaml::tree::{Shape, Style};

/// Reads the layout for new lines in or below the collection `container`: from its own entries, then the document,
/// then the file; two blanks where nothing says otherwise.
pub(super) fn near(file: &File, container: u32) -> Layout {
    let tree = file.tree();
    let extent = tree.documents.iter().rev().find(|extent| extent.root <= container);
    let root = extent.map_or(0, |extent| extent.root);
    let siblings = tree.entries(container).map(|(_, value)| value);
    let document = root..tree.nodes.get(root as usize).map_or(root, |raw| raw.skip);
    let nodes = siblings.chain(document).chain(0..root);
    let mut step = None;
    let mut list_step = None;
    for index in nodes {
        let Some((shape, indent)) = indent_below_key(file, index) else { continue };
        match shape {
            Shape::Mapping if indent > 0 => step = step.or(Some(indent)),
            Shape::Sequence => list_step = list_step.or(Some(indent)),
            _ => {}
        }
        if step.is_some() && list_step.is_some() {
            break;
        }
    }
    let step = step.unwrap_or(2);
    let at = tree.node(container).start as usize;
    Layout { line_break: break_near(file.text(), at), step, list_step: list_step.unwrap_or(step) }
}

/// Returns by how much a block collection on lines of its own is indented below its key.
fn indent_below_key(file: &File, index: u32) -> Option<(Shape, usize)> {
    let raw = file.tree().node(index);
    let bytes = file.text().as_bytes();
    if raw.style != Style::Block || bytes.get(raw.lead as usize) != Some(&b':') {
        return None;
    }
    let start = raw.start as usize;
    if !is_first_on_line(bytes, start) {
        return None;
    }
    column(bytes, start).checked_sub(key_column(bytes, raw.lead as usize)).map(|indent| (raw.shape, indent))
}

/// Returns the column of the key whose colon is at `colon`, past the dashes before it.
fn key_column(bytes: &[u8], colon: usize) -> usize {
    let line = line_start(bytes, colon);
    let mut at = skip_blanks(bytes, line);
    while matches!(bytes.get(at), Some(b'-' | b'?')) && matches!(bytes.get(at + 1), Some(b' ' | b'\t')) {
        at = skip_blanks(bytes, at + 1);
    }
    at - line
}
