//! A plan to files and commits: everything is checked first, then each batch is written and committed.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::carry::{BatchDone, Way, Work, carry_out};
use super::effects::{DryRun, WorkTree, git_problem};
use super::fault::Faults;
use super::folder::Folder;
use super::journal::{Begin, Commits, Entry, Journal};
use super::past::{self, Phase};
use super::store;
use super::survey::{Stale, Survey, stale, survey};
use crate::plan::{ChoiceError, Class, Diagnostic, Plan, Selection};
use crate::repo::git::{Found, Git, Head};

/// Which batches of a plan to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Batches {
    /// Every one.
    #[default]
    All,
    /// The first that has something to do.
    Next,
    /// The one with this number.
    One(usize),
}

/// How to apply a plan.
#[derive(Debug, Clone, Default)]
pub struct ApplyOptions {
    /// Which batches.
    pub batches: Batches,
    /// Which targets.
    pub selection: Selection,
    /// Write only, also where there is Git.
    pub no_commit: bool,
    /// A branch to make first.
    pub branch: Option<String>,
    /// What the owner would type to apply again, for advice.
    pub again: Option<String>,
    /// Faults on purpose.
    pub faults: Faults,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Name of the run; nothing when there was nothing to do.
    pub run: Option<String>,
    /// The batches, in the order they were carried out.
    pub batches: Vec<BatchDone>,
    /// Whether commits were made.
    pub commits: bool,
}

impl Applied {
    /// Number of different files that were written.
    pub fn files(&self) -> usize {
        self.batches.iter().flat_map(|batch| &batch.files).collect::<BTreeSet<_>>().len()
    }

    /// Number of targets.
    pub fn targets(&self) -> usize {
        self.batches.iter().map(|batch| batch.targets.len()).sum()
    }
}

/// What applying would do: the chosen part of the plan without what is done already, with diffs.
///
/// Refuses what [`apply`] would refuse, and carries the rest out in memory.
pub fn preview(root: &Path, plan: &Plan, options: &ApplyOptions) -> Result<Plan, Diagnostic> {
    let folder = Folder::open(root, &Faults::default())?;
    let git = if options.no_commit { None } else { work_tree(root)? };
    let checked = check(&folder, git.as_ref(), plan, options)?;
    let work = checked.work(plan);
    carry_out(&work, &mut DryRun::new(&folder))?;
    Ok(checked.survey.todo)
}

/// Writes the chosen batches of a plan, in order, one commit for each where there is Git.
///
/// Before the first write each file is compared with what the plan was made from; a plan that is stale in one file
/// writes none. A run that is cut off can be taken up again or taken back.
pub fn apply(root: &Path, plan: &Plan, options: &ApplyOptions) -> Result<Applied, Diagnostic> {
    let folder = Folder::open(root, &options.faults)?;
    let git = work_tree(root)?;
    let checked = check(&folder, git.as_ref(), plan, options)?;
    if checked.survey.todo.batches.is_empty() {
        return Ok(Applied::default());
    }
    let _lock = store::lock(&folder)?;
    // Once more, now that no other run can come between.
    let checked = check(&folder, git.as_ref(), plan, options)?;
    let commits = git.as_ref().filter(|_| !options.no_commit);
    let head = commits.map(|git| ready_to_commit(git, options)).transpose()?;
    if let (Some(git), Some(branch)) = (commits, &options.branch) {
        git.new_branch(branch).map_err(git_problem)?;
    }
    store::keep(&folder, plan)?;
    let run = store::next_run(&folder, &plan.recipe.name);
    let mut journal = Journal::open(&folder, &run, &options.faults)?;
    journal.record(Entry::Begin(Box::new(Begin {
        schema: Begin::schema(),
        run: run.clone(),
        plan: plan.id.clone(),
        recipe: plan.recipe.clone(),
        commits: if commits.is_some() { Commits::PerBatch } else { Commits::None },
        branch: options.branch.clone().or(head.as_ref().and_then(|head| head.branch.clone())),
        head: head.and_then(|head| head.commit),
        targets: checked.survey.todo.targets.iter().map(|target| target.id.clone()).collect(),
        batches: checked.survey.todo.batches.iter().map(|batch| batch.number).collect(),
        at: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()),
    })))?;
    let mut effects = WorkTree { folder: &folder, journal: &mut journal, git: commits };
    let result = carry_out(&checked.work(plan), &mut effects);
    let batches = result.map_err(|error| stopped(error, &run, &mut journal))?;
    Ok(Applied { run: Some(run), batches, commits: commits.is_some() })
}

/// A plan that may be carried out.
struct Checked {
    chosen: Plan,
    survey: Survey,
}

impl Checked {
    fn work<'a>(&'a self, plan: &'a Plan) -> Work<'a> {
        Work {
            todo: &self.survey.todo,
            done: &self.survey.done,
            chosen: &self.chosen,
            total: plan.batches.len(),
            way: Way::Forward,
        }
    }
}

