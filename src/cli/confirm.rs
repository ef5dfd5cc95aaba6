//! A yes or no from a person; never without a terminal.

use std::io::{self, Write as _};

use super::app::App;
use crate::plan::{Class, Diagnostic};

/// Asks a question on the error stream; anything but `y` or `yes` is a no.
pub(super) fn confirm(app: &mut App, question: &str) -> Result<bool, Diagnostic> {
    if !app.can_ask() {
        return Err(Diagnostic::error("no-terminal", format!("nobody can be asked here: {question}"))
            .class(Class::Usage)
            .help("add `--yes` to write, or `--dry-run` to look only"));
    }
    let unreadable = |error: io::Error| Diagnostic::error("no-terminal", "no answer").because(error.to_string());
    app.out().flush().map_err(unreadable)?;
    write!(app.err(), "\n{question} [y/N] ").and_then(|()| app.err().flush()).map_err(unreadable)?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(unreadable)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
