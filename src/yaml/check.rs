//! The check after every edit: the new text, parsed again, must be the old tree with exactly the intended change.
//!
//! Untouched nodes must be the same to the byte, so quotes, styles, anchors and tags are too; aliases must still stand
//! for the same nodes; documents that the edit is not for must be identical. A re-parse alone would not do: a wrong insertion into
//! brackets often parses, as something else.

use std::collections::HashMap;
use std::rc::Rc;

use super::content::{Content, same_meaning};
use super::file::File;
use super::path::Path;
use super::scalar::resolve_node;
use super::tree::{Raw, Shape, Style};

/// What a place holds after the edit.
#[derive(Clone, Debug)]
pub(super) enum Fresh {
    /// A string key.
    Key(String),
    /// New content.
    Content(Rc<Content>, u32),
    /// An empty mapping or list.
    Empty(Shape),
}

/// A child of a collection whose children change.
#[derive(Clone, Debug)]
pub(super) enum Child {
    /// A child of the old tree, untouched or with a change of its own.
    Old(u32),
    /// Something new.
    New(Fresh),
}

/// The intended change to the tree of one document.
#[derive(Debug, Default)]
pub(super) struct Expect {
    /// Nodes replaced.
    pub replaced: HashMap<u32, Replaced>,
    /// Collections with other children: items, or keys and values in turn.
    pub children: HashMap<u32, Vec<Child>>,
    /// A node that is written again elsewhere, and its new path.
    pub moved: Option<(u32, Path)>,
}

/// What replaces a node.
#[derive(Clone, Debug)]
pub(super) struct Replaced {
    pub by: Fresh,
    /// The anchor the place keeps, if the new content has none of its own.
    pub anchor: Option<String>,
}

impl Expect {
    pub(super) fn replace(node: u32, by: Fresh, anchor: Option<&str>) -> Expect {
        let mut expect = Expect::default();
        expect.replaced.insert(node, Replaced { by, anchor: anchor.map(str::to_owned) });
        expect
    }

    pub(super) fn children(container: u32, children: Vec<Child>) -> Expect {
        let mut expect = Expect::default();
        expect.children.insert(container, children);
        expect
    }

    pub(super) fn merge(&mut self, other: Expect) {
        self.replaced.extend(other.replaced);
        self.children.extend(other.children);
    }
}

/// What is wrong when an alias finds another anchor than before.
pub(super) const REBOUND: &str = "an alias would stand for something else";

/// Compares a file before and after an edit of one document. Says in a few words what is wrong, if anything.
pub(super) fn verify(old: &File, new: &File, document: usize, expect: &Expect) -> Result<(), &'static str> {
    let (before, after) = (&old.tree().documents, &new.tree().documents);
    if before.len() != after.len() {
        return Err("the number of documents changed");
    }
    let nothing = Expect::default();
    for (index, (one, two)) in before.iter().zip(after).enumerate() {
        let expect = if index == document { expect } else { &nothing };
        let mut pairs = Pairs { old, new, expect, anchored: HashMap::new(), aliases: Vec::new() };
        pairs.node(one.root, two.root)?;
        if let Some((left, to)) = &expect.moved {
            let arrived = new.document(index).and_then(|document| document.get(to));
            pairs.moved(*left, arrived.ok_or("the moved value is not where it should be")?.index())?;
        }
        pairs.check_aliases()?;
    }
    Ok(())
}

struct Pairs<'a> {
    old: &'a File,
    new: &'a File,
    expect: &'a Expect,
    /// New place of each anchored node of the old tree.
    anchored: HashMap<u32, u32>,
    /// Aliases of the old tree with their new places.
    aliases: Vec<(u32, u32)>,
}

