//! The change of one file by one batch, as byte edits: carried out, and turned around.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::yaml::Diff;

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is edited.
    Modified,
    /// It is new.
    Created,
    /// It goes.
    Deleted,
}

/// The change of one file by one batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileChange {
    /// Path from the repository root.
    pub path: String,
    /// What happens to it.
    pub status: Status,
    /// Ids of the targets that need it.
    pub targets: Vec<String>,
    /// Digest of the file before this batch; nothing for a new one.
    pub before: Option<String>,
    /// Digest of the file after this batch; nothing for a deleted one.
    pub after: Option<String>,
    /// Byte ranges of the file before, and the text that replaces each, in order.
    pub edits: Vec<Edit>,
    /// The change as a unified diff; empty until [`FileChange::show`] is given the file.
    #[serde(skip)]
    pub diff: Diff,
}

/// A byte range and the text that replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The text that takes its place.
    pub text: String,
}

impl Edit {
    /// An edit of a range.
    pub fn new(range: &Range<usize>, text: &str) -> Edit {
        Edit { start: range.start, end: range.end, text: text.to_string() }
    }
}

/// Why a change cannot be carried out on a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The content is not the one that the change was made from.
    #[error("its content is another by now")]
    Stale,
    /// The edits do not fit the content, or give another one than the change names.
    #[error("its edits do not give the content that the plan names")]
    Broken,
}

impl FileChange {
    /// The file after this change, given the file before; nothing stands for a file that does not exist.
    ///
    /// Both sides are held against the digests, so what comes out is what was planned, to the byte.
    pub fn result(&self, before: Option<&[u8]>) -> Result<Option<Vec<u8>>, ChangeError> {
        if before.map(digest) != self.before {
            return Err(ChangeError::Stale);
        }
        if self.status == Status::Deleted {
            return if self.after.is_none() { Ok(None) } else { Err(ChangeError::Broken) };
        }
        let after = splice(before.unwrap_or_default(), &self.edits).ok_or(ChangeError::Broken)?;
        if Some(digest(&after)) == self.after { Ok(Some(after)) } else { Err(ChangeError::Broken) }
    }

    /// The change that takes this one back, given the file before it.
    pub fn inverse(&self, before: Option<&[u8]>) -> Result<FileChange, ChangeError> {
        let after = self.result(before)?;
        let old = before.unwrap_or_default();
        let whole = |range: Range<usize>| String::from_utf8(old[range].to_vec()).map_err(|_| ChangeError::Broken);
        let (status, edits) = match self.status {
            Status::Created => (Status::Deleted, Vec::new()),
            Status::Deleted => (Status::Created, vec![Edit { start: 0, end: 0, text: whole(0..old.len())? }]),
            Status::Modified => {
                let mut edits = Vec::with_capacity(self.edits.len());
                // Where an edit lands in the new content: shifted by what those before it added and took.
                let (mut added, mut taken) = (0, 0);
                for edit in &self.edits {
                    let start = edit.start + added - taken;
                    edits.push(Edit { start, end: start + edit.text.len(), text: whole(edit.start..edit.end)? });
                    added += edit.text.len();
                    taken += edit.end - edit.start;
                }
                (Status::Modified, edits)
            }
        };
        let back = FileChange {
            path: self.path.clone(),
            status,
            targets: self.targets.clone(),
            before: self.after.clone(),
            after: self.before.clone(),
            edits,
            diff: Diff::default(),
        };
        back.result(after.as_deref()).map(|_| back)
    }

    /// Fills in the diff, given the file before.
    pub fn show(&mut self, before: Option<&[u8]>, context: usize) -> Result<(), ChangeError> {
        let after = self.result(before)?;
        let text = |bytes: Option<&[u8]>| {
            let text = String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
            text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text)
        };
        self.diff = Diff::between(&text(before), &text(after.as_deref()), context);
        Ok(())
    }
}

/// Replaces ranges of a content; nothing when they overlap, go backwards, or lie outside.
fn splice(old: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let mut new = Vec::with_capacity(old.len());
    let mut at = 0;
    for edit in edits {
        if edit.end < edit.start {
            return None;
        }
        new.extend_from_slice(old.get(at..edit.start)?);
        new.extend_from_slice(edit.text.as_bytes());
        at = edit.end;
    }
    new.extend_from_slice(old.get(at..)?);
    Some(new)
}

/// The digest of a content, as `sha256:<hex>`.
pub fn digest(content: &[u8]) -> String {
    named(&Sha256::digest(content))
}

/// The digest of several contents one after the other, each with its length, so that none can run into the next.
pub fn digest_all<'a>(contents: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for content in contents {
        hash.update(content.len().to_le_bytes());
        hash.update(content);
    }
    named(&hash.finalize())
}

fn named(hash: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digits = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(HEX[usize::from(digit)]));
    "sha256:".chars().chain(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(status: Status, before: Option<&str>, after: Option<&str>, edits: Vec<Edit>) -> FileChange {
        let digest_of = |text: Option<&str>| text.map(|text| digest(text.as_bytes()));
        FileChange {
            path: "a.yaml".into(),
            status,
            targets: Vec::new(),
            before: digest_of(before),
            after: digest_of(after),
            edits,
            diff: Diff::default(),
        }
    }

    #[test]
    fn a_change_and_its_inverse_lead_back() {
        let (old, new) = ("a: 1\nb: 22\nc: 3\n", "a: 100\nc: 3\nd: ü\n");
        let edits = vec![Edit::new(&(3..4), "100"), Edit::new(&(5..11), ""), Edit::new(&(16..16), "d: ü\n")];
        for change in [
            change(Status::Modified, Some(old), Some(new), edits),
            change(Status::Created, None, Some(new), vec![Edit::new(&(0..0), new)]),
            change(Status::Deleted, Some(old), None, Vec::new()),
        ] {
            let before = (change.status != Status::Created).then_some(old.as_bytes());
            let after = change.result(before).unwrap();
            assert_eq!(after.as_deref(), (change.status != Status::Deleted).then_some(new.as_bytes()));
            let back = change.inverse(before).unwrap();
            assert_eq!(back.result(after.as_deref()).unwrap().as_deref(), before);
        }
    }

    #[test]
    fn another_content_is_stale_and_edits_that_do_not_fit_are_broken() {
        let fits = change(Status::Modified, Some("a: 1\n"), Some("a: 2\n"), vec![Edit::new(&(3..4), "2")]);
        assert_eq!(fits.result(Some(b"a: 9\n")), Err(ChangeError::Stale));
        assert_eq!(fits.result(None), Err(ChangeError::Stale));
        for (start, end) in [(3, 2), (9, 9), (3, 99)] {
            let edit = Edit { start, end, text: "2".into() };
            let broken = change(Status::Modified, Some("a: 1\n"), Some("a: 2\n"), vec![edit]);
            assert_eq!(broken.result(Some(b"a: 1\n")), Err(ChangeError::Broken));
        }
    }
}
