//! `hops completion`: a completion script for a shell.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::CommandResult;
use super::app::{App, Outcome};

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
pub(super) struct CompletionArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn execute(args: &CompletionArgs, app: &mut App) -> CommandResult {
    clap_complete::generate(args.shell, &mut super::Cli::command(), "hops", app.out());
    Ok(Outcome::Done)
}
