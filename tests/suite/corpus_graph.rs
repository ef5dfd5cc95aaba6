//! The graph of real repositories: what is reached, what is switched off, what is left, and whether charts resolve.

use std::collections::{BTreeMap, BTreeSet};

use hops::{
    manifest::flux::FluxKustomization,
    repo::{Depth, FileId, Graph, Repository},
};

use crate::corpus::{Corpus, Snapshot, TestResult, in_parallel, snapshot};

/// The newest tree of a repository, and what its graph holds.
struct Known {
    name: &'static str,
    clusters: &'static str,
    /// Flux Kustomizations that clusters apply, and the files that hold their documents.
    kustomizations: (usize, usize),
    /// Flux Kustomizations that nothing applies.
    dormant_kustomizations: usize,
    /// HelmReleases that clusters apply, and those of dormant Kustomizations.
    releases: (usize, usize),
    /// HelmRelease documents that nothing applies, by reason.
    unreached: &'static str,
    /// Sources by kind.
    sources: &'static str,
    /// Releases whose chart has a source that the repository does not hold, by cluster, namespace and name.
    unresolved: &'static [&'static str],
}

const KNOWN: [Known; 6] = [
    Known {
        name: "thaynes43/haynes-ops",
        clusters: "edge, main",
        kustomizations: (145, 122),
        dormant_kustomizations: 1,
        releases: (123, 0),
        unreached: "",
        sources: "GitRepository 2, HelmRepository 19, OCIRepository 43",
        unresolved: &[],
    },
    Known {
        name: "ahinko/home-ops",
        clusters: "default",
        kustomizations: (99, 88),
        dormant_kustomizations: 1,
        releases: (86, 1),
        unreached: "",
        sources: "OCIRepository 49",
        unresolved: &[],
    },
    Known {
        name: "bjw-s-labs/home-ops",
        clusters: "default",
        kustomizations: (94, 80),
        dormant_kustomizations: 0,
        releases: (79, 0),
        unreached: "",
        sources: "OCIRepository 79",
        unresolved: &[],
    },
    // Its Kustomizations apply artifacts that an ArtifactGenerator copies together out of this repository.
    Known {
        name: "fluxcd/flux2-kustomize-helm-example",
        clusters: "production, staging",
        kustomizations: (6, 4),
        dormant_kustomizations: 0,
        releases: (6, 0),
        unreached: "patch 2",
        sources: "HelmRepository 2, OCIRepository 4",
        unresolved: &[],
    },
    Known {
        name: "mirceanton/home-ops",
        clusters: "default",
        kustomizations: (107, 106),
        dormant_kustomizations: 1,
        releases: (100, 1),
        unreached: "",
        sources: "HelmRepository 2, OCIRepository 97",
        unresolved: &[],
    },
    Known {
        name: "onedr0p/home-ops",
        clusters: "default",
        kustomizations: (79, 65),
        dormant_kustomizations: 0,
        releases: (68, 0),
        unreached: "unlisted 1",
        sources: "OCIRepository 68",
        unresolved: &[],
    },
];

/// What a graph holds, one fact a line.
fn facts(graph: &Graph) -> Vec<String> {
    let (live, dormant): (Vec<_>, Vec<_>) = graph.kustomizations().iter().partition(|ks| !ks.dormant);
    let files: BTreeSet<FileId> = live.iter().filter_map(|ks| ks.document).map(|document| document.file).collect();
    let releases = graph.releases().iter().map(|&id| graph.object(id));
    let (running, asleep): (Vec<_>, Vec<_>) = releases.partition(|release| !graph.is_dormant(release));
    let clusters: Vec<&str> = graph.clusters().iter().map(|cluster| cluster.name.as_str()).collect();
    let unreached = counted(graph.unreached("HelmRelease").iter().map(|left| left.reason.code()));
    let kinds = ["GitRepository", "HelmRepository", "OCIRepository", "Bucket"];
    let sources = kinds.map(|kind| (kind, graph.sources(kind).len())).into_iter().filter(|(_, count)| *count > 0);
    let sources: Vec<String> = sources.map(|(kind, count)| format!("{kind} {count}")).collect();
    vec![
        format!("clusters: {}", clusters.join(", ")),
        format!("kustomizations: {:?}", (live.len(), files.len())),
        format!("dormant kustomizations: {}", dormant.len()),
        format!("releases: {:?}", (running.len(), asleep.len())),
        format!("unreached: {unreached}"),
        format!("sources: {}", sources.join(", ")),
        format!("unresolved: {:?}", unresolved(graph)),
    ]
}

fn counted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    counts.iter().map(|(word, count)| format!("{word} {count}")).collect::<Vec<_>>().join(", ")
}

