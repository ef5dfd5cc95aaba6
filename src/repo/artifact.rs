//! Paths in an artifact that an ArtifactGenerator copies out of this repository.
//!
//! Understood are copies of whole folders, `from: "@alias/folder/**"` to `"@artifact/…/"`; single files, patterns and
//! exclusions are not followed.
//!
//! Source: source-watcher, "Artifact Generators" of the Flux reference.

use super::path;
use crate::manifest::flux::ObjectRef;
use crate::yaml::Node;

/// API group of the ArtifactGenerator.
pub(super) const GROUP: &str = "source.extensions.fluxcd.io";

/// The folder of this repository that a path of an artifact comes from.
///
/// `own` tells whether a reference names the source that holds this repository.
pub(super) fn folder(
    generator: Node<'_>,
    artifact: &str,
    wanted: &str,
    own: impl Fn(&ObjectRef) -> bool,
) -> Option<String> {
    let spec = generator.get("spec")?;
    let text = |node: Node<'_>, key: &str| node.get(key).and_then(|node| node.scalar()).map(str::to_string);
    let sources = spec.get("sources")?;
    let aliases: Vec<String> = sources
        .items()
        .filter(|node| {
            let (kind, name) = (text(*node, "kind").unwrap_or_default(), text(*node, "name").unwrap_or_default());
            own(&ObjectRef { kind, name, namespace: text(*node, "namespace") })
        })
        .filter_map(|node| text(node, "alias"))
        .collect();
    let artifact = spec.get("artifacts")?.items().find(|node| text(*node, "name").as_deref() == Some(artifact))?;
    let wanted = path::join("", wanted)?;
    artifact.get("copy")?.items().find_map(|copy| {
        let from = text(copy, "from")?;
        let (alias, from) = from.strip_prefix('@')?.split_once('/')?;
        let from = path::join("", from.strip_suffix("**")?)?;
        let to = text(copy, "to")?;
        let to = path::join("", to.strip_prefix("@artifact/")?)?;
        let rest = if to.is_empty() { Some(wanted.as_str()) } else { wanted.strip_prefix(to.as_str()) }?;
        let whole = rest.is_empty() || to.is_empty() || rest.starts_with('/');
        let known = aliases.iter().any(|known| known == alias);
        if whole && known { path::join(&from, rest.trim_start_matches('/')) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::folder;
    use crate::yaml::File;

    #[test]
    fn a_path_leads_back_through_the_copy_that_made_it() {
        let text = "spec:\n  sources: [{alias: repo, kind: GitRepository, name: flux-system}]\n  artifacts:\n    - name: apps\n      \
                    copy:\n        - {from: \"@repo/apps/base/**\", to: \"@artifact/base/\"}\n        - {from: \
                    \"@repo/apps/edge/**\", to: \"@artifact/edge/\"}\n    - name: all\n      copy: [{from: \"@repo/infra/**\", to: \
                    \"@artifact/\"}]\n";
        let file = File::parse(text.as_bytes().to_vec()).unwrap();
        let root = file.document(0).unwrap().root().unwrap();
        let find = |artifact: &str, wanted: &str| folder(root, artifact, wanted, |source| source.name == "flux-system");
        assert_eq!(find("apps", "./edge/media").as_deref(), Some("apps/edge/media"));
        assert_eq!(find("all", "./configs").as_deref(), Some("infra/configs"));
        assert_eq!(find("apps", "./edgy"), None);
        assert_eq!(find("none", "./edge"), None);
    }
}
