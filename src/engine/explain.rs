//! Script errors as diagnostics: what, where in the recipe, and what was meant.

use std::collections::BTreeSet;

use rhai::{Engine, EvalAltResult, ParseError, Position};

use super::limits::Limits;
use crate::host::{HostError, Rule};
use crate::plan::Diagnostic;

/// The text of a recipe and what errors call it.
#[derive(Debug, Clone)]
pub(super) struct Script {
    origin: String,
    text: String,
}

impl Script {
    pub fn new(origin: &str, text: &str) -> Script {
        Script { origin: origin.to_string(), text: text.to_string() }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Line and column of the first occurrence of a word.
    pub fn find(&self, word: &str) -> Option<(usize, usize)> {
        let mut lines = self.text.lines().enumerate();
        lines.find_map(|(line, text)| text.find(word).map(|column| (line + 1, column + 1)))
    }

    /// A recipe that does not compile.
    pub fn parse_error(&self, error: &ParseError) -> Diagnostic {
        let diagnostic = Diagnostic::error("script-syntax", lower(&error.err_type().to_string()));
        self.place(diagnostic, &self.origin, error.position())
    }

    /// A rule that stopped the run.
    pub fn halted(&self, rule: Rule, position: Position, limits: Limits) -> Diagnostic {
        let diagnostic = match rule {
            Rule::Operations => {
                let message = format!("the recipe was stopped after {} operations", limits.operations);
                Diagnostic::error("limit-operations", message).help("look for a loop that does not end")
            }
            Rule::Time => {
                let message = format!("the recipe was stopped after {} seconds", limits.time.as_secs());
                Diagnostic::error("limit-time", message).help("look for a loop that does not end")
            }
            Rule::Forbidden => Diagnostic::error("forbidden", "the recipe asked for something that no recipe may have")
                .because("a plan depends on the repository and its parameters alone: no clock, no waiting"),
        };
        self.place(diagnostic, &self.origin, position)
    }

    /// An error while the recipe ran.
    pub fn run_error(&self, error: &EvalAltResult, engine: &Engine) -> Diagnostic {
        let mut innermost = error;
        let mut place = (self.origin.as_str(), error.position());
        while let EvalAltResult::ErrorInFunctionCall(_, source, inner, _)
        | EvalAltResult::ErrorInModule(source, inner, _) = innermost
        {
            if !source.is_empty() {
                place.0 = source;
            }
            if !inner.position().is_none() {
                place.1 = inner.position();
            }
            innermost = inner;
        }
        let diagnostic = match innermost {
            EvalAltResult::ErrorRuntime(value, _) => match value.clone().try_cast::<HostError>() {
                Some(error) => error.diagnostic().clone(),
                None => Diagnostic::error("script-throw", format!("the recipe gave up: {value}")),
            },
            EvalAltResult::ErrorFunctionNotFound(signature, _) => unknown_function(signature, engine),
            EvalAltResult::ErrorModuleNotFound(path, _) => {
                let message = format!("there is no module `{path}` that this recipe may import");
                Diagnostic::error("unknown-module", message)
                    .help("import a standard module (`std/…`) or a file in the folder of the recipe")
            }
            EvalAltResult::ErrorParsing(error, _) => Diagnostic::error("script-syntax", lower(&error.to_string())),
            other => Diagnostic::error("script-error", lower(&without_position(&other.to_string()))),
        };
        let (path, position) = (place.0.to_string(), place.1);
        self.place(diagnostic, &path, position)
    }

    fn place(&self, diagnostic: Diagnostic, path: &str, position: Position) -> Diagnostic {
        match (position.line(), position.position()) {
            (Some(line), column) => {
                let column = column.unwrap_or(1).max(1);
                let text = self.text.lines().nth(line - 1).filter(|_| path == self.origin);
                match text {
                    Some(text) => diagnostic.at_line(path, (line, column), text),
                    None => diagnostic.at(path, Some((line, column))),
                }
            }
            _ => diagnostic.at(path, None),
        }
    }
}

fn unknown_function(signature: &str, engine: &Engine) -> Diagnostic {
    let name = signature.split(" (").next().unwrap_or(signature).trim();
    let signatures = engine.gen_fn_signatures(false);
    let known: BTreeSet<&str> = signatures.iter().filter_map(|text| text.split('(').next()).map(str::trim).collect();
    let own = |known: &&str| known.trim_start_matches("get ").trim_start_matches("fn ") == name;
    let diagnostic = Diagnostic::error("unknown-function", format!("there is no function `{signature}`"));
    if known.iter().any(own) {
        let same = signatures.iter().filter(|text| text.split('(').next().is_some_and(|own| own.trim() == name));
        return same.fold(diagnostic, |diagnostic, text| diagnostic.help(format!("it is called as `{text}`")));
    }
    diagnostic.suggest(name, known)
}

fn without_position(text: &str) -> String {
    match text.rfind(" (line ") {
        Some(at) => text[..at].to_string(),
        None => text.to_string(),
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !text.starts_with("I ") => first.to_lowercase().chain(letters).collect(),
        _ => text.to_string(),
    }
}
