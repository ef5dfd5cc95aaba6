//! The types `Release` (a HelmRelease in one cluster) and `Source` (where a chart comes from).

use std::sync::Arc;

use rhai::plugin::*;

use super::doc::Doc;
use crate::plan::Subject;
use crate::repo::{DocumentId, Graph, Listing, Object, ObjectId};

/// A HelmRelease that a Flux Kustomization applies.
#[derive(Clone)]
pub struct Release {
    pub(super) graph: Arc<Graph>,
    pub(super) id: ObjectId,
}

/// An OCIRepository, HelmRepository, GitRepository or Bucket that a Flux Kustomization applies.
#[derive(Clone)]
pub struct Source {
    pub(super) graph: Arc<Graph>,
    pub(super) id: ObjectId,
}

impl Release {
    pub(super) fn object(&self) -> &Object {
        self.graph.object(self.id)
    }

    /// What a plan calls it.
    pub(super) fn subject(&self) -> Subject {
        subject(&self.graph, self.object())
    }
}

impl Source {
    pub(super) fn object(&self) -> &Object {
        self.graph.object(self.id)
    }
}

/// What a plan calls an object: its cluster is named where there are several.
fn subject(graph: &Graph, object: &Object) -> Subject {
    let own = format!("{}/{}", object.namespace, object.header.name);
    let cluster = &graph.clusters()[object.cluster].name;
    let full = format!("{cluster}/{own}");
    let id = if graph.clusters().len() > 1 { full.clone() } else { own.clone() };
    Subject {
        id,
        kind: object.header.kind.clone(),
        path: graph.repository().file(object.document.file).path.clone(),
        line: graph.document(object).map_or(1, |document| document.position().line),
        names: vec![own, full],
    }
}

fn doc(graph: &Arc<Graph>, object: &Object) -> Doc {
    Doc { graph: graph.clone(), id: object.document }
}

fn listing(release: &Release, listing: Option<Listing>) -> rhai::Dynamic {
    let Some(Listing::Written(file)) = listing else { return rhai::Dynamic::UNIT };
    rhai::Dynamic::from(Doc { graph: release.graph.clone(), id: DocumentId { file, index: 0 } })
}

/// Getters and methods of `Release` and `Source`.
#[export_module]
pub mod methods {
    use rhai::{Array, Dynamic, EvalAltResult, Map, NativeCallContext};

    use super::{Doc, Release, Source, doc, listing, subject};
    use crate::host::doc::parse_path;

    /// `cluster/namespace/name`, or `namespace/name` where the repository has one cluster.
    #[rhai_fn(get = "id", pure)]
    pub fn release_id(release: &mut Release) -> String {
        release.subject().id
    }

    /// `metadata.name`.
    #[rhai_fn(get = "name", pure)]
    pub fn release_name(release: &mut Release) -> String {
        release.object().header.name.clone()
    }

    /// Effective namespace.
    #[rhai_fn(get = "namespace", pure)]
    pub fn release_namespace(release: &mut Release) -> String {
        release.object().namespace.clone()
    }

    /// Name of its cluster.
    #[rhai_fn(get = "cluster", pure)]
    pub fn release_cluster(release: &mut Release) -> String {
        release.graph.clusters()[release.object().cluster].name.clone()
    }

    /// Whether nothing applies its Flux Kustomization: an app that is switched off.
    #[rhai_fn(get = "dormant", pure)]
    pub fn release_dormant(release: &mut Release) -> bool {
        release.graph.is_dormant(release.object())
    }

    /// Its document.
    #[rhai_fn(get = "doc", pure)]
    pub fn release_doc(release: &mut Release) -> Doc {
        doc(&release.graph, release.object())
    }

    /// Its chart, or `()` where the document names none: a map of `name`, `version` (or `()`), `via`
    /// (`chart.spec` or `chartRef`), `source_kind` and `source_name` (or `()`).
    #[rhai_fn(get = "chart", pure)]
    pub fn release_chart(release: &mut Release) -> Dynamic {
        let Some(chart) = release.graph.chart(release.object()) else { return Dynamic::UNIT };
        let text = |text: Option<String>| text.map_or(Dynamic::UNIT, Dynamic::from);
        let mut map = Map::new();
        map.insert("name".into(), chart.name.into());
        map.insert("version".into(), text(chart.version));
        map.insert("via".into(), chart.via.into());
        let (kind, name) = chart.reference.map(|reference| (reference.kind, reference.name)).unzip();
        map.insert("source_kind".into(), text(kind));
        map.insert("source_name".into(), text(name));
        Dynamic::from(map)
    }

    /// The source of its chart, or `()` where the repository does not hold it.
    #[rhai_fn(get = "source", pure)]
    pub fn release_source(release: &mut Release) -> Dynamic {
        let source = release.graph.chart(release.object()).and_then(|chart| chart.source);
        source.map_or(Dynamic::UNIT, |id| Dynamic::from(Source { graph: release.graph.clone(), id }))
    }

    /// Where its OCIRepository stands: `shared`, `component` or `per-app`; `()` without one.
    #[rhai_fn(get = "source_style", pure)]
    pub fn release_source_style(release: &mut Release) -> Dynamic {
        let style = release.graph.source_style(release.object());
        style.map_or(Dynamic::UNIT, |style| style.name().into())
    }

