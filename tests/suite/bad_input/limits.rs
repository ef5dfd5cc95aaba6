//! Work without end is stopped, whatever a recipe catches.

use super::*;

#[test]
fn an_endless_loop_is_stopped() {
    assert_snapshot!(refused_body("fn plan(p) {\n    loop {}\n}\n"), @"
    exit code 1
    --- stderr
    error[limit-operations]: the recipe was stopped after 50000000 operations
      --> recipes/bad.rhai
      help: look for a loop that does not end
    ");
}

#[test]
fn an_endless_loop_cannot_be_caught() {
    for body in [
        "fn plan(p) {\n    try { loop {} } catch {}\n}\n",
        "fn plan(p) {\n    try { loop {} } catch (err) { loop {} }\n}\n",
        "fn plan(p) {\n    [1].filter(|x| { loop {} true });\n}\n",
        "fn plan(p) {\n    try { [1].filter(|x| { loop {} true }); } catch {}\n}\n",
        "fn plan(p) {\n    try { [1, 2].map(|x| { loop {} }); } catch (err) { print(err); }\n    recipe::note(\"on\");\n}\n",
        "fn plan(p) {\n    for i in 0..10 { try { flux::releases(#{}).filter(|hr| { loop {} }); } catch {} }\n}\n",
        "fn f() { loop {} }\nfn plan(p) {\n    let g = Fn(\"f\");\n    try { g.call(); } catch {}\n}\n",
        "fn plan(p) {\n    for i in 0..9223372036854775807 { let x = i; }\n}\n",
    ] {
        assert_eq!(stopped(body, FEW_OPERATIONS).code, "limit-operations", "{body}");
        assert_eq!(stopped(body, LITTLE_TIME).code, "limit-time", "{body}");
    }
}

#[test]
fn a_loop_in_an_imported_module_is_stopped() {
    let tiny = Workspace::tiny();
    tiny.recipe("bad", "import \"spin\" as spin;\nfn plan(p) { try { spin::f(); } catch {} }\n");
    tiny.write("recipes/spin.rhai", "fn f() { loop {} }\n");
    let shown = refused(&tiny, &["bad"]);
    assert!(shown.contains("error[limit-operations]"), "{shown}");
    // A module runs its own statements when it is imported.
    tiny.write("recipes/spin.rhai", "loop {}\nfn f() {}\n");
    let shown = refused(&tiny, &["bad"]);
    assert!(shown.contains("error[limit-operations]"), "{shown}");
}

#[test]
fn deep_recursion_is_an_error() {
    assert_snapshot!(refused_body("fn down(n) { down(n + 1) }\nfn plan(p) { down(0); }\n"), @"
    exit code 1
    --- stderr
    error[script-error]: stack overflow
      --> recipes/bad.rhai
    ");
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = format!("fn plan(p) {{ let a = {}1{}; }}\n", "(".repeat(2_000), ")".repeat(2_000));
    let shown = refused_body(&deep);
    assert!(shown.contains("error[script-syntax]: expression exceeds maximum complexity"), "{shown}");
}

#[test]
fn values_that_grow_without_end_are_an_error() {
    assert_snapshot!(refused_body("fn plan(p) {\n    let a = \"x\";\n    loop { a += a; }\n}\n"), @"
    exit code 1
    --- stderr
    error[script-error]: length of string too large
      --> recipes/bad.rhai
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    let a = [1];\n    loop { a += a; }\n}\n"), @"
    exit code 1
    --- stderr
    error[script-error]: size of array/BLOB too large
      --> recipes/bad.rhai
    ");
    assert_snapshot!(
        refused_body("fn plan(p) {\n    let m = #{};\n    for i in 0..100 { let s = \"x\"; s.pad(100_000, \"x\"); m[`k${i}`] = s; }\n}\n"), @"
    exit code 0
    --- stdout
    bad 1.0.0: bad
      0 targets in 0 files, 0 left out
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    let b = blob(2000000000);\n}\n"), @"
    exit code 1
    --- stderr
    error[script-error]: size of array/BLOB too large
      --> recipes/bad.rhai
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    let s = \"x\";\n    s.pad(2000000000, \"y\");\n}\n"), @"
    exit code 1
    --- stderr
    error[script-error]: length of string too large
      --> recipes/bad.rhai
    ");
}

#[test]
fn work_without_end_is_stopped_whatever_it_does() {
    for body in [
        "fn plan(p) {\n    let i = 0;\n    loop { recipe::note(`note ${i}`); i += 1; }\n}\n",
        "fn plan(p) {\n    let m = #{};\n    let i = 0;\n    loop { m[`k${i}`] = i; i += 1; }\n}\n",
        "fn plan(p) {\n    loop { flux::releases(#{}); }\n}\n",
        "fn plan(p) {\n    loop { for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).put(\"spec.a\", 1); } }\n}\n",
    ] {
        let limits = Limits { time: Duration::from_secs(60), operations: 20_000 };
        assert_eq!(stopped(body, limits).code, "limit-operations", "{body}");
    }
}
