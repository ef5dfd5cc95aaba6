//! `hops lint`: what Flux would refuse in the repository.

use super::CommandResult;
use super::app::{App, Format, Outcome, print};
use crate::plan::{Class, Diagnostic};
use crate::repo::{Depth, Problem, RULES, Severity};
use crate::report;
use crate::runner;

/// Find what Flux would refuse in this repository
///
/// Checks everything that the clusters apply: paths, components, dependencies, sources, namespaces, objects that
/// several Flux Kustomizations apply, schema comments. Needs neither network nor cluster. Ends with 1 when there
/// are errors; warnings do not count unless asked for. `-o github` writes annotations for a pull request, `-o sarif`
/// SARIF 2.1.0 for code scanning.
#[derive(Debug, clap::Args)]
pub(super) struct LintArgs {
    /// Leave out the findings of a rule, by its code
    #[arg(long, value_name = "CODE")]
    skip: Vec<String>,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
}

pub(super) const FORMATS: [Format; 4] = [Format::Text, Format::Json, Format::Github, Format::Sarif];

pub(super) fn execute(args: &LintArgs, app: &mut App) -> CommandResult {
    if let Some(wrong) = args.skip.iter().find(|code| !RULES.iter().any(|rule| rule.code == code.as_str())) {
        return Err(Diagnostic::usage("unknown-rule", format!("there is no rule `{wrong}`"))
            .suggest(wrong, RULES.iter().map(|rule| rule.code)));
    }
    let graph = runner::open_at(&app.folder, Depth::All)?;
    let mut problems = graph.check();
    problems.retain(|problem| !args.skip.iter().any(|code| code == problem.rule.code));
    match app.format {
        Format::Json => app.json(&report::problems_json(&problems))?,
        Format::Github => print(report::write_github(&problems, app.out()))?,
        Format::Sarif => app.json(&report::problems_sarif(&problems))?,
        _ => {
            for problem in &problems {
                print(report::write_diagnostic(&report::problem_diagnostic(problem, &graph), app.out()))?;
            }
            print(report::write_problem_count(&problems, &graph, app.out()))?;
        }
    }
    let fails = |problem: &&Problem| args.strict || problem.rule.severity == Severity::Error;
    match problems.iter().filter(fails).count() {
        0 => Ok(Outcome::Done),
        count => {
            Err(Diagnostic::error("problems", format!("{count} of the findings must be repaired"))
                .class(Class::Failure))
        }
    }
}
