//! A fact about the repository that a person should see.

use crate::yaml::Position;

/// Something that is wrong or missing at a place in the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the repository root.
    pub path: String,
    /// Where in the file, when known: line and column.
    pub place: Option<(usize, usize)>,
    /// Stable name, such as `invalid-yaml`.
    pub code: &'static str,
    /// What is the matter, in words.
    pub message: String,
}

impl Finding {
    /// A finding at a position of a file.
    pub fn at(path: &str, position: Option<Position>, code: &'static str, message: impl Into<String>) -> Finding {
        let place = position.map(|position| (position.line, position.column));
        Finding { path: path.to_string(), place, code, message: message.into() }
    }
}
