//! Errors and warnings, in the form that rustc made familiar.

use std::io::{self, Write};

use super::style::{BAD, PLACE, STRONG, WARN};
use crate::plan::{Diagnostic, Severity};

/// Writes a diagnostic: message, places with their lines, causes, ways out.
pub fn write_diagnostic(diagnostic: &Diagnostic, out: &mut impl Write) -> io::Result<()> {
    let (word, style) = match diagnostic.severity {
        Severity::Error => ("error", BAD.bold()),
        Severity::Warning => ("warning", WARN.bold()),
        Severity::Note => ("note", STRONG),
    };
    let Diagnostic { code, message, .. } = diagnostic;
    writeln!(out, "{style}{word}[{code}]{style:#}{STRONG}: {message}{STRONG:#}")?;
    for place in &diagnostic.places {
        match place.at {
            Some((line, column)) => writeln!(out, "  {PLACE}-->{PLACE:#} {}:{line}:{column}", place.path)?,
            None => writeln!(out, "  {PLACE}-->{PLACE:#} {}", place.path)?,
        }
        if let (Some((line, column)), Some(text)) = (place.at, &place.line) {
            let gutter = line.to_string();
            let blank = " ".repeat(gutter.len());
            let lead: String = text.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            writeln!(out, "  {PLACE}{blank} |{PLACE:#}")?;
            writeln!(out, "  {PLACE}{gutter} |{PLACE:#} {}", text.trim_end())?;
            writeln!(out, "  {PLACE}{blank} |{PLACE:#} {lead}{BAD}^{BAD:#}")?;
        }
    }
    for cause in &diagnostic.causes {
        writeln!(out, "  {STRONG}cause:{STRONG:#} {cause}")?;
    }
    for help in &diagnostic.helps {
        writeln!(out, "  {STRONG}help:{STRONG:#} {help}")?;
    }
    Ok(())
}
