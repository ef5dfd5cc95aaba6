//! Why a text is not read, a value not resolved or an edit not made.
//!
//! Every error has a stable code for programs and words for people; the place is a fact beside them, because only
//! the caller knows the file's name.

use std::fmt;

use granit_parser::{ErrorKind, ScanError};

use super::source::{Position, position_in};

/// Why a file cannot be read as YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    problem: ParseProblem,
    position: Position,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ParseProblem {
    Syntax(String),
    AliasBeforeColon(String),
    UnknownAnchor(String),
    Utf8,
    TooLarge(usize),
    TooDeep,
    Internal,
}

impl ParseProblem {
    pub(super) fn of_scan(text: &str, offset: usize, error: &ScanError) -> ParseProblem {
        match error.kind() {
            ErrorKind::UnknownAnchor => {
                let rest = text.get(offset..).unwrap_or_default();
                let name: String = rest
                    .trim_start_matches('*')
                    .chars()
                    .take_while(|character| !character.is_whitespace() && !",[]{}".contains(*character))
                    .collect();
                match name.strip_suffix(':') {
                    Some(name) => ParseProblem::AliasBeforeColon(name.to_owned()),
                    None => ParseProblem::UnknownAnchor(name),
                }
            }
            kind => {
                let words = kind.to_string();
                if words.contains("nesting") || words.contains("recursion limit") {
                    ParseProblem::TooDeep
                } else {
                    ParseProblem::Syntax(words)
                }
            }
        }
    }
}

impl ParseError {
    pub(super) fn at(text: &str, offset: usize, problem: ParseProblem) -> ParseError {
        ParseError { problem, position: position_in(text, offset) }
    }

    /// Returns the stable code: `syntax`, `unknown-anchor`, `utf8`, `limit-size`, `limit-depth` or `internal`.
    pub fn code(&self) -> &'static str {
        match self.problem {
            ParseProblem::Syntax(_) => "syntax",
            ParseProblem::AliasBeforeColon(_) | ParseProblem::UnknownAnchor(_) => "unknown-anchor",
            ParseProblem::Utf8 => "utf8",
            ParseProblem::TooLarge(_) => "limit-size",
            ParseProblem::TooDeep => "limit-depth",
            ParseProblem::Internal => "internal",
        }
    }

    /// Returns where reading stopped.
    pub fn position(&self) -> Position {
        self.position
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            ParseProblem::Syntax(words) => write!(out, "not valid YAML: {words}"),
            ParseProblem::AliasBeforeColon(name) => {
                write!(out, "`*{name}:` names an anchor `{name}:`; for a key write `*{name} :`")
            }
            ParseProblem::UnknownAnchor(name) => write!(out, "alias `*{name}` has no anchor before it"),
            ParseProblem::Utf8 => write!(out, "not UTF-8 text"),
            ParseProblem::TooLarge(limit) => write!(out, "larger than {limit} bytes"),
            ParseProblem::TooDeep => write!(out, "nested too deeply"),
            ParseProblem::Internal => write!(out, "internal error: a token is not where the parser says it is"),
        }
    }
}

impl std::error::Error for ParseError {}

/// Why a node has no value that Kubernetes would accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct ValueError {
    code: &'static str,
    words: String,
    position: Position,
}

impl ValueError {
    pub(super) fn new(code: &'static str, position: Position, words: impl Into<String>) -> ValueError {
        ValueError { code, words: words.into(), position }
    }

    /// Returns the stable code: `recursive-alias`, `limit-aliases`, `limit-depth`, `merge`, `key` or `tag`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Returns where the node stands.
    pub fn position(&self) -> Position {
        self.position
    }
}

/// Why an edit was not made. The draft is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct EditError {
    code: &'static str,
    words: String,
    position: Option<Position>,
}

impl EditError {
    pub(super) fn new(code: &'static str, words: impl Into<String>) -> EditError {
        EditError { code, words: words.into(), position: None }
    }

    pub(super) fn at(mut self, position: Position) -> EditError {
        self.position = Some(position);
        self
    }

    /// Returns the stable code; [the module's documentation](super) lists them all.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Returns where in the text the obstacle stands, if it stands somewhere.
    pub fn position(&self) -> Option<Position> {
        self.position
    }
}

/// Why a text is not a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("path `{path}` {words} at character {}", .at + 1)]
pub struct PathError {
    path: String,
    words: String,
    at: usize,
}

impl PathError {
    pub(super) fn new(path: &str, offset: usize, words: impl Into<String>) -> PathError {
        let at = path.get(..offset).map_or(offset, |before| before.chars().count());
        PathError { path: path.to_owned(), words: words.into(), at }
    }

    /// Returns the number of characters before the mistake.
    pub fn offset(&self) -> usize {
        self.at
    }
}
