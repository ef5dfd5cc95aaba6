//! The list of recipes, and one recipe with its runbook and parameters.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::style::{BAD, FAINT, STRONG};
use crate::engine::{Parameter, Recipe};
use crate::plan::Diagnostic;

/// A recipe by name, or why it cannot be read.
type Listed<'a> = (&'a str, &'a Result<Recipe, Diagnostic>);

/// Writes one line for each recipe: name, version, phase, title.
pub fn write_recipes(recipes: &[Listed<'_>], out: &mut impl Write) -> io::Result<()> {
    let width = recipes.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, recipe) in recipes {
        match recipe {
            Ok(recipe) => {
                let header = &recipe.header;
                let phase = if header.phase.is_empty() { "-" } else { &header.phase };
                let title = recipe.title();
                writeln!(out, "{STRONG}{name:width$}{STRONG:#}  {}  phase {phase}  {title}", header.version)?;
            }
            Err(error) => writeln!(out, "{name:width$}  {BAD}{}{BAD:#}", error.message)?,
        }
    }
    Ok(())
}

/// Writes a recipe's header, runbook and parameters.
pub fn write_recipe(recipe: &Recipe, out: &mut impl Write) -> io::Result<()> {
    let header = &recipe.header;
    writeln!(out, "{STRONG}{} {}{STRONG:#}  {FAINT}{}{FAINT:#}", header.name, header.version, recipe.origin)?;
    if !header.phase.is_empty() {
        write!(out, "phase {}, ", header.phase)?;
    }
    writeln!(out, "risk {}", header.risk)?;
    writeln!(out, "needs {}", if header.needs.is_empty() { "nothing".into() } else { header.needs.join(", ") })?;
    writeln!(out, "\n{}", recipe.runbook)?;
    if !header.parameters.is_empty() {
        writeln!(out, "\n{STRONG}parameters{STRONG:#}")?;
    }
    for parameter in &header.parameters {
        writeln!(
            out,
            "  {STRONG}{}{STRONG:#}={}  {FAINT}({}){FAINT:#}",
            parameter.name,
            default(parameter),
            parameter.kind_name()
        )?;
        writeln!(out, "      {}", parameter.doc)?;
    }
    Ok(())
}

/// The list of recipes as JSON.
pub fn recipes_json(recipes: &[Listed<'_>]) -> Value {
    let entry = |(name, recipe): &Listed<'_>| match recipe {
        Ok(recipe) => fields(recipe),
        Err(error) => json!({ "name": name, "error": error.message }),
    };
    json!({ "schema": "hops.recipes/v1", "recipes": recipes.iter().map(entry).collect::<Vec<_>>() })
}

/// One recipe as JSON.
pub fn recipe_json(recipe: &Recipe) -> Value {
    let mut object = fields(recipe);
    if let Some(map) = object.as_object_mut() {
        map.shift_insert(0, "schema".into(), "hops.recipe/v1".into());
        map.insert("runbook".into(), recipe.runbook.clone().into());
    }
    object
}

fn fields(recipe: &Recipe) -> Value {
    let header = &recipe.header;
    let parameter = |parameter: &Parameter| {
        json!({
            "name": parameter.name,
            "type": parameter.kind_name(),
            "default": parameter.default,
            "doc": parameter.doc,
        })
    };
    json!({
        "name": header.name,
        "version": header.version,
        "title": recipe.title(),
        "phase": header.phase,
        "risk": header.risk,
        "needs": header.needs,
        "parameters": header.parameters.iter().map(parameter).collect::<Vec<_>>(),
    })
}

fn default(parameter: &Parameter) -> String {
    match &parameter.default {
        Value::String(text) if text.is_empty() => "\"\"".into(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
