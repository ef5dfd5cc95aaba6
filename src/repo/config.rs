//! What the owner says about a repository in `hops.toml`: the clusters, where they are not to be found.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use super::finding::Finding;
use super::path;
use super::tree::Repository;

/// The part of `hops.toml` that concerns the graph; other tables belong to others.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Config {
    #[serde(default)]
    clusters: BTreeMap<String, ClusterConfig>,
}

#[derive(Debug, Deserialize)]
struct ClusterConfig {
    path: String,
}

impl Config {
    /// Reads `hops.toml` of a repository; a broken one is a finding.
    pub fn read(repository: &Repository) -> Result<Config, Finding> {
        let Ok(text) = fs::read_to_string(repository.root().join("hops.toml")) else { return Ok(Config::default()) };
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or_default());
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().map_or(1, |last| last.chars().count() + 1);
            Finding {
                path: "hops.toml".into(),
                place: Some((line, column)),
                code: "bad-configuration",
                message: error.message().to_string(),
            }
        })
    }

    /// The clusters that the owner names, each with its directory.
    pub fn clusters(&self) -> impl Iterator<Item = (&str, String)> {
        self.clusters.iter().filter_map(|(name, cluster)| Some((name.as_str(), path::join("", &cluster.path)?)))
    }
}
