//! What can be done to a document, as data.

use std::fmt;

use super::path::{Path, Step};
use super::value::Value;

/// New content for an edit.
#[derive(Clone, Debug, PartialEq)]
pub enum Fragment {
    /// YAML text in any indentation; it is indented anew at its place. May hold comments, and aliases to anchors of the document.
    Text(String),
    /// A value. Written in block style; a string keeps the quotes of the one it replaces and gets quotes where it could be mistaken for another type.
    Value(Value),
}

impl From<Value> for Fragment {
    fn from(value: Value) -> Fragment {
        Fragment::Value(value)
    }
}

/// Which items [`Operation::Drop`] takes out of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum Where {
    /// Items with this value.
    Is(Value),
    /// Items whose values at these paths are these.
    Has(Vec<(Path, Value)>),
}

/// One change to a document.
///
/// A path must lead to exactly one place; filters (`env[name='TZ']`) help to name it.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Sets the value at a path. Missing mappings on the way are made; an anchor on the old value stays.
    Put {
        /// Where.
        path: Path,
        /// The new value.
        content: Fragment,
    },
    /// Sets the value only when there is none; a null counts as a value.
    Fill {
        /// Where.
        path: Path,
        /// The new value.
        content: Fragment,
    },
    /// Replaces an entry, key and value, in its place.
    Swap {
        /// The entry.
        path: Path,
        /// The new key.
        key: String,
        /// The new value.
        content: Fragment,
    },
    /// Gives an entry another key; value, comments and place stay.
    Rename {
        /// The entry.
        path: Path,
        /// The new key.
        key: String,
    },
    /// Takes an entry or item out, with the comments that describe it.
    Remove {
        /// The entry or item.
        path: Path,
    },
    /// Adds an item at the end of a list; a missing list is made.
    Append {
        /// The list.
        path: Path,
        /// The item.
        content: Fragment,
    },
    /// Adds an item so that it gets the given index.
    Insert {
        /// The list.
        path: Path,
        /// The index of the new item; the length of the list appends.
        index: usize,
        /// The item.
        content: Fragment,
    },
    /// Takes every matching item out of a list; none is fine.
    Drop {
        /// The list.
        path: Path,
        /// Which items.
        item: Where,
    },
    /// Moves an entry elsewhere in the document, as it is written, with the comments that describe it.
    MoveTo {
        /// The entry.
        path: Path,
        /// Its new path; must not exist.
        to: Path,
    },
    /// Adds comment lines above an entry or item, unless they are there.
    Comment {
        /// The entry or item.
        path: Path,
        /// The comment, with or without `#`; may have several lines.
        text: String,
    },
    /// Adds an entry before another.
    Before {
        /// The entry that follows.
        path: Path,
        /// The new key.
        key: String,
        /// The new value.
        content: Fragment,
    },
    /// Adds an entry after another.
    After {
        /// The entry that precedes.
        path: Path,
        /// The new key.
        key: String,
        /// The new value.
        content: Fragment,
    },
    /// Replaces an alias, or a merge key (`labels.<<`), by a copy of what it stands for.
    Detach {
        /// The alias or merge key.
        path: Path,
    },
    /// Sets the address in the `# yaml-language-server: $schema=` comment of the document; adds the comment when there is none.
    Schema {
        /// The address.
        url: String,
    },
}

impl Operation {
    /// Returns the name as recipes write it.
    pub fn name(&self) -> &'static str {
        match self {
            Operation::Put { .. } => "put",
            Operation::Fill { .. } => "fill",
            Operation::Swap { .. } => "swap",
            Operation::Rename { .. } => "rename",
            Operation::Remove { .. } => "remove",
            Operation::Append { .. } => "append",
            Operation::Insert { .. } => "insert",
            Operation::Drop { .. } => "drop",
            Operation::MoveTo { .. } => "move_to",
            Operation::Comment { .. } => "comment",
            Operation::Before { .. } => "before",
            Operation::After { .. } => "after",
            Operation::Detach { .. } => "detach",
            Operation::Schema { .. } => "schema",
        }
    }

    /// Returns the place the operation is for; none for the schema comment.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Operation::Put { path, .. }
            | Operation::Fill { path, .. }
            | Operation::Swap { path, .. }
            | Operation::Rename { path, .. }
            | Operation::Remove { path }
            | Operation::Append { path, .. }
            | Operation::Insert { path, .. }
            | Operation::Drop { path, .. }
            | Operation::MoveTo { path, .. }
            | Operation::Comment { path, .. }
            | Operation::Before { path, .. }
            | Operation::After { path, .. }
            | Operation::Detach { path } => Some(path),
            Operation::Schema { .. } => None,
        }
    }

    /// Tells whether the operation touches the document's `apiVersion` or `kind`, which its schema comment names.
    pub(super) fn changes_type(&self) -> bool {
        let named = |path: &Path| matches!(path.steps(), [Step::Key(key)] if key == "kind" || key == "apiVersion");
        let target = match self {
            Operation::MoveTo { to, .. } => Some(to),
            _ => None,
        };
        target.into_iter().chain(self.path()).any(|path| path.is_root() || named(path))
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.name())?;
        if let Some(path) = self.path() {
            write!(out, " {path}")?;
        }
        match self {
            Operation::Swap { key, .. } | Operation::Rename { key, .. } => write!(out, " -> {key}"),
            Operation::Before { key, .. } | Operation::After { key, .. } => write!(out, " + {key}"),
            Operation::Insert { index, .. } => write!(out, " at {index}"),
            Operation::MoveTo { to, .. } => write!(out, " -> {to}"),
            Operation::Schema { url } => write!(out, " {url}"),
            _ => Ok(()),
        }
    }
}
