//! Where a repository starts.

use std::path::{Path, PathBuf};

/// Why a folder cannot be read as a repository.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// The folder does not exist or cannot be entered.
    #[error("`{path}` cannot be opened: {reason}")]
    Unreadable {
        /// The folder as given.
        path: String,
        /// The words of the operating system.
        reason: String,
    },
    /// The path is not a folder.
    #[error("`{path}` is not a folder")]
    NotAFolder {
        /// The path as given.
        path: String,
    },
}

/// Finds the repository that a folder belongs to.
///
/// It is the nearest folder upwards with a `hops.toml` or `.git`; a folder without either is taken as it is, because
/// an unpacked archive of a repository is one too. `spec.path` of a Flux Kustomization counts from here.
pub fn find_root(start: &Path) -> Result<PathBuf, RootError> {
    let shown = start.display().to_string();
    let start =
        start.canonicalize().map_err(|error| RootError::Unreadable { path: shown.clone(), reason: plain(&error) })?;
    if !start.is_dir() {
        return Err(RootError::NotAFolder { path: shown });
    }
    let marked = start.ancestors().find(|folder| folder.join("hops.toml").is_file() || folder.join(".git").exists());
    Ok(marked.unwrap_or(&start).to_path_buf())
}

fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}
