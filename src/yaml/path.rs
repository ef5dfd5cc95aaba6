//! Paths: where in a document something is.
//!
//! ```text
//! spec.chart.spec                        keys
//! resources[0]                           an item, counted from 0
//! env[name='TZ'].value                   the items whose field has a value
//! resources[.='./app.yaml']              the items that are that value
//! metadata.labels['helm.sh/chart']       a key with dots or brackets
//! spec.values.*.image                    any entry or item
//! **.image                               at any depth
//! ```

use std::fmt;
use std::str::FromStr;

use super::error::PathError;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// An item of a list, counted from 0.
    Index(usize),
    /// The items of a list where the scalar at a path (the item itself when the path is empty) has this text.
    Filter(Path, String),
    /// Every entry or item.
    Any,
    /// This node and everything below it.
    Deep,
}

/// A way from the root of a document to nodes in it.
///
/// Shown in its canonical form, which parses back to the same path. The empty path is the root, shown as `.`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// Returns the path to the root.
    pub fn root() -> Path {
        Path::default()
    }

    /// Reads a path.
    ///
    /// ```
    /// # use hops::yaml::Path;
    /// let path = Path::parse("spec.values.env[name='TZ']['a.b']")?;
    /// assert_eq!(path.to_string(), "spec.values.env[name='TZ']['a.b']");
    /// assert!(Path::parse("spec..chart").is_err());
    /// # Ok::<(), hops::yaml::PathError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Path, PathError> {
        if matches!(text, "" | ".") {
            return Ok(Path::root());
        }
        let mut reader = Reader { text, at: 0, depth: 0 };
        let steps = reader.steps(None)?;
        Ok(Path { steps })
    }

    /// Returns the steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the path to a key below this path, whatever characters it has.
    pub fn key(mut self, key: impl Into<String>) -> Path {
        self.steps.push(Step::Key(key.into()));
        self
    }

    /// Returns the path to an item of the list at this path.
    pub fn index(mut self, index: usize) -> Path {
        self.steps.push(Step::Index(index));
        self
    }

    /// Returns the path without its last step; none for the root.
    pub fn parent(&self) -> Option<Path> {
        let (_, before) = self.steps.split_last()?;
        Some(Path { steps: before.to_vec() })
    }

    /// Returns the last step.
    pub fn last(&self) -> Option<&Step> {
        self.steps.last()
    }

    /// Tells whether the path is the root.
    pub fn is_root(&self) -> bool {
        self.steps.is_empty()
    }
}

impl From<Vec<Step>> for Path {
    fn from(steps: Vec<Step>) -> Path {
        Path { steps }
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Path, PathError> {
        Path::parse(text)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return out.write_str(".");
        }
        for (number, step) in self.steps.iter().enumerate() {
            let dot = if number > 0 { "." } else { "" };
            match step {
                Step::Key(key) if is_bare(key) => write!(out, "{dot}{key}")?,
                Step::Key(key) => write!(out, "[{}]", quoted(key))?,
                Step::Index(index) => write!(out, "[{index}]")?,
                Step::Filter(path, value) => write!(out, "[{path}={}]", quoted(value))?,
                Step::Any => write!(out, "{dot}*")?,
                Step::Deep => write!(out, "{dot}**")?,
            }
        }
        Ok(())
    }
}

