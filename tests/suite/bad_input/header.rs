//! The header of a recipe is checked whole.

use super::*;

#[test]
fn a_recipe_needs_a_literal_header() {
    assert_snapshot!(refused_recipe("fn plan(p) {}\n"), @r#"
    exit code 1
    --- stderr
    error[no-header]: the recipe has no literal `const RECIPE = #{ … }`
      --> recipes/bad.rhai
      help: start with `const RECIPE = #{ name: "…", version: "1.0.0" };`, without calls or variables
    "#);
    assert_snapshot!(refused_recipe("let name = \"x\";\nconst RECIPE = #{ name: name };\nfn plan(p) {}\n"), @r#"
    exit code 1
    --- stderr
    error[no-header]: the recipe has no literal `const RECIPE = #{ … }`
      --> recipes/bad.rhai
      help: start with `const RECIPE = #{ name: "…", version: "1.0.0" };`, without calls or variables
    "#);
    assert_snapshot!(refused_recipe("const RECIPE = #{ name: \"x\", version: \"1.\" + \"0.0\" };\nfn plan(p) {}\n"), @"
    exit code 0
    --- stdout
    x 1.0.0: x
      0 targets in 0 files, 0 left out
    ");
    assert_snapshot!(refused_recipe("const RECIPE = \"x\";\nfn plan(p) {}\n"), @r#"
    exit code 1
    --- stderr
    error[no-header]: the recipe has no literal `const RECIPE = #{ … }`
      --> recipes/bad.rhai
      help: start with `const RECIPE = #{ name: "…", version: "1.0.0" };`, without calls or variables
    "#);
    assert_snapshot!(refused_recipe(""), @r#"
    exit code 1
    --- stderr
    error[no-header]: the recipe has no literal `const RECIPE = #{ … }`
      --> recipes/bad.rhai
      help: start with `const RECIPE = #{ name: "…", version: "1.0.0" };`, without calls or variables
    "#);
}

#[test]
fn the_header_is_read_without_running_the_recipe() {
    let tiny = Workspace::tiny();
    let text = "loop {}\nconst RECIPE = #{ name: \"slow\", version: \"1.0.0\" };\nfn plan(p) {}\n";
    tiny.write("recipes/slow.rhai", text);
    assert!(tiny.done(["list"]).contains("slow"));
    assert!(tiny.done(["show", "slow"]).starts_with("slow 1.0.0"));
}

#[test]
fn each_field_is_checked() {
    let header = |fields: &str| refused_recipe(&format!("const RECIPE = #{{ {fields} }};\nfn plan(p) {{}}\n"));
    assert_snapshot!(header("version: \"1.0.0\""), @"
    exit code 1
    --- stderr
    error[bad-header]: RECIPE has no `name`
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(header("name: \"x\""), @"
    exit code 1
    --- stderr
    error[bad-header]: RECIPE has no `version`
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(header("name: \"x\", version: \"1.0\""), @"
    exit code 1
    --- stderr
    error[bad-header]: `1.0` is no version; write three numbers, such as 1.0.0
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(header("name: \"x\", version: 1"), @"
    exit code 1
    --- stderr
    error[bad-header]: `version` of RECIPE must be a string, not a whole number
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(header("name: 1, version: \"1.0.0\""), @"
    exit code 1
    --- stderr
    error[bad-header]: `name` of RECIPE must be a string, not a whole number
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(header("name: \"x\", version: \"1.0.0\", parms: #{}"), @"
    exit code 1
    --- stderr
    error[bad-header]: `parms` is no field of RECIPE
      --> recipes/bad.rhai:1:7
      help: did you mean `params`?
    ");
    assert_snapshot!(header("name: \"x\", version: \"1.0.0\", needs: \"render\""), @"
    exit code 1
    --- stderr
    error[bad-header]: `needs` of RECIPE must be a list of strings
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(header("name: \"x\", version: \"1.0.0\", params: []"), @"
    exit code 1
    --- stderr
    error[bad-header]: `params` of RECIPE must be a map of parameters
      --> recipes/bad.rhai:1:7
    ");
}

#[test]
fn a_recipe_for_another_hops_is_refused() {
    let header = |range: &str| {
        refused_recipe(&format!(
            "const RECIPE = #{{ name: \"x\", version: \"1.0.0\", hops: \"{range}\" }};\nfn plan(p) {{}}\n"
        ))
    };
    assert_snapshot!(header(">=99"), @"
    exit code 1
    --- stderr
    error[bad-header]: the recipe is made for hops >=99; this is [VERSION]
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(header("newest"), @"
    exit code 1
    --- stderr
    error[bad-header]: `hops: newest` is no version range: unexpected character 'n' while parsing major version number
      --> recipes/bad.rhai:1:7
    ");
}

#[test]
fn each_parameter_declaration_is_checked() {
    let declared = |parameter: &str| {
        refused_recipe(&format!(
            "const RECIPE = #{{ name: \"x\", version: \"1.0.0\", params: #{{ size: {parameter} }} }};\nfn plan(p) {{}}\n"
        ))
    };
    assert_snapshot!(declared("5"), @"
    exit code 1
    --- stderr
    error[bad-header]: parameter `size` must be a map
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(declared("#{ init: 5 }"), @"
    exit code 1
    --- stderr
    error[bad-header]: parameter `size` needs a type: string, int, bool, enum or list
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(declared("#{ type: \"number\", init: 5 }"), @"
    exit code 1
    --- stderr
    error[bad-header]: parameter `size` needs a type: string, int, bool, enum or list
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(declared("#{ type: \"int\", init: \"5\" }"), @"
    exit code 1
    --- stderr
    error[bad-header]: `init` of parameter `size` does not fit: whole number
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(declared("#{ type: \"int\" }"), @"
    exit code 1
    --- stderr
    error[bad-header]: parameter `size` needs `init`, its value when none is given
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(declared("#{ type: \"enum\", of: [\"a\"], init: \"b\" }"), @"
    exit code 1
    --- stderr
    error[bad-header]: `init` of parameter `size` does not fit: a
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(declared("#{ type: \"enum\", init: \"b\" }"), @"
    exit code 1
    --- stderr
    error[bad-header]: parameter `size` is an enum and needs `of`, the list of its words
      --> recipes/bad.rhai:1:7
    ");
    assert_snapshot!(declared("#{ type: \"int\", init: 5, docs: \"x\" }"), @"
    exit code 1
    --- stderr
    error[bad-header]: `docs` is no field of parameter `size`; known are type, init, doc, of
      --> recipes/bad.rhai:1:7
    ");
}

#[test]
fn a_recipe_needs_plan_with_one_parameter() {
    let header = "const RECIPE = #{ name: \"x\", version: \"1.0.0\" };\n";
    assert_snapshot!(refused_recipe(header), @"
    exit code 1
    --- stderr
    error[no-plan]: recipe `x` has no function `plan(p)`
      --> recipes/bad.rhai
      help: add `fn plan(p) { … }`: it finds targets and records edits
    ");
    assert_snapshot!(refused_recipe(&format!("{header}fn plan() {{}}\n")), @"
    exit code 1
    --- stderr
    error[no-plan]: recipe `x` has no function `plan(p)`
      --> recipes/bad.rhai
      help: add `fn plan(p) { … }`: it finds targets and records edits
    ");
}

#[test]
fn a_recipe_is_utf8_text() {
    let tiny = Workspace::tiny();
    tiny.write("recipes/bad.rhai", b"// \xff\n");
    assert_snapshot!(refused(&tiny, &["bad"]), @"
    exit code 1
    --- stderr
    error[unreadable-recipe]: recipe `recipes/bad.rhai` cannot be read
      cause: it is not UTF-8 text
    ");
}
