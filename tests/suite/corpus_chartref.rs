//! Scores the recipe `chartref` against what owners of real repositories did by hand.
//!
//! Per case the recipe runs with the parameters of `corpus/chartref.toml` on the tree before the owner's change and
//! really writes. Then HelmRelease files where the owner changed the chart block only must equal the owner's byte for
//! byte, no file outside the owner's change may differ, every release that stays behind must be listed with a reason,
//! and a second run must change nothing. The releases are found by a reader of its own, so that a mistake of the
//! library cannot hide itself.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use crate::corpus::{Corpus, Snapshot, TestResult, changed, in_parallel, say, scrubbed, snapshot, succeed};

const CASES: &str = include_str!("../corpus/chartref.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    figures: Score,
    #[serde(rename = "case")]
    cases: Vec<Case>,
}

/// The figures of a case or of all of them, as counted and as they must be.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Score {
    #[serde(default)]
    cases: usize,
    /// HelmRelease files that the owner and the recipe moved to `chartRef`.
    moved: usize,
    /// Those of them that are equal byte for byte.
    equal: usize,
    /// Further files that are equal, such as a new source.
    also_equal: usize,
    /// Releases that stay on `chart.spec`.
    left_out: usize,
    /// Files the recipe changed and the owner did not.
    stray: usize,
}

impl Score {
    fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        self.moved += other.moved;
        self.equal += other.equal;
        self.also_equal += other.also_equal;
        self.left_out += other.left_out;
        self.stray += other.stray;
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default = "before")]
    tree: String,
    #[serde(default = "after")]
    against: String,
    files_expected_equal: usize,
    left_out: usize,
    #[serde(default)]
    differs: Vec<String>,
    #[serde(default)]
    also_equal: Vec<String>,
    #[serde(rename = "run")]
    runs: Vec<Run>,
    note: String,
}

impl Case {
    /// The figures the case must reach.
    fn wanted(&self) -> Score {
        Score {
            cases: 1,
            moved: self.files_expected_equal + self.differs.len(),
            equal: self.files_expected_equal,
            also_equal: self.also_equal.len(),
            left_out: self.left_out,
            stray: 0,
        }
    }

    fn moves(&self, release: &Release) -> bool {
        self.runs.iter().any(|run| run.moves(release))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    recipe: String,
    only: Option<String>,
    skip: Option<String>,
    #[serde(default)]
    params: BTreeMap<String, String>,
}

impl Run {
    fn moves(&self, release: &Release) -> bool {
        let chart = self.params.get("chart").map_or("app-template", String::as_str);
        matches!(&release.source, Source::Spec(name) if chart == "*" || chart == name)
    }

