//! Views on documents and nodes: cheap to copy, nothing allocated on the way to a value.

use std::ops::Range;

use super::comment;
use super::error::ValueError;
use super::file::File;
use super::find;
use super::path::Path;
use super::scalar::{self, Resolved};
use super::source::Position;
use super::tree::{Extent, Raw, Shape, Style};
use super::value::{self, Value};

/// What a node is once aliases are followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Keys with values.
    Mapping,
    /// A list.
    Sequence,
    /// Anything else: text, number, boolean, null.
    Scalar,
}

/// One document of a file.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    file: &'a File,
    index: usize,
}

/// A `# yaml-language-server: $schema=…` comment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SchemaComment<'a> {
    /// The address behind `$schema=`.
    pub url: &'a str,
    /// Where in the text the address stands.
    start: usize,
    position: Position,
}

impl SchemaComment<'_> {
    /// Returns where in the text the address stands.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.url.len()
    }

    /// Returns line and column of the address.
    pub fn position(&self) -> Position {
        self.position
    }
}

impl<'a> Document<'a> {
    pub(super) fn new(file: &'a File, index: usize) -> Self {
        Document { file, index }
    }

    pub(super) fn extent(self) -> &'a Extent {
        &self.file.tree().documents[self.index]
    }

    /// Returns the place of the document in its file, counted from 0.
    pub fn index(self) -> usize {
        self.index
    }

    /// Returns the file the document is in.
    pub fn file(self) -> &'a File {
        self.file
    }

    /// Returns the content; none when the document is empty.
    pub fn root(self) -> Option<Node<'a>> {
        let root = self.file.node(self.extent().root);
        (!root.own().is_empty_scalar() || root.own().has_properties()).then_some(root)
    }

    /// Returns the first node at `path`, following aliases and merge keys.
    pub fn get(self, path: &Path) -> Option<Node<'a>> {
        find::first(self.root()?, path)
    }

    /// Returns every node at `path`, following aliases and merge keys.
    pub fn all(self, path: &Path) -> Vec<Node<'a>> {
        self.root().map(|root| find::all(root, path)).unwrap_or_default()
    }

    /// Returns the value as Kubernetes reads it: YAML 1.1, merge keys applied, the last of equal keys.
    pub fn value(self) -> Result<Value, ValueError> {
        self.root().map_or(Ok(Value::Null), Node::value)
    }

    /// Tells whether SOPS has encrypted the document: a top-level `sops` mapping with a `mac`.
    pub fn is_encrypted(self) -> bool {
        let sops = self.root().and_then(|root| root.get("sops"));
        sops.is_some_and(|sops| sops.get("mac").is_some())
    }

    /// Returns the schema comment that belongs to this document: the one above its content.
    pub fn schema(self) -> Option<SchemaComment<'a>> {
        let (start, end) = comment::schema_address(self.file, self.extent())?;
        let url = self.file.text().get(start..end)?;
        Some(SchemaComment { url, start, position: self.file.position(start) })
    }

    /// Returns the position of the first content, or of the document's start when it is empty.
    pub fn position(self) -> Position {
        let extent = self.extent();
        let offset = self.root().map_or(extent.body as usize, |root| root.first_byte());
        self.file.position(offset)
    }

    /// Returns the part of the text that is this document, its `---` included.
    pub fn range(self) -> Range<usize> {
        let extent = self.extent();
        extent.start as usize..extent.end as usize
    }
}

impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Document({}, {:?})", self.index, self.range())
    }
}

/// A node of the tree.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    file: &'a File,
    index: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.file, other.file) && self.index == other.index
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Node({:?} at {})", self.raw(), self.position())
    }
}

impl<'a> Node<'a> {
    pub(super) fn new(file: &'a File, index: u32) -> Self {
        Node { file, index }
    }

    pub(super) fn index(self) -> u32 {
        self.index
    }