/// Releases whose chart names a source that is not found.
fn unresolved(graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    for &id in graph.releases() {
        let release = graph.object(id);
        if graph.chart(release).is_some_and(|chart| chart.source.is_none()) {
            let cluster = &graph.clusters()[release.cluster].name;
            found.push(format!("{cluster}/{}/{}", release.namespace, release.header.name));
        }
    }
    found
}

/// Counts documents of a kind by their text alone; `group` tells a Flux Kustomization from one of kustomize.
fn documents_of(files: &Snapshot, group: &str, kind: &str) -> usize {
    let manifests = files.iter().filter(|(path, _)| path.ends_with(".yaml") || path.ends_with(".yml"));
    let documents = manifests.flat_map(|(_, bytes)| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let cut = |line: &str| if line.starts_with("---") { "\0".to_owned() } else { format!("{line}\n") };
        text.lines().map(cut).collect::<String>().split('\0').map(str::to_owned).collect::<Vec<_>>()
    });
    let of_kind = |document: &String| {
        let line = |key: &str, value: &str| {
            document
                .lines()
                .any(|line| line.split(" #").next().unwrap_or_default().trim_end() == format!("{key}: {value}"))
        };
        line("kind", kind) && document.lines().any(|line| line.starts_with(&format!("apiVersion: {group}/")))
    };
    documents.filter(of_kind).count()
}

#[test]
fn every_dependency_leads_to_a_kustomization() -> TestResult {
    let Some(corpus) = Corpus::open()? else { return Ok(()) };
    let mut total = 0;
    for known in &KNOWN {
        let tree = corpus.extract(&format!("head/{}", known.name))?;
        let graph = Graph::new(Repository::read(tree.path()), Depth::Flux);
        for ks in graph.kustomizations().iter().filter(|ks| !ks.dormant) {
            let root = ks.document.and_then(|document| graph.repository().document(document)?.root());
            for wanted in root.map(|root| FluxKustomization(root).depends_on()).unwrap_or_default() {
                let namespace = wanted.namespace.unwrap_or_else(|| ks.namespace.clone());
                let found = graph.kustomizations().iter().any(|other| {
                    other.cluster == ks.cluster && other.name == wanted.name && other.namespace == namespace
                });
                assert!(found, "{}: {}/{} depends on {namespace}/{}", known.name, ks.namespace, ks.name, wanted.name);
                total += 1;
            }
        }
    }
    assert_eq!(total, 572, "dependencies");
    Ok(())
}

#[test]
fn every_document_is_accounted_for() -> TestResult {
    let Some(corpus) = Corpus::open()? else { return Ok(()) };
    for known in &KNOWN {
        let tree = corpus.extract(&format!("head/{}", known.name))?;
        let files = snapshot(tree.path())?;
        let graph = Graph::new(Repository::read(tree.path()), Depth::All);
        let mut releases: BTreeSet<_> =
            graph.unreached("HelmRelease").iter().filter_map(|left| left.document).collect();
        releases.extend(graph.releases().iter().map(|&id| graph.object(id).document));
        let kustomizations: BTreeSet<_> = graph.kustomizations().iter().filter_map(|ks| ks.document).collect();
        assert_eq!(releases.len(), documents_of(&files, "helm.toolkit.fluxcd.io", "HelmRelease"), "{}", known.name);
        let written = documents_of(&files, "kustomize.toolkit.fluxcd.io", "Kustomization");
        assert_eq!(kustomizations.len(), written, "{}", known.name);
    }
    Ok(())
}

impl Known {
    fn facts(&self) -> Vec<String> {
        vec![
            format!("clusters: {}", self.clusters),
            format!("kustomizations: {:?}", self.kustomizations),
            format!("dormant kustomizations: {}", self.dormant_kustomizations),
            format!("releases: {:?}", self.releases),
            format!("unreached: {}", self.unreached),
            format!("sources: {}", self.sources),
            format!("unresolved: {:?}", self.unresolved),
        ]
    }
}

#[test]
fn each_repository_is_seen_whole() -> TestResult {
    let Some(corpus) = Corpus::open()? else { return Ok(()) };
    let wrong = in_parallel(&KNOWN, |known| {
        let tree = corpus.extract(&format!("head/{}", known.name)).map_err(|error| error.to_string())?;
        let graph = Graph::new(Repository::read(tree.path()), Depth::All);
        let (found, wanted) = (facts(&graph), known.facts());
        let shallow = facts(&Graph::new(Repository::read(tree.path()), Depth::Flux));
        match found == wanted && shallow == found {
            true => Ok(()),
            false => {
                Err(format!("{}\n{found:#?}\nwanted {wanted:#?}\nshallow equal: {}", known.name, shallow == found))
            }
        }
    });
    let wrong: Vec<String> = wrong.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
