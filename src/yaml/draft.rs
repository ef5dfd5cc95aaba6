//! A file being edited: what it was, what it is now, and which operation is behind every difference.

use std::ops::Range;
use std::sync::Arc;

use super::check;
use super::diff::{Diff, LineChange, Tag, line_changes};
use super::edit::{self, Change, Splice};
use super::error::EditError;
use super::file::File;
use super::node::Document;
use super::operation::Operation;
use super::source::Position;
use super::text::split_lines;

/// A file with edits on it. Cheap to clone.
///
/// Every operation is checked before it counts: the new text is parsed again, and its tree must be the old one with exactly
/// the intended change. If anything else differs the draft stays as it was.
#[derive(Clone, Debug)]
pub struct Draft {
    original: Arc<File>,
    file: Arc<File>,
    operations: Vec<(usize, Operation)>,
    pieces: Vec<Piece>,
    /// Parts of the original text that an operation took out.
    deleted: Vec<(Range<usize>, usize)>,
}

/// A stretch of the current text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Text of the original.
    Kept(Range<usize>),
    /// Text that an operation wrote.
    New { length: usize, operation: usize },
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Piece::Kept(range) => range.len(),
            Piece::New { length, .. } => *length,
        }
    }
}

/// What an operation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Whether the text changed; an operation that finds everything in place changes nothing.
    pub changed: bool,
    /// Comments that went, as written: they described what went, or stood inside it.
    pub comments: Vec<String>,
    /// Tags that went with the values they were on.
    pub tags: Vec<String>,
    /// Where the aliases stand whose value changed too, because the edit is at or under their anchor.
    pub aliases: Vec<Position>,
    /// Where the address of the document's schema comment stands, if the edit changed the type it is for.
    pub stale_schema: Option<Position>,
}

/// Bytes of the original to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByteEdit {
    /// Which bytes, byte order mark counted.
    pub range: Range<usize>,
    /// What stands there instead.
    pub text: String,
}

impl Draft {
    /// Starts with a file as it is.
    pub fn new(file: Arc<File>) -> Draft {
        let pieces = vec![Piece::Kept(0..file.text().len())];
        Draft { original: Arc::clone(&file), file, operations: Vec::new(), pieces, deleted: Vec::new() }
    }

    /// Carries out an operation on one document.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use hops::yaml::{Draft, File, Fragment, Operation, Path};
    /// let file = File::parse(b"spec: # the release\n  chart:\n    spec: {chart: plex}\n  interval: 1h\n".to_vec())?;
    /// let mut draft = Draft::new(Arc::new(file));
    /// let content = Fragment::Text("kind: OCIRepository\nname: plex".into());
    /// draft.apply(0, Operation::Swap { path: Path::parse("spec.chart")?, key: "chartRef".into(), content })?;
    /// assert_eq!(
    ///     draft.file().text(),
    ///     "spec: # the release\n  chartRef:\n    kind: OCIRepository\n    name: plex\n  interval: 1h\n"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// On an error the draft is unchanged.
    pub fn apply(&mut self, document: usize, operation: Operation) -> Result<Applied, EditError> {
        let mut next = self.clone();
        let mut applied = next.carry_out(document, &operation)?;
        if applied.changed {
            applied.stale_schema = next.stale_schema(document, &operation);
            next.operations.push((document, operation));
            *self = next;
        }
        Ok(applied)
    }

    /// Returns the file as it is now.
    pub fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// Returns the file as it was.
    pub fn original(&self) -> &Arc<File> {
        &self.original
    }

    /// Tells whether the text differs from the original.
    pub fn is_changed(&self) -> bool {
        !Arc::ptr_eq(&self.file, &self.original) && self.file.text() != self.original.text()
    }

    /// Returns the operations that changed something, each with the document it was for.
    pub fn operations(&self) -> &[(usize, Operation)] {
        &self.operations
    }

