//! From a recording to a plan: lanes to batches, and the byte edits of each batch.
//!
//! A file that several batches touch is edited batch by batch, each on the result of the one before, so that every
//! commit holds what its own targets need and nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::change::{Edit, FileChange, Status, digest};
use super::data::{Batch, Inputs, LaneCount, Plan, RecipeId, Skipped, Target};
use super::file::SCHEMA;
use super::recording::{Action, Recording, Step, TargetId, apply};
use crate::repo::{Change, Overlay};
use crate::yaml::{Draft, File};

const CONTEXT: usize = 3;

impl Recording {
    /// Makes the plan.
    pub fn finish(self, recipe: RecipeId, parameters: BTreeMap<String, serde_json::Value>) -> Plan {
        let groups = self.groups();
        let batch_of: HashMap<TargetId, usize> = groups
            .iter()
            .enumerate()
            .flat_map(|(batch, (_, members))| members.iter().map(move |&target| (target, batch)))
            .collect();
        let mut changes = self.changes(&batch_of, groups.len());
        let batches: Vec<Batch> = groups
            .iter()
            .enumerate()
            .map(|(index, (lane, members))| Batch {
                number: index + 1,
                lane: lane.clone(),
                targets: members.iter().map(|target| self.targets[target.0].subject.id.clone()).collect(),
                files: std::mem::take(&mut changes[index]),
            })
            .collect();
        Plan {
            schema: SCHEMA.into(),
            id: String::new(),
            recipe,
            parameters,
            given: Vec::new(),
            inputs: Inputs::default(),
            targets: self.changed(&groups),
            lanes: lanes(&groups),
            skipped: self.skipped(),
            batches,
            notes: self.notes,
        }
    }

    /// Targets with steps, in lane order and cut to the batch size.
    fn groups(&self) -> Vec<(Option<String>, Vec<TargetId>)> {
        let with_steps: BTreeSet<TargetId> = self.steps.iter().map(|step| step.target).collect();
        let rank = |lane: &Option<String>| match lane {
            Some(lane) => self.order.iter().position(|known| known == lane).unwrap_or(self.order.len()),
            None => self.order.len() + 1,
        };
        let mut by_lane: BTreeMap<(usize, Option<String>), Vec<TargetId>> = BTreeMap::new();
        for target in with_steps {
            let lane = self.targets[target.0].lane.clone();
            by_lane.entry((rank(&lane), lane)).or_default().push(target);
        }
        let size = self.size.unwrap_or(usize::MAX).max(1);
        let cut = |((_, lane), members): ((usize, Option<String>), Vec<TargetId>)| {
            let parts: Vec<_> = members.chunks(size).map(|part| (lane.clone(), part.to_vec())).collect();
            parts
        };
        by_lane.into_iter().flat_map(cut).collect()
    }

    /// The file changes of each batch.
    fn changes(&self, batch_of: &HashMap<TargetId, usize>, count: usize) -> Vec<Vec<FileChange>> {
        let mut by_path: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for step in &self.steps {
            by_path.entry(&step.path).or_default().insert(batch_of[&step.target]);
        }
        let mut found: Vec<Vec<FileChange>> = (0..count).map(|_| Vec::new()).collect();
        for (path, batches) in by_path {
            match (batches.first(), self.overlay.changes().get(path)) {
                (Some(&only), Some(change)) if batches.len() == 1 => {
                    let steps: Vec<&Step> = self.steps.iter().filter(|step| step.path == path).collect();
                    found[only].extend(file_change(path, change, self.needed_by(&steps)));
                }
                _ => self.staged(path, batch_of, &mut found),
            }
        }
        found
    }

    /// One file that several batches change: the steps in batch order, cut where a batch ends.
    fn staged(&self, path: &str, batch_of: &HashMap<TargetId, usize>, found: &mut [Vec<FileChange>]) {
        let mut steps: Vec<&Step> = self.steps.iter().filter(|step| step.path == path).collect();
        steps.sort_by_key(|step| batch_of[&step.target]);
        let mut overlay = Overlay::default();
        let mut done: Vec<Step> = Vec::new();
        for part in steps.chunk_by(|a, b| batch_of[&a.target] == batch_of[&b.target]) {
            overlay.advance(path);
            for step in part {
                // The steps were accepted together; in another order they touch the same places.
                if apply(self.graph(), &mut overlay, &done, step).is_ok() {
                    done.push((*step).clone());
                }
            }
            let change = overlay.changes().get(path).and_then(|change| file_change(path, change, self.needed_by(part)));
            found[batch_of[&part[0].target]].extend(change);
        }
    }

