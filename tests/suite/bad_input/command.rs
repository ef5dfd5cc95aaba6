//! What is typed wrong on the command line.

use super::*;

#[test]
fn an_unknown_recipe_offers_the_nearest() {
    let tiny = Workspace::tiny();
    assert_snapshot!(refused(&tiny, &["chartfer"]), @"
    exit code 2
    --- stderr
    error[unknown-recipe]: there is no recipe `chartfer`
      help: did you mean `chartref`?
      help: `hops list` shows the recipes that can be run here
    ");
    assert_snapshot!(refused(&tiny, &["nothing-like-it"]), @"
    exit code 2
    --- stderr
    error[unknown-recipe]: there is no recipe `nothing-like-it`
      help: `hops list` shows the recipes that can be run here
    ");
    assert_snapshot!(refused(&tiny, &["elsewhere/chartref.rhai"]), @"
    exit code 2
    --- stderr
    error[unknown-recipe]: there is no recipe `elsewhere/chartref.rhai`
      help: `hops list` shows the recipes that can be run here
    ");
    assert_snapshot!(tiny.hops(["show", "chartrf"]), @"
    exit code 2
    --- stderr
    error[unknown-recipe]: there is no recipe `chartrf`
      help: did you mean `chartref`?
      help: `hops list` shows the recipes that can be run here
    ");
}

#[test]
fn an_unknown_parameter_offers_the_nearest() {
    assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "upgrde=major"]), @"
    exit code 2
    --- stderr
    error[unknown-parameter]: recipe `chartref` has no parameter `upgrde`
      help: did you mean `upgrade`?
      help: `hops show chartref` lists its parameters
    ");
    assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "zzz=1"]), @"
    exit code 2
    --- stderr
    error[unknown-parameter]: recipe `chartref` has no parameter `zzz`
      help: `hops show chartref` lists its parameters
    ");
}

#[test]
fn a_value_of_the_wrong_type_is_named() {
    assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "batch_size=many"]), @"
    exit code 2
    --- stderr
    error[bad-parameter]: `many` is no value for parameter `batch_size`: whole number
    ");
    assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "upgrade=majr"]), @"
    exit code 2
    --- stderr
    error[bad-parameter]: `majr` is no value for parameter `upgrade`: none | patch | minor | major
      help: did you mean `major`?
    ");
    assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "upgrade"]), @"
    exit code 2
    --- stderr
    error[bad-parameter]: `upgrade` is no parameter; write `-p name=value`
    ");
    assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "batch_size=99999999999999999999"]), @"
    exit code 2
    --- stderr
    error[bad-parameter]: `99999999999999999999` is no value for parameter `batch_size`: whole number
    ");
    let text = "const RECIPE = #{ name: \"bad\", version: \"1.0.0\", params: #{ yes: #{ type: \"bool\", init: true } } };\n\
                fn plan(p) {}\n";
    let tiny = Workspace::tiny();
    tiny.write("recipes/bad.rhai", text);
    assert_snapshot!(refused(&tiny, &["bad", "-p", "yes=perhaps"]), @"
    exit code 2
    --- stderr
    error[bad-parameter]: `perhaps` is no value for parameter `yes`: true or false
    ");
}

#[test]
fn a_value_that_the_recipe_cannot_use_is_placed_in_the_recipe() {
    let shown = refused(&Workspace::tiny(), &["chartref", "-p", "batch_size=0"]);
    assert!(shown.contains("error[wrong-option]: `size` must be 1 or more\n  --> recipes/chartref.rhai:"), "{shown}");
}

#[test]
fn a_parameter_given_twice_is_refused() {
    assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "-p", "name=a", "-p", "name=b"]), @"
    exit code 2
    --- stderr
    error[bad-parameter]: parameter `name` is given twice
    ");
}

#[test]
fn a_broken_selector_is_named() {
    assert_snapshot!(refused(&Workspace::tiny(), &["chartref", "--only", "media/["]), @"
    exit code 2
    --- stderr
    error[bad-selector]: `media/[` is no selector: error parsing glob '/media/[': unclosed character class; missing ']'
      help: write `namespace/name` or a path; `*` and `**` stand for any
    ");
}

#[test]
fn an_unknown_command_or_flag_is_a_usage_error() {
    let tiny = Workspace::tiny();
    assert_snapshot!(tiny.hops(["rum", "chartref"]), @"
    exit code 2
    --- stderr
    error: unrecognized subcommand 'rum'

      tip: some similar subcommands exist: 'run', 'resume'

    Usage: hops [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(tiny.hops(["run", "chartref", "--dryrun"]), @"
    exit code 2
    --- stderr
    error: unexpected argument '--dryrun' found

      tip: a similar argument exists: '--dry-run'

    Usage: hops run --dry-run <RECIPE>

    For more information, try '--help'.
    ");
    assert_snapshot!(tiny.hops(["plan"]), @"
    exit code 2
    --- stderr
    error: the following required arguments were not provided:
      <RECIPE>

    Usage: hops plan <RECIPE>

    For more information, try '--help'.
    ");
    assert_snapshot!(tiny.hops(["plan", "chartref", "-o", "yaml"]), @"
    exit code 2
    --- stderr
    error[no-such-form]: this command has no form `yaml`
      help: use `-o` with one of: text, json
    ");
    tiny.assert_untouched();
}
