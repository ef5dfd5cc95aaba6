//! What the documentation shows is run.

use std::path::Path;

use crate::corpus::{scrubbed, succeed};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/home-ops");

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The first fenced block of a language.
fn block<'a>(text: &'a str, language: &str) -> &'a str {
    let start = text.find(&format!("```{language}\n")).unwrap() + language.len() + 4;
    text[start..].split("\n```").next().unwrap()
}

#[test]
fn the_recipe_of_the_guide_plans_on_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("history.rhai");
    std::fs::write(&recipe, block(&read("docs/recipes.md"), "rhai")).unwrap();
    let mut command = scrubbed(env!("CARGO_BIN_EXE_hops"));
    let out = succeed(command.args(["-C", SAMPLE, "run"]).arg(&recipe).args(["--dry-run", "-p", "keep=3"])).unwrap();
    assert!(out.contains("+  maxHistory: 3"), "{out}");
    assert!(out.contains("history 1.0.0: Give every release the same number of kept revisions"), "{out}");
}

#[test]
fn the_guide_names_every_function_of_the_namespaces() {
    let guide = read("docs/recipes.md");
    for file in ["flux", "repo", "recipe", "semver", "content", "list"] {
        let source = read(&format!("src/host/{file}.rs"));
        let module = source.split("#[export_module]").last().unwrap();
        for line in module.lines().filter(|line| line.trim_start().starts_with("pub fn ")) {
            let name = line.trim_start().trim_start_matches("pub fn ").split(['(', '<']).next().unwrap();
            let base = name.split('_').next().unwrap();
            let known = guide.contains(&format!("::{name}")) || guide.contains(&format!("::{base}"));
            assert!(known, "docs/recipes.md does not name {file}::{name}");
        }
    }
}

#[test]
fn the_readme_lists_every_built_in_recipe_and_the_commands_it_names_exist() {
    let readme = read("README.md");
    let list = succeed(scrubbed(env!("CARGO_BIN_EXE_hops")).args(["-C", SAMPLE, "list"])).unwrap();
    for line in list.lines() {
        let name = line.split_whitespace().next().unwrap();
        assert!(readme.contains(&format!("| `{name}` |")), "the README does not list {name}");
    }
    let help = succeed(scrubbed(env!("CARGO_BIN_EXE_hops")).arg("--help")).unwrap();
    for command in readme.split("`hops ").skip(1).filter_map(|rest| rest.split([' ', '`']).next()) {
        assert!(help.contains(&format!("  {command} ")), "the README names `hops {command}`");
    }
}

#[test]
fn the_first_command_of_the_readme_is_the_main_job() {
    let readme = read("README.md");
    let command = block(&readme, "sh").trim();
    let arguments = command.strip_prefix("cargo run --release -- ").unwrap();
    let mut hops = scrubbed(env!("CARGO_BIN_EXE_hops"));
    let out = succeed(hops.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments.split(' '))).unwrap();
    assert!(out.contains("left out: two-dimensions (16)"), "{out}");
    assert!(out.contains("nothing") || out.contains("0 targets in 0 files"), "{out}");
}
