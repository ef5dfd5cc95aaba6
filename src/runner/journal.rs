//! The journal of a run: what is about to happen, then what has happened, one JSON line each.
//!
//! A line is flushed before the effect that it announces. Lines are only added; one that a crash cut short counts as
//! never written. The files themselves say how far a run came (each holds its old or its new content), so the
//! journal needs to know no more than what was begun and how to take it back.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

use serde::{Deserialize, Serialize};

use super::fault::Faults;
use super::folder::Folder;
use crate::plan::{Diagnostic, FileChange, RecipeId};

/// Where journals lie.
pub(super) const JOURNALS: &str = ".hops/journal";

/// Name and version of the form.
const SCHEMA: &str = "hops.journal/v1";

/// Whether a run commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Commits {
    /// One commit for each batch.
    PerBatch,
    /// Files are written and that is all.
    None,
}

/// How a run begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begin {
    /// Name and version of the form.
    pub schema: String,
    /// Name of the run.
    pub run: String,
    /// Id of the plan, which is kept beside the journal.
    pub plan: String,
    /// The recipe.
    pub recipe: RecipeId,
    /// Whether it commits.
    pub commits: Commits,
    /// The branch that it works on.
    pub branch: Option<String>,
    /// The commit that it starts from.
    pub head: Option<String>,
    /// Ids of the targets that it takes.
    pub targets: Vec<String>,
    /// Numbers of the batches that it takes.
    pub batches: Vec<usize>,
    /// Seconds since 1970.
    pub at: u64,
}

impl Begin {
    /// The form that this hops writes.
    pub fn schema() -> String {
        SCHEMA.to_string()
    }
}

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Entry {
    /// The run begins.
    Begin(Box<Begin>),
    /// It is taken up again.
    Resume,
    /// It is to be taken back; these batches, the last first.
    Undo {
        /// Numbers of the batches.
        batches: Vec<usize>,
        /// Ids of the targets.
        targets: Vec<String>,
    },
    /// Files of a batch are about to be written; what takes each back.
    Batch {
        /// Its number.
        batch: usize,
        /// The change that leads back, for each file.
        back: Vec<FileChange>,
    },
    /// Files of a batch are about to be put back.
    Back {
        /// Its number.
        batch: usize,
        /// The files.
        paths: Vec<String>,
    },
    /// Every file of the batch is as it should be.
    Written {
        /// Its number.
        batch: usize,
    },
    /// The batch is about to be committed.
    Committing {
        /// Its number.
        batch: usize,
    },
    /// It is committed.
    Committed {
        /// Its number.
        batch: usize,
        /// Id of the commit.
        commit: String,
    },
    /// The run stopped; it can be taken up again.
    Stopped {
        /// Stable name of the reason.
        code: String,
        /// The reason in words.
        message: String,
    },
    /// What was asked for is done.
    Done,
}

/// A journal that is being written.
pub(super) struct Journal {
    file: File,
    name: String,
    faults: Faults,
}

impl Journal {
    /// Opens the journal of a run; a line that was cut short goes.
    pub fn open(folder: &Folder, run: &str, faults: &Faults) -> Result<Journal, Diagnostic> {
        let name = path(run);
        let open = || -> io::Result<File> {
            faults.point()?;
            let mut file = folder.append(&name)?;
            let mut text = Vec::new();
            file.read_to_end(&mut text)?;
            let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            if whole < text.len() {
                file.set_len(whole as u64)?;
                file.seek(SeekFrom::End(0))?;
            }
            Ok(file)
        };
        let file = open().map_err(|error| failed(&name, &error))?;
        Ok(Journal { file, name, faults: faults.clone() })
    }

    /// Adds a line and flushes it to the disk.
    pub fn record(&mut self, entry: Entry) -> Result<(), Diagnostic> {
        let result = serde_json::to_string(&entry).map_err(io::Error::other).and_then(|text| self.add(&text));
        result.map_err(|error| failed(&self.name, &error))
    }

    /// A point at which a run can be cut off.
    pub fn point(&self) -> Result<(), Diagnostic> {
        self.faults.point().map_err(|error| failed(&self.name, &error))
    }

    fn add(&mut self, text: &str) -> io::Result<()> {
        let before = self.file.metadata()?.len();
        let half = text.len() / 2;
        let added = (|| {
            self.faults.point()?;
            self.file.write_all(&text.as_bytes()[..half])?;
            self.faults.point()?;
            self.file.write_all(&text.as_bytes()[half..])?;
            self.file.write_all(b"\n")?;
            self.faults.point()?;
            self.file.sync_data()
        })();
        if added.is_err() {
            // Half a line must not be what the next one follows.
            let _ = self.file.set_len(before);
        }
        added?;
        self.faults.point()
    }
}

/// The path of a run's journal.
fn path(run: &str) -> String {
    format!("{JOURNALS}/{run}.jsonl")
}

fn failed(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("journal", format!("the journal `{name}` cannot be written")).because(error.to_string())
}

/// Names of the runs that have a journal, the oldest first.
pub(super) fn runs(folder: &Folder) -> Vec<String> {
    let names = folder.names(JOURNALS).into_iter();
    names.filter_map(|name| Some(name.strip_suffix(".jsonl")?.to_string())).collect()
}

/// Reads the entries of a journal; the last line counts only when it is whole.
pub(super) fn entries(folder: &Folder, run: &str) -> Result<Vec<Entry>, Diagnostic> {
    let bytes = folder.read(&path(run))?.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let whole = text.rfind('\n').map_or("", |at| &text[..at]);
    let mut entries = Vec::new();
    for (line, text) in whole.lines().enumerate() {
        let entry = serde_json::from_str(text).map_err(|error| {
            Diagnostic::error("journal", "a line of the journal cannot be read")
                .at(path(run), Some((line + 1, 1)))
                .because(error.to_string())
        })?;
        entries.push(entry);
    }
    Ok(entries)
}
