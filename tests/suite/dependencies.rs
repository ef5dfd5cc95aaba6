//! Hygiene of what hops is built from: licences, reasons, and the Rust version it promises.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Licences that may be linked into an MIT program.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    // Copyleft for its own files only; it comes with rhai and is linked unchanged.
    "MPL-2.0+",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The packages of this platform's build: others are not downloaded, and the network is not asked.
fn metadata() -> Value {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let about = String::from_utf8(rustc.stdout).unwrap();
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host];
    let output = Command::new(cargo).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn packages(metadata: &Value) -> Vec<&Value> {
    metadata["packages"].as_array().unwrap().iter().collect()
}

/// Whether an SPDX expression leaves a choice that is allowed: `AND` needs all, `OR` needs one.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let inner = expression.trim().trim_start_matches('(').trim_end_matches(')');
    inner.split(" AND ").all(|part| {
        let part = part.trim().trim_start_matches('(').trim_end_matches(')');
        part.split(" OR ").any(|licence| ALLOWED.contains(&licence.trim()))
    })
}

#[test]
fn licences_are_read_as_spdx_means_them() {
    assert!(is_allowed("MIT OR GPL-3.0"));
    assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(is_allowed("Unlicense/MIT"));
    assert!(!is_allowed("GPL-3.0-only"));
    assert!(!is_allowed("MIT AND GPL-3.0-only"));
}

#[test]
fn every_dependency_has_a_licence_that_fits() {
    let metadata = metadata();
    let wrong: Vec<String> = packages(&metadata)
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(is_allowed))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_direct_dependency_says_what_it_is_for() {
    let metadata = metadata();
    let own = packages(&metadata).into_iter().find(|package| package["name"] == "hops").unwrap();
    let reasons = std::fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    for dependency in own["dependencies"].as_array().unwrap() {
        let name = dependency["rename"].as_str().or(dependency["name"].as_str()).unwrap();
        assert!(
            reasons.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').any(|word| word == name),
            "docs/dependencies.md does not say what {name} is for"
        );
    }
}

#[test]
fn no_dependency_needs_a_later_rust_than_hops_promises() {
    let metadata = metadata();
    let version = |package: &Value| {
        let text = package["rust_version"].as_str()?;
        let numbers: Vec<u32> = text.split('.').map(|part| part.parse().unwrap()).collect();
        Some((numbers[0], *numbers.get(1).unwrap_or(&0)))
    };
    let packages = packages(&metadata);
    let own = packages.iter().find(|package| package["name"] == "hops").and_then(|package| version(package)).unwrap();
    for package in &packages {
        assert!(version(package).is_none_or(|needed| needed <= own), "{} needs a later Rust", package["name"]);
    }
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&format!("Rust {}.{}", own.0, own.1)), "the README does not name the Rust version");
}
