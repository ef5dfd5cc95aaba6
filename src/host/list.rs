//! `list::…`: what Rhai's arrays lack.

use rhai::plugin::*;

/// What Rhai's arrays lack.
#[export_module]
pub mod list {
    use rhai::{Array, Dynamic};

    /// The value that stands most often in a list, by its text; the first of several. `()` for an empty list.
    ///
    /// ```rhai
    /// list::majority(["1h", "15m", "15m"]) == "15m"
    /// ```
    pub fn majority(items: Array) -> Dynamic {
        let mut counts: Vec<(String, usize, Dynamic)> = Vec::new();
        for item in items {
            let text = item.to_string();
            match counts.iter_mut().find(|(known, ..)| *known == text) {
                Some((_, count, _)) => *count += 1,
                None => counts.push((text, 1, item)),
            }
        }
        let most = counts.iter().map(|(_, count, _)| *count).max();
        let found = counts.into_iter().find(|(_, count, _)| Some(*count) == most);
        found.map_or(Dynamic::UNIT, |(.., item)| item)
    }
}