    /// Returns the file the node is in.
    pub fn file(self) -> &'a File {
        self.file
    }

    pub(super) fn own(self) -> &'a Raw {
        self.file.tree().node(self.index)
    }

    /// Returns the node an alias stands for, or the node itself.
    pub fn target(self) -> Node<'a> {
        Node { index: self.file.tree().target(self.index), ..self }
    }

    fn followed(self) -> (u32, &'a Raw) {
        let index = self.file.tree().target(self.index);
        (index, self.file.tree().node(index))
    }

    pub(super) fn first_byte(self) -> usize {
        let properties = self.file.tree().properties(self.index);
        let marks = properties.and_then(|found| {
            let anchor = found.anchor.as_ref().map(|range| range.start);
            let tag = found.tag.as_ref().map(|range| range.start);
            anchor.into_iter().chain(tag).min()
        });
        marks.unwrap_or(self.own().start) as usize
    }

    /// Returns what the node is, aliases followed.
    pub fn kind(self) -> Kind {
        match self.followed().1.shape {
            Shape::Mapping => Kind::Mapping,
            Shape::Sequence => Kind::Sequence,
            Shape::Scalar | Shape::Alias => Kind::Scalar,
        }
    }

    /// Tells whether the node itself is an alias, `*name`.
    pub fn is_alias(self) -> bool {
        self.own().shape == Shape::Alias
    }

    /// Returns the value of a key, given as it is written. Follows aliases and merge keys; of equal keys the last wins.
    ///
    /// Allocates nothing: this is the way for code that reads thousands of files.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        let tree = self.file.tree();
        let index = find::lookup(self.file, tree.target(self.index), key)?;
        Some(Node { index, ..self })
    }

    /// Returns an item of a list, counted from 0.
    pub fn item(self, index: usize) -> Option<Node<'a>> {
        self.items().nth(index)
    }

    /// Returns the entries of a mapping in file order; a merge key appears as `<<`.
    pub fn entries(self) -> impl Iterator<Item = (Node<'a>, Node<'a>)> {
        let file = self.file;
        let entries = file.tree().entries(self.followed().0);
        entries.map(move |(key, value)| (Node { file, index: key }, Node { file, index: value }))
    }

    /// Returns the items of a list in file order.
    pub fn items(self) -> impl Iterator<Item = Node<'a>> {
        let file = self.file;
        let (index, raw) = self.followed();
        let children = (raw.shape == Shape::Sequence).then(|| file.tree().children(index));
        children.into_iter().flatten().map(move |index| Node { file, index })
    }

    /// Returns the number of entries or items; 0 for a scalar.
    pub fn len(self) -> usize {
        let raw = self.followed().1;
        if raw.shape == Shape::Scalar || raw.shape == Shape::Alias { 0 } else { raw.len() }
    }

    /// Tells whether a mapping or list has nothing in it; true for a scalar.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Returns the decoded text of a scalar, whatever its type.
    pub fn scalar(self) -> Option<&'a str> {
        self.file.tree().scalar(self.file.text(), self.followed().0)
    }

    pub(super) fn resolved(self) -> Option<Resolved<'a>> {
        scalar::resolve_node(self.file, self.followed().0).ok()
    }

    /// Returns the text of a scalar that Kubernetes reads as a string.
    pub fn as_str(self) -> Option<&'a str> {
        match self.resolved()? {
            Resolved::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the boolean that Kubernetes reads: `yes`, `on` and `y` are true.
    pub fn as_bool(self) -> Option<bool> {
        match self.resolved()? {
            Resolved::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the whole number that Kubernetes reads: `0775` is 509.
    pub fn as_int(self) -> Option<i64> {
        match self.resolved()? {
            Resolved::Int(value) => Some(value),
            _ => None,
        }
    }

    /// Tells whether Kubernetes reads null: nothing, `~` or `null`.
    pub fn is_null(self) -> bool {
        matches!(self.resolved(), Some(Resolved::Null))
    }

    /// Returns the value as Kubernetes reads it.
    pub fn value(self) -> Result<Value, ValueError> {
        value::resolve(self.file, self.index)
    }

    /// Returns where the content starts, behind anchor and tag.
    pub fn position(self) -> Position {
        self.file.position(self.own().start as usize)
    }

    /// Returns the part of the text that is the content: anchor, tag and comments around it left out.
    pub fn range(self) -> Range<usize> {
        self.own().range()
    }

    /// Returns the content as written.
    pub fn raw(self) -> &'a str {
        self.file.slice(self.range())
    }

    /// Returns the name of the node's own anchor.
    pub fn anchor(self) -> Option<&'a str> {
        let range = self.file.tree().properties(self.index)?.anchor.clone()?;
        self.file.text().get(range.start as usize + 1..range.end as usize)
    }

    /// Returns the node's own tag as written.
    pub fn tag(self) -> Option<&'a str> {
        let range = self.file.tree().properties(self.index)?.tag.clone()?;
        self.file.text().get(range.start as usize..range.end as usize)
    }

    /// Tells whether the node is a list or mapping in brackets.
    pub fn is_flow(self) -> bool {
        matches!(self.own().style, Style::Flow | Style::Pair)
    }

    /// Returns the comment at the end of the node's first line, or the comment lines directly above it.
    ///
    /// As written, with `#`; the lines of a longer comment keep their indentation.
    pub fn comment(self) -> Option<&'a str> {
        comment::of(self.file, self.index)
    }
}
