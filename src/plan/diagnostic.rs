//! An error, a warning or a hint for people: what happened, where, why, and what to do next.

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The command did not do what it was asked.
    Error,
    /// It did, and this should be seen.
    Warning,
    /// For information.
    Note,
}

/// What kind of failure it is; the command line turns it into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Any failure that has no class of its own.
    Failure,
    /// The command line, a parameter or a name was wrong.
    Usage,
    /// A precondition of the recipe does not hold.
    Blocked,
    /// The files changed since the plan was made.
    Stale,
    /// A run stopped part-way and can be taken up again.
    Partial,
    /// The user broke off.
    Interrupted,
}

/// A place in a file, with what is to be seen there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file as a person would name it.
    pub path: String,
    /// Line and column, from 1, when known.
    pub at: Option<(usize, usize)>,
    /// The text of that line, when it helps.
    pub line: Option<String>,
}

/// An error, a warning or a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The exit code's class.
    pub class: Class,
    /// Stable name, such as `unknown-recipe`.
    pub code: String,
    /// What happened: lower case, no final period, values in back-ticks.
    pub message: String,
    /// Where, the most telling first.
    pub places: Vec<Place>,
    /// Why, outermost cause first.
    pub causes: Vec<String>,
    /// Commands or edits that help.
    pub helps: Vec<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, Class::Failure, code, message.into())
    }

    /// An error in how the command was called.
    pub fn usage(code: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, Class::Usage, code, message.into())
    }

    /// A warning.
    pub fn warning(code: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, Class::Failure, code, message.into())
    }

    fn new(severity: Severity, class: Class, code: &str, message: String) -> Diagnostic {
        let (places, causes, helps) = (Vec::new(), Vec::new(), Vec::new());
        Diagnostic { severity, class, code: code.to_string(), message, places, causes, helps }
    }

    /// The same with another exit code's class.
    #[must_use]
    pub fn class(mut self, class: Class) -> Diagnostic {
        self.class = class;
        self
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>, at: Option<(usize, usize)>) -> Diagnostic {
        self.places.push(Place { path: path.into(), at, line: None });
        self
    }

    /// Adds a place with the text of its line.
    #[must_use]
    pub fn at_line(mut self, path: impl Into<String>, at: (usize, usize), line: impl Into<String>) -> Diagnostic {
        self.places.push(Place { path: path.into(), at: Some(at), line: Some(line.into()) });
        self
    }

    /// Adds a cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Diagnostic {
        self.causes.push(cause.into());
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.helps.push(help.into());
        self
    }

    /// Adds the nearest known name as a way out, when one is near.
    #[must_use]
    pub fn suggest<'a>(self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        match nearest(wrong, known) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// The known name that a wrong one most likely means, or nothing when none is near.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.into_iter().map(|name| (strsim::damerau_levenshtein(wrong, name), name));
    let (distance, name) = scored.min()?;
    (distance <= 1 + wrong.chars().count() / 4).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(nearest("upgrde", ["upgrade", "source"]), Some("upgrade"));
        assert_eq!(nearest("chartfer", ["chartref", "oci-source"]), Some("chartref"));
        assert_eq!(nearest("zzz", ["upgrade", "source"]), None);
    }
}
