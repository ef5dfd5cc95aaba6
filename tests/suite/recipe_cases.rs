//! Runs every recipe case: `tests/recipes/<recipe>/<what_it_shows>/` with `before/`, `after/` and `case.toml`.
//!
//! No `after/` means that nothing may change. A case holds when a dry run writes nothing, the run gives `after/` byte
//! for byte, what is left out and said is what `case.toml` lists, and a second run changes nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

use crate::{
    corpus::{Snapshot, changed, in_parallel, say, snapshot},
    workspace::{Workspace, project},
};

/// What `case.toml` says; everything that is not listed there must not happen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What the case shows, for readers.
    shows: String,
    /// Parameters, each `name=value`.
    #[serde(default)]
    params: Vec<String>,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    skip: Vec<String>,
    /// What is left out, each `target: code`, in the order of the plan.
    #[serde(default)]
    left_out: Vec<String>,
    /// Remarks, those of targets as `target: note`.
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    exit: i32,
    /// The whole of standard error.
    #[serde(default)]
    says: String,
}

struct Case {
    recipe: String,
    folder: PathBuf,
    settings: Settings,
}

impl Case {
    fn name(&self) -> String {
        format!("{}/{}", self.recipe, self.folder.file_name().unwrap_or_default().to_string_lossy())
    }

    fn arguments<'a>(&'a self, verb: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let mut arguments = vec![verb, &self.recipe];
        let Settings { params, only, skip, .. } = &self.settings;
        for (flag, values) in [("-p", params), ("--only", only), ("--skip", skip)] {
            arguments.extend(values.iter().flat_map(|value| [flag, value.as_str()]));
        }
        arguments.extend(more);
        arguments
    }

    /// The files that the run must leave.
    fn wanted(&self) -> Snapshot {
        let after = self.folder.join("after");
        snapshot(&if after.is_dir() { after } else { self.folder.join("before") }).unwrap()
    }

    /// What is wrong with the case.
    fn check(&self) -> Vec<String> {
        let workspace = Workspace::copy(&self.folder.join("before"));
        let mut wrong = Vec::new();

        let planned = workspace.run(self.arguments("plan", &["-o", "json"]));
        if !workspace.touched().is_empty() {
            wrong.push("the plan writes files".to_owned());
        }
        let shown = workspace.shown(&planned);
        let said = shown.split_once("--- stderr\n").map_or("", |(_, said)| said);
        if planned.status.code() != Some(self.settings.exit) || said != self.settings.says {
            wrong.push(format!("wanted exit code {} and {:?}, got\n{shown}", self.settings.exit, self.settings.says));
        }
        if let Ok(plan) = serde_json::from_slice::<Value>(&planned.stdout) {
            compare("left out", &self.settings.left_out, &left_out(&plan), &mut wrong);
            compare("notes", &self.settings.notes, &notes(&plan), &mut wrong);
        }

        for run in ["the run", "a second run"] {
            let output = workspace.run(self.arguments("run", &["--yes"]));
            if output.status.code() != Some(self.settings.exit) {
                wrong.push(format!("{run} fails\n{}", workspace.shown(&output)));
            }
            wrong.extend(self.unequal(&workspace).map(|path| format!("{run} leaves {path}")));
        }
        wrong
    }

    /// The files that are not as they must be, with their text.
    fn unequal(&self, workspace: &Workspace) -> impl Iterator<Item = String> {
        let (wanted, now) = (self.wanted(), snapshot(workspace.root()).unwrap());
        let text =
            |files: &Snapshot, path: &str| files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let show = |path: &&str| format!("{path}\n{:?}\nwanted\n{:?}", text(&now, path), text(&wanted, path));
        changed(&wanted, &now).iter().map(show).collect::<Vec<_>>().into_iter()
    }
}

fn compare(what: &str, wanted: &[String], found: &[String], wrong: &mut Vec<String>) {
    if wanted != found {
        wrong.push(format!("{what}: {found:#?}, wanted {wanted:#?}"));
    }
}

fn left_out(plan: &Value) -> Vec<String> {
    let line = |skipped: &Value| format!("{}: {}", text(skipped, "target"), text(skipped, "code"));
    plan["skipped"].as_array().unwrap().iter().map(line).collect()
}

fn notes(plan: &Value) -> Vec<String> {
    let own = |list: &Value| list.as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()).collect();
    let mut notes: Vec<String> = own(&plan["notes"]);
    for target in plan["targets"].as_array().unwrap() {
        let of_target: Vec<String> = own(&target["notes"]);
        notes.extend(of_target.iter().map(|note| format!("{}: {note}", text(target, "id"))));
    }
    notes
}

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_default()
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for recipe in folders(&project().join("tests/recipes")) {
        for folder in folders(&recipe) {
            let settings = fs::read_to_string(folder.join("case.toml")).expect("a case without case.toml");
            let settings = toml::from_str(&settings).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            let recipe = recipe.file_name().unwrap().to_string_lossy().into_owned();
            cases.push(Case { recipe, folder, settings });
        }
    }
    cases
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn every_recipe_case_holds() {
    let cases = cases();
    let found = in_parallel(&cases, Case::check);
    let wrong: Vec<String> = cases
        .iter()
        .zip(found)
        .filter(|(_, wrong)| !wrong.is_empty())
        .map(|(case, wrong)| format!("{} ({})\n{}", case.name(), case.settings.shows, wrong.join("\n")))
        .collect();
    say(&format!("recipe cases: {} of {} hold", cases.len() - wrong.len(), cases.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_recipe_has_cases_of_each_sort() {
    let cases = cases();
    for recipe in fs::read_dir(project().join("recipes")).unwrap() {
        let recipe = recipe.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        let own: Vec<&Case> = cases.iter().filter(|case| case.recipe == recipe).collect();
        let changes = own.iter().filter(|case| case.folder.join("after").is_dir()).count();
        let refused = own.iter().filter(|case| case.settings.exit != 0 && !case.settings.says.is_empty()).count();
        let untouched = own.len() - changes - refused;
        assert!(
            changes > 0 && refused > 0 && untouched > 0,
            "{recipe}: {changes} cases change files, {untouched} change nothing, {refused} are bad input"
        );
    }
}
