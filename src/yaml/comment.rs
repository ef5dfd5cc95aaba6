//! Which comments belong to what.
//!
//! Comments are not part of the tree; they are found in the gaps between tokens. The lines directly above an entry,
//! in its column, describe it. A comment behind a value on its line belongs to that value, and so do later comment lines
//! that are indented deeper than the entry.

use std::ops::Range;

use super::file::File;
use super::text::{is_first_on_line, line_end, line_start, next_line, skip_blanks};
use super::tree::{Extent, header_comment};

/// Returns the comment at the end of a node's first line, or the lines directly above it.
pub(super) fn of(file: &File, index: u32) -> Option<&str> {
    let raw = file.tree().node(index);
    let bytes = file.text().as_bytes();
    let trailing = if raw.is_block_scalar() {
        Some(header_comment(bytes, raw)).filter(|range| bytes.get(range.start) == Some(&b'#'))
    } else if raw.is_block_collection() {
        behind(bytes, raw.lead as usize + 1)
    } else {
        behind(bytes, raw.end as usize)
    };
    let range = trailing.or_else(|| {
        let entry = line_start(bytes, raw.lead as usize);
        let lines = above(file, index, skip_blanks(bytes, entry));
        (!lines.is_empty()).then(|| skip_blanks(bytes, lines.start)..before(bytes, lines.end))
    })?;
    file.text().get(range).map(str::trim_end)
}

fn before(bytes: &[u8], line: usize) -> usize {
    let mut end = line;
    while end > 0 && matches!(bytes[end - 1], b'\n' | b'\r') {
        end -= 1;
    }
    end
}

/// Returns the comment that follows `at` on its line with nothing but blanks between.
pub(super) fn behind(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let start = skip_blanks(bytes, at);
    (start > at && bytes.get(start) == Some(&b'#')).then(|| start..line_end(bytes, start))
}

/// Returns the comment lines directly above the entry or item that starts at `start` and holds the node `index`.
///
/// Whole lines; empty at the start of the entry's line when there are none. A schema comment describes the document,
/// never an entry.
pub(super) fn above(file: &File, index: u32, start: usize) -> Range<usize> {
    let bytes = file.text().as_bytes();
    let line = line_start(bytes, start);
    if !is_first_on_line(bytes, start) {
        return line..line;
    }
    let column = start - line;
    let floor = token_before(file, index);
    let mut first = line;
    while first > floor {
        let previous = line_start(bytes, before_line(bytes, first));
        let hash = skip_blanks(bytes, previous);
        let describes = previous >= floor && bytes.get(hash) == Some(&b'#') && hash - previous == column;
        if !describes || schema_in(file.slice(hash..line_end(bytes, hash))).is_some() {
            break;
        }
        first = previous;
    }
    first..line
}

fn before_line(bytes: &[u8], line: usize) -> usize {
    if line >= 2 && bytes[line - 2..line] == *b"\r\n" { line - 2 } else { line.saturating_sub(1) }
}

/// Returns an offset behind everything that comes before a node: text above it is comments and blanks only.
fn token_before(file: &File, index: u32) -> usize {
    let tree = file.tree();
    let extent = tree.documents.iter().rev().find(|extent| extent.root <= index);
    let body = extent.map_or(0, |extent| extent.body as usize);
    // The entry may be the value's: go back to the first node that ends or begins before it.
    let bytes = file.text().as_bytes();
    let line = line_start(bytes, tree.node(index).lead as usize);
    let mut at = index;
    while at > 0 {
        at -= 1;
        let raw = tree.node(at);
        let closed = raw.skip <= index;
        let edge = if closed { raw.end as usize } else { raw.lead as usize };
        if edge < line {
            return edge.max(body);
        }
    }
    body
}

/// Returns the start of the first line after `end` that does not belong to an entry in `column`: behind the comment lines
/// that are indented deeper.
pub(super) fn below(bytes: &[u8], end: usize, column: usize) -> usize {
    let mut kept = next_line(bytes, end);
    let mut line = kept;
    while line < bytes.len() {
        let first = skip_blanks(bytes, line);
        let stop = line_end(bytes, line);
        if first < stop {
            if bytes[first] != b'#' || first - line <= column {
                break;
            }
            kept = next_line(bytes, line);
        }
        line = next_line(bytes, line);
    }
    kept
}

