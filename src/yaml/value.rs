//! Values as Kubernetes sees them, and the way from nodes to them.
//!
//! The resolver follows `sigs.k8s.io/yaml` exactly: entries are taken in file order and the last of equal keys
//! wins, a merge key writes its entries at its own place, keys of other types become strings, and a document in which
//! aliases do nearly all the work is refused.

use super::error::ValueError;
use super::file::File;
use super::scalar::{Resolved, is_merge, resolve_node};
use super::tree::Shape;

/// A JSON-like value that keeps the order of its mappings.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number beyond `i64`.
    Uint(u64),
    /// Any other number; never infinite and never NaN.
    Float(f64),
    /// Text.
    String(String),
    /// A list.
    Sequence(Vec<Value>),
    /// Keys with values.
    Mapping(Mapping),
}

/// A mapping with string keys, in order.
///
/// Two mappings are equal only when their order is: an edit that moves a key has changed the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    entries: Vec<(String, Value)>,
}

impl Mapping {
    /// Makes an empty mapping.
    pub fn new() -> Mapping {
        Mapping::default()
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Returns the value of a key for changing it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Sets a key: in its place when it exists, else at the end. Returns what was there.
    pub fn insert(&mut self, key: impl Into<String>, value: Value) -> Option<Value> {
        let key = key.into();
        match self.get_mut(&key) {
            Some(place) => Some(std::mem::replace(place, value)),
            None => {
                self.entries.push((key, value));
                None
            }
        }
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.entries.iter().position(|(name, _)| name == key)?;
        Some(self.entries.remove(at).1)
    }

    /// Returns the entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Returns the entries for reordering or renaming; keys must stay different from each other.
    pub fn entries_mut(&mut self) -> &mut Vec<(String, Value)> {
        &mut self.entries
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Tells whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl FromIterator<(String, Value)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Mapping {
        let mut mapping = Mapping::new();
        for (key, value) in entries {
            mapping.insert(key, value);
        }
        mapping
    }
}

impl IntoIterator for Mapping {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl Value {
    /// Returns the value of a key when this is a mapping.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Mapping(mapping) => mapping.get(key),
            _ => None,
        }
    }

    /// Returns the text when this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

/// How deep values may nest; aliases can nest them far deeper than the text.
const DEPTH_LIMIT: usize = 600;

pub(super) fn resolve(file: &File, index: u32) -> Result<Value, ValueError> {
    Resolver { file, active: Vec::new(), decoded: 0, through_aliases: 0, alias_depth: 0 }.value(index, 0)
}

struct Resolver<'a> {
    file: &'a File,
    /// Targets of the aliases being followed.
    active: Vec<u32>,
    decoded: u64,
    through_aliases: u64,
    alias_depth: usize,
}

impl Resolver<'_> {
    fn value(&mut self, index: u32, depth: usize) -> Result<Value, ValueError> {
        self.count(index, depth)?;
        let tree = self.file.tree();
        match tree.node(index).shape {
            Shape::Scalar => self.scalar(index),
            Shape::Alias => {
                let target = self.enter(index)?;
                let value = self.value(target, depth + 1)?;
                self.leave();
                Ok(value)
            }
            Shape::Sequence => {
                let mut items = Vec::with_capacity(tree.node(index).len());
                for item in tree.children(index) {
                    items.push(self.value(item, depth + 1)?);
                }
                Ok(Value::Sequence(items))
            }
            Shape::Mapping => {
                let mut mapping = Building::with_capacity(tree.node(index).len());
                self.mapping(index, depth, &mut mapping)?;
                Ok(Value::Mapping(mapping.finish()))
            }
        }
    }

    /// Refuses what the Go library refuses: documents that consist of little but aliases.
    fn count(&mut self, index: u32, depth: usize) -> Result<(), ValueError> {
        self.decoded += 1;
        if self.alias_depth > 0 {
            self.through_aliases += 1;
        }
        let (decoded, through) = (self.decoded as f64, self.through_aliases as f64);
        let allowed = 0.99 - 0.89 * ((decoded - 400_000.0) / 3_600_000.0).clamp(0.0, 1.0);
        if self.through_aliases > 100 && self.decoded > 1000 && through / decoded > allowed {
            return Err(self.error(index, "limit-aliases", "aliases repeat too much of this document"));
        }
        if depth > DEPTH_LIMIT {
            return Err(self.error(index, "limit-depth", "nested too deeply"));
        }
        Ok(())
    }

