//! For every recipe case and the sample: the tree after `apply` is the tree the plan predicts, byte for byte; a second
//! plan is empty; `undo` gives the tree before.

use std::{fs, path::Path};

use serde::Deserialize;

use crate::{
    corpus::{Snapshot, in_parallel, say},
    plan_file::predicted,
    work_tree::{WorkTree, said},
};

/// What the property needs of a `case.toml`.
#[derive(Deserialize)]
struct Settings {
    #[serde(default)]
    params: Vec<String>,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    skip: Vec<String>,
}

/// A repository and a plan to make there.
struct Case {
    folder: std::path::PathBuf,
    arguments: Vec<String>,
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let sorted = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> = entries.filter(|path| path.is_dir()).collect();
        paths.sort();
        paths
    };
    let mut cases = Vec::new();
    for recipe in sorted(&root.join("recipes")) {
        for folder in sorted(&recipe).into_iter().filter(|folder| folder.join("after").is_dir()) {
            let settings: Settings = toml::from_str(&fs::read_to_string(folder.join("case.toml")).unwrap()).unwrap();
            let mut arguments = vec![recipe.file_name().unwrap().to_string_lossy().into_owned()];
            for (flag, values) in [("-p", settings.params), ("--only", settings.only), ("--skip", settings.skip)] {
                arguments.extend(values.into_iter().flat_map(|value| [flag.to_string(), value]));
            }
            cases.push(Case { folder: folder.join("before"), arguments });
        }
    }
    for arguments in [
        "chartref -p upgrade=major",
        "chartref -p upgrade=major -p batch_size=1",
        "chartref -p strategy=per-app -p oci_url=known",
        "oci-source -p name=app-template-3",
    ] {
        let arguments = arguments.split(' ').map(str::to_string).collect();
        cases.push(Case { folder: root.join("fixtures/home-ops"), arguments });
    }
    cases
}

/// What does not hold for a case, and how many files it changes.
fn check(case: &Case) -> (usize, Vec<String>) {
    let tree = WorkTree::copy(&case.folder);
    tree.commit_all();
    let before = tree.files();
    let arguments: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
    let plan = tree.plan(&arguments);
    let wanted: Snapshot = predicted(&tree, &plan);
    let mut wrong = Vec::new();
    let mut must = |what: &str, holds: bool| {
        if !holds {
            wrong.push(format!("{} {arguments:?}: {what}", case.folder.display()));
        }
    };
    let applied = tree.run(&["apply", &plan, "--all", "--yes"]);
    must(&said(&applied), applied.status.success());
    must("the tree is not the predicted one", tree.files() == wanted);
    must("uncommitted changes are left", tree.git(["status", "--porcelain"]).is_empty());
    let again = tree.run(&[&["plan", "--detailed-exitcode", "-q"][..], &arguments].concat());
    // A recipe may also say that its work is done by refusing to run.
    must("a second plan changes something", again.status.code() != Some(10));
    tree.done(&["undo", "--yes"]);
    must("undo gives another tree", tree.files() == before);
    must("undo leaves uncommitted changes", tree.git(["status", "--porcelain"]).is_empty());
    (wanted.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes)).count(), wrong)
}

#[test]
fn apply_gives_what_the_plan_predicts_and_undo_what_was() {
    let cases = cases();
    let found = in_parallel(&cases, check);
    let wrong: Vec<&String> = found.iter().flat_map(|(_, wrong)| wrong).collect();
    let files: usize = found.iter().map(|(files, _)| files).sum();
    say(&format!("plan property: {} repositories, {files} files, {} wrong", cases.len(), wrong.len()));
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(files > 100);
}
