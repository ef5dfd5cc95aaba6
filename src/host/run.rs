//! The state that the functions of one run share, and the latch that stops it for good.

use std::sync::{Arc, Mutex, MutexGuard};

use rhai::{EvalAltResult, NativeCallContext, Position};

use super::error::fail;
use crate::plan::{Diagnostic, Recording};
use crate::repo::Graph;

/// A safety rule that a script broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// It took more operations than allowed.
    Operations,
    /// It took more time than allowed.
    Time,
    /// It asked for something that no recipe may have, such as the clock.
    Forbidden,
}

/// One run of a recipe: what it reads and what it records.
#[derive(Clone)]
pub struct Run(Arc<State>);

struct State {
    graph: Arc<Graph>,
    recording: Mutex<Option<Recording>>,
    halted: Mutex<Option<(Rule, Position)>>,
}

impl Run {
    /// A run that records into `recording`.
    pub fn new(recording: Recording) -> Run {
        let graph = recording.graph().clone();
        Run(Arc::new(State { graph, recording: Mutex::new(Some(recording)), halted: Mutex::new(None) }))
    }

    /// The graph of the repository.
    pub fn graph(&self) -> &Arc<Graph> {
        &self.0.graph
    }

    /// Ends the run and gives back what it recorded; nothing when that was taken before.
    pub fn into_recording(self) -> Option<Recording> {
        lock(&self.0.recording).take()
    }

    /// Marks the run as stopped for good; the first rule stays.
    pub fn mark_halted(&self, rule: Rule, position: Position) {
        lock(&self.0.halted).get_or_insert((rule, position));
    }

    /// The rule that stopped the run, if one did.
    pub fn halted(&self) -> Option<(Rule, Position)> {
        *lock(&self.0.halted)
    }

    /// Adds a remark to the plan, such as what a script prints.
    pub fn note(&self, text: &str) {
        self.record(|recording| recording.note(text));
    }

    /// Works on the recording; nothing once the run has ended.
    pub(super) fn record<T>(&self, work: impl FnOnce(&mut Recording) -> T) -> Option<T> {
        lock(&self.0.recording).as_mut().map(work)
    }
}

/// The run that a host function is called in.
pub(super) fn current_run(ctx: &NativeCallContext<'_>) -> Result<Run, Box<EvalAltResult>> {
    let run = ctx.tag().and_then(|tag| tag.clone().try_cast::<Run>());
    run.ok_or_else(|| fail(ctx, Diagnostic::error("no-run", "this function works only while a recipe plans")))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
