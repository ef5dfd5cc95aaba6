//! Entries of kustomizations and paths of Flux Kustomizations that lead nowhere, or to the wrong kind.

use std::collections::BTreeSet;

use super::Report;
use crate::manifest::flux::FluxKustomization;
use crate::manifest::kustomize::{GROUP, Kustomization};
use crate::repo::build::{self, Part};
use crate::repo::edges::Vertex;
use crate::repo::entry::{self, Entry, Hole};
use crate::repo::graph::{Graph, KsId};
use crate::repo::path;
use crate::repo::tree::{DocumentId, FileId};
use crate::yaml::{Document, Kind, Node};

pub(super) fn check(report: &mut Report<'_>) {
    let graph = report.graph;
    let active = || graph.kustomizations().iter().enumerate().filter(|(_, ks)| !ks.dormant);
    let reached: BTreeSet<FileId> = active().flat_map(|(_, ks)| ks.kustomizations().iter().copied()).collect();
    let mut listed: BTreeSet<FileId> = reached.clone();
    for &file in &reached {
        listed.extend(kustomization(report, file));
    }
    for (index, ks) in active() {
        let Some(view) = graph.ks_view(KsId(index)) else { continue };
        if let Some(directory) = &ks.directory {
            ks_components(report, KsId(index), view, directory);
            listed.extend(generated(report, directory));
        } else {
            ks_path(report, KsId(index), view);
        }
    }
    syntax(report, &listed);
}

/// Checks one kustomization file and gives the files that it lists.
fn kustomization(report: &mut Report<'_>, file: FileId) -> Vec<FileId> {
    let repository = report.graph.repository();
    let shown = &repository.file(file).path;
    let directory = path::parent(shown);
    let Some(root) = repository.document(DocumentId { file, index: 0 }).and_then(Document::root) else {
        return Vec::new();
    };
    let view = Kustomization(root);
    let mut listed = Vec::new();
    for node in view.resources() {
        let Some(text) = node.scalar() else { continue };
        match entry::resource(repository, directory, text) {
            Entry::File(target) => {
                listed.push(target);
                objects(report, shown, node, target);
            }
            Entry::Directory(target) if is_component(report.graph, &target) => {
                let message = format!("`{text}` is a Component, listed under `resources`");
                report.add("component-in-resources", shown, Some(node.position()), message);
            }
            Entry::Directory(_) => {}
            Entry::Hole(hole) => resource_hole(report, shown, node, text, hole),
        }
    }
    for node in view.components() {
        component(report, shown, directory, node, node.scalar().unwrap_or_default());
    }
    for node in view.patch_files() {
        let text = node.scalar().unwrap_or_default();
        let target = path::join(directory, text);
        let found =
            target.is_some_and(|target| repository.find(&target).is_some() || repository.root().join(target).exists());
        if !found {
            report.add("missing-patch", shown, Some(node.position()), format!("patch file `{text}` does not exist"));
        }
    }
    listed
}

fn resource_hole(report: &mut Report<'_>, shown: &str, node: Node<'_>, text: &str, hole: Hole) {
    let at = Some(node.position());
    match hole {
        Hole::Missing => report.add("missing-resource", shown, at, format!("resource `{text}` does not exist")),
        Hole::NoKustomization => {
            let message = format!("resource `{text}` is a folder without a kustomization file");
            report.add("missing-resource", shown, at, message);
        }
        Hole::Outside => {
            report.add("outside-repository", shown, at, format!("resource `{text}` leads out of the repository"))
        }
        Hole::Remote | Hole::Unread => {}
    }
}

fn component(report: &mut Report<'_>, shown: &str, directory: &str, node: Node<'_>, text: &str) {
    let at = Some(node.position());
    match entry::component(report.graph.repository(), directory, text) {
        Entry::Directory(target) if !is_component(report.graph, &target) => {
            report.add("not-a-component", shown, at, format!("`{text}` is a Kustomization, listed under `components`"));
        }
        Entry::Hole(Hole::Missing) => {
            report.add("missing-component", shown, at, format!("component `{text}` does not exist"));
        }
        Entry::Hole(Hole::NoKustomization) => {
            let message = format!("component `{text}` is no folder with a kustomization file");
            report.add("missing-component", shown, at, message);
        }
        Entry::Hole(Hole::Outside) => {
            report.add("outside-repository", shown, at, format!("component `{text}` leads out of the repository"));
        }
        _ => {}
    }
}

