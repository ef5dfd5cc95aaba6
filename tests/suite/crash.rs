//! The crash matrix: a run is cut off at every write, rename, flush and commit, one after the other.
//!
//! The points are numbered by the binary itself (`--inject kill@N` kills it with SIGKILL at point N, `fail@N` makes the
//! effect fail as on a full disk), so none is missed. Afterwards every file must be old or new, `resume` must give
//! what an uninterrupted run gives, `undo` what was there before, and no commit may be there twice.
//!
//! `HOPS_CRASH=full` goes through every point of a run over the 33 targets of a real repository, which takes a while;
//! without it a small repository is enough.

use std::{collections::BTreeMap, env, process::Output};

use crate::{
    corpus::{Corpus, Snapshot, TestResult, say},
    work_tree::{MAJOR, WorkTree, said},
};

/// A repository before a run, and what the run makes of it.
struct Scene {
    tree: WorkTree,
    plan: String,
    before: Snapshot,
    after: Snapshot,
    /// The files after each batch.
    between: Vec<Snapshot>,
    subjects: Vec<String>,
}

/// What was tried.
#[derive(Debug, Default)]
struct Totals {
    points: usize,
    resumed: usize,
    undone: usize,
    /// Cut off before the run had begun: nothing to resume.
    never_begun: usize,
}

impl Scene {
    fn new(tree: WorkTree, recipe: &[&str]) -> Scene {
        let plan = tree.plan(recipe);
        let (before, done) = (tree.files(), WorkTree::copy(tree.root()));
        let mut between = Vec::new();
        while done.files() != *between.last().unwrap_or(&Snapshot::new()) {
            between.push(done.files());
            done.done(&["apply", &plan, "--yes"]);
        }
        let (after, subjects) = (done.files(), done.subjects());
        assert!(!subjects.is_empty());
        Scene { tree, plan, before, after, between, subjects }
    }

    /// Tries a fault at every point of an apply.
    fn apply(&self, fault: &str) -> Totals {
        let mut totals = Totals::default();
        for point in 1.. {
            let tree = WorkTree::copy(self.tree.root());
            let fault = format!("{fault}@{point}");
            let output = tree.run(&["apply", &self.plan, "--all", "--yes", "--inject", &fault]);
            if output.status.success() {
                break;
            }
            totals.points += 1;
            self.assert_old_or_new(&tree, &fault);
            let back = WorkTree::copy(tree.root());

            let resumed = tree.run(&["resume"]);
            if resumed.status.code() == Some(2) {
                assert!(tree.files() == self.before, "{fault}: not begun, and yet files changed");
                totals.never_begun += 1;
                tree.done(&["apply", &self.plan, "--all", "--yes"]);
            } else {
                assert!(resumed.status.success(), "{fault}\n{}\n{}", said(&output), said(&resumed));
                totals.resumed += 1;
                self.assert_undone(&back, &fault, &back.run(&["undo", "--yes"]));
                totals.undone += 1;
            }
            assert!(tree.files() == self.after, "{fault}: resume gives another end");
            assert_eq!(tree.subjects(), self.subjects, "{fault}: other commits");
            tree.assert_clean();
        }
        totals
    }

    /// Tries a fault at every point of an undo, which `resume` must complete.
    fn undo(&self, fault: &str) -> Totals {
        let applied = WorkTree::copy(self.tree.root());
        applied.done(&["apply", &self.plan, "--all", "--yes"]);
        let mut totals = Totals::default();
        for point in 1.. {
            let tree = WorkTree::copy(applied.root());
            let fault = format!("{fault}@{point}");
            let output = tree.run(&["undo", "--yes", "--inject", &fault]);
            if output.status.success() {
                break;
            }
            totals.points += 1;
            self.assert_old_or_new(&tree, &fault);
            assert!(tree.run(&["resume"]).status.success(), "{fault}");
            totals.resumed += 1;
            // Cut off before the undo had begun, there is nothing to resume.
            self.assert_undone(&tree, &fault, &tree.run(&["undo", "--yes"]));
            totals.undone += 1;
        }
        totals
    }

    fn assert_old_or_new(&self, tree: &WorkTree, fault: &str) {
        for (path, bytes) in tree.files() {
            // What is being written waits beside its place, in a hidden file that no YAML reader takes.
            if path.ends_with(".hops-new") {
                continue;
            }
            let known = self.between.iter().any(|files| files.get(&path) == Some(&bytes));
            assert!(known, "{fault}: {path} is neither old nor new");
        }
    }

