//! Chart versions: parsing, the size of a jump, ranges.

use std::fmt;

use semver::{Version, VersionReq};

/// How far apart two chart versions are, in semantic versioning terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Jump {
    /// The same version.
    None,
    /// Only the patch number (or build or pre-release part) differs.
    Patch,
    /// The minor number differs.
    Minor,
    /// The major number differs, or the minor of a `0.x` version.
    Major,
}

impl Jump {
    /// All sizes, smallest first.
    pub const ALL: [Jump; 4] = [Jump::None, Jump::Patch, Jump::Minor, Jump::Major];

    /// Reads `none`, `patch`, `minor` or `major`.
    pub fn named(name: &str) -> Option<Jump> {
        Jump::ALL.into_iter().find(|jump| jump.to_string() == name)
    }

    /// The jump between two exact versions; nothing when either is no exact version.
    pub fn between(from: &str, to: &str) -> Option<Jump> {
        let (from, to) = (exact(from)?, exact(to)?);
        Some(if from == to {
            Jump::None
        } else if from.major != to.major || (from.major == 0 && from.minor != to.minor) {
            Jump::Major
        } else if from.minor != to.minor {
            Jump::Minor
        } else {
            Jump::Patch
        })
    }
}

impl fmt::Display for Jump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Jump::None => "none",
            Jump::Patch => "patch",
            Jump::Minor => "minor",
            Jump::Major => "major",
        })
    }
}

/// Parses an exact chart version; a leading `v` is allowed, as Helm allows it.
pub fn exact(text: &str) -> Option<Version> {
    let text = text.trim();
    Version::parse(text.strip_prefix('v').unwrap_or(text)).ok()
}

/// Whether a version lies in a range such as `~1.2`, `>=4.0.0, <5` or `1.x`; nothing when either cannot be read.
///
/// Helm separates comparators by commas or spaces; both are understood.
pub fn satisfies(version: &str, range: &str) -> Option<bool> {
    let range = range.replace(',', " ");
    let mut comparators: Vec<String> = Vec::new();
    for word in range.split_whitespace() {
        match comparators.last_mut() {
            Some(last) if last.chars().all(|c| "<>=~^".contains(c)) => last.push_str(word),
            _ => comparators.push(word.trim_start_matches('v').to_string()),
        }
    }
    let request = VersionReq::parse(&comparators.join(", ")).ok()?;
    Some(request.matches(&exact(version)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_the_largest_part_that_differs() {
        assert_eq!(Jump::between("3.7.3", "3.7.3"), Some(Jump::None));
        assert_eq!(Jump::between("v1.2.3", "1.2.3"), Some(Jump::None));
        assert_eq!(Jump::between("3.7.3", "3.7.4"), Some(Jump::Patch));
        assert_eq!(Jump::between("3.7.3", "3.9.0"), Some(Jump::Minor));
        assert_eq!(Jump::between("3.7.3", "4.6.2"), Some(Jump::Major));
        assert_eq!(Jump::between("0.18.0", "0.19.0"), Some(Jump::Major));
        assert_eq!(Jump::between("~3.7", "4.6.2"), None);
    }

    #[test]
    fn ranges_are_read_as_helm_writes_them() {
        assert_eq!(satisfies("4.6.2", ">=4.0.0 <5"), Some(true));
        assert_eq!(satisfies("4.6.2", ">= 4.0.0, < 4.6.0"), Some(false));
        assert_eq!(satisfies("1.2.9", "~1.2"), Some(true));
        assert_eq!(satisfies("1.2.9", "1.x"), Some(true));
        assert_eq!(satisfies("1.2.9", "main"), None);
    }
}