    fn enter(&mut self, alias: u32) -> Result<u32, ValueError> {
        let target = self.file.tree().target(alias);
        let name = self.file.node(alias).raw();
        if target == alias {
            return Err(self.error(alias, "recursive-alias", format!("alias `{name}` has no anchor before it")));
        }
        let tree = self.file.tree();
        let inside = alias > target && alias < tree.node(target).skip;
        if inside || self.active.contains(&target) {
            return Err(self.error(alias, "recursive-alias", format!("alias `{name}` contains itself")));
        }
        self.active.push(target);
        self.alias_depth += 1;
        Ok(target)
    }

    fn leave(&mut self) {
        self.active.pop();
        self.alias_depth -= 1;
    }

    fn scalar(&self, index: u32) -> Result<Value, ValueError> {
        Ok(match resolve_node(self.file, index)? {
            Resolved::Null => Value::Null,
            Resolved::Bool(value) => Value::Bool(value),
            Resolved::Int(value) => Value::Int(value),
            Resolved::Uint(value) => Value::Uint(value),
            Resolved::Float(value) if value.is_finite() => Value::Float(value),
            Resolved::Float(_) => return Err(self.error(index, "tag", "JSON has no such number")),
            Resolved::String(text) => Value::String(text.to_owned()),
            Resolved::Binary(text) => match decode_base64(text) {
                Some(bytes) => Value::String(String::from_utf8_lossy(&bytes).into_owned()),
                None => return Err(self.error(index, "tag", "`!!binary` without valid base64")),
            },
        })
    }

    fn mapping(&mut self, index: u32, depth: usize, into: &mut Building) -> Result<(), ValueError> {
        for (key, value) in self.file.tree().entries(index) {
            if is_merge(self.file, key) {
                self.merge(value, depth + 1, into)?;
                continue;
            }
            let name = self.key(key, depth)?;
            let value = self.value(value, depth + 1)?;
            into.insert(name, value);
        }
        Ok(())
    }

    fn key(&mut self, key: u32, depth: usize) -> Result<String, ValueError> {
        let target = self.file.tree().target(key);
        self.count(key, depth)?;
        if self.file.tree().node(target).shape != Shape::Scalar {
            return Err(self.error(key, "key", "a mapping or list cannot be a key in JSON"));
        }
        Ok(match resolve_node(self.file, target)? {
            Resolved::String(text) => text.to_owned(),
            Resolved::Bool(value) => value.to_string(),
            Resolved::Int(value) => value.to_string(),
            Resolved::Float(value) => float_key(value),
            Resolved::Binary(text) => match decode_base64(text) {
                Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                None => return Err(self.error(key, "tag", "`!!binary` without valid base64")),
            },
            Resolved::Null => return Err(self.error(key, "key", "null cannot be a key in JSON")),
            Resolved::Uint(_) => return Err(self.error(key, "key", "the number is too large for a key")),
        })
    }

    fn merge(&mut self, value: u32, depth: usize, into: &mut Building) -> Result<(), ValueError> {
        let tree = self.file.tree();
        let raw = tree.node(value);
        if raw.shape == Shape::Sequence {
            // Earlier mappings win, so they are written last.
            let items: Vec<u32> = tree.children(value).collect();
            for item in items.into_iter().rev() {
                self.merge_one(item, depth, into)?;
            }
            return Ok(());
        }
        self.merge_one(value, depth, into)
    }

    fn merge_one(&mut self, index: u32, depth: usize, into: &mut Building) -> Result<(), ValueError> {
        self.count(index, depth)?;
        let tree = self.file.tree();
        let target = tree.target(index);
        if tree.node(target).shape != Shape::Mapping {
            return Err(self.error(index, "merge", "`<<` needs a mapping or a list of mappings"));
        }
        if target == index {
            return self.mapping(index, depth, into);
        }
        let target = self.enter(index)?;
        self.count(target, depth)?;
        self.mapping(target, depth + 1, into)?;
        self.leave();
        Ok(())
    }

    fn error(&self, index: u32, code: &'static str, words: impl Into<String>) -> ValueError {
        ValueError::new(code, self.file.node(index).position(), words)
    }
}

/// A mapping under construction; large ones get an index, so that a hundred thousand keys take no minute.
struct Building {
    mapping: Mapping,
    places: std::collections::HashMap<String, usize>,
}

impl Building {
    const INDEXED_FROM: usize = 32;

