//! Arguments, terminal and exit codes; one file for each subcommand.
//!
//! Results go to standard output, diagnostics and prompts to standard error. This is the only layer that reads the
//! environment, prints, or exits.

mod app;
mod apply;
mod completion;
mod confirm;
mod explain;
mod get;
mod graph;
mod lint;
mod list;
mod log;
mod plan;
mod resume;
mod run;
mod show;
mod status;
mod target;
mod undo;
mod write;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use app::{App, Format, GlobalArgs, Outcome};

/// Migrate home-ops GitOps repositories with small, versioned recipes
///
/// A recipe finds its targets by the Flux graph of the repository and records edits; nothing is written before you
/// have seen the plan and said yes.
#[derive(Debug, Parser)]
#[command(name = "hops", version, arg_required_else_help = true, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::RunArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Resume(resume::ResumeArgs),
    Undo(undo::UndoArgs),
    Status(status::StatusArgs),
    Log(log::LogArgs),
    Explain(explain::ExplainArgs),
    Get(get::GetArgs),
    Graph(graph::GraphArgs),
    Lint(lint::LintArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Completion(completion::CompletionArgs),
}

impl Command {
    /// The forms of its result.
    fn formats(&self) -> &'static [Format] {
        match self {
            Command::Get(_) => &get::FORMATS,
            Command::Graph(_) => &graph::FORMATS,
            Command::Lint(_) => &lint::FORMATS,
            _ => &[Format::Text, Format::Json],
        }
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come as an error too; clap knows which stream each belongs to.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let mut app = match App::new(&cli.global) {
        Ok(app) => app,
        Err(error) => return App::fallback(&error),
    };
    if let Err(error) = app.check_format(cli.command.formats()) {
        return app.finish(Err(error));
    }
    let result = match &cli.command {
        Command::Run(args) => run::execute(args, &mut app),
        Command::Plan(args) => plan::execute(args, &mut app),
        Command::Apply(args) => apply::execute(args, &mut app),
        Command::Resume(args) => resume::execute(args, &mut app),
        Command::Undo(args) => undo::execute(args, &mut app),
        Command::Status(args) => status::execute(args, &mut app),
        Command::Log(args) => log::execute(args, &mut app),
        Command::Explain(args) => explain::execute(args, &mut app),
        Command::Get(args) => get::execute(args, &mut app),
        Command::Graph(args) => graph::execute(args, &mut app),
        Command::Lint(args) => lint::execute(args, &mut app),
        Command::List(args) => list::execute(args, &mut app),
        Command::Show(args) => show::execute(args, &mut app),
        Command::Completion(args) => completion::execute(args, &mut app),
    };
    app.finish(result)
}

/// What a subcommand gives back.
type CommandResult = Result<Outcome, crate::plan::Diagnostic>;
