//! The plan while a recipe makes it: targets, and the steps of each, tried at once on an overlay.
//!
//! A target is all or nothing: when one of its edits is refused, or the recipe skips it later, none of its steps
//! stays. The files it touched are then made again from the steps of the others, so the order in which a recipe
//! visits its targets never matters.

use std::sync::Arc;

use super::data::Skipped;
use super::diagnostic::Diagnostic;
use super::selection::Selection;
use crate::repo::{Graph, Overlay, OverlayError};
use crate::yaml::{Applied, Operation, Position};

/// A target of a recording, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetId(pub usize);

/// What a target is: the object or file that a recipe treats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `cluster/namespace/name`, `namespace/name` where there is one cluster, or a path.
    pub id: String,
    /// Kind of the object, such as `HelmRelease`, or `File`.
    pub kind: String,
    /// Path of its file.
    pub path: String,
    /// Line of its document, from 1.
    pub line: usize,
    /// Other names that a selector may use.
    pub names: Vec<String>,
}

/// What one step does to a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    Edit { document: usize, operation: Operation },
    Create { text: String },
}

/// One step of a target.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub target: TargetId,
    pub path: String,
    pub action: Action,
}

/// A target and what the recipe said of it.
#[derive(Debug)]
pub(super) struct Record {
    pub subject: Subject,
    pub lane: Option<String>,
    pub skipped: Option<(String, String)>,
    pub notes: Vec<String>,
}

/// The plan while a recipe makes it.
pub struct Recording {
    graph: Arc<Graph>,
    selection: Selection,
    pub(super) targets: Vec<Record>,
    pub(super) steps: Vec<Step>,
    pub(super) overlay: Overlay,
    pub(super) order: Vec<String>,
    pub(super) size: Option<usize>,
    pub(super) notes: Vec<String>,
    pub(super) left_out: Vec<Skipped>,
    blocked: Option<Diagnostic>,
}

impl Recording {
    /// Starts a recording over a graph.
    pub fn new(graph: Arc<Graph>, selection: Selection) -> Recording {
        Recording {
            graph,
            selection,
            targets: Vec::new(),
            steps: Vec::new(),
            overlay: Overlay::default(),
            order: Vec::new(),
            size: None,
            notes: Vec::new(),
            left_out: Vec::new(),
            blocked: None,
        }
    }

    /// The graph that the plan is made on.
    pub fn graph(&self) -> &Arc<Graph> {
        &self.graph
    }

    /// Adds a target; one that is not selected is skipped from the start.
    pub fn target(&mut self, subject: Subject) -> TargetId {
        let mut names: Vec<&str> = subject.names.iter().map(String::as_str).collect();
        names.extend([subject.id.as_str(), subject.path.as_str()]);
        let selected = self.selection.selects(&names);
        let skipped = (!selected).then(|| ("not-selected".into(), "left out by --only or --skip".into()));
        self.targets.push(Record { subject, lane: None, skipped, notes: Vec::new() });
        TargetId(self.targets.len() - 1)
    }

    /// Whether the target takes part.
    pub fn is_active(&self, target: TargetId) -> bool {
        self.targets[target.0].skipped.is_none()
    }

    /// Leaves a target out; the first reason stays, and its steps are taken back.
    pub fn skip(&mut self, target: TargetId, code: &str, message: &str) {
        if !self.is_active(target) {
            return;
        }
        self.targets[target.0].skipped = Some((code.to_string(), message.to_string()));
        let touched: Vec<String> =
            self.steps.iter().filter(|step| step.target == target).map(|step| step.path.clone()).collect();
        self.steps.retain(|step| step.target != target);
        for path in touched {
            self.rebuild(&path);
        }
    }

    /// Names something that is no target and is left alone, with the reason.
    pub fn leave_out(&mut self, subject: Subject, code: &str, message: &str) {
        let Subject { id, kind, path, line, .. } = subject;
        self.left_out.push(Skipped { id, kind, path, line, code: code.to_string(), message: message.to_string() });
    }

    /// Records an edit of a document; a refusal by the editor skips the target with its reason.
    pub fn edit(&mut self, target: TargetId, path: &str, document: usize, operation: Operation) {
        self.record(Step { target, path: path.to_string(), action: Action::Edit { document, operation } });
    }

    /// Records a new file.
    pub fn create(&mut self, target: TargetId, path: &str, text: &str) {
        self.record(Step { target, path: path.to_string(), action: Action::Create { text: text.to_string() } });
    }

