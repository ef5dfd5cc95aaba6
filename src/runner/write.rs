//! A plan to files: everything is checked first, then each file is replaced atomically.
//!
//! Paths are opened part by part below the root and symbolic links are refused, so nothing outside the repository
//! can be reached. A file is written beside its place, flushed and renamed over it: at any moment each file is old
//! or new, never half.

use std::io::{self, Write as _};
use std::path::Path;

use cap_fs_ext::DirExt as _;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata, MetadataExt as _, PermissionsExt as _};
use cap_tempfile::TempFile;

use crate::plan::{Class, Diagnostic, FileChange, Plan, Status, digest};

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Number of files that changed, were created or deleted.
    pub files: usize,
    /// Number of targets.
    pub targets: usize,
}

/// Writes every batch of a plan, in order.
///
/// Before the first write each file is compared with what the plan was made from; a plan that is stale in one file
/// writes none. An error while writing names how many files were done.
pub fn write(root: &Path, plan: &Plan) -> Result<Written, Diagnostic> {
    let root = Dir::open_ambient_dir(root, ambient_authority()).map_err(|error| {
        Diagnostic::error("unreadable", "the repository cannot be opened").because(error.to_string())
    })?;
    let mut seen: Vec<&str> = Vec::new();
    for change in plan.files() {
        if !seen.contains(&change.path.as_str()) {
            seen.push(&change.path);
            check(&root, change)?;
        }
    }
    for (done, change) in plan.files().enumerate() {
        apply(&root, change).map_err(|error| {
            problem("write-failed", &change.path, "cannot be written", &error)
                .because(format!("{done} of {} changes were written before", plan.files().count()))
                .help("`git diff` shows them; `git restore .` takes them back")
        })?;
    }
    Ok(Written { files: seen.len(), targets: plan.targets.len() })
}

/// Whether a file is as the plan saw it, and may be written.
fn check(root: &Dir, change: &FileChange) -> Result<(), Diagnostic> {
    let (folder, name) = match open_folder(root, &change.path, Missing::Refuse) {
        Ok(found) => found,
        Err(error) if change.status == Status::Created && error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(problem("not-writable", &change.path, "cannot be reached", &error)),
    };
    let metadata = match folder.symlink_metadata(&name) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return match change.status {
                Status::Created => Ok(()),
                _ => Err(stale(change, "it is gone")),
            };
        }
        Err(error) => return Err(problem("not-writable", &change.path, "cannot be reached", &error)),
    };
    if change.status == Status::Created {
        return Err(stale(change, "it exists by now"));
    }
    writable(&change.path, &metadata)?;
    let now = folder.read(&name).map_err(|error| problem("not-writable", &change.path, "cannot be read", &error))?;
    match change.before.as_deref() == Some(digest(&now).as_str()) {
        true => Ok(()),
        false => Err(stale(change, "its content is another by now")),
    }
}

fn writable(path: &str, metadata: &Metadata) -> Result<(), Diagnostic> {
    if metadata.is_symlink() {
        return Err(Diagnostic::error(
            "symbolic-link",
            format!("`{path}` is a symbolic link, which hops does not write"),
        )
        .help("leave it out with `--skip`, or edit the file that it leads to"));
    }
    if metadata.mode() & 0o200 == 0 {
        return Err(Diagnostic::error("read-only", format!("`{path}` is read-only"))
            .help(format!("`chmod u+w {path}`, or leave it out with `--skip`")));
    }
    Ok(())
}

fn apply(root: &Dir, change: &FileChange) -> io::Result<()> {
    let (folder, name) = open_folder(root, &change.path, Missing::Create)?;
    let Some(new) = &change.new else {
        return folder.remove_file(&name);
    };
    let mut file = TempFile::new(&folder)?;
    if let Ok(old) = folder.symlink_metadata(&name) {
        file.as_file().set_permissions(cap_std::fs::Permissions::from_mode(old.mode()))?;
    }
    file.write_all(new.bytes())?;
    file.as_file().sync_all()?;
    file.replace(&name)?;
    // The rename itself must survive a power cut too.
    folder.open(".")?.sync_all()
}

/// What to do about a folder that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Refuse,
    Create,
}

/// The folder that holds a path, and the file's name in it; symbolic links on the way are refused.
fn open_folder(root: &Dir, path: &str, missing: Missing) -> io::Result<(Dir, String)> {
    let mut folder = root.try_clone()?;
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default().to_string();
    for part in parts {
        folder = match folder.open_dir_nofollow(part) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && missing == Missing::Create => {
                folder.create_dir(part)?;
                folder.open_dir_nofollow(part)?
            }
            opened => opened?,
        };
    }
    Ok((folder, name))
}

fn stale(change: &FileChange, why: &str) -> Diagnostic {
    Diagnostic::error("stale", format!("`{}` changed since the plan was made", change.path))
        .class(Class::Stale)
        .because(why)
        .help("run the command again")
}

fn problem(code: &str, path: &str, what: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(code, format!("`{path}` {what}")).because(error.to_string())
}
