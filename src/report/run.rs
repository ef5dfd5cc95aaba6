//! What a run did, batch by batch.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::style::{FAINT, STRONG};
use crate::runner::{Applied, BatchDone};

/// Writes what applying a plan did.
pub fn write_applied(applied: &Applied, out: &mut impl Write) -> io::Result<()> {
    let Some(run) = &applied.run else { return writeln!(out, "nothing to do") };
    write_batches(&applied.batches, out)?;
    let (files, targets) = (counted(applied.files(), "file"), counted(applied.targets(), "target"));
    writeln!(out, "wrote {files} for {targets}")?;
    writeln!(out, "{FAINT}run {run}; `hops undo {run}` takes it back{FAINT:#}")
}

/// Writes what taking a run back did.
pub fn write_undone(applied: &Applied, out: &mut impl Write) -> io::Result<()> {
    let Some(run) = &applied.run else { return writeln!(out, "nothing to do") };
    write_batches(&applied.batches, out)?;
    let (files, targets) = (counted(applied.files(), "file"), counted(applied.targets(), "target"));
    writeln!(out, "put back {files} for {targets} of run {run}")
}

fn write_batches(batches: &[BatchDone], out: &mut impl Write) -> io::Result<()> {
    for batch in batches {
        let commit = batch.commit.as_deref().map(|id| format!("  commit {}", short(id))).unwrap_or_default();
        let lane = batch.lane.as_deref().map(|lane| format!("  {lane}")).unwrap_or_default();
        let (targets, files) = (counted(batch.targets.len(), "target"), counted(batch.files.len(), "file"));
        writeln!(out, "{STRONG}batch {}{STRONG:#}{lane}  {targets}, {files}{commit}", batch.number)?;
    }
    Ok(())
}

/// What a run did, as JSON.
pub fn applied_json(applied: &Applied) -> Value {
    let batch = |batch: &BatchDone| {
        json!({
            "number": batch.number, "lane": batch.lane, "targets": batch.targets,
            "files": batch.files, "commit": batch.commit,
        })
    };
    let batches: Vec<Value> = applied.batches.iter().map(batch).collect();
    json!({ "schema": "hops.run/v1", "run": applied.run, "commits": applied.commits, "batches": batches })
}

/// A number with its word, in singular or plural.
pub fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// The first digits of a commit's id.
pub(super) fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}
