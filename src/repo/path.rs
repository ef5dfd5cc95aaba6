//! Paths inside a repository: relative to its root, `/` between parts, no `.` or `..`.

/// Resolves `relative` against a directory, or nothing when it leaves the repository or is absolute.
///
/// The root is the empty path.
pub fn join(directory: &str, relative: &str) -> Option<String> {
    if relative.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The directory that holds a path; the root for a path without one.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last part of a path.
pub fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The way from a directory to a path, as a kustomization would write it: `./x`, `../y/z`.
pub fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = to.split('/').filter(|part| !part.is_empty()).collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut parts = vec![".."; from.len() - shared];
    if parts.is_empty() {
        parts.push(".");
    }
    parts.extend(&to[shared..]);
    parts.join("/")
}

/// How many leading parts two paths share.
pub fn shared(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}

/// Whether a path lies in a directory, at any depth; everything lies in the root.
pub fn is_below(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_join_never_leaves_the_repository() {
        assert_eq!(join("apps/media", "../../shared").as_deref(), Some("shared"));
        assert_eq!(join("apps", "./x/./y.yaml").as_deref(), Some("apps/x/y.yaml"));
        assert_eq!(join("apps", "../.."), None);
        assert_eq!(join("apps", "/etc/passwd"), None);
        assert_eq!(join("", "./").as_deref(), Some(""));
    }

    #[test]
    fn a_relative_path_leads_back() {
        for (from, to) in [("a/b", "a/b/c.yaml"), ("a/b/c", "a/d"), ("", "x"), ("a", "b/c")] {
            assert_eq!(join(from, &relative(from, to)).as_deref(), Some(to));
        }
        assert_eq!(relative("a/b", "a/b/c.yaml"), "./c.yaml");
        assert_eq!(relative("a/b/c", "a/d"), "../../d");
    }
}