    fn document(&self, index: usize) -> Result<Document<'_>, EditError> {
        let count = self.file.documents().len();
        self.file.document(index).ok_or_else(|| {
            EditError::new(
                "no-such-document",
                format!("the file has {count} documents, so there is no document {index}"),
            )
        })
    }

    fn carry_out(&mut self, index: usize, operation: &Operation) -> Result<Applied, EditError> {
        let document = self.document(index)?;
        if document.is_encrypted() {
            let words = "the document is encrypted with SOPS, whose checksum covers all of it";
            return Err(EditError::new("encrypted", words).at(document.position()));
        }
        let Some(change) = edit::plan(document, operation)? else {
            return Ok(Applied::default());
        };
        let aliases = self.aliases_of(index, operation);
        self.splice(index, &change)?;
        Ok(Applied { changed: true, comments: change.comments, tags: change.tags, aliases, stale_schema: None })
    }

    fn splice(&mut self, document: usize, change: &Change) -> Result<(), EditError> {
        let mut splices = change.splices.clone();
        splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
        let text = spliced(self.file.text(), &splices)?;
        let bytes = self.file.source().with_mark(text);
        let internal = |words: String| EditError::new("self-check", words);
        let file = File::parse(bytes).map_err(|error| match error.code() {
            "unknown-anchor" => EditError::new("anchor-in-use", format!("after the edit {error}")),
            _ => internal(format!("the edit would not read back at {}: {error}", error.position())),
        })?;
        check::verify(&self.file, &file, document, &change.expect).map_err(|words| match words {
            check::REBOUND => EditError::new("anchor-in-use", words),
            words => internal(format!("the edit would do something else: {words}")),
        })?;
        self.keep_pieces(&splices);
        self.file = Arc::new(file);
        Ok(())
    }

    /// Notes which stretches of the text the splices replace.
    fn keep_pieces(&mut self, splices: &[Splice]) {
        let operation = self.operations.len();
        let mut pieces = Vec::with_capacity(self.pieces.len() + splices.len() * 2);
        let mut at = 0;
        let mut rest = std::mem::take(&mut self.pieces).into_iter();
        let mut open: Option<Piece> = rest.next();
        for splice in splices {
            while let Some(piece) = open.take() {
                let (whole, left) = cut(piece, splice.range.start.saturating_sub(at));
                at += whole.len();
                pieces.push(whole);
                open = left;
                if open.is_some() {
                    break;
                }
                open = rest.next();
                if at >= splice.range.start {
                    break;
                }
            }
            let mut gone = splice.range.len();
            while gone > 0 {
                let Some(piece) = open.take() else { break };
                let (out, left) = cut(piece, gone);
                gone -= out.len();
                at += out.len();
                if let Piece::Kept(range) = out {
                    self.deleted.push((range, operation));
                }
                open = left.or_else(|| rest.next());
            }
            if !splice.text.is_empty() {
                pieces.push(Piece::New { length: splice.text.len(), operation });
            }
        }
        pieces.extend(open);
        pieces.extend(rest);
        pieces.retain(|piece| piece.len() > 0);
        self.pieces = pieces;
    }

    /// Returns the aliases outside an edited place whose value the edit changes with it.
    fn aliases_of(&self, index: usize, operation: &Operation) -> Vec<Position> {
        let tree = self.file.tree();
        if !tree.has_properties() {
            return Vec::new();
        }
        let node = operation.path().and_then(|path| {
            let document = self.file.document(index)?;
            let paths = std::iter::successors(Some(path.clone()), |path| path.parent());
            paths.into_iter().find_map(|path| document.get(&path))
        });
        let Some(node) = node else { return Vec::new() };
        let root = tree.documents[index].root;
        let is_above = |target: u32| target <= node.index() && node.index() < tree.node(target).skip;
        (root..tree.node(root).skip)
            .filter(|alias| tree.target(*alias) != *alias && is_above(tree.target(*alias)))
            .map(|alias| self.file.node(alias).position())
            .collect()
    }

    fn stale_schema(&self, index: usize, operation: &Operation) -> Option<Position> {
        let schema = self.file.document(index)?.schema()?;
        operation.changes_type().then(|| schema.position())
    }

    /// Returns the edits that turn the original bytes into the current ones: sorted, apart from each other, whole lines, no line that stays.
    pub fn edits(&self) -> Vec<ByteEdit> {
        let (old, new) = (self.original.text(), self.file.text());
        let (old_starts, new_starts) = (starts(old), starts(new));
        let mark = self.original.source().mark();
        self.line_changes(&old_starts, &new_starts)
            .into_iter()
            .map(|change| ByteEdit {
                range: old_starts[change.old.start] + mark..old_starts[change.old.end] + mark,
                text: new[new_starts[change.new.start]..new_starts[change.new.end]].to_owned(),
            })
            .collect()
    }

    /// Returns the difference to the original with `context` unchanged lines around each change.
    pub fn diff(&self, context: usize) -> Diff {
        let (old, new) = (self.original.text(), self.file.text());
        let (old_starts, new_starts) = (starts(old), starts(new));
        let changes = self.line_changes(&old_starts, &new_starts);
        let (left, right): (Vec<&str>, Vec<&str>) = (split_lines(old).collect(), split_lines(new).collect());
        let mut diff = Diff::of_changes(&left, &right, &changes, context);
        for hunk in &mut diff.hunks {
            let (mut one, mut two) = (hunk.old_start.saturating_sub(1), hunk.new_start.saturating_sub(1));
            if hunk.old_lines == 0 {
                one = hunk.old_start;
            }
            if hunk.new_lines == 0 {
                two = hunk.new_start;
            }
            for line in &mut hunk.lines {
                match line.tag {
                    Tag::Context => (one, two) = (one + 1, two + 1),
                    Tag::Removed => {
                        line.operation = self.remover(old_starts[one]..old_starts[one + 1]);
                        one += 1;
                    }
                    Tag::Added => {
                        line.operation = self.writer(new_starts[two]..new_starts[two + 1]);
                        two += 1;
                    }
                }
            }
        }
        diff
    }

    /// Compares the lines around the pieces that changed; all others are equal by construction.
    fn line_changes(&self, old_starts: &[usize], new_starts: &[usize]) -> Vec<LineChange> {
        let (old, new) = (self.original.text(), self.file.text());
        let mut changes: Vec<LineChange> = Vec::new();
        for (one, two) in self.changed_lines(old_starts, new_starts) {
            let left: Vec<&str> = split_lines(&old[old_starts[one.start]..old_starts[one.end]]).collect();
            let right: Vec<&str> = split_lines(&new[new_starts[two.start]..new_starts[two.end]]).collect();
            for change in line_changes(&left, &right, one.start, two.start) {
                match changes.last_mut() {
                    Some(last) if last.old.end == change.old.start && last.new.end == change.new.start => {
                        (last.old.end, last.new.end) = (change.old.end, change.new.end);
                    }
                    _ => changes.push(change),
                }
            }
        }
        changes
    }

    /// Returns stretches of whole lines on both sides that hold every change.
    fn changed_lines(&self, old_starts: &[usize], new_starts: &[usize]) -> Vec<(Range<usize>, Range<usize>)> {
        let (old, new) = (self.original.text(), self.file.text());
        let (mut hunk_old, mut hunk_new, mut at_new) = (0, 0, 0);
        let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        let mut note = |one: Range<usize>, two: Range<usize>| {
            if one.is_empty() && two.is_empty() {
                return;
            }
            // Where both sides stop at the start of a line the next line is not part of the change.
            let stops = begins_line(old, one.end) && begins_line(new, two.end);
            let (one, two) = (whole_lines(old, old_starts, &one, stops), whole_lines(new, new_starts, &two, stops));
            match found.last_mut() {
                Some((left, right)) if one.start < left.end || two.start < right.end => {
                    left.end = left.end.max(one.end);
                    right.end = right.end.max(two.end);
                }
                _ => found.push((one, two)),
            }
        };
        for piece in &self.pieces {
            match piece {
                Piece::New { length, .. } => at_new += length,
                Piece::Kept(range) => {
                    note(hunk_old..range.start, hunk_new..at_new);
                    at_new += range.len();
                    (hunk_old, hunk_new) = (range.end, at_new);
                }
            }
        }
        note(hunk_old..old.len(), hunk_new..at_new);
        found
    }

    /// Returns the operation behind a line of the current text that is not in the original.
    fn writer(&self, line: Range<usize>) -> Option<usize> {
        let mut at = 0;
        let mut before: Option<usize> = None;
        let mut found = None;
        for piece in &self.pieces {
            let end = at + piece.len();
            match piece {
                Piece::New { operation, .. } if at < line.end && end > line.start => {
                    found = found.max(Some(*operation))
                }
                Piece::Kept(range)
                    if at >= line.start && at <= line.end && before.is_none_or(|end| end != range.start) =>
                {
                    // Nothing written here, but something taken out between two kept stretches.
                    found = found.max(self.remover_at(before.unwrap_or(0)..range.start));
                }
                _ => {}
            }
            if let Piece::Kept(range) = piece {
                before = Some(range.end);
            }
            at = end;
        }
        found.or_else(|| self.any_operation())
    }

    /// Returns the operation behind a line of the original that is gone.
    fn remover(&self, line: Range<usize>) -> Option<usize> {
        let found = self.remover_at(line.clone());
        if found.is_some() {
            return found;
        }
        let mut at_old = 0;
        let mut written = None;
        for piece in &self.pieces {
            match piece {
                Piece::Kept(range) => at_old = range.end,
                Piece::New { operation, .. } if (line.start..=line.end).contains(&at_old) => {
                    written = written.max(Some(*operation));
                }
                Piece::New { .. } => {}
            }
        }
        written.or_else(|| self.any_operation())
    }

    fn remover_at(&self, range: Range<usize>) -> Option<usize> {
        let overlapping = self.deleted.iter().filter(|(gone, _)| gone.start < range.end && gone.end > range.start);
        overlapping.map(|(_, operation)| *operation).max()
    }

    fn any_operation(&self) -> Option<usize> {
        self.operations.len().checked_sub(1)
    }
}