    /// Whether a path stands, with what the plan would create.
    pub fn exists(&self, path: &str) -> bool {
        self.overlay.exists(self.graph.repository(), path)
    }

    /// The text of a file as the plan would leave it.
    pub fn text(&self, path: &str) -> Option<String> {
        self.overlay.text(self.graph.repository(), path)
    }

    /// Puts a target into a lane.
    pub fn lane(&mut self, target: TargetId, lane: &str) {
        self.targets[target.0].lane = Some(lane.to_string());
    }

    /// Adds a note to a target.
    pub fn note_on(&mut self, target: TargetId, text: &str) {
        self.targets[target.0].notes.push(text.to_string());
    }

    /// Adds a note to the plan.
    pub fn note(&mut self, text: &str) {
        if !self.notes.iter().any(|note| note == text) {
            self.notes.push(text.to_string());
        }
    }

    /// Says in which order lanes go, and how many targets one batch holds.
    pub fn batches(&mut self, order: Vec<String>, size: Option<usize>) {
        self.order = order;
        self.size = size;
    }

    /// Says that the recipe cannot run here; the first reason stays.
    pub fn block(&mut self, reason: Diagnostic) {
        self.blocked.get_or_insert(reason);
    }

    /// Why the recipe cannot run here, if it cannot.
    pub fn blocked(&self) -> Option<&Diagnostic> {
        self.blocked.as_ref()
    }

    fn record(&mut self, step: Step) {
        if !self.is_active(step.target) {
            return;
        }
        match apply(&self.graph, &mut self.overlay, &self.steps, &step) {
            Ok(applied) if applied.changed => {
                for remark in remarks(&applied, &step.path) {
                    self.note_on(step.target, &remark);
                }
                self.steps.push(step);
            }
            Ok(_) => {}
            Err(error) => self.refuse(&step, &error),
        }
    }

    fn refuse(&mut self, step: &Step, error: &OverlayError) {
        let (code, place) = match error {
            OverlayError::Edit(error) => (error.code(), error.position()),
            OverlayError::Exists(_) => ("file-exists", None),
            OverlayError::Secret => ("secret", None),
            _ => ("not-editable", None),
        };
        let place = place.map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
        self.skip(step.target, code, &format!("{error} ({}{place})", step.path));
    }

    /// Makes one file again from the steps that are left.
    fn rebuild(&mut self, path: &str) {
        self.overlay.reset(path);
        let steps = std::mem::take(&mut self.steps);
        let mut refused = Vec::new();
        for (index, step) in steps.iter().enumerate().filter(|(_, step)| step.path == path) {
            if let Err(error) = apply(&self.graph, &mut self.overlay, &steps[..index], step) {
                refused.push((step.clone(), error));
            }
        }
        self.steps = steps;
        // A step that stood on one that went takes its own target with it.
        for (step, error) in refused {
            self.refuse(&step, &error);
        }
    }
}

/// What an edit did beside its own lines' change, for people: nothing goes silently.
fn remarks(applied: &Applied, path: &str) -> Vec<String> {
    let comments = applied.comments.iter().map(|text| format!("the comment `{}` goes with its lines", text.trim()));
    let tags = applied.tags.iter().map(|tag| format!("the tag `{tag}` goes with its value"));
    let place = |at: &Position| format!("{path}:{}:{}", at.line, at.column);
    let aliases = applied.aliases.iter().map(|at| format!("the alias at {} changes its value too", place(at)));
    let schema =
        applied.stale_schema.iter().map(|at| format!("the schema comment at {} is for another kind", place(at)));
    comments.chain(tags).chain(aliases).chain(schema).collect()
}

/// Carries out one step.
///
/// When a step of another target before it did the very same, it is done already: two targets may need one edit of
/// a file that they share.
pub(super) fn apply(
    graph: &Graph,
    overlay: &mut Overlay,
    before: &[Step],
    step: &Step,
) -> Result<Applied, OverlayError> {
    let same = |other: &Step| other.target != step.target && other.path == step.path && other.action == step.action;
    let done = Applied { changed: true, ..Applied::default() };
    if before.iter().any(same) {
        return Ok(done);
    }
    match &step.action {
        Action::Edit { document, operation } => {
            overlay.edit(graph.repository(), &step.path, *document, operation.clone())
        }
        Action::Create { text } => overlay.create(graph.repository(), &step.path, text).map(|()| done),
    }
}
