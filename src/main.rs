//! The `hops` program: everything is in [`hops::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    hops::cli::main()
}
