//! What a recipe may import: `std/…` from the binary, and files in its own folder. Nothing absolute, nothing above.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rhai::{Engine, EvalAltResult, Module, ModuleResolver, Position, Scope, Shared};

use super::limits::bare;

/// The standard modules: import name and text.
pub const STANDARD: &[(&str, &str)] = &[("std/chart-source", include_str!("../../stdlib/chart-source.rhai"))];

/// Resolves the imports of one recipe; each module is read once.
pub(super) struct Resolver {
    folder: Option<PathBuf>,
    loaded: Mutex<Vec<(String, Shared<Module>)>>,
}

impl Resolver {
    pub fn new(folder: Option<&Path>) -> Resolver {
        Resolver { folder: folder.map(Path::to_path_buf), loaded: Mutex::new(Vec::new()) }
    }

    fn text(&self, path: &str, position: Position) -> Result<String, Box<EvalAltResult>> {
        if let Some((_, text)) = STANDARD.iter().find(|(name, _)| *name == path) {
            return Ok((*text).to_string());
        }
        let missing = || Box::new(EvalAltResult::ErrorModuleNotFound(path.to_string(), position));
        let folder = self.folder.as_ref().ok_or_else(missing)?;
        let plain = |part: &str| !part.is_empty() && part != ".." && !part.starts_with('.') && !part.contains('\\');
        let relative = path.strip_prefix("./").unwrap_or(path);
        if !relative.split('/').all(plain) || Path::new(relative).is_absolute() {
            return Err(missing());
        }
        let file = folder.join(format!("{relative}.rhai"));
        // The real place must lie below the folder too: a symbolic link could lead out.
        let inside = file
            .canonicalize()
            .ok()
            .zip(folder.canonicalize().ok())
            .is_some_and(|(file, folder)| file.starts_with(folder));
        if !inside {
            return Err(missing());
        }
        fs::read_to_string(&file).map_err(|_| missing())
    }
}

impl ModuleResolver for Resolver {
    fn resolve(
        &self,
        engine: &Engine,
        _source: Option<&str>,
        path: &str,
        position: Position,
    ) -> Result<Shared<Module>, Box<EvalAltResult>> {
        let known = |loaded: &Vec<(String, Shared<Module>)>| {
            loaded.iter().find(|(name, _)| name == path).map(|(_, module)| module.clone())
        };
        if let Some(module) = self.loaded.lock().ok().as_deref().and_then(known) {
            return Ok(module);
        }
        let text = self.text(path, position)?;
        let in_module = |error: Box<EvalAltResult>| EvalAltResult::ErrorInModule(path.to_string(), error, position);
        let mut ast = engine.compile(&text).map_err(|error| in_module(Box::new(error.into())))?;
        ast.set_source(path);
        let module = Module::eval_ast_as_new(Scope::new(), &ast, engine).map_err(in_module)?;
        let module: Shared<Module> = module.into();
        if let Ok(mut loaded) = self.loaded.lock() {
            loaded.push((path.to_string(), module.clone()));
        }
        Ok(module)
    }
}

/// The paths that a script imports, as far as they are literal.
pub fn imports(text: &str) -> Vec<String> {
    use rhai::{ASTNode, Expr, Stmt};
    let Ok(ast) = bare().compile(text) else { return Vec::new() };
    let mut found = Vec::new();
    ast.walk(&mut |nodes: &[ASTNode]| {
        if let Some(ASTNode::Stmt(Stmt::Import(import, _))) = nodes.last()
            && let Expr::StringConstant(path, _) = &import.0
        {
            found.push(path.to_string());
        }
        true
    });
    found
}
