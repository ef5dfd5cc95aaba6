//! A file: its bytes exactly as they are, and the tree over them.

use std::ops::Range;

use super::error::ParseError;
use super::node::{Document, Node};
use super::source::{Position, Source};
use super::tree::{Dangling, Tree};

/// A YAML file: its text and a map of where every value sits.
///
/// Never changes; a [`Draft`](super::Draft) holds edits on top of it. Send and Sync, so many readers can share one in an `Arc`.
#[derive(Debug)]
pub struct File {
    source: Source,
    tree: Tree,
}

impl File {
    /// Reads a file.
    ///
    /// Fails on text that is not UTF-8, on YAML errors, on an alias without anchor, and on nesting or size beyond
    /// the limits. An empty file is fine and has no documents.
    ///
    /// ```
    /// # use hops::yaml::{File, Path};
    /// let file = File::parse(b"spec:\n  mode: 0775 # octal\n".to_vec())?;
    /// let mode = file.document(0).and_then(|document| document.get(&"spec.mode".parse().ok()?));
    /// assert_eq!(mode.and_then(|mode| mode.as_int()), Some(509));
    /// assert_eq!(mode.map(|mode| mode.raw()), Some("0775"));
    /// # Ok::<(), hops::yaml::ParseError>(())
    /// ```
    pub fn parse(bytes: Vec<u8>) -> Result<File, ParseError> {
        File::read(bytes, Dangling::Refuse)
    }

    pub(super) fn read(bytes: Vec<u8>, dangling: Dangling) -> Result<File, ParseError> {
        let source = Source::new(bytes)?;
        let tree = Tree::parse(source.text(), dangling)?;
        Ok(File { source, tree })
    }

    /// Returns the bytes the file was read from.
    pub fn bytes(&self) -> &[u8] {
        self.source.bytes()
    }

    /// Returns the text without byte order mark; all ranges and offsets refer to it.
    pub fn text(&self) -> &str {
        self.source.text()
    }

    /// Returns the documents in file order.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = Document<'_>> {
        (0..self.tree.documents.len()).map(|index| Document::new(self, index))
    }

    /// Returns one document, counted from 0.
    pub fn document(&self, index: usize) -> Option<Document<'_>> {
        (index < self.tree.documents.len()).then(|| Document::new(self, index))
    }

    /// Returns line and column of an offset in the text.
    pub fn position(&self, offset: usize) -> Position {
        self.source.position(offset)
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    pub(super) fn node(&self, index: u32) -> Node<'_> {
        Node::new(self, index)
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        self.text().get(range).unwrap_or_default()
    }
}
