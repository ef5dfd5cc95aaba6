//! Problems of a repository: as JSON, as GitHub annotations, as SARIF, and one by one as diagnostics.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::run::counted;
use super::style::STRONG;
use crate::plan::Diagnostic;
use crate::repo::{Graph, Problem, RULES, Severity};

/// Where the rules are documented.
const TOOL: &str = "hops";

/// A problem as a diagnostic, with the text of its line.
pub fn problem_diagnostic(problem: &Problem, graph: &Graph) -> Diagnostic {
    let Problem { path, place, rule, message, related } = problem;
    let diagnostic = match rule.severity {
        Severity::Error => Diagnostic::error(rule.code, message.clone()),
        Severity::Warning => Diagnostic::warning(rule.code, message.clone()),
    };
    let diagnostic = match (place, place.and_then(|(line, _)| line_of(graph, path, line))) {
        (Some(at), Some(line)) => diagnostic.at_line(path, *at, line),
        _ => diagnostic.at(path, *place),
    };
    let diagnostic = related.iter().fold(diagnostic, |diagnostic, (path, at)| diagnostic.at(path, *at));
    diagnostic.help(rule.help)
}

/// Writes how many problems there are.
pub fn write_problem_count(problems: &[Problem], graph: &Graph, out: &mut impl Write) -> io::Result<()> {
    let count = |severity| problems.iter().filter(|problem| problem.rule.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let active = graph.kustomizations().iter().filter(|ks| !ks.dormant).count();
    let files = graph.repository().files().len();
    let clusters = graph.clusters().len();
    writeln!(
        out,
        "{STRONG}{}, {}{STRONG:#} in {}, {}, {}",
        counted(errors, "error"),
        counted(warnings, "warning"),
        counted(files, "file"),
        counted(clusters, "cluster"),
        counted(active, "Flux Kustomization"),
    )
}

/// The problems as JSON.
pub fn problems_json(problems: &[Problem]) -> Value {
    let place = |path: &str, at: &Option<(usize, usize)>| json!({ "path": path, "line": at.map(|at| at.0), "column": at.map(|at| at.1) });
    let entry = |problem: &Problem| {
        json!({
            "code": problem.rule.code,
            "severity": problem.rule.severity.name(),
            "message": problem.message,
            "path": problem.path,
            "line": problem.place.map(|at| at.0),
            "column": problem.place.map(|at| at.1),
            "related": problem.related.iter().map(|(path, at)| place(path, at)).collect::<Vec<_>>(),
            "help": problem.rule.help,
        })
    };
    json!({ "schema": "hops.problems/v1", "problems": problems.iter().map(entry).collect::<Vec<_>>() })
}

/// Writes the problems as workflow commands, which GitHub shows beside the lines of a pull request.
pub fn write_github(problems: &[Problem], out: &mut impl Write) -> io::Result<()> {
    for problem in problems {
        let level = problem.rule.severity.name();
        let file = escape(&problem.path, &[('%', "%25"), (':', "%3A"), (',', "%2C")]);
        let at = problem.place.map(|(line, column)| format!(",line={line},col={column}")).unwrap_or_default();
        let message = escape(&problem.message, &[('%', "%25"), ('\r', "%0D"), ('\n', "%0A")]);
        writeln!(out, "::{level} file={file}{at},title={}::{message}", problem.rule.code)?;
    }
    Ok(())
}

/// The problems as SARIF 2.1.0, which code scanning services read.
pub fn problems_sarif(problems: &[Problem]) -> Value {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "shortDescription": { "text": rule.summary },
                "help": { "text": rule.help },
                "defaultConfiguration": { "level": rule.severity.name() },
            })
        })
        .collect();
    let results: Vec<Value> = problems
        .iter()
        .map(|problem| {
            json!({
                "ruleId": problem.rule.code,
                "ruleIndex": RULES.iter().position(|rule| rule.code == problem.rule.code),
                "level": problem.rule.severity.name(),
                "message": { "text": problem.message },
                "locations": [location(&problem.path, problem.place)],
                "relatedLocations": problem.related.iter().map(|(path, at)| location(path, *at)).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": TOOL, "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn location(path: &str, at: Option<(usize, usize)>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": escape(path, &[('%', "%25"), (' ', "%20")]) } });
    if let Some((line, column)) = at {
        physical["region"] = json!({ "startLine": line, "startColumn": column });
    }
    json!({ "physicalLocation": physical })
}

fn line_of<'a>(graph: &'a Graph, path: &str, line: usize) -> Option<&'a str> {
    let file = graph.repository().file(graph.repository().find(path)?);
    let text = file.yaml().map(|yaml| yaml.text()).or(file.unparsed())?;
    text.lines().nth(line - 1)
}

fn escape(text: &str, table: &[(char, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match table.iter().find(|(from, _)| *from == c) {
            Some((_, to)) => out.push_str(to),
            None => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_workflow_command_escapes_what_would_end_it() {
        assert_eq!(escape("a:b,c%", &[('%', "%25"), (':', "%3A"), (',', "%2C")]), "a%3Ab%2Cc%25");
    }
}
