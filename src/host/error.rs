//! How a failure reaches the script, and how a broken rule stops it. No other code builds an `EvalAltResult`.

use std::fmt;

use rhai::plugin::*;
use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};

use super::run::{Rule, Run};
use crate::plan::Diagnostic;

/// An ordinary failure, as a script sees it when it catches one.
#[derive(Debug, Clone)]
pub struct HostError(Box<Diagnostic>);

impl HostError {
    /// What happened, for people.
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.0
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

/// An ordinary failure: recipes may `catch` it and read `err.message` and `err.code`.
pub(super) fn fail(ctx: &NativeCallContext<'_>, diagnostic: Diagnostic) -> Box<EvalAltResult> {
    raise(diagnostic, ctx.call_position())
}

/// The same for the engine, which knows the position without a call.
pub fn raise(diagnostic: Diagnostic, position: Position) -> Box<EvalAltResult> {
    EvalAltResult::ErrorRuntime(Dynamic::from(HostError(Box::new(diagnostic))), position).into()
}

/// A broken safety rule: marks the run, so that the engine stops it whatever the script catches.
///
/// Raising alone is not enough: inside a `map` or `filter` closure Rhai wraps the error in one that can be caught.
pub(super) fn halt(ctx: &NativeCallContext<'_>, run: &Run, rule: Rule) -> Box<EvalAltResult> {
    let position = ctx.call_position();
    run.mark_halted(rule, position);
    EvalAltResult::ErrorTerminated(Dynamic::UNIT, position).into()
}

/// What a script can read of a caught error.
#[export_module]
pub mod methods {
    use super::HostError;

    /// What happened, in words.
    #[rhai_fn(get = "message", pure)]
    pub fn message(error: &mut HostError) -> String {
        error.diagnostic().message.clone()
    }

    /// The stable name of what happened.
    #[rhai_fn(get = "code", pure)]
    pub fn code(error: &mut HostError) -> String {
        error.diagnostic().code.clone()
    }

    /// The error in words.
    #[rhai_fn(name = "to_string", name = "to_debug", pure)]
    pub fn display(error: &mut HostError) -> String {
        error.to_string()
    }
}
