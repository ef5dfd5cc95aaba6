//! What all subcommands share: global arguments, the two streams, exit codes.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;

use super::CommandResult;
use crate::plan::{Class, Diagnostic};
use crate::report;
use crate::runner::Faults;

/// When to use colour
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The form of a result; the hidden ones are for single commands, whose help names them
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[value(alias = "table")]
    Text,
    /// One JSON document
    Json,
    /// A table with more columns
    #[value(hide = true)]
    Wide,
    /// One YAML document
    #[value(hide = true)]
    Yaml,
    /// Comma-separated values
    #[value(hide = true)]
    Csv,
    /// A Markdown table
    #[value(hide = true)]
    Md,
    /// Names only, one a line
    #[value(hide = true)]
    Name,
    /// A tree of names
    #[value(hide = true)]
    Tree,
    /// Graphviz
    #[value(hide = true)]
    Dot,
    /// A Mermaid flowchart
    #[value(hide = true)]
    Mermaid,
    /// A drawing
    #[value(hide = true)]
    Svg,
    /// GitHub workflow commands: annotations on a pull request
    #[value(hide = true)]
    Github,
    /// SARIF 2.1.0 for code scanning
    #[value(hide = true)]
    Sarif,
}

/// The form of a result of commands that know two
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// Arguments of every subcommand
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct GlobalArgs {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true)]
    folder: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_enum, default_value = "auto", global = true)]
    color: Color,
    /// Form of the result
    #[arg(short, long, value_enum, default_value = "text", global = true)]
    output: Format,
    /// Never ask; what needs a yes fails instead
    #[arg(long, global = true)]
    no_input: bool,
    /// Show less
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Show more
    #[arg(short, long, global = true)]
    verbose: bool,
    /// A fault on purpose while writing: kill@N, fail@N, or count
    #[arg(long, global = true, hide = true, value_name = "FAULT")]
    inject: Option<Faults>,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Done, or nothing to do.
    Done,
    /// The plan has changes; only where that was asked for.
    Changes,
}

type Stream<S> = BufWriter<AutoStream<S>>;

/// The program's state while a subcommand runs.
pub(super) struct App {
    /// The folder that the command works in.
    pub folder: PathBuf,
    /// The form of the result, for commands that know text and JSON only.
    pub output: Output,
    /// The form of the result.
    pub format: Format,
    /// How much to show.
    pub detail: report::Detail,
    /// Faults on purpose.
    pub faults: Faults,
    counts: bool,
    no_input: bool,
    out: Stream<io::Stdout>,
    err: Stream<io::Stderr>,
}

impl App {
    pub fn new(args: &GlobalArgs) -> Result<App, Diagnostic> {
        let here = std::env::current_dir().map_err(|error| {
            Diagnostic::error("no-folder", "the current folder cannot be read").because(error.to_string())
        })?;
        let folder = args.folder.as_ref().map_or(here.clone(), |folder| here.join(folder));
        if !folder.is_dir() {
            return Err(Diagnostic::usage("no-folder", format!("`{}` is not a folder", folder.display())));
        }
        let detail = match (args.quiet, args.verbose) {
            (true, _) => report::Detail::Brief,
            (_, true) => report::Detail::Full,
            _ => report::Detail::Normal,
        };
        let (faults, counts) = (args.inject.clone().unwrap_or_default(), args.inject.is_some());
        let out = stream(io::stdout(), args.color);
        let err = stream(io::stderr(), args.color);
        let (format, no_input) = (args.output, args.no_input);
        let output = if format == Format::Json { Output::Json } else { Output::Text };
        Ok(App { folder, output, format, detail, faults, counts, no_input, out, err })
    }

    /// The result stream.
    pub fn out(&mut self) -> &mut impl Write {
        &mut self.out
    }

    /// The stream for prompts and remarks.
    pub fn err(&mut self) -> &mut impl Write {
        &mut self.err
    }

    /// Refuses a form of the result that a command does not have.
    pub fn check_format(&self, known: &[Format]) -> Result<(), Diagnostic> {
        if known.contains(&self.format) {
            return Ok(());
        }
        let name =
            |format: &Format| format.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default();
        let names: Vec<String> = known.iter().map(name).collect();
        let message = format!("this command has no form `{}`", name(&self.format));
        Err(Diagnostic::usage("no-such-form", message).help(format!("use `-o` with one of: {}", names.join(", "))))
    }

    /// The columns of the terminal that the result goes to, if it is one.
    pub fn width(&self) -> Option<usize> {
        let terminal = io::stdout().is_terminal();
        terminal_size::terminal_size().filter(|_| terminal).map(|(width, _)| usize::from(width.0))
    }

    /// Whether a person can be asked.
    pub fn can_ask(&self) -> bool {
        !self.no_input && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Shows a diagnostic on the error stream.
    pub fn show(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        report::write_diagnostic(diagnostic, &mut self.err)?;
        self.err.flush()
    }

    /// Writes a JSON document as the result.
    pub fn json(&mut self, value: &impl serde::Serialize) -> Result<(), Diagnostic> {
        let text = serde_json::to_string_pretty(value).map_err(|error| {
            Diagnostic::error("internal", format!("internal error: {error}")).help("please report this")
        })?;
        print(writeln!(self.out, "{text}"))
    }

    /// Ends the program's work: shows an error, flushes, gives the exit code.
    pub fn finish(mut self, result: CommandResult) -> ExitCode {
        // What is still buffered goes out first: the last lines of a result can fail as the first ones can.
        let flushed = print(self.out.flush());
        let result = result.and_then(|outcome| flushed.map(|()| outcome));
        let code = match &result {
            Ok(Outcome::Done) => 0,
            Ok(Outcome::Changes) => 10,
            Err(error) => code(error.class),
        };
        if let Err(error) = &result {
            let _ = self.show(error);
        }
        if self.counts {
            let _ = writeln!(self.err, "fault points: {}", self.faults.passed());
        }
        let _ = self.err.flush();
        ExitCode::from(code)
    }

    /// Ends a program that could not start.
    pub fn fallback(error: &Diagnostic) -> ExitCode {
        let _ = report::write_diagnostic(error, &mut AutoStream::auto(io::stderr()));
        ExitCode::from(code(error.class))
    }
}

/// Takes a failed write to the result stream for the end of the work: its reader has gone.
pub(super) fn print(result: io::Result<()>) -> Result<(), Diagnostic> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Diagnostic::error("no-output", "the result cannot be written").because(error.to_string()))
        }
        _ => Ok(()),
    }
}

fn code(class: Class) -> u8 {
    match class {
        Class::Failure => 1,
        Class::Usage => 2,
        Class::Blocked => 11,
        Class::Partial => 12,
        Class::Stale => 13,
        Class::Interrupted => 130,
    }
}

fn stream<S: RawStream + AsLockedWrite>(raw: S, color: Color) -> Stream<S> {
    let choice = match color {
        Color::Auto => AutoStream::choice(&raw),
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    BufWriter::new(AutoStream::new(raw, choice))
}