    fn assert_undone(&self, tree: &WorkTree, fault: &str, output: &Output) {
        assert!(output.status.success(), "{fault}\n{}", said(output));
        assert!(tree.files() == self.before, "{fault}: undo gives another start");
        tree.assert_clean();
        assert_eq!(tree.git(["rev-parse", "HEAD^{tree}"]), self.tree.git(["rev-parse", "HEAD^{tree}"]), "{fault}");
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for subject in tree.subjects() {
            *count.entry(subject).or_default() += 1;
        }
        assert!(count.values().all(|&count| count == 1), "{fault}: a commit is there twice: {count:?}");
        for subject in self.subjects.iter().filter(|subject| count.contains_key(*subject)) {
            let undo = subject.replace("hops: ", "hops: undo ");
            assert!(count.contains_key(&undo), "{fault}: nothing takes `{subject}` back");
        }
    }
}

fn report(name: &str, scene: &Scene, totals: &[(&str, Totals)]) {
    let files = scene.after.iter().filter(|(path, bytes)| scene.before.get(*path) != Some(*bytes)).count();
    for (what, totals) in totals {
        let Totals { points, resumed, undone, never_begun } = totals;
        say(&format!(
            "crash matrix, {name} ({files} files, {} commits), {what}: {points} points, {resumed} resumed, {undone} \
             undone, {never_begun} cut off before the run began, 0 wrong",
            scene.subjects.len()
        ));
        assert!(*points > 20);
    }
}

/// A small repository, and a recipe that edits one file for two batches, another one, and makes a third.
fn small() -> WorkTree {
    let tree = WorkTree::of(tempfile::TempDir::with_prefix("hops-crash-").unwrap());
    let ks = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: cluster\n  namespace: \
              flux-system\nspec:\n  interval: 1h\n  path: ./flux\n  prune: true\n  sourceRef:\n    kind: GitRepository\n    \
              name: flux-system\n";
    tree.write("flux/cluster.yaml", ks);
    tree.write("flux/one.yaml", "kind: One\nmetadata:\n  name: one\nspec: {} # both\n");
    tree.write("flux/two.yaml", "kind: Two\nmetadata:\n  name: two\nspec:\n  a: 1\n");
    let recipe = "const RECIPE = #{ name: \"example\", version: \"1.0.0\" };\n\nfn plan(p) {\n    let one = \
                  repo::doc(\"flux/one.yaml\");\n    let a = recipe::target(\"a\");\n    a.edit(one).put(\"metadata.labels.a\", \
                  \"x\");\n    a.lane(\"first\");\n    let b = recipe::target(\"b\");\n    b.edit(one).put(\"metadata.labels.b\", \
                  \"y\");\n    b.edit(repo::doc(\"flux/two.yaml\")).remove(\"spec.a\");\n    \
                  b.create(\"new/deep/x.yaml\", \"a: 1\\n\");\n    b.lane(\"second\");\n    recipe::batches(#{ order: \
                  [\"first\", \"second\"] });\n}\n";
    tree.write("recipes/example.rhai", recipe);
    tree.commit_all();
    tree
}

#[test]
fn a_run_that_is_cut_off_anywhere_can_be_resumed_and_undone() {
    let scene = Scene::new(small(), &["example"]);
    let totals = [
        ("killed", scene.apply("kill")),
        ("disk full", scene.apply("fail")),
        ("undo killed", scene.undo("kill")),
        ("undo disk full", scene.undo("fail")),
    ];
    report("small repository", &scene, &totals);
}

#[test]
fn every_point_of_a_run_over_33_targets() -> TestResult {
    if env::var_os("HOPS_CRASH").is_none() {
        say("skipped: the whole crash matrix takes minutes; HOPS_CRASH=full runs it");
        return Ok(());
    }
    let Some(corpus) = Corpus::open()? else { return Ok(()) };
    let tree = WorkTree::of(corpus.extract("haynes-ops/before-chartref")?);
    tree.commit_all();
    let scene = Scene::new(tree, &MAJOR);
    let totals = [
        ("killed", scene.apply("kill")),
        ("disk full", scene.apply("fail")),
        ("undo killed", scene.undo("kill")),
        ("undo disk full", scene.undo("fail")),
    ];
    report("a real repository", &scene, &totals);
    Ok(())
}
