//! The finished plan: what a person reads, what is written, and its JSON form.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::yaml::{Diff, File};

/// The recipe that made a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecipeId {
    /// Name from its header.
    pub name: String,
    /// Version from its header.
    pub version: String,
    /// Digest of its text.
    pub digest: String,
}

/// What a recipe would do to a repository.
#[derive(Debug, Serialize)]
pub struct Plan {
    /// Name and version of this form: `hops.plan/v1`.
    pub schema: &'static str,
    /// The recipe.
    pub recipe: RecipeId,
    /// Its parameters, defaults included.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// Targets that change, batch by batch.
    pub targets: Vec<Target>,
    /// Targets that are left out, each with its reason.
    pub skipped: Vec<Skipped>,
    /// Targets by lane, in lane order.
    pub lanes: Vec<LaneCount>,
    /// What goes together, in order.
    pub batches: Vec<Batch>,
    /// Remarks of the recipe.
    pub notes: Vec<String>,
}

impl Plan {
    /// Whether it changes any file.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Every file change, batch by batch.
    pub fn files(&self) -> impl Iterator<Item = &FileChange> {
        self.batches.iter().flat_map(|batch| &batch.files)
    }
}

/// A target that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// `cluster/namespace/name`, or a path.
    pub id: String,
    /// Kind of the object.
    pub kind: String,
    /// Path of its file.
    pub path: String,
    /// Line of its document, from 1.
    pub line: usize,
    /// Lane, when the recipe has lanes.
    pub lane: Option<String>,
    /// Number of its batch, from 1.
    pub batch: usize,
    /// Its operations in words, in order.
    pub operations: Vec<String>,
    /// Remarks of the recipe.
    pub notes: Vec<String>,
}

/// Something that is left out, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// `cluster/namespace/name`, or a path.
    #[serde(rename = "target")]
    pub id: String,
    /// Kind of the object.
    pub kind: String,
    /// Path of its file.
    pub path: String,
    /// Line of its document, from 1.
    pub line: usize,
    /// Stable name of the reason.
    pub code: String,
    /// The reason in words.
    pub message: String,
}

/// How many targets a lane has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaneCount {
    /// Name of the lane.
    pub lane: String,
    /// Number of targets that change.
    pub targets: usize,
}

/// Targets that go together, in one commit.
#[derive(Debug, Serialize)]
pub struct Batch {
    /// Its number, from 1.
    pub number: usize,
    /// The lane of its targets, when the recipe has lanes.
    pub lane: Option<String>,
    /// Ids of its targets.
    pub targets: Vec<String>,
    /// What it does to each file.
    pub files: Vec<FileChange>,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Serialize)]
pub struct FileChange {
    /// Path from the repository root.
    pub path: String,
    /// What happens to it.
    pub status: Status,
    /// Digest of the file before this batch; nothing for a new one.
    pub before: Option<String>,
    /// Digest of the file after this batch; nothing for a deleted one.
    pub after: Option<String>,
    /// Byte ranges of the file before, and the text that replaces each.
    pub edits: Vec<Edit>,
    /// The file before this batch.
    #[serde(skip)]
    pub old: Option<Arc<File>>,
    /// The file after this batch.
    #[serde(skip)]
    pub new: Option<Arc<File>>,
    /// The change as a unified diff.
    #[serde(skip)]
    pub diff: Diff,
}

/// A byte range and the text that replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// The digest of a content, as `sha256:<hex>`.
pub fn digest(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
