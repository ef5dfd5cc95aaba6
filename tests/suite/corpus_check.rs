//! The graph and its check over real repositories: expected counts, and every mistake that people made by hand.
//!
//! Counts are facts about each repository, found by other means too. The list of mistakes is complete: a finding that
//! is not in it is a false alarm, and one that is missing was overlooked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hops::manifest::uses::Relation;
use hops::repo::{Depth, Edge, Graph, Repository, Severity, Target, Vertex};

use crate::corpus::{Corpus, TestResult, say, scrubbed, succeed};

/// What a repository holds.
#[derive(Debug, PartialEq, Eq)]
struct Counts {
    clusters: usize,
    /// Flux Kustomizations that a cluster applies, and those that nothing applies.
    kustomizations: (usize, usize),
    /// HelmReleases by cluster, namespace and name, dormant ones included.
    releases: usize,
    /// `dependsOn` of applied Flux Kustomizations and HelmReleases; all resolve.
    depends_on: (usize, usize),
    /// References of applied releases to charts, and of Flux Kustomizations to sources; all resolve.
    sources: (usize, usize),
    /// Errors and warnings of the check.
    problems: (usize, usize),
}

/// The newest tree of each repository.
///
/// The template repository holds its manifests as Jinja templates, so there is nothing that Flux could read.
const HEADS: &[(&str, Counts)] = &[
    (
        "ahinko/home-ops",
        Counts {
            clusters: 1,
            kustomizations: (99, 1),
            releases: 87,
            depends_on: (117, 0),
            sources: (86, 98),
            problems: (0, 14),
        },
    ),
    (
        "bjw-s-labs/home-ops",
        Counts {
            clusters: 1,
            kustomizations: (94, 0),
            releases: 79,
            depends_on: (63, 0),
            sources: (79, 93),
            problems: (0, 0),
        },
    ),
    (
        "fluxcd/flux2-kustomize-helm-example",
        Counts {
            clusters: 2,
            kustomizations: (6, 0),
            releases: 6,
            depends_on: (4, 0),
            sources: (6, 6),
            problems: (0, 0),
        },
    ),
    (
        "mirceanton/home-ops",
        Counts {
            clusters: 1,
            kustomizations: (107, 1),
            releases: 101,
            depends_on: (194, 0),
            sources: (100, 106),
            problems: (0, 0),
        },
    ),
    (
        "onedr0p/home-ops",
        Counts {
            clusters: 1,
            kustomizations: (79, 0),
            releases: 68,
            depends_on: (19, 0),
            sources: (68, 78),
            problems: (0, 0),
        },
    ),
    (
        "thaynes43/haynes-ops",
        Counts {
            clusters: 2,
            kustomizations: (145, 1),
            releases: 123,
            depends_on: (175, 39),
            sources: (123, 145),
            problems: (0, 58),
        },
    ),
];

#[test]
fn every_reference_of_the_newest_trees_resolves() -> TestResult {
    let Some(corpus) = Corpus::open()? else { return Ok(()) };
    for (name, expected) in HEADS {
        let tree = corpus.extract(&format!("head/{name}"))?;
        let graph = read(tree.path());
        let missing = missing(&graph);
        assert!(missing.is_empty(), "{name}: {missing:#?}");
        let counts = count(&graph);
        say(&format!("{name}: {counts:?}"));
        assert_eq!(&counts, expected, "{name}");
    }
    Ok(())
}

#[test]
fn folder_names_do_not_matter() -> TestResult {
    let Some(corpus) = Corpus::open()? else { return Ok(()) };
    let (name, expected) = &HEADS[HEADS.len() - 1];
    let tree = corpus.extract(&format!("head/{name}"))?;
    // The same repository under other names: `spec.path` counts from the root, so it is rewritten with the folder.
    for entry in walkdir::WalkDir::new(tree.path()) {
        let path = entry?.into_path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = std::fs::read_to_string(&path)?;
            std::fs::write(&path, text.replace("./kubernetes/", "./deep/down/"))?;
        }
    }
    std::fs::create_dir(tree.path().join("deep"))?;
    std::fs::rename(tree.path().join("kubernetes"), tree.path().join("deep/down"))?;
    assert_eq!(&count(&read(tree.path())), expected);
    Ok(())
}

