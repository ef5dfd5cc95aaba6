//! Moving an entry, and giving an alias a value of its own.

use std::rc::Rc;

use super::{Change, Editor, Splice, layout};
use crate::yaml::check::{Child, Expect, Fresh};
use crate::yaml::comment;
use crate::yaml::content::{Content, comments_of, flow, same_meaning};
use crate::yaml::error::EditError;
use crate::yaml::find::{self, Holder, Located, Spot};
use crate::yaml::path::{Path, Step};
use crate::yaml::scalar::is_merge;
use crate::yaml::text::{column, line_end, line_start, next_line};
use crate::yaml::tree::Shape;

impl Editor<'_> {
    pub(super) fn move_to(&self, path: &Path, to: &Path) -> Result<Option<Change>, EditError> {
        let spot = self.found(path)?;
        if path == to {
            return Ok(None);
        }
        if to.steps().starts_with(path.steps()) {
            return Err(self.error("move-into-itself", spot.node, format!("`{to}` lies inside `{path}`")));
        }
        let Some(Step::Key(key)) = to.last() else {
            return Err(self.error("bad-target", spot.node, format!("`{to}` does not end in a key")));
        };
        let (at, rest) = match self.locate(to)? {
            Located::Found(_) => return Err(self.error("key-exists", spot.node, format!("`{to}` exists"))),
            Located::Missing { at, rest } => (at, rest),
        };
        if let Holder::Entry { mapping, .. } = spot.holder
            && mapping == at.node
            && rest.len() == 1
        {
            return self.rename(path, key);
        }
        let content = self.moved_content(path, spot)?;
        let arriving = comments_of(content.file());
        let layout = layout::near(self.file, at.node);
        let mut change = if self.raw(at.node).shape == Shape::Mapping && self.raw(at.node).len() > 0 {
            self.add_entry(at.node, &rest[0], content.nested(&rest[1..], layout)?)?
        } else {
            self.replace(at, Rc::new(content.nested(&rest, layout)?))?
        };
        let gone = self.take_away(spot)?;
        let around = self.comments_around(spot);
        let stays = |comment: &String| !arriving.contains(comment) && !around.contains(comment);
        let end = self.bytes().len();
        let unfinished = (line_start(self.bytes(), end) != end).then_some(end);
        change.splices = apart(change.splices, gone.splices, unfinished);
        change.comments.extend(gone.comments.into_iter().filter(stays));
        change.expect.merge(gone.expect);
        change.expect.moved = Some((spot.node, to.clone()));
        Ok(Some(change))
    }

    /// Returns the value of a spot as new content, with the comments around it.
    fn moved_content(&self, path: &Path, spot: Spot) -> Result<Content, EditError> {
        let text = self.moved_text(spot);
        let mut content = Content::parse(&crate::yaml::source::dedent(&text).join("\n"))?;
        if !same_meaning(self.file, spot.node, content.file(), content.root()) {
            self.finished_block_scalar(self.raw(spot.node).end as usize)?;
            return Err(self.error("no-value", spot.node, format!("`{path}` means something else in another place")));
        }
        let mut around = self.comments_around(spot);
        let behind = self.comment_behind_key(spot);
        around.truncate(around.len() - usize::from(behind.is_some()));
        content.surround(around, behind);
        Ok(content)
    }

    /// Takes out what moves; the aliases that stand for it move with it or stay in its sight.
    fn take_away(&self, spot: Spot) -> Result<Change, EditError> {
        match spot.holder {
            Holder::Document => Err(self.error("not-an-entry", spot.node, "a whole document cannot be moved")),
            Holder::Entry { mapping, key } => {
                self.simple_key(key)?;
                self.free_of_aliases(key..key + 1, None)?;
                let entries: Vec<(u32, u32)> = self.tree().entries(mapping).collect();
                let at = entries.iter().position(|(name, _)| *name == key).unwrap_or(0);
                self.cut_out(mapping, &entries, &[at])
            }
            Holder::Item { sequence, index } => {
                let items: Vec<(u32, u32)> = self.tree().children(sequence).map(|item| (item, item)).collect();
                self.cut_out(sequence, &items, &[index])
            }
        }
    }

    /// Returns the comments above an entry, and the one behind the key of a block.
    fn comments_around(&self, spot: Spot) -> Vec<String> {
        let first = match spot.holder {
            Holder::Entry { key, .. } => key,
            _ => spot.node,
        };
        let above = comment::above(self.file, first, self.raw(first).lead as usize);
        let mut found: Vec<String> = self.file.slice(above).lines().map(|line| line.trim().to_owned()).collect();
        found.extend(self.comment_behind_key(spot));
        found
    }

    fn comment_behind_key(&self, spot: Spot) -> Option<String> {
        let raw = self.raw(spot.node);
        let from = properties_end(self, spot).max(raw.lead as usize + 1);
        let range = comment::behind(self.bytes(), from).filter(|_| raw.is_block_collection())?;
        Some(self.file.slice(range).trim_end().to_owned())
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
            let text = self.file.slice(first..behind.map_or(end, |range| range.end));
            let nothing = raw.is_empty_scalar() && !raw.has_properties();
            return if nothing { format!("null{text}") } else { text.to_owned() };
        }
        let properties = self.file.slice(first..properties_end(self, spot).max(first));
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
        if text.trim().is_empty() {
            text = "null".to_owned();
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
        // Merge keys that lead in circles, or into far too much, have no value.
        self.node(mapping).value().map_err(|error| self.error("no-value", spot.node, error.to_string()))?;
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
            let Some(value) = find::lookup(self.file, self.merge_source(spot.node, name), name) else {
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
        sources.into_iter().find(|source| find::lookup(self.file, *source, name).is_some()).unwrap_or(target)
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

/// Joins what arrives with what goes. Where the last lines of a text without final line break go, and others arrive right before
/// them, the break behind the arriving ones is one too many.
fn apart(mut arriving: Vec<Splice>, mut going: Vec<Splice>, unfinished: Option<usize>) -> Vec<Splice> {
    for new in arriving.iter_mut().filter(|splice| splice.range.is_empty()) {
        let at = new.range.start;
        let last = |splice: &&mut Splice| {
            splice.range.start <= at && at < splice.range.end && Some(splice.range.end) == unfinished
        };
        for old in going.iter_mut().filter(last) {
            old.range.start = at;
            let length = new.text.trim_end_matches(['\r', '\n']).len();
            new.text.truncate(length);
        }
    }
    arriving.append(&mut going);
    arriving
}

fn properties_end(editor: &Editor<'_>, spot: Spot) -> usize {
    editor.tree().properties(spot.node).map_or(0, |found| found.end as usize)
}
