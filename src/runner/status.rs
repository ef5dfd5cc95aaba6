//! How far a recipe came in a repository: from the commits and the current query alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::prepare::{Request, prepare, root};
use super::trace::{Trace, traces};
use crate::plan::{Class, Diagnostic, Skipped};

/// How a target stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A commit changed it, and the recipe would change nothing more.
    Done,
    /// A commit changed it, and the recipe would change it again.
    Again,
    /// The recipe would change it; no commit did.
    Pending,
    /// A commit changed it and another took that back.
    Undone,
}

/// How far a recipe came.
#[derive(Debug)]
pub struct Progress {
    /// Name of the recipe.
    pub recipe: String,
    /// Parameters of its last commit, each `name=value`.
    pub parameters: Vec<String>,
    /// How each target stands, with the commit that speaks for it, in id order.
    pub targets: BTreeMap<String, (Standing, Option<String>)>,
    /// What the recipe leaves out now.
    pub left: Vec<Skipped>,
    /// Why the recipe cannot plan here now.
    pub blocked: Option<Diagnostic>,
}

/// The progress of one recipe, or of every recipe that a commit names.
///
/// Each is planned again with the parameters of its latest commit; nothing else is remembered anywhere.
pub fn status(folder: &Path, recipe: Option<&str>) -> Result<Vec<Progress>, Diagnostic> {
    let traces = traces(&root(folder)?)?;
    let names: Vec<String> = match recipe {
        Some(recipe) => vec![recipe.to_string()],
        None => traces.iter().map(|trace| trace.recipe.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
    };
    names.into_iter().map(|name| progress(folder, &name, &traces)).collect()
}

fn progress(folder: &Path, wanted: &str, traces: &[Trace]) -> Result<Progress, Diagnostic> {
    let name = super::library::find_recipe(wanted, folder).map_or(wanted.to_string(), |recipe| recipe.header.name);
    let own: Vec<&Trace> = traces.iter().filter(|trace| trace.recipe == name).collect();
    let latest = own.iter().find(|trace| !trace.undo).or(own.first());
    let parameters = latest.map(|trace| trace.parameters.clone()).unwrap_or_default();
    let mut targets = committed(&own);
    let request = Request {
        folder: folder.to_path_buf(),
        recipe: wanted.to_string(),
        parameters: parameters.clone(),
        ..Request::default()
    };
    let (left, blocked) = match prepare(&request) {
        Ok(prepared) => {
            for target in &prepared.plan.targets {
                let entry = targets.entry(target.id.clone()).or_insert((Standing::Pending, None));
                if entry.0 == Standing::Done {
                    entry.0 = Standing::Again;
                }
            }
            (prepared.plan.skipped, None)
        }
        Err(error) if error.class == Class::Usage => return Err(error),
        Err(error) => (Vec::new(), Some(error)),
    };
    Ok(Progress { recipe: name, parameters, targets, left, blocked })
}

/// What the commits say of each target; the newest counts.
fn committed(traces: &[&Trace]) -> BTreeMap<String, (Standing, Option<String>)> {
    let mut found = BTreeMap::new();
    for trace in traces.iter().rev() {
        let standing = if trace.undo { Standing::Undone } else { Standing::Done };
        for target in &trace.targets {
            found.insert(target.clone(), (standing, Some(trace.commit.clone())));
        }
    }
    found
}
