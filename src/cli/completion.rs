//! `hops completion`: a completion script for a shell.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::CommandResult;
use super::app::{App, Outcome, print};

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
pub(super) struct CompletionArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn execute(args: &CompletionArgs, app: &mut App) -> CommandResult {
    // The generator panics where a reader goes away, so it writes to memory first.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "hops", &mut script);
    print(app.out().write_all(&script))?;
    Ok(Outcome::Done)
}