/// A listed file must hold objects.
fn objects(report: &mut Report<'_>, shown: &str, node: Node<'_>, target: FileId) {
    let graph = report.graph;
    let file = graph.repository().file(target);
    let Some(yaml) = file.yaml() else { return };
    for (index, document) in yaml.documents().enumerate() {
        let Some(root) = document.root().filter(|root| !root.is_null()) else { continue };
        let header = graph.header(DocumentId { file: target, index });
        if header.is_some_and(|header| header.group == GROUP) {
            let message =
                format!("`{}` is a kustomization; list its folder instead", node.scalar().unwrap_or_default());
            report.add("not-an-object", shown, Some(node.position()), message);
        } else if header.is_none() || root.kind() != Kind::Mapping {
            let message = format!("a document of `{}` is no Kubernetes object", file.path);
            report.add("not-an-object", shown, Some(node.position()), message);
            report.relate([(file.path.clone(), Some(document.position()))]);
        }
    }
}

fn is_component(graph: &Graph, directory: &str) -> bool {
    let repository = graph.repository();
    let file = repository.kustomization_in(directory);
    let root = file.and_then(|file| repository.document(DocumentId { file, index: 0 })).and_then(Document::root);
    root.is_none_or(|root| Kustomization(root).is_component())
}

/// Checks the files of a directory without a kustomization file and gives them.
fn generated(report: &mut Report<'_>, directory: &str) -> Vec<FileId> {
    let graph = report.graph;
    if graph.repository().kustomization_in(directory).is_some() {
        return Vec::new();
    }
    let parts = build::generated(graph.repository(), directory).into_iter();
    let files: Vec<FileId> =
        parts.filter_map(|part| if let Part::File(file) = part { Some(file) } else { None }).collect();
    for &file in &files {
        let source = graph.repository().file(file);
        for (index, document) in source.yaml().into_iter().flat_map(|yaml| yaml.documents()).enumerate() {
            let content = document.root().is_some_and(|root| !root.is_null());
            if content && graph.header(DocumentId { file, index }).is_none() {
                let message = format!("no Kubernetes object, in `{directory}`, which Flux applies as a whole");
                report.add("not-an-object", &source.path, Some(document.position()), message);
            }
        }
    }
    files
}

fn ks_components(report: &mut Report<'_>, id: KsId, view: FluxKustomization<'_>, directory: &str) {
    let graph = report.graph;
    let Some((shown, _)) = graph.place(Vertex::Ks(id)) else { return };
    let parent = graph.ks(id).parent.unwrap_or(id);
    for node in view.components() {
        let text = graph.substituted(parent, node.scalar().unwrap_or_default());
        let hole = matches!(entry::component(graph.repository(), directory, &text), Entry::Hole(Hole::Missing));
        let ignored = hole && view.ignores_missing_components();
        if !ignored && !text.contains("${") {
            component(report, shown, directory, node, &text);
        }
    }
}

/// A path that is not there, of a Flux Kustomization that reads this repository.
fn ks_path(report: &mut Report<'_>, id: KsId, view: FluxKustomization<'_>) {
    let graph = report.graph;
    let Some((shown, _)) = graph.place(Vertex::Ks(id)) else { return };
    let (Some(written), Some(node)) = (view.path(), view.path_node()) else { return };
    let parent = graph.ks(id).parent.unwrap_or(id);
    let text = graph.substituted(parent, &written);
    let own = match (view.source(), graph.own_source(graph.ks(id).cluster)) {
        (Some(source), Some(own)) => source.kind == own.kind && source.name == own.name,
        (Some(source), None) => source.name == "flux-system",
        (None, _) => true,
    };
    if !own || text.contains("${") {
        return;
    }
    let at = Some(node.position());
    let name = &graph.ks(id).name;
    match path::join("", text.trim_start_matches('/')) {
        None => {
            report.add("outside-repository", shown, at, format!("`spec.path` of `{name}` leads out of the repository"))
        }
        Some(directory) if !graph.repository().root().join(&directory).is_dir() => {
            report.add(
                "missing-path",
                shown,
                at,
                format!("`{text}`, the path of Flux Kustomization `{name}`, does not exist"),
            );
        }
        Some(_) => {}
    }
}

/// Files that do not parse: errors where a build needs them.
fn syntax(report: &mut Report<'_>, listed: &BTreeSet<FileId>) {
    let graph = report.graph;
    for finding in graph.findings() {
        let position = finding.place.map(|(line, column)| crate::yaml::Position { line, column });
        match finding.code {
            "invalid-yaml" => {
                let needed = graph.repository().find(&finding.path).is_some_and(|file| listed.contains(&file));
                let code = if needed { "invalid-yaml" } else { "unparsed-file" };
                report.add(code, &finding.path, position, finding.message.clone());
            }
            code => report.add(code, &finding.path, position, finding.message.clone()),
        }
    }
}
