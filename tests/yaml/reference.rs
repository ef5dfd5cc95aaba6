//! Values against `sigs.k8s.io/yaml`, the library Kubernetes reads its objects with.
//!
//! A small Go program in `reference/` splits each file as kubectl does and prints the JSON of every document.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use hops::yaml::{File, Value};
use serde_json::Value as Json;

use crate::corpus::{self, Sample};

#[test]
fn values_are_those_of_kubernetes() {
    let Some(samples) = corpus::samples() else { return };
    let inputs: Vec<&[u8]> = samples.iter().map(|sample| sample.bytes.as_slice()).collect();
    let Some(answers) = reference(&inputs) else { return };
    let mut documents = 0;
    let mut both_refuse = 0;
    let mut wrong = Vec::new();
    for (sample, answer) in samples.iter().zip(answers) {
        match compare(sample, &answer) {
            Ok((equal, refused)) => {
                documents += equal;
                both_refuse += refused;
            }
            Err(words) => wrong.push(format!("{}: {words}", sample.name)),
        }
    }
    println!("{documents} documents equal, {both_refuse} refused by both, {} different", wrong.len());
    for line in wrong.iter().take(40) {
        println!("different: {line}");
    }
    assert_eq!(wrong.len(), 0, "documents read differently");
}

#[test]
fn odd_scalars_are_those_of_kubernetes() {
    let texts = [
        "0",
        "00",
        "007",
        "08",
        "0o7",
        "0O7",
        "0x1f",
        "0X1F",
        "0b11",
        "-0b11",
        "+0b11",
        "1_0",
        "_1",
        "1__0",
        "-1",
        "+1",
        "- 1",
        "1.",
        ".1",
        "1.0",
        "1e3",
        "1E3",
        "1e+3",
        "1.5e-3",
        "1e400",
        "-1e400",
        ".",
        "..",
        ".e1",
        "1.e1",
        "0.1_0",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
        "18446744073709551616",
        "+9223372036854775808",
        "y",
        "Y",
        "n",
        "N",
        "yes",
        "Yes",
        "yES",
        "on",
        "ON",
        "off",
        "true",
        "TRUE",
        "tRUE",
        "~",
        "null",
        "NULL",
        "nUll",
        "<<",
        "=",
        ".inf",
        "-.inf",
        "+.INF",
        ".nan",
        "2001-01-01",
        "2001-1-1",
        "2001-13-01",
        "2001-02-29",
        "2000-02-29",
        "2001-01-01T00:00:00Z",
        "2001-01-01t1:2:3.5+02:00",
        "2001-01-01 10:11:12",
        "2001-01-01 10:11:12 +1",
        "12:30",
        "1:2:3",
        "190:20:30.15",
        "0x",
        "0b",
        "0b2",
        "0o",
        "0o8",
        "!!str 1",
        "!!int 1",
        "!!int \"1\"",
        "!!float 1",
        "!!float 1.5",
        "!!bool yes",
        "!!bool \"on\"",
        "!!null ''",
        "!!str",
        "!!int x",
        "!!binary aG9wcw==",
        "!!binary x",
        "!!timestamp 2001-01-01",
        "!!timestamp x",
        "!foo 1",
        "!foo bar",
        "! 1",
        "! \"1\"",
        "!!set {a, b}",
        "!<tag:yaml.org,2002:int> 5",
        "'1'",
        "\"yes\"",
        "|\n  1",
        ">-\n  true",
        "[1, yes, ~]",
        "{1: a, yes: b, 1.5: c, 0x10: d}",
        "{~: a}",
        "{[a]: b}",
        "{1e30: a, 1e-7: b, 100000000.0: c, 0.1: d}",
        "&a 1",
        "!!str &a 1",
        "{<<: {a: 1}, a: 2}",
        "{a: 2, <<: {a: 1}}",
        "{<<: [{a: 1}, {a: 2, b: 3}]}",
        "{<<: x}",
        "{'<<': {a: 1}}",
        "{a: 1, a: 2}",
        "{a: &x 1, b: *x, c: &x 2, d: *x}",
        "0.30000000000000004",
        "1e21",
        "123456789012345678901234567890",
        "1e-7",
        "-0",
        "-0.0",
        "+.5",
        "-.5",
        "1e",
        "e1",
        "0e0",
        "0_",
        "_",
        "0x_1",
    ];
    let inputs: Vec<String> = texts.iter().map(|text| format!("v: {text}\n")).collect();
    let bytes: Vec<&[u8]> = inputs.iter().map(|input| input.as_bytes()).collect();
    let Some(answers) = reference(&bytes) else { return };
    let mut wrong = Vec::new();
    for (input, answer) in inputs.iter().zip(answers) {
        let sample = Sample { name: input.clone(), bytes: input.clone().into_bytes() };
        if let Err(words) = compare(&sample, &answer) {
            wrong.push(format!("{input:?}: {words}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Compares the documents of one file; returns how many are equal and how many both sides refuse.
fn compare(sample: &Sample, answer: &[Json]) -> Result<(usize, usize), String> {
    let file = match File::parse(sample.bytes.clone()) {
        Ok(file) => file,
        Err(error) => {
            // What is not YAML 1.2 may still pass in the older reader; the round trip test lists these files.
            let refused = answer.iter().any(|chunk| chunk.get("error").is_some());
            let known = error.code() == "unknown-anchor";
            return if refused || known { Ok((0, 1)) } else { Err(format!("only Go reads it: {error}")) };
        }
    };
    let documents: Vec<_> = file.documents().filter(|document| document.root().is_some()).collect();
    if documents.len() != answer.len() {
        return Err(format!("{} documents here, {} there", documents.len(), answer.len()));
    }
    let (mut equal, mut refused) = (0, 0);
    for (document, chunk) in documents.iter().zip(answer) {
        match (document.value(), chunk.get("json"), chunk.get("error")) {
            (Ok(value), Some(json), _) if same(&value, json) => equal += 1,
            (Err(_), _, Some(_)) => refused += 1,
            (Ok(value), Some(json), _) => {
                return Err(format!("document {}: {}", document.index(), first_difference(&value, json)));
            }
            (Err(error), Some(_), _) => return Err(format!("only Go reads document {}: {error}", document.index())),
            (_, _, error) => return Err(format!("only Go refuses document {}: {error:?}", document.index())),
        }
    }
    Ok((equal, refused))
}

fn same(value: &Value, json: &Json) -> bool {
    match (value, json) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(one), Json::Bool(two)) => one == two,
        (Value::Int(one), Json::Number(two)) => two.as_i64() == Some(*one),
        (Value::Uint(one), Json::Number(two)) => two.as_u64() == Some(*one),
        // JSON writes the float 8 as `8`.
        (Value::Float(one), Json::Number(two)) => two.as_f64() == Some(*one),
        (Value::String(one), Json::String(two)) => one == two,
        (Value::Sequence(one), Json::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
        }
        (Value::Mapping(one), Json::Object(two)) => {
            one.len() == two.len()
                && one.iter().all(|(key, value)| two.get(key).is_some_and(|other| same(value, other)))
        }
        _ => false,
    }
}

fn first_difference(value: &Value, json: &Json) -> String {
    match (value, json) {
        (Value::Sequence(one), Json::Array(two)) if one.len() == two.len() => one
            .iter()
            .zip(two)
            .enumerate()
            .find(|(_, (one, two))| !same(one, two))
            .map_or_else(String::new, |(index, (one, two))| format!("[{index}]{}", first_difference(one, two))),
        (Value::Mapping(one), Json::Object(two)) if one.len() == two.len() => one
            .iter()
            .find(|(key, value)| !two.get(*key).is_some_and(|other| same(value, other)))
            .map_or_else(String::new, |(key, value)| match two.get(key) {
                Some(other) => format!(".{key}{}", first_difference(value, other)),
                None => format!(".{key} is missing in Go"),
            }),
        _ => format!(": {value:?} here, {json} there"),
    }
}

/// Returns what the Go library makes of each input: a list of documents, each `{"json": …}` or `{"error": …}`.
fn reference(inputs: &[&[u8]]) -> Option<Vec<Vec<Json>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/yaml/reference");
    let target = tempfile::tempdir().ok()?;
    let program = target.path().join("reference");
    let built = Command::new("go").arg("build").arg("-o").arg(&program).arg(".").current_dir(folder).output();
    match built {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!("the reference program does not build: {}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => {
            println!("skipped: no Go toolchain");
            return None;
        }
    }
    let mut child = Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut stdin = child.stdin.take()?;
    let mut message = Vec::new();
    for input in inputs {
        message.extend_from_slice(&(input.len() as u64).to_le_bytes());
        message.extend_from_slice(input);
    }
    let writer = std::thread::spawn(move || stdin.write_all(&message));
    let output = child.wait_with_output().ok()?;
    writer.join().expect("input is written").expect("the program reads it all");
    let text = String::from_utf8(output.stdout).expect("JSON is text");
    let answers: Vec<Vec<Json>> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers.len(), inputs.len(), "one answer for each input");
    Some(answers)
}