/// Returns the comments inside a part of the text, which must start and end outside comments.
///
/// `scalars` are the ranges of the scalars in it, in order: a `#` in those is text.
pub(super) fn within(text: &str, range: Range<usize>, scalars: impl Iterator<Item = Range<usize>>) -> Vec<String> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = range.start;
    let mut scan = |from: usize, to: usize| {
        let mut at = from;
        while at < to {
            if bytes[at] != b'#' {
                at += 1;
                continue;
            }
            let end = line_end(bytes, at).min(to);
            found.push(text[at..end].trim_end().to_owned());
            at = end;
        }
    };
    for scalar in scalars {
        if scalar.start >= range.end {
            break;
        }
        if scalar.end <= at {
            continue;
        }
        scan(at, scalar.start);
        at = scalar.end;
    }
    scan(at, range.end);
    found
}

/// Returns where the address of a document's schema comment stands.
pub(super) fn schema_address(file: &File, extent: &Extent) -> Option<(usize, usize)> {
    let bytes = file.text().as_bytes();
    let raw = file.tree().node(extent.root);
    let stop = if raw.is_empty_scalar() && !raw.has_properties() { extent.end } else { raw.start };
    let mut line = extent.start as usize;
    while line < stop as usize {
        let end = line_end(bytes, line);
        let first = skip_blanks(bytes, line);
        if bytes.get(first) == Some(&b'#')
            && let Some((start, length)) = schema_in(&file.text()[first..end])
        {
            return Some((first + start, first + start + length));
        }
        line = next_line(bytes, line);
        if end == bytes.len() {
            break;
        }
    }
    None
}

/// Returns where in a comment the schema address stands, and its length.
pub(super) fn schema_in(comment: &str) -> Option<(usize, usize)> {
    let body = comment.trim_start_matches('#').trim_start();
    let rest = body.strip_prefix("yaml-language-server:")?.trim_start().strip_prefix("$schema=")?;
    let length = rest.find([' ', '\t']).unwrap_or(rest.len());
    Some((comment.len() - rest.len(), length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Path;

    fn comment(text: &str, path: &str) -> Option<String> {
        let file = File::parse(text.into()).unwrap();
        let path = Path::parse(path).unwrap();
        file.document(0).unwrap().get(&path).unwrap().comment().map(str::to_owned)
    }

    #[test]
    fn prefers_the_comment_on_the_line() {
        let text =
            "# one\n# two\na: 1 # three\nb: '#no' \n\n# far\n\nc: |- # head\n  # text\nd:  # key\n  # above\n  e: 1\n";
        assert_eq!(comment(text, "a").as_deref(), Some("# three"));
        assert_eq!(comment(text, "b"), None);
        assert_eq!(comment(text, "c").as_deref(), Some("# head"));
        assert_eq!(comment(text, "d").as_deref(), Some("# key"));
        assert_eq!(comment(text, "d.e").as_deref(), Some("# above"));
    }

    #[test]
    fn takes_all_lines_above_but_never_the_schema() {
        let text = "# yaml-language-server: $schema=https://x/y.json\n# one\n# two\na: 1\n";
        assert_eq!(comment(text, "a").as_deref(), Some("# one\n# two"));
        let file = File::parse(text.into()).unwrap();
        assert_eq!(file.document(0).unwrap().schema().unwrap().url, "https://x/y.json");
    }

    #[test]
    fn does_not_take_text_for_a_comment() {
        let text = "a: \"\n# text\n\"\nb: 1\nc: |\n  # text\nd: 1\n";
        assert_eq!(comment(text, "b"), None);
        assert_eq!(comment(text, "d"), None);
    }

    #[test]
    fn finds_the_schema_of_each_document() {
        let text =
            "---\n# yaml-language-server: $schema=a\nx: 1\n---\nx: 2\n--- \n# yaml-language-server: $schema=c d\n";
        let file = File::parse(text.into()).unwrap();
        let found: Vec<_> = file.documents().map(|document| document.schema().map(|schema| schema.url)).collect();
        assert_eq!(found, [Some("a"), None, Some("c")]);
    }
}
