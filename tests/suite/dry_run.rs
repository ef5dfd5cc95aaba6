//! What a run writes: nothing when dry, exactly the plan when real, nothing the second time.
//!
//! On the sample repository, and on the real tree that the main job is about.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use crate::{
    corpus::{Corpus, TestResult},
    workspace::{Workspace, differences, tree},
};

const MAJOR: [&str; 3] = ["chartref", "-p", "upgrade=major"];

/// The paths of a plan, each once, in order.
fn paths(plan: &Value) -> Vec<String> {
    let files = plan["batches"].as_array().unwrap().iter().flat_map(|batch| batch["files"].as_array().unwrap());
    let mut paths: Vec<String> = files.map(|file| file["path"].as_str().unwrap().to_owned()).collect();
    paths.sort();
    paths.dedup();
    paths
}

/// The codes of what is left out, with how many have each.
fn codes(plan: &Value) -> BTreeMap<String, usize> {
    let mut codes = BTreeMap::new();
    for skipped in plan["skipped"].as_array().unwrap() {
        *codes.entry(skipped["code"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    codes
}

/// The lanes of a plan as `lane count`.
fn lanes(plan: &Value) -> Vec<String> {
    let lanes = plan["lanes"].as_array().unwrap().iter();
    lanes.map(|lane| format!("{} {}", lane["lane"].as_str().unwrap(), lane["targets"])).collect()
}

/// Carries out the edits of a plan on the text of its files, without the library.
fn carried_out(workspace: &Workspace, plan: &Value) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for file in plan["batches"].as_array().unwrap().iter().flat_map(|batch| batch["files"].as_array().unwrap()) {
        let path = file["path"].as_str().unwrap();
        let text = files.entry(path.to_owned()).or_insert_with(|| fs::read(workspace.path(path)).unwrap_or_default());
        // The ranges count in the text before the batch; from the last to the first they stay true.
        for edit in file["edits"].as_array().unwrap().iter().rev() {
            let at = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
            text.splice(at("start")..at("end"), edit["text"].as_str().unwrap().bytes());
        }
    }
    files
}

#[test]
fn a_dry_run_touches_no_file() {
    let workspace = Workspace::sample();
    for command in [
        &["run", "chartref", "--dry-run"][..],
        &["run", "chartref", "--dry-run", "-p", "upgrade=major"],
        &["run", "chartref", "--dry-run", "-p", "upgrade=major", "-o", "json"],
        &["run", "oci-source", "--dry-run", "-p", "name=app-template-3"],
        &["plan", "chartref", "-p", "upgrade=major"],
        &["plan", "chartref", "-p", "upgrade=major", "-p", "strategy=per-app"],
        &["list"],
        &["show", "chartref"],
    ] {
        workspace.done(command);
        workspace.assert_untouched();
    }
}

#[test]
fn a_run_writes_the_plan_and_no_other_byte() {
    let workspace = Workspace::sample();
    let plan = workspace.plan(&MAJOR);
    let wanted = carried_out(&workspace, &plan);
    let before = tree(workspace.root());
    workspace.done(["run", "--yes"].iter().chain(&MAJOR));
    let after = tree(workspace.root());

    let files = |path: &String| !workspace.path(path).is_dir() && !path.starts_with(".hops/");
    let changed: Vec<String> = differences(&before, &after).into_iter().filter(files).collect();
    assert_eq!(changed, paths(&plan));
    assert_eq!(changed.len(), 15, "16 releases in 15 files");
    for (path, text) in wanted {
        assert_eq!(String::from_utf8_lossy(&after[&path].content), String::from_utf8_lossy(&text), "{path}");
    }
    let own = |path: &&String| !path.starts_with(".hops");
    let names = |tree: &crate::workspace::Tree| tree.keys().filter(own).cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after), "nothing is left behind");
}

#[test]
fn a_second_run_changes_nothing() {
    let workspace = Workspace::sample();
    workspace.done(["run", "--yes"].iter().chain(&MAJOR));
    workspace.seal();
    let second = workspace.done(["run", "--yes"].iter().chain(&MAJOR));
    assert!(second.contains("0 targets in 0 files"), "{second}");
    workspace.assert_untouched();
}

