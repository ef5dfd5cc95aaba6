//! The types `Target` and `Edit`: what a recipe does to one release, document or file.

use std::sync::Arc;

use rhai::plugin::*;

use super::content::Content;
use super::run::Run;
use crate::plan::TargetId;
use crate::yaml::{Fragment, Operation, Path, Where};

/// A target of the plan.
#[derive(Clone)]
pub struct Target {
    pub(super) run: Run,
    pub(super) id: TargetId,
}

/// Edits of one document for one target.
#[derive(Clone)]
pub struct Edit {
    target: Target,
    path: Arc<str>,
    document: usize,
}

impl Edit {
    fn record(&self, operation: Operation) {
        self.target.run.record(|recording| recording.edit(self.target.id, &self.path, self.document, operation));
    }
}

type Fallible<T> = Result<T, Box<rhai::EvalAltResult>>;

fn at(ctx: &NativeCallContext<'_>, text: &str) -> Fallible<Path> {
    super::doc::parse_path(ctx, text)
}

fn content(ctx: &NativeCallContext<'_>, value: rhai::Dynamic) -> Fallible<Fragment> {
    if value.is::<Content>() {
        return Ok(value.cast::<Content>().0);
    }
    super::content::fragment(ctx, &value)
}

/// Methods of `Target` and `Edit`.
#[export_module]
pub mod methods {
    use rhai::{Dynamic, EvalAltResult, INT, Map, NativeCallContext};

    use super::{Arc, Edit, Fallible, Operation, Target, Where, at, content};
    use crate::host::doc::Doc;
    use crate::host::error::fail;
    use crate::host::value::from_dynamic;
    use crate::plan::Diagnostic;

    /// Whether the target takes part: not left out by the owner, skipped by the recipe or refused by the editor.
    #[rhai_fn(get = "active", pure)]
    pub fn active(target: &mut Target) -> bool {
        target.run.record(|recording| recording.is_active(target.id)).unwrap_or(false)
    }

    /// Starts edits of a document.
    ///
    /// An edit that the editor refuses leaves the whole target out, with the editor's reason.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).put("spec.interval", "1h"); }
    /// ```
    #[rhai_fn(volatile)]
    pub fn edit(target: &mut Target, doc: Doc) -> Edit {
        Edit { target: target.clone(), path: Arc::from(doc.path()), document: doc.id.index }
    }

    /// Creates a YAML file with this text.
    ///
    /// A path that exists, is hidden or leaves the repository leaves the whole target out.
    ///
    /// ```rhai
    /// recipe::target("apps/example.yaml").create("apps/example.yaml", "kind: Example\n");
    /// ```
    #[rhai_fn(volatile)]
    pub fn create(target: &mut Target, path: &str, text: &str) {
        target.run.record(|recording| recording.create(target.id, path, text));
    }

    /// Leaves the target out, with a stable code and a reason in words; its edits are taken back.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).skip("example", "only an example"); }
    /// ```
    #[rhai_fn(volatile)]
    pub fn skip(target: &mut Target, code: &str, message: &str) {
        target.run.record(|recording| recording.skip(target.id, code, message));
    }

    /// Puts the target into a lane.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).lane("deployment"); }
    /// ```
    #[rhai_fn(volatile)]
    pub fn lane(target: &mut Target, lane: &str) {
        target.run.record(|recording| recording.lane(target.id, lane));
    }

    /// Adds a remark to the target.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).note("seen"); }
    /// ```
    #[rhai_fn(volatile)]
    pub fn note(target: &mut Target, text: &str) {
        target.run.record(|recording| recording.note_on(target.id, text));
    }

