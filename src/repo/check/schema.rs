//! Schema comments that name another kind or version than the document below them.
//!
//! Two conventions are known: `…/<group>/<kind>_<version>.json`, and `<kind>-<first part of the group>-<version>` of
//! the Flux schemas. Any other address is not judged.

use super::Report;
use crate::manifest::Header;

pub(super) fn check(report: &mut Report<'_>) {
    let graph = report.graph;
    for (id, document) in graph.repository().documents() {
        let (Some(header), Some(schema)) = (graph.header(id), document.schema()) else { continue };
        let Some(named) = named(schema.url) else { continue };
        if named.matches(header) {
            continue;
        }
        let api = if header.group.is_empty() {
            header.version.clone()
        } else {
            format!("{}/{}", header.group, header.version)
        };
        let message = format!("the schema is for {}, the document is a {} of {api}", named.shown(), header.kind);
        report.add("stale-schema", &graph.repository().file(id.file).path, Some(schema.position()), message);
    }
}

/// What the address of a schema says about the documents it is for.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    kind: String,
    version: String,
    group: String,
}

impl Named {
    fn matches(&self, header: &Header) -> bool {
        let group = header.group == self.group || header.group.split('.').next() == Some(&self.group);
        group && header.version == self.version && header.kind.eq_ignore_ascii_case(&self.kind)
    }

    fn shown(&self) -> String {
        format!("{} of {}/{}", self.kind, self.group, self.version)
    }
}

fn named(url: &str) -> Option<Named> {
    let (front, file) = url.rsplit_once('/')?;
    let stem = file.strip_suffix(".json")?;
    if let Some((kind, version)) = stem.split_once('_').filter(|(_, version)| is_version(version)) {
        let group = front.rsplit('/').next()?;
        let (kind, version, group) = (kind.to_string(), version.to_string(), group.to_string());
        return group.contains('.').then_some(Named { kind, version, group });
    }
    let stem = stem.strip_suffix(".schema").unwrap_or(stem);
    let mut parts = stem.split('-');
    let (kind, group, version) = (parts.next()?, parts.next()?, parts.next()?);
    let flux = ["helm", "kustomize", "source", "notification", "image"].contains(&group);
    let (kind, version, group) = (kind.to_string(), version.to_string(), group.to_string());
    (flux && is_version(&version) && parts.next().is_none()).then_some(Named { kind, version, group })
}

fn is_version(text: &str) -> bool {
    let rest = text.strip_prefix('v').unwrap_or("");
    rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_conventions_are_read_and_others_left_alone() {
        let header = Header {
            group: "helm.toolkit.fluxcd.io".into(),
            version: "v2".into(),
            kind: "HelmRelease".into(),
            name: "a".into(),
            namespace: None,
        };
        let matches = |url: &str| named(url).map(|named| named.matches(&header));
        assert_eq!(matches("https://x.example/helm.toolkit.fluxcd.io/helmrelease_v2.json"), Some(true));
        assert_eq!(matches("https://x.example/helm.toolkit.fluxcd.io/helmrelease_v2beta2.json"), Some(false));
        assert_eq!(matches("https://x.example/main/schemas/helmrelease-helm-v2.schema.json"), Some(true));
        assert_eq!(matches("https://x.example/helmrelease-helm-v2beta1.json"), Some(false));
        assert_eq!(matches("https://json.schemastore.org/kustomization"), None);
        assert_eq!(matches("https://x.example/deployment-apps-v1.json"), None);
    }
}
