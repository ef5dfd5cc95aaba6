//! Lines: where entries and items of block collections begin and end.

use std::ops::Range;

use super::{Editor, Splice};
use crate::yaml::comment;
use crate::yaml::content::{Content, Layout};
use crate::yaml::error::EditError;
use crate::yaml::text::{column, is_first_on_line, line_end, line_start, next_line, skip_blanks};

/// The lines of one entry or item.
pub(super) struct Lines {
    /// The first byte of the entry: its key or dash.
    pub start: usize,
    /// Behind the last byte that is data.
    pub end: usize,
    /// The column of `start`.
    pub column: usize,
    /// The start of the comment lines above, or of the entry's own line.
    pub above: usize,
    /// The start of the line after the entry and the comments that belong to it.
    pub below: usize,
}

impl Lines {
    /// Tells whether nothing but blanks stands before the entry on its line.
    pub(super) fn own_line(&self, bytes: &[u8]) -> bool {
        is_first_on_line(bytes, self.start)
    }
}

impl Editor<'_> {
    /// Measures an entry: `first` is its key, or the item itself; `last` the value or item.
    pub(super) fn lines(&self, first: u32, last: u32) -> Lines {
        let bytes = self.bytes();
        let start = self.raw(first).lead as usize;
        let end = self.entry_end(first, last);
        let column = column(bytes, start);
        Lines {
            start,
            end,
            column,
            above: comment::above(self.file, first, start).start,
            below: comment::below(bytes, end, column),
        }
    }

    /// Returns a splice that puts whole lines at `at`, the start of a line or the end of the text.
    ///
    /// A text without final line break stays without, unless `content` ends in a text block: its line break is text.
    pub(super) fn add_lines(
        &self,
        at: usize,
        lines: &[String],
        content: &Content,
        layout: Layout,
    ) -> Result<Splice, EditError> {
        let mut joined = lines.join(layout.line_break);
        let unfinished = at == self.bytes().len() && line_start(self.bytes(), at) != at;
        if unfinished {
            self.finished_block_scalar(at)?;
            if content.ends_in_text_block() {
                joined.push_str(layout.line_break);
            }
            return Ok(Splice::insert(at, format!("{}{joined}", layout.line_break)));
        }
        Ok(Splice::insert(at, format!("{joined}{}", layout.line_break)))
    }

    /// Refuses a text block right before a line of blanks, which would become part of the text.
    pub(super) fn no_blanks_after(&self, line: usize, column: usize, content: &Content) -> Result<(), EditError> {
        let bytes = self.bytes();
        let mut at = line;
        while content.ends_in_text_block() && at < bytes.len() {
            let text = skip_blanks(bytes, at);
            if text != line_end(bytes, at) {
                break;
            }
            if text - at > column || content.ends_in_kept_blanks() {
                let words = "the empty line below would become part of the text block";
                return Err(EditError::new("no-line", words).at(self.file.position(at)));
            }
            at = next_line(bytes, at).max(at + 1);
        }
        Ok(())
    }

    /// Refuses to go on after a block scalar that the end of the file cuts off: a line break would become part of its text.
    pub(super) fn finished_block_scalar(&self, at: usize) -> Result<(), EditError> {
        let last = self.whole_document().rev().find(|index| self.raw(*index).is_block_scalar());
        match last {
            Some(index) if at == self.bytes().len() && self.raw(index).end as usize == at && !self.strips(index) => {
                let words = "the text block at the end of the file has no line break, and adding one changes it";
                Err(self.error("no-final-newline", index, words))
            }
            _ => Ok(()),
        }
    }

    fn strips(&self, index: u32) -> bool {
        let header = self.node(index).raw().lines().next().unwrap_or_default();
        header.split([' ', '\t']).next().unwrap_or_default().contains('-')
    }

    /// Returns a splice that takes whole lines out, `range` starting and ending at line starts.
    ///
    /// At the end of a text without final line break the break before the lines goes instead, so that the text still has none.
    pub(super) fn remove_lines(&self, range: Range<usize>) -> Splice {
        let bytes = self.bytes();
        let unfinished = range.end == bytes.len() && line_start(bytes, bytes.len()) != bytes.len();
        if !unfinished || range.start == 0 {
            return Splice::delete(range);
        }
        let mut before = line_end(bytes, line_start(bytes, range.start - 1));
        // A blank line before the lines would be the new final line break.
        while before > 0 && line_start(bytes, before) == before {
            before = super::put::end_before(bytes, before);
        }
        let cut_off = self.whole_document().any(|index| {
            let raw = self.raw(index);
            raw.is_block_scalar()
                && raw.end as usize >= before
                && raw.end as usize <= range.start
                && !self.strips(index)
        });
        // A text block that becomes the last line must keep its break: it is part of the text.
        if cut_off { Splice::delete(range) } else { Splice::delete(before..range.end) }
    }
}

/// Puts `indent` blanks before every line but the first.
pub(super) fn hang(lines: Vec<String>, indent: usize) -> Vec<String> {
    let pad = " ".repeat(indent);
    lines
        .into_iter()
        .enumerate()
        .map(|(number, line)| if number == 0 || line.is_empty() { line } else { format!("{pad}{line}") })
        .collect()
}

/// Puts `indent` blanks before every line.
pub(super) fn indent(lines: Vec<String>, indent: usize) -> Vec<String> {
    let pad = " ".repeat(indent);
    lines.into_iter().map(|line| if line.is_empty() { line } else { format!("{pad}{line}") }).collect()
}