fn is_bare(key: &str) -> bool {
    !key.is_empty()
        && key != "*"
        && key != "**"
        && !key
            .chars()
            .any(|character| ".[]='\"".contains(character) || character.is_whitespace() || character.is_control())
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// How deep filters may stand in filters.
const FILTER_DEPTH: usize = 8;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Filters around the current one.
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn error<T>(&self, words: &str) -> Result<T, PathError> {
        Err(PathError::new(self.text, self.at, words))
    }

    /// Reads steps up to the end of the text or, inside a filter, up to `stop`.
    fn steps(&mut self, stop: Option<char>) -> Result<Vec<Step>, PathError> {
        let mut steps = Vec::new();
        loop {
            match self.peek() {
                character if character == stop => return Ok(steps),
                None => return self.error("ends inside brackets"),
                Some('[') => steps.push(self.bracket()?),
                Some('.') if steps.is_empty() && self.text[self.at + 1..].chars().next() == stop => {
                    self.at += 1;
                }
                Some('.') if !steps.is_empty() => {
                    self.at += 1;
                    steps.push(self.name()?);
                }
                Some(_) if steps.is_empty() => steps.push(self.name()?),
                Some(_) => return self.error("needs a dot or a bracket"),
            }
        }
    }

    fn name(&mut self) -> Result<Step, PathError> {
        let rest = &self.text[self.at..];
        let end = rest.find(['.', '[', ']', '=']).unwrap_or(rest.len());
        let name = &rest[..end];
        if name.is_empty() {
            return self.error("has no key");
        }
        if name.starts_with(['\'', '"']) {
            return self.error("has a quote outside brackets");
        }
        self.at += end;
        Ok(match name {
            "*" => Step::Any,
            "**" => Step::Deep,
            key => Step::Key(key.to_owned()),
        })
    }

    fn bracket(&mut self) -> Result<Step, PathError> {
        self.at += 1;
        let step = match self.peek() {
            Some('\'' | '"') => Step::Key(self.quoted()?),
            Some('*') if self.text[self.at..].starts_with("*]") => {
                self.at += 1;
                Step::Any
            }
            Some(digit) if digit.is_ascii_digit() && self.is_index() => self.number()?,
            Some(_) => {
                if self.depth == FILTER_DEPTH {
                    return self.error("has too many brackets in brackets");
                }
                self.depth += 1;
                let path = Path { steps: self.steps(Some('='))? };
                self.depth -= 1;
                self.at += 1;
                match self.peek() {
                    Some('\'' | '"') => Step::Filter(path, self.quoted()?),
                    _ => Step::Filter(path, self.bare_value()?),
                }
            }
            None => return self.error("ends inside brackets"),
        };
        if self.peek() != Some(']') {
            return self.error("needs `]`");
        }
        self.at += 1;
        Ok(step)
    }

    fn is_index(&self) -> bool {
        self.text[self.at..].trim_start_matches(|digit: char| digit.is_ascii_digit()).starts_with(']')
    }

    fn number(&mut self) -> Result<Step, PathError> {
        let rest = &self.text[self.at..];
        let end = rest.find(']').unwrap_or(rest.len());
        match rest[..end].parse() {
            Ok(index) => {
                self.at += end;
                Ok(Step::Index(index))
            }
            Err(_) => self.error("has an index that is too large"),
        }
    }

    fn bare_value(&mut self) -> Result<String, PathError> {
        let rest = &self.text[self.at..];
        let end = rest.find(']').unwrap_or(rest.len());
        if end == 0 {
            return self.error("compares with nothing");
        }
        self.at += end;
        Ok(rest[..end].to_owned())
    }

    fn quoted(&mut self) -> Result<String, PathError> {
        let quote = self.peek().unwrap_or('\'');
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(character) = self.peek() else {
                return self.error("has an open quote");
            };
            self.at += character.len_utf8();
            if character != quote {
                text.push(character);
            } else if self.peek() == Some(quote) {
                self.at += quote.len_utf8();
                text.push(quote);
            } else {
                return Ok(text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_canonical_form_which_reads_back() {
        for (text, shown) in [
            ("spec.chart.spec", "spec.chart.spec"),
            ("resources[0]", "resources[0]"),
            ("env[name='TZ'].value", "env[name='TZ'].value"),
            ("env[name=TZ]", "env[name='TZ']"),
            ("a[.='x']", "a[.='x']"),
            ("a[b.c[0]=\"it's\"]", "a[b.c[0]='it''s']"),
            ("metadata.labels[\"helm.sh/chart\"]", "metadata.labels['helm.sh/chart']"),
            ("['plain']", "plain"),
            ("**.image", "**.image"),
            ("a[*].*", "a.*.*"),
            ("['*']", "['*']"),
            ("", "."),
            ("a['']", "a['']"),
            ("${APP}-x", "${APP}-x"),
        ] {
            let path = Path::parse(text).unwrap();
            assert_eq!(path.to_string(), shown, "{text}");
            assert_eq!(Path::parse(shown).unwrap(), path, "{shown}");
        }
    }

    #[test]
    fn says_where_a_path_goes_wrong() {
        for (text, words) in [
            ("a..b", "path `a..b` has no key at character 3"),
            ("a[", "path `a[` ends inside brackets at character 3"),
            ("a['b", "path `a['b` has an open quote at character 5"),
            ("a[0]b", "path `a[0]b` needs a dot or a bracket at character 5"),
            ("a[99999999999999999999]", "path `a[99999999999999999999]` has an index that is too large at character 3"),
            ("a[b=]", "path `a[b=]` compares with nothing at character 5"),
            (".a", "path `.a` has no key at character 1"),
            ("[[[[[[[[[[", "path `[[[[[[[[[[` has too many brackets in brackets at character 10"),
        ] {
            assert_eq!(Path::parse(text).unwrap_err().to_string(), words);
        }
    }
}
