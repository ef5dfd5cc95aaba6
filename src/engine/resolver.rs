//! What a recipe may import: `std/…` from the binary, and files in its own folder. Nothing absolute, nothing above.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rhai::{Engine, EvalAltResult, Module, ModuleResolver, Position, Scope, Shared};

use super::limits::bare;
use crate::host::raise;
use crate::plan::Diagnostic;

/// The standard modules: import name and text.
pub const STANDARD: &[(&str, &str)] = &[("std/chart-source", include_str!("../../stdlib/chart-source.rhai"))];

/// How deep modules may import one another: each level takes a part of the stack.
const DEPTH: usize = 8;

/// Resolves the imports of one recipe; each module is read once.
pub(super) struct Resolver {
    folder: Option<PathBuf>,
    /// The folder of the recipe as a person names it.
    shown: String,
    loaded: Mutex<Vec<(String, Shared<Module>)>>,
    /// The modules that are being read, outermost first.
    open: Mutex<Vec<String>>,
}

impl Resolver {
    /// Resolves beside a recipe: `folder` holds it when it is a file, `origin` is what errors call it.
    pub fn new(folder: Option<&Path>, origin: &str) -> Resolver {
        let shown = origin.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
        Resolver {
            folder: folder.map(Path::to_path_buf),
            shown,
            loaded: Mutex::new(Vec::new()),
            open: Mutex::new(Vec::new()),
        }
    }

    /// What errors call a module: its file, or the name of a standard module.
    fn name(&self, path: &str) -> String {
        let standard = STANDARD.iter().any(|(name, _)| *name == path);
        if standard { path.to_string() } else { format!("{}{}.rhai", self.shown, path.trim_start_matches("./")) }
    }

    /// Notes that a module is being read, or says why it cannot be: it is on the way already, or too deep.
    fn enter(&self, path: &str, position: Position) -> Result<(), Box<EvalAltResult>> {
        let mut open = self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let circle = open.iter().any(|other| other == path);
        open.push(path.to_string());
        if !circle && open.len() <= DEPTH {
            return Ok(());
        }
        let way = open.join("` -> `");
        let message = match circle {
            true => format!("modules import each other: `{way}`"),
            false => format!("modules import one another more than {DEPTH} deep: `{way}`"),
        };
        Err(raise(Diagnostic::error("import-cycle", message), position))
    }

    fn leave(&self) {
        self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).pop();
    }

    fn read(&self, engine: &Engine, path: &str, position: Position) -> Result<Shared<Module>, Box<EvalAltResult>> {
        let text = self.text(path, position)?;
        let name = self.name(path);
        let in_module = |error: Box<EvalAltResult>| EvalAltResult::ErrorInModule(name.clone(), error, position);
        let mut ast = engine.compile(&text).map_err(|error| in_module(Box::new(error.into())))?;
        ast.set_source(name.as_str());
        let module = Module::eval_ast_as_new(Scope::new(), &ast, engine).map_err(in_module)?;
        Ok(module.into())
    }

    /// The text of a module, when a recipe may import it.
    pub fn module_text(&self, path: &str) -> Option<String> {
        self.text(path, Position::NONE).ok()
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
        let read = self.enter(path, position).and_then(|()| self.read(engine, path, position));
        self.leave();
        let module = read?;
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
