//! Setting a value in place.

use std::ops::Range;
use std::rc::Rc;

use super::{Change, Editor, Splice, layout};
use crate::yaml::check::{Expect, Fresh};
use crate::yaml::comment;
use crate::yaml::content::{Content, Laid, Under, same_meaning};
use crate::yaml::error::EditError;
use crate::yaml::find::{Holder, Located, Spot};
use crate::yaml::operation::Fragment;
use crate::yaml::path::Path;
use crate::yaml::text::{BLANKS, column, is_first_on_line, line_end, line_start, next_line, skip_blanks};
use crate::yaml::tree::{Shape, header_comment};

/// Where the old value of a slot stands on its lines.
struct Slot {
    /// Behind the colon or dash, or the first byte of a document's content.
    begin: usize,
    /// Blanks between `begin` and the value.
    gap: String,
    /// What follows the value on the line of the indicator: blanks, and a comment that stays.
    tail: String,
    /// The end of the last line that goes with the value, its break left out.
    end: usize,
    under: Under,
}

impl Editor<'_> {
    pub(super) fn put(&self, path: &Path, fragment: &Fragment) -> Result<Option<Change>, EditError> {
        match self.locate(path)? {
            Located::Found(spot) => {
                let raw = self.raw(spot.node);
                let hint = (raw.shape == Shape::Scalar && !raw.is_empty_scalar()).then_some(raw.style);
                let content = Content::new(fragment, hint, layout::near(self.file, self.container(spot)))?;
                if self.is_there(spot.node, &content) {
                    return Ok(None);
                }
                self.replace(spot, Rc::new(content)).map(Some)
            }
            Located::Missing { at, rest } => {
                let layout = layout::near(self.file, at.node);
                let content = Content::new(fragment, None, layout)?;
                if self.raw(at.node).shape == Shape::Mapping && self.raw(at.node).len() > 0 {
                    let content = content.nested(&rest[1..], layout)?;
                    return self.add_entry(at.node, &rest[0], content).map(Some);
                }
                self.replace(at, Rc::new(content.nested(&rest, layout)?)).map(Some)
            }
        }
    }

    /// Tells whether a node already means what the content says.
    pub(super) fn is_there(&self, node: u32, content: &Content) -> bool {
        let anchor = content.file().node(content.root()).anchor();
        (anchor.is_none() || anchor == self.node(node).anchor())
            && same_meaning(self.file, node, content.file(), content.root())
    }

    /// Returns the collection whose style new lines at a spot follow.
    pub(super) fn container(&self, spot: Spot) -> u32 {
        match spot.holder {
            Holder::Document => spot.node,
            Holder::Entry { mapping, .. } => mapping,
            Holder::Item { sequence, .. } => sequence,
        }
    }

    /// Replaces the node of a spot by new content. Its anchor stays, its tag goes.
    pub(super) fn replace(&self, spot: Spot, content: Rc<Content>) -> Result<Change, EditError> {
        let own_anchor = content.file().node(content.root()).anchor().is_some();
        let nodes = spot.node..self.raw(spot.node).skip;
        self.free_of_aliases(nodes, (!own_anchor).then_some(spot.node))?;
        let anchor = self.node(spot.node).anchor().filter(|_| !own_anchor);
        let splices_and_comments = if self.in_flow(spot) {
            self.replace_in_flow(spot, &content, anchor)?
        } else {
            self.replace_on_lines(spot, &content, anchor)?
        };
        let (splices, comments) = splices_and_comments;
        let tags = self.node(spot.node).tag().filter(|tag| content.file().node(content.root()).tag() != Some(tag));
        let root = content.root();
        Ok(Change {
            splices,
            expect: Expect::replace(spot.node, Fresh::Content(content, root), anchor),
            comments,
            tags: tags.into_iter().map(str::to_owned).collect(),
        })
    }

    fn replace_in_flow(
        &self,
        spot: Spot,
        content: &Content,
        anchor: Option<&str>,
    ) -> Result<(Vec<Splice>, Vec<String>), EditError> {
        let raw = self.raw(spot.node);
        let text = self.flow_text(content, spot.node)?;
        let text = with_anchor(anchor, &text);
        let range = self.node(spot.node).first_byte()..raw.end as usize;
        let splice = match spot.holder {
            Holder::Entry { key, .. } if raw.lacks_colon() && self.raw(key).is_empty_scalar() => {
                return Err(self.error("complex-key", spot.node, "the key is empty"));
            }
            Holder::Entry { key, .. } if raw.lacks_colon() => {
                Splice::insert(self.raw(key).end as usize, format!(": {text}"))
            }
            Holder::Entry { .. } if range.is_empty() => Splice::insert(raw.lead as usize + 1, format!(" {text}")),
            _ => Splice::new(range.clone(), text),
        };
        Ok((vec![splice], self.comments(range, spot.node..raw.skip)))
    }

    fn replace_on_lines(
        &self,
        spot: Spot,
        content: &Content,
        anchor: Option<&str>,
    ) -> Result<(Vec<Splice>, Vec<String>), EditError> {
        let layout = layout::near(self.file, self.container(spot));
        let slot = self.slot(spot)?;
        let laid = content.lay(slot.under, anchor, layout);
        if let Some(splice) = self.replace_in_line(spot, &laid, anchor) {
            let comments = self.comments(splice.range.clone(), spot.node..self.raw(spot.node).skip);
            return Ok((vec![splice], comments));
        }
        let text = self.file.text();
        let bytes = self.bytes();
        let mut splices = Vec::new();
        if !laid.above.is_empty() {
            splices.push(self.comment_above(spot, &laid.above)?);
        }
        let mut new = String::new();
        let fresh_line = spot.holder == Holder::Document && !is_first_on_line(bytes, slot.begin);
        if !laid.first.is_empty() {
            // A tab may stand before a value on the line, not before a block that begins there.
            let plain_gap = !laid.is_block || !slot.gap.contains(['\t', '\n', '\r']);
            new.push_str(if plain_gap { &slot.gap } else { " " });
            new.push_str(&laid.first);
        }
        let tail =
            if laid.rest.is_empty() || !slot.tail.trim_matches(BLANKS).is_empty() { slot.tail.as_str() } else { "" };
        if laid.is_block || laid.rest.is_empty() {
            new.push_str(tail);
        }
        let starts_below = laid.first.is_empty() && spot.holder == Holder::Document && !fresh_line;
        for (number, line) in laid.rest.iter().enumerate() {
            if number > 0 || !starts_below {
                new.push_str(layout.line_break);
            }
            new.push_str(line);
        }
        if !laid.is_block && !laid.rest.is_empty() {
            new.push_str(tail);
        }
        let column = match slot.under {
            Under::Key(column) | Under::Dash(column, _) => column,
            Under::Nothing => 0,
        };
        self.no_blanks_after(next_line(bytes, slot.end), column, content)?;
        if slot.end == text.len() && content.ends_in_text_block() {
            // The line break is part of the new text.
            new.push_str(layout.line_break);
        }
        let comments = self.comments(slot.begin..slot.end, spot.node..self.raw(spot.node).skip);
        let kept = slot.tail.trim_matches(BLANKS);
        let comments = comments.into_iter().filter(|comment| comment != kept).collect();
        splices.push(Splice::new(slot.begin..slot.end, new));
        Ok((splices, comments))
    }

    /// Replaces a value that is no block by one that fits on its line, and nothing around it.
    fn replace_in_line(&self, spot: Spot, laid: &Laid, anchor: Option<&str>) -> Option<Splice> {
        let raw = self.raw(spot.node);
        let is_block = raw.is_block_scalar() || raw.is_block_collection() || raw.is_empty_scalar();
        if is_block || !laid.rest.is_empty() || !laid.above.is_empty() {
            return None;
        }
        if anchor.is_none() || self.node(spot.node).tag().is_some() {
            return Some(Splice::new(self.node(spot.node).first_byte()..raw.end as usize, laid.first.clone()));
        }
        // What stands between the anchor and the value stays, even a line break.
        let value = laid.first.trim_start_matches(|character| character != ' ').trim_start_matches(BLANKS);
        Some(Splice::new(raw.range(), value))
    }

    fn slot(&self, spot: Spot) -> Result<Slot, EditError> {
        let bytes = self.bytes();
        let text = self.file.text();
        let raw = self.raw(spot.node);
        let lead = raw.lead as usize;
        let first = self.node(spot.node).first_byte();
        let (begin, under) = match spot.holder {
            Holder::Document => (first, Under::Nothing),
            Holder::Entry { key, .. } => {
                if raw.lacks_colon() {
                    return Err(self.error("complex-key", spot.node, "the key has no colon"));
                }
                (lead + 1, Under::Key(column(bytes, self.raw(key).lead as usize)))
            }
            Holder::Item { sequence, .. } => (lead + 1, Under::Dash(column(bytes, lead), self.dash_gap(sequence))),
        };
        let value = begin.max(first);
        let same_line = line_end(bytes, begin) >= value;
        let gap = match spot.holder {
            Holder::Document => String::new(),
            _ if same_line && value > begin && value < raw.end as usize => text[begin..value].to_owned(),
            Holder::Item { .. } => match under {
                Under::Dash(_, gap) => " ".repeat(gap),
                _ => " ".to_owned(),
            },
            _ => " ".to_owned(),
        };
        let (tail, end) = self.slot_end(spot, begin, under);
        Ok(Slot { begin, gap, tail, end, under })
    }

    /// Returns what follows the value on the indicator's line, and where its last line ends.
    fn slot_end(&self, spot: Spot, begin: usize, under: Under) -> (String, usize) {
        let bytes = self.bytes();
        let text = self.file.text();
        let raw = self.raw(spot.node);
        let value_end = (raw.end as usize).max(begin);
        if raw.is_block_scalar() {
            let comment = header_comment(bytes, raw);
            let header = comment.start.min(value_end);
            let tail = if bytes.get(comment.start) == Some(&b'#') { &text[header..comment.end] } else { "" };
            let tail = if tail.is_empty() { String::new() } else { format!(" {tail}") };
            return (tail, value_end.max(if tail_is_last(value_end, &comment) { comment.end } else { value_end }));
        }
        if !raw.is_block_collection() {
            let end = line_end(bytes, value_end);
            let line = line_end(bytes, begin);
            if line < raw.start as usize && spot.holder != Holder::Document {
                // The value stands below its key: what stays is the comment behind the key.
                let comment = text[begin..line].find('#').map(|at| format!(" {}", text[begin + at..line].trim_end()));
                return (comment.unwrap_or_default(), end);
            }
            return (text[value_end..end].to_owned(), end);
        }
        let column = match under {
            Under::Key(column) | Under::Dash(column, _) => Some(column),
            Under::Nothing => None,
        };
        let end = match column {
            Some(column) => end_before(bytes, comment::below(bytes, value_end, column)),
            None => line_end(bytes, value_end),
        };
        let end = end.max(line_end(bytes, value_end));
        let properties = self.tree().properties(spot.node).map_or(begin, |found| found.end as usize);
        let line = line_end(bytes, properties.max(begin));
        let tail = if line < raw.start as usize && spot.holder != Holder::Document {
            text[properties.max(begin)..line].to_owned()
        } else {
            String::new()
        };
        (tail, end)
    }

    /// Returns the number of blanks behind the dashes of a list, as its items have it.
    pub(super) fn dash_gap(&self, sequence: u32) -> usize {
        let bytes = self.bytes();
        let gaps = self.tree().children(sequence).filter_map(|item| {
            let lead = self.raw(item).lead as usize;
            let first = self.node(item).first_byte();
            let blanks = skip_blanks(bytes, lead + 1) == first && first > lead + 1;
            (blanks && self.raw(item).end > self.raw(item).start).then(|| first - lead - 1)
        });
        gaps.last().unwrap_or(1)
    }
}

fn with_anchor(anchor: Option<&str>, text: &str) -> String {
    match anchor {
        Some(anchor) if text.is_empty() => format!("&{anchor}"),
        Some(anchor) => format!("&{anchor} {text}"),
        None => text.to_owned(),
    }
}

fn tail_is_last(end: usize, comment: &Range<usize>) -> bool {
    end <= comment.start
}

/// Returns the end of the line before `line`, the start of a line or the end of the text.
pub(super) fn end_before(bytes: &[u8], line: usize) -> usize {
    if line == bytes.len() && line_start(bytes, line) != line {
        return line;
    }
    match (line.checked_sub(2).map(|at| bytes[at]), line.checked_sub(1).map(|at| bytes[at])) {
        (Some(b'\r'), Some(b'\n')) => line - 2,
        (_, Some(_)) => line - 1,
        _ => line,
    }
}
