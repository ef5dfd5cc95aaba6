//! Mistakes in a recipe are placed, and the way out is named.

use super::*;

#[test]
fn a_syntax_error_is_placed() {
    assert_snapshot!(refused_body("fn plan(p) {\n    let a = ;\n}\n"), @"
    exit code 1
    --- stderr
    error[script-syntax]: unexpected ';'
      --> recipes/bad.rhai:4:13
        |
      4 |     let a = ;
        |             ^
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    let shared = 1;\n}\n"), @"
    exit code 1
    --- stderr
    error[script-syntax]: 'shared' is a reserved keyword
      --> recipes/bad.rhai:4:9
        |
      4 |     let shared = 1;
        |         ^
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    print(\"no end);\n}\n"), @r#"
    exit code 1
    --- stderr
    error[script-syntax]: open string is not terminated
      --> recipes/bad.rhai:4:11
        |
      4 |     print("no end);
        |           ^
    "#);
}

#[test]
fn an_error_while_running_is_placed() {
    assert_snapshot!(refused_body("fn plan(p) {\n    let a = 1 / 0;\n}\n"), @"
    exit code 1
    --- stderr
    error[script-error]: division by zero: 1 / 0
      --> recipes/bad.rhai:4:15
        |
      4 |     let a = 1 / 0;
        |               ^
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    let a = [];\n    a[3];\n}\n"), @"
    exit code 1
    --- stderr
    error[script-error]: array index 3 out of bounds: array is empty
      --> recipes/bad.rhai:5:7
        |
      5 |     a[3];
        |       ^
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    nowhere;\n}\n"), @"
    exit code 1
    --- stderr
    error[script-error]: variable not found: nowhere
      --> recipes/bad.rhai:4:5
        |
      4 |     nowhere;
        |     ^
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    throw \"not today\";\n}\n"), @r#"
    exit code 1
    --- stderr
    error[script-throw]: the recipe gave up: not today
      --> recipes/bad.rhai:4:5
        |
      4 |     throw "not today";
        |     ^
    "#);
    assert_snapshot!(refused_body("fn helper(x) { x.missing }\nfn plan(p) { helper(1); }\n"), @"
    exit code 1
    --- stderr
    error[script-error]: unknown property 'missing' - a getter is not registered for type 'int'
      --> recipes/bad.rhai:3:18
        |
      3 | fn helper(x) { x.missing }
        |                  ^
    ");
}

