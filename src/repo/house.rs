//! The house style of a repository: what it does most, so that new text looks like its own.

use std::collections::HashMap;

use super::graph::Graph;
use super::tree::DocumentId;
use crate::manifest::Header;
use crate::manifest::kustomize::GROUP;

impl Graph {
    /// The schema URL that this repository would write for a kind, by the majority of its schema comments.
    ///
    /// Comments end in `<group>/<kind>_<version>.json` by convention; what stands before is the host part. A
    /// repository without such comments has no style to follow.
    pub fn schema_for(&self, api_version: &str, kind: &str) -> Option<String> {
        let mut hosts: HashMap<&str, usize> = HashMap::new();
        for (_, document) in self.repository().documents() {
            let Some(schema) = document.schema() else { continue };
            let header = document.root().and_then(Header::of).filter(|header| !header.group.is_empty());
            let Some(header) = header else { continue };
            let tail = schema_tail(&header.group, &header.version, &header.kind);
            if let Some(host) = schema.url.strip_suffix(tail.as_str()) {
                *hosts.entry(host).or_default() += 1;
            }
        }
        let (group, version) = api_version.split_once('/')?;
        let (host, _) = hosts.into_iter().max_by_key(|&(host, count)| (count, std::cmp::Reverse(host)))?;
        Some(format!("{host}{}", schema_tail(group, version, kind)))
    }

    /// Kustomization files of one kind (`Kustomization` or `Component`), in path order.
    pub fn kustomization_documents(&self, kind: &str) -> Vec<DocumentId> {
        let all = self.repository().flux_documents().map(|(id, _)| id);
        all.filter(|id| self.header(*id).is_some_and(|header| header.is(GROUP, kind))).collect()
    }
}

fn schema_tail(group: &str, version: &str, kind: &str) -> String {
    format!("/{group}/{}_{version}.json", kind.to_lowercase())
}
