//! The finished plan: what a person reads, what is written, and its JSON form.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::change::FileChange;

/// The recipe that made a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipeId {
    /// Name from its header.
    pub name: String,
    /// Version from its header.
    pub version: String,
    /// Digest of its text.
    pub digest: String,
}

/// What a plan was made from; the same inputs give the same plan, to the byte.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Version of hops.
    pub hops: String,
    /// The commit that was checked out; nothing outside Git.
    pub base: Option<String>,
    /// Number of YAML files that were read.
    pub files: usize,
    /// Digest over their paths and contents.
    pub digest: String,
    /// Digest of each module that the recipe imports.
    pub modules: BTreeMap<String, String>,
}

/// What a recipe would do to a repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Name and version of this form: `hops.plan/v1`.
    pub schema: String,
    /// Digest of the plan without this field; empty until the plan is sealed.
    pub id: String,
    /// The recipe.
    pub recipe: RecipeId,
    /// Its parameters, defaults included.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// Those of them that are not the recipe's own, each `name=value` as on the command line.
    pub given: Vec<String>,
    /// What it was made from.
    pub inputs: Inputs,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneCount {
    /// Name of the lane.
    pub lane: String,
    /// Number of targets that change.
    pub targets: usize,
}

/// Targets that go together, in one commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
