//! Unified diffs: between two texts, and of a draft with the operation behind every changed line.

use std::fmt;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::text::split_lines;

/// What a line of a diff is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tag {
    /// The same on both sides.
    Context,
    /// Only on the old side.
    Removed,
    /// Only on the new side.
    Added,
}

/// A line of a diff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiffLine {
    /// What the line is.
    pub tag: Tag,
    /// The line without its `\n`; a `\r` stays.
    pub text: String,
    /// The line is the last of its file and has no line break.
    pub no_newline: bool,
    /// The index of the operation that changed the line; always there in the diff of a draft.
    pub operation: Option<usize>,
}

/// A stretch of changed lines with the lines around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hunk {
    /// Number of the first line on the old side, from 1; 0 when the old side is empty.
    pub old_start: usize,
    /// Lines on the old side.
    pub old_lines: usize,
    /// Number of the first line on the new side, from 1; 0 when the new side is empty.
    pub new_start: usize,
    /// Lines on the new side.
    pub new_lines: usize,
    /// The lines.
    pub lines: Vec<DiffLine>,
}

/// The difference of two texts. Shown as the body of a unified diff, without the file names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Diff {
    /// The stretches, in order.
    pub hunks: Vec<Hunk>,
}

/// Lines replaced: numbers on the old and the new side, from 0.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct LineChange {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

impl Hunk {
    /// Returns the `@@ -1,2 +1,3 @@` line.
    pub fn header(&self) -> String {
        let count = |lines: usize| if lines == 1 { String::new() } else { format!(",{lines}") };
        let (old, new) = (count(self.old_lines), count(self.new_lines));
        format!("@@ -{}{old} +{}{new} @@", self.old_start, self.new_start)
    }
}

impl Diff {
    /// Compares two texts line by line; for files that are created or deleted one side is empty.
    ///
    /// ```
    /// # use hops::yaml::Diff;
    /// let diff = Diff::between("a: 1\nb: 2\n", "a: 1\nb: 3", 1);
    /// assert_eq!(diff.to_string(), "@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: 3\n\\ No newline at end of file\n");
    /// ```
    pub fn between(old: &str, new: &str, context: usize) -> Diff {
        let (left, right): (Vec<&str>, Vec<&str>) = (split_lines(old).collect(), split_lines(new).collect());
        let changes = line_changes(&left, &right, 0, 0);
        Diff::of_changes(&left, &right, &changes, context)
    }

    /// Tells whether the texts are equal.
    pub fn is_empty(&self) -> bool {
        self.hunks.is_empty()
    }

    pub(super) fn of_changes(old: &[&str], new: &[&str], changes: &[LineChange], context: usize) -> Diff {
        let mut hunks = Vec::new();
        let mut group: Vec<&LineChange> = Vec::new();
        for change in changes {
            let far = group.last().is_some_and(|last| change.old.start - last.old.end > context * 2);
            if far {
                hunks.push(hunk(old, new, &group, context));
                group.clear();
            }
            group.push(change);
        }
        if !group.is_empty() {
            hunks.push(hunk(old, new, &group, context));
        }
        Diff { hunks }
    }
}

/// Compares lines; `old_first` and `new_first` are the numbers of the first ones.
pub(super) fn line_changes(old: &[&str], new: &[&str], old_first: usize, new_first: usize) -> Vec<LineChange> {
    let mut changes: Vec<LineChange> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (left, right) = (op.old_range(), op.new_range());
        let change = LineChange {
            old: left.start + old_first..left.end + old_first,
            new: right.start + new_first..right.end + new_first,
        };
        match changes.last_mut() {
            Some(last) if last.old.end == change.old.start && last.new.end == change.new.start => {
                last.old.end = change.old.end;
                last.new.end = change.new.end;
            }
            _ => changes.push(change),
        }
    }
    changes
}

fn hunk(old: &[&str], new: &[&str], changes: &[&LineChange], context: usize) -> Hunk {
    let mut lines = Vec::new();
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else {
        return Hunk { old_start: 0, old_lines: 0, new_start: 0, new_lines: 0, lines };
    };
    let before = context.min(first.old.start);
    let after = context.min(old.len() - last.old.end);
    let mut at = first.old.start - before;
    for change in changes {
        lines.extend(old[at..change.old.start].iter().map(|line| diff_line(Tag::Context, line)));
        lines.extend(old[change.old.clone()].iter().map(|line| diff_line(Tag::Removed, line)));
        lines.extend(new[change.new.clone()].iter().map(|line| diff_line(Tag::Added, line)));
        at = change.old.end;
    }
    lines.extend(old[at..at + after].iter().map(|line| diff_line(Tag::Context, line)));
    let old_range = first.old.start - before..last.old.end + after;
    let new_range = first.new.start - before..last.new.end + after;
    Hunk {
        old_start: old_range.start + usize::from(!old_range.is_empty()),
        old_lines: old_range.len(),
        new_start: new_range.start + usize::from(!new_range.is_empty()),
        new_lines: new_range.len(),
        lines,
    }
}

fn diff_line(tag: Tag, line: &str) -> DiffLine {
    let text = line.strip_suffix('\n');
    DiffLine { tag, text: text.unwrap_or(line).to_owned(), no_newline: text.is_none(), operation: None }
}

impl fmt::Display for Diff {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for hunk in &self.hunks {
            writeln!(out, "{}", hunk.header())?;
            for line in &hunk.lines {
                let sign = match line.tag {
                    Tag::Context => ' ',
                    Tag::Removed => '-',
                    Tag::Added => '+',
                };
                writeln!(out, "{sign}{}", line.text)?;
                if line.no_newline {
                    writeln!(out, "\\ No newline at end of file")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_zero_when_a_side_is_empty() {
        assert_eq!(Diff::between("", "a\nb\n", 3).to_string(), "@@ -0,0 +1,2 @@\n+a\n+b\n");
        assert_eq!(Diff::between("a\n", "", 3).to_string(), "@@ -1 +0,0 @@\n-a\n");
        assert!(Diff::between("a\n", "a\n", 3).is_empty());
    }

    #[test]
    fn keeps_distant_changes_in_hunks_of_their_own() {
        let old: String = (0..20).map(|number| format!("{number}\n")).collect();
        let new = old.replace("3\n4\n", "3\nx\n").replace("15\n", "");
        let diff = Diff::between(&old, &new, 2);
        let heads: Vec<_> = diff.to_string().lines().filter(|line| line.starts_with("@@")).map(str::to_owned).collect();
        assert_eq!(heads, ["@@ -3,5 +3,5 @@", "@@ -14,5 +14,4 @@"]);
    }
}
