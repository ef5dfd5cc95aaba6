//! Script errors as diagnostics: what, where in the recipe, and what was meant.

use std::collections::BTreeSet;

use rhai::{AST, Engine, EvalAltResult, ParseError, Position};

use super::limits::Limits;
use super::resolver::STANDARD;
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

    /// A rule that stopped the run; `error` tells where, when the rule itself does not know.
    pub fn halted(&self, rule: Rule, position: Position, error: Option<&EvalAltResult>, limits: Limits) -> Diagnostic {
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
        match error {
            Some(error) if position.is_none() => {
                let (_, path, position) = self.innermost(error);
                self.place(diagnostic, path, position)
            }
            _ => self.place(diagnostic, &self.origin, position),
        }
    }

    /// The error below all calls and modules, the script it is in, and where.
    fn innermost<'a>(&'a self, error: &'a EvalAltResult) -> (&'a EvalAltResult, &'a str, Position) {
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
        (innermost, place.0, place.1)
    }

    /// An error while the recipe ran.
    pub fn run_error(&self, error: &EvalAltResult, engine: &Engine, ast: &AST) -> Diagnostic {
        let (innermost, path, position) = self.innermost(error);
        let diagnostic = match innermost {
            EvalAltResult::ErrorRuntime(value, _) => match value.clone().try_cast::<HostError>() {
                Some(error) => error.diagnostic().clone(),
                None => Diagnostic::error("script-throw", format!("the recipe gave up: {value}")),
            },
            EvalAltResult::ErrorFunctionNotFound(signature, _) => unknown_function(signature, engine, ast),
            EvalAltResult::ErrorModuleNotFound(path, _) => {
                let message = format!("there is no module `{path}` that this recipe may import");
                Diagnostic::error("unknown-module", message)
                    .suggest(path, modules(engine).iter().map(String::as_str))
                    .help("import a standard module (`std/…`) or a file in the folder of the recipe")
            }
            EvalAltResult::ErrorParsing(error, _) => Diagnostic::error("script-syntax", lower(&error.to_string())),
            other => Diagnostic::error("script-error", words(&lower(&without_position(&other.to_string())))),
        };
        self.place(diagnostic, path, position)
    }

    /// Adds a place in the script, with the text of its line.
    pub fn place(&self, diagnostic: Diagnostic, path: &str, position: Position) -> Diagnostic {
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

/// A call that no function takes: its signatures where the name is known, else the nearest name.
fn unknown_function(signature: &str, engine: &Engine, ast: &AST) -> Diagnostic {
    let name = signature.split(" (").next().unwrap_or(signature).trim();
    let diagnostic = Diagnostic::error("unknown-function", format!("there is no function `{}`", words(signature)));
    let own: Vec<String> = ast.iter_functions().map(|function| function.to_string()).collect();
    let signatures: Vec<String> = engine.gen_fn_signatures(false).into_iter().chain(own).collect();
    let of_name = |text: &&String| text.split('(').next().is_some_and(|known| known.trim() == name);
    let same: Vec<&String> = signatures.iter().filter(of_name).collect();
    if !same.is_empty() {
        return same.iter().fold(diagnostic, |told, text| told.help(format!("it is called as `{}`", words(text))));
    }
    // Rhai's own functions are many; they are good for a guess, not for a list.
    let all: Vec<String> = engine.gen_fn_signatures(true).into_iter().chain(signatures).collect();
    let names: BTreeSet<&str> = all.iter().filter_map(|text| text.split('(').next()).map(str::trim).collect();
    diagnostic.suggest(name, names)
}

/// The names of modules that a recipe may use: the host's, and the standard ones to import.
fn modules(engine: &Engine) -> BTreeSet<String> {
    let signatures = engine.gen_fn_signatures(false);
    let host = signatures.iter().filter_map(|text| text.split_once("::")).map(|(module, _)| module.to_string());
    host.chain(STANDARD.iter().map(|(name, _)| name.to_string())).collect()
}

/// The same with words of recipes for types of the program.
pub(super) fn words(text: &str) -> String {
    let mut text = text.replace("&str | ImmutableString | String", "string");
    for (of_program, of_recipe) in
        [("Result<", ""), (", Box<EvalAltResult>>", ""), ("-> String", "-> string"), ("&mut ", ""), ("i64", "int")]
    {
        text = text.replace(of_program, of_recipe);
    }
    text
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
