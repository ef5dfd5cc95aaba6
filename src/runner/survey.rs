//! How the files stand to a plan, before anything is written: what is to do, what is done, what is stale.

use std::collections::{BTreeMap, BTreeSet};

use super::effects::{DryRun, Effects};
use super::folder::Folder;
use crate::plan::{Batch, ChangeError, Class, Diagnostic, FileChange, Plan};
use crate::repo::path;

/// Unchanged lines around a change that is shown.
const CONTEXT: usize = 3;

/// How the files stand to the chosen part of a plan.
pub(super) struct Survey {
    /// What is to do, with diffs.
    pub todo: Plan,
    /// Files of the chosen part that are as the plan leaves them, by batch.
    pub done: BTreeSet<(usize, String)>,
    /// What does not fit any more.
    pub stale: Vec<Stale>,
}

/// A file that is not as the plan saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stale {
    pub path: String,
    pub targets: Vec<String>,
    pub why: String,
}

/// Compares the chosen part of a plan with the files.
///
/// `order` holds every batch in the order it is carried out, the ones that were not chosen too: a file that several
/// batches change stands somewhere in that chain.
pub(super) fn survey(chosen: &Plan, order: &[Batch], folder: &Folder) -> Result<Survey, Diagnostic> {
    let chains = chains(order);
    let mut found = Survey { todo: chosen.clone(), done: BTreeSet::new(), stale: Vec::new() };
    let mut files = DryRun::new(folder);
    for batch in &mut found.todo.batches {
        let mut left = Vec::new();
        for mut change in std::mem::take(&mut batch.files) {
            allowed(&change)?;
            let now = files.read(&change.path)?;
            let now = now.as_deref();
            match change.result(now) {
                Ok(after) => {
                    editable(&change, now)?;
                    change.show(now, CONTEXT).map_err(|error| broken(&change, error))?;
                    files.replace(&change.path, after.as_deref())?;
                    left.push(change);
                }
                Err(ChangeError::Broken) => return Err(broken(&change, ChangeError::Broken)),
                Err(ChangeError::Stale) => match standing(&chains, batch.number, &change, now) {
                    Standing::Done => drop(found.done.insert((batch.number, change.path))),
                    Standing::Stale(why) => found.stale.push(Stale { path: change.path, targets: change.targets, why }),
                },
            }
        }
        batch.files = left;
    }
    Ok(found)
}

/// The changes of each file in the order they are made, with their batch.
type Chains<'a> = BTreeMap<&'a str, Vec<(usize, &'a FileChange)>>;

fn chains(order: &[Batch]) -> Chains<'_> {
    let mut chains = Chains::new();
    for batch in order {
        for change in &batch.files {
            chains.entry(&change.path).or_default().push((batch.number, change));
        }
    }
    chains
}

enum Standing {
    Done,
    Stale(String),
}

/// How a file stands that is not what a change starts from.
fn standing(chains: &Chains<'_>, batch: usize, change: &FileChange, now: Option<&[u8]>) -> Standing {
    let digest = now.map(crate::plan::digest);
    let chain = chains.get(change.path.as_str()).map(Vec::as_slice).unwrap_or_default();
    let at = chain.iter().position(|(number, _)| *number == batch).unwrap_or(0);
    if chain[at..].iter().any(|(_, later)| later.after == digest) {
        return Standing::Done;
    }
    if let Some((first, _)) = chain[..at].iter().find(|(_, earlier)| earlier.before == digest) {
        return Standing::Stale(format!("batch {first} comes first: it changes the same file"));
    }
    Standing::Stale(match (&digest, &change.before) {
        (None, _) => "it is gone".into(),
        (Some(_), None) => "it exists by now".into(),
        _ => "its content is another by now".into(),
    })
}

/// Whether a plan may name this path at all, whoever wrote it.
fn allowed(change: &FileChange) -> Result<(), Diagnostic> {
    let path = change.path.as_str();
    let normal = path::join("", path).is_some_and(|joined| joined == path);
    let own = path.split('/').any(|part| part == ".git" || part == ".hops");
    let name = path::name(path);
    let yaml = name.ends_with(".yaml") || name.ends_with(".yml") || name == "Kustomization";
    if normal && yaml && !own {
        return Ok(());
    }
    Err(Diagnostic::error("forbidden-path", format!("`{path}` is outside what a plan may write")).class(Class::Blocked))
}

/// Whether the edits stay out of encrypted documents.
fn editable(change: &FileChange, before: Option<&[u8]>) -> Result<(), Diagnostic> {
    let text = String::from_utf8_lossy(before.unwrap_or_default());
    if !text.contains("sops:") {
        return Ok(());
    }
    let Ok(file) = crate::yaml::File::parse(before.unwrap_or_default().to_vec()) else { return Ok(()) };
    let mark = file.bytes().len() - file.text().len();
    let touched = |range: std::ops::Range<usize>| {
        change.edits.iter().any(|edit| edit.start < range.end + mark && edit.end > range.start + mark)
    };
    let whole = change.status == crate::plan::Status::Deleted;
    if file.documents().any(|document| document.is_encrypted() && (whole || touched(document.range()))) {
        let message = format!("`{}` is encrypted, and an edit would break its seal", change.path);
        return Err(Diagnostic::error("encrypted", message).class(Class::Blocked));
    }
    Ok(())
}

fn broken(change: &FileChange, error: ChangeError) -> Diagnostic {
    Diagnostic::error("bad-plan", format!("the plan's change of `{}` cannot be made", change.path))
        .because(error.to_string())
        .help("make the plan again")
}

/// The diagnostic for files that are not as the plan saw them.
///
/// `again` is the command without selection; the others may still be taken with `--skip`.
pub(super) fn stale(found: &[Stale], chosen: &Plan, again: Option<&str>) -> Diagnostic {
    let targets: BTreeSet<&str> = found.iter().flat_map(|stale| &stale.targets).map(String::as_str).collect();
    let message = match found {
        [one] => format!("`{}` changed since the plan was made", one.path),
        many => format!("{} files changed since the plan was made", many.len()),
    };
    let mut diagnostic = Diagnostic::error("stale", message).class(Class::Stale);
    for stale in found {
        diagnostic = match found.len() {
            1 => diagnostic.because(stale.why.clone()),
            _ => diagnostic.because(format!("{}: {}", stale.path, stale.why)),
        };
    }
    let list: Vec<&str> = targets.iter().copied().collect();
    match again {
        Some(again) if targets.len() < chosen.targets.len() => diagnostic
            .because(format!(
                "{} of {} targets are still fresh",
                chosen.targets.len() - targets.len(),
                chosen.targets.len()
            ))
            .help(format!("`{again} --skip '{}'` takes the fresh ones", list.join(",")))
            .help("make the plan again for all of them"),
        Some(_) => diagnostic.help("make the plan again"),
        None => diagnostic.help("run the command again"),
    }
}
