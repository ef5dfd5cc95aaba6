//! What is wrong with a recipe, found without running it.
//!
//! Rhai knows at compile time which functions a script calls but not whether they exist. Here each call is held
//! against the registered signatures by name and number of arguments, also in the branches that no run has taken.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTNode, Engine, Expr, FnCallExpr, OptimizationLevel, Position, Stmt};

use super::limits::bare;
use super::recipe::Recipe;
use super::resolver::Resolver;
use crate::host;
use crate::plan::{Diagnostic, nearest};

/// Calls that Rhai itself understands, whatever is registered.
const BUILT_IN: [&str; 11] =
    ["Fn", "call", "curry", "debug", "eval", "is_def_fn", "is_def_var", "is_shared", "print", "type_of", "throw"];

/// Functions that need a capability, and its name in `needs`.
const CAPABILITIES: [(&str, &str, &str); 5] = [
    ("", "edit", "repo.edit"),
    ("", "create", "repo.edit"),
    ("kustomize", "", "render"),
    ("helm", "", "render"),
    ("kube", "", "cluster.read"),
];

/// The numbers of arguments that functions take, by namespace and name.
#[derive(Default)]
struct Known {
    functions: BTreeMap<(String, String), BTreeSet<usize>>,
    /// Functions of the script: called as methods they get their object beside the arguments.
    own: BTreeMap<String, BTreeSet<usize>>,
}

/// A call in a script.
struct Call<'a> {
    namespace: String,
    name: &'a str,
    arguments: usize,
    method: bool,
    position: Position,
}

/// Everything that is wrong with a recipe, in the order of its lines; warnings too.
pub fn check(recipe: &Recipe) -> Vec<Diagnostic> {
    let known = Known::new(recipe);
    let mut found: Vec<(Position, Diagnostic)> = Vec::new();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    whole(recipe).walk(&mut |nodes: &[ASTNode<'_>]| {
        if let Some(call) = call(nodes) {
            used.extend(capability(&call));
            found.extend(known.wrong(&call).map(|diagnostic| (call.position, diagnostic)));
        }
        found.extend(flux_variable(nodes));
        true
    });
    found.sort_by_key(|(position, _)| (position.line(), position.position()));
    let mut found: Vec<Diagnostic> = found
        .into_iter()
        .map(|(position, diagnostic)| recipe.script.place(diagnostic, &recipe.origin, position))
        .collect();
    found.dedup();
    found.extend(capabilities(recipe, &used));
    found
}

/// The script as it is written: what runs has lost the branches that can never be taken.
fn whole(recipe: &Recipe) -> AST {
    let mut engine = bare();
    engine.set_optimization_level(OptimizationLevel::None);
    engine.compile(recipe.text()).unwrap_or_else(|_| recipe.ast.clone())
}

impl Known {
    fn new(recipe: &Recipe) -> Known {
        let mut known = Known::default();
        let mut engine = Engine::new();
        host::register(&mut engine);
        let registered = engine.collect_fn_metadata(
            None,
            |function| {
                let key = (function.namespace.to_string(), function.metadata.name.to_string());
                Some((key, function.metadata.num_params))
            },
            true,
        );
        for (key, parameters) in registered {
            known.functions.entry(key).or_default().insert(parameters);
        }
        known.add_own(&recipe.ast);
        known.add_imports(recipe);
        known
    }

    fn add_own(&mut self, ast: &AST) {
        for function in ast.iter_functions() {
            self.own.entry(function.name.to_string()).or_default().insert(function.params.len());
        }
    }

    /// Functions of imported modules, under the names that the recipe gives them.
    fn add_imports(&mut self, recipe: &Recipe) {
        let resolver = Resolver::new(recipe.folder.as_deref(), &recipe.origin);
        for statement in recipe.ast.statements() {
            let Stmt::Import(import, _) = statement else { continue };
            let Expr::StringConstant(path, _) = &import.0 else { continue };
            let Some(text) = resolver.module_text(path) else { continue };
            let Ok(module) = bare().compile(text) else { continue };
            for function in module.iter_functions() {
                let key = (import.1.name.to_string(), function.name.to_string());
                self.functions.entry(key).or_default().insert(function.params.len());
            }
        }
    }