    /// Ids of the targets that some steps belong to, in target order.
    fn needed_by(&self, steps: &[&Step]) -> Vec<String> {
        let targets: BTreeSet<TargetId> = steps.iter().map(|step| step.target).collect();
        targets.into_iter().map(|target| self.targets[target.0].subject.id.clone()).collect()
    }

    fn changed(&self, groups: &[(Option<String>, Vec<TargetId>)]) -> Vec<Target> {
        let numbered = groups
            .iter()
            .enumerate()
            .flat_map(|(batch, (lane, members))| members.iter().map(move |&target| (batch + 1, lane, target)));
        numbered
            .map(|(batch, lane, id)| {
                let record = &self.targets[id.0];
                let subject = record.subject.clone();
                let steps = self.steps.iter().filter(|step| step.target == id);
                Target {
                    id: subject.id,
                    kind: subject.kind,
                    path: subject.path,
                    line: subject.line,
                    lane: lane.clone(),
                    batch,
                    operations: steps.map(Step::describe).collect(),
                    notes: record.notes.clone(),
                }
            })
            .collect()
    }

    fn skipped(&self) -> Vec<Skipped> {
        let targets = self.targets.iter().filter_map(|record| {
            let (code, message) = record.skipped.clone()?;
            let subject = record.subject.clone();
            Some(Skipped { id: subject.id, kind: subject.kind, path: subject.path, line: subject.line, code, message })
        });
        targets.chain(self.left_out.iter().cloned()).collect()
    }
}

impl Step {
    fn describe(&self) -> String {
        match &self.action {
            Action::Edit { operation, .. } => format!("{operation} in {}", self.path),
            Action::Create { .. } => format!("create {}", self.path),
        }
    }
}

fn lanes(groups: &[(Option<String>, Vec<TargetId>)]) -> Vec<LaneCount> {
    let mut counts: Vec<LaneCount> = Vec::new();
    for (lane, members) in groups {
        let Some(lane) = lane else { continue };
        match counts.iter_mut().find(|count| count.lane == *lane) {
            Some(count) => count.targets += members.len(),
            None => counts.push(LaneCount { lane: lane.clone(), targets: members.len() }),
        }
    }
    counts
}

fn file_change(path: &str, change: &Change, targets: Vec<String>) -> Option<FileChange> {
    let (status, old, new) = match change {
        Change::Edit(draft) => (Status::Modified, Some(draft.original()), Some(draft.file())),
        Change::Create(draft) => (Status::Created, None, Some(draft.file())),
        Change::Delete(file) => (Status::Deleted, Some(file), None),
    };
    let bytes = |file: Option<&Arc<File>>| file.map(|file| file.bytes().to_vec());
    let (before, after) = (bytes(old), bytes(new));
    if before == after {
        return None;
    }
    let diff = match change {
        Change::Edit(draft) => draft.diff(CONTEXT),
        _ => crate::yaml::Diff::between(text(old), text(new), CONTEXT),
    };
    let edits = match change {
        Change::Edit(draft) => edits_of(draft),
        Change::Create(_) => vec![Edit { start: 0, end: 0, text: whole(after.as_deref()) }],
        Change::Delete(_) => Vec::new(),
    };
    let (before, after) = (before.as_deref().map(digest), after.as_deref().map(digest));
    Some(FileChange { path: path.to_string(), status, targets, before, after, edits, diff })
}

fn edits_of(draft: &Draft) -> Vec<Edit> {
    draft.edits().iter().map(|edit| Edit::new(&edit.range, &edit.text)).collect()
}

fn text(file: Option<&Arc<File>>) -> &str {
    file.map_or("", |file| file.text())
}

/// A content as text, byte order mark included.
fn whole(bytes: Option<&[u8]>) -> String {
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}