    fn with_capacity(entries: usize) -> Building {
        let mapping = Mapping { entries: Vec::with_capacity(entries) };
        Building { mapping, places: std::collections::HashMap::new() }
    }

    fn insert(&mut self, key: String, value: Value) {
        let entries = &mut self.mapping.entries;
        if entries.len() < Self::INDEXED_FROM {
            self.mapping.insert(key, value);
            return;
        }
        if self.places.is_empty() {
            self.places = entries.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect();
        }
        if let Some(at) = self.places.get(&key) {
            entries[*at].1 = value;
            return;
        }
        self.places.insert(key.clone(), entries.len());
        entries.push((key, value));
    }

    fn finish(self) -> Mapping {
        self.mapping
    }
}

/// Writes a float key as the Go library does: the shortest text that is the same 32-bit float.
fn float_key(value: f64) -> String {
    let single = value as f32;
    if single.is_nan() {
        return ".nan".to_owned();
    }
    if single.is_infinite() {
        return if single > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let exponent = if single == 0.0 { 0 } else { exponent_of(single) };
    // Go's `%g` with the shortest digits switches to an exponent below 1e-4 and from 1e6 on.
    if (-4..6).contains(&exponent) {
        return format!("{single}");
    }
    let text = format!("{single:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

fn exponent_of(value: f32) -> i32 {
    let text = format!("{value:e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// Decodes base64 with padding; line breaks inside are skipped.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    if !symbols.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3);
    let groups = symbols.len() / 4;
    for (number, group) in symbols.chunks(4).enumerate() {
        let padding = group.iter().rev().take_while(|byte| **byte == b'=').count();
        if padding > 2 || (padding > 0 && number + 1 < groups) {
            return None;
        }
        let mut bits = 0u32;
        for byte in &group[..4 - padding] {
            bits = bits << 6 | sextet(*byte)?;
        }
        bits <<= 6 * padding as u32;
        bytes.extend_from_slice(&bits.to_be_bytes()[1..4 - padding]);
    }
    Some(bytes)
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        File::parse(text.into()).unwrap().document(0).unwrap().value().unwrap()
    }

    fn code(text: &str) -> &'static str {
        File::parse(text.into()).unwrap().document(0).unwrap().value().unwrap_err().code()
    }

    #[test]
    fn merges_in_file_order_as_the_go_library_does() {
        let text = "a: &a {x: 1, w: 1}\nb: &b {x: 2, z: 2}\nc:\n  x: 0\n  <<: [*a, *b]\n  z: 3\n";
        let merged = value(text);
        let merged = merged.get("c").unwrap();
        assert_eq!(merged.get("x"), Some(&Value::Int(1)), "a later merge key overrides");
        assert_eq!(merged.get("z"), Some(&Value::Int(3)));
        assert_eq!(merged.get("w"), Some(&Value::Int(1)));
    }

    #[test]
    fn the_last_of_equal_keys_wins() {
        assert_eq!(value("a: 1\nb: 2\na: 3\n").get("a"), Some(&Value::Int(3)));
    }

    #[test]
    fn redefined_anchors_bind_to_the_nearest_before() {
        let read = value("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");
        assert_eq!((read.get("b"), read.get("d")), (Some(&Value::Int(1)), Some(&Value::Int(2))));
    }

    #[test]
    fn refuses_what_has_no_json_form() {
        assert_eq!(code("a: &a [*a]\n"), "recursive-alias");
        assert_eq!(code("a: .inf\n"), "tag");
        assert_eq!(code("a: !!int x\n"), "tag");
        assert_eq!(code("? [a]\n: b\n"), "key");
        assert_eq!(code("~: b\n"), "key");
        assert_eq!(code("<<: 1\n"), "merge");
    }

    #[test]
    fn stops_a_billion_laughs() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let items = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        assert_eq!(code(&text), "limit-aliases");
    }

    #[test]
    fn writes_keys_of_other_types_as_strings() {
        let read = value("1: a\non: b\n0x10: c\n1.5: d\n1e30: e\n1e6: f\n");
        for key in ["1", "true", "16", "1.5", "1e+30", "1e+06"] {
            assert!(read.get(key).is_some(), "{key} in {read:?}");
        }
    }

    #[test]
    fn decodes_binary() {
        assert_eq!(value("!!binary aG9wcw==\n"), Value::from("hops"));
        assert_eq!(code("!!binary a\n"), "tag");
    }
}
