//! `repo::…` and `path::…`: files, and the house style of the repository.

use std::sync::Arc;

use rhai::plugin::*;

use super::doc::Doc;
use crate::repo::{DocumentId, FileId, Graph};

/// The first document of a file, or `()` where there is none.
fn first_document(graph: Arc<Graph>, file: Option<FileId>) -> rhai::Dynamic {
    let id = file.map(|file| DocumentId { file, index: 0 });
    let id = id.filter(|&id| graph.repository().document(id).is_some());
    id.map_or(rhai::Dynamic::UNIT, |id| rhai::Dynamic::from(Doc { graph, id }))
}

/// Files, and the house style of the repository.
#[export_module]
pub mod repo {
    use rhai::{Array, Dynamic, EvalAltResult, NativeCallContext};

    use super::{Doc, first_document};
    use crate::host::error::fail;
    use crate::host::run::current_run;
    use crate::plan::Diagnostic;

    /// The first document of a file, or `()` where the repository has no such YAML file.
    ///
    /// ```rhai
    /// repo::doc("kubernetes/main/flux/apps.yaml")
    /// ```
    #[rhai_fn(return_raw)]
    pub fn doc(ctx: NativeCallContext, path: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        let graph = current_run(&ctx)?.graph().clone();
        let file = graph.repository().find(path);
        Ok(first_document(graph, file))
    }

    /// The document of the kustomization in a folder, or `()`.
    ///
    /// ```rhai
    /// repo::kustomization("kubernetes/main/apps/media")
    /// ```
    #[rhai_fn(return_raw)]
    pub fn kustomization(ctx: NativeCallContext, folder: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        let graph = current_run(&ctx)?.graph().clone();
        let file = graph.repository().kustomization_in(folder);
        Ok(first_document(graph, file))
    }

    /// Documents of kustomization files that are Components or Kustomizations, by `kind`, in path order.
    ///
    /// ```rhai
    /// for doc in repo::kustomizations("Component") { print(doc.path); }
    /// ```
    #[rhai_fn(return_raw)]
    pub fn kustomizations(ctx: NativeCallContext, kind: &str) -> Result<Array, Box<EvalAltResult>> {
        let graph = current_run(&ctx)?.graph().clone();
        let ids = graph.kustomization_documents(kind);
        Ok(ids.into_iter().map(|id| Dynamic::from(Doc { graph: graph.clone(), id })).collect())
    }

    /// Whether a path stands, on disk or by this plan.
    ///
    /// ```rhai
    /// repo::exists("README.md")
    /// ```
    #[rhai_fn(return_raw)]
    pub fn exists(ctx: NativeCallContext, path: &str) -> Result<bool, Box<EvalAltResult>> {
        let found = current_run(&ctx)?.record(|recording| recording.exists(path));
        found.ok_or_else(|| fail(&ctx, Diagnostic::error("no-run", "the plan is finished")))
    }

    /// The schema URL that this repository would write for a kind, by its majority, or `()` where it has none.
    ///
    /// Most schema comments end in `<group>/<kind>_<version>.json`; the most frequent part before that is taken.
    ///
    /// ```rhai
    /// repo::schema_for("source.toolkit.fluxcd.io/v1", "OCIRepository")
    /// ```
    #[rhai_fn(return_raw)]
    pub fn schema_for(ctx: NativeCallContext, api_version: &str, kind: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        let graph = current_run(&ctx)?.graph().clone();
        Ok(graph.schema_for(api_version, kind).map_or(Dynamic::UNIT, Dynamic::from))
    }
}

/// Paths inside the repository.
#[export_module]
pub mod path {
    use rhai::{EvalAltResult, NativeCallContext};

    use crate::host::error::fail;
    use crate::plan::Diagnostic;
    use crate::repo::path as repo_path;

    /// A path resolved against a folder; throws when it leaves the repository.
    ///
    /// ```rhai
    /// path::join("kubernetes/main/apps", "../../shared") == "kubernetes/shared"
    /// ```
    #[rhai_fn(return_raw)]
    pub fn join(ctx: NativeCallContext, folder: &str, relative: &str) -> Result<String, Box<EvalAltResult>> {
        let message = || format!("`{relative}` leads out of the repository from `{folder}`");
        repo_path::join(folder, relative).ok_or_else(|| fail(&ctx, Diagnostic::error("outside", message())))
    }

    /// The folder that holds a path.
    ///
    /// ```rhai
    /// path::parent("apps/media/ks.yaml") == "apps/media"
    /// ```
    pub fn parent(path: &str) -> String {
        repo_path::parent(path).to_string()
    }

    /// The last part of a path.
    ///
    /// ```rhai
    /// path::name("apps/media/ks.yaml") == "ks.yaml"
    /// ```
    pub fn name(path: &str) -> String {
        repo_path::name(path).to_string()
    }

    /// The way from a folder to a path, as a kustomization writes it.
    ///
    /// ```rhai
    /// path::relative("apps/media", "shared/x") == "../../shared/x"
    /// ```
    pub fn relative(folder: &str, path: &str) -> String {
        repo_path::relative(folder, path)
    }
}
