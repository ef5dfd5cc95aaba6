//! Files below a root, read and replaced without ever leaving it.
//!
//! Paths are opened part by part and symbolic links are refused, so nothing outside the repository can be reached. A
//! file is written beside its place, flushed and renamed over it: at any moment each file is old or new, never half.

use std::io::{self, Write as _};
use std::os::unix::fs::fchown;
use std::path::Path;

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata, MetadataExt as _, OpenOptions, Permissions, PermissionsExt as _};

use super::fault::Faults;
use crate::plan::{Diagnostic, Plan};

/// A folder that is read and written.
pub(super) struct Folder {
    root: Dir,
    faults: Faults,
}

/// What to do about a folder on the way that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Refuse,
    Create,
}

impl Folder {
    /// Opens the root of a repository.
    pub fn open(root: &Path, faults: &Faults) -> Result<Folder, Diagnostic> {
        let root = Dir::open_ambient_dir(root, ambient_authority()).map_err(|error| {
            Diagnostic::error("unreadable", "the repository cannot be opened").because(error.to_string())
        })?;
        Ok(Folder { root, faults: faults.clone() })
    }

    /// The content of a file; nothing where there is none.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Diagnostic> {
        let unreachable = |error: io::Error| problem("not-writable", path, "cannot be reached", &error);
        let (folder, name) = match self.holder(path, Missing::Refuse) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            found => found.map_err(unreachable)?,
        };
        let metadata = match folder.symlink_metadata(&name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            found => found.map_err(unreachable)?,
        };
        writable(path, &metadata)?;
        folder.read(&name).map(Some).map_err(|error| problem("not-writable", path, "cannot be read", &error))
    }

    /// Replaces a file, or deletes it when there is no content.
    pub fn replace(&self, path: &str, content: Option<&[u8]>) -> Result<(), Diagnostic> {
        let result = match content {
            Some(content) => self.write(path, content),
            None => self.delete(path),
        };
        result.map_err(|error| problem("write-failed", path, "cannot be written", &error))
    }

    /// Opens a file at whose end lines are added, made when it is not there.
    pub fn append(&self, path: &str) -> io::Result<std::fs::File> {
        let (folder, name) = self.holder(path, Missing::Create)?;
        let mut options = OpenOptions::new();
        options.append(true).read(true).create(true).follow(FollowSymlinks::No);
        let file = folder.open_with(&name, &options)?;
        folder.open(".")?.sync_all()?;
        Ok(file.into_std())
    }

    /// Names of the files in a folder, in order; none where there is no such folder.
    pub fn names(&self, path: &str) -> Vec<String> {
        let Ok((folder, name)) = self.holder(path, Missing::Refuse) else { return Vec::new() };
        let Ok(entries) = folder.open_dir_nofollow(&name).and_then(|folder| folder.entries()) else {
            return Vec::new();
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// Takes away what a run that was cut off left beside a file.
    pub fn tidy(&self, path: &str) {
        if let Ok((folder, name)) = self.holder(path, Missing::Refuse) {
            let _ = folder.remove_file(beside(&name));
        }
    }

    fn write(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let (folder, name) = self.holder(path, Missing::Create)?;
        let written = self.write_beside(&folder, &name, content).and_then(|()| {
            self.faults.point()?;
            folder.rename(beside(&name), &folder, &name)
        });
        if written.is_err() {
            let _ = folder.remove_file(beside(&name));
        }
        written?;
        // The rename itself must survive a power cut too.
        self.faults.point()?;
        folder.open(".")?.sync_all()
    }

    fn write_beside(&self, folder: &Dir, name: &str, content: &[u8]) -> io::Result<()> {
        let _ = folder.remove_file(beside(name));
        self.faults.point()?;
        let mut file = folder.open_with(beside(name), OpenOptions::new().write(true).create_new(true))?;
        if let Ok(old) = folder.symlink_metadata(name) {
            keep_owner(&file, &old)?;
        }
        let half = content.len() / 2;
        self.faults.point()?;
        file.write_all(&content[..half])?;
        self.faults.point()?;
        file.write_all(&content[half..])?;
        self.faults.point()?;
        file.sync_all()
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        let (folder, name) = self.holder(path, Missing::Refuse)?;
        self.faults.point()?;
        folder.remove_file(&name)?;
        self.faults.point()?;
        folder.open(".")?.sync_all()?;
        // A folder that holds nothing any more goes too, as Git would have it.
        let mut rest = path;
        while let Some((above, _)) = rest.rsplit_once('/') {
            if self.root.remove_dir(above).is_err() {
                break;
            }
            rest = above;
        }
        Ok(())
    }

    /// The folder that holds a path, and the file's name in it; symbolic links on the way are refused.
    fn holder(&self, path: &str, missing: Missing) -> io::Result<(Dir, String)> {
        let mut folder = self.root.try_clone()?;
        let mut parts: Vec<&str> = path.split('/').collect();
        let name = parts.pop().unwrap_or_default().to_string();
        for part in parts {
            folder = match folder.open_dir_nofollow(part) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && missing == Missing::Create => {
                    self.faults.point()?;
                    folder.create_dir(part)?;
                    folder.open_dir_nofollow(part)?
                }
                opened => opened?,
            };
        }
        Ok((folder, name))
    }
}

/// Writes a plan to a file that the owner names, anywhere.
pub fn write_plan_file(path: &Path, plan: &Plan) -> Result<(), Diagnostic> {
    let shown = path.display().to_string();
    let failed = |error: io::Error| problem("write-failed", &shown, "cannot be written", &error);
    let (holder, name) = (path.parent().unwrap_or(Path::new(".")), path.file_name().and_then(|name| name.to_str()));
    let name = name.ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
    let root = Dir::open_ambient_dir(holder, ambient_authority()).map_err(failed)?;
    let folder = Folder { root, faults: Faults::default() };
    folder.write(name, plan.canonical().as_bytes()).map_err(failed)
}

/// Where the new content of a file waits for its rename.
fn beside(name: &str) -> String {
    format!(".{name}.hops-new")
}

fn keep_owner(file: &File, old: &Metadata) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(old.mode()))?;
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    let file = file.try_clone()?.into_std();
    fchown(&file, Some(old.uid()), Some(old.gid()))
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

fn problem(code: &str, path: &str, what: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(code, format!("`{path}` {what}")).because(error.to_string())
}
