//! Imports point down the layers, and each layer keeps to its own tools.

use std::fs;
use std::path::{Path, PathBuf};

/// Layers from the top; each may import those below it, and what stands beside it in the list.
const LAYERS: &[(&str, &[&str])] = &[
    ("cli", &["report", "runner", "engine", "host", "plan", "repo", "manifest", "yaml"]),
    ("report", &["runner", "engine", "host", "plan", "repo", "manifest", "yaml"]),
    ("runner", &["engine", "host", "plan", "repo", "manifest", "yaml"]),
    ("engine", &["host", "plan", "repo", "manifest", "yaml"]),
    ("host", &["plan", "repo", "manifest", "yaml"]),
    ("plan", &["repo", "manifest", "yaml"]),
    ("repo", &["manifest", "yaml"]),
    ("manifest", &["yaml"]),
    ("yaml", &[]),
];

/// What only some layers, or single files of them, may name, and which.
const TOOLS: &[(&str, &[&str])] = &[
    ("rhai::", &["host", "engine"]),
    ("clap::", &["cli"]),
    ("anstream::", &["cli"]),
    ("std::env::", &["cli"]),
    ("std::process::", &["cli", "repo/git.rs"]),
    ("rustix::", &["runner"]),
    ("println!", &[]),
    ("cap_std::", &["runner"]),
    ("fs::write", &[]),
    ("fs::remove", &[]),
    ("fs::rename", &[]),
    ("granit_parser", &["yaml"]),
    ("anyhow", &[]),
    (".unwrap()", &[]),
    (".expect(", &[]),
];

struct Source {
    layer: String,
    path: PathBuf,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            if path.ends_with("tests.rs") {
                continue;
            }
            let relative = path.strip_prefix(&root).unwrap().to_path_buf();
            let layer = relative.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_string();
            let text = fs::read_to_string(&path).unwrap();
            // Tests of a module may use what they like.
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_string();
            found.push(Source { layer, path: relative, text });
        }
    }
    found
}

/// Code lines: doc comments name other layers freely.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(line, text)| (line + 1, text)).filter(|(_, text)| !text.trim().starts_with("//"))
}

#[test]
fn imports_point_down_only() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == source.layer) else { continue };
        for (line, text) in code(&source.text) {
            for part in text.split("crate::").skip(1) {
                let target: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let known = LAYERS.iter().any(|(layer, _)| *layer == target);
                if known && target != source.layer && !allowed.contains(&target.as_str()) {
                    wrong.push(format!(
                        "src/{}:{line}: {} may not import {target}",
                        source.path.display(),
                        source.layer
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_a_layer() {
    for source in sources() {
        let known = LAYERS.iter().any(|(layer, _)| *layer == source.layer);
        assert!(
            known || ["lib", "main"].contains(&source.layer.as_str()),
            "src/{} has no layer",
            source.path.display()
        );
    }
}

#[test]
fn each_layer_keeps_to_its_tools() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (tool, layers) in TOOLS {
            let path = source.path.to_string_lossy();
            if layers.contains(&source.layer.as_str()) || layers.contains(&&*path) || source.layer == "main" {
                continue;
            }
            for (line, text) in code(&source.text).filter(|(_, text)| text.contains(tool)) {
                wrong.push(format!(
                    "src/{}:{line}: {} may not use {tool}: {text}",
                    source.path.display(),
                    source.layer
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_file_holds_one_idea() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.text.lines().count() > 800)
        .map(|source| format!("src/{}", source.path.display()))
        .collect();
    assert!(long.is_empty(), "over 800 lines: {}", long.join(", "));
}
