//! Edits in memory, on top of the files: what a plan will write, and nothing on disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tree::Repository;
use crate::manifest::Header;
use crate::yaml::{Applied, Document, Draft, EditError, File, Operation, ParseError};

/// Why an edit could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum OverlayError {
    /// The document is a Secret.
    #[error("a Secret is never edited: its values would enter plans, diffs and journals")]
    Secret,
    /// The path names no parsed file.
    #[error("`{0}` is no YAML file of this repository that can be edited")]
    NotEditable(String),
    /// A file to create stands already.
    #[error("`{0}` exists already")]
    Exists(String),
    /// A path that leaves the repository, or one that hops never writes.
    #[error("`{0}` is outside what a recipe may write")]
    Forbidden(String),
    /// New text that is not YAML.
    #[error("the text for `{path}` is not valid YAML: {source}")]
    NotYaml {
        /// The path of the file to create.
        path: String,
        /// What is wrong with the text.
        source: ParseError,
    },
    /// The editor refused.
    #[error(transparent)]
    Edit(#[from] EditError),
}

/// What happens to one file.
#[derive(Clone)]
pub enum Change {
    /// An existing file is edited.
    Edit(Draft),
    /// A file is created, and perhaps edited afterwards.
    Create(Draft),
    /// A file is deleted.
    Delete(Arc<File>),
}

/// The changed files of a plan, in path order.
#[derive(Clone, Default)]
pub struct Overlay {
    changes: BTreeMap<String, Change>,
}

impl Overlay {
    /// Applies one operation to a document of a file.
    ///
    /// On an error nothing is changed.
    pub fn edit(
        &mut self,
        repository: &Repository,
        path: &str,
        document: usize,
        operation: Operation,
    ) -> Result<Applied, OverlayError> {
        if let Some(change) = self.changes.get_mut(path) {
            return match change {
                Change::Edit(draft) | Change::Create(draft) => apply(draft, document, operation),
                Change::Delete(_) => Err(OverlayError::NotEditable(path.to_string())),
            };
        }
        let yaml = repository.find(path).and_then(|id| repository.file(id).yaml().cloned());
        let mut draft = Draft::new(yaml.ok_or_else(|| OverlayError::NotEditable(path.to_string()))?);
        let applied = apply(&mut draft, document, operation)?;
        self.changes.insert(path.to_string(), Change::Edit(draft));
        Ok(applied)
    }

    /// Creates a file.
    pub fn create(&mut self, repository: &Repository, path: &str, text: &str) -> Result<(), OverlayError> {
        if !is_writable(path) {
            return Err(OverlayError::Forbidden(path.to_string()));
        }
        if self.exists(repository, path) {
            return Err(OverlayError::Exists(path.to_string()));
        }
        let file = File::parse(text.as_bytes().to_vec())
            .map_err(|source| OverlayError::NotYaml { path: path.to_string(), source })?;
        self.changes.insert(path.to_string(), Change::Create(Draft::new(Arc::new(file))));
        Ok(())
    }

    /// Whether a path stands, on disk or in the overlay.
    ///
    /// The disk is asked for files that the tree does not hold, such as ignored ones.
    pub fn exists(&self, repository: &Repository, path: &str) -> bool {
        match self.changes.get(path) {
            Some(Change::Delete(_)) => false,
            Some(_) => true,
            None => repository.root().join(path).symlink_metadata().is_ok(),
        }
    }

    /// The text of a created file, or of an edited or untouched one as it now reads.
    pub fn text(&self, repository: &Repository, path: &str) -> Option<String> {
        match self.changes.get(path) {
            Some(Change::Edit(draft) | Change::Create(draft)) => Some(draft.file().text().to_string()),
            Some(Change::Delete(_)) => None,
            None => Some(repository.file(repository.find(path)?).yaml()?.text().to_string()),
        }
    }

    /// The changes, in path order.
    pub fn changes(&self) -> &BTreeMap<String, Change> {
        &self.changes
    }

    /// Takes a file as changed so far for the new start, so that the next change shows what comes on top.
    pub fn advance(&mut self, path: &str) {
        if let Some(Change::Edit(draft) | Change::Create(draft)) = self.changes.get(path) {
            let next = Draft::new(draft.file().clone());
            self.changes.insert(path.to_string(), Change::Edit(next));
        }
    }

    /// Forgets what was to happen to a file.
    pub fn reset(&mut self, path: &str) {
        self.changes.remove(path);
    }
}

/// Applies an operation, unless the file holds a Secret: a diff shows lines around its own, and the journal keeps what
/// takes an edit back.
fn apply(draft: &mut Draft, document: usize, operation: Operation) -> Result<Applied, OverlayError> {
    // An encrypted one is refused by the editor, which says more.
    let plain = |document: &Document<'_>| !document.is_encrypted();
    let file = draft.file().clone();
    let mut headers = file.documents().filter(plain).filter_map(|document| Header::of(document.root()?));
    if headers.any(|header| header.is_secret()) {
        return Err(OverlayError::Secret);
    }
    Ok(draft.apply(document, operation)?)
}

/// Whether a recipe may ever write a path: inside the repository, YAML, not hidden.
fn is_writable(path: &str) -> bool {
    let normal = super::path::join("", path).is_some_and(|joined| joined == path);
    let yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    normal && yaml && !path.split('/').any(|part| part.starts_with('.'))
}
