//! `hops graph`: what applies what, and what waits for what.

use super::CommandResult;
use super::app::{App, Format, Outcome, print};
use super::get::{cluster, not_found};
use crate::repo::Depth;
use crate::report::{self, Picture};
use crate::runner;

/// Show what applies what, and what waits for what
///
/// Flux Kustomizations from the entry points down, with their dependencies. With a reference only what leads to it and
/// what hangs on it. `-o` knows tree, json, dot, mermaid and svg.
#[derive(Debug, clap::Args)]
pub(super) struct GraphArgs {
    /// Name, namespace/name, kind/namespace/name, or a file
    reference: Option<String>,
    /// Only this cluster
    #[arg(long)]
    cluster: Option<String>,
}

pub(super) const FORMATS: [Format; 6] =
    [Format::Text, Format::Tree, Format::Json, Format::Dot, Format::Mermaid, Format::Svg];

pub(super) fn execute(args: &GraphArgs, app: &mut App) -> CommandResult {
    let graph = runner::open_at(&app.folder, Depth::All)?;
    let cluster = args.cluster.as_deref().map(|name| cluster(&graph, name)).transpose()?;
    let focus = args.reference.as_deref().map(|text| graph.lookup(text, cluster)).transpose().map_err(not_found)?;
    let picture = Picture::of(&graph, cluster, focus);
    match app.format {
        Format::Json => app.json(&report::picture_json(&picture))?,
        Format::Dot => print(report::write_dot(&picture, app.out()))?,
        Format::Mermaid => print(report::write_mermaid(&picture, app.out()))?,
        Format::Svg => print(report::write_svg(&picture, app.out()))?,
        _ => print(report::write_tree(&picture, app.out()))?,
    }
    Ok(Outcome::Done)
}