fn cut(piece: Piece, at: usize) -> (Piece, Option<Piece>) {
    if at >= piece.len() {
        return (piece, None);
    }
    match piece {
        Piece::Kept(range) => {
            let middle = range.start + at;
            (Piece::Kept(range.start..middle), Some(Piece::Kept(middle..range.end)))
        }
        Piece::New { length, operation } => {
            (Piece::New { length: at, operation }, Some(Piece::New { length: length - at, operation }))
        }
    }
}

fn spliced(text: &str, splices: &[Splice]) -> Result<String, EditError> {
    let added: usize = splices.iter().map(|splice| splice.text.len()).sum();
    let mut out = String::with_capacity(text.len() + added);
    let mut at = 0;
    for splice in splices {
        let kept = text.get(at..splice.range.start);
        let (Some(kept), true) = (kept, splice.range.start <= splice.range.end) else {
            return Err(EditError::new("self-check", "two parts of the edit overlap"));
        };
        out.push_str(kept);
        out.push_str(&splice.text);
        at = splice.range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Ok(out)
}

/// Returns the start of every line, and the end of the text.
fn starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    for line in split_lines(text) {
        starts.push(starts[starts.len() - 1] + line.len());
    }
    starts
}

fn begins_line(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

/// Returns the numbers of the lines that hold a stretch; `stops` when it ends where a line begins and so holds nothing of that line.
fn whole_lines(text: &str, starts: &[usize], range: &Range<usize>, stops: bool) -> Range<usize> {
    let count = starts.len() - 1;
    let mut first = starts.partition_point(|start| *start <= range.start) - 1;
    if !begins_line(text, range.start) && starts[first] == range.start {
        // The end of a text without final line break is inside its last line.
        first = first.saturating_sub(1);
    }
    let end = if stops {
        starts.partition_point(|start| *start < range.end)
    } else {
        starts.partition_point(|start| *start <= range.end).min(count)
    };
    first..end.max(first)
}
