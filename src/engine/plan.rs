//! Runs `plan(p)` of a recipe.

use std::collections::BTreeMap;

use rhai::{Dynamic, Scope};

use super::limits::{self, Limits};
use super::parameter::{to_map, values};
use super::recipe::Recipe;
use crate::host::Run;
use crate::plan::{Diagnostic, Plan, Recording};

/// Runs `plan(p)` with these parameters (`name=value`) and gives the finished plan.
///
/// A recipe that says it cannot run here (`recipe::block`) gives that reason as the error.
pub fn plan(recipe: &Recipe, given: &[String], recording: Recording, limits: Limits) -> Result<Plan, Diagnostic> {
    let values: BTreeMap<_, _> = values(&recipe.header.name, &recipe.header.parameters, given)?;
    let run = Run::new(recording);
    let engine = limits::engine(&run, limits, recipe.folder.as_deref(), &recipe.origin);
    let mut scope = Scope::new();
    let result = engine.call_fn::<Dynamic>(&mut scope, &recipe.ast, "plan", (to_map(&values),));
    if let Some((rule, position)) = run.halted() {
        return Err(recipe.script.halted(rule, position, result.as_ref().err().map(Box::as_ref), limits));
    }
    if let Err(error) = result {
        return Err(recipe.script.run_error(&error, &engine, &recipe.ast));
    }
    // The engine holds the run in its tag and callbacks.
    drop(engine);
    let recording = run.into_recording().ok_or_else(|| {
        Diagnostic::error("internal", "internal error: the plan was taken twice").help("please report this")
    })?;
    match recording.blocked() {
        Some(reason) => Err(reason.clone()),
        None => {
            let mut plan = recording.finish(recipe.id(), values);
            plan.given = changed(recipe, given, &plan.parameters);
            Ok(plan)
        }
    }
}

/// What was given and is not the recipe's own value, in name order.
fn changed(recipe: &Recipe, given: &[String], values: &BTreeMap<String, serde_json::Value>) -> Vec<String> {
    let own = |name: &str| recipe.header.parameters.iter().find(|parameter| parameter.name == name);
    let other = |text: &&String| {
        let name = text.split_once('=').map_or("", |(name, _)| name);
        own(name).is_some_and(|parameter| values.get(name) != Some(&parameter.default))
    };
    let mut found: Vec<String> = given.iter().filter(other).cloned().collect();
    found.sort();
    found
}
