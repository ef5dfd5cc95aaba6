//! Moving an entry, and giving an alias a value of its own.

use std::rc::Rc;

use super::{Change, Editor, Planned, Splice, layout};
use crate::yaml::check::{Child, Expect, Fresh};
use crate::yaml::comment;
use crate::yaml::content::{Content, flow};
use crate::yaml::error::EditError;
use crate::yaml::find::{self, Holder, Spot};
use crate::yaml::operation::{Fragment, Operation};
use crate::yaml::path::{Path, Step};
use crate::yaml::scalar::is_merge;
use crate::yaml::text::{column, line_end, line_start, next_line};
use crate::yaml::tree::Shape;

impl Editor<'_> {
    pub(super) fn move_to(&self, path: &Path, to: &Path) -> Result<Planned, EditError> {
        let spot = self.found(path)?;
        if path == to {
            return Ok(Planned::Nothing);
        }
        if to.steps().starts_with(path.steps()) {
            return Err(self.error("move-into-itself", spot.node, format!("`{to}` lies inside `{path}`")));
        }
        let Some(Step::Key(key)) = to.last() else {
            return Err(self.error("bad-target", spot.node, format!("`{to}` does not end in a key")));
        };
        if self.document.get(to).is_some() {
            return Err(self.error("key-exists", spot.node, format!("`{to}` exists")));
        }
        let same_mapping = path.parent() == to.parent();
        if same_mapping && matches!(spot.holder, Holder::Entry { .. }) {
            return Ok(Planned::Steps(vec![Operation::Rename { path: path.clone(), key: key.clone() }]));
        }
        let first = match spot.holder {
            Holder::Entry { key, .. } => key,
            _ => spot.node,
        };
        self.free_of_aliases(first..self.raw(spot.node).skip, None)?;
        let put = Operation::Put { path: to.clone(), content: Fragment::Text(self.moved_text(spot)) };
        let mut steps = vec![put];
        let comments = self.comments_around(first, spot);
        if !comments.is_empty() {
            steps.push(Operation::Comment { path: to.clone(), text: comments.join("\n") });
        }
        steps.push(Operation::Remove { path: path.clone() });
        Ok(Planned::Steps(steps))
    }

    /// Returns the comments above an entry, and the one behind the key of a block: they arrive above.
    fn comments_around(&self, first: u32, spot: Spot) -> Vec<String> {
        let start = self.raw(first).lead as usize;
        let above = comment::above(self.file, first, start);
        let mut found: Vec<String> = self.file.slice(above).lines().map(|line| line.trim().to_owned()).collect();
        let raw = self.raw(spot.node);
        if raw.is_block_collection() {
            let from = properties_end(self, spot).max(raw.lead as usize + 1);
            let behind = comment::behind(self.bytes(), from);
            found.extend(behind.map(|range| self.file.slice(range).trim_end().to_owned()));
        }
        found
    }

    /// Returns the value of a spot as it is written, with the comments inside it.
    fn moved_text(&self, spot: Spot) -> String {
        let raw = self.raw(spot.node);
        let bytes = self.bytes();
        let first = self.node(spot.node).first_byte();
        let start = if raw.is_block_collection() { raw.start as usize } else { first };
        if !raw.is_block_collection() {
            let end = raw.end as usize;
            let behind = comment::behind(bytes, end).filter(|_| !raw.is_block_scalar());
            return self.file.slice(first..behind.map_or(end, |range| range.end)).to_owned();
        }
        let properties = self.file.slice(first..raw.start as usize).trim_end();
        let end = self.holder_end(spot);
        let pad = " ".repeat(column(bytes, start));
        // Comment lines between the key and the first entry move along.
        let head = if line_start(bytes, start) > raw.lead as usize {
            let from = next_line(bytes, properties_end(self, spot).max(raw.lead as usize + 1));
            from.min(line_start(bytes, start))
        } else {
            start
        };
        let body = self.file.slice(head..end);
        let body = if head == start { format!("{pad}{body}") } else { body.to_owned() };
        if properties.is_empty() { body } else { format!("{pad}{properties}\n{body}") }
    }

    fn holder_end(&self, spot: Spot) -> usize {
        let first = match spot.holder {
            Holder::Entry { key, .. } => key,
            _ => spot.node,
        };
        let lines = self.lines(first, spot.node);
        super::put::end_before(self.bytes(), lines.below).max(line_end(self.bytes(), lines.end))
    }

    pub(super) fn detach(&self, path: &Path) -> Result<Option<Change>, EditError> {
        let spot = self.found(path)?;
        let raw = self.raw(spot.node);
        if let Holder::Entry { mapping, key } = spot.holder
            && is_merge(self.file, key)
        {
            return self.detach_merge(mapping, key, spot).map(Some);
        }
        if raw.shape != Shape::Alias {
            return Err(self.error("not-an-alias", spot.node, format!("`{path}` is not an alias")));
        }
        let content = self.copy_of(self.tree().target(spot.node), spot)?;
        self.replace(spot, Rc::new(content)).map(Some)
    }

    /// Writes a copy of a node, without its anchors, as new content.
    fn copy_of(&self, target: u32, at: Spot) -> Result<Content, EditError> {
        let value = Spot { node: target, holder: self.holder_of(target) };
        let raw = self.raw(target);
        let mut text = if raw.is_block_collection() || raw.is_block_scalar() {
            self.moved_text(value)
        } else {
            flow(self.file, target)
                .ok_or_else(|| self.error("flow-content", at.node, "the anchored value cannot be copied"))?
        };
        let mut anchors: Vec<String> = self
            .tree()
            .anchors(target..raw.skip)
            .map(|(_, range)| self.file.slice(range.start as usize..range.end as usize).to_owned())
            .collect();
        anchors.sort_by_key(|anchor| std::cmp::Reverse(anchor.len()));
        for anchor in anchors {
            text = text.replacen(&format!("{anchor} "), "", 1).replacen(&anchor, "", 1);
        }
        let lines = crate::yaml::source::dedent(&text).join("\n");
        let copy = Content::parse(&lines)?;
        let wanted = self.node(target).value();
        let written = copy.file().node(copy.root()).value();
        match (wanted, written) {
            (Ok(wanted), Ok(written)) if wanted == written => Ok(copy),
            (Ok(wanted), _) => {
                // Aliases inside, or an anchor's name in a text: the value is what counts.
                let layout = layout::near(self.file, self.container(at));
                Content::of_value(&wanted, None, layout)
            }
            (Err(error), _) => Err(self.error("no-value", at.node, error.to_string())),
        }
    }

    fn holder_of(&self, node: u32) -> Holder {
        let mut found = Holder::Document;
        for container in self.whole_document() {
            let raw = self.raw(container);
            if container >= node || raw.skip <= node {
                continue;
            }
            for spot in find::entries(self.file, container).chain(find::items(self.file, container)) {
                if spot.node == node {
                    found = spot.holder;
                }
            }
        }
        found
    }

    /// Writes the entries that a merge key brings in its place, those the mapping overrides left out.
    fn detach_merge(&self, mapping: u32, key: u32, spot: Spot) -> Result<Change, EditError> {
        if self.is_flow(mapping) {
            return Err(self.error("flow-content", spot.node, "a merge key in brackets cannot be detached"));
        }
        let names = self.merged_names(spot.node);
        let own: Vec<&str> =
            find::entries(self.file, mapping).filter_map(|spot| find::holder_key(self.file, spot)).collect();
        let later: Vec<&str> = find::entries(self.file, mapping)
            .filter(|other| other.node > spot.node)
            .filter_map(|other| find::holder_key(self.file, other))
            .collect();
        let layout = layout::near(self.file, mapping);
        let column = column(self.bytes(), self.raw(key).lead as usize);
        let mut lines = Vec::new();
        let mut fresh = Vec::new();
        for name in names {
            if own.contains(&name) && !later.contains(&name) {
                let words = format!("`{name}` stands before the merge key, which overrides it");
                return Err(self.error("merge-overrides", spot.node, words));
            }
            let Some(value) = find::lookup(self.file, self.merge_source(spot.node, name), name, find::MERGE_DEPTH)
            else {
                continue;
            };
            if later.contains(&name) {
                continue;
            }
            let content = self.copy_of(self.tree().target(value), spot)?;
            lines.extend(content.entry(name, None, layout));
            let root = content.root();
            fresh.extend([Fresh::Key(name.to_owned()), Fresh::Content(Rc::new(content), root)]);
        }
        let old = self.lines(key, spot.node);
        let mut children = Vec::new();
        for (name, value) in self.tree().entries(mapping) {
            if name == key {
                children.extend(fresh.drain(..).map(Child::New));
            } else {
                children.extend([Child::Old(name), Child::Old(value)]);
            }
        }
        if lines.is_empty() {
            return self.remove_only(mapping, key);
        }
        let end = line_end(self.bytes(), old.end);
        let text = super::block::hang(lines, column).join(layout.line_break);
        let comments = self.comments(old.start..end, key..self.raw(spot.node).skip);
        let splices = vec![Splice::new(old.start..end, text)];
        Ok(Change { splices, expect: Expect::children(mapping, children), comments, ..Change::default() })
    }

    fn remove_only(&self, mapping: u32, key: u32) -> Result<Change, EditError> {
        let entries: Vec<(u32, u32)> = self.tree().entries(mapping).collect();
        let at = entries.iter().position(|(name, _)| *name == key).unwrap_or(0);
        self.take_out(mapping, &entries, &[at])
    }

    /// Returns the mapping behind a merge key that gives `name` its value.
    fn merge_source(&self, value: u32, name: &str) -> u32 {
        let target = self.tree().target(value);
        if self.raw(target).shape != Shape::Sequence {
            return target;
        }
        let sources = self.tree().children(target).map(|item| self.tree().target(item));
        sources
            .into_iter()
            .find(|source| find::lookup(self.file, *source, name, find::MERGE_DEPTH).is_some())
            .unwrap_or(target)
    }

    /// Returns the keys a merge key brings, in order, each once.
    fn merged_names(&self, value: u32) -> Vec<&str> {
        let target = self.tree().target(value);
        let mut sources: Vec<u32> = match self.raw(target).shape {
            Shape::Sequence => self.tree().children(target).map(|item| self.tree().target(item)).collect(),
            _ => vec![target],
        };
        sources.reverse();
        let mut names: Vec<&str> = Vec::new();
        for source in sources {
            for spot in find::entries(self.file, source) {
                let Holder::Entry { key, .. } = spot.holder else { continue };
                let found = if is_merge(self.file, key) {
                    self.merged_names(spot.node)
                } else {
                    find::holder_key(self.file, spot).into_iter().collect()
                };
                for name in found {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
        }
        names
    }
}

fn properties_end(editor: &Editor<'_>, spot: Spot) -> usize {
    editor.tree().properties(spot.node).map_or(0, |found| found.end as usize)
}
