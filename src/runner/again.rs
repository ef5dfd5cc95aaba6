//! A run of the past: taken up again, or taken back.

use std::collections::BTreeSet;
use std::path::Path;

use super::apply::{Applied, idle, stopped, work_tree};
use super::carry::{Way, Work, carry_out};
use super::effects::{WorkTree, git_problem};
use super::fault::Faults;
use super::folder::Folder;
use super::journal::{Commits, Entry, Journal};
use super::past::{self, Past, Phase};
use super::store;
use super::survey::{stale, survey};
use crate::plan::{Batch, Class, Diagnostic, Plan, Selection};
use crate::repo::git::Git;

/// Completes a run that stopped part-way, forward or back; one that is complete is left alone.
pub fn resume(root: &Path, wanted: Option<&str>, faults: &Faults) -> Result<Applied, Diagnostic> {
    let folder = Folder::open(root, faults)?;
    let _lock = store::lock(&folder)?;
    let run = past::find(&folder, wanted)?;
    match run.phase() {
        Phase::Done | Phase::Undone => Ok(Applied::default()),
        Phase::Undoing => {
            let (batches, targets) = run.undoing();
            take_back(root, &folder, &run, &batches, &Taken::Targets(targets), faults)
        }
        Phase::Doing => complete(root, &folder, &run, faults),
    }
}

fn complete(root: &Path, folder: &Folder, run: &Past, faults: &Faults) -> Result<Applied, Diagnostic> {
    let git = committing(root, run)?;
    let plan = store::kept(folder, &run.begin.plan)?;
    let chosen = plan.retaken(&run.begin.targets, &run.begin.batches);
    tidy(folder, &chosen);
    let survey = survey(&chosen, &plan.batches, folder)?;
    if !survey.stale.is_empty() {
        let name = &run.begin.run;
        return Err(
            stale(&survey.stale, &chosen, Some("hops plan …")).help(format!("`hops undo {name}` takes it back"))
        );
    }
    let mut journal = Journal::open(folder, &run.begin.run, faults)?;
    journal.record(Entry::Resume)?;
    let way = Way::Forward;
    let work = Work { todo: &survey.todo, done: &survey.done, chosen: &chosen, total: plan.batches.len(), way };
    finish(&work, folder, run, git.as_ref(), &mut journal)
}

/// What undoing a run would do: the changes that lead back, with diffs, the last batch first.
///
/// Refuses what [`undo`] would refuse.
pub fn preview_undo(
    root: &Path,
    wanted: Option<&str>,
    batch: Option<usize>,
    selection: &Selection,
) -> Result<(String, Plan), Diagnostic> {
    let folder = Folder::open(root, &Faults::default())?;
    let latest = past::latest_standing(&folder)?;
    let run = past::find(&folder, wanted.or(latest.as_deref()))?;
    committing(root, &run)?;
    let back = Back::new(&folder, &run, &numbers(&run, batch)?, &Taken::Selection(selection.clone()))?;
    Ok((run.begin.run.clone(), back.survey.todo))
}

/// Takes a run back, the last batch first: the files become what they were, by a commit where the batch had one.
pub fn undo(
    root: &Path,
    wanted: Option<&str>,
    batch: Option<usize>,
    selection: &Selection,
    faults: &Faults,
) -> Result<Applied, Diagnostic> {
    let folder = Folder::open(root, faults)?;
    let _lock = store::lock(&folder)?;
    let run = past::find(&folder, wanted)?;
    let taken = Taken::Selection(selection.clone());
    take_back(root, &folder, &run, &numbers(&run, batch)?, &taken, faults)
}

fn take_back(
    root: &Path,
    folder: &Folder,
    run: &Past,
    batches: &[usize],
    taken: &Taken,
    faults: &Faults,
) -> Result<Applied, Diagnostic> {
    let git = committing(root, run)?;
    let back = Back::new(folder, run, batches, taken)?;
    tidy(folder, &back.chosen);
    let mut journal = Journal::open(folder, &run.begin.run, faults)?;
    let targets = back.chosen.targets.iter().map(|target| target.id.clone()).collect();
    journal.record(Entry::Undo { batches: batches.to_vec(), targets })?;
    let way = Way::Back(back.commits.clone());
    let work = Work { todo: &back.survey.todo, done: &back.survey.done, chosen: &back.chosen, total: back.total, way };
    finish(&work, folder, run, git.as_ref(), &mut journal)
}

fn finish(
    work: &Work<'_>,
    folder: &Folder,
    run: &Past,
    git: Option<&Git>,
    journal: &mut Journal,
) -> Result<Applied, Diagnostic> {
    let name = run.begin.run.clone();
    let result = carry_out(work, &mut WorkTree { folder, journal, git });
    let mut batches = result.map_err(|error| stopped(error, &name, journal))?;
    batches.retain(|batch| !batch.files.is_empty() || batch.commit.is_some());
    Ok(Applied { run: Some(name), batches, commits: git.is_some() })
}

