//! Every host function is documented, and its example runs on the sample repository.

use hops::engine::{FunctionDoc, function_docs};

use crate::{
    corpus::in_parallel,
    workspace::{Workspace, project},
};

/// What the example of a function must be like.
enum Kind {
    /// Read as a property, or how a value prints: short enough to need no example.
    Reader,
    /// There to be refused.
    Refused,
    /// Changes a document, so its example must change one.
    Edit,
    /// Anything else.
    Call,
}

fn kind(function: &FunctionDoc) -> Kind {
    match function.parameters.first().map(String::as_str) {
        _ if function.doc.starts_with("Not available: ") => Kind::Refused,
        _ if function.getter || ["to_string", "to_debug"].contains(&function.name.as_str()) => Kind::Reader,
        Some("&mut Edit") => Kind::Edit,
        _ => Kind::Call,
    }
}

/// An expression that gives a value of a type, on the sample repository.
fn receiver(of: &str) -> &'static str {
    match of.trim_start_matches("&mut ") {
        "Content" => "yaml::text(\"a: 1\")",
        "Doc" => "repo::doc(\"kubernetes/main/flux/apps.yaml\")",
        "HostError" => "failure()",
        "LeftOver" => "flux::unreached(\"HelmRelease\")[0]",
        "Release" => "flux::releases(#{ via: \"chartRef\" })[0]",
        "Source" => "flux::sources(\"OCIRepository\")[0]",
        "Target" => "recipe::target(\"example.yaml\")",
        other => panic!("no value of type {other}: add one here"),
    }
}

/// The examples in a documentation, each without its fence.
fn examples(doc: &str) -> Vec<&str> {
    doc.split("```rhai\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// A recipe whose `plan` holds this body; `failure()` gives an error as a recipe catches it.
fn recipe(body: &str) -> String {
    format!(
        "const RECIPE = #{{ name: \"example\", version: \"1.0.0\" }};\n\
         fn failure() {{ try {{ semver::jump(\"x\", \"1.0.0\"); }} catch (error) {{ return error; }} }}\n\
         fn plan(p) {{\n{body}\n}}\n"
    )
}

/// Plans a recipe with this body on the sample repository; gives what is wrong with it.
fn run(name: &str, body: &str, kind: &Kind) -> Option<String> {
    let folder = Workspace::empty();
    // An example that compares says what is true.
    let check = if matches!(kind, Kind::Reader) { "" } else { "if result == false { throw \"it is not true\"; }" };
    folder.write("example.rhai", recipe(&format!("let result = {{\n{body}\n}};\n{check}")));
    let sample = project().join("tests/fixtures/home-ops");
    let mut command = folder.command(["plan", "-o", "json"]);
    let output = command.arg(folder.path("example.rhai")).arg("-C").arg(sample).output().unwrap();
    if !output.status.success() {
        return Some(format!("{name}: {body}\n{}", folder.shown(&output)));
    }
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let idle = matches!(kind, Kind::Edit) && plan["targets"].as_array().unwrap().is_empty();
    idle.then(|| format!("{name}: the example changes nothing: {body}\n{}", plan["skipped"][0]["message"]))
}

#[test]
fn every_function_is_documented() {
    for function in function_docs().unwrap() {
        let FunctionDoc { signature, doc, .. } = &function;
        let first = doc.lines().next().unwrap_or_default();
        assert!(
            first.len() > 10 && first.trim_end().ends_with(['.', ',', ';', ':']) || first.contains('`'),
            "{signature}: {first:?}"
        );
        let needed = matches!(kind(&function), Kind::Edit | Kind::Call);
        assert_eq!(
            !examples(doc).is_empty(),
            needed,
            "{signature}: an example is {}",
            if needed { "missing" } else { "too much" }
        );
        let program_types = ["&str", "Box<", "Dynamic", "i64", "Fallible", "String"];
        assert!(!program_types.iter().any(|word| signature.contains(word)), "{signature} shows types of the program");
    }
}

#[test]
fn every_example_runs() {
    let functions = function_docs().unwrap();
    let bodies: Vec<(&FunctionDoc, String)> = functions
        .iter()
        .flat_map(|function| {
            match kind(function) {
                Kind::Edit | Kind::Call => examples(&function.doc).into_iter().map(str::to_owned).collect::<Vec<_>>(),
                Kind::Reader if function.getter => {
                    vec![format!("{}.{};", receiver(&function.parameters[0]), function.name)]
                }
                Kind::Reader => vec![format!("{}.{}().len() > 0;", receiver(&function.parameters[0]), function.name)],
                Kind::Refused => Vec::new(),
            }
            .into_iter()
            .map(move |body| (function, body))
        })
        .collect();
    assert!(bodies.len() > 60, "{} examples", bodies.len());
    let wrong = in_parallel(&bodies, |(function, body)| run(&function.signature, body, &kind(function)));
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn an_example_that_is_wrong_is_seen() {
    let wrong = |body: &str, kind| run("x", body, &kind).unwrap();
    assert!(wrong("flux::relases(#{})", Kind::Call).contains("error[unknown-function]"));
    assert!(wrong("1 == 2", Kind::Call).contains("it is not true"));
    assert!(
        wrong("let doc = repo::doc(\"hops.yaml\"); recipe::target(\"x\").edit(doc);", Kind::Edit)
            .contains("unknown-function")
    );
    assert!(wrong("1", Kind::Edit).contains("changes nothing"));
}

#[test]
fn a_value_prints_as_a_person_knows_it() {
    let sample = Workspace::sample();
    let prints = ["Content", "Doc", "HostError", "LeftOver", "Release", "Source"].map(receiver);
    let prints = prints.map(|receiver| format!("    print({receiver});\n"));
    sample.write("recipes/look.rhai", recipe(&prints.concat()));
    insta::assert_snapshot!(sample.hops(["plan", "look"]), @"
    exit code 0
    --- stdout
    example 1.0.0: example
      0 targets in 0 files, 0 left out

    notes
      a: 1
      Kustomization cluster-apps (kubernetes/main/flux/apps.yaml:3)
      `x` and `1.0.0` are not both exact versions
      .archive/kubernetes/main/apps/media/jellyseerr/helmrelease.yaml (archive)
      edge/notify/whoami
      OCIRepository edge/flux-system/app-template
    --- stderr
    warning[invalid-yaml]: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
      --> kubernetes/main/apps/household/mealie/app/notes-broken.yaml:13:9
    ");
}