    /// Runs `hops VERB` with the recipe and its parameters on a work tree.
    fn hops(&self, work_tree: &Path, verb: &str, more: &[&str]) -> TestResult<String> {
        let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes").join(format!("{}.rhai", self.recipe));
        let mut command = scrubbed(env!("CARGO_BIN_EXE_hops"));
        command.arg("-C").arg(work_tree).arg(verb).arg(recipe);
        for (name, value) in &self.params {
            command.arg("-p").arg(format!("{name}={value}"));
        }
        for (flag, selector) in [("--only", &self.only), ("--skip", &self.skip)] {
            if let Some(selector) = selector {
                command.arg(flag).arg(selector);
            }
        }
        succeed(command.args(more))
    }
}

/// The part of a plan that names what was left out, by selection or by the recipe.
#[derive(Deserialize)]
struct Plan {
    skipped: Vec<Skipped>,
}

#[derive(Deserialize)]
struct Skipped {
    target: String,
    path: String,
    code: String,
    message: String,
}

impl Skipped {
    /// Whether it stands for this release: by its name, or by its path where the graph does not reach it.
    fn names(&self, path: &str, release: &Release) -> bool {
        self.path == path && (self.target == path || self.target.rsplit('/').next() == Some(&release.name))
    }
}

#[test]
fn the_recipe_gives_what_owners_gave() -> TestResult {
    let Some(corpus) = Corpus::open()? else { return Ok(()) };
    let Cases { figures, cases } = toml::from_str(CASES)?;

    let mut total = Score::default();
    let mut complaints = Vec::new();
    let scores = in_parallel(&cases, |case| score(&corpus, case).map_err(|error| error.to_string()));
    for (case, result) in cases.iter().zip(scores) {
        match result {
            Ok((score, found)) => {
                total.add(&score);
                complaints.extend(found.into_iter().map(|complaint| format!("{}: {complaint}", case.name)));
                if score != case.wanted() {
                    complaints.push(format!("{} ({}): {score:?}, wanted {:?}", case.name, case.note, case.wanted()));
                }
            }
            Err(error) => complaints.push(format!("{}: {error}", case.name)),
        }
    }

    let count = |what: &str| complaints.iter().filter(|complaint| complaint.contains(what)).count();
    let second = if count(SECOND_RUN) == 0 { "second run empty" } else { "second run not empty" };
    say(&format!(
        "chartref cases: {} of {} pure files byte-equal ({} moved) over {} cases, {} stray, {} left out ({} unlisted), {second}",
        total.equal,
        figures.equal,
        total.moved,
        total.cases,
        total.stray,
        total.left_out,
        count(UNLISTED),
    ));
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
    assert_eq!(total, figures, "a better score belongs into tests/corpus/chartref.toml");
    Ok(())
}

const SECOND_RUN: &str = "a second run changes";
const UNLISTED: &str = "left out and not listed";

/// Carries out one case; gives its figures and what is wrong beyond them.
fn score(corpus: &Corpus, case: &Case) -> TestResult<(Score, Vec<String>)> {
    let work_tree = corpus.extract(&format!("{}/{}", case.tree, case.name))?;
    let before = snapshot(work_tree.path())?;
    let owner = corpus.read(&format!("{}/{}", case.against, case.name))?;
    let mut complaints = Vec::new();

    let mut now = before.clone();
    for run in &case.runs {
        let plan: Plan = serde_json::from_str(&run.hops(work_tree.path(), "plan", &["-o", "json"])?)?;
        if snapshot(work_tree.path())? != now {
            complaints.push("the plan writes files".to_owned());
        }
        run.hops(work_tree.path(), "run", &["--yes"])?;
        now = snapshot(work_tree.path())?;
        complaints.extend(unlisted(&now, run, &plan));
    }

    for run in &case.runs {
        run.hops(work_tree.path(), "run", &["--yes"])?;
    }
    for path in changed(&now, &snapshot(work_tree.path())?) {
        complaints.push(format!("{SECOND_RUN} {path}"));
    }

    let mut score = Score { cases: 1, ..Score::default() };
    for path in moved(&before, &owner).filter(|path| moved(&before, &now).any(|ours| ours == *path)) {
        score.moved += 1;
        if now[path] == owner[path] {
            score.equal += 1;
        } else if !case.differs.iter().any(|known| known == path) {
            complaints.push(format!("not the owner's: {path}"));
        }
    }
    for path in &case.also_equal {
        if now.get(path) == owner.get(path) {
            score.also_equal += 1;
        } else {
            complaints.push(format!("not the owner's: {path}"));
        }
    }
    for path in changed(&before, &now) {
        if before.get(path) == owner.get(path) {
            score.stray += 1;
            complaints.push(format!("outside the owner's change: {path}"));
        }
    }
    score.left_out = all_releases(&now).filter(|(_, release)| case.moves(release)).count();
    Ok((score, complaints))
}

/// Names the releases that the run could have moved, did not, and does not account for.
fn unlisted(now: &Snapshot, run: &Run, plan: &Plan) -> Vec<String> {
    let bare = plan.skipped.iter().filter(|skipped| skipped.code.is_empty() || skipped.message.is_empty());
    let mut complaints: Vec<String> =
        bare.map(|skipped| format!("skipped without a code or a reason: {}", skipped.target)).collect();
    for (path, release) in all_releases(now).filter(|(_, release)| run.moves(release)) {
        if !plan.skipped.iter().any(|skipped| skipped.names(path, &release)) {
            complaints.push(format!("{UNLISTED}: {} in {path}", release.name));
        }
    }
    complaints
}

/// Paths of files in which a release goes from `chart.spec` to `chartRef`.
fn moved<'a>(before: &'a Snapshot, after: &'a Snapshot) -> impl Iterator<Item = &'a str> {
    before.iter().filter_map(|(path, bytes)| {
        let old = releases(bytes);
        let new = if old.is_empty() { Vec::new() } else { releases(after.get(path)?) };
        let goes = |release: &Release| {
            matches!(release.source, Source::Spec(_))
                && new.iter().any(|other| other.name == release.name && other.source == Source::Reference)
        };
        old.iter().any(goes).then_some(path.as_str())
    })
}

fn all_releases(files: &Snapshot) -> impl Iterator<Item = (&str, Release)> {
    let manifests = files.iter().filter(|(path, _)| path.ends_with(".yaml") || path.ends_with(".yml"));
    manifests.flat_map(|(path, bytes)| releases(bytes).into_iter().map(move |release| (path.as_str(), release)))
}

/// A HelmRelease document.
#[derive(Debug, PartialEq)]
struct Release {
    name: String,
    source: Source,
}

#[derive(Debug, PartialEq)]
enum Source {
    /// `spec.chart.spec` with its chart.
    Spec(String),
    /// `spec.chartRef`.
    Reference,
}

/// Reads the HelmReleases of a file, by indentation: enough for block style, where owners write them.
fn releases(bytes: &[u8]) -> Vec<Release> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    if !text.contains("kind: HelmRelease") {
        return Vec::new();
    }
    let mut documents = vec![BTreeMap::new()];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for line in text.lines() {
        if line.starts_with("---") {
            documents.push(BTreeMap::new());
            open.clear();
            continue;
        }
        let trimmed = line.trim_start();
        let Some((key, value)) = trimmed.split_once(':').filter(|_| !trimmed.starts_with(['#', '-'])) else { continue };
        let depth = line.len() - trimmed.len();
        open.retain(|(outer, _)| *outer < depth);
        open.push((depth, key));
        let path = open.iter().map(|(_, key)| *key).collect::<Vec<_>>().join(".");
        if let Some(entries) = documents.last_mut() {
            entries.entry(path).or_insert_with(|| plain(value));
        }
    }
    documents.iter().filter_map(release).collect()
}

