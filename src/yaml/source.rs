//! Bytes to text and back: byte order mark, UTF-8, positions.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::error::{ParseError, ParseProblem};
use super::text::skip_break;

/// Bytes that a file may have. The tree addresses its text with 32 bits; this leaves room and bounds memory.
pub(super) const SIZE_LIMIT: usize = 256 << 20;

const MARK: &str = "\u{feff}";

/// A place in a text, both counted from 1; a column is a character.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl std::fmt::Display for Position {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}", self.line, self.column)
    }
}

/// The text of a file, its byte order mark apart.
#[derive(Debug)]
pub(super) struct Source {
    whole: String,
    mark: usize,
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    pub(super) fn new(bytes: Vec<u8>) -> Result<Source, ParseError> {
        if bytes.len() > SIZE_LIMIT {
            return Err(ParseError::at("", 0, ParseProblem::TooLarge(SIZE_LIMIT)));
        }
        let whole = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(&error.as_bytes()[..valid]);
            ParseError::at(&text, text.len(), ParseProblem::Utf8)
        })?;
        let mark = if whole.starts_with(MARK) { MARK.len() } else { 0 };
        Ok(Source { whole, mark, lines: OnceLock::new() })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.whole.as_bytes()
    }

    pub(super) fn text(&self) -> &str {
        &self.whole[self.mark..]
    }

    /// Returns the length of the byte order mark: what to add to an offset in the text for one in the bytes.
    pub(super) fn mark(&self) -> usize {
        self.mark
    }

    /// Puts the byte order mark back in front of an edited text.
    pub(super) fn with_mark(&self, text: String) -> Vec<u8> {
        if self.mark == 0 { text.into_bytes() } else { [MARK.as_bytes(), text.as_bytes()].concat() }
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let lines = self.lines.get_or_init(|| line_starts(self.text()));
        let line = lines.partition_point(|start| *start as usize <= offset).max(1);
        let start = lines[line - 1] as usize;
        Position { line, column: characters(self.text(), start, offset) + 1 }
    }
}

/// Finds a position without building an index, for errors.
pub(super) fn position_in(text: &str, offset: usize) -> Position {
    let offset = offset.min(text.len());
    let starts = line_starts(text.get(..offset).unwrap_or(text));
    let start = starts.last().map_or(0, |start| *start as usize);
    Position { line: starts.len(), column: characters(text, start, offset) + 1 }
}

fn characters(text: &str, start: usize, end: usize) -> usize {
    let bytes = text.as_bytes().get(start..end.min(text.len())).unwrap_or_default();
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    let mut at = 0;
    while at < bytes.len() {
        if matches!(bytes[at], b'\n' | b'\r') {
            at = skip_break(bytes, at);
            starts.push(at as u32);
        } else {
            at += 1;
        }
    }
    starts
}

/// Returns the lines of a possibly indented text without the indentation they share, blank lines at its ends removed.
pub(super) fn dedent(text: &str) -> Vec<Cow<'_, str>> {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let lines: Vec<&str> = split_any(text);
    let blank = |line: &&&str| line.trim_matches([' ', '\t']).is_empty();
    let first = lines.iter().take_while(blank).count();
    let last = lines.len() - lines.iter().rev().take_while(blank).count();
    let kept = lines.get(first..last.max(first)).unwrap_or_default();
    let indent = kept
        .iter()
        .filter(|line| !line.trim_matches([' ', '\t']).is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    kept.iter().map(|line| Cow::Borrowed(line.get(indent..).unwrap_or(""))).collect()
}

fn split_any(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut at = 0;
    loop {
        let end = super::text::line_end(bytes, at);
        lines.push(&text[at..end]);
        if end == bytes.len() {
            return lines;
        }
        at = skip_break(bytes, end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let source = Source::new("\u{feff}ä: 1\r\nb: ö2\rc: 3".as_bytes().to_vec()).unwrap();
        let at = |needle: char| source.position(source.text().find(needle).unwrap());
        assert_eq!(at('1'), Position { line: 1, column: 4 });
        assert_eq!(at('2'), Position { line: 2, column: 5 });
        assert_eq!(at('3'), Position { line: 3, column: 4 });
        assert_eq!(position_in(source.text(), source.text().find('3').unwrap()), at('3'));
    }

    #[test]
    fn names_the_first_byte_that_is_not_text() {
        let error = Source::new(b"a: 1\nb: \xff\n".to_vec()).unwrap_err();
        assert_eq!((error.code(), error.position()), ("utf8", Position { line: 2, column: 4 }));
    }

    #[test]
    fn takes_the_shared_indentation_and_the_outer_blank_lines_away() {
        assert_eq!(dedent("\n    a:\n      b\n\n    c\n   "), ["a:", "  b", "", "c"]);
    }
}
