//! `semver::…`: the size of a chart jump, and ranges.

use rhai::plugin::*;

/// The size of a chart jump, and ranges.
#[export_module]
pub mod semver {
    use rhai::{EvalAltResult, INT, NativeCallContext};

    use crate::host::error::fail;
    use crate::manifest::version::{self, Jump};
    use crate::plan::Diagnostic;

    /// How far apart two exact versions are: `none`, `patch`, `minor` or `major`.
    ///
    /// The minor number of a `0.x` version counts as major. Throws when either is no exact version; ask
    /// `semver::exact` first.
    ///
    /// ```rhai
    /// semver::jump("3.7.3", "4.6.2") == "major"
    /// ```
    #[rhai_fn(return_raw)]
    pub fn jump(ctx: NativeCallContext, from: &str, to: &str) -> Result<String, Box<EvalAltResult>> {
        let jump = Jump::between(from, to);
        let message = || format!("`{from}` and `{to}` are not both exact versions");
        Ok(jump.ok_or_else(|| fail(&ctx, Diagnostic::error("not-a-version", message())))?.to_string())
    }

    /// The order of jump sizes as a number: `none` is 0, `major` is 3.
    ///
    /// ```rhai
    /// semver::rank("major") > semver::rank("patch")
    /// ```
    #[rhai_fn(return_raw)]
    pub fn rank(ctx: NativeCallContext, jump: &str) -> Result<INT, Box<EvalAltResult>> {
        let unknown = || {
            let message = format!("`{jump}` is no size of a jump; known are none, patch, minor, major");
            fail(&ctx, Diagnostic::error("not-a-jump", message))
        };
        Jump::named(jump).map(|jump| jump as INT).ok_or_else(unknown)
    }

    /// Whether a text is one exact version, with or without a leading `v`, rather than a range.
    ///
    /// ```rhai
    /// semver::exact("v1.19.3") && !semver::exact("~1.2")
    /// ```
    pub fn exact(version: &str) -> bool {
        version::exact(version).is_some()
    }

    /// Whether an exact version lies in a range as Helm writes it; false when either cannot be read.
    ///
    /// ```rhai
    /// semver::satisfies("4.6.2", ">=4.0.0, <5")
    /// ```
    pub fn satisfies(version: &str, range: &str) -> bool {
        version::satisfies(version, range).unwrap_or(false)
    }
}
