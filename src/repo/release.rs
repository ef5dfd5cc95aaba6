//! HelmReleases with their charts, sources and patches.

use super::graph::{Graph, Object, ObjectId};
use super::path;
use super::tree::DocumentId;
use crate::manifest::flux::{ChartSource, HELM_GROUP, HelmRelease, ObjectRef, SOURCE_GROUP, Source};
use crate::manifest::kustomize::{Kustomization, Patch};
use crate::manifest::{Header, app_template};
use crate::repo::Listing;
use crate::yaml::{Document, File, Node, Path};

/// The chart of a release, with its source resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Chart name; for an OCIRepository the last part of its URL.
    pub name: String,
    /// Version or range as written: `spec.chart.spec.version`, or the tag or semver of the OCIRepository.
    pub version: Option<String>,
    /// The field that names it: `chart.spec` or `chartRef`.
    pub via: &'static str,
    /// The reference to the source as written.
    pub reference: Option<ObjectRef>,
    /// The source, when it stands in the repository.
    pub source: Option<ObjectId>,
}

/// Where the OCIRepository of a release stands: the house style of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceStyle {
    /// One for many, mostly in `flux-system`; releases name its namespace.
    Shared,
    /// Put into the namespace by a kustomize Component.
    Component,
    /// Beside the release, for it alone.
    PerApp,
}

impl SourceStyle {
    /// The style's name as recipes write it.
    pub fn name(self) -> &'static str {
        match self {
            SourceStyle::Shared => "shared",
            SourceStyle::Component => "component",
            SourceStyle::PerApp => "per-app",
        }
    }
}

impl Graph {
    /// Every HelmRelease, each once, by cluster, namespace and name.
    ///
    /// A release that two Flux Kustomizations apply is listed under the first; dormant ones are among them.
    pub fn releases(&self) -> &[ObjectId] {
        self.releases.get_or_init(|| self.of_kinds(|header| header.is(HELM_GROUP, "HelmRelease")))
    }

    /// Every source of one kind that a cluster applies, each once, by cluster, namespace and name.
    pub fn sources(&self, kind: &str) -> Vec<ObjectId> {
        let mut found = self.of_kinds(|header| header.is(SOURCE_GROUP, kind));
        found.retain(|&id| !self.is_dormant(self.object(id)));
        found
    }

    fn of_kinds(&self, wanted: impl Fn(&Header) -> bool) -> Vec<ObjectId> {
        let mut found: Vec<ObjectId> =
            (0..self.objects().len()).map(ObjectId).filter(|&id| wanted(&self.object(id).header)).collect();
        let key = |id: &ObjectId| {
            let object = self.object(*id);
            (self.clusters()[object.cluster].name.as_str(), object.namespace.as_str(), self.name(object))
        };
        found.sort_by(|a, b| key(a).cmp(&key(b)));
        found.dedup_by(|a, b| key(a) == key(b));
        found
    }

    /// The chart of a release; nothing for a document that names none.
    pub fn chart(&self, release: &Object) -> Option<Chart> {
        match HelmRelease(self.document(release)?.root()?).chart()? {
            ChartSource::Chart { chart, version, source } => {
                let found = source.as_ref().and_then(|reference| self.resolve(release, reference));
                Some(Chart { name: chart, version, via: "chart.spec", reference: source, source: found })
            }
            ChartSource::Reference(reference) => {
                let source = self.resolve(release, &reference);
                let view = source.and_then(|id| self.source_view(id));
                let version = view.and_then(|view| view.tag().or_else(|| view.semver_range()));
                let name = source.map(|id| self.source_chart(id)).unwrap_or_default();
                Some(Chart { name, version, via: "chartRef", reference: Some(reference), source })
            }
        }
    }

    /// The object that a reference of a release names; without a namespace it is the release's own.
    fn resolve(&self, release: &Object, reference: &ObjectRef) -> Option<ObjectId> {
        let name = self.substituted(release.ks, &reference.name);
        let namespace = self.substituted(release.ks, reference.namespace.as_deref().unwrap_or(&release.namespace));
        let mut named = self.named(release.cluster, &reference.kind, &namespace, &name);
        named.find(|&id| self.is_dormant(release) || !self.is_dormant(self.object(id)))
    }

    /// The view on a source's document.
    pub fn source_view(&self, id: ObjectId) -> Option<Source<'_>> {
        self.document(self.object(id))?.root().map(Source)
    }

    /// The chart that an OCIRepository holds: the last part of its URL.
    pub fn source_chart(&self, id: ObjectId) -> String {
        let url = self.source_view(id).and_then(Source::url).unwrap_or_default();
        path::name(url.trim_end_matches('/')).to_string()
    }

    /// Where the OCIRepository of a release stands; nothing for a release without one.
    pub fn source_style(&self, release: &Object) -> Option<SourceStyle> {
        let chart = self.chart(release)?;
        let source = self.object(chart.source?);
        if source.header.kind != "OCIRepository" {
            return None;
        }
        let folder = |object: &Object| path::parent(&self.repository().file(object.document.file).path);
        if self.is_in_component(source) {
            Some(SourceStyle::Component)
        } else if source.ks == release.ks || folder(source) == folder(release) {
            Some(SourceStyle::PerApp)
        } else {
            Some(SourceStyle::Shared)
        }
    }

    /// Whether a kustomize Component lists an object.
    pub fn is_in_component(&self, object: &Object) -> bool {
        let Listing::Written(file) = object.listing else { return false };
        let root = self.repository().document(DocumentId { file, index: 0 }).and_then(Document::root);
        root.is_some_and(|root| Kustomization(root).is_component())
    }

    /// The workload kinds of a release by its app-template values, one for each controller; nothing for another
    /// chart, whose values mean something else.
    pub fn workloads(&self, release: &Object) -> Vec<&'static str> {
        if self.chart(release).is_none_or(|chart| chart.name != app_template::CHART) {
            return Vec::new();
        }
        let root = self.document(release).and_then(Document::root);
        root.and_then(|root| HelmRelease(root).values()).map(app_template::workloads).unwrap_or_default()
    }

    /// The kustomization file whose patch sets a path of this object, if one does.
    ///
    /// Strategic merge patches are matched by kind and name (or a patch name that stands for any); a JSON patch
    /// without a kind is taken as not concerning it.
    pub fn patched_at(&self, object: &Object, at: &Path) -> Option<&str> {
        let site = self.patches(object).iter().find(|site| {
            let directory = path::parent(&self.repository().file(site.kustomization).path);
            match &site.patch {
                Patch::Inline(text) => File::parse(text.as_bytes().to_vec()).is_ok_and(|file| sets(&file, object, at)),
                Patch::File(relative) => path::join(directory, relative)
                    .and_then(|path| self.repository().find(&path))
                    .and_then(|id| self.repository().file(id).yaml())
                    .is_some_and(|file| sets(file, object, at)),
            }
        })?;
        Some(&self.repository().file(site.kustomization).path)
    }
}

fn sets(patch: &File, object: &Object, at: &Path) -> bool {
    patch.documents().any(|document| {
        let header = document.root().and_then(|root: Node<'_>| Header::of(root));
        let same = header.is_some_and(|header| header.kind == object.header.kind && header.name == object.header.name);
        same && document.get(at).is_some()
    })
}
