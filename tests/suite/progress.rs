//! `hops status` and `hops log`: progress from commits and the current query alone, in any clone.

use serde_json::Value;

use crate::work_tree::{MAJOR, WorkTree};

#[test]
fn status_tells_the_same_in_every_clone() {
    let tree = WorkTree::sample();
    let path = tree.plan(&MAJOR);
    tree.done(&["apply", &path, "--batch", "1", "--yes"]);
    tree.done(&["apply", &path, "--batch", "2", "--yes"]);
    tree.done(&["apply", &path, "--batch", "5", "--yes"]);
    tree.done(&["undo", "2", "--yes"]);

    // One target is moved back by hand: the recipe would change it again.
    let kometa = "kubernetes/main/apps/media/kometa/app/helmrelease.yaml";
    tree.git(["checkout", "--quiet", "HEAD~4", "--", kometa]);
    tree.git(["commit", "--quiet", "--message", "by hand"]);

    let clone = WorkTree::of(tempfile::TempDir::new().unwrap());
    clone.git(["clone", "--quiet", &tree.root().to_string_lossy(), "."]);
    let standing = |tree: &WorkTree| -> Vec<String> {
        let document: Value = serde_json::from_str(&tree.done(&["status", "-o", "json"])).unwrap();
        let targets = document["recipes"][0]["targets"].as_array().unwrap().clone();
        let line =
            |target: &Value| format!("{}: {}", target["target"].as_str().unwrap(), target["status"].as_str().unwrap());
        targets.iter().map(line).collect()
    };
    let found = standing(&tree);
    assert_eq!(found, standing(&clone));
    insta::assert_snapshot!(found.join("\n"), @r#"
    edge/notify/heartbeat: done
    edge/notify/ntfy: pending
    main/database/postgres-dump: done
    main/database/valkey: done
    main/household/gotenberg: pending
    main/household/mealie: pending
    main/household/miniflux: pending
    main/household/mosquitto: pending
    main/household/paperless: pending
    main/household/tika: pending
    main/kube-system/device-plugin: undone
    main/media/audiobookshelf: pending
    main/media/kometa: again
    main/media/navidrome: pending
    main/media/pinchflat: pending
    main/storage/rsync-photos: done
    "#);
    assert!(clone.done(&["status", "chartref"]).contains("would change again: 1 target"));
    assert!(clone.done(&["log"]).contains("hops: undo chartref 1.0.0, batch 2 of 5"));
}

#[test]
fn log_shows_a_run_line_by_line() {
    let tree = WorkTree::sample();
    assert!(tree.done(&["log"]).contains("no run has a journal here"));
    assert!(tree.done(&["status"]).contains("no commit of this branch was made by hops"));
    tree.done(&["run", "chartref", "-p", "upgrade=major", "--yes", "--only", "main/database/*"]);
    tree.done(&["undo", "--yes"]);
    let shown = tree.done(&["log", "1"]);
    let plain: Vec<&str> =
        shown.lines().map(|line| line.split("commit ").next().unwrap().split("sha256").next().unwrap()).collect();
    insta::assert_snapshot!(plain.join("\n").split(", from").next().unwrap(), @r#"
    0001-chartref  taken back  chartref 1.0.0
      plan 
      branch main
    "#);
    assert!(shown.contains("batch 2: 1 file to put back"), "{shown}");
    assert!(tree.done(&["log"]).starts_with("0001-chartref  taken back  2 batches, 2 targets"));
}
