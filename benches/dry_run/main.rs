//! Start-up and the dry run of `chartref` on a real tree, against peers, in one run on one machine.
//!
//! `cargo bench --bench dry_run` prints what every process used and which of the project's bars hold; with
//! `-- --assert` a missed bar is also the exit code. `HOPS_BIN` names another binary to measure, `HOPS_CORPUS` the
//! folder of the corpus, `HOPS_BENCH_CACHE` where peers are built. A peer or corpus that cannot be had is skipped with
//! its reason; nothing is compared before it has shown that it does the same work.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program of its own, which talks to whoever runs it")]

mod comparison;
mod measure;
mod peers;
mod table;
mod tree;

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use comparison::{Bench, READ_ALL};
use table::Row;

/// What stops the benchmark.
type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let result = match arguments.as_slice() {
        [flag, folder] if flag == READ_ALL => read_all(Path::new(folder)),
        _ if has("--bench") => compare(has("--assert")),
        // `cargo test --all-targets` starts benches without cargo's own flag; tests must stay quick.
        _ => Ok(ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|err| {
        eprintln!("error: {err}");
        ExitCode::FAILURE
    })
}

/// The other life of this program: the reader that hops is compared with.
fn read_all(folder: &Path) -> Result<ExitCode, Failure> {
    tree::read_all(folder, |_, bytes| drop(black_box(bytes)))?;
    Ok(ExitCode::SUCCESS)
}

fn compare(assert: bool) -> Result<ExitCode, Failure> {
    let bench = Bench::prepare()?;
    println!("{}", machine());
    let (summaries, rows) = bench.run()?;
    println!("\n{}\n{}", table::usage(&summaries), table::bars(&rows));
    let missed = assert && rows.iter().any(Row::is_missed);
    Ok(if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Cores and load before the first measurement: a busy machine moves wall time most.
fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    format!("machine: {cores} cores, load {load}")
}
