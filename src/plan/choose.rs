//! A part of a plan: one batch, or only some targets.
//!
//! A file is changed for all of its targets or for none, because the byte edits of a batch are one piece.

use std::collections::BTreeSet;

use super::data::{LaneCount, Plan, Skipped};
use super::selection::Selection;

/// Why a part cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// The number names no batch.
    #[error("the plan has no batch {number}; it has {count}")]
    NoSuchBatch {
        /// The number.
        number: usize,
        /// How many there are.
        count: usize,
    },
    /// A file is needed by a target inside and by one outside of the choice.
    #[error("`{inside}` and `{outside}` change `{path}` together")]
    SharedFile {
        /// The file.
        path: String,
        /// A target that was chosen.
        inside: String,
        /// One that was not.
        outside: String,
    },
}

impl Plan {
    /// The plan with the chosen targets and batches only; the id stays.
    pub fn choose(&self, batch: Option<usize>, selection: &Selection) -> Result<Plan, ChoiceError> {
        if let Some(number) = batch.filter(|&number| number == 0 || number > self.batches.len()) {
            return Err(ChoiceError::NoSuchBatch { number, count: self.batches.len() });
        }
        let mut chosen = self.clone();
        chosen.batches.retain(|own| batch.is_none_or(|number| own.number == number));
        let (inside, outside): (Vec<_>, Vec<_>) =
            chosen.targets.into_iter().partition(|target| selection.selects(&names(&target.id, &target.path)));
        let ids: BTreeSet<&str> = inside.iter().map(|target| target.id.as_str()).collect();
        for change in chosen.batches.iter_mut().flat_map(|batch| &mut batch.files) {
            let (taken, left): (Vec<_>, Vec<_>) = change.targets.iter().partition(|id| ids.contains(id.as_str()));
            if let (Some(inside), Some(outside)) = (taken.first(), left.first()) {
                let (inside, outside) = (inside.to_string(), outside.to_string());
                return Err(ChoiceError::SharedFile { path: change.path.clone(), inside, outside });
            }
        }
        for batch in &mut chosen.batches {
            batch.targets.retain(|id| ids.contains(id.as_str()));
            batch.files.retain(|change| change.targets.iter().any(|id| ids.contains(id.as_str())));
        }
        chosen.batches.retain(|batch| !batch.targets.is_empty());
        let numbers: BTreeSet<usize> = chosen.batches.iter().map(|batch| batch.number).collect();
        chosen.skipped.extend(
            outside.into_iter().filter(|target| numbers.contains(&target.batch) || batch.is_none()).map(|target| {
                Skipped {
                    id: target.id,
                    kind: target.kind,
                    path: target.path,
                    line: target.line,
                    code: "not-selected".into(),
                    message: "left out by --only or --skip".into(),
                }
            }),
        );
        chosen.targets = inside.into_iter().filter(|target| numbers.contains(&target.batch)).collect();
        chosen.count_lanes();
        Ok(chosen)
    }

    /// The plan with these targets and batches, as a run took them.
    #[must_use]
    pub fn retaken(&self, targets: &[String], batches: &[usize]) -> Plan {
        let mut chosen = self.clone();
        chosen.targets.retain(|target| targets.contains(&target.id) && batches.contains(&target.batch));
        chosen.batches.retain(|batch| batches.contains(&batch.number));
        for batch in &mut chosen.batches {
            batch.targets.retain(|id| targets.contains(id));
            batch.files.retain(|change| change.targets.iter().any(|id| targets.contains(id)));
        }
        chosen
    }

    /// Leaves out batches and says so by their targets.
    pub fn drop_batches(&mut self, gone: &BTreeSet<usize>) {
        self.batches.retain(|batch| !gone.contains(&batch.number));
        self.targets.retain(|target| !gone.contains(&target.batch));
        self.count_lanes();
    }

    fn count_lanes(&mut self) {
        let count =
            |lane: &LaneCount| self.targets.iter().filter(|target| target.lane.as_ref() == Some(&lane.lane)).count();
        let counts: Vec<usize> = self.lanes.iter().map(count).collect();
        for (lane, targets) in self.lanes.iter_mut().zip(counts) {
            lane.targets = targets;
        }
        self.lanes.retain(|lane| lane.targets > 0);
    }
}

/// What a selector may call a target: its id, that without the cluster, its path.
fn names<'a>(id: &'a str, path: &'a str) -> Vec<&'a str> {
    let mut names = vec![id, path];
    if let Some((_, rest)) = id.split_once('/').filter(|(_, rest)| rest.matches('/').count() == 1 && id != path) {
        names.push(rest);
    }
    names
}
