//! `yaml::…` and the type `Content`: what an edit puts in.

use rhai::plugin::*;

use super::error::fail;
use super::value::from_dynamic;
use crate::plan::Diagnostic;
use crate::yaml::Fragment;

/// New content for an edit: YAML text, or a value.
#[derive(Clone)]
pub struct Content(pub(super) Fragment);

/// A plain value as new content.
pub(super) fn fragment(
    ctx: &NativeCallContext<'_>,
    value: &rhai::Dynamic,
) -> Result<Fragment, Box<rhai::EvalAltResult>> {
    let wrong = |name: String| {
        let message = format!("a value of type `{name}` has no YAML form");
        fail(ctx, Diagnostic::error("no-yaml-form", message))
    };
    from_dynamic(value).map(Fragment::Value).map_err(wrong)
}

/// Methods of `Content`.
#[export_module]
pub mod methods {
    use super::Content;
    use crate::host::value::to_dynamic;
    use crate::yaml::Fragment;

    /// The content in words.
    #[rhai_fn(name = "to_string", name = "to_debug", pure)]
    pub fn display(content: &mut Content) -> String {
        match &content.0 {
            Fragment::Text(text) => text.clone(),
            Fragment::Value(value) => to_dynamic(value).to_string(),
        }
    }
}

/// New content for edits, and paths.
#[export_module]
pub mod yaml {
    use rhai::{Array, Dynamic, EvalAltResult, NativeCallContext};

    use super::{Content, Diagnostic, Fragment, fail, fragment};

    /// New content as YAML text, as it should stand in the file: key order, comments and quotes are kept.
    ///
    /// Its indentation is taken away and given anew by the place it goes to. In a back-tick text `${x}` is the value
    /// of `x`; a text with a Flux `${VAR}` needs `"…"` or `#"…"#`.
    ///
    /// ```rhai
    /// yaml::text("kind: OCIRepository\nname: app-template\n")
    /// ```
    pub fn text(text: &str) -> Content {
        Content(Fragment::Text(text.to_string()))
    }

    /// New content as a value; a map sorts its keys, so use `yaml::text` where order matters.
    ///
    /// ```rhai
    /// yaml::value(["10.0.0.1", 8080, true])
    /// ```
    #[rhai_fn(return_raw)]
    pub fn value(ctx: NativeCallContext, value: Dynamic) -> Result<Content, Box<EvalAltResult>> {
        fragment(&ctx, &value).map(Content)
    }

    /// A path from its parts, quoted where needed: `yaml::path(["metadata", "labels", "helm.sh/chart"])`.
    ///
    /// ```rhai
    /// yaml::path(["metadata", "labels", "helm.sh/chart"]) == "metadata.labels['helm.sh/chart']"
    /// ```
    #[rhai_fn(return_raw)]
    pub fn path(ctx: NativeCallContext, parts: Array) -> Result<String, Box<EvalAltResult>> {
        let mut out = String::new();
        for part in parts {
            if let Ok(index) = part.as_int() {
                out.push_str(&format!("[{index}]"));
                continue;
            }
            let key = part.into_immutable_string().map_err(|found| {
                let message = format!("a part of a path is a key or an index, not {found}");
                fail(&ctx, Diagnostic::error("bad-path", message))
            })?;
            let plain = key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') && !key.is_empty();
            if !plain {
                out.push_str(&format!("['{}']", key.replace('\'', "''")));
            } else {
                out.push_str(if out.is_empty() { "" } else { "." });
                out.push_str(&key);
            }
        }
        Ok(out)
    }
}
