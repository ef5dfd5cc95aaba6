//! Repository and recipe to a plan; nothing is written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::effects::git_problem;
use super::library::find_recipe;
use crate::engine::{self, Limits, Recipe};
use crate::plan::{Diagnostic, Inputs, Plan, Recording, Selection, digest_all};
use crate::repo::git::{Found, Git};
use crate::repo::{Depth, Graph, Repository, find_root};

/// What to plan.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The folder the command runs in.
    pub folder: PathBuf,
    /// Path or name of the recipe.
    pub recipe: String,
    /// Parameters, each `name=value`.
    pub parameters: Vec<String>,
    /// Selectors of targets that take part; all when empty.
    pub only: Vec<String>,
    /// Selectors of targets that are left out.
    pub skip: Vec<String>,
}

/// A plan with what it was made from.
pub struct Prepared {
    /// The recipe.
    pub recipe: Recipe,
    /// The repository's graph.
    pub graph: Arc<Graph>,
    /// The plan.
    pub plan: Plan,
}

/// Reads what a recipe needs of the repository that a folder belongs to.
pub fn open(folder: &Path) -> Result<Arc<Graph>, Diagnostic> {
    open_at(folder, Depth::Flux)
}

/// Reads the repository that a folder belongs to, as deep as asked.
pub fn open_at(folder: &Path, depth: Depth) -> Result<Arc<Graph>, Diagnostic> {
    let root = root(folder)?;
    let graph = Graph::new(Repository::read(&root), depth);
    if graph.clusters().is_empty() {
        let shown = root.display();
        let mut diagnostic = Diagnostic::error("no-flux-objects", format!("no Flux objects found in `{shown}`"))
            .because(format!("{} YAML files were read; none starts a cluster", graph.repository().files().len()))
            .help("run hops in a repository that Flux applies, or name one with `-C DIR`");
        for finding in graph.findings().iter().take(3) {
            diagnostic = diagnostic.because(format!("{}: {}", finding.path, finding.message));
        }
        return Err(diagnostic);
    }
    Ok(Arc::new(graph))
}

/// The root of the repository that a folder belongs to.
pub fn root(folder: &Path) -> Result<PathBuf, Diagnostic> {
    find_root(folder).map_err(|error| {
        Diagnostic::error("not-a-repository", error.to_string()).help("name the repository with `-C DIR`")
    })
}

/// Makes the plan of a recipe.
pub fn prepare(request: &Request) -> Result<Prepared, Diagnostic> {
    let selection = selection(&request.only, &request.skip)?;
    // The recipe is compiled while the repository is read; what is wrong with the request is said first.
    let (recipe, graph) = std::thread::scope(|scope| {
        let reading = scope.spawn(|| open(&request.folder));
        let recipe = find_recipe(&request.recipe, &request.folder)?;
        recipe.check_values(&request.parameters)?;
        let graph = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok::<_, Diagnostic>((recipe, graph))
    })?;
    let recording = Recording::new(graph.clone(), selection);
    // What the recipe does not need is parsed beside it: a broken file is reported even where nothing refers to it.
    let (plan, inputs) = std::thread::scope(|scope| {
        let inputs = scope.spawn(|| {
            graph.repository().parse_rest();
            inputs(&graph, &recipe)
        });
        let plan = engine::plan(&recipe, &request.parameters, recording, Limits::default());
        (plan, inputs.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let plan = plan?.seal(inputs?);
    Ok(Prepared { recipe, graph, plan })
}

/// Reads `--only` and `--skip`.
pub fn selection(only: &[String], skip: &[String]) -> Result<Selection, Diagnostic> {
    Selection::new(only, skip).map_err(|error| {
        Diagnostic::usage("bad-selector", error.to_string())
            .help("write `namespace/name` or a path; `*` and `**` stand for any")
    })
}

/// What a plan is made from.
fn inputs(graph: &Graph, recipe: &Recipe) -> Result<Inputs, Diagnostic> {
    let repository = graph.repository();
    let files = repository.files().iter().flat_map(|file| {
        let bytes = match (file.yaml(), file.unparsed()) {
            (Some(yaml), _) => yaml.bytes(),
            (None, text) => text.unwrap_or_default().as_bytes(),
        };
        [file.path.as_bytes(), bytes]
    });
    let digest = digest_all(files);
    let base = match Git::find(repository.root()).map_err(git_problem)? {
        Found::WorkTree(git) => git.head().map_err(git_problem)?.commit,
        Found::Bare | Found::Nothing => None,
    };
    Ok(Inputs {
        hops: env!("CARGO_PKG_VERSION").into(),
        base,
        files: repository.files().len(),
        digest,
        modules: recipe.modules(),
    })
}
