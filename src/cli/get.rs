//! `hops get`: what the repository holds, by kind.

use super::CommandResult;
use super::app::{App, Format, Outcome, print};
use crate::plan::{Diagnostic, Selection};
use crate::repo::{Depth, Graph, LookupError, Wanted};
use crate::report;
use crate::runner;

/// List Flux Kustomizations, releases, sources or any other objects
///
/// Answers from the files alone, with the namespaces that objects will really have. What no cluster applies is
/// listed as such. `-o` knows wide, json, yaml, csv, md and name.
#[derive(Debug, clap::Args)]
pub(super) struct GetArgs {
    /// Kind: ks, hr, source, route, claim, secret, or any kind
    kind: String,
    /// Names: globs over name, namespace/name or cluster/namespace/name
    names: Vec<String>,
    /// Only this namespace
    #[arg(short, long, conflicts_with = "all_namespaces")]
    namespace: Option<String>,
    /// All namespaces, which is the default
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Only this cluster
    #[arg(long)]
    cluster: Option<String>,
}

pub(super) const FORMATS: [Format; 7] =
    [Format::Text, Format::Wide, Format::Json, Format::Yaml, Format::Csv, Format::Md, Format::Name];

pub(super) fn execute(args: &GetArgs, app: &mut App) -> CommandResult {
    let short = Wanted::short(&args.kind);
    // What has few columns needs the objects of Flux only.
    let few = matches!(app.format, Format::Text | Format::Md | Format::Name);
    let flux =
        short.as_ref().is_some_and(|wanted| wanted.is_release() || wanted.is_source() || (wanted.is_ks() && few));
    let graph = runner::open_at(&app.folder, if flux { Depth::Flux } else { Depth::All })?;
    let wanted = short.map_or_else(|| Wanted::parse(&args.kind, &graph), Ok).map_err(not_found)?;
    let cluster = args.cluster.as_deref().map(|name| cluster(&graph, name)).transpose()?;
    let selection = Selection::new(&args.names, &[]).map_err(|error| {
        Diagnostic::usage("bad-selector", error.to_string()).help("write a name or a glob such as `media/*`")
    })?;
    let table = report::inventory(&graph, &wanted, |at, namespace, name| {
        let own = format!("{namespace}/{name}");
        let full = format!("{}/{own}", graph.clusters()[at].name);
        cluster.is_none_or(|cluster| cluster == at)
            && args.namespace.as_deref().is_none_or(|wanted| wanted == namespace)
            && selection.selects(&[name, &own, &full])
    });
    match app.format {
        Format::Json => app.json(&report::table_json(&table))?,
        Format::Yaml => {
            let text = serde_yaml::to_string(&report::table_json(&table)).map_err(|error| {
                Diagnostic::error("internal", format!("internal error: {error}")).help("please report this")
            })?;
            print(std::io::Write::write_all(app.out(), text.as_bytes()))?;
        }
        Format::Csv => print(report::write_csv(&table, app.out()))?,
        Format::Md => print(report::write_markdown(&table, app.out()))?,
        Format::Name => print(report::write_names(&table, app.out()))?,
        form => {
            let width = app.width().filter(|_| form != Format::Wide);
            print(report::write_table(&table, form == Format::Wide, width, app.out()))?;
        }
    }
    Ok(Outcome::Done)
}

/// The place of a cluster by its name.
pub(super) fn cluster(graph: &Graph, name: &str) -> Result<usize, Diagnostic> {
    let names = || graph.clusters().iter().map(|cluster| cluster.name.as_str());
    names().position(|known| known == name).ok_or_else(|| {
        let known: Vec<&str> = names().collect();
        let error = Diagnostic::usage("unknown-cluster", format!("there is no cluster `{name}`"));
        error.suggest(name, names()).help(format!("the clusters are: {}", known.join(", ")))
    })
}

/// A lookup that failed, with what comes near.
pub(super) fn not_found(error: LookupError) -> Diagnostic {
    let message = error.to_string();
    match error {
        LookupError::UnknownKind { kind, known } => {
            Diagnostic::usage("unknown-kind", message).suggest(&kind, known.iter().map(String::as_str))
        }
        LookupError::Nothing { reference, known } => {
            Diagnostic::usage("unknown-reference", message).suggest(&reference, known.iter().map(String::as_str))
        }
        LookupError::Several { matches, .. } => {
            let shown: Vec<String> = matches.iter().take(8).map(|name| format!("`{name}`")).collect();
            let more = if matches.len() > shown.len() { " or others" } else { "" };
            Diagnostic::usage("ambiguous-reference", message).help(format!("name one of {}{more}", shown.join(", ")))
        }
    }
}
