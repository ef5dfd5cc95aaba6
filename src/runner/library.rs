//! Where a recipe is found: a path, the repository's `recipes/`, or the binary itself.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::fault::Faults;
use super::folder::Folder;
use super::prepare::root;
use crate::engine::Recipe;
use crate::plan::Diagnostic;

/// The recipes inside the binary: name and text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("chartref", include_str!("../../recipes/chartref.rhai")),
    ("oci-source", include_str!("../../recipes/oci-source.rhai")),
];

/// A recipe that can be run by its name.
pub struct Entry {
    /// The name on the command line.
    pub name: String,
    /// The recipe, or why it cannot be read.
    pub recipe: Result<Recipe, Diagnostic>,
}

/// Finds a recipe by path or name.
///
/// A name is looked up in the repository's `recipes/`, then in the binary. A path that does not exist but ends in
/// `recipes/<name>.rhai` means the recipe of that name too, so that the commands of the documentation work in a
/// repository that has no copy of its own.
pub fn find_recipe(wanted: &str, folder: &Path) -> Result<Recipe, Diagnostic> {
    find(wanted, folder, &root(folder)?)
}

fn find(wanted: &str, folder: &Path, root: &Path) -> Result<Recipe, Diagnostic> {
    let path = folder.join(wanted);
    if path.is_file() {
        return read_file(&path, wanted);
    }
    let name = named(wanted);
    if let Some(name) = name {
        let own = root.join("recipes").join(format!("{name}.rhai"));
        if own.is_file() {
            return read_file(&own, &format!("recipes/{name}.rhai"));
        }
        if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            return Recipe::read(text, &format!("recipes/{name}.rhai"), None);
        }
    }
    let names: Vec<String> = names(root);
    let shown = name.unwrap_or(wanted);
    Err(Diagnostic::usage("unknown-recipe", format!("there is no recipe `{wanted}`"))
        .suggest(shown, names.iter().map(String::as_str))
        .help("`hops list` shows the recipes that can be run here"))
}

/// Makes a recipe to start from in the repository's `recipes/`, and gives its path.
pub fn new_recipe(folder: &Path, name: &str) -> Result<String, Diagnostic> {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Diagnostic::usage("bad-name", format!("`{name}` is no name for a recipe"))
            .help("lower-case letters, digits and `-`, such as `health-checks`"));
    }
    let root = root(folder)?;
    if names(&root).iter().any(|known| known == name) {
        return Err(Diagnostic::usage("recipe-exists", format!("there is a recipe `{name}` already")));
    }
    let path = format!("recipes/{name}.rhai");
    let text = include_str!("new_recipe.rhai").replace("NAME", name);
    Folder::open(&root, &Faults::default())?.replace(&path, Some(text.as_bytes()))?;
    Ok(path)
}

/// Every recipe that can be run by name in a repository, in name order.
pub fn list_recipes(folder: &Path) -> Result<Vec<Entry>, Diagnostic> {
    let root = root(folder)?;
    let entry = |name: String| Entry { recipe: find(&format!("recipes/{name}.rhai"), &root, &root), name };
    Ok(names(&root).into_iter().map(entry).collect())
}

fn names(root: &Path) -> Vec<String> {
    let files = WalkDir::new(root.join("recipes")).max_depth(1).into_iter().filter_map(Result::ok);
    let own = files.filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".rhai")?.to_string()));
    let mut names: Vec<String> = own.chain(BUILT_IN.iter().map(|(name, _)| name.to_string())).collect();
    names.sort();
    names.dedup();
    names
}

/// The name that a bare word or a path `…recipes/<name>.rhai` stands for.
fn named(wanted: &str) -> Option<&str> {
    if !wanted.contains('/') {
        return Some(wanted.strip_suffix(".rhai").unwrap_or(wanted));
    }
    let (folder, file) = wanted.rsplit_once('/')?;
    let in_recipes = folder == "recipes" || folder.ends_with("/recipes");
    file.strip_suffix(".rhai").filter(|_| in_recipes)
}

fn read_file(path: &Path, shown: &str) -> Result<Recipe, Diagnostic> {
    let unreadable = |reason: String| {
        Diagnostic::error("unreadable-recipe", format!("recipe `{shown}` cannot be read")).because(reason)
    };
    let bytes = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8 text".into()))?;
    let folder: PathBuf = path.parent().map(Path::to_path_buf).unwrap_or_default();
    Recipe::read(&text, shown, Some(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_of_the_project_is_in_the_binary() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes");
        let mut files: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".rhai")?.to_string()))
            .collect();
        files.sort();
        assert_eq!(files, BUILT_IN.iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn a_path_into_recipes_names_a_recipe() {
        assert_eq!(named("chartref"), Some("chartref"));
        assert_eq!(named("recipes/chartref.rhai"), Some("chartref"));
        assert_eq!(named("../x/recipes/chartref.rhai"), Some("chartref"));
        assert_eq!(named("other/chartref.rhai"), None);
    }
}
