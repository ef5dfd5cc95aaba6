//! Maps as arguments: known keys only, so that a slip of the pen is an error and not an ignored wish.

use rhai::{EvalAltResult, INT, Map, NativeCallContext};

use super::error::fail;
use super::value::type_name;
use crate::plan::Diagnostic;

/// A map argument whose keys were checked.
pub(super) struct Query<'a> {
    ctx: &'a NativeCallContext<'a>,
    map: &'a Map,
}

impl<'a> Query<'a> {
    /// Checks that a map holds only `known` keys.
    pub fn new(ctx: &'a NativeCallContext<'a>, map: &'a Map, known: &[&str]) -> Result<Query<'a>, Box<EvalAltResult>> {
        if let Some(key) = map.keys().find(|key| !known.contains(&key.as_str())) {
            let message = format!("`{key}` is no option here; known are {}", known.join(", "));
            return Err(fail(ctx, Diagnostic::error("unknown-option", message).suggest(key, known.iter().copied())));
        }
        Ok(Query { ctx, map })
    }

    /// A text, when given.
    pub fn text(&self, key: &str) -> Result<Option<String>, Box<EvalAltResult>> {
        let Some(value) = self.map.get(key).filter(|value| !value.is_unit()) else { return Ok(None) };
        let text = value.as_immutable_string_ref().map(|text| text.to_string());
        text.map(Some).map_err(|found| self.wrong(key, "a string", found))
    }

    /// A whole number, when given.
    pub fn number(&self, key: &str) -> Result<Option<INT>, Box<EvalAltResult>> {
        let Some(value) = self.map.get(key).filter(|value| !value.is_unit()) else { return Ok(None) };
        value.as_int().map(Some).map_err(|found| self.wrong(key, "a whole number", found))
    }

    /// A list of texts, empty when not given.
    pub fn texts(&self, key: &str) -> Result<Vec<String>, Box<EvalAltResult>> {
        let Some(value) = self.map.get(key).filter(|value| !value.is_unit()) else { return Ok(Vec::new()) };
        let items = value.as_array_ref().map_err(|found| self.wrong(key, "a list of strings", found))?;
        let text = |item: &rhai::Dynamic| item.as_immutable_string_ref().map(|text| text.to_string());
        items.iter().map(text).collect::<Result<_, _>>().map_err(|found| self.wrong(key, "a list of strings", found))
    }

    fn wrong(&self, key: &str, wanted: &str, found: &str) -> Box<EvalAltResult> {
        let message = format!("`{key}` must be {wanted}, not {}", type_name(found));
        fail(self.ctx, Diagnostic::error("wrong-option", message))
    }
}
