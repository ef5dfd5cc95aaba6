//! Setting a value in place: `put` on something that exists, `swap`, `rename`, `detach`, `schema`, `comment`.

use std::ops::Range;
use std::rc::Rc;

use super::block::{hang, indent};
use super::{Change, Editor, Splice, layout};
use crate::yaml::check::{Child, Expect, Fresh};
use crate::yaml::comment;
use crate::yaml::content::{Content, Under, same_meaning};
use crate::yaml::emit::{self, Place};
use crate::yaml::error::EditError;
use crate::yaml::find::{Holder, Located, Spot};
use crate::yaml::operation::Fragment;
use crate::yaml::path::Path;
use crate::yaml::text::{break_near, column, is_first_on_line, line_end, line_start, skip_blanks};
use crate::yaml::tree::{Shape, Style, header_comment};

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
    fn is_there(&self, node: u32, content: &Content) -> bool {
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
        let laid = content.lay(slot.under, layout);
        let text = self.file.text();
        let bytes = self.bytes();
        let mut splices = Vec::new();
        if !laid.above.is_empty() {
            splices.push(self.comment_above(spot, &laid.above)?);
        }
        let first = with_anchor(anchor, &laid.first);
        let mut new = String::new();
        let fresh_line = spot.holder == Holder::Document && !is_first_on_line(bytes, slot.begin);
        if !first.is_empty() {
            new.push_str(&slot.gap);
            new.push_str(&first);
        }
        let tail = if laid.rest.is_empty() || !slot.tail.trim().is_empty() { slot.tail.as_str() } else { "" };
        if laid.is_block || laid.rest.is_empty() {
            new.push_str(tail);
        }
        let starts_below = first.is_empty() && spot.holder == Holder::Document && !fresh_line;
        for (number, line) in laid.rest.iter().enumerate() {
            if number > 0 || !starts_below {
                new.push_str(layout.line_break);
            }
            new.push_str(line);
        }
        if !laid.is_block && !laid.rest.is_empty() {
            new.push_str(tail);
        }
        if slot.end == text.len() && ends_in_open_block_scalar(content) {
            let words = "new content ends in a text block, and the file ends without a line break";
            return Err(self.error("no-final-newline", spot.node, words));
        }
        let comments = self.comments(slot.begin..slot.end, spot.node..self.raw(spot.node).skip);
        let kept = slot.tail.trim();
        let comments = comments.into_iter().filter(|comment| comment != kept).collect();
        splices.push(Splice::new(slot.begin..slot.end, new));
        Ok((splices, comments))
    }

    /// Puts comment lines of the new content above the entry or item.
    fn comment_above(&self, spot: Spot, lines: &[String]) -> Result<Splice, EditError> {
        let start = match spot.holder {
            Holder::Entry { key, .. } => self.raw(key).lead as usize,
            Holder::Item { .. } => self.raw(spot.node).lead as usize,
            Holder::Document => self.node(spot.node).first_byte(),
        };
        let bytes = self.bytes();
        if !is_first_on_line(bytes, start) {
            return Err(self.error(
                "bad-fragment",
                spot.node,
                "there is no line above for the comment of the new content",
            ));
        }
        let lines = indent(lines.to_vec(), column(bytes, start));
        let line_break = break_near(self.file.text(), start);
        Ok(Splice::insert(line_start(bytes, start), lines.join(line_break) + line_break))
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

    pub(super) fn swap(&self, path: &Path, key: &str, fragment: &Fragment) -> Result<Option<Change>, EditError> {
        let (spot, mapping, old_key) = self.entry(path)?;
        let same_key = self.node(old_key).scalar() == Some(key);
        if !same_key {
            self.free_key(mapping, key)?;
        }
        let layout = layout::near(self.file, mapping);
        let content = Content::new(fragment, None, layout)?;
        if same_key && self.is_there(spot.node, &content) {
            return Ok(None);
        }
        self.free_of_aliases(old_key..self.raw(spot.node).skip, None)?;
        let (splice, comments) = if self.in_flow(spot) {
            let range = self.raw(old_key).lead as usize..self.entry_end(old_key, spot.node);
            let value = self.flow_text(&content, spot.node)?;
            let comments = self.comments(range.clone(), old_key..self.raw(spot.node).skip);
            (Splice::new(range, format!("{}: {value}", emit::scalar(key, None, Place::Flow))), comments)
        } else {
            let lines = self.lines(old_key, spot.node);
            let end = end_before(self.bytes(), lines.below).max(line_end(self.bytes(), lines.end));
            if end == self.bytes().len() && ends_in_open_block_scalar(&content) {
                let words = "new content ends in a text block, and the file ends without a line break";
                return Err(self.error("no-final-newline", spot.node, words));
            }
            let new = hang(content.entry(key, None, layout), lines.column);
            let comments = self.comments(lines.start..end, old_key..self.raw(spot.node).skip);
            (Splice::new(lines.start..end, new.join(layout.line_break)), comments)
        };
        let root = content.root();
        let fresh = [Fresh::Key(key.to_owned()), Fresh::Content(Rc::new(content), root)];
        let expect = Expect::children(mapping, self.with_entry(mapping, old_key, Some(fresh)));
        let tags = self.node(spot.node).tag().into_iter().map(str::to_owned).collect();
        Ok(Some(Change { splices: vec![splice], expect, comments, tags }))
    }

    /// Returns the children of a mapping with one entry replaced or taken out.
    pub(super) fn with_entry(&self, mapping: u32, key: u32, fresh: Option<[Fresh; 2]>) -> Vec<Child> {
        let mut children = Vec::new();
        for (name, value) in self.tree().entries(mapping) {
            if name != key {
                children.extend([Child::Old(name), Child::Old(value)]);
            } else if let Some(fresh) = &fresh {
                children.extend(fresh.iter().cloned().map(Child::New));
            }
        }
        children
    }

    pub(super) fn rename(&self, path: &Path, key: &str) -> Result<Option<Change>, EditError> {
        let (spot, mapping, old_key) = self.entry(path)?;
        let raw = self.raw(old_key);
        if raw.shape == Shape::Alias {
            let words = format!("the key is the alias `{}`", self.node(old_key).raw());
            return Err(self.error("through-alias", old_key, words));
        }
        if self.node(old_key).scalar() == Some(key) {
            return Ok(None);
        }
        self.free_key(mapping, key)?;
        if self.node(old_key).tag().is_some() || self.aliased(old_key) {
            return Err(self.error("anchor-in-use", old_key, "the key has a tag, or an alias that stands for it"));
        }
        let place = if self.in_flow(spot) { Place::Flow } else { Place::Key };
        let written = emit::scalar(key, (raw.style != Style::Plain).then_some(raw.style), place);
        let expect = Expect::replace(old_key, Fresh::Key(key.to_owned()), self.node(old_key).anchor());
        let splice = Splice::new(raw.range(), written);
        Ok(Some(Change { splices: vec![splice], expect, ..Change::default() }))
    }

    fn aliased(&self, node: u32) -> bool {
        self.whole_document().any(|alias| alias != node && self.tree().target(alias) == node)
    }

    pub(super) fn schema(&self, url: &str) -> Result<Option<Change>, EditError> {
        if url.is_empty() || url.contains(|character: char| character.is_whitespace() || character.is_control()) {
            return Err(EditError::new("bad-fragment", format!("`{url}` is not an address")));
        }
        let splice = match self.document.schema() {
            Some(schema) if schema.url == url => return Ok(None),
            Some(schema) => Splice::new(schema.range(), url),
            None => self.new_schema(url)?,
        };
        Ok(Some(Change { splices: vec![splice], ..Change::default() }))
    }

    /// Adds a schema comment: below the `---`, or above the first line of the content.
    fn new_schema(&self, url: &str) -> Result<Splice, EditError> {
        let bytes = self.bytes();
        let extent = self.document.extent();
        let comment = format!("# yaml-language-server: $schema={url}");
        let body = extent.body as usize;
        let line_break = break_near(self.file.text(), body);
        if extent.body == extent.start {
            let at = line_start(bytes, self.root()?.first_byte());
            return Ok(Splice::insert(at, format!("{comment}{line_break}")));
        }
        let end = line_end(bytes, body);
        if self.document.root().is_some_and(|root| root.first_byte() < end) {
            return Err(EditError::new("no-line", "the content starts on the line of `---`"));
        }
        Ok(Splice::insert(end, format!("{line_break}{comment}")))
    }

    pub(super) fn comment(&self, path: &Path, text: &str) -> Result<Option<Change>, EditError> {
        let spot = self.found(path)?;
        if self.in_flow(spot) {
            return Err(self.error("flow-content", spot.node, "a comment does not fit into brackets"));
        }
        let first = match spot.holder {
            Holder::Entry { key, .. } => key,
            _ => spot.node,
        };
        let start = match spot.holder {
            Holder::Document => self.node(spot.node).first_byte(),
            _ => self.raw(first).lead as usize,
        };
        let lines: Vec<String> = text.trim().lines().map(as_comment).collect();
        let above = comment::above(self.file, first, start);
        let present: Vec<&str> = self.file.slice(above).lines().map(str::trim).collect();
        let known = !lines.is_empty() && present.windows(lines.len()).any(|window| window == lines);
        let beside = comment::of(self.file, spot.node);
        if known || lines.is_empty() || (lines.len() == 1 && beside == lines.first().map(String::as_str)) {
            return Ok(None);
        }
        let splice = self.comment_above(spot, &lines)?;
        Ok(Some(Change { splices: vec![splice], ..Change::default() }))
    }
}

fn as_comment(line: &str) -> String {
    let line = line.trim();
    match line {
        "" => "#".to_owned(),
        line if line.starts_with('#') => line.to_owned(),
        line => format!("# {line}"),
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

/// Tells whether the last thing in the content is a block scalar whose final line break counts.
pub(super) fn ends_in_open_block_scalar(content: &Content) -> bool {
    let tree = content.file().tree();
    let last = tree.nodes.iter().rposition(|raw| raw.shape == Shape::Scalar || raw.shape == Shape::Alias);
    let Some(last) = last else { return false };
    let raw = tree.node(last as u32);
    raw.is_block_scalar()
        && !content.file().node(last as u32).raw().split(['\n', ' ']).next().unwrap_or_default().contains('-')
}
