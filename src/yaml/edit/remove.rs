//! Taking entries and items out, with the comments that describe them.

use super::put::end_before;
use super::{Change, Editor, Splice};
use crate::yaml::check::{Child, Expect, Fresh};
use crate::yaml::error::EditError;
use crate::yaml::find::{self, Holder};
use crate::yaml::operation::Where;
use crate::yaml::path::Path;
use crate::yaml::text::line_end;
use crate::yaml::tree::Shape;

impl Editor<'_> {
    pub(super) fn remove(&self, path: &Path) -> Result<Option<Change>, EditError> {
        let spot = self.found(path)?;
        match spot.holder {
            Holder::Document => Err(self.error("not-an-entry", spot.node, "a whole document cannot be removed")),
            Holder::Entry { mapping, key } => {
                self.simple_key(key)?;
                let entries: Vec<(u32, u32)> = self.tree().entries(mapping).collect();
                let at = entries.iter().position(|(name, _)| *name == key).unwrap_or(0);
                self.take_out(mapping, &entries, &[at]).map(Some)
            }
            Holder::Item { sequence, index } => {
                let items: Vec<(u32, u32)> = self.tree().children(sequence).map(|item| (item, item)).collect();
                self.take_out(sequence, &items, &[index]).map(Some)
            }
        }
    }

    pub(super) fn drop_items(&self, path: &Path, wanted: &Where) -> Result<Option<Change>, EditError> {
        let spot = self.found(path)?;
        self.list(path, spot)?;
        let items: Vec<(u32, u32)> = self.tree().children(spot.node).map(|item| (item, item)).collect();
        let gone: Vec<usize> = (0..items.len()).filter(|at| self.matches(items[*at].0, wanted)).collect();
        if gone.is_empty() {
            return Ok(None);
        }
        self.take_out(spot.node, &items, &gone).map(Some)
    }

    fn matches(&self, item: u32, wanted: &Where) -> bool {
        let node = self.node(item);
        match wanted {
            Where::Is(value) => node.value().as_ref() == Ok(value),
            Where::Has(fields) => fields
                .iter()
                .all(|(path, value)| find::first(node, path).is_some_and(|field| field.value().as_ref() == Ok(value))),
        }
    }

    /// Takes parts of a collection out: entries as (key, value), items as the same node twice.
    pub(super) fn take_out(&self, container: u32, parts: &[(u32, u32)], gone: &[usize]) -> Result<Change, EditError> {
        for place in gone {
            let (first, last) = parts[*place];
            self.free_of_aliases(first..self.raw(last).skip, None)?;
        }
        self.cut_out(container, parts, gone)
    }

    /// Takes parts out without asking whether an alias stands for one of them.
    pub(super) fn cut_out(&self, container: u32, parts: &[(u32, u32)], gone: &[usize]) -> Result<Change, EditError> {
        let splices = if self.is_flow(container) {
            self.flow_remove(container, parts, gone)
        } else {
            self.block_remove(container, parts, gone)?
        };
        let kept = |node: u32| gone.iter().all(|place| parts[*place].0 != node && parts[*place].1 != node);
        let children: Vec<Child> = self.tree().children(container).filter(|node| kept(*node)).map(Child::Old).collect();
        let comments =
            splices.iter().flat_map(|splice| self.comments(splice.range.clone(), self.whole_document())).collect();
        let tags = gone.iter().filter_map(|place| self.node(parts[*place].1).tag()).map(str::to_owned).collect();
        let expect = if children.is_empty() {
            let fresh = Fresh::Empty(self.raw(container).shape);
            Expect::replace(container, fresh, self.node(container).anchor())
        } else {
            Expect::children(container, children)
        };
        Ok(Change { splices, expect, comments, tags })
    }

    fn block_remove(&self, container: u32, parts: &[(u32, u32)], gone: &[usize]) -> Result<Vec<Splice>, EditError> {
        if gone.len() == parts.len() {
            return Ok(self.empty_block(container, parts));
        }
        let bytes = self.bytes();
        let mut splices: Vec<Splice> = Vec::new();
        let leading = (0..parts.len()).take_while(|place| gone.contains(place)).count();
        for place in gone {
            let lines = self.lines(parts[*place].0, parts[*place].1);
            if lines.own_line(bytes) {
                splices.push(Splice::delete(lines.above..lines.below));
            } else if *place == 0 {
                // The first entry stands behind a dash; the first one that stays takes its place there.
                let next = self.raw(parts[leading].0).lead as usize;
                let start = self.stays_from(lines.end, lines.below, next);
                splices.push(Splice::delete(lines.start..start));
                continue;
            } else {
                return Err(self.error("no-line", parts[*place].0, "the entry has no line of its own"));
            }
        }
        let first_is_inline = !self.lines(parts[0].0, parts[0].1).own_line(bytes);
        if first_is_inline && leading > 1 {
            let from = self.raw(parts[0].0).lead as usize;
            let to = self.raw(parts[leading].0).lead as usize;
            splices.retain(|splice| splice.range.start > to || splice.range.end <= from);
            splices.push(Splice::delete(from..to));
        }
        splices.sort_by_key(|splice| splice.range.start);
        Ok(self.joined(splices))
    }

    /// Returns where the text that stays begins when an entry behind a dash goes: at comments of the next entry, or at it.
    fn stays_from(&self, end: usize, below: usize, next: usize) -> usize {
        let bytes = self.bytes();
        let first = crate::yaml::text::skip_blanks(bytes, below.min(next));
        if bytes.get(first) == Some(&b'#') && first < next && end < first { first } else { next }
    }

    /// Joins deletions that touch, and gives the last one at the end of an unfinished text its line break.
    fn joined(&self, splices: Vec<Splice>) -> Vec<Splice> {
        let mut joined: Vec<Splice> = Vec::new();
        for splice in splices {
            match joined.last_mut() {
                Some(last) if last.range.end >= splice.range.start => {
                    last.range.end = last.range.end.max(splice.range.end)
                }
                _ => joined.push(splice),
            }
        }
        if let Some(last) = joined.pop() {
            joined.push(if last.range.end == self.bytes().len() { self.remove_lines(last.range) } else { last });
        }
        joined
    }

    /// Replaces the entries of a block collection by empty brackets, and leaves comments that describe none of them.
    fn empty_block(&self, container: u32, parts: &[(u32, u32)]) -> Vec<Splice> {
        let bytes = self.bytes();
        let raw = self.raw(container);
        let brackets = if raw.shape == Shape::Mapping { "{}" } else { "[]" };
        let first = self.lines(parts[0].0, parts[0].1);
        let introduced = matches!(bytes.get(raw.lead as usize), Some(b':' | b'-')) && (raw.lead as usize) < first.start;
        let mut splices: Vec<Splice> = Vec::new();
        for (number, (key, value)) in parts.iter().enumerate() {
            let lines = self.lines(*key, *value);
            if number == 0 && (!introduced || !lines.own_line(bytes)) {
                let end = end_before(bytes, lines.below).max(line_end(bytes, lines.end));
                splices.push(Splice::new(lines.start..end, brackets));
                continue;
            }
            splices.push(Splice::delete(lines.above..lines.below));
        }
        if introduced && first.own_line(bytes) {
            let properties = self.tree().properties(container).map(|found| found.end as usize);
            let at = properties.unwrap_or(raw.lead as usize + 1);
            splices.insert(0, Splice::insert(at, format!(" {brackets}")));
        }
        let mut rest = splices.split_off(1);
        rest = self.joined(rest);
        splices.extend(rest);
        splices
    }
}
