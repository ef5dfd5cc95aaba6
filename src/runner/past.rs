//! Runs of the past, as their journals tell.

use std::collections::BTreeMap;
use std::path::Path;

use super::fault::Faults;
use super::folder::Folder;
use super::journal::{Begin, Entry, entries, runs};
use crate::plan::{Diagnostic, FileChange};

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It stopped while it was carried out.
    Doing,
    /// It was carried out.
    Done,
    /// It stopped while it was taken back.
    Undoing,
    /// Batches of it were taken back.
    Undone,
}

/// A run of the past.
#[derive(Debug, Clone)]
pub struct Past {
    /// How it began.
    pub begin: Begin,
    /// Every line after that.
    pub entries: Vec<Entry>,
}

impl Past {
    /// How far it came.
    pub fn phase(&self) -> Phase {
        let mut phase = Phase::Doing;
        for entry in &self.entries {
            phase = match (entry, phase) {
                (Entry::Undo { .. }, _) => Phase::Undoing,
                (Entry::Done, Phase::Doing) => Phase::Done,
                (Entry::Done, Phase::Undoing) => Phase::Undone,
                (_, phase) => phase,
            };
        }
        phase
    }

    /// The batches and targets that the last undo was asked to take back.
    pub fn undoing(&self) -> (Vec<usize>, Vec<String>) {
        let asked = self.entries.iter().rev().find_map(|entry| match entry {
            Entry::Undo { batches, targets } => Some((batches.clone(), targets.clone())),
            _ => None,
        });
        asked.unwrap_or_default()
    }

    /// What takes each batch back, by number: for every file the change that leads to what it was.
    pub fn back(&self) -> BTreeMap<usize, Vec<FileChange>> {
        let mut found: BTreeMap<usize, Vec<FileChange>> = BTreeMap::new();
        for entry in &self.entries {
            let Entry::Batch { batch, back } = entry else { continue };
            let known = found.entry(*batch).or_default();
            for change in back {
                // A run that was taken up again announces what was left; the first word counts.
                if !known.iter().any(|own| own.path == change.path) {
                    known.push(change.clone());
                }
            }
        }
        found
    }

    /// The commits that it made, by batch; the last one of each.
    pub fn commits(&self) -> BTreeMap<usize, String> {
        let mut found = BTreeMap::new();
        let forward = self.entries.iter().take_while(|entry| !matches!(entry, Entry::Undo { .. }));
        for entry in forward {
            if let Entry::Committed { batch, commit } = entry {
                found.insert(*batch, commit.clone());
            }
        }
        found
    }

    /// Whether every batch was taken back.
    pub fn is_gone(&self) -> bool {
        let mut gone: Vec<usize> = Vec::new();
        for entry in &self.entries {
            if let Entry::Undo { batches, .. } = entry {
                gone.extend(batches);
            }
        }
        self.phase() == Phase::Undone && self.back().keys().all(|batch| gone.contains(batch))
    }

    /// Why it stopped, when it did.
    pub fn reason(&self) -> Option<(&str, &str)> {
        match self.entries.last() {
            Some(Entry::Stopped { code, message }) => Some((code, message)),
            _ => None,
        }
    }
}

/// The runs that have a journal in a repository, the oldest first, or the one of a name or a number.
pub fn list(root: &Path, wanted: Option<&str>) -> Result<Vec<Past>, Diagnostic> {
    let folder = Folder::open(root, &Faults::default())?;
    match wanted {
        Some(_) => Ok(vec![find(&folder, wanted)?]),
        None => all(&folder),
    }
}

/// Every run that has a journal, the oldest first.
pub(super) fn all(folder: &Folder) -> Result<Vec<Past>, Diagnostic> {
    let mut found = Vec::new();
    for run in runs(folder) {
        found.extend(read(folder, &run)?);
    }
    Ok(found)
}

/// The latest run that was not taken back whole, or just the latest.
pub(super) fn latest_standing(folder: &Folder) -> Result<Option<String>, Diagnostic> {
    let runs = all(folder)?;
    let standing = runs.iter().rev().find(|run| !run.is_gone());
    Ok(standing.or(runs.last()).map(|run| run.begin.run.clone()))
}

/// The run of a name or a number, or the latest one.
pub(super) fn find(folder: &Folder, wanted: Option<&str>) -> Result<Past, Diagnostic> {
    let names = runs(folder);
    let Some(wanted) = wanted else {
        let latest = names.last().ok_or_else(|| {
            Diagnostic::usage("no-run", "no run has a journal here").help("`hops run RECIPE` makes one")
        })?;
        return read(folder, latest)?.ok_or_else(|| empty(latest));
    };
    let number = wanted.parse::<usize>().ok();
    let is = |name: &&String| {
        name.as_str() == wanted
            || number.is_some() && name.split('-').next().and_then(|text| text.parse().ok()) == number
    };
    let name = names.iter().find(is).ok_or_else(|| {
        Diagnostic::usage("unknown-run", format!("there is no run `{wanted}`"))
            .suggest(wanted, names.iter().map(String::as_str))
            .help("`hops log` shows the runs")
    })?;
    read(folder, name)?.ok_or_else(|| empty(name))
}

/// A run of which nothing was written but, perhaps, an empty journal.
fn empty(name: &str) -> Diagnostic {
    Diagnostic::usage("empty-run", format!("the run `{name}` was cut off before it began; nothing was written"))
}

fn read(folder: &Folder, run: &str) -> Result<Option<Past>, Diagnostic> {
    let mut entries = entries(folder, run)?.into_iter();
    match entries.next() {
        Some(Entry::Begin(begin)) => Ok(Some(Past { begin: *begin, entries: entries.collect() })),
        Some(_) => {
            Err(Diagnostic::error("journal", format!("the journal of `{run}` does not begin with its beginning")))
        }
        None => Ok(None),
    }
}
