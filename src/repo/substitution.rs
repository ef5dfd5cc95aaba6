//! What Flux puts in place of `${NAME}` after the build of a Kustomization.
//!
//! Values come from `postBuild.substitute` and from the ConfigMaps of `postBuild.substituteFrom` that stand in the
//! repository. A Secret's values are never read. A name whose value is not known stays as written, so that an answer
//! is never built on a guess.

use std::borrow::Cow;
use std::collections::HashMap;

use super::path;
use super::tree::{DocumentId, FileClass, FileId, Repository};
use crate::manifest::Header;
use crate::manifest::flux::FluxKustomization;
use crate::yaml::Document;

/// The values that one Flux Kustomization substitutes.
#[derive(Debug, Default)]
pub(super) struct Variables {
    values: HashMap<String, String>,
}

impl Variables {
    /// Reads the values of a Flux Kustomization; `outer` are those of its parent.
    ///
    /// `near` is a path of its cluster: of several ConfigMaps of one name the nearest counts.
    pub fn of(
        view: FluxKustomization<'_>,
        outer: &Variables,
        repository: &Repository,
        maps: &ConfigMaps,
        near: &str,
    ) -> Variables {
        let mut values = HashMap::new();
        for entry in view.substitute_from() {
            let text = |key: &str| entry.get(key).and_then(|node| node.scalar()).unwrap_or_default();
            if text("kind") == "ConfigMap" {
                let name = outer.apply(text("name"));
                values.extend(maps.nearest(&name, near).into_iter().flat_map(|id| data(repository, id)));
            }
        }
        // In-place values win over those of ConfigMaps.
        values.extend(view.substitute().into_iter().map(|(name, value)| (name, outer.apply(&value).into_owned())));
        Variables { values }
    }

    /// A text with the known values in place; the same text when it names none.
    pub fn apply<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if text.contains("${") { Cow::Owned(substitute(text, &self.values)) } else { Cow::Borrowed(text) }
    }
}

/// The ConfigMaps of a repository by name.
#[derive(Debug, Default)]
pub(super) struct ConfigMaps {
    by_name: HashMap<String, Vec<(DocumentId, String)>>,
}

impl ConfigMaps {
    /// Reads the files that speak of ConfigMaps; a graph need not hold them.
    pub fn of(repository: &Repository) -> ConfigMaps {
        let mut by_name: HashMap<String, Vec<(DocumentId, String)>> = HashMap::new();
        let files = repository.files().iter().enumerate();
        for (index, file) in
            files.filter(|(_, file)| file.class == FileClass::Manifest && file.mentions(&["ConfigMap"]))
        {
            for (place, document) in file.yaml().into_iter().flat_map(|yaml| yaml.documents()).enumerate() {
                let header = document.root().and_then(Header::of).filter(|header| header.is("", "ConfigMap"));
                let Some(header) = header else { continue };
                let id = DocumentId { file: FileId(index), index: place };
                by_name.entry(header.name).or_default().push((id, file.path.clone()));
            }
        }
        ConfigMaps { by_name }
    }

    fn nearest(&self, name: &str, near: &str) -> Option<DocumentId> {
        let found = self.by_name.get(name)?.iter().rev();
        found.max_by_key(|(_, other)| path::shared(near, other)).map(|(id, _)| *id)
    }
}

/// The values of a ConfigMap; none of an encrypted one.
fn data(repository: &Repository, id: DocumentId) -> Vec<(String, String)> {
    let document = repository.document(id).filter(|document| !document.is_encrypted());
    let data = document.and_then(Document::root).and_then(|root| root.get("data"));
    let pairs = data.into_iter().flat_map(|data| data.entries());
    pairs.filter_map(|(key, value)| Some((key.scalar()?.to_string(), value.scalar()?.replace('\n', "")))).collect()
}

/// Replaces `${NAME}`, `${NAME:=default}` and `${NAME:-default}`; an unknown name without a default stays.
///
/// A default may hold references itself.
fn substitute(text: &str, values: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = closing_brace(&rest[start..]) else { break };
        let inner = &rest[start + 2..start + length];
        let cut = inner.find(":=").or_else(|| inner.find(":-"));
        let (name, default) = cut.map_or((inner, None), |at| (&inner[..at], Some(&inner[at + 2..])));
        out.push_str(&rest[..start]);
        // `$${NAME}` is an escape: the text `${NAME}`.
        let escaped = rest[..start].ends_with('$');
        match (values.get(name), default) {
            _ if escaped => out.push_str(&rest[start..=start + length]),
            (Some(value), _) => out.push_str(value),
            (None, Some(default)) => out.push_str(&substitute(default, values)),
            (None, None) => out.push_str(&rest[start..=start + length]),
        }
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out
}

/// Where the brace of a leading `${` closes.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_known_values_and_defaults() {
        let values = HashMap::from([("CLUSTER".to_string(), "edge".to_string())]);
        let variables = Variables { values };
        assert_eq!(variables.apply("./clusters/${CLUSTER}/apps"), "./clusters/edge/apps");
        assert_eq!(variables.apply("./${REGION:=north}/${X:-y}"), "./north/y");
        assert_eq!(variables.apply("./${UNKNOWN}/${"), "./${UNKNOWN}/${");
        assert_eq!(variables.apply("$${CLUSTER}"), "$${CLUSTER}");
        assert_eq!(variables.apply("${CLAIM:-${CLUSTER}}-x"), "edge-x");
        assert_eq!(variables.apply("${CLAIM:-${APP}}"), "${APP}");
    }
}