/// Which targets are taken back.
enum Taken {
    /// Those that the owner names.
    Selection(Selection),
    /// Those of an undo that stopped.
    Targets(Vec<String>),
}

/// The way back of a run: its batches turned around, the last first.
struct Back {
    chosen: Plan,
    survey: super::survey::Survey,
    commits: Vec<(usize, String)>,
    total: usize,
}

impl Back {
    fn new(folder: &Folder, run: &Past, numbers: &[usize], taken: &Taken) -> Result<Back, Diagnostic> {
        let plan = store::kept(folder, &run.begin.plan)?;
        let recorded = run.back();
        let own = plan.retaken(&run.begin.targets, &run.begin.batches);
        let around =
            |batch: &Batch| Batch { files: recorded.get(&batch.number).cloned().unwrap_or_default(), ..batch.clone() };
        // Batches of which nothing was ever begun have nothing to take back.
        let order: Vec<Batch> = own.batches.iter().rev().map(around).filter(|batch| !batch.files.is_empty()).collect();
        let mut whole = Plan { batches: order.clone(), ..own };
        whole.batches.retain(|batch| numbers.contains(&batch.number));
        whole.targets.retain(|target| whole.batches.iter().any(|batch| batch.targets.contains(&target.id)));
        whole.skipped.clear();
        whole.notes.clear();
        whole.targets.reverse();
        let chosen = match taken {
            Taken::Targets(targets) => whole.retaken(targets, numbers),
            Taken::Selection(selection) => whole.choose(None, selection).map_err(|error| {
                Diagnostic::error("shared-file", error.to_string()).class(Class::Blocked).help("take both back")
            })?,
        };
        let mut survey = survey(&chosen, &order, folder)?;
        if !survey.stale.is_empty() {
            return Err(cannot(&survey.stale, &chosen, &run.begin.run));
        }
        let begun: BTreeSet<usize> = chosen.batches.iter().map(|batch| batch.number).collect();
        survey.todo.batches.retain(|batch| begun.contains(&batch.number));
        let commits = run.commits().into_iter().collect();
        Ok(Back { chosen, survey, commits, total: plan.batches.len() })
    }
}

/// The batches to take back: the one that was asked for, or all that were begun.
fn numbers(run: &Past, batch: Option<usize>) -> Result<Vec<usize>, Diagnostic> {
    let begun: Vec<usize> = run.back().into_keys().rev().collect();
    match batch {
        None => Ok(begun),
        Some(number) if begun.contains(&number) => Ok(vec![number]),
        Some(number) => {
            let name = &run.begin.run;
            Err(Diagnostic::usage("no-such-batch", format!("the run `{name}` has written no batch {number}")))
        }
    }
}

/// What cannot be taken back, before anything is.
fn cannot(found: &[super::survey::Stale], chosen: &Plan, run: &str) -> Diagnostic {
    let again = format!("hops undo {run}");
    let mut diagnostic = stale(found, chosen, Some(&again));
    diagnostic.code = "cannot-undo".into();
    diagnostic.message = match found {
        [one] => format!("`{}` is not as the run left it, so it cannot be put back", one.path),
        many => format!("{} files are not as the run left them, so they cannot be put back", many.len()),
    };
    for cause in &mut diagnostic.causes {
        *cause = cause.replace("are still fresh", "can be put back");
    }
    for help in &mut diagnostic.helps {
        *help = help.replace("takes the fresh ones", "puts the others back");
    }
    diagnostic.helps.retain(|help| !help.starts_with("make the plan"));
    diagnostic
}

/// Where the commits of a run go; refuses on another branch or in the middle of a merge.
fn committing(root: &Path, run: &Past) -> Result<Option<Git>, Diagnostic> {
    if run.begin.commits == Commits::None {
        return Ok(None);
    }
    let git = work_tree(root)?.ok_or_else(|| {
        Diagnostic::error("no-git", format!("the run `{}` made commits, and Git is gone", run.begin.run))
    })?;
    idle(&git)?;
    let branch = git.head().map_err(git_problem)?.branch;
    match &run.begin.branch {
        Some(own) if branch.as_ref() != Some(own) => {
            Err(Diagnostic::error("other-branch", format!("the run `{}` works on branch `{own}`", run.begin.run))
                .class(Class::Blocked)
                .help(format!("`git switch {own}`")))
        }
        _ => Ok(Some(git)),
    }
}

/// Takes away what a run that was cut off left beside its files.
fn tidy(folder: &Folder, plan: &Plan) {
    for change in plan.files() {
        folder.tidy(&change.path);
    }
}