/// What people broke with their own change: case, code, how often, and why it is a mistake.
#[rustfmt::skip]
const MISTAKES: &[(&str, &str, usize, &str)] = &[
    ("chartref-ahi-01", "missing-source", 1, "node-exporter keeps a HelmRepository that the change deletes"),
    ("chartref-hay-02", "no-namespace", 1, "the new OCIRepository lost the namespace of the HelmRepository it replaces"),
    ("chartref-hay-16", "component-in-resources", 2, "plex lists two Components under resources; the owner's next commit moves them"),
    ("ksmove-hay-06", "missing-source", 1, "the shared HelmRepository went, edge still needs it; repaired with ksmove-hay-08"),
    ("ksmove-hay-07", "missing-dependency", 11, "what moved to kube-system is still sought in flux-system; repaired with ksmove-hay-03"),
    ("ksmove-one-01", "missing-dependency", 2, "one dependsOn lacks its namespace, one names a namespace that anchors changed"),
    ("rename-hay-01", "missing-component", 3, "frontend's paths still count from the old depth"),
    ("rename-hay-01", "missing-source", 1, "homepage's chart came from one of these components"),
    ("sources-ahi-01", "missing-source", 9, "two namespaces lack the component that holds the source; repaired with comp-ahi-01"),
    ("sources-hay-04", "missing-resource", 2, "the folder of all sources has no kustomization file yet"),
    ("sources-hay-04", "missing-source", 77, "and so no HelmRepository exists"),
    ("sources-hay-05", "missing-source", 2, "two releases still name the source that was removed; repaired with comp-hay-03"),
    ("sources-hay-06", "missing-dependency", 2, "volsync and snapshot-controller seek rook-ceph in its old namespace"),
];

#[test]
fn new_errors_are_exactly_the_mistakes_that_people_made() -> TestResult {
    let Some(corpus) = Corpus::open()? else { return Ok(()) };
    let mut found: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for case in cases()? {
        let before = errors(&corpus, &format!("before/{case}"))?;
        let after = errors(&corpus, &format!("after/{case}"))?;
        for (code, _, _) in after.difference(&before) {
            *found.entry((case.clone(), code)).or_default() += 1;
        }
    }
    for (case, code, count, why) in MISTAKES {
        say(&format!("{case}: {count} {code}: {why}"));
    }
    let expected = MISTAKES.iter().map(|(case, code, count, _)| ((case.to_string(), *code), *count));
    assert_eq!(found, expected.collect());
    Ok(())
}

/// Names of the cases, by the references of the bundle.
fn cases() -> TestResult<Vec<String>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("HOPS_CORPUS").map_or_else(beside, PathBuf::from);
    let heads = succeed(scrubbed("git").args(["bundle", "list-heads"]).arg(folder.join("corpus.bundle")))?;
    Ok(heads.lines().filter_map(|line| Some(line.split_once("refs/heads/before/")?.1.to_string())).collect())
}

fn read(root: &Path) -> Graph {
    Graph::new(Repository::read(root), Depth::All)
}

/// The errors of a tree, each without the part of its message that depends on the rest of the repository.
fn errors(corpus: &Corpus, reference: &str) -> TestResult<BTreeSet<(&'static str, String, String)>> {
    let tree = corpus.extract(reference)?;
    let problems = read(tree.path()).check().into_iter().filter(|problem| problem.rule.severity == Severity::Error);
    let plain = |message: &str| message.split(';').next().unwrap_or_default().to_string();
    Ok(problems.map(|problem| (problem.rule.code, problem.path, plain(&problem.message))).collect())
}

fn count(graph: &Graph) -> Counts {
    let active = graph.kustomizations().iter().filter(|ks| !ks.dormant).count();
    let edges = |relation: Relation, of_ks: bool| {
        let same = |edge: &&Edge| {
            edge.relation == relation && matches!(edge.from, Vertex::Ks(_)) == of_ks && !is_dormant(graph, edge.from)
        };
        graph.edges().all().iter().filter(same).count()
    };
    let problems = graph.check();
    let problems = |severity| problems.iter().filter(|problem| problem.rule.severity == severity).count();
    Counts {
        clusters: graph.clusters().len(),
        kustomizations: (active, graph.kustomizations().len() - active),
        releases: graph.releases().len(),
        depends_on: (edges(Relation::DependsOn, true), edges(Relation::DependsOn, false)),
        sources: (edges(Relation::Chart, false), edges(Relation::Source, true)),
        problems: (problems(Severity::Error), problems(Severity::Warning)),
    }
}

/// Dependencies, sources and charts that lead nowhere, dormant ones included.
fn missing(graph: &Graph) -> Vec<String> {
    let matters = |edge: &&Edge| matches!(edge.relation, Relation::DependsOn | Relation::Source | Relation::Chart);
    let active = graph.edges().all().iter().filter(matters).filter(|edge| !is_dormant(graph, edge.from));
    let missing = active.filter(|edge| edge.target == Target::Missing);
    missing.map(|edge| format!("{:?}: {} {}/{}", graph.place_of(edge), edge.kind, edge.namespace, edge.name)).collect()
}

fn is_dormant(graph: &Graph, vertex: Vertex) -> bool {
    match vertex {
        Vertex::Ks(id) => graph.ks(id).dormant,
        Vertex::Object(id) => graph.is_dormant(graph.object(id)),
    }
}