impl Pairs<'_> {
    fn node(&mut self, one: u32, two: u32) -> Result<(), &'static str> {
        if let Some(replaced) = self.expect.replaced.get(&one) {
            let anchor = self.new.node(two).anchor();
            let wanted = match &replaced.by {
                Fresh::Content(content, index) => content.file().node(*index).anchor(),
                _ => None,
            };
            if anchor != wanted.or(replaced.anchor.as_deref()) {
                return Err("an anchor changed");
            }
            self.anchored.insert(one, two);
            return self.fresh(&replaced.by, two, Anchor::Checked);
        }
        self.properties(one, two)?;
        let (before, after) = (self.old.tree().node(one), self.new.tree().node(two));
        if let Some(children) = self.expect.children.get(&one) {
            // A collection that was empty or becomes so may change between brackets and lines.
            return self.changed(before, after, children, two);
        }
        if before.shape != after.shape
            || before.style != after.style
            || before.len() != after.len() && is_collection(before)
        {
            return Err("the shape of another value changed");
        }
        match before.shape {
            Shape::Scalar => self.text(one, two),
            Shape::Alias => {
                self.aliases.push((one, two));
                self.text(one, two)
            }
            Shape::Mapping | Shape::Sequence => {
                let mut left = self.old.tree().children(one);
                let mut right = self.new.tree().children(two);
                loop {
                    match (left.next(), right.next()) {
                        (Some(one), Some(two)) => self.node(one, two)?,
                        (None, None) => return Ok(()),
                        _ => return Err("another collection has more or fewer entries"),
                    }
                }
            }
        }
    }

    fn changed(&mut self, before: &Raw, after: &Raw, children: &[Child], two: u32) -> Result<(), &'static str> {
        let emptied = children.is_empty() || before.len() == 0;
        let wrapped = before.style == Style::Pair && after.style == Style::Flow;
        if before.shape != after.shape || (before.style != after.style && !emptied && !wrapped) {
            return Err("the collection changed its style");
        }
        let mut right = self.new.tree().children(two);
        for child in children {
            let Some(two) = right.next() else { return Err("an entry is missing") };
            match child {
                Child::Old(one) => self.node(*one, two)?,
                Child::New(fresh) => self.fresh(fresh, two, Anchor::Compare)?,
            }
        }
        if right.next().is_some() { Err("there is an entry too many") } else { Ok(()) }
    }

    fn text(&self, one: u32, two: u32) -> Result<(), &'static str> {
        let same = self.old.node(one).raw() == self.new.node(two).raw()
            && self.old.node(one).scalar() == self.new.node(two).scalar();
        // An alias' scalar is that of its target, which may be what changes.
        let alias =
            self.old.tree().node(one).shape == Shape::Alias && self.old.node(one).raw() == self.new.node(two).raw();
        if same || alias { Ok(()) } else { Err("another value changed") }
    }

    fn properties(&mut self, one: u32, two: u32) -> Result<(), &'static str> {
        if !self.old.tree().node(one).has_properties() && !self.new.tree().node(two).has_properties() {
            return Ok(());
        }
        let (before, after) = (self.old.node(one), self.new.node(two));
        if before.anchor() != after.anchor() || before.tag() != after.tag() {
            return Err("another anchor or tag changed");
        }
        self.anchored.insert(one, two);
        Ok(())
    }

    fn fresh(&mut self, fresh: &Fresh, two: u32, anchor: Anchor) -> Result<(), &'static str> {
        let raw = self.new.tree().node(two);
        match fresh {
            Fresh::Key(key) => {
                let is_key = self.new.node(two).as_str() == Some(key.as_str()) && raw.shape == Shape::Scalar;
                if is_key { Ok(()) } else { Err("the new key reads differently") }
            }
            Fresh::Empty(shape) if raw.shape == *shape && raw.len() == 0 => Ok(()),
            Fresh::Empty(_) => Err("the collection is not empty"),
            Fresh::Content(content, index) => like(content.file(), *index, self.new, two, anchor),
        }
    }

    /// Checks a node that moved, and pairs up the anchors and aliases in it.
    fn moved(&mut self, one: u32, two: u32) -> Result<(), &'static str> {
        let (tree, arrived) = (self.old.tree(), self.new.tree());
        let count = tree.node(one).skip - one;
        if arrived.node(two).skip - two != count || !same_meaning(self.old, one, self.new, two) {
            return Err("the moved value reads differently");
        }
        for offset in 0..count {
            if tree.node(one + offset).has_properties() {
                self.anchored.insert(one + offset, two + offset);
            }
            if tree.node(one + offset).shape == Shape::Alias {
                self.aliases.push((one + offset, two + offset));
            }
        }
        Ok(())
    }

    /// Checks that each alias still stands for the node it stood for.
    fn check_aliases(&self) -> Result<(), &'static str> {
        for (one, two) in &self.aliases {
            let target = self.old.tree().target(*one);
            if self.anchored.get(&target) != Some(&self.new.tree().target(*two)) {
                return Err(REBOUND);
            }
        }
        Ok(())
    }
}

/// Whether the anchor of the topmost node has been looked at already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Anchor {
    Checked,
    Compare,
}

fn is_collection(raw: &Raw) -> bool {
    matches!(raw.shape, Shape::Mapping | Shape::Sequence)
}

/// Compares two nodes that may be laid out differently: text, type, tags, anchors, order.
fn like(left: &File, one: u32, right: &File, two: u32, anchor: Anchor) -> Result<(), &'static str> {
    let (before, after) = (left.tree().node(one), right.tree().node(two));
    let (x, y) = (left.node(one), right.node(two));
    if before.shape != after.shape || x.tag() != y.tag() {
        return Err("the new value reads differently");
    }
    if anchor == Anchor::Compare && x.anchor() != y.anchor() {
        return Err("the new value has another anchor");
    }
    match before.shape {
        Shape::Alias if x.raw() == y.raw() => Ok(()),
        Shape::Scalar if x.scalar() == y.scalar() && same_type(left, one, right, two) => Ok(()),
        Shape::Alias | Shape::Scalar => Err("the new value reads differently"),
        Shape::Mapping | Shape::Sequence => {
            if before.len() != after.len() {
                return Err("the new value has more or fewer entries");
            }
            let children = left.tree().children(one).zip(right.tree().children(two));
            for (one, two) in children {
                like(left, one, right, two, Anchor::Compare)?;
            }
            Ok(())
        }
    }
}

fn same_type(left: &File, one: u32, right: &File, two: u32) -> bool {
    let plain = |file: &File, index: u32| file.tree().node(index).style == Style::Plain;
    plain(left, one) == plain(right, two) || resolve_node(left, one).ok() == resolve_node(right, two).ok()
}
