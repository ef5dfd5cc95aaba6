//! Declared parameters of a recipe, and values from the command line.

use std::collections::BTreeMap;

use rhai::{Dynamic, Map};

use crate::host::{from_json, to_json};
use crate::plan::Diagnostic;

/// What a parameter takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    String,
    /// A whole number.
    Int,
    /// `true` or `false`.
    Bool,
    /// One of these words.
    Enum(Vec<String>),
    /// Texts separated by commas.
    List,
}

/// One parameter of a recipe.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name, as in `-p name=value`.
    pub name: String,
    /// What it takes.
    pub kind: Kind,
    /// Its value when none is given.
    pub default: serde_json::Value,
    /// One line for people.
    pub doc: String,
}

impl Parameter {
    /// Reads the declaration `name: #{ type, init, doc, of }`.
    pub(super) fn read(name: &str, declared: &Dynamic) -> Result<Parameter, String> {
        let map: Map = declared.clone().try_cast().ok_or_else(|| format!("parameter `{name}` must be a map"))?;
        if let Some(key) = map.keys().find(|key| !["type", "init", "doc", "of"].contains(&key.as_str())) {
            return Err(format!("`{key}` is no field of parameter `{name}`; known are type, init, doc, of"));
        }
        let text =
            |key: &str| map.get(key).and_then(|value| value.as_immutable_string_ref().ok().map(|t| t.to_string()));
        let words = || {
            let items = map.get("of").and_then(|value| value.as_array_ref().ok().map(|items| items.clone()));
            items.unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let kind = match text("type").as_deref() {
            Some("string") => Kind::String,
            Some("int") => Kind::Int,
            Some("bool") => Kind::Bool,
            Some("enum") => Kind::Enum(words()),
            Some("list") => Kind::List,
            _ => return Err(format!("parameter `{name}` needs a type: string, int, bool, enum or list")),
        };
        if kind == Kind::Enum(Vec::new()) {
            return Err(format!("parameter `{name}` is an enum and needs `of`, the list of its words"));
        }
        let default = map
            .get("init")
            .map(to_json)
            .ok_or_else(|| format!("parameter `{name}` needs `init`, its value when none is given"))?;
        let parameter = Parameter { name: name.to_string(), kind, default, doc: text("doc").unwrap_or_default() };
        match parameter.fits(&parameter.default) {
            true => Ok(parameter),
            false => Err(format!("`init` of parameter `{name}` does not fit: {}", parameter.kind_name())),
        }
    }

    /// What it takes, in words.
    pub fn kind_name(&self) -> String {
        match &self.kind {
            Kind::String => "string".into(),
            Kind::Int => "whole number".into(),
            Kind::Bool => "true or false".into(),
            Kind::Enum(words) => words.join(" | "),
            Kind::List => "list, separated by commas".into(),
        }
    }

    fn fits(&self, value: &serde_json::Value) -> bool {
        match &self.kind {
            Kind::String => value.is_string(),
            Kind::Int => value.is_i64(),
            Kind::Bool => value.is_boolean(),
            Kind::Enum(words) => value.as_str().is_some_and(|word| words.iter().any(|known| known == word)),
            Kind::List => value.as_array().is_some_and(|items| items.iter().all(serde_json::Value::is_string)),
        }
    }

    /// Reads a value as given on the command line.
    fn parse(&self, text: &str) -> Result<serde_json::Value, Diagnostic> {
        let value = match &self.kind {
            Kind::String | Kind::Enum(_) => Some(text.into()),
            Kind::Int => text.trim().parse::<i64>().ok().map(Into::into),
            Kind::Bool => text.trim().parse::<bool>().ok().map(Into::into),
            Kind::List => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Some(items.collect::<Vec<_>>().into())
            }
        };
        if let Some(value) = value.filter(|value| self.fits(value)) {
            return Ok(value);
        }
        let message = format!("`{text}` is no value for parameter `{}`: {}", self.name, self.kind_name());
        let diagnostic = Diagnostic::usage("bad-parameter", message);
        Err(match &self.kind {
            Kind::Enum(words) => diagnostic.suggest(text, words.iter().map(String::as_str)),
            _ => diagnostic,
        })
    }
}

/// The values that a plan runs with: what is given, over the defaults.
///
/// Each `given` is `name=value`. An unknown name, a value of the wrong type and a name given twice are errors.
pub(crate) fn values(
    recipe: &str,
    declared: &[Parameter],
    given: &[String],
) -> Result<BTreeMap<String, serde_json::Value>, Diagnostic> {
    let mut values: BTreeMap<String, serde_json::Value> = BTreeMap::new();
    for text in given {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Diagnostic::usage("bad-parameter", format!("`{text}` is no parameter; write `-p name=value`"))
        })?;
        let parameter = declared.iter().find(|parameter| parameter.name == name).ok_or_else(|| {
            let names = declared.iter().map(|parameter| parameter.name.as_str());
            Diagnostic::usage("unknown-parameter", format!("recipe `{recipe}` has no parameter `{name}`"))
                .suggest(name, names)
                .help(format!("`hops show {recipe}` lists its parameters"))
        })?;
        if values.insert(name.to_string(), parameter.parse(value)?).is_some() {
            return Err(Diagnostic::usage("bad-parameter", format!("parameter `{name}` is given twice")));
        }
    }
    for parameter in declared {
        values.entry(parameter.name.clone()).or_insert_with(|| parameter.default.clone());
    }
    Ok(values)
}

/// The values as the map that `plan(p)` gets.
pub(super) fn to_map(values: &BTreeMap<String, serde_json::Value>) -> Map {
    values.iter().map(|(name, value)| (name.as_str().into(), from_json(value))).collect()
}
