//! Runs in a Git work tree and outside of one: commits, what is refused, what goes on after a stop.

use std::fs;

use crate::work_tree::{MAJOR, WorkTree, said};

const KOMETA: &str = "kubernetes/main/apps/media/kometa/app/helmrelease.yaml";
const BATCH_1: [&str; 4] = ["run", "chartref", "-p", "upgrade=major"];

fn run(tree: &WorkTree, more: &[&str]) -> std::process::Output {
    tree.run(&[&BATCH_1[..], more].concat())
}

#[test]
fn one_commit_for_each_batch_with_its_trailers() {
    let tree = WorkTree::sample();
    let before = tree.files();
    insta::assert_snapshot!(tree.done(&[&["run", "-q", "--yes"][..], &MAJOR].concat()).split("\n\n").last().unwrap()
        .lines().map(|line| line.split("commit").next().unwrap()).collect::<Vec<_>>().join("\n"), @r#"
    batch 1  cronjob  4 targets, 4 files  
    batch 2  daemonset  1 target, 1 file  
    batch 3  deployment  5 targets, 5 files  
    batch 4  deployment  5 targets, 5 files  
    batch 5  statefulset  1 target, 1 file  
    wrote 15 files for 16 targets
    run 0001-chartref; `hops undo 0001-chartref` takes it back
    "#);
    let message = tree.git(["log", "-1", "--format=%B", "HEAD~4"]);
    let digest = |text: &str| match text.split_once("sha256:") {
        Some((front, _)) => format!("{front}[DIGEST]"),
        None => text.to_string(),
    };
    insta::assert_snapshot!(message.lines().map(digest).collect::<Vec<_>>().join("\n"), @r#"
    hops: chartref 1.0.0, batch 1 of 5, cronjob: 4 targets

    Hops-Recipe: chartref@1.0.0 [DIGEST]
    Hops-Plan: [DIGEST]
    Hops-Batch: 1/5
    Hops-Parameter: upgrade=major
    Hops-Target: edge/notify/heartbeat
    Hops-Target: main/database/postgres-dump
    Hops-Target: main/media/kometa
    Hops-Target: main/storage/rsync-photos
    "#);
    tree.assert_clean();

    // Each commit holds the files of its batch and nothing else.
    assert_eq!(tree.git(["show", "--format=", "--name-only", "HEAD~4"]).lines().count(), 4);

    tree.done(&["undo", "--yes"]);
    assert!(tree.files() == before);
    assert_eq!(tree.subjects().len(), 10);
    tree.assert_clean();
    assert!(tree.done(&["undo", "--yes"]).contains("nothing") || tree.subjects().len() == 10);
}

#[test]
fn what_the_owner_has_in_the_works_stays_as_it_is() {
    let tree = WorkTree::sample();
    tree.add_line("README.md", "staged");
    tree.git(["add", "README.md"]);
    tree.add_line("hops.toml", "# unstaged");
    tree.write("new.txt", "untracked");
    let status = tree.git(["status", "--porcelain"]);
    assert!(run(&tree, &["--yes"]).status.success());
    assert_eq!(tree.git(["status", "--porcelain"]), status);
    tree.done(&["undo", "--yes"]);
    assert_eq!(tree.git(["status", "--porcelain"]), status);
}

#[test]
fn uncommitted_changes_in_a_file_of_the_plan_are_refused() {
    let tree = WorkTree::sample();
    tree.add_line(KOMETA, "# in the works");
    let before = tree.files();
    for staged in [false, true] {
        if staged {
            tree.git(["add", "--all"]);
        }
        let said = tree.fails(11, &[&BATCH_1[..], &["--yes"]].concat());
        let said = said.split("warning").next().unwrap().to_string() + said.split("error").nth(1).unwrap_or_default();
        insta::allow_duplicates! { insta::assert_snapshot!(said.trim(), @r#"
        [uncommitted]: a file that the plan changes has uncommitted changes
          --> kubernetes/main/apps/media/kometa/app/helmrelease.yaml
          help: commit or stash them first
          help: `--skip 'main/media/kometa'` takes the others
        "#); }
        assert!(tree.files() == before);
    }
    assert!(run(&tree, &["--yes", "--skip", "main/media/kometa"]).status.success());
    assert_eq!(tree.git(["status", "--porcelain"]).trim(), format!("M  {KOMETA}"));
}

#[test]
fn a_file_that_git_does_not_know_is_refused() {
    let tree = WorkTree::without_git();
    tree.commit_all();
    tree.git(["rm", "--quiet", "--cached", KOMETA]);
    tree.git(["commit", "--quiet", "--message", "forget"]);
    let said = tree.fails(11, &[&BATCH_1[..], &["--yes"]].concat());
    assert!(said.contains("error[uncommitted]") && said.contains(KOMETA), "{said}");
}

#[test]
fn the_owner_in_the_middle_of_something_is_not_disturbed() {
    let tree = WorkTree::sample();
    let before = tree.files();
    for (file, word) in [("MERGE_HEAD", "merge"), ("CHERRY_PICK_HEAD", "cherry-pick"), ("rebase-merge/x", "rebase")] {
        tree.write(&format!(".git/{file}"), &tree.git(["rev-parse", "HEAD"]));
        let said = tree.fails(11, &[&BATCH_1[..], &["--yes"]].concat());
        assert!(said.contains(&format!("error[git-busy]: a {word} is in progress")), "{said}");
        assert!(tree.files() == before);
        if file.contains('/') {
            fs::remove_dir_all(tree.path(".git/rebase-merge")).unwrap();
        } else {
            fs::remove_file(tree.path(&format!(".git/{file}"))).unwrap();
        }
    }
    tree.git(["switch", "--quiet", "--detach"]);
    let said = tree.fails(11, &[&BATCH_1[..], &["--yes"]].concat());
    assert!(said.contains("error[detached-head]") && said.contains("--branch NAME"), "{said}");
    assert!(tree.files() == before);
    assert!(run(&tree, &["--yes", "--branch", "move"]).status.success());
    assert_eq!(tree.git(["symbolic-ref", "--short", "HEAD"]).trim(), "move");
    assert_eq!(tree.subjects().len(), 5);
    tree.assert_clean();
    tree.git(["switch", "--quiet", "main"]);
    let said = tree.fails(11, &["undo", "--yes"]);
    assert!(said.contains("error[other-branch]") && said.contains("git switch move"), "{said}");
}

#[test]
fn a_bare_repository_has_nothing_to_change() {
    let tree = WorkTree::sample();
    tree.git(["config", "core.bare", "true"]);
    let said = tree.fails(11, &[&BATCH_1[..], &["--yes"]].concat());
    assert!(said.contains("error[bare-repository]"), "{said}");
}

#[test]
fn without_git_files_are_written_and_put_back() {
    let tree = WorkTree::without_git();
    let before = tree.files();
    let output = run(&tree, &["--yes"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("commit "));
    assert_ne!(tree.files(), before);
    tree.done(&["undo", "--yes"]);
    assert!(tree.files() == before);
}

#[test]
fn no_commit_writes_only() {
    let tree = WorkTree::sample();
    let before = tree.files();
    assert!(run(&tree, &["--yes", "--no-commit"]).status.success());
    assert_eq!(tree.subjects().len(), 0);
    assert_eq!(tree.git(["diff", "--name-only"]).lines().count(), 15);
    tree.done(&["undo", "--yes"]);
    assert!(tree.files() == before);
    tree.assert_clean();
}

#[test]
fn a_hook_that_refuses_leaves_everything_resumable() {
    let tree = WorkTree::sample();
    let (before, flag) = (tree.files(), tree.path(".git/refuse"));
    tree.hook(
        "commit-msg",
        "if test -e .git/refuse && grep -q 'batch 3' \"$1\"; then echo 'ticket missing'; exit 1; fi",
    );
    fs::write(&flag, "").unwrap();
    let said = tree.fails(12, &[&BATCH_1[..], &["--yes"]].concat());
    insta::assert_snapshot!(said.split("error").last().unwrap(), @r#"
    [commit-refused]: the commit was refused, by Git or by a hook
      cause: ticket missing
      cause: the run `0001-chartref` stopped part-way
      help: `hops undo 0001-chartref` takes it back
      help: `hops resume 0001-chartref` completes it
    "#);
    assert_eq!(tree.subjects().len(), 2);
    let said = tree.fails(11, &[&BATCH_1[..], &["--yes"]].concat());
    assert!(said.contains("error[unfinished-run]"), "{said}");

    fs::remove_file(&flag).unwrap();
    tree.done(&["resume"]);
    assert_eq!(tree.subjects().len(), 5);
    tree.assert_clean();
    assert!(tree.done(&["resume"]).contains("nothing to do"));
    tree.done(&["undo", "--yes", "--batch", "5"]);
    tree.done(&["undo", "--yes"]);
    assert!(tree.files() == before);
}

#[test]
fn a_file_that_changes_under_the_run_stops_it() {
    let tree = WorkTree::sample();
    tree.hook(
        "post-commit",
        &format!(
            "echo '# meanwhile' >> {KOMETA}2; cp {KOMETA}2 kubernetes/main/apps/database/valkey/app/helmrelease.yaml"
        ),
    );
    let said = tree.fails(12, &[&BATCH_1[..], &["--yes"]].concat());
    assert!(said.contains("error[changed-meanwhile]"), "{said}");
    assert_eq!(tree.subjects().len(), 4);
    let said = tree.fails(13, &["resume"]);
    assert!(said.contains("error[stale]") && said.contains("hops undo"), "{said}");
    fs::remove_file(tree.path(".git/hooks/post-commit")).unwrap();
    tree.done(&["undo", "--yes"]);
    assert!(tree.read("kubernetes/main/apps/database/valkey/app/helmrelease.yaml").contains("# meanwhile"));
}

#[test]
fn a_second_hops_waits_its_turn() {
    let tree = WorkTree::sample();
    let hops = env!("CARGO_BIN_EXE_hops");
    tree.hook("pre-commit", &format!("{hops} resume > .git/second 2>&1; echo $? >> .git/second; exit 0"));
    assert!(run(&tree, &["--yes"]).status.success());
    let second = tree.read(".git/second");
    assert!(second.contains("error[locked]: another hops works on this repository (process"), "{second}");
    assert!(second.ends_with("11\n"), "{second}");
}

#[test]
fn head_may_move_as_long_as_the_files_stand() {
    let tree = WorkTree::sample();
    let path = tree.plan(&MAJOR);
    tree.done(&["apply", &path, "--yes"]);
    tree.write("other.txt", "x");
    tree.git(["add", "other.txt"]);
    tree.git(["commit", "--quiet", "--message", "other"]);
    tree.done(&["apply", &path, "--all", "--yes"]);
    assert_eq!(tree.subjects().len(), 6);
    tree.assert_clean();
}

#[test]
fn undo_says_first_what_it_cannot_put_back() {
    let tree = WorkTree::sample();
    assert!(run(&tree, &["--yes"]).status.success());
    tree.add_line(KOMETA, "# later");
    tree.git(["commit", "--quiet", "--all", "--message", "later"]);
    let before = tree.files();
    insta::assert_snapshot!(tree.fails(13, &["undo", "--yes"]), @r#"
    error[cannot-undo]: `kubernetes/main/apps/media/kometa/app/helmrelease.yaml` is not as the run left it, so it cannot be put back
      cause: its content is another by now
      cause: 15 of 16 targets can be put back
      help: `hops undo 0001-chartref --skip 'main/media/kometa'` puts the others back
    "#);
    assert!(tree.files() == before);
    tree.done(&["undo", "1", "--yes", "--skip", "main/media/kometa"]);
    assert!(tree.read(KOMETA).contains("chartRef"));
    assert!(tree.fails(2, &["undo", "7", "--yes"]).contains("error[unknown-run]"));
}

#[test]
fn a_link_for_a_folder_of_hops_is_not_followed() {
    let tree = WorkTree::sample();
    let outside = tempfile::TempDir::new().unwrap();
    std::os::unix::fs::symlink(outside.path(), tree.path(".hops")).unwrap();
    let before = tree.files();
    let said = tree.fails(1, &[&BATCH_1[..], &["--yes"]].concat());
    assert!(said.contains("error[no-lock]"), "{said}");
    assert!(tree.files() == before);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}
