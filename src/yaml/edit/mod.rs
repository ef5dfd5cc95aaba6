//! From an operation to splices of the text, and to what the tree must look like afterwards.
//!
//! Every function here says the same thing twice: as bytes to replace, and as a change to the tree. The
//! [check](super::check) then parses the new text and compares it with the changed tree, so a mistake in the bytes never gets out.

mod block;
mod entry;
mod flow;
mod insert;
mod layout;
mod moves;
mod put;
mod remark;
mod remove;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::check::{Child, Expect};
use super::content::Content;
use super::error::EditError;
use super::file::File;
use super::find::{self, Holder, Located, Spot};
use super::node::{Document, Node};
use super::operation::Operation;
use super::path::Path;
use super::tree::{Raw, Shape, Style, Tree};

/// A piece of the text and what stands there instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Splice {
    pub range: Range<usize>,
    pub text: String,
}

impl Splice {
    fn new(range: Range<usize>, text: impl Into<String>) -> Splice {
        Splice { range, text: text.into() }
    }

    fn insert(at: usize, text: impl Into<String>) -> Splice {
        Splice::new(at..at, text)
    }

    fn delete(range: Range<usize>) -> Splice {
        Splice::new(range, "")
    }
}

/// An operation worked out against one text.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub splices: Vec<Splice>,
    pub expect: Expect,
    /// Comments that go with what is taken out.
    pub comments: Vec<String>,
    /// Tags that go with the values they were on.
    pub tags: Vec<String>,
}

/// Works an operation out against a document; none when the document already is as the operation wants it.
pub(super) fn plan(document: Document<'_>, operation: &Operation) -> Result<Option<Change>, EditError> {
    let editor = Editor { file: document.file(), document };
    match operation {
        Operation::Put { path, content } => editor.put(path, content),
        Operation::Fill { path, .. } if document.get(path).is_some() => Ok(None),
        Operation::Fill { path, content } => editor.put(path, content),
        Operation::Swap { path, key, content } => editor.swap(path, key, content),
        Operation::Rename { path, key } => editor.rename(path, key),
        Operation::Remove { path } => editor.remove(path),
        Operation::Append { path, content } => editor.append(path, content),
        Operation::Insert { path, index, content } => editor.insert(path, *index, content),
        Operation::Drop { path, item } => editor.drop_items(path, item),
        Operation::MoveTo { path, to } => editor.move_to(path, to),
        Operation::Comment { path, text } => editor.comment(path, text),
        Operation::Before { path, key, content } => editor.beside(path, key, content, insert::Side::Before),
        Operation::After { path, key, content } => editor.beside(path, key, content, insert::Side::After),
        Operation::Detach { path } => editor.detach(path),
        Operation::Schema { url } => editor.schema(url),
    }
}

struct Editor<'a> {
    file: &'a File,
    document: Document<'a>,
}

impl<'a> Editor<'a> {
    fn tree(&self) -> &'a Tree {
        self.file.tree()
    }

    fn raw(&self, index: u32) -> &'a Raw {
        self.file.tree().node(index)
    }

    fn node(&self, index: u32) -> Node<'a> {
        self.file.node(index)
    }

    fn bytes(&self) -> &'a [u8] {
        self.file.text().as_bytes()
    }

    fn root(&self) -> Result<Node<'a>, EditError> {
        self.document.root().ok_or_else(|| {
            let words = "the document is empty";
            EditError::new("empty-document", words).at(self.document.position())
        })
    }

    fn locate(&self, path: &Path) -> Result<Located, EditError> {
        find::locate(self.root()?, path)
    }

    fn found(&self, path: &Path) -> Result<Spot, EditError> {
        match self.locate(path)? {
            Located::Found(spot) => Ok(spot),
            Located::Missing { .. } => Err(find::no_such_path(path)),
        }
    }

    fn error(&self, code: &'static str, node: u32, words: impl Into<String>) -> EditError {
        EditError::new(code, words).at(self.node(node).position())
    }

    /// Returns the entry that an operation on entries is for.
    fn entry(&self, path: &Path) -> Result<(Spot, u32, u32), EditError> {
        let spot = self.found(path)?;
        match spot.holder {
            Holder::Entry { mapping, key } => {
                self.simple_key(key)?;
                Ok((spot, mapping, key))
            }
            _ => Err(self.error("not-an-entry", spot.node, format!("`{path}` is not the value of a key"))),
        }
    }

    fn simple_key(&self, key: u32) -> Result<(), EditError> {
        let raw = self.raw(key);
        if raw.is_explicit_key() || raw.is_empty_scalar() || !matches!(raw.shape, Shape::Scalar | Shape::Alias) {
            return Err(self.error("complex-key", key, "the key is written with `?`, is empty or is not a scalar"));
        }
        Ok(())
    }

    /// Refuses a key that a mapping already has.
    fn free_key(&self, mapping: u32, key: &str) -> Result<(), EditError> {
        let same = find::entries(self.file, mapping).find(|spot| find::holder_key(self.file, *spot) == Some(key));
        match same {
            Some(spot) => Err(self.error("key-exists", spot.node, format!("key `{key}` exists"))),
            None => Ok(()),
        }
    }

    /// Refuses to take nodes out while an alias elsewhere stands for one of them. `kept` stays and with it its anchor.
    fn free_of_aliases(&self, nodes: Range<u32>, kept: Option<u32>) -> Result<(), EditError> {
        if !self.tree().has_properties() {
            return Ok(());
        }
        let root = self.document.extent().root;
        for alias in root..self.raw(root).skip {
            let target = self.tree().target(alias);
            let outside = !nodes.contains(&alias) || Some(alias) == kept;
            if target != alias && outside && nodes.contains(&target) && Some(target) != kept {
                let name = self.node(alias).raw();
                let words = format!("the alias `{name}` still refers to what would go; detach it first");
                return Err(self.error("anchor-in-use", alias, words));
            }
        }
        Ok(())
    }

    /// Returns the children of a collection as the check expects them when nothing changes.
    fn children(&self, container: u32) -> Vec<Child> {
        self.tree().children(container).map(Child::Old).collect()
    }

    fn is_flow(&self, node: u32) -> bool {
        matches!(self.raw(node).style, Style::Flow | Style::Pair) && self.raw(node).shape != Shape::Scalar
    }

    /// Tells whether a spot lies inside brackets.
    fn in_flow(&self, spot: Spot) -> bool {
        match spot.holder {
            Holder::Document => false,
            Holder::Entry { mapping, .. } => self.is_flow(mapping),
            Holder::Item { sequence, .. } => self.is_flow(sequence),
        }
    }

    /// Returns the comments in a part of the text.
    fn comments(&self, range: Range<usize>, nodes: Range<u32>) -> Vec<String> {
        super::content::comments_in(self.file, range, nodes)
    }

    fn whole_document(&self) -> Range<u32> {
        let root = self.document.extent().root;
        root..self.raw(root).skip
    }

    fn entry_end(&self, key: u32, value: u32) -> usize {
        self.raw(value).end.max(self.raw(key).end) as usize
    }

    /// Returns content written on one line, or the reason why brackets cannot hold it.
    fn flow_text(&self, content: &Content, at: u32) -> Result<String, EditError> {
        content.flow_text().ok_or_else(|| {
            self.error("flow-content", at, "new content with comments or complex keys does not fit into brackets")
        })
    }
}
