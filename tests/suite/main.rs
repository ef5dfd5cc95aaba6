//! Integration tests: each module runs the real binary or reads the real tree.
#![allow(clippy::unwrap_used)]

mod architecture;
mod bad_input;
mod command_line;
mod corpus;
mod corpus_chartref;
mod corpus_check;
mod corpus_graph;
mod crash;
mod dependencies;
mod documentation;
mod dry_run;
mod get;
mod graph;
mod host_examples;
mod lint;
mod plan_file;
mod plan_property;
mod progress;
mod recipe_cases;
mod runs;
mod sample;
mod work_tree;
mod workspace;

#[test]
fn every_file_of_the_suite_is_declared() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let declared = include_str!("main.rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        // A failing snapshot leaves a hidden note beside its module.
        let Some(module) = name.strip_suffix(".rs").filter(|_| !name.starts_with('.')) else { continue };
        assert!(module == "main" || declared.contains(&format!("mod {module};")), "tests/suite/{name} is not declared");
    }
}
