//! The documented functions that recipes call: thin, one file per namespace.
//!
//! A function finds the [`Run`] it belongs to, calls one method of a lower layer and converts the result. Functions
//! read, or record into the plan; none writes a file, asks the network, the clock or the environment.
//!
//! | file | namespace or type |
//! |---|---|
//! | `flux` | `flux::…`: releases, sources, what is not reached |
//! | `release` | the types `Release` and `Source` |
//! | `doc` | the type `Doc` |
//! | `repo` | `repo::…`, `path::…`: files, house style |
//! | `recipe` | `recipe::…`: targets, batches, blocks, notes |
//! | `target` | the types `Target` and `Edit` |
//! | `semver` | `semver::…`: jumps and ranges |
//! | `content` | `yaml::…`: new content for edits |
//! | `list` | `list::…`: what Rhai's arrays lack |
//! | `query` | maps as arguments, checked |
//! | `value` | YAML values to Rhai values and back |
//! | `forbidden` | the clock and waiting, refused |
//! | `error` | how a failure reaches the script, and how a broken rule stops it |

// The macro that exports a module writes `unwrap` for arguments it has checked; a test keeps it out of our own code.
#![allow(clippy::unwrap_used)]

mod content;
mod doc;
mod error;
mod flux;
mod forbidden;
mod list;
mod query;
mod recipe;
mod release;
mod repo;
mod run;
mod semver;
mod target;
mod value;

pub use error::{HostError, raise};
pub use run::{Rule, Run};
pub use value::{from_json, to_json, type_name};

use rhai::{Engine, exported_module};

/// Registers every function and type that a plan may use.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<doc::Doc>("Doc");
    engine.register_type_with_name::<release::Release>("Release");
    engine.register_type_with_name::<release::Source>("Source");
    engine.register_type_with_name::<target::Target>("Target");
    engine.register_type_with_name::<target::Edit>("Edit");
    engine.register_type_with_name::<content::Content>("Content");
    engine.register_type_with_name::<flux::LeftOver>("LeftOver");
    engine.register_type_with_name::<HostError>("Error");
    for module in [
        exported_module!(doc::methods),
        exported_module!(release::methods),
        exported_module!(target::methods),
        exported_module!(content::methods),
        exported_module!(flux::methods),
        exported_module!(error::methods),
        exported_module!(forbidden::functions),
    ] {
        engine.register_global_module(module.into());
    }
    for (name, module) in [
        ("flux", exported_module!(flux::flux)),
        ("repo", exported_module!(repo::repo)),
        ("path", exported_module!(repo::path)),
        ("recipe", exported_module!(recipe::recipe)),
        ("semver", exported_module!(semver::semver)),
        ("yaml", exported_module!(content::yaml)),
        ("list", exported_module!(list::list)),
    ] {
        engine.register_static_module(name, module.into());
    }
}
