//! The loop of writing a recipe: `hops new`, `hops check`, and an edit that counts at once.

use crate::work_tree::WorkTree;

const HEADER: &str = "const RECIPE = #{ name: \"mine\", version: \"1.0.0\", needs: [\"render\"] };\n\n";

#[test]
fn a_new_recipe_is_fine_and_does_something() {
    let tree = WorkTree::sample();
    tree.done(&["new", "health-checks"]);
    assert!(tree.done(&["check", "health-checks"]).contains("health-checks: fine"));
    assert!(tree.done(&["run", "health-checks", "--dry-run", "-q"]).contains("20 targets in 19 files"));
    assert!(tree.fails(2, &["new", "health-checks"]).contains("error[recipe-exists]"));
    for name in ["", "../x", "a/b", "Upper", ".x"] {
        assert!(tree.fails(2, &["new", name]).contains("error[bad-name]"), "{name}");
    }
}

#[test]
fn an_edit_of_a_recipe_counts_at_once() {
    let tree = WorkTree::without_git();
    tree.done(&["new", "mine"]);
    let run = |tree: &WorkTree| tree.done(&["run", "mine", "--dry-run"]);
    assert!(run(&tree).contains("+  interval: 1h"));
    tree.write("recipes/mine.rhai", &tree.read("recipes/mine.rhai").replace("init: \"1h\"", "init: \"2h\""));
    assert!(run(&tree).contains("+  interval: 2h"));
}

#[test]
fn the_recipes_of_hops_are_fine() {
    let said = WorkTree::without_git().done(&["check"]);
    assert!(said.lines().count() > 1 && said.lines().all(|line| line.ends_with(": fine")), "{said}");
}

#[test]
fn check_finds_what_no_run_has_reached() {
    let tree = WorkTree::without_git();
    let body = "fn helper(a, b) { a + b }\n\nfn plan(p) {\n    if false {\n        for hr in flux::relases(#{}) { print(hr.id); \
                }\n        semver::jump(\"1.0.0\");\n        helpr(1, 2);\n        helper(1);\n        \
                fluks::releases(#{});\n        let t = recipe::target(\"x\");\n        t.craete(\"x.yaml\", \"\");\n        \
                t.create(\"x.yaml\", `a: ${APP}\n`);\n        [1, 2].map(|x| x + 1).filter(|x| x > 1).len();\n    }\n}\n";
    tree.write("recipes/mine.rhai", &format!("{HEADER}{body}"));
    insta::assert_snapshot!(tree.fails(1, &["check", "mine"]), @r##"
    error[unknown-function]: there is no function `flux::relases`
      --> recipes/mine.rhai:7:25
        |
      7 |         for hr in flux::relases(#{}) { print(hr.id); }
        |                         ^
      help: did you mean `flux::releases`?
    error[wrong-arguments]: `semver::jump` takes 2 arguments, not 1
      --> recipes/mine.rhai:8:17
        |
      8 |         semver::jump("1.0.0");
        |                 ^
    error[unknown-function]: there is no function `helpr`
      --> recipes/mine.rhai:9:9
        |
      9 |         helpr(1, 2);
        |         ^
      help: did you mean `helper`?
    error[wrong-arguments]: `helper` takes 2 arguments, not 1
      --> recipes/mine.rhai:10:9
         |
      10 |         helper(1);
         |         ^
    error[unknown-module]: there is no module `fluks`
      --> recipes/mine.rhai:11:16
         |
      11 |         fluks::releases(#{});
         |                ^
      help: did you mean `flux`?
    error[unknown-function]: there is no function `craete`
      --> recipes/mine.rhai:13:11
         |
      13 |         t.craete("x.yaml", "");
         |           ^
      help: did you mean `create`?
    warning[flux-variable]: `${APP}` in back-ticks is a variable of the recipe, not one of Flux
      --> recipes/mine.rhai:14:34
         |
      14 |         t.create("x.yaml", `a: ${APP}
         |                                  ^
      help: for the text itself write "${APP}", or #"…"# around more lines
    error[undeclared-capability]: the recipe uses `repo.edit` and does not declare it
      --> recipes/mine.rhai:1:7
      help: add it to RECIPE: needs: ["repo.edit"]
    warning[unused-capability]: the recipe declares `render` and does not use it
      --> recipes/mine.rhai:1:51
    error[check-failed]: recipes with errors: 1 of 1
    "##);
}