fn release(document: &BTreeMap<String, String>) -> Option<Release> {
    if document.get("kind")? != "HelmRelease" {
        return None;
    }
    let name = document.get("metadata.name")?.clone();
    let source = match document.get("spec.chart.spec.chart") {
        Some(chart) => Source::Spec(chart.clone()),
        None => document.get("spec.chartRef").map(|_| Source::Reference)?,
    };
    Some(Release { name, source })
}

/// The text of a scalar without anchor, comment and quotes.
fn plain(value: &str) -> String {
    let value = value.split(" #").next().unwrap_or_default().trim();
    let value = if value.starts_with('&') { value.split_once(' ').map_or("", |(_, rest)| rest.trim()) } else { value };
    value.trim_matches(['"', '\'']).to_owned()
}

fn before() -> String {
    "before".to_owned()
}

fn after() -> String {
    "after".to_owned()
}

#[test]
fn the_figures_are_the_sum_of_the_cases() -> TestResult {
    let Cases { figures, cases } = toml::from_str(CASES)?;
    let mut sum = Score::default();
    cases.iter().for_each(|case| sum.add(&case.wanted()));
    assert_eq!(sum, figures);
    Ok(())
}

#[test]
fn the_reader_tells_the_two_forms_apart() {
    let text = "# a comment: of the file\n---\nkind: HelmRelease\nmetadata:\n  name: &app \"one\" # the first\nspec:\n  \
                interval: 1h\n  chart:\n    spec:\n      # chart: old\n      chart: web\n---\nkind: HelmRelease\n\
                metadata:\n  name: two\nspec:\n  chartRef:\n    kind: OCIRepository\n    name: web\n---\nkind: ConfigMap\n\
                metadata:\n  name: three\n";
    let found = releases(text.as_bytes());
    let one = Release { name: "one".to_owned(), source: Source::Spec("web".to_owned()) };
    let two = Release { name: "two".to_owned(), source: Source::Reference };
    assert_eq!(found, [one, two]);
}