    /// What is wrong with a call, if anything.
    fn wrong(&self, call: &Call<'_>) -> Option<Diagnostic> {
        let name = call.name;
        if BUILT_IN.contains(&name) && call.namespace.is_empty() {
            return None;
        }
        let key = (call.namespace.clone(), name.to_string());
        let mut takes: BTreeSet<usize> = self.functions.get(&key).cloned().unwrap_or_default();
        if call.method {
            // The object counts as the first argument.
            takes = takes.iter().filter_map(|count| count.checked_sub(1)).collect();
        }
        if call.namespace.is_empty() {
            takes.extend(self.own.get(name).into_iter().flatten());
        }
        if takes.contains(&call.arguments) {
            return None;
        }
        let full = if call.namespace.is_empty() { name.to_string() } else { format!("{}::{name}", call.namespace) };
        if !takes.is_empty() {
            let counts: Vec<String> = takes.iter().map(ToString::to_string).collect();
            let message = format!("`{full}` takes {} arguments, not {}", counts.join(" or "), call.arguments);
            return Some(Diagnostic::error("wrong-arguments", message));
        }
        let namespaces: BTreeSet<&str> = self.functions.keys().map(|(namespace, _)| namespace.as_str()).collect();
        if !namespaces.contains(call.namespace.as_str()) {
            let message = format!("there is no module `{}`", call.namespace);
            return Some(Diagnostic::error("unknown-module", message).suggest(&call.namespace, namespaces));
        }
        let diagnostic = Diagnostic::error("unknown-function", format!("there is no function `{full}`"));
        let beside = self.functions.keys().filter(|(namespace, _)| *namespace == call.namespace);
        let own = self.own.keys().filter(|_| call.namespace.is_empty()).map(String::as_str);
        let near = nearest(name, beside.map(|(_, name)| name.as_str()).chain(own));
        Some(match near {
            Some(near) if call.namespace.is_empty() => diagnostic.help(format!("did you mean `{near}`?")),
            Some(near) => diagnostic.help(format!("did you mean `{}::{near}`?", call.namespace)),
            None => diagnostic,
        })
    }
}

fn call<'a>(nodes: &[ASTNode<'a>]) -> Option<Call<'a>> {
    let (call, method, position): (&FnCallExpr, bool, Position) = match nodes.last()? {
        ASTNode::Expr(Expr::FnCall(call, position)) => (call, false, *position),
        ASTNode::Expr(Expr::MethodCall(call, position)) => (call, true, *position),
        ASTNode::Stmt(Stmt::FnCall(call, position)) => (call, false, *position),
        _ => return None,
    };
    // Operators and the functions that closures become are Rhai's own business.
    if call.op_token.is_some() || call.name.starts_with("anon$") || call.name.chars().all(|c| !c.is_alphanumeric()) {
        return None;
    }
    let namespace = call.namespace.path.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join("::");
    Some(Call { namespace, name: &call.name, arguments: call.args.len(), method, position })
}

/// A `${UPPER}` in a back-tick text: mostly meant for Flux, and taken by Rhai.
fn flux_variable(nodes: &[ASTNode<'_>]) -> Option<(Position, Diagnostic)> {
    let Some(ASTNode::Expr(Expr::Variable(variable, _, position))) = nodes.last() else { return None };
    let name = variable.1.as_str();
    let in_text = nodes.iter().any(|node| matches!(node, ASTNode::Expr(Expr::InterpolatedString(..))));
    let upper = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if !in_text || !upper || !variable.2.path.is_empty() {
        return None;
    }
    let message = format!("`${{{name}}}` in back-ticks is a variable of the recipe, not one of Flux");
    let help = format!("for the text itself write \"${{{name}}}\", or #\"…\"# around more lines");
    Some((*position, Diagnostic::warning("flux-variable", message).help(help)))
}

fn capability(call: &Call<'_>) -> Option<&'static str> {
    let fits = |(namespace, name, _): &&(&str, &str, &str)| {
        (namespace.is_empty() && call.namespace.is_empty() && *name == call.name)
            || (!namespace.is_empty() && *namespace == call.namespace)
    };
    CAPABILITIES.iter().find(fits).map(|(.., capability)| *capability)
}

/// Capabilities that are used and not declared, and the other way round.
fn capabilities(recipe: &Recipe, used: &BTreeSet<&str>) -> Vec<Diagnostic> {
    let declared: BTreeSet<&str> =
        recipe.header.needs.iter().map(|need| need.split(':').next().unwrap_or(need)).collect();
    let missing = used.difference(&declared).map(|capability| {
        Diagnostic::error("undeclared-capability", format!("the recipe uses `{capability}` and does not declare it"))
            .at(&recipe.origin, recipe.script.find("RECIPE"))
            .help(format!("add it to RECIPE: needs: [\"{capability}\"]"))
    });
    let known = |need: &&&str| CAPABILITIES.iter().any(|(.., capability)| capability == *need);
    let idle = declared.difference(used).filter(known).map(|capability| {
        Diagnostic::warning("unused-capability", format!("the recipe declares `{capability}` and does not use it"))
            .at(&recipe.origin, recipe.script.find("needs"))
    });
    missing.chain(idle).collect()
}
