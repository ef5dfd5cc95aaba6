//! Entries and items inside brackets: commas, one line or many.

use super::{Editor, Splice};
use crate::yaml::comment;
use crate::yaml::text::{break_near, column, is_first_on_line, line_start, next_line, skip_blanks, skip_gap};
use crate::yaml::tree::Style;

impl Editor<'_> {
    /// Puts `text` at place `index` among the entries or items of a collection in brackets.
    pub(super) fn flow_insert(&self, container: u32, parts: &[(u32, u32)], index: usize, text: &str) -> Vec<Splice> {
        let raw = self.raw(container);
        let mut splices = if parts.is_empty() {
            vec![Splice::insert(raw.start as usize + 1, text)]
        } else if index < parts.len() {
            vec![self.flow_before(parts[index].0, text)]
        } else {
            self.flow_after(container, parts[parts.len() - 1], text)
        };
        if raw.style == Style::Pair {
            // A pair without braces can hold no second entry.
            splices.insert(0, Splice::insert(raw.start as usize, "{"));
            splices.push(Splice::insert(raw.end as usize, "}"));
        }
        splices
    }

    fn flow_before(&self, part: u32, text: &str) -> Splice {
        let bytes = self.bytes();
        let start = self.raw(part).lead as usize;
        if !is_first_on_line(bytes, start) || line_start(bytes, start) == 0 {
            return Splice::insert(start, format!("{text}, "));
        }
        let line_break = break_near(self.file.text(), start);
        let pad = " ".repeat(column(bytes, start));
        Splice::insert(start, format!("{text},{line_break}{pad}"))
    }

    fn flow_after(&self, container: u32, (first, last): (u32, u32), text: &str) -> Vec<Splice> {
        let bytes = self.bytes();
        let end = self.entry_end(first, last);
        let start = self.raw(first).lead as usize;
        let opening = self.raw(container).start as usize;
        let comma = skip_gap(bytes, end);
        // What follows a pair without braces belongs to the list around it.
        let has_braces = self.raw(container).style == Style::Flow;
        let has_comma = has_braces && bytes.get(comma) == Some(&b',');
        let own_line = has_braces && is_first_on_line(bytes, start) && line_start(bytes, start) > opening;
        if !own_line {
            let text = if has_comma { format!(" {text},") } else { format!(", {text}") };
            return vec![Splice::insert(if has_comma { comma + 1 } else { end }, text)];
        }
        let line_break = break_near(self.file.text(), start);
        let pad = " ".repeat(column(bytes, start));
        let behind = if has_comma { comma + 1 } else { end };
        let line = match comment::behind(bytes, behind) {
            Some(comment) => comment.end,
            None => behind,
        };
        let trailing = if has_comma { "," } else { "" };
        let item = Splice::insert(line, format!("{line_break}{pad}{text}{trailing}"));
        if has_comma { vec![item] } else { vec![Splice::insert(end, ","), item] }
    }

    /// Takes entries or items out of brackets; `gone` are their places, in order.
    pub(super) fn flow_remove(&self, container: u32, parts: &[(u32, u32)], gone: &[usize]) -> Vec<Splice> {
        let raw = self.raw(container);
        if gone.len() == parts.len() {
            return match raw.style {
                Style::Pair => vec![Splice::new(raw.range(), "{}")],
                _ => vec![Splice::delete(raw.start as usize + 1..raw.end as usize - 1)],
            };
        }
        let mut splices = Vec::new();
        let last_kept = (0..parts.len()).rev().find(|place| !gone.contains(place)).unwrap_or(0);
        for place in gone {
            splices.extend(self.flow_remove_one(container, parts, *place, last_kept));
        }
        splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
        splices.dedup();
        splices
    }

    fn flow_remove_one(&self, container: u32, parts: &[(u32, u32)], place: usize, last_kept: usize) -> Vec<Splice> {
        let bytes = self.bytes();
        let (first, last) = parts[place];
        let start = self.raw(first).lead as usize;
        let end = self.entry_end(first, last);
        let comma = skip_blanks(bytes, end);
        let has_comma = bytes.get(comma) == Some(&b',');
        let behind = if has_comma { comma + 1 } else { end };
        let behind = comment::behind(bytes, behind).map_or(behind, |comment| comment.end);
        let alone = is_first_on_line(bytes, start)
            && line_start(bytes, start) > self.raw(container).start as usize
            && skip_blanks(bytes, behind) == self.line_behind(behind);
        if alone {
            let above = comment::above(self.file, first, start).start;
            let mut splices = vec![Splice::delete(above..next_line(bytes, behind))];
            if place > last_kept && !has_comma {
                // The last one had no comma, so the one that is last now has none either.
                let (key, value) = parts[last_kept];
                let comma = skip_gap(bytes, self.entry_end(key, value));
                if bytes.get(comma) == Some(&b',') {
                    splices.push(Splice::delete(comma..comma + 1));
                }
            }
            return splices;
        }
        if place > last_kept {
            let (key, value) = parts[place - 1];
            return vec![Splice::delete(self.entry_end(key, value)..end)];
        }
        vec![Splice::delete(start..self.raw(parts[place + 1].0).lead as usize)]
    }
}
