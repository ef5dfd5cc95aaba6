//! The folder `.hops`: the lock, the plans of runs, their journals. Git does not see it, and it may be deleted.

use std::io::{self, Read as _, Seek as _, Write as _};

use super::folder::Folder;
use super::journal;
use crate::plan::{Class, Diagnostic, Plan};

/// Held while a run is on; gives the repository free when it goes, also when the process dies.
pub(super) struct Lock {
    _file: std::fs::File,
}

/// Takes the lock of a repository, or says who has it.
pub(super) fn lock(folder: &Folder) -> Result<Lock, Diagnostic> {
    let failed = |error: io::Error| {
        Diagnostic::error("no-lock", "the folder `.hops` cannot be written")
            .because(error.to_string())
            .help("hops keeps its lock and its journal there; make the repository writable")
    };
    if folder.read(".hops/.gitignore").ok().flatten().is_none() {
        folder.append(".hops/.gitignore").and_then(|mut file| file.write_all(b"*\n")).map_err(failed)?;
    }
    let mut file = folder.append(".hops/lock").map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            let message = format!("another hops works on this repository (process {})", holder.trim());
            return Err(Diagnostic::error("locked", message).class(Class::Blocked).help("wait until it has ended"));
        }
        Err(std::fs::TryLockError::Error(error)) => return Err(failed(error)),
    }
    let written = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", rustix::process::getpid().as_raw_nonzero()));
    written.map_err(failed)?;
    Ok(Lock { _file: file })
}

/// Keeps a plan for `hops resume` and `hops undo`.
pub(super) fn keep(folder: &Folder, plan: &Plan) -> Result<(), Diagnostic> {
    let path = plan_path(&plan.id);
    if folder.read(&path)?.is_some() {
        return Ok(());
    }
    folder.replace(&path, Some(plan.canonical().as_bytes()))
}

/// The plan of a run.
pub(super) fn kept(folder: &Folder, id: &str) -> Result<Plan, Diagnostic> {
    let path = plan_path(id);
    let lost = |cause: String| {
        Diagnostic::error("no-plan-kept", format!("the plan of this run is not in `{path}`")).because(cause)
    };
    let bytes = folder.read(&path)?.ok_or_else(|| lost("the file is gone".into()))?;
    Plan::read(&String::from_utf8_lossy(&bytes)).map_err(|error| lost(error.to_string()))
}

/// A name for the next run: a number, then the recipe.
pub(super) fn next_run(folder: &Folder, recipe: &str) -> String {
    let numbers = journal::runs(folder).into_iter();
    let numbers = numbers.filter_map(|run| run.split_once('-')?.0.parse::<usize>().ok());
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let recipe: String = recipe.chars().take(40).map(plain).collect();
    format!("{:04}-{recipe}", numbers.max().unwrap_or(0) + 1)
}

fn plan_path(id: &str) -> String {
    format!(".hops/plans/{}.json", id.trim_start_matches("sha256:"))
}
