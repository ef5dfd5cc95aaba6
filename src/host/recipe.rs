//! `recipe::…`: targets, batches, blocks and notes of the plan.

use rhai::plugin::*;

use super::error::fail;
use super::run::current_run;
use super::target::Target;
use crate::plan::{Diagnostic, Recording, Subject};

fn add(ctx: &NativeCallContext<'_>, subject: Subject) -> Result<Target, Box<rhai::EvalAltResult>> {
    let run = current_run(ctx)?;
    let id = record(ctx, |recording| recording.target(subject))?;
    Ok(Target { run, id })
}

fn record<T>(
    ctx: &NativeCallContext<'_>,
    work: impl FnOnce(&mut Recording) -> T,
) -> Result<T, Box<rhai::EvalAltResult>> {
    let ended = || fail(ctx, Diagnostic::error("no-run", "the plan is finished"));
    current_run(ctx)?.record(work).ok_or_else(ended)
}

/// Targets, batches, blocks and notes of the plan.
#[export_module]
pub mod recipe {
    use rhai::{EvalAltResult, Map, NativeCallContext};

    use super::{Target, add, fail, record};
    use crate::host::doc::Doc;
    use crate::host::flux::LeftOver;
    use crate::host::query::Query;
    use crate::host::release::Release;
    use crate::plan::{Class, Diagnostic, Subject};

    /// Makes a release a target of the plan: all of its edits are made, or none.
    ///
    /// A release that `--only` or `--skip` leaves out is listed as such, and its edits are ignored.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { let t = recipe::target(hr); t.skip("example", "only an example"); }
    /// ```
    #[rhai_fn(name = "target", return_raw, volatile)]
    pub fn target_release(ctx: NativeCallContext, release: Release) -> Result<Target, Box<EvalAltResult>> {
        add(&ctx, release.subject())
    }

    /// Makes a document a target of the plan.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { let t = recipe::target(hr.doc); t.note("seen"); }
    /// ```
    #[rhai_fn(name = "target", return_raw, volatile)]
    pub fn target_doc(ctx: NativeCallContext, doc: Doc) -> Result<Target, Box<EvalAltResult>> {
        let header = doc.header();
        let subject = Subject {
            id: doc.path().to_string(),
            kind: header.as_ref().map(|header| header.kind.clone()).unwrap_or_else(|| "File".into()),
            path: doc.path().to_string(),
            line: doc.document().map_or(1, |document| document.position().line),
            names: header.map(|header| header.name).into_iter().collect(),
        };
        add(&ctx, subject)
    }

    /// Makes a file that need not exist yet a target of the plan.
    ///
    /// ```rhai
    /// let t = recipe::target("kubernetes/shared/repositories/oci/app-template.yaml");
    /// ```
    #[rhai_fn(name = "target", return_raw, volatile)]
    pub fn target_path(ctx: NativeCallContext, path: &str) -> Result<Target, Box<EvalAltResult>> {
        let own = path.to_string();
        add(&ctx, Subject { id: own.clone(), kind: "File".into(), path: own, line: 1, names: Vec::new() })
    }

    /// Lists something that is no target and is left alone, with the reason the graph gives.
    ///
    /// ```rhai
    /// for left in flux::unreached("HelmRelease") { recipe::leave_out(left, "HelmRelease"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn leave_out(ctx: NativeCallContext, left: LeftOver, kind: &str) -> Result<(), Box<EvalAltResult>> {
        let reason = left.unreached().reason;
        let subject = left.subject(kind);
        record(&ctx, |recording| recording.leave_out(subject, reason.code(), reason.message()))
    }

    /// Says in which order lanes go (`order`) and how many targets one batch holds (`size`).
    ///
    /// ```rhai
    /// recipe::batches(#{ order: ["cronjob", "deployment"], size: 5 });
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn batches(ctx: NativeCallContext, options: Map) -> Result<(), Box<EvalAltResult>> {
        let query = Query::new(&ctx, &options, &["order", "size"])?;
        let (order, size) = (query.texts("order")?, query.number("size")?);
        let size = match size.map(usize::try_from) {
            None => None,
            Some(Ok(size)) if size > 0 => Some(size),
            _ => return Err(fail(&ctx, Diagnostic::error("wrong-option", "`size` must be 1 or more"))),
        };
        record(&ctx, |recording| recording.batches(order, size))
    }

    /// Says that the recipe cannot run here, and why; the plan is then refused.
    ///
    /// ```rhai
    /// if flux::releases(#{}).is_empty() { recipe::block("no-releases", "there is no HelmRelease here"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn block(ctx: NativeCallContext, code: &str, message: &str) -> Result<(), Box<EvalAltResult>> {
        let reason = Diagnostic::error(code, message).class(Class::Blocked);
        record(&ctx, |recording| recording.block(reason))
    }

    /// The same with a command or an edit that helps.
    ///
    /// ```rhai
    /// if flux::releases(#{}).is_empty() { recipe::block("no-releases", "no HelmRelease here", "add one"); }
    /// ```
    #[rhai_fn(name = "block", return_raw, volatile)]
    pub fn block_with_help(
        ctx: NativeCallContext,
        code: &str,
        message: &str,
        help: &str,
    ) -> Result<(), Box<EvalAltResult>> {
        let reason = Diagnostic::error(code, message).class(Class::Blocked).help(help);
        record(&ctx, |recording| recording.block(reason))
    }

    /// Adds a remark to the plan.
    ///
    /// ```rhai
    /// recipe::note("two clusters share these files");
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn note(ctx: NativeCallContext, text: &str) -> Result<(), Box<EvalAltResult>> {
        record(&ctx, |recording| recording.note(text))
    }
}
