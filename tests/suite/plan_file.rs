//! Plans as files: the same inputs give the same bytes, and what is applied is what was shown.

use hops::plan::{Edit, FileChange, Inputs, Plan, Status, digest};

use crate::{
    corpus::Snapshot,
    work_tree::{MAJOR, WorkTree},
};

fn read(path: &str) -> Plan {
    Plan::read(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The files as a plan says they will be, by a reader of its own.
pub fn predicted(tree: &WorkTree, plan: &str) -> Snapshot {
    let plan = read(plan);
    let mut files = tree.files();
    for change in plan.files() {
        let old = files.remove(&change.path).unwrap_or_default();
        let mut new = old.clone();
        for edit in change.edits.iter().rev() {
            new.splice(edit.start..edit.end, edit.text.bytes());
        }
        if change.status != Status::Deleted {
            files.insert(change.path.clone(), new);
        }
    }
    files
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let (one, two) = (WorkTree::sample(), WorkTree::sample());
    let (first, second) = (one.plan(&MAJOR), two.plan(&MAJOR));
    let text = std::fs::read_to_string(&first).unwrap();
    assert_eq!(text, std::fs::read_to_string(second).unwrap());
    assert!(!text.contains(&*one.root().to_string_lossy()), "a plan names nothing of the machine");
    assert_eq!(text, format!("{}\n", one.done(&[&["plan", "-o", "json"][..], &MAJOR].concat()).trim_end()));
    assert_eq!(read(&first).inputs.base, Some(one.git(["rev-parse", "HEAD"]).trim().to_string()));

    // Another input, another plan.
    two.write("kubernetes/main/apps/new.yaml", "kind: Example\n");
    assert_ne!(read(&two.plan(&MAJOR)).id, read(&first).id);
}

#[test]
fn what_is_applied_is_what_was_shown() {
    let tree = WorkTree::sample();
    let shown = tree.done(&[&["run", "--dry-run"][..], &MAJOR].concat());
    let path = tree.plan(&MAJOR);
    let diff = |text: &str| text.split("\nchartref 1.0.0").next().unwrap().to_string();
    assert_eq!(diff(&tree.done(&["apply", &path, "--all", "--dry-run"])), diff(&shown));

    let wanted = predicted(&tree, &path);
    tree.done(&["apply", &path, "--all", "--yes"]);
    assert!(tree.files() == wanted);
    tree.assert_clean();
    assert!(tree.done(&[&["plan"][..], &MAJOR].concat()).contains("0 targets in 0 files"));
    assert!(tree.done(&["apply", &path, "--all", "--yes"]).contains("0 targets in 0 files"), "nothing is done twice");
}

#[test]
fn one_batch_at_a_time() {
    let tree = WorkTree::sample();
    let path = tree.plan(&MAJOR);
    tree.done(&["apply", &path, "--yes"]);
    tree.done(&["apply", &path, "--yes"]);
    assert!(tree.done(&["apply", &path, "--batch", "2", "--yes"]).contains("0 targets in 0 files"));
    tree.done(&["apply", &path, "--batch", "5", "--yes"]);
    assert_eq!(
        tree.subjects(),
        [
            "hops: chartref 1.0.0, batch 1 of 5, cronjob: 4 targets",
            "hops: chartref 1.0.0, batch 2 of 5, daemonset: main/kube-system/device-plugin",
            "hops: chartref 1.0.0, batch 5 of 5, statefulset: main/database/valkey",
        ]
    );
    insta::assert_snapshot!(tree.fails(2, &["apply", &path, "--batch", "9"]), @r#"
    error[no-such-batch]: the plan has no batch 9; it has 5
    "#);
}

#[test]
fn a_stale_target_stays_and_the_fresh_ones_can_go() {
    let tree = WorkTree::sample();
    let path = tree.plan(&MAJOR);
    tree.add_line("kubernetes/main/apps/media/kometa/app/helmrelease.yaml", "# touched");
    tree.git(["commit", "--quiet", "--all", "--message", "touched"]);
    let before = tree.files();
    let said = tree.fails(13, &["apply", &path, "--batch", "1", "--yes"]);
    insta::assert_snapshot!(said.replace(&path, "PLAN"), @r#"
    error[stale]: `kubernetes/main/apps/media/kometa/app/helmrelease.yaml` changed since the plan was made
      cause: its content is another by now
      cause: 3 of 4 targets are still fresh
      help: `hops apply PLAN --batch 1 --skip 'main/media/kometa'` takes the fresh ones
      help: make the plan again for all of them
    "#);
    assert!(tree.files() == before);

    tree.done(&["apply", &path, "--batch", "1", "--skip", "main/media/kometa", "--yes"]);
    let trailers = tree.git(["log", "-1", "--format=%(trailers:key=Hops-Target,valueonly)"]);
    assert_eq!(trailers.trim(), "edge/notify/heartbeat\nmain/database/postgres-dump\nmain/storage/rsync-photos");
    tree.assert_clean();
}

#[test]
fn targets_that_share_a_file_go_together() {
    let tree = WorkTree::sample();
    // Two releases in one file, in two batches: the second cannot come first.
    let path = tree.plan(&MAJOR);
    let said = tree.fails(13, &["apply", &path, "--batch", "4", "--yes"]);
    assert!(said.contains("batch 3 comes first: it changes the same file"), "{said}");

    // In one batch they are one piece.
    let path = tree.plan(&["chartref", "-p", "upgrade=major", "-p", "batch_size=100"]);
    let said = tree.fails(11, &["apply", &path, "--all", "--only", "household/tika", "--yes"]);
    insta::assert_snapshot!(said, @r#"
    error[shared-file]: `main/household/tika` and `main/household/gotenberg` change `kubernetes/main/apps/household/paperless/converters/helmreleases.yaml` together
      help: take both, `--only 'main/household/tika,main/household/gotenberg'`, or plan again for the one
    "#);
    tree.done(&["apply", &path, "--all", "--only", "household/tika,household/gotenberg", "--yes"]);
    tree.assert_clean();
}

#[test]
fn a_plan_that_was_changed_is_refused() {
    let tree = WorkTree::sample();
    let path = tree.plan(&MAJOR);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("name: app-template", "name: app-templates")).unwrap();
    insta::assert_snapshot!(tree.fails(2, &["apply", &path, "--all", "--yes"]).replace(&path, "PLAN"), @r#"
    error[bad-plan]: `PLAN` cannot be applied
      cause: it was changed after it was made: its content does not give its id
      help: make it again: `hops plan RECIPE --out FILE`
    "#);
    assert!(tree.fails(2, &["apply", "nowhere.json"]).contains("no-plan-file"));
}

#[test]
fn a_plan_of_somebody_else_cannot_leave_the_repository() {
    let tree = WorkTree::sample();
    std::fs::create_dir(tree.path("real")).unwrap();
    std::os::unix::fs::symlink("real", tree.path("link")).unwrap();
    tree.write("kubernetes/sealed.yaml", "sops:\n  mac: x\ndata: ENC[1]\n");
    let path = tree.plan(&MAJOR);
    let plan = read(&path);
    let before = tree.files();
    let new = |path: &str| FileChange {
        path: path.into(),
        status: Status::Created,
        targets: vec![plan.batches[0].targets[0].clone()],
        before: None,
        after: Some(digest(b"a: 1\n")),
        edits: vec![Edit::new(&(0..0), "a: 1\n")],
        diff: Default::default(),
    };
    let sealed = FileChange {
        status: Status::Modified,
        before: Some(digest(b"sops:\n  mac: x\ndata: ENC[1]\n")),
        after: Some(digest(b"sops:\n  mac: x\ndata: ENC[2]\n")),
        edits: vec![Edit::new(&(25..26), "2")],
        ..new("kubernetes/sealed.yaml")
    };
    let evil = [
        "../out.yaml",
        "/etc/out.yaml",
        "a/../../out.yaml",
        ".git/config.yaml",
        "x/.git/y.yaml",
        ".hops/x.yaml",
        "x.sh",
        "link/x.yaml",
        "./x.yaml",
        "a//x.yaml",
    ];
    for change in evil.iter().map(|path| new(path)).chain([sealed]) {
        let mut evil = plan.clone();
        evil.batches[0].files = vec![change.clone()];
        std::fs::write(&path, evil.seal(Inputs::default()).canonical()).unwrap();
        let output = tree.run(&["apply", &path, "--yes"]);
        assert!(!output.status.success(), "{}: {output:?}", change.path);
        assert!(tree.files() == before, "{}", change.path);
    }
    assert!(!tree.root().parent().unwrap().join("out.yaml").exists());
}
