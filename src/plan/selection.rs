//! Which targets the owner asked for: `--only` and `--skip`.

use ignore::overrides::{Override, OverrideBuilder};

/// Why a selector cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{selector}` is no selector: {reason}")]
pub struct SelectionError {
    /// The selector as given.
    pub selector: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Globs over a target's `namespace/name`, `cluster/namespace/name` or file path.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    only: Vec<Override>,
    skip: Vec<Override>,
}

impl Selection {
    /// Reads selectors; each may hold several, separated by commas.
    pub fn new(only: &[String], skip: &[String]) -> Result<Selection, SelectionError> {
        Ok(Selection { only: globs(only)?, skip: globs(skip)? })
    }

    /// Whether a target with one of these names takes part.
    pub fn selects(&self, names: &[&str]) -> bool {
        let any = |globs: &[Override]| {
            globs.iter().any(|glob| names.iter().any(|name| glob.matched(name, false).is_whitelist()))
        };
        (self.only.is_empty() || any(&self.only)) && !any(&self.skip)
    }
}

fn globs(selectors: &[String]) -> Result<Vec<Override>, SelectionError> {
    let words = selectors.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|word| !word.is_empty());
    words.map(glob).collect()
}

/// One glob, bound to the start of the name so that `media/*` does not mean `apps/media/plex`.
fn glob(selector: &str) -> Result<Override, SelectionError> {
    let wrong = |error: ignore::Error| SelectionError { selector: selector.to_string(), reason: error.to_string() };
    let mut builder = OverrideBuilder::new("");
    builder.add(&format!("/{}", selector.trim_start_matches('/'))).map_err(wrong)?;
    builder.build().map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selects(only: &[&str], skip: &[&str]) -> bool {
        let own = |list: &[&str]| list.iter().map(|text| text.to_string()).collect::<Vec<_>>();
        let names = ["media/plex", "main/media/plex", "kubernetes/main/apps/media/plex/app/helmrelease.yaml"];
        Selection::new(&own(only), &own(skip)).unwrap().selects(&names)
    }

    #[test]
    fn a_target_is_selected_by_any_of_its_names() {
        assert!(selects(&[], &[]));
        assert!(selects(&["media/*"], &[]));
        assert!(selects(&["main/media/plex"], &[]));
        assert!(selects(&["kubernetes/main/apps/media/**"], &[]));
        assert!(selects(&["x/y,media/plex"], &[]));
        assert!(!selects(&["plex"], &[]));
        assert!(!selects(&["downloads/*"], &[]));
    }

    #[test]
    fn skip_wins_over_only() {
        assert!(!selects(&["media/*"], &["media/plex"]));
        assert!(selects(&[], &["media/other"]));
    }

    #[test]
    fn a_broken_glob_is_named() {
        let error = Selection::new(&["media/[".into()], &[]).unwrap_err();
        assert!(error.to_string().starts_with("`media/[` is no selector"), "{error}");
    }
}