    /// Sets the value at a path; missing mappings on the way are made.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).put("spec.maxHistory", 2); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn put(ctx: NativeCallContext, edit: &mut Edit, path: &str, value: Dynamic) -> Fallible<Edit> {
        edit.record(Operation::Put { path: at(&ctx, path)?, content: content(&ctx, value)? });
        Ok(edit.clone())
    }

    /// Sets the value at a path only when there is none.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).fill("spec.maxHistory", 2); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn fill(ctx: NativeCallContext, edit: &mut Edit, path: &str, value: Dynamic) -> Fallible<Edit> {
        edit.record(Operation::Fill { path: at(&ctx, path)?, content: content(&ctx, value)? });
        Ok(edit.clone())
    }

    /// Replaces an entry, key and value, in its place.
    ///
    /// ```rhai
    /// let reference = yaml::text("kind: OCIRepository\nname: app-template");
    /// for hr in flux::releases(#{ via: "chart.spec" }) {
    ///     recipe::target(hr).edit(hr.doc).swap("spec.chart", "chartRef", reference);
    /// }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn swap(ctx: NativeCallContext, edit: &mut Edit, path: &str, key: &str, value: Dynamic) -> Fallible<Edit> {
        let (path, content) = (at(&ctx, path)?, content(&ctx, value)?);
        edit.record(Operation::Swap { path, key: key.to_string(), content });
        Ok(edit.clone())
    }

    /// Gives an entry another key; its value, comments and place stay.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).rename("spec.interval", "every"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn rename(ctx: NativeCallContext, edit: &mut Edit, path: &str, key: &str) -> Fallible<Edit> {
        edit.record(Operation::Rename { path: at(&ctx, path)?, key: key.to_string() });
        Ok(edit.clone())
    }

    /// Takes an entry or item out, with the comments that describe it.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).remove("spec.interval"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn remove(ctx: NativeCallContext, edit: &mut Edit, path: &str) -> Fallible<Edit> {
        edit.record(Operation::Remove { path: at(&ctx, path)? });
        Ok(edit.clone())
    }

    /// Adds an item at the end of a list; a missing list is made.
    ///
    /// ```rhai
    /// for doc in repo::kustomizations("Kustomization") { recipe::target(doc).edit(doc).append("resources", "./x.yaml"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn append(ctx: NativeCallContext, edit: &mut Edit, path: &str, value: Dynamic) -> Fallible<Edit> {
        edit.record(Operation::Append { path: at(&ctx, path)?, content: content(&ctx, value)? });
        Ok(edit.clone())
    }

    /// Adds an item to a list so that it gets this index, from 0.
    ///
    /// ```rhai
    /// for doc in repo::kustomizations("Kustomization") { recipe::target(doc).edit(doc).insert("resources", 0, "./x.yaml"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn insert(ctx: NativeCallContext, edit: &mut Edit, path: &str, index: INT, value: Dynamic) -> Fallible<Edit> {
        let wrong = |_| fail(&ctx, Diagnostic::error("bad-index", format!("{index} is no index of a list")));
        let index = usize::try_from(index).map_err(wrong)?;
        edit.record(Operation::Insert { path: at(&ctx, path)?, index, content: content(&ctx, value)? });
        Ok(edit.clone())
    }

    /// Takes every item out of a list that has this value, or, for a map, these values at these paths.
    ///
    /// ```rhai
    /// for doc in repo::kustomizations("Kustomization") { recipe::target(doc).edit(doc).drop("resources", "./pvc.yaml"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn drop(ctx: NativeCallContext, edit: &mut Edit, path: &str, item: Dynamic) -> Fallible<Edit> {
        let wrong = |name: String| fail(&ctx, Diagnostic::error("no-yaml-form", format!("`{name}` has no YAML form")));
        let item = match item.clone().try_cast::<Map>() {
            Some(map) => {
                let pair = |(key, value): (&rhai::Identifier, &Dynamic)| -> Result<_, Box<EvalAltResult>> {
                    Ok((at(&ctx, key)?, from_dynamic(value).map_err(wrong)?))
                };
                Where::Has(map.iter().map(pair).collect::<Result<_, _>>()?)
            }
            None => Where::Is(from_dynamic(&item).map_err(wrong)?),
        };
        edit.record(Operation::Drop { path: at(&ctx, path)?, item });
        Ok(edit.clone())
    }

    /// Moves an entry elsewhere in the document, as it is written, with the comments that describe it.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).move_to("spec.timeout", "spec.upgrade.timeout"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn move_to(ctx: NativeCallContext, edit: &mut Edit, path: &str, to: &str) -> Fallible<Edit> {
        edit.record(Operation::MoveTo { path: at(&ctx, path)?, to: at(&ctx, to)? });
        Ok(edit.clone())
    }

    /// Adds comment lines above an entry or item, unless they are there.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).comment("spec.interval", "twice a day"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn comment(ctx: NativeCallContext, edit: &mut Edit, path: &str, text: &str) -> Fallible<Edit> {
        edit.record(Operation::Comment { path: at(&ctx, path)?, text: text.to_string() });
        Ok(edit.clone())
    }

    /// Adds an entry before another.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).before("spec.interval", "timeout", "5m"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn before(ctx: NativeCallContext, edit: &mut Edit, path: &str, key: &str, value: Dynamic) -> Fallible<Edit> {
        let (path, content) = (at(&ctx, path)?, content(&ctx, value)?);
        edit.record(Operation::Before { path, key: key.to_string(), content });
        Ok(edit.clone())
    }

    /// Adds an entry after another.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).after("spec.interval", "timeout", "5m"); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn after(ctx: NativeCallContext, edit: &mut Edit, path: &str, key: &str, value: Dynamic) -> Fallible<Edit> {
        let (path, content) = (at(&ctx, path)?, content(&ctx, value)?);
        edit.record(Operation::After { path, key: key.to_string(), content });
        Ok(edit.clone())
    }

    /// Replaces an alias or a merge key by a copy of what it stands for.
    ///
    /// ```rhai
    /// let path = "spec.values.controllers.navidrome.containers.app.probes.readiness";
    /// for hr in flux::releases(#{ namespace: "media" }) { recipe::target(hr).edit(hr.doc).detach(path); }
    /// ```
    #[rhai_fn(return_raw, volatile)]
    pub fn detach(ctx: NativeCallContext, edit: &mut Edit, path: &str) -> Fallible<Edit> {
        edit.record(Operation::Detach { path: at(&ctx, path)? });
        Ok(edit.clone())
    }

    /// Sets the address in the document's `# yaml-language-server: $schema=` comment.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { recipe::target(hr).edit(hr.doc).schema("https://example.com/x.json"); }
    /// ```
    #[rhai_fn(volatile)]
    pub fn schema(edit: &mut Edit, url: &str) -> Edit {
        edit.record(Operation::Schema { url: url.to_string() });
        edit.clone()
    }
}
