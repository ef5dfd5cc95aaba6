//! What a document refers to by name, and which Secrets its object makes.
//!
//! The references of Flux objects are read from their fields (Flux API reference). Elsewhere, and in the values of a
//! HelmRelease, references to Secrets, ConfigMaps and claims are found by the names that Kubernetes and most charts
//! give to such fields.

use super::Header;
use super::flux::{HELM_GROUP, KUSTOMIZE_GROUP};
use crate::yaml::{Kind, Node};

/// What a reference is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// `dependsOn`: waits until the other is ready.
    DependsOn,
    /// `sourceRef` of a Flux Kustomization.
    Source,
    /// `chartRef`, or `sourceRef` of a chart.
    Chart,
    /// `postBuild.substituteFrom`.
    Substitution,
    /// `valuesFrom` of a HelmRelease.
    Values,
    /// Any other reference to a Secret, a ConfigMap or a claim.
    Mount,
}

impl Relation {
    /// The relation as people read it.
    pub fn name(self) -> &'static str {
        match self {
            Relation::DependsOn => "depends on",
            Relation::Source => "source",
            Relation::Chart => "chart",
            Relation::Substitution => "substitutes from",
            Relation::Values => "values from",
            Relation::Mount => "uses",
        }
    }
}

/// A reference in a document.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// What it is for.
    pub relation: Relation,
    /// Kind of the object referred to; empty when the reference does not say.
    pub kind: &'a str,
    /// Name as written.
    pub name: &'a str,
    /// Namespace as written.
    pub namespace: Option<&'a str>,
    /// Whether the object may be absent.
    pub optional: bool,
    /// The node of the name.
    pub node: Node<'a>,
}

/// Everything that a document refers to, in no certain order.
pub fn uses<'a>(header: &Header, root: Node<'a>) -> Vec<Use<'a>> {
    let mut found = Vec::new();
    let Some(spec) = root.get("spec") else {
        scan(root, &mut found);
        return found;
    };
    if header.is(KUSTOMIZE_GROUP, "Kustomization") {
        found.extend(spec.get("sourceRef").and_then(|node| reference(Relation::Source, node, "")));
        dependencies(spec, "Kustomization", &mut found);
        let from = spec.get("postBuild").and_then(|post| post.get("substituteFrom"));
        found.extend(from.iter().flat_map(|list| list.items()).filter_map(|node| substitution(node)));
        for key in ["decryption", "kubeConfig"] {
            spec.get(key).into_iter().for_each(|node| scan(node, &mut found));
        }
    } else if header.is(HELM_GROUP, "HelmRelease") {
        let chart = spec.get("chart").and_then(|chart| chart.get("spec")).and_then(|chart| chart.get("sourceRef"));
        found.extend(chart.or_else(|| spec.get("chartRef")).and_then(|node| reference(Relation::Chart, node, "")));
        dependencies(spec, "HelmRelease", &mut found);
        let values = spec.get("valuesFrom").into_iter().flat_map(|list| list.items());
        found.extend(values.filter_map(|node| reference(Relation::Values, node, "")));
        spec.get("values").into_iter().for_each(|node| scan(node, &mut found));
    } else if !makes_only(header) {
        scan(spec, &mut found);
    }
    found
}

/// The Secrets that the controller of an object makes from it.
pub fn makes<'a>(header: &'a Header, root: Node<'a>) -> Option<&'a str> {
    let spec = root.get("spec");
    let at = |keys: &[&str]| keys.iter().try_fold(spec?, |node, key| node.get(key))?.scalar();
    match (header.group.as_str(), header.kind.as_str()) {
        ("external-secrets.io", "ExternalSecret") => at(&["target", "name"]).or(Some(&header.name)),
        ("external-secrets.io", "ClusterExternalSecret") => at(&["externalSecretName"]).or(Some(&header.name)),
        ("bitnami.com", "SealedSecret") => Some(&header.name),
        ("cert-manager.io", "Certificate") => at(&["secretName"]),
        _ => None,
    }
}

/// Kinds whose `secretName` is what they make.
fn makes_only(header: &Header) -> bool {
    header.group == "cert-manager.io" && header.kind == "Certificate"
}

