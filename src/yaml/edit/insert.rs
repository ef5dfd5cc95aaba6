//! Adding entries and items.

use std::rc::Rc;

use super::block::{hang, indent};
use super::{Change, Editor, Splice, layout};
use crate::yaml::check::{Child, Expect, Fresh};
use crate::yaml::content::Content;
use crate::yaml::emit::{self, Place};
use crate::yaml::error::EditError;
use crate::yaml::find::{Located, Spot};
use crate::yaml::operation::Fragment;
use crate::yaml::path::Path;
use crate::yaml::text::line_end;
use crate::yaml::tree::Shape;

/// On which side of an entry another goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    Before,
    After,
}

impl Editor<'_> {
    /// Adds an entry at the end of a mapping that has entries.
    pub(super) fn add_entry(&self, mapping: u32, key: &str, content: Content) -> Result<Change, EditError> {
        let entries: Vec<(u32, u32)> = self.tree().entries(mapping).collect();
        let Some((last_key, last_value)) = entries.last().copied() else {
            return Err(self.error("internal", mapping, "an empty mapping has no last entry"));
        };
        self.simple_key(last_key)?;
        self.place_entry(mapping, (last_key, last_value), Side::After, (key, content))
    }

    pub(super) fn beside(
        &self,
        path: &Path,
        key: &str,
        fragment: &Fragment,
        side: Side,
    ) -> Result<Option<Change>, EditError> {
        let (spot, mapping, sibling) = self.entry(path)?;
        self.free_key(mapping, key)?;
        let content = Content::new(fragment, None, layout::near(self.file, mapping))?;
        self.place_entry(mapping, (sibling, spot.node), side, (key, content)).map(Some)
    }

    /// Adds an entry before or after another of the same mapping.
    fn place_entry(
        &self,
        mapping: u32,
        (sibling, value): (u32, u32),
        side: Side,
        (key, content): (&str, Content),
    ) -> Result<Change, EditError> {
        let splices = if self.is_flow(mapping) {
            let value_text = self.flow_text(&content, mapping)?;
            let text = format!("{}: {value_text}", emit::scalar(key, None, Place::Flow));
            let entries: Vec<(u32, u32)> = self.tree().entries(mapping).collect();
            let at = entries.iter().position(|(name, _)| *name == sibling).unwrap_or(0);
            self.flow_insert(mapping, &entries, at + usize::from(side == Side::After), &text)
        } else {
            let layout = layout::near(self.file, mapping);
            vec![self.place_lines((sibling, value), side, content.entry(key, None, layout), &content)?]
        };
        let root = content.root();
        let mut children = self.children(mapping);
        let at = children.iter().position(|child| matches!(child, Child::Old(node) if *node == sibling)).unwrap_or(0);
        let at = at + if side == Side::After { 2 } else { 0 };
        let fresh = [Fresh::Key(key.to_owned()), Fresh::Content(Rc::new(content), root)];
        children.splice(at..at, fresh.map(Child::New));
        Ok(Change { splices, expect: Expect::children(mapping, children), ..Change::default() })
    }

    /// Puts lines without indentation before or after an entry or item.
    fn place_lines(
        &self,
        (first, last): (u32, u32),
        side: Side,
        new: Vec<String>,
        content: &Content,
    ) -> Result<Splice, EditError> {
        let lines = self.lines(first, last);
        let layout = layout::near(self.file, first);
        if side == Side::After {
            self.no_blanks_after(lines.below, lines.column, content)?;
            return self.add_lines(lines.below, &indent(new, lines.column), content, layout);
        }
        if lines.own_line(self.bytes()) {
            return self.add_lines(lines.above, &indent(new, lines.column), content, layout);
        }
        // The entry shares its line with a dash: the new one takes its place there.
        let pad = " ".repeat(lines.column);
        let text = hang(new, lines.column).join(layout.line_break);
        Ok(Splice::insert(lines.start, format!("{text}{}{pad}", layout.line_break)))
    }

    pub(super) fn append(&self, path: &Path, fragment: &Fragment) -> Result<Option<Change>, EditError> {
        match self.locate(path)? {
            Located::Missing { .. } => {
                let layout = layout::near(self.file, self.document.extent().root);
                let item = Content::new(fragment, None, layout)?.listed()?;
                self.put_content(path, item).map(Some)
            }
            Located::Found(spot) if self.node(spot.node).is_null() && self.raw(spot.node).shape == Shape::Scalar => {
                let layout = layout::near(self.file, self.container(spot));
                let item = Content::new(fragment, None, layout)?.listed()?;
                self.replace(spot, Rc::new(item)).map(Some)
            }
            Located::Found(spot) => {
                let length = self.list(path, spot)?;
                self.add_item(spot, length, fragment).map(Some)
            }
        }
    }

    pub(super) fn insert(&self, path: &Path, index: usize, fragment: &Fragment) -> Result<Option<Change>, EditError> {
        let spot = self.found(path)?;
        let length = self.list(path, spot)?;
        if index > length {
            let words = format!("`{path}` has {length} items, so there is no place {index}");
            return Err(self.error("index-out-of-range", spot.node, words));
        }
        self.add_item(spot, index, fragment).map(Some)
    }

    /// Returns the number of items of a list, or why the spot is none.
    pub(super) fn list(&self, path: &Path, spot: Spot) -> Result<usize, EditError> {
        let raw = self.raw(spot.node);
        match raw.shape {
            Shape::Sequence => Ok(raw.len()),
            Shape::Alias => {
                let words = format!("`{path}` is the alias `{}`; detach it first", self.node(spot.node).raw());
                Err(self.error("through-alias", spot.node, words))
            }
            _ => Err(self.error("not-a-list", spot.node, format!("`{path}` is not a list"))),
        }
    }

    /// Puts content at a path whose last keys are missing.
    fn put_content(&self, path: &Path, content: Content) -> Result<Change, EditError> {
        let Located::Missing { at, rest } = self.locate(path)? else {
            return Err(EditError::new("internal", format!("`{path}` is not missing")));
        };
        let layout = layout::near(self.file, at.node);
        if self.raw(at.node).shape == Shape::Mapping && self.raw(at.node).len() > 0 {
            let content = content.nested(&rest[1..], layout)?;
            return self.add_entry(at.node, &rest[0], content);
        }
        self.replace(at, Rc::new(content.nested(&rest, layout)?))
    }

    fn add_item(&self, list: Spot, index: usize, fragment: &Fragment) -> Result<Change, EditError> {
        let sequence = list.node;
        let layout = layout::near(self.file, sequence);
        let content = Content::new(fragment, None, layout)?;
        let items: Vec<u32> = self.tree().children(sequence).collect();
        if items.is_empty() && !self.in_flow(list) {
            // `[]` on its own line of business becomes a list on lines, as people write it.
            let change = self.replace(list, Rc::new(content.listed()?))?;
            return Ok(change);
        }
        let splices = if self.is_flow(sequence) {
            let text = self.flow_text(&content, sequence)?;
            let pairs: Vec<(u32, u32)> = items.iter().map(|item| (*item, *item)).collect();
            self.flow_insert(sequence, &pairs, index, &text)
        } else {
            let gap = self.dash_gap(sequence);
            let (item, side) = match items.get(index) {
                Some(item) => (*item, Side::Before),
                None => (items[items.len() - 1], Side::After),
            };
            vec![self.place_lines((item, item), side, content.item(0, gap, layout), &content)?]
        };
        let root = content.root();
        let mut children = self.children(sequence);
        children.insert(index, Child::New(Fresh::Content(Rc::new(content), root)));
        Ok(Change { splices, expect: Expect::children(sequence, children), ..Change::default() })
    }

    /// Returns the end of the line on which a node ends.
    pub(super) fn line_behind(&self, end: usize) -> usize {
        line_end(self.bytes(), end)
    }
}