    /// The workload kinds of its app-template values, one for each enabled controller; empty for another chart.
    #[rhai_fn(get = "workloads", pure)]
    pub fn release_workloads(release: &mut Release) -> Array {
        release.graph.workloads(release.object()).into_iter().map(Dynamic::from).collect()
    }

    /// The document of the kustomization that lists it, or `()` where Flux generates one.
    #[rhai_fn(get = "listing", pure)]
    pub fn release_listing(release: &mut Release) -> Dynamic {
        listing(release, Some(release.object().listing))
    }

    /// The document of the kustomization that lists its Flux Kustomization, mostly that of the namespace; or `()`.
    #[rhai_fn(get = "namespace_listing", pure)]
    pub fn release_namespace_listing(release: &mut Release) -> Dynamic {
        listing(release, release.graph.ks(release.object().ks).listing)
    }

    /// Other releases of the same namespace that another Flux Kustomization applies: their ids.
    #[rhai_fn(get = "neighbours", pure)]
    pub fn release_neighbours(release: &mut Release) -> Array {
        let own = release.object();
        let all = release.graph.releases();
        let others = all
            .iter()
            .map(|&id| release.graph.object(id))
            .filter(|other| other.cluster == own.cluster && other.namespace == own.namespace && other.ks != own.ks);
        others.map(|other| Dynamic::from(subject(&release.graph, other).id)).collect()
    }

    /// The path of the kustomization whose patch sets a field of this release, or `()`.
    ///
    /// ```rhai
    /// for hr in flux::releases(#{}) { hr.patched_at("spec.chart"); }
    /// ```
    #[rhai_fn(return_raw, pure)]
    pub fn patched_at(
        ctx: NativeCallContext,
        release: &mut Release,
        path: &str,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let path = parse_path(&ctx, path)?;
        let found = release.graph.patched_at(release.object(), &path).map(str::to_string);
        Ok(found.map_or(Dynamic::UNIT, Dynamic::from))
    }

    /// The release in words: its id.
    #[rhai_fn(name = "to_string", name = "to_debug", pure)]
    pub fn release_display(release: &mut Release) -> String {
        release.subject().id
    }

    /// `cluster/namespace/name`, or `namespace/name` where the repository has one cluster.
    #[rhai_fn(get = "id", pure)]
    pub fn source_id(source: &mut Source) -> String {
        subject(&source.graph, source.object()).id
    }

    /// Kind of the source, such as `OCIRepository`.
    #[rhai_fn(get = "kind", pure)]
    pub fn source_kind(source: &mut Source) -> String {
        source.object().header.kind.clone()
    }

    /// `metadata.name`.
    #[rhai_fn(get = "name", pure)]
    pub fn source_name(source: &mut Source) -> String {
        source.object().header.name.clone()
    }

    /// Effective namespace.
    #[rhai_fn(get = "namespace", pure)]
    pub fn source_namespace(source: &mut Source) -> String {
        source.object().namespace.clone()
    }

    /// Name of its cluster.
    #[rhai_fn(get = "cluster", pure)]
    pub fn source_cluster(source: &mut Source) -> String {
        source.graph.clusters()[source.object().cluster].name.clone()
    }

    /// Its document.
    #[rhai_fn(get = "doc", pure)]
    pub fn source_doc(source: &mut Source) -> Doc {
        doc(&source.graph, source.object())
    }

    /// `spec.url`, or an empty text.
    #[rhai_fn(get = "url", pure)]
    pub fn source_url(source: &mut Source) -> String {
        source.graph.source_view(source.id).and_then(|view| view.url()).unwrap_or_default()
    }

    /// The chart that an OCIRepository holds: the last part of its URL.
    #[rhai_fn(get = "chart", pure)]
    pub fn source_chart(source: &mut Source) -> String {
        source.graph.source_chart(source.id)
    }

    /// `spec.ref.tag` of an OCIRepository: the exact version it holds, or `()`.
    #[rhai_fn(get = "version", pure)]
    pub fn source_version(source: &mut Source) -> Dynamic {
        let tag = source.graph.source_view(source.id).and_then(|view| view.tag());
        tag.map_or(Dynamic::UNIT, Dynamic::from)
    }

    /// Whether a kustomize Component puts it into its namespace.
    #[rhai_fn(get = "in_component", pure)]
    pub fn source_in_component(source: &mut Source) -> bool {
        source.graph.is_in_component(source.object())
    }

    /// Whether it is an OCI registry: an OCIRepository, or a HelmRepository with `type: oci`.
    #[rhai_fn(get = "oci", pure)]
    pub fn source_oci(source: &mut Source) -> bool {
        let helm = source.graph.source_view(source.id).map(|view| view.repository_type());
        source.object().header.kind == "OCIRepository" || helm.as_deref() == Some("oci")
    }

    /// The source in words: its kind and id.
    #[rhai_fn(name = "to_string", name = "to_debug", pure)]
    pub fn source_display(source: &mut Source) -> String {
        format!("{} {}", source_kind(source), source_id(source))
    }
}
