//! What Flux or kustomize would refuse in a repository, and what is likely a mistake.
//!
//! Only what a cluster applies is judged: a folder that nothing lists breaks nothing. A rule is an error when a
//! reconciliation fails by it, and a warning when it works today. What cannot be known without the network or the
//! cluster is never a problem.
//!
//! | file | rules |
//! |---|---|
//! | `entries` | entries of kustomizations and paths that lead nowhere or to the wrong kind |
//! | `references` | dependencies, sources and charts that do not exist; cycles |
//! | `ownership` | objects that several Flux Kustomizations apply, or one twice; namespaces |
//! | `schema` | schema comments that name another kind or version |

mod entries;
mod ownership;
mod references;
mod schema;

use super::graph::Graph;
use crate::yaml::Position;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A reconciliation fails.
    Error,
    /// It works today and is likely a mistake.
    Warning,
}

impl Severity {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A kind of problem.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// Stable name.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in a few words.
    pub summary: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

/// Every rule, in the order of this table.
pub const RULES: [Rule; 19] = [
    rule(
        "invalid-yaml",
        Severity::Error,
        "a file that is applied is not valid YAML",
        "repair the file; Flux cannot build the Kustomization before",
    ),
    rule(
        "unparsed-file",
        Severity::Warning,
        "a file that nothing lists is not valid YAML",
        "repair the file, or rename it if it is a template",
    ),
    rule("missing-resource", Severity::Error, "an entry leads to no file", "correct the path, or remove the entry"),
    rule("missing-component", Severity::Error, "a component does not exist", "correct the path, or remove the entry"),
    rule("missing-patch", Severity::Error, "a patch file does not exist", "correct the path, or remove the patch"),
    rule(
        "outside-repository",
        Severity::Error,
        "a path leads out of the repository",
        "use a path within the repository; Flux sees nothing else",
    ),
    rule(
        "not-an-object",
        Severity::Error,
        "a listed document is no Kubernetes object",
        "give it apiVersion, kind and metadata.name, or take it out of the list",
    ),
    rule(
        "component-in-resources",
        Severity::Error,
        "a Component is listed under `resources`",
        "move the entry to `components`",
    ),
    rule(
        "not-a-component",
        Severity::Error,
        "an entry of `components` is no Component",
        "move the entry to `resources`, or make the target `kind: Component`",
    ),
    rule("resource-cycle", Severity::Error, "a kustomization includes itself", "remove one entry of the circle"),
    rule("missing-path", Severity::Error, "`spec.path` of a Flux Kustomization does not exist", "correct `spec.path`"),
    rule(
        "missing-dependency",
        Severity::Error,
        "`dependsOn` names nothing that exists",
        "correct name or namespace; without a namespace it is the referrer's own",
    ),
    rule(
        "missing-source",
        Severity::Error,
        "a source does not exist",
        "correct kind, name or namespace; without a namespace it is the referrer's own",
    ),
    rule(
        "missing-substitution",
        Severity::Error,
        "`substituteFrom` names an object that exists in other namespaces only",
        "put it into the namespace of the Flux Kustomization, or set `optional: true`",
    ),
    rule("dependency-cycle", Severity::Error, "dependencies go in a circle", "remove one `dependsOn` of the circle"),
    rule(
        "duplicate-object",
        Severity::Error,
        "one build holds an object twice",
        "remove one of the two; kustomize refuses both",
    ),
    rule(
        "no-namespace",
        Severity::Error,
        "nothing gives a namespaced object its namespace",
        "set `namespace` in the kustomization or `targetNamespace` in the Flux Kustomization",
    ),
    rule(
        "shared-object",
        Severity::Warning,
        "several Flux Kustomizations apply one object",
        "let one of them apply it: pruning by one deletes it for all",
    ),
    rule(
        "stale-schema",
        Severity::Warning,
        "a schema comment names another kind or version",
        "point the comment at the schema of the document's own apiVersion and kind",
    ),
];

const fn rule(code: &'static str, severity: Severity, summary: &'static str, help: &'static str) -> Rule {
    Rule { code, severity, summary, help }
}

/// A problem at a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path from the repository root.
    pub path: String,
    /// Line and column, when known.
    pub place: Option<(usize, usize)>,
    /// What kind of problem it is.
    pub rule: &'static Rule,
    /// What is the matter, in words.
    pub message: String,
    /// Other places that belong to it.
    pub related: Vec<(String, Option<(usize, usize)>)>,
}

impl Problem {
    fn new(code: &str, path: &str, position: Option<Position>, message: String) -> Option<Problem> {
        let rule = RULES.iter().find(|rule| rule.code == code)?;
        let place = position.map(|position| (position.line, position.column));
        Some(Problem { path: path.to_string(), place, rule, message, related: Vec::new() })
    }
}

/// The problems found so far.
struct Report<'a> {
    graph: &'a Graph,
    problems: Vec<Problem>,
}

impl Report<'_> {
    fn add(&mut self, code: &str, path: &str, position: Option<Position>, message: impl Into<String>) {
        self.problems.extend(Problem::new(code, path, position, message.into()));
    }

    /// Adds other places to the problem that was added last.
    fn relate(&mut self, places: impl IntoIterator<Item = (String, Option<Position>)>) {
        if let Some(last) = self.problems.last_mut() {
            let plain = |position: Position| (position.line, position.column);
            last.related.extend(places.into_iter().map(|(path, position)| (path, position.map(plain))));
        }
    }
}

impl Graph {
    /// Everything that is wrong in what the clusters apply, by path and place.
    pub fn check(&self) -> Vec<Problem> {
        let mut report = Report { graph: self, problems: Vec::new() };
        entries::check(&mut report);
        references::check(&mut report);
        ownership::check(&mut report);
        schema::check(&mut report);
        let mut problems = report.problems;
        problems.sort();
        // One entry may be reached by many, in several clusters.
        problems.dedup_by(|a, b| (&a.path, a.place, a.rule, &a.message) == (&b.path, b.place, b.rule, &b.message));
        problems
    }
}
