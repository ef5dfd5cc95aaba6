//! Views on the kinds of Flux: Kustomization, HelmRelease, sources and the FluxInstance of the Flux Operator.
//!
//! Field names and defaults follow the Flux API reference (kustomize.toolkit.fluxcd.io/v1,
//! helm.toolkit.fluxcd.io/v2, source.toolkit.fluxcd.io/v1, fluxcd.controlplane.io/v1).

use crate::yaml::Node;

/// API group of the Flux Kustomization.
pub const KUSTOMIZE_GROUP: &str = "kustomize.toolkit.fluxcd.io";
/// API group of the HelmRelease.
pub const HELM_GROUP: &str = "helm.toolkit.fluxcd.io";
/// API group of GitRepository, OCIRepository, HelmRepository, Bucket and HelmChart.
pub const SOURCE_GROUP: &str = "source.toolkit.fluxcd.io";
/// API group of the FluxInstance.
pub const OPERATOR_GROUP: &str = "fluxcd.controlplane.io";

/// A reference to another object: `kind`, `name` and, where it differs from the referrer's, `namespace`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRef {
    /// Kind of the object.
    pub kind: String,
    /// Name of the object.
    pub name: String,
    /// Namespace, when written.
    pub namespace: Option<String>,
}

impl ObjectRef {
    fn of(node: Node<'_>) -> Option<ObjectRef> {
        Some(ObjectRef {
            kind: text(node, "kind").unwrap_or_default(),
            name: text(node, "name")?,
            namespace: text(node, "namespace"),
        })
    }
}

/// A Flux Kustomization document.
#[derive(Clone, Copy)]
pub struct FluxKustomization<'a>(pub Node<'a>);

impl<'a> FluxKustomization<'a> {
    fn spec(self) -> Option<Node<'a>> {
        self.0.get("spec")
    }

    /// `spec.path` as written; Flux takes an absent one for the root of the source.
    pub fn path(self) -> Option<String> {
        text(self.spec()?, "path")
    }

    /// The node of `spec.path`.
    pub fn path_node(self) -> Option<Node<'a>> {
        self.spec()?.get("path")
    }

    /// `spec.targetNamespace`.
    pub fn target_namespace(self) -> Option<String> {
        text(self.spec()?, "targetNamespace")
    }

    /// `spec.sourceRef`.
    pub fn source(self) -> Option<ObjectRef> {
        ObjectRef::of(self.spec()?.get("sourceRef")?)
    }

    /// `spec.components`: directories relative to `spec.path`.
    pub fn components(self) -> Vec<Node<'a>> {
        list(self.spec(), "components")
    }

    /// `spec.dependsOn`.
    pub fn depends_on(self) -> Vec<ObjectRef> {
        list(self.spec(), "dependsOn").into_iter().filter_map(ObjectRef::of).collect()
    }

    /// `spec.postBuild.substituteFrom`: the ConfigMaps and Secrets that hold further values.
    pub fn substitute_from(self) -> Vec<Node<'a>> {
        list(self.spec().and_then(|spec| spec.get("postBuild")), "substituteFrom")
    }

    /// `spec.suspend`.
    pub fn is_suspended(self) -> bool {
        self.flag("suspend").unwrap_or(false)
    }

    /// `spec.wait`, when written.
    pub fn wait(self) -> Option<bool> {
        self.flag("wait")
    }

    /// `spec.prune`, when written.
    pub fn prune(self) -> Option<bool> {
        self.flag("prune")
    }

    /// `spec.ignoreMissingComponents`.
    pub fn ignores_missing_components(self) -> bool {
        self.flag("ignoreMissingComponents").unwrap_or(false)
    }

    fn flag(self, key: &str) -> Option<bool> {
        self.spec()?.get(key)?.as_bool()
    }

    /// `spec.patches`: each with its `target` and `patch`.
    pub fn patches(self) -> Vec<Node<'a>> {
        list(self.spec(), "patches")
    }

    /// `spec.postBuild.substitute`: names and values, in file order.
    pub fn substitute(self) -> Vec<(String, String)> {
        let node = self.spec().and_then(|spec| spec.get("postBuild")).and_then(|post| post.get("substitute"));
        let pairs = node.into_iter().flat_map(|node| node.entries());
        pairs.filter_map(|(key, value)| Some((key.scalar()?.to_string(), value.scalar()?.to_string()))).collect()
    }
}

/// How a HelmRelease names its chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartSource {
    /// `spec.chart.spec`: a chart name and version from a repository.
    Chart {
        /// Chart name, or a path for a GitRepository.
        chart: String,
        /// Version or range, when written.
        version: Option<String>,
        /// The repository it comes from.
        source: Option<ObjectRef>,
    },
    /// `spec.chartRef`: a source that holds the chart.
    Reference(ObjectRef),
}

/// A HelmRelease document.
#[derive(Clone, Copy)]
pub struct HelmRelease<'a>(pub Node<'a>);

impl<'a> HelmRelease<'a> {
    /// Where the chart comes from; nothing for a patch document, which names no chart.
    pub fn chart(self) -> Option<ChartSource> {
        let spec = self.0.get("spec")?;
        if let Some(reference) = spec.get("chartRef") {
            return ObjectRef::of(reference).map(ChartSource::Reference);
        }
        let chart = spec.get("chart")?.get("spec")?;
        Some(ChartSource::Chart {
            chart: text(chart, "chart")?,
            version: text(chart, "version"),
            source: chart.get("sourceRef").and_then(ObjectRef::of),
        })
    }

    /// `spec.values`.
    pub fn values(self) -> Option<Node<'a>> {
        self.0.get("spec")?.get("values")
    }
}

/// A GitRepository, OCIRepository, HelmRepository or Bucket document.
#[derive(Clone, Copy)]
pub struct Source<'a>(pub Node<'a>);

impl Source<'_> {
    /// `spec.url`.
    pub fn url(self) -> Option<String> {
        text(self.0.get("spec")?, "url")
    }

    /// `spec.type` of a HelmRepository: `oci`, or `default` when absent.
    pub fn repository_type(self) -> String {
        self.0.get("spec").and_then(|spec| text(spec, "type")).unwrap_or_else(|| "default".into())
    }

    /// `spec.ref.tag` of an OCIRepository: the exact chart version it holds.
    pub fn tag(self) -> Option<String> {
        text(self.0.get("spec")?.get("ref")?, "tag")
    }

    /// `spec.ref.semver` of an OCIRepository: a range of versions.
    pub fn semver_range(self) -> Option<String> {
        text(self.0.get("spec")?.get("ref")?, "semver")
    }
}

/// The path that a FluxInstance syncs, from its own document or from the values of its HelmRelease.
pub fn instance_sync_path(root: Node<'_>) -> Option<String> {
    let spec = root.get("spec")?;
    let own = spec.get("sync");
    let by_values = || spec.get("values")?.get("instance")?.get("sync");
    text(own.or_else(by_values)?, "path")
}

fn text(node: Node<'_>, key: &str) -> Option<String> {
    let value = node.get(key)?;
    if value.is_null() { None } else { value.scalar().map(|text| text.to_string()) }
}

fn list<'a>(node: Option<Node<'a>>, key: &str) -> Vec<Node<'a>> {
    node.and_then(|node| node.get(key)).into_iter().flat_map(|list| list.items()).collect()
}