#[test]
fn a_written_file_keeps_its_mode() {
    let workspace = Workspace::tiny();
    let path = "apps/media/plex/app/helmrelease.yaml";
    workspace.chmod(path, 0o640);
    workspace.done(["run", "chartref", "--yes"]);
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(workspace.path(path)).unwrap());
    assert_eq!(format!("{:o}", mode & 0o7777), "640");
}

#[test]
fn both_clusters_of_the_sample_are_planned() {
    let plan = Workspace::sample().plan(&MAJOR);
    assert_eq!(lanes(&plan), ["cronjob 4", "daemonset 1", "deployment 10", "statefulset 1"]);
    assert_eq!(codes(&plan), BTreeMap::from([("archive".into(), 1), ("patch".into(), 1), ("unlisted".into(), 1)]));
    // At most five releases a batch, and no batch with two lanes.
    assert_eq!(plan["batches"].as_array().unwrap().len(), 5);
    let one = Workspace::sample().plan(&["chartref", "-p", "upgrade=major", "--only", "edge/**"]);
    assert_eq!(lanes(&one), ["cronjob 1", "deployment 1"]);
    assert_eq!(codes(&one)["not-selected"], 14);
}

#[test]
fn the_real_tree_is_told_the_truth_about() -> TestResult {
    let Some(corpus) = Corpus::open()? else { return Ok(()) };
    let workspace = Workspace::of(corpus.extract("haynes-ops/before-chartref")?);

    let plan = workspace.plan(&["chartref"]);
    assert_eq!(paths(&plan), Vec::<String>::new());
    assert_eq!(codes(&plan)["two-dimensions"], 33);
    let advice = "chart would go 3.7.3 -> 4.6.2 (major); allow it with -p upgrade=major";
    let skipped = plan["skipped"].as_array().unwrap().iter();
    assert!(skipped.filter(|skipped| skipped["code"] == "two-dimensions").all(|skipped| skipped["message"] == advice));

    let plan = workspace.plan(&MAJOR);
    assert_eq!(plan["targets"].as_array().unwrap().len(), 33);
    assert_eq!(lanes(&plan), ["cronjob 6", "daemonset 2", "deployment 24", "statefulset 1"]);
    assert_eq!(plan["batches"].as_array().unwrap().len(), 9);
    assert_eq!(codes(&plan).get("two-dimensions"), None);
    workspace.assert_untouched();
    Ok(())
}

#[test]
fn the_real_tree_moves_without_a_jump_to_a_source_of_its_own() -> TestResult {
    let Some(corpus) = Corpus::open()? else { return Ok(()) };
    let workspace = Workspace::of(corpus.extract("haynes-ops/before-chartref")?);
    workspace.done(["run", "oci-source", "--yes", "-p", "name=app-template-3"]);
    workspace.seal();

    let move_all = ["chartref", "-p", "source=flux-system/app-template-3"];
    let plan = workspace.plan(&move_all);
    let targets = plan["targets"].as_array().unwrap();
    assert_eq!(targets.len(), 33, "upgrade=none lets no jump pass");
    assert_eq!(plan["parameters"]["upgrade"], "none");
    let files = paths(&plan);
    assert!(files.iter().all(|path| path.starts_with("kubernetes/main/")), "{files:?}");
    workspace.assert_untouched();

    let wanted = carried_out(&workspace, &plan);
    let before = tree(workspace.root());
    workspace.done(["run", "--yes"].iter().chain(&move_all));
    let after = tree(workspace.root());
    let own = |path: &String| !workspace.path(path).is_dir() && !path.starts_with(".hops/");
    let changed: Vec<String> = differences(&before, &after).into_iter().filter(own).collect();
    assert_eq!(changed, files);
    assert!(wanted.iter().all(|(path, text)| after[path].content == *text));

    workspace.seal();
    workspace.done(["run", "--yes"].iter().chain(&move_all));
    workspace.assert_untouched();
    Ok(())
}
