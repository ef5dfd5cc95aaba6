//! What no recipe may have: a plan depends on the repository and its parameters alone.

use rhai::plugin::*;

use super::error::halt;
use super::run::{Rule, current_run};

fn refuse(ctx: &NativeCallContext<'_>) -> Result<(), Box<rhai::EvalAltResult>> {
    let run = current_run(ctx)?;
    Err(halt(ctx, &run, Rule::Forbidden))
}

/// Rhai's own functions for the clock and for waiting, shadowed.
#[export_module]
pub mod functions {
    use rhai::{EvalAltResult, FLOAT, INT, NativeCallContext};

    use super::refuse;

    /// Not available: a recipe has no clock. Stops the run.
    #[rhai_fn(return_raw, volatile)]
    pub fn timestamp(ctx: NativeCallContext) -> Result<(), Box<EvalAltResult>> {
        refuse(&ctx)
    }

    /// Not available: a recipe does not wait. Stops the run.
    #[rhai_fn(name = "sleep", return_raw, volatile)]
    pub fn sleep_whole(ctx: NativeCallContext, _seconds: INT) -> Result<(), Box<EvalAltResult>> {
        refuse(&ctx)
    }

    /// Not available: a recipe does not wait. Stops the run.
    #[rhai_fn(name = "sleep", return_raw, volatile)]
    pub fn sleep_parts(ctx: NativeCallContext, _seconds: FLOAT) -> Result<(), Box<EvalAltResult>> {
        refuse(&ctx)
    }
}