fn check(folder: &Folder, git: Option<&Git>, plan: &Plan, options: &ApplyOptions) -> Result<Checked, Diagnostic> {
    refuse_unfinished(folder)?;
    let number = if let Batches::One(number) = options.batches { Some(number) } else { None };
    let chosen = plan.choose(number, &options.selection).map_err(bad_choice)?;
    let mut survey = survey(&chosen, &plan.batches, folder)?;
    let mut idle: BTreeSet<usize> =
        survey.todo.batches.iter().filter(|batch| batch.files.is_empty()).map(|batch| batch.number).collect();
    idle.retain(|number| !survey.stale.iter().any(|stale| is_in(&chosen, *number, stale)));
    if options.batches == Batches::Next {
        let next = survey.todo.batches.iter().map(|batch| batch.number).find(|number| !idle.contains(number));
        let later = survey.todo.batches.iter().map(|batch| batch.number).filter(|number| Some(*number) != next);
        idle.extend(later);
        survey.stale.retain(|stale| next.is_some_and(|number| is_in(&chosen, number, stale)));
    }
    if !survey.stale.is_empty() {
        return Err(stale(&survey.stale, &chosen, options.again.as_deref()));
    }
    survey.todo.drop_batches(&idle);
    if let Some(git) = git {
        clean(git, &survey.todo, options.again.as_deref())?;
    }
    Ok(Checked { chosen, survey })
}

fn is_in(plan: &Plan, batch: usize, stale: &Stale) -> bool {
    let batch = plan.batches.iter().find(|own| own.number == batch);
    batch.is_some_and(|batch| batch.files.iter().any(|change| change.path == stale.path))
}

fn bad_choice(error: ChoiceError) -> Diagnostic {
    let text = error.to_string();
    match error {
        ChoiceError::NoSuchBatch { .. } => Diagnostic::usage("no-such-batch", text),
        ChoiceError::SharedFile { inside, outside, .. } => Diagnostic::error("shared-file", text)
            .class(Class::Blocked)
            .help(format!("take both, `--only '{inside},{outside}'`, or plan again for the one")),
    }
}

/// The Git work tree of a repository, if it has one.
pub(super) fn work_tree(root: &Path) -> Result<Option<Git>, Diagnostic> {
    match Git::find(root).map_err(git_problem)? {
        Found::WorkTree(git) => Ok(Some(git)),
        Found::Nothing => Ok(None),
        Found::Bare => Err(Diagnostic::error("bare-repository", "a bare Git repository has no files to change")
            .class(Class::Blocked)
            .help("run hops in a work tree: `git worktree add ../work`")),
    }
}

/// Refuses files with uncommitted changes; whatever else is uncommitted is the owner's business.
fn clean(git: &Git, todo: &Plan, again: Option<&str>) -> Result<(), Diagnostic> {
    let uncommitted = git.uncommitted().map_err(git_problem)?;
    let paths: Vec<&str> =
        todo.files().filter(|change| change.before.is_some()).map(|change| change.path.as_str()).collect();
    let untracked = git.untracked(&paths).map_err(git_problem)?;
    let dirty: Vec<_> =
        todo.files().filter(|change| uncommitted.contains(&change.path) || untracked.contains(&change.path)).collect();
    if dirty.is_empty() {
        return Ok(());
    }
    let paths: BTreeSet<&str> = dirty.iter().map(|change| change.path.as_str()).collect();
    let targets: BTreeSet<&str> = dirty.iter().flat_map(|change| &change.targets).map(String::as_str).collect();
    let message = match paths.len() {
        1 => "a file that the plan changes has uncommitted changes".to_string(),
        count => format!("{count} files that the plan changes have uncommitted changes"),
    };
    let mut diagnostic = Diagnostic::error("uncommitted", message).class(Class::Blocked);
    for path in paths {
        diagnostic = diagnostic.at(path, None);
    }
    let skip = targets.into_iter().collect::<Vec<_>>().join(",");
    let others = match again {
        Some(again) => format!("`{again} --skip '{skip}'` takes the others"),
        None => format!("`--skip '{skip}'` takes the others"),
    };
    Err(diagnostic.help("commit or stash them first").help(others))
}

/// Whether commits can be made here and now.
fn ready_to_commit(git: &Git, options: &ApplyOptions) -> Result<Head, Diagnostic> {
    idle(git)?;
    let head = git.head().map_err(git_problem)?;
    if head.branch.is_none() && options.branch.is_none() {
        return Err(Diagnostic::error("detached-head", "HEAD is detached: a commit would belong to no branch")
            .class(Class::Blocked)
            .help("make a branch for it: `--branch NAME`")
            .help("or write without commits: `--no-commit`"));
    }
    Ok(head)
}

/// Refuses while the owner is in the middle of something.
pub(super) fn idle(git: &Git) -> Result<(), Diagnostic> {
    let Some(operation) = git.operation() else { return Ok(()) };
    Err(Diagnostic::error("git-busy", format!("a {operation} is in progress"))
        .class(Class::Blocked)
        .help(format!("end it first: `git {operation} --continue` or `git {operation} --abort`")))
}

/// Refuses a new run while another one is half done.
fn refuse_unfinished(folder: &Folder) -> Result<(), Diagnostic> {
    let unfinished = past::all(folder)?.into_iter().find(|run| matches!(run.phase(), Phase::Doing | Phase::Undoing));
    match unfinished {
        None => Ok(()),
        Some(run) => {
            let name = &run.begin.run;
            Err(Diagnostic::error("unfinished-run", format!("the run `{name}` stopped part-way"))
                .class(Class::Blocked)
                .help(format!("`hops resume {name}` completes it"))
                .help(format!("`hops undo {name}` takes it back")))
        }
    }
}

/// Notes why a run stopped, and says how it goes on.
pub(super) fn stopped(error: Diagnostic, run: &str, journal: &mut Journal) -> Diagnostic {
    // The journal may be what cannot be written; the run can be taken up again all the same.
    let _ = journal.record(Entry::Stopped { code: error.code.clone(), message: error.message.clone() });
    let mut error = error.class(Class::Partial).because(format!("the run `{run}` stopped part-way"));
    error.helps.push(format!("`hops undo {run}` takes it back"));
    error.helps.push(format!("`hops resume {run}` completes it"));
    error
}