fn dependencies<'a>(spec: Node<'a>, kind: &'static str, found: &mut Vec<Use<'a>>) {
    let list = spec.get("dependsOn").into_iter().flat_map(|list| list.items());
    found.extend(list.filter_map(|node| reference(Relation::DependsOn, node, kind)));
}

fn substitution(node: Node<'_>) -> Option<Use<'_>> {
    let optional = node.get("optional").and_then(|node| node.as_bool()).unwrap_or(false);
    Some(Use { optional, ..reference(Relation::Substitution, node, "")? })
}

fn reference<'a>(relation: Relation, node: Node<'a>, kind: &'static str) -> Option<Use<'a>> {
    let name = node.get("name")?;
    Some(Use {
        relation,
        kind: node.get("kind").and_then(|kind| kind.scalar()).unwrap_or(kind),
        name: name.scalar()?,
        namespace: node.get("namespace").filter(|node| !node.is_null()).and_then(|node| node.scalar()),
        optional: node.get("optional").and_then(|node| node.as_bool()).unwrap_or(false),
        node: name,
    })
}

/// Finds references by field name at any depth.
fn scan<'a>(node: Node<'a>, found: &mut Vec<Use<'a>>) {
    match node.kind() {
        Kind::Scalar => {}
        Kind::Sequence => node.items().for_each(|item| scan(item, found)),
        Kind::Mapping => {
            found.extend(typed(node));
            for (key, value) in node.entries() {
                let hit = key.scalar().and_then(|key| field(key, value));
                match hit {
                    Some(hit) => found.push(hit),
                    None => scan(value, found),
                }
            }
        }
    }
}

/// The reference that a field is by its name.
fn field<'a>(key: &'a str, value: Node<'a>) -> Option<Use<'a>> {
    let kind = match key {
        "secretRef" | "secretKeyRef" | "secretName" | "existingSecret" | "secret" => "Secret",
        "configMapRef" | "configMapKeyRef" | "configMap" => "ConfigMap",
        "existingClaim" | "claimName" => "PersistentVolumeClaim",
        _ => return None,
    };
    if value.kind() == Kind::Mapping {
        return reference(Relation::Mount, value, kind).map(|found| Use { kind, ..found });
    }
    let name = value.as_str().filter(|name| !name.is_empty())?;
    Some(Use { relation: Relation::Mount, kind, name, namespace: None, optional: false, node: value })
}

/// A volume of app-template: `type` and `name` side by side.
fn typed(node: Node<'_>) -> Option<Use<'_>> {
    let kind = match node.get("type")?.scalar()? {
        "configMap" => "ConfigMap",
        "secret" => "Secret",
        _ => return None,
    };
    reference(Relation::Mount, node, kind).map(|found| Use { kind, ..found })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::File;

    fn names(text: &str) -> Vec<String> {
        let file = File::parse(text.as_bytes().to_vec()).unwrap();
        let root = file.document(0).unwrap().root().unwrap();
        let header = Header::of(root).unwrap();
        uses(&header, root)
            .iter()
            .map(|found| format!("{} {}/{}", found.relation.name(), found.kind, found.name))
            .collect()
    }

    #[test]
    fn a_kustomization_names_source_dependencies_and_values() {
        let text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec:\n  \
                    sourceRef: {kind: GitRepository, name: flux-system}\n  dependsOn: [{name: b, namespace: c}]\n  \
                    postBuild: {substituteFrom: [{kind: Secret, name: s, optional: true}]}\n  \
                    decryption: {secretRef: {name: sops-age}}\n";
        let found = ["source GitRepository/flux-system", "depends on Kustomization/b", "substitutes from Secret/s"];
        assert_eq!(names(text)[..3], found);
        assert_eq!(names(text)[3], "uses Secret/sops-age");
    }

    #[test]
    fn values_name_secrets_config_maps_and_claims() {
        let text = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec:\n  chartRef: \
                    {kind: OCIRepository, name: app-template}\n  values:\n    envFrom: [{secretRef: {name: x}}]\n    \
                    persistence:\n      data: {existingClaim: a}\n      config: {type: configMap, name: files}\n";
        let found = ["chart OCIRepository/app-template", "uses Secret/x", "uses PersistentVolumeClaim/a"];
        assert_eq!(names(text)[..3], found);
        assert_eq!(names(text)[3], "uses ConfigMap/files");
    }
}
