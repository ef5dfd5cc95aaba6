//! `hops explain`: all that the repository tells about one object.

use super::CommandResult;
use super::app::{App, Outcome, Output, print};
use super::get::{cluster, not_found};
use crate::repo::Depth;
use crate::report::{self, Explanation};
use crate::runner;

/// Explain one object: its file, who applies it, what it refers to, what refers to it
#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// Name, namespace/name, kind/namespace/name, or a file
    reference: String,
    /// Only this cluster
    #[arg(long)]
    cluster: Option<String>,
}

pub(super) fn execute(args: &ExplainArgs, app: &mut App) -> CommandResult {
    let graph = runner::open_at(&app.folder, Depth::All)?;
    let cluster = args.cluster.as_deref().map(|name| cluster(&graph, name)).transpose()?;
    let vertex = graph.lookup(&args.reference, cluster).map_err(not_found)?;
    let explanation = Explanation::of(&graph, vertex);
    match app.output {
        Output::Json => app.json(&report::explanation_json(&explanation))?,
        Output::Text => print(report::write_explanation(&explanation, app.out()))?,
    }
    Ok(Outcome::Done)
}
