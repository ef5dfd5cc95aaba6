//! The tree behind a file: one flat vector of nodes in document order.
//!
//! A node holds offsets, never text. Children follow their parent directly and `skip` points behind the last
//! one, so walking needs neither pointers nor allocation.

use std::ops::Range;

use super::build;
use super::error::ParseError;
use super::text::{line_end, skip_blanks};

/// What a node is, before aliases are followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    Mapping,
    Sequence,
    Scalar,
    Alias,
}

/// How a node is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// An indented collection.
    Block,
    /// `{…}` or `[…]`.
    Flow,
    /// A mapping of one pair inside a flow list, without braces.
    Pair,
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// The node carries an anchor or a tag.
pub(super) const PROPERTIES: u8 = 1;
/// A key written with `? `.
pub(super) const EXPLICIT: u8 = 2;
/// A value without a colon, as in `{a}`.
pub(super) const NO_COLON: u8 = 4;

/// One node. Offsets refer to the text without its byte order mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    /// The indicator that introduces the node: the dash of an item, the colon of a value, the `?` of an explicit
    /// key; elsewhere the first byte of its anchor, tag or content.
    pub lead: u32,
    /// First byte of the content, behind anchor and tag.
    pub start: u32,
    /// Behind the last byte of the content; for block collections behind the last leaf.
    pub end: u32,
    /// Index of the first node that is not below this one.
    pub skip: u32,
    /// Scalars: 1 + index of the decoded text, 0 when the text itself is the value.
    /// Aliases: index of the target. Collections: the number of entries or items.
    pub extra: u32,
    pub shape: Shape,
    pub style: Style,
    pub flags: u8,
}

impl Raw {
    pub(super) fn has_properties(&self) -> bool {
        self.flags & PROPERTIES != 0
    }

    pub(super) fn is_explicit_key(&self) -> bool {
        self.flags & EXPLICIT != 0
    }

    pub(super) fn lacks_colon(&self) -> bool {
        self.flags & NO_COLON != 0
    }

    pub(super) fn is_empty_scalar(&self) -> bool {
        self.shape == Shape::Scalar && self.style == Style::Plain && self.start == self.end
    }

    pub(super) fn is_block_scalar(&self) -> bool {
        matches!(self.style, Style::Literal | Style::Folded)
    }

    pub(super) fn is_block_collection(&self) -> bool {
        self.style == Style::Block
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(super) fn len(&self) -> usize {
        self.extra as usize
    }
}

/// Anchor and tag of a node.
#[derive(Clone, Debug)]
pub(super) struct Properties {
    pub node: u32,
    /// The anchor with its `&`.
    pub anchor: Option<Range<u32>>,
    /// The tag as written.
    pub tag: Option<Range<u32>>,
    /// The tag with its handle resolved.
    pub resolved: Option<Box<str>>,
    /// Behind the last property.
    pub end: u32,
}

/// One document of a file.
#[derive(Clone, Debug)]
pub(super) struct Extent {
    /// Where the document's own lines begin: its `---`, or the end of the one before.
    pub start: u32,
    /// Behind the `---`, or `start`.
    pub body: u32,
    /// Behind its last line; `...` and the next `---` are not part of it.
    pub end: u32,
    pub root: u32,
}

/// All nodes of a file.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub nodes: Vec<Raw>,
    pub decoded: Vec<Box<str>>,
    pub properties: Vec<Properties>,
    pub documents: Vec<Extent>,
}

/// Whether an alias without an anchor is an error or allowed, as in a fragment that refers to its new surroundings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dangling {
    Refuse,
    Allow,
}

/// The target of an alias whose anchor is not in the same text.
pub(super) const NOWHERE: u32 = u32::MAX;

/// Nesting that the parser accepts, for block and for flow collections each.
pub(super) const DEPTH_LIMIT: usize = 255;

impl Tree {
    /// Parses a text without byte order mark.
    pub(super) fn parse(text: &str, dangling: Dangling) -> Result<Tree, ParseError> {
        build::build(text, dangling)
    }

    pub(super) fn node(&self, index: u32) -> &Raw {
        &self.nodes[index as usize]
    }

    /// Returns the node an alias stands for, or the node itself.
    pub(super) fn target(&self, index: u32) -> u32 {
        let raw = self.node(index);
        if raw.shape == Shape::Alias && raw.extra != NOWHERE { raw.extra } else { index }
    }

    /// Returns the children in order: items, or keys and values in turn.
    pub(super) fn children(&self, index: u32) -> Children<'_> {
        let raw = self.node(index);
        let next = match raw.shape {
            Shape::Mapping | Shape::Sequence => index + 1,
            Shape::Scalar | Shape::Alias => raw.skip,
        };
        Children { tree: self, next, end: raw.skip }
    }

    /// Returns the entries of a mapping as key and value.
    pub(super) fn entries(&self, index: u32) -> Entries<'_> {
        let children = match self.node(index).shape {
            Shape::Mapping => self.children(index),
            _ => Children { tree: self, next: 0, end: 0 },
        };
        Entries(children)
    }

    pub(super) fn properties(&self, index: u32) -> Option<&Properties> {
        if !self.node(index).has_properties() {
            return None;
        }
        let at = self.properties.binary_search_by_key(&index, |entry| entry.node).ok()?;
        self.properties.get(at)
    }

    /// Returns the decoded text of a scalar.
    pub(super) fn scalar<'a>(&'a self, text: &'a str, index: u32) -> Option<&'a str> {
        let raw = self.node(index);
        if raw.shape != Shape::Scalar {
            return None;
        }
        if raw.extra > 0 {
            return Some(&self.decoded[raw.extra as usize - 1]);
        }
        let range = raw.range();
        match raw.style {
            Style::Single | Style::Double => text.get(range.start + 1..range.end - 1),
            Style::Literal | Style::Folded => Some(""),
            _ => text.get(range),
        }
    }

    /// Returns every anchor of the nodes in `range`, with the index of its node.
    pub(super) fn anchors(&self, range: Range<u32>) -> impl Iterator<Item = (u32, Range<u32>)> {
        let from = self.properties.partition_point(|entry| entry.node < range.start);
        self.properties[from..]
            .iter()
            .take_while(move |entry| entry.node < range.end)
            .filter_map(|entry| Some((entry.node, entry.anchor.clone()?)))
    }

    /// Tells whether any node has an anchor: without one there are no aliases to care for.
    pub(super) fn has_properties(&self) -> bool {
        !self.properties.is_empty()
    }
}

/// Children of one node.
#[derive(Clone)]
pub(super) struct Children<'a> {
    tree: &'a Tree,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        (self.next < self.end).then(|| {
            let index = self.next;
            self.next = self.tree.node(index).skip;
            index
        })
    }
}

/// Entries of one mapping.
#[derive(Clone)]
pub(super) struct Entries<'a>(Children<'a>);

impl Iterator for Entries<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        Some((self.0.next()?, self.0.next()?))
    }
}

/// Returns the end of the header line of a block scalar: behind its indicators and comment.
pub(super) fn header_comment(bytes: &[u8], raw: &Raw) -> Range<usize> {
    let start = raw.start as usize;
    let end = line_end(bytes, start);
    let mut at = start + 1;
    while matches!(bytes.get(at), Some(b'+' | b'-' | b'0'..=b'9')) {
        at += 1;
    }
    skip_blanks(bytes, at).min(end)..end
}
