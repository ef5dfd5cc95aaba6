//! `flux::…`: releases, sources, and what no Flux Kustomization applies.

use rhai::plugin::*;

use rhai::{Array, Map};

use super::query::Query;
use super::release::{Release, Source};
use super::run::current_run;
use crate::plan::Subject;
use crate::repo::{ObjectId, Unreached};

/// A document that no Flux Kustomization applies.
#[derive(Clone)]
pub struct LeftOver(Unreached);

impl LeftOver {
    pub(super) fn subject(&self, kind: &str) -> Subject {
        Subject {
            id: self.0.path.clone(),
            kind: kind.to_string(),
            path: self.0.path.clone(),
            line: self.0.line,
            names: Vec::new(),
        }
    }

    pub(super) fn unreached(&self) -> &Unreached {
        &self.0
    }
}

/// Getters of `LeftOver`.
#[export_module]
pub mod methods {
    use super::LeftOver;

    /// Path of its file.
    #[rhai_fn(get = "path", pure)]
    pub fn path(left: &mut LeftOver) -> String {
        left.0.path.clone()
    }

    /// `metadata.name`, or an empty text.
    #[rhai_fn(get = "name", pure)]
    pub fn name(left: &mut LeftOver) -> String {
        left.0.name.clone()
    }

    /// Why it is not applied: `patch`, `template`, `archive` or `unlisted`.
    #[rhai_fn(get = "reason", pure)]
    pub fn reason(left: &mut LeftOver) -> String {
        left.0.reason.code().to_string()
    }

    /// The document in words: its path and the reason.
    #[rhai_fn(name = "to_string", name = "to_debug", pure)]
    pub fn display(left: &mut LeftOver) -> String {
        format!("{} ({})", left.0.path, left.0.reason.code())
    }
}

fn find_sources(ctx: &NativeCallContext<'_>, kind: &str, query: Map) -> Result<Array, Box<EvalAltResult>> {
    let graph = current_run(ctx)?.graph().clone();
    let query = Query::new(ctx, &query, &["cluster", "namespace", "chart"])?;
    let (cluster, namespace, chart) = (query.text("cluster")?, query.text("namespace")?, query.text("chart")?);
    let fits = |id: &ObjectId| {
        let object = graph.object(*id);
        cluster.as_ref().is_none_or(|name| *name == graph.clusters()[object.cluster].name)
            && namespace.as_ref().is_none_or(|name| *name == object.namespace)
            && chart.as_ref().is_none_or(|name| *name == graph.source_chart(*id))
    };
    let found = graph.sources(kind).into_iter().filter(fits);
    Ok(found.map(|id| Dynamic::from(Source { graph: graph.clone(), id })).collect())
}

/// Releases, sources, and what no Flux Kustomization applies.
#[export_module]
pub mod flux {
    use rhai::{Array, Dynamic, EvalAltResult, Map, NativeCallContext};

    use super::{LeftOver, Query, Release, Source, current_run, find_sources};

    /// The HelmReleases of all clusters, by cluster, namespace and name.
    ///
    /// `query` may hold `chart` (its name, `*` for any), `via` (`chart.spec` or `chartRef`), `cluster`, `namespace`.
    /// A release is found by the Flux graph, whatever its file is called; one without a chart (a patch) is none.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{ chart: "app-template", via: "chart.spec" }) { print(hr.id); }
    /// ```
    #[rhai_fn(return_raw)]
    pub fn releases(ctx: NativeCallContext, query: Map) -> Result<Array, Box<EvalAltResult>> {
        let run = current_run(&ctx)?;
        let graph = run.graph().clone();
        let query = Query::new(&ctx, &query, &["chart", "via", "cluster", "namespace"])?;
        let (chart, via) = (query.text("chart")?.filter(|chart| chart != "*"), query.text("via")?);
        let (cluster, namespace) = (query.text("cluster")?, query.text("namespace")?);
        let mut found = Array::new();
        for &id in graph.releases() {
            let object = graph.object(id);
            let Some(own) = graph.chart(object) else { continue };
            let fits = chart.as_ref().is_none_or(|chart| *chart == own.name)
                && via.as_deref().is_none_or(|via| via == own.via)
                && cluster.as_ref().is_none_or(|name| *name == graph.clusters()[object.cluster].name)
                && namespace.as_ref().is_none_or(|name| *name == object.namespace);
            if fits {
                found.push(Dynamic::from(Release { graph: graph.clone(), id }));
            }
        }
        Ok(found)
    }

    /// The sources of a kind that clusters apply, by cluster, namespace and name.
    ///
    /// ```rhai
    /// for source in flux::sources("OCIRepository") { print(source.id); }
    /// ```
    #[rhai_fn(return_raw)]
    pub fn sources(ctx: NativeCallContext, kind: &str) -> Result<Array, Box<EvalAltResult>> {
        find_sources(&ctx, kind, Map::new())
    }

    /// The same, narrowed by `cluster`, `namespace` and `chart` (the last part of the URL).
    ///
    /// ```rhai
    /// flux::sources("OCIRepository", #{ namespace: "flux-system", chart: "app-template" })
    /// ```
    #[rhai_fn(name = "sources", return_raw)]
    pub fn sources_of(ctx: NativeCallContext, kind: &str, query: Map) -> Result<Array, Box<EvalAltResult>> {
        find_sources(&ctx, kind, query)
    }

    /// The source of a kind by cluster, namespace and name, or `()`.
    ///
    /// ```rhai
    /// flux::source("OCIRepository", "main", "flux-system", "app-template")
    /// ```
    #[rhai_fn(return_raw)]
    pub fn source(
        ctx: NativeCallContext,
        kind: &str,
        cluster: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let graph = current_run(&ctx)?.graph().clone();
        let cluster = graph.clusters().iter().position(|known| known.name == cluster);
        let found = cluster.and_then(|cluster| graph.find(cluster, kind, namespace, name));
        Ok(found.map_or(Dynamic::UNIT, |id| Dynamic::from(Source { graph, id })))
    }

    /// Documents of a kind that no Flux Kustomization applies: patches, templates, archives, unlisted files.
    ///
    /// ```rhai
    /// for left in flux::unreached("HelmRelease") { print(`${left.path}: ${left.reason}`); }
    /// ```
    #[rhai_fn(return_raw)]
    pub fn unreached(ctx: NativeCallContext, kind: &str) -> Result<Array, Box<EvalAltResult>> {
        let run = current_run(&ctx)?;
        let left = run.graph().unreached(kind);
        Ok(left.into_iter().map(|left| Dynamic::from(LeftOver(left))).collect())
    }
}
