//! Entries as a whole: another key, or another key and value.

use std::rc::Rc;

use super::block::hang;
use super::put::end_before;
use super::{Change, Editor, Splice, layout};
use crate::yaml::check::{Child, Expect, Fresh};
use crate::yaml::content::Content;
use crate::yaml::emit::{self, Place};
use crate::yaml::error::EditError;
use crate::yaml::operation::Fragment;
use crate::yaml::path::Path;
use crate::yaml::text::{line_end, next_line};
use crate::yaml::tree::{Shape, Style};

impl Editor<'_> {
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
            let new = hang(content.entry(key, None, layout), lines.column);
            let comments = self.comments(lines.start..end, old_key..self.raw(spot.node).skip);
            self.no_blanks_after(next_line(self.bytes(), end), lines.column, &content)?;
            let mut new = new.join(layout.line_break);
            if end == self.bytes().len() && content.ends_in_text_block() {
                new.push_str(layout.line_break);
            }
            (Splice::new(lines.start..end, new), comments)
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
}
