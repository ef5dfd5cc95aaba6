//! What the host functions say about themselves.

use rhai::Engine;
use serde::Deserialize;

use super::explain::words;
use crate::host;
use crate::plan::Diagnostic;

/// A function that recipes may call, with its documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionDoc {
    /// `flux`, `repo` …; empty for methods and getters.
    pub namespace: String,
    /// Name of the function, without the namespace; of a getter, the name of the property.
    pub name: String,
    /// Whether it is read as a property.
    pub getter: bool,
    /// Types of its parameters; of a method, its own type first.
    pub parameters: Vec<String>,
    /// How it is called, with types.
    pub signature: String,
    /// Its documentation as Markdown, without comment marks.
    pub doc: String,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    functions: Vec<Function>,
    #[serde(default)]
    modules: std::collections::BTreeMap<String, Metadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Function {
    name: String,
    signature: String,
    #[serde(default)]
    params: Vec<Parameter>,
    #[serde(default)]
    doc_comments: Vec<String>,
}

#[derive(Deserialize)]
struct Parameter {
    #[serde(default, rename = "type")]
    kind: String,
}

/// Every host function, by namespace and name.
pub fn function_docs() -> Result<Vec<FunctionDoc>, Diagnostic> {
    let mut engine = Engine::new_raw();
    host::register(&mut engine);
    let internal =
        |reason: String| Diagnostic::error("internal", format!("internal error: {reason}")).help("please report this");
    let json = engine.gen_fn_metadata_to_json(false).map_err(|error| internal(error.to_string()))?;
    let metadata: Metadata = serde_json::from_str(&json).map_err(|error| internal(error.to_string()))?;
    let mut found: Vec<FunctionDoc> = metadata.functions.into_iter().map(|function| function.doc("")).collect();
    for (namespace, module) in metadata.modules {
        found.extend(module.functions.into_iter().map(|function| function.doc(&namespace)));
    }
    found.sort_by(|a, b| (&a.namespace, &a.name, &a.signature).cmp(&(&b.namespace, &b.name, &b.signature)));
    Ok(found)
}

impl Function {
    fn doc(self, namespace: &str) -> FunctionDoc {
        let property = self.name.strip_prefix("get$");
        let lines = self.doc_comments.iter().flat_map(|comment| comment.lines());
        let lines = lines.map(|line| line.trim_start().strip_prefix("///").unwrap_or(line));
        FunctionDoc {
            namespace: namespace.to_string(),
            name: property.unwrap_or(&self.name).to_string(),
            getter: property.is_some(),
            parameters: self.params.into_iter().map(|parameter| parameter.kind).collect(),
            signature: plain(&self.signature.replacen("get$", "", 1)),
            doc: lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n"),
        }
    }
}

/// A signature in the words of recipes.
fn plain(signature: &str) -> String {
    let mut text = words(signature).replace(" -> ()", "");
    let types = [
        ("Fallible<Edit>", "Edit"),
        ("&str", "string"),
        ("Dynamic", "any"),
        ("Array", "array"),
        ("Map", "map"),
        ("HostError", "Error"),
        ("f64", "float"),
    ];
    for (of_program, of_recipe) in types {
        text = text.replace(of_program, of_recipe);
    }
    text
}