#[test]
fn an_error_of_a_host_function_is_placed() {
    assert_snapshot!(refused_body("fn plan(p) {\n    semver::jump(\"one\", \"two\");\n}\n"), @r#"
    exit code 1
    --- stderr
    error[not-a-version]: `one` and `two` are not both exact versions
      --> recipes/bad.rhai:4:13
        |
      4 |     semver::jump("one", "two");
        |             ^
    "#);
    assert_snapshot!(refused_body("fn plan(p) {\n    flux::releases(#{ chrt: \"x\" });\n}\n"), @r#"
    exit code 1
    --- stderr
    error[unknown-option]: `chrt` is no option here; known are chart, via, cluster, namespace
      --> recipes/bad.rhai:4:11
        |
      4 |     flux::releases(#{ chrt: "x" });
        |           ^
      help: did you mean `chart`?
    "#);
    assert_snapshot!(refused_body("fn plan(p) {\n    flux::releases(#{ chart: 1 });\n}\n"), @"
    exit code 1
    --- stderr
    error[wrong-option]: `chart` must be a string, not a whole number
      --> recipes/bad.rhai:4:11
        |
      4 |     flux::releases(#{ chart: 1 });
        |           ^
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    flux::releases(#{})[0].doc.get(\"spec..x\");\n}\n"), @r#"
    exit code 1
    --- stderr
    error[bad-path]: path `spec..x` has no key at character 6
      --> recipes/bad.rhai:4:32
        |
      4 |     flux::releases(#{})[0].doc.get("spec..x");
        |                                ^
    "#);
    assert_snapshot!(refused_body("fn plan(p) {\n    path::join(\"a\", \"../../b\");\n}\n"), @r#"
    exit code 1
    --- stderr
    error[outside]: `../../b` leads out of the repository from `a`
      --> recipes/bad.rhai:4:11
        |
      4 |     path::join("a", "../../b");
        |           ^
    "#);
}

#[test]
fn an_unknown_function_offers_the_nearest() {
    assert_snapshot!(refused_body("fn plan(p) {\n    flux::relases(#{});\n}\n"), @"
    exit code 1
    --- stderr
    error[unknown-function]: there is no function `flux::relases (map)`
      --> recipes/bad.rhai:4:11
        |
      4 |     flux::relases(#{});
        |           ^
      help: did you mean `flux::releases`?
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    recipe::notes(\"x\");\n}\n"), @r#"
    exit code 1
    --- stderr
    error[unknown-function]: there is no function `recipe::notes (string)`
      --> recipes/bad.rhai:4:13
        |
      4 |     recipe::notes("x");
        |             ^
      help: did you mean `recipe::note`?
    "#);
    assert_snapshot!(refused_body("fn plan(p) {\n    semver::jump(\"1.0.0\");\n}\n"), @r#"
    exit code 1
    --- stderr
    error[unknown-function]: there is no function `semver::jump (string)`
      --> recipes/bad.rhai:4:13
        |
      4 |     semver::jump("1.0.0");
        |             ^
      help: it is called as `semver::jump(from: string, to: string) -> string`
    "#);
    assert_snapshot!(refused_body("fn plan(p) {\n    [1].filtr(|x| true);\n}\n"), @"
    exit code 1
    --- stderr
    error[unknown-function]: there is no function `filtr (array, Fn)`
      --> recipes/bad.rhai:4:9
        |
      4 |     [1].filtr(|x| true);
        |         ^
      help: did you mean `filter`?
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    helpr();\n}\nfn helper() {}\n"), @"
    exit code 1
    --- stderr
    error[unknown-function]: there is no function `helpr ()`
      --> recipes/bad.rhai:4:5
        |
      4 |     helpr();
        |     ^
      help: did you mean `helper`?
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    flx::releases(#{});\n}\n"), @"
    exit code 1
    --- stderr
    error[unknown-module]: there is no module `flx` that this recipe may import
      --> recipes/bad.rhai:4:5
        |
      4 |     flx::releases(#{});
        |     ^
      help: did you mean `flux`?
      help: import a standard module (`std/…`) or a file in the folder of the recipe
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    helper(1, 2);\n}\nfn helper(a) {}\n"), @"
    exit code 1
    --- stderr
    error[unknown-function]: there is no function `helper (int, int)`
      --> recipes/bad.rhai:4:5
        |
      4 |     helper(1, 2);
        |     ^
      help: it is called as `helper(a)`
    ");
    assert_snapshot!(refused_body("fn plan(p) {\n    nowhere::f();\n}\n"), @"
    exit code 1
    --- stderr
    error[unknown-module]: there is no module `nowhere` that this recipe may import
      --> recipes/bad.rhai:4:5
        |
      4 |     nowhere::f();
        |     ^
      help: import a standard module (`std/…`) or a file in the folder of the recipe
    ");
}

#[test]
fn an_error_in_a_closure_is_placed() {
    assert_snapshot!(refused_body("fn plan(p) {\n    [1].map(|x| x / 0);\n}\n"), @"
    exit code 1
    --- stderr
    error[script-error]: division by zero: 1 / 0
      --> recipes/bad.rhai:4:19
        |
      4 |     [1].map(|x| x / 0);
        |                   ^
    ");
    assert_snapshot!(
        refused_body("fn plan(p) {\n    flux::releases(#{}).filter(|hr| hr.nme == \"plex\");\n}\n"), @r#"
    exit code 1
    --- stderr
    error[script-error]: unknown property 'nme' - a getter is not registered for type 'Release'
      --> recipes/bad.rhai:4:40
        |
      4 |     flux::releases(#{}).filter(|hr| hr.nme == "plex");
        |                                        ^
    "#);
}

#[test]
fn an_error_in_an_imported_module_names_the_module() {
    let tiny = Workspace::tiny();
    tiny.recipe("bad", "import \"helpers\" as helpers;\nfn plan(p) {\n    helpers::fail();\n}\n");
    tiny.write("recipes/helpers.rhai", "/// Fails.\nfn fail() {\n    1 / 0\n}\n");
    assert_snapshot!(refused(&tiny, &["bad"]), @"
    exit code 1
    --- stderr
    error[script-error]: division by zero: 1 / 0
      --> recipes/helpers.rhai:3:7
    ");
    tiny.write("recipes/helpers.rhai", "fn fail() {\n    let = 1;\n}\n");
    assert_snapshot!(refused(&tiny, &["bad"]), @"
    exit code 1
    --- stderr
    error[script-syntax]: expecting name of a variable
      --> recipes/helpers.rhai:2:9
    ");
    tiny.write("recipes/helpers.rhai", "fn fail() {\n    flux::relases(#{});\n}\n");
    assert_snapshot!(refused(&tiny, &["bad"]), @"
    exit code 1
    --- stderr
    error[unknown-function]: there is no function `flux::relases (map)`
      --> recipes/helpers.rhai:2:11
      help: did you mean `flux::releases`?
    ");
}

#[test]
fn modules_that_import_each_other_are_refused() {
    let tiny = Workspace::tiny();
    tiny.recipe("bad", "import \"one\" as one;\nfn plan(p) { one::f(); }\n");
    tiny.write("recipes/one.rhai", "import \"two\" as two;\nfn f() { two::f(); }\n");
    tiny.write("recipes/two.rhai", "import \"one\" as one;\nfn f() { one::f(); }\n");
    assert_snapshot!(refused(&tiny, &["bad"]), @"
    exit code 1
    --- stderr
    error[import-cycle]: modules import each other: `one` -> `two` -> `one`
      --> recipes/two.rhai:1:8
    ");
}

#[test]
fn modules_that_import_one_another_too_deep_are_refused() {
    let tiny = Workspace::tiny();
    tiny.recipe("bad", "import \"m0\" as m;\nfn plan(p) { m::f(); }\n");
    for level in 0..200 {
        let text = format!("import \"m{}\" as m;\nfn f() {{ m::f(); }}\n", level + 1);
        tiny.write(&format!("recipes/m{level}.rhai"), text);
    }
    assert_snapshot!(refused(&tiny, &["bad"]), @"
    exit code 1
    --- stderr
    error[import-cycle]: modules import one another more than 8 deep: `m0` -> `m1` -> `m2` -> `m3` -> `m4` -> `m5` -> `m6` -> `m7` -> `m8`
      --> recipes/m7.rhai:1:8
    ");
}

#[test]
fn an_import_stays_in_the_folder_of_the_recipe() {
    let tiny = Workspace::tiny();
    tiny.write("outside.rhai", "fn f() {}\n");
    let absolute = tiny.path("outside").to_string_lossy().into_owned();
    tiny.write("recipes/real/placeholder.txt", "");
    tiny.link("recipes/linked.rhai", "../outside.rhai");
    tiny.link("recipes/folder", "..");
    for path in [absolute.as_str(), "../outside", "./../outside", "linked", "folder/outside", "real/../../outside"] {
        tiny.recipe("bad", &format!("import \"{path}\" as m;\nfn plan(p) {{ m::f(); }}\n"));
        let shown = refused(&tiny, &["bad"]);
        assert!(
            shown.contains(&format!("there is no module `{}`", path.replace(&*absolute, "[ROOT]/outside"))),
            "{shown}"
        );
    }
    tiny.recipe("bad", "import \"../outside\" as m;\nfn plan(p) { m::f(); }\n");
    assert_snapshot!(refused(&tiny, &["bad"]), @r#"
    exit code 1
    --- stderr
    error[unknown-module]: there is no module `../outside` that this recipe may import
      --> recipes/bad.rhai:3:8
        |
      3 | import "../outside" as m;
        |        ^
      help: import a standard module (`std/…`) or a file in the folder of the recipe
    "#);
    tiny.recipe("bad", "import \"std/chart-sauce\" as m;\nfn plan(p) { m::f(); }\n");
    assert_snapshot!(refused(&tiny, &["bad"]), @r#"
    exit code 1
    --- stderr
    error[unknown-module]: there is no module `std/chart-sauce` that this recipe may import
      --> recipes/bad.rhai:3:8
        |
      3 | import "std/chart-sauce" as m;
        |        ^
      help: did you mean `std/chart-source`?
      help: import a standard module (`std/…`) or a file in the folder of the recipe
    "#);
}
