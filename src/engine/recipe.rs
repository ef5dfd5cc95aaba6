//! A recipe: its text, the header that is read without running it, and the runbook of its `//!` lines.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rhai::{AST, Dynamic, Map};
use semver::{Version, VersionReq};

use super::explain::Script;
use super::limits::bare;
use super::parameter::{Parameter, values};
use super::resolver::{Resolver, imports};
use crate::host::type_name;
use crate::plan::{Diagnostic, RecipeId, digest};

/// What `const RECIPE` says.
#[derive(Debug, Clone)]
pub struct Header {
    /// Name, as on the command line.
    pub name: String,
    /// Version of the recipe.
    pub version: String,
    /// Phase of the roadmap.
    pub phase: String,
    /// Risk: `low`, `medium` or `high`.
    pub risk: String,
    /// Capabilities it needs.
    pub needs: Vec<String>,
    /// Its parameters, in name order.
    pub parameters: Vec<Parameter>,
}

/// A recipe that was read and compiled.
pub struct Recipe {
    /// What its header says.
    pub header: Header,
    /// Its runbook, as Markdown.
    pub runbook: String,
    /// What a person knows it by: a path, or `built in`.
    pub origin: String,
    /// Its folder, when it is a file.
    pub folder: Option<PathBuf>,
    pub(super) script: Script,
    pub(super) ast: AST,
}

const KEYS: [&str; 7] = ["name", "version", "hops", "phase", "risk", "needs", "params"];

impl Recipe {
    /// Reads a recipe from its text; `origin` is what errors name.
    pub fn read(text: &str, origin: &str, folder: Option<&Path>) -> Result<Recipe, Diagnostic> {
        let script = Script::new(origin, text);
        let mut ast = bare().compile(text).map_err(|error| script.parse_error(&error))?;
        ast.set_source(origin);
        let header = header(&ast, &script)?;
        let has_plan = ast.iter_functions().any(|function| function.name == "plan" && function.params.len() == 1);
        if !has_plan {
            return Err(Diagnostic::error("no-plan", format!("recipe `{}` has no function `plan(p)`", header.name))
                .at(origin, None)
                .help("add `fn plan(p) { … }`: it finds targets and records edits"));
        }
        let runbook = runbook(text);
        Ok(Recipe { header, runbook, origin: origin.into(), folder: folder.map(Path::to_path_buf), script, ast })
    }

    /// Name, version and digest, as a plan carries them.
    pub fn id(&self) -> RecipeId {
        RecipeId {
            name: self.header.name.clone(),
            version: self.header.version.clone(),
            digest: digest(self.script.text().as_bytes()),
        }
    }

    /// The modules that it imports, at any depth, with the digest of each.
    pub fn modules(&self) -> BTreeMap<String, String> {
        let resolver = Resolver::new(self.folder.as_deref(), &self.origin);
        let mut found = BTreeMap::new();
        let mut open = imports(self.script.text());
        while let Some(path) = open.pop() {
            if found.contains_key(&path) {
                continue;
            }
            // One that is not found is an error of the run, not of the list.
            let Some(text) = resolver.module_text(&path) else { continue };
            found.insert(path, digest(text.as_bytes()));
            open.extend(imports(&text));
        }
        found
    }

    /// Checks parameters (`name=value`) without running anything.
    pub fn check_values(&self, given: &[String]) -> Result<(), Diagnostic> {
        values(&self.header.name, &self.header.parameters, given).map(drop)
    }

    /// The first heading of the runbook, or the name.
    pub fn title(&self) -> &str {
        let heading = self.runbook.lines().find_map(|line| line.strip_prefix("# "));
        heading.unwrap_or(&self.header.name)
    }

    /// The recipe's text.
    pub fn text(&self) -> &str {
        self.script.text()
    }
}

fn header(ast: &AST, script: &Script) -> Result<Header, Diagnostic> {
    let map = ast
        .iter_literal_variables(true, false)
        .find(|(name, ..)| *name == "RECIPE")
        .and_then(|(.., value)| value.try_cast::<Map>())
        .ok_or_else(|| {
            Diagnostic::error("no-header", "the recipe has no literal `const RECIPE = #{ … }`")
                .at(script.origin(), None)
                .help("start with `const RECIPE = #{ name: \"…\", version: \"1.0.0\" };`, without calls or variables")
        })?;
    let wrong = |message: String| Diagnostic::error("bad-header", message).at(script.origin(), script.find("RECIPE"));
    if let Some(key) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(wrong(format!("`{key}` is no field of RECIPE")).suggest(key, KEYS));
    }
    let text = |key: &str| -> Result<Option<String>, Diagnostic> {
        let Some(value) = map.get(key) else { return Ok(None) };
        let text = value.as_immutable_string_ref().map(|text| text.to_string());
        text.map(Some).map_err(|found| wrong(format!("`{key}` of RECIPE must be a string, not {}", type_name(found))))
    };
    let needed = |key: &str| text(key)?.ok_or_else(|| wrong(format!("RECIPE has no `{key}`")));
    let version = needed("version")?;
    if Version::parse(&version).is_err() {
        return Err(wrong(format!("`{version}` is no version; write three numbers, such as 1.0.0")));
    }
    if let Some(range) = text("hops")? {
        fits(&range).map_err(wrong)?;
    }
    let needs: Vec<String> = match map.get("needs") {
        None => Vec::new(),
        Some(value) => texts(value).ok_or_else(|| wrong("`needs` of RECIPE must be a list of strings".into()))?,
    };
    let parameters: Map = match map.get("params") {
        None => Map::new(),
        Some(value) => {
            value.clone().try_cast().ok_or_else(|| wrong("`params` of RECIPE must be a map of parameters".into()))?
        }
    };
    let parameters = parameters.iter().map(|(name, declared)| Parameter::read(name, declared).map_err(wrong));
    Ok(Header {
        name: needed("name")?,
        version,
        phase: text("phase")?.unwrap_or_default(),
        risk: text("risk")?.unwrap_or_else(|| "medium".into()),
        needs,
        parameters: parameters.collect::<Result<_, _>>()?,
    })
}

/// A list of strings, and nothing else.
fn texts(value: &Dynamic) -> Option<Vec<String>> {
    let items = value.as_array_ref().ok()?;
    items.iter().map(|item| item.as_immutable_string_ref().ok().map(|text| text.to_string())).collect()
}

/// Whether this hops is one that the recipe was made for.
fn fits(range: &str) -> Result<(), String> {
    let own = env!("CARGO_PKG_VERSION");
    let request = VersionReq::parse(range).map_err(|error| format!("`hops: {range}` is no version range: {error}"))?;
    match Version::parse(own) {
        Ok(version) if !request.matches(&version) => Err(format!("the recipe is made for hops {range}; this is {own}")),
        _ => Ok(()),
    }
}

/// The `//!` lines at the top, without their marks.
fn runbook(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}
