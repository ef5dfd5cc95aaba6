//! The type `Doc`: one YAML document of the repository, read-only.

use std::sync::Arc;

use rhai::plugin::*;

use crate::manifest::Header;
use crate::repo::{DocumentId, Graph};
use crate::yaml::{Document, Path, Step};

/// One YAML document.
#[derive(Clone)]
pub struct Doc {
    pub(super) graph: Arc<Graph>,
    pub(super) id: DocumentId,
}

impl Doc {
    pub(super) fn path(&self) -> &str {
        &self.graph.repository().file(self.id.file).path
    }

    /// Its header; the graph knows those of Flux and Kustomize, others are read from the document.
    pub(super) fn header(&self) -> Option<Header> {
        let known = self.graph.header(self.id).map(|header| header.as_ref().clone());
        known.or_else(|| self.document().and_then(Document::root).and_then(Header::of))
    }

    pub(super) fn document(&self) -> Option<crate::yaml::Document<'_>> {
        self.graph.repository().document(self.id)
    }
}

/// Reads a path argument, or says what is wrong with it.
pub(super) fn parse_path(
    ctx: &NativeCallContext<'_>,
    text: &str,
) -> Result<crate::yaml::Path, Box<rhai::EvalAltResult>> {
    let parsed = crate::yaml::Path::parse(text);
    parsed.map_err(|error| super::error::fail(ctx, crate::plan::Diagnostic::error("bad-path", error.to_string())))
}

/// Whether a script may see what stands at a path: nothing of an encrypted document, of a Secret what names it.
fn may_show(document: Document<'_>, path: &Path) -> bool {
    let names = ["apiVersion", "kind", "metadata", "type"];
    let named = || matches!(path.steps().first(), Some(Step::Key(key)) if names.contains(&key.as_str()));
    let secret = document.root().and_then(Header::of).is_some_and(|header| header.is_secret());
    !document.is_encrypted() && (!secret || named())
}

/// Getters and methods of `Doc`.
#[export_module]
pub mod methods {
    use rhai::{Array, Dynamic, EvalAltResult, INT, NativeCallContext};

    use super::{Doc, may_show, parse_path};
    use crate::host::error::fail;
    use crate::host::value::to_dynamic;
    use crate::plan::Diagnostic;
    use crate::repo::path as repo_path;

    /// `kind`, or an empty text.
    #[rhai_fn(get = "kind", pure)]
    pub fn kind(doc: &mut Doc) -> String {
        doc.header().map(|header| header.kind).unwrap_or_default()
    }

    /// `metadata.name`, or an empty text.
    #[rhai_fn(get = "name", pure)]
    pub fn name(doc: &mut Doc) -> String {
        doc.header().map(|header| header.name).unwrap_or_default()
    }

    /// `metadata.namespace` as written, or `()`; the effective one is the release's.
    #[rhai_fn(get = "namespace", pure)]
    pub fn namespace(doc: &mut Doc) -> Dynamic {
        doc.header().and_then(|header| header.namespace).map_or(Dynamic::UNIT, Dynamic::from)
    }

    /// Path of its file, from the repository root.
    #[rhai_fn(get = "path", pure)]
    pub fn path(doc: &mut Doc) -> String {
        doc.path().to_string()
    }

    /// The folder of its file, from the repository root.
    #[rhai_fn(get = "folder", pure)]
    pub fn folder(doc: &mut Doc) -> String {
        repo_path::parent(doc.path()).to_string()
    }

    /// Line of the document in its file, from 1.
    #[rhai_fn(get = "line", pure)]
    pub fn line(doc: &mut Doc) -> INT {
        doc.document().map_or(1, |document| document.position().line as INT)
    }

    /// The URL of its `# yaml-language-server: $schema=` comment, or `()`.
    #[rhai_fn(get = "schema", pure)]
    pub fn schema(doc: &mut Doc) -> Dynamic {
        let schema = doc.document().and_then(|document| document.schema()).map(|schema| schema.url.to_string());
        schema.map_or(Dynamic::UNIT, Dynamic::from)
    }

    /// Whether SOPS encrypts it: key names can be read, nothing can be edited.
    #[rhai_fn(get = "encrypted", pure)]
    pub fn encrypted(doc: &mut Doc) -> bool {
        doc.document().is_some_and(|document| document.is_encrypted())
    }

    /// The value at a path as Kubernetes reads it, or `()`.
    ///
    /// Values of an encrypted document are not given, and of a Secret only those of its metadata.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { hr.doc.get("spec.interval"); }
    /// ```
    #[rhai_fn(return_raw, pure)]
    pub fn get(ctx: NativeCallContext, doc: &mut Doc, path: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        let path = parse_path(&ctx, path)?;
        let Some(document) = doc.document().filter(|document| may_show(*document, &path)) else {
            return Ok(Dynamic::UNIT);
        };
        let Some(node) = document.get(&path) else { return Ok(Dynamic::UNIT) };
        let value = node.value().map_err(|error| fail(&ctx, Diagnostic::error("bad-value", error.to_string())))?;
        Ok(to_dynamic(&value))
    }

    /// Whether something stands at a path.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { hr.doc.has("spec.chartRef"); }
    /// ```
    #[rhai_fn(return_raw, pure)]
    pub fn has(ctx: NativeCallContext, doc: &mut Doc, path: &str) -> Result<bool, Box<EvalAltResult>> {
        let path = parse_path(&ctx, path)?;
        Ok(doc.document().is_some_and(|document| document.get(&path).is_some()))
    }

    /// The values at every place that a path matches, in file order.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { hr.doc.all("**.tag"); }
    /// ```
    #[rhai_fn(return_raw, pure)]
    pub fn all(ctx: NativeCallContext, doc: &mut Doc, path: &str) -> Result<Array, Box<EvalAltResult>> {
        let path = parse_path(&ctx, path)?;
        let Some(document) = doc.document().filter(|document| may_show(*document, &path)) else {
            return Ok(Array::new());
        };
        let mut values = Array::new();
        for node in document.all(&path) {
            let value = node.value().map_err(|error| fail(&ctx, Diagnostic::error("bad-value", error.to_string())))?;
            values.push(to_dynamic(&value));
        }
        Ok(values)
    }

    /// The document in words: its kind, name and place.
    #[rhai_fn(name = "to_string", name = "to_debug", pure)]
    pub fn display(doc: &mut Doc) -> String {
        let (kind, name, line) = (kind(doc), name(doc), line(doc));
        format!("{kind} {name} ({}:{line})", doc.path())
    }
}
