//! How far recipes came, and which runs and commits there are.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::run::{counted, short};
use super::style::{FAINT, STRONG, WARN};
use crate::runner::{Entry, Past, Phase, Progress, Standing, Trace};

const STANDINGS: [(Standing, &str); 4] = [
    (Standing::Done, "done"),
    (Standing::Again, "would change again"),
    (Standing::Pending, "pending"),
    (Standing::Undone, "undone"),
];

/// Writes the progress of recipes.
pub fn write_status(found: &[Progress], out: &mut impl Write) -> io::Result<()> {
    if found.is_empty() {
        return writeln!(out, "no commit of this branch was made by hops");
    }
    for progress in found {
        let parameters = progress.parameters.iter().map(|text| format!(" -p {text}")).collect::<String>();
        writeln!(out, "{STRONG}{}{STRONG:#}{FAINT}{parameters}{FAINT:#}", progress.recipe)?;
        if let Some(reason) = &progress.blocked {
            writeln!(out, "  {WARN}blocked{WARN:#}: {} ({})", reason.message, reason.code)?;
        }
        for (standing, word) in STANDINGS {
            let own: Vec<_> = progress.targets.iter().filter(|(_, (own, _))| *own == standing).collect();
            if own.is_empty() {
                continue;
            }
            writeln!(out, "  {word}: {}", counted(own.len(), "target"))?;
            for (id, (_, commit)) in own {
                let commit = commit.as_deref().map(|id| format!("  {}", short(id))).unwrap_or_default();
                writeln!(out, "    {id}{FAINT}{commit}{FAINT:#}")?;
            }
        }
        let mut codes: Vec<&str> = progress.left.iter().map(|skipped| skipped.code.as_str()).collect();
        codes.sort_unstable();
        for group in codes.chunk_by(|a, b| a == b) {
            writeln!(out, "  left out: {} {}", group.len(), group[0])?;
        }
    }
    Ok(())
}

/// The progress of recipes as JSON.
pub fn status_json(found: &[Progress]) -> Value {
    let word = |standing: Standing| match standing {
        Standing::Done => "done",
        Standing::Again => "again",
        Standing::Pending => "pending",
        Standing::Undone => "undone",
    };
    let one = |progress: &Progress| {
        let target = |(id, (standing, commit)): (&String, &(Standing, Option<String>))| json!({ "target": id, "status": word(*standing), "commit": commit });
        json!({
            "recipe": progress.recipe,
            "parameters": progress.parameters,
            "blocked": progress.blocked.as_ref().map(|reason| json!({ "code": reason.code, "message": reason.message })),
            "targets": progress.targets.iter().map(target).collect::<Vec<_>>(),
            "left_out": progress.left,
        })
    };
    json!({ "schema": "hops.status/v1", "recipes": found.iter().map(one).collect::<Vec<_>>() })
}

/// Writes the runs that have a journal here, and the commits of the branch, the newest first.
pub fn write_log(runs: &[Past], traces: &[Trace], out: &mut impl Write) -> io::Result<()> {
    if runs.is_empty() && traces.is_empty() {
        return writeln!(out, "no run has a journal here, and no commit of this branch was made by hops");
    }
    for run in runs.iter().rev() {
        let begin = &run.begin;
        let (targets, batches) = (counted(begin.targets.len(), "target"), counted(begin.batches.len(), "batch"));
        let batches = batches.replace("batchs", "batches");
        writeln!(out, "{STRONG}{}{STRONG:#}  {}  {batches}, {targets}", begin.run, phase(run))?;
    }
    for trace in traces {
        let (commit, plan) = (short(&trace.commit), trace.plan.get(7..15).unwrap_or(&trace.plan));
        writeln!(out, "{STRONG}{commit}{STRONG:#}  {}  {FAINT}plan {plan}{FAINT:#}", trace.subject)?;
    }
    Ok(())
}

/// Writes one run, line by line.
pub fn write_run(run: &Past, out: &mut impl Write) -> io::Result<()> {
    let begin = &run.begin;
    writeln!(out, "{STRONG}{}{STRONG:#}  {}  {} {}", begin.run, phase(run), begin.recipe.name, begin.recipe.version)?;
    writeln!(out, "  plan {}", begin.plan)?;
    if let Some(branch) = &begin.branch {
        writeln!(out, "  branch {branch}, from {}", begin.head.as_deref().map_or("nothing", short))?;
    }
    for entry in &run.entries {
        match entry {
            Entry::Begin(_) => {}
            Entry::Resume => writeln!(out, "  taken up again")?,
            Entry::Undo { batches, .. } => writeln!(out, "  to be taken back: {}", numbers(batches))?,
            Entry::Batch { batch, back } => writeln!(out, "  batch {batch}: {} to write", counted(back.len(), "file"))?,
            Entry::Back { batch, paths } => {
                writeln!(out, "  batch {batch}: {} to put back", counted(paths.len(), "file"))?;
            }
            Entry::Written { batch } => writeln!(out, "  batch {batch}: written")?,
            Entry::Committing { .. } => {}
            Entry::Committed { batch, commit } => writeln!(out, "  batch {batch}: commit {}", short(commit))?,
            Entry::Stopped { code, message } => writeln!(out, "  {WARN}stopped{WARN:#}: {message} ({code})")?,
            Entry::Done => writeln!(out, "  done")?,
        }
    }
    Ok(())
}

/// Runs and commits as JSON.
pub fn log_json(runs: &[Past], traces: &[Trace]) -> Value {
    let run = |run: &Past| json!({ "begin": run.begin, "phase": phase(run), "entries": run.entries });
    let commit = |trace: &Trace| {
        json!({
            "commit": trace.commit, "subject": trace.subject, "time": trace.time, "recipe": trace.recipe,
            "version": trace.version, "plan": trace.plan, "batch": trace.batch, "batches": trace.total,
            "parameters": trace.parameters, "targets": trace.targets, "undo": trace.undo,
        })
    };
    let (runs, commits) = (runs.iter().map(run).collect::<Vec<_>>(), traces.iter().map(commit).collect::<Vec<_>>());
    json!({ "schema": "hops.log/v1", "runs": runs, "commits": commits })
}

fn phase(run: &Past) -> &'static str {
    match run.phase() {
        Phase::Doing => "stopped part-way",
        Phase::Done => "done",
        Phase::Undoing => "stopped while it was taken back",
        Phase::Undone if run.is_gone() => "taken back",
        Phase::Undone => "taken back in part",
    }
}

fn numbers(batches: &[usize]) -> String {
    batches.iter().map(|number| format!("batch {number}")).collect::<Vec<_>>().join(", ")
}
