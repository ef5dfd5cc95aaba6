//! Bad input: the exact diagnostic and exit code, no panic, and every file as it was.

use std::{fs, path::Path, process::Output, time::Duration};

use insta::assert_snapshot;

use hops::{
    engine::{Limits, Recipe},
    plan::{Class, Diagnostic, Recording, Selection},
};

use crate::{corpus::say, workspace::Workspace};

mod command;
mod header;
mod limits;
mod repository;
mod sandbox;
mod script;

/// Plans a recipe of the workspace, really runs it too, and gives what is shown; neither may touch a file.
fn refused(workspace: &Workspace, args: &[&str]) -> String {
    let shown = workspace.hops(["plan"].iter().chain(args));
    workspace.assert_untouched();
    let run = workspace.hops(["run", "--yes"].iter().chain(args));
    workspace.assert_untouched();
    assert!(!shown.contains("panicked") && !run.contains("panicked"), "{shown}{run}");
    let code = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    assert_eq!(code(&shown), code(&run));
    shown
}

/// The same for a recipe with this body after the header.
fn refused_body(body: &str) -> String {
    let workspace = Workspace::tiny();
    workspace.recipe("bad", body);
    refused(&workspace, &["bad"])
}

/// The same for a whole recipe.
fn refused_recipe(text: &str) -> String {
    let workspace = Workspace::tiny();
    workspace.write("recipes/bad.rhai", text);
    refused(&workspace, &["bad"])
}

/// Plans a recipe with this body under small limits, which are reached at once.
fn stopped(body: &str, limits: Limits) -> Diagnostic {
    let tiny = Workspace::tiny();
    let text = format!("const RECIPE = #{{ name: \"bad\", version: \"1.0.0\" }};\n{body}");
    let recipe = Recipe::read(&text, "recipes/bad.rhai", None).unwrap();
    let recording = Recording::new(hops::runner::open(tiny.root()).unwrap(), Selection::default());
    match hops::engine::plan(&recipe, &[], recording, limits) {
        Err(error) => error,
        Ok(plan) => panic!("not stopped: {body}\n{:?}", plan.notes),
    }
}

const FEW_OPERATIONS: Limits = Limits { operations: 100_000, time: Duration::from_secs(60) };
const LITTLE_TIME: Limits = Limits { operations: u64::MAX, time: Duration::from_millis(50) };

#[test]
fn an_error_is_never_a_panic_on_any_cut_of_a_recipe() {
    let tiny = Workspace::tiny();
    let root = tiny.root();
    let text = include_str!("../../recipes/oci-source.rhai");
    let ends: Vec<usize> = (0..text.len()).filter(|at| text.is_char_boundary(*at) && at % 97 == 0).collect();
    let outputs = crate::corpus::in_parallel(&ends, |&end| {
        let path = format!("cut-{end}.rhai");
        fs::write(root.join(&path), &text[..end]).unwrap();
        let mut command = crate::corpus::scrubbed(env!("CARGO_BIN_EXE_hops"));
        command.current_dir(root).args(["plan", &format!("./{path}")]).output().unwrap()
    });
    let broken = |output: &&Output| !matches!(output.status.code(), Some(0 | 1 | 11));
    let shown: Vec<String> = outputs.iter().filter(broken).map(|output| tiny.shown(output)).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}
