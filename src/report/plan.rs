//! A plan as text: the diff first, then lanes, batches and what is left out.

use std::io::{self, Write};

use super::run::counted;
use super::style::{BAD, FAINT, GOOD, PLACE, STRONG, WARN};
use crate::plan::{FileChange, Plan, Skipped, Status};
use crate::yaml::Tag;

/// How much a person asked to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The summary without the diff.
    Brief,
    /// The diff, and reasons once for each group.
    Normal,
    /// Everything, also what was not selected.
    Full,
}

/// Writes a plan.
pub fn write_plan(plan: &Plan, title: &str, detail: Detail, out: &mut impl Write) -> io::Result<()> {
    if detail != Detail::Brief {
        for change in plan.files() {
            write_diff(change, out)?;
        }
        if !plan.is_empty() {
            writeln!(out)?;
        }
    }
    writeln!(out, "{STRONG}{} {}{STRONG:#}: {title}", plan.recipe.name, plan.recipe.version)?;
    write_counts(plan, out)?;
    write_batches(plan, out)?;
    write_notes(plan, out)?;
    write_skipped(plan, detail, out)
}

fn write_diff(change: &FileChange, out: &mut impl Write) -> io::Result<()> {
    let path = &change.path;
    let old = if change.status == Status::Created { "/dev/null".to_string() } else { format!("a/{path}") };
    let new = if change.status == Status::Deleted { "/dev/null".to_string() } else { format!("b/{path}") };
    writeln!(out, "{STRONG}--- {old}{STRONG:#}\n{STRONG}+++ {new}{STRONG:#}")?;
    for hunk in &change.diff.hunks {
        writeln!(out, "{PLACE}{}{PLACE:#}", hunk.header())?;
        for line in &hunk.lines {
            let text = line.text.trim_end_matches('\r');
            match line.tag {
                Tag::Context => writeln!(out, " {text}")?,
                Tag::Removed => writeln!(out, "{BAD}-{text}{BAD:#}")?,
                Tag::Added => writeln!(out, "{GOOD}+{text}{GOOD:#}")?,
            }
            if line.no_newline {
                writeln!(out, "{FAINT}\\ No newline at end of file{FAINT:#}")?;
            }
        }
    }
    Ok(())
}

fn write_counts(plan: &Plan, out: &mut impl Write) -> io::Result<()> {
    let mut paths: Vec<&str> = plan.files().map(|change| change.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let targets = plan.targets.len();
    let files = paths.len();
    write!(out, "  {} in {}", counted(targets, "target"), counted(files, "file"))?;
    writeln!(out, ", {} left out", plan.skipped.len())?;
    if !plan.lanes.is_empty() {
        let lanes: Vec<String> = plan.lanes.iter().map(|lane| format!("{} {}", lane.targets, lane.lane)).collect();
        writeln!(out, "  lanes: {}", lanes.join(", "))?;
    }
    Ok(())
}

fn write_batches(plan: &Plan, out: &mut impl Write) -> io::Result<()> {
    if plan.batches.is_empty() {
        return Ok(());
    }
    let width = plan.batches.iter().filter_map(|batch| batch.lane.as_ref()).map(String::len).max().unwrap_or(0);
    writeln!(out, "\n{STRONG}batches{STRONG:#}")?;
    for batch in &plan.batches {
        let lane = batch.lane.as_deref().unwrap_or("");
        writeln!(out, "  {:>2}  {lane:width$}  {}", batch.number, batch.targets.join(", "))?;
    }
    Ok(())
}

fn write_notes(plan: &Plan, out: &mut impl Write) -> io::Result<()> {
    let targets = plan.targets.iter().flat_map(|target| target.notes.iter().map(move |note| (Some(&target.id), note)));
    let mut notes = plan.notes.iter().map(|note| (None, note)).chain(targets).peekable();
    if notes.peek().is_some() {
        writeln!(out, "\n{STRONG}notes{STRONG:#}")?;
    }
    for (target, note) in notes {
        match target {
            Some(target) => writeln!(out, "  {target}: {note}")?,
            None => writeln!(out, "  {note}")?,
        }
    }
    Ok(())
}

/// What is left out, reason by reason in the order of first appearance.
fn write_skipped(plan: &Plan, detail: Detail, out: &mut impl Write) -> io::Result<()> {
    let mut codes: Vec<&str> = Vec::new();
    for skipped in &plan.skipped {
        if !codes.contains(&skipped.code.as_str()) {
            codes.push(&skipped.code);
        }
    }
    for code in codes {
        let group: Vec<&Skipped> = plan.skipped.iter().filter(|skipped| skipped.code == code).collect();
        writeln!(out, "\n{WARN}left out: {code}{WARN:#} ({})", group.len())?;
        if code == "not-selected" && detail != Detail::Full {
            writeln!(out, "  {FAINT}by --only or --skip; -v lists them{FAINT:#}")?;
            continue;
        }
        let shared = group.iter().all(|skipped| skipped.message == group[0].message);
        if shared {
            writeln!(out, "  {}", group[0].message)?;
        }
        for skipped in group {
            let place = if skipped.id == skipped.path {
                String::new()
            } else {
                format!("  {FAINT}{}:{}{FAINT:#}", skipped.path, skipped.line)
            };
            match shared {
                true => writeln!(out, "    {}{place}", skipped.id)?,
                false => writeln!(out, "    {}: {}", skipped.id, skipped.message)?,
            }
        }
    }
    Ok(())
}
