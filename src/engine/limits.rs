//! The engine with every limit set, and the latch that a script cannot catch.
//!
//! Rhai's own limits differ between debug and release builds, so each is set here. A limit that breaks inside a
//! `map` or `filter` closure reaches the script as an error it could catch; therefore the progress callback marks
//! the run, and from then on ends every further operation.

use std::path::Path;
use std::time::{Duration, Instant};

use rhai::{Dynamic, Engine, Position};

use super::resolver::Resolver;
use crate::host::{self, Rule, Run};

/// How far a script may go.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Operations of the script.
    pub operations: u64,
    /// Time from the start of the script.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { operations: 50_000_000, time: Duration::from_secs(30) }
    }
}

/// An engine that only reads and compiles: no host functions, the same limits on what it reads.
pub(super) fn bare() -> Engine {
    let mut engine = Engine::new();
    engine.set_max_expr_depths(128, 64);
    engine.set_max_call_levels(64);
    engine.set_max_variables(512);
    engine.set_max_functions(512);
    engine.set_max_modules(32);
    engine.set_max_string_size(4 << 20);
    engine.set_max_array_size(100_000);
    engine.set_max_map_size(100_000);
    engine.set_max_strings_interned(1_024);
    engine.disable_symbol("eval");
    engine
}

/// The engine that a run of a recipe gets.
///
/// `folder` holds the recipe, when it is a file: what it may import beside the standard modules. `origin` is what
/// errors call the recipe.
pub(super) fn engine(run: &Run, limits: Limits, folder: Option<&Path>, origin: &str) -> Engine {
    let mut engine = bare();
    host::register(&mut engine);
    engine.set_module_resolver(Resolver::new(folder, origin));
    engine.set_default_tag(Dynamic::from(run.clone()));
    let end = Instant::now() + limits.time;
    let watched = run.clone();
    engine.on_progress(move |operations| {
        if operations > limits.operations {
            watched.mark_halted(Rule::Operations, Position::NONE);
        } else if operations & 0x3ff == 0 && Instant::now() > end {
            watched.mark_halted(Rule::Time, Position::NONE);
        }
        watched.halted().map(|_| Dynamic::UNIT)
    });
    let printed = run.clone();
    engine.on_print(move |text| printed.note(text));
    let debugged = run.clone();
    engine.on_debug(move |text, _, position| debugged.note(&format!("{position:?}: {text}")));
    engine
}
