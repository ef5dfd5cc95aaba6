//! A second idea of what an edit means: plain trees that are changed in memory and know nothing of text.
//!
//! Built from the public views only. Aliases stay aliases, so that an edit which silently resolves one is found.

use hops::yaml::{Document, File, Fragment, Node, Value};

/// A tree with anchors, tags and aliases.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    pub anchor: Option<String>,
    pub tag: Option<String>,
    pub body: Body,
}

/// What a tree holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Scalar(Scalar),
    Alias(String),
    Mapping(Vec<(Tree, Tree)>),
    Sequence(Vec<Tree>),
}

/// A scalar by its meaning: two texts of one meaning are equal, `1` and `"1"` are not.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    Value(Value),
    /// What has no value, by its text.
    Text(String),
}

/// One step from a tree to a part of it: the place among entries or items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(pub usize);

impl Tree {
    pub fn of(node: Node<'_>) -> Tree {
        let body = if node.is_alias() {
            Body::Alias(node.raw().to_owned())
        } else {
            match node.kind() {
                hops::yaml::Kind::Mapping => {
                    Body::Mapping(node.entries().map(|(key, value)| (Tree::of(key), Tree::of(value))).collect())
                }
                hops::yaml::Kind::Sequence => Body::Sequence(node.items().map(Tree::of).collect()),
                hops::yaml::Kind::Scalar => Body::Scalar(match node.value() {
                    Ok(value) => Scalar::Value(value),
                    Err(_) => Scalar::Text(node.scalar().unwrap_or_default().to_owned()),
                }),
            }
        };
        Tree { anchor: node.anchor().map(str::to_owned), tag: node.tag().map(str::to_owned), body }
    }

    pub fn of_document(document: Document<'_>) -> Tree {
        document.root().map_or_else(|| Tree::plain(Value::Null), Tree::of)
    }

    fn plain(value: Value) -> Tree {
        Tree { anchor: None, tag: None, body: Body::Scalar(Scalar::Value(value)) }
    }

    pub fn of_value(value: &Value) -> Tree {
        let body = match value {
            Value::Mapping(mapping) => Body::Mapping(
                mapping.iter().map(|(key, value)| (Tree::plain(Value::from(key)), Tree::of_value(value))).collect(),
            ),
            Value::Sequence(items) => Body::Sequence(items.iter().map(Tree::of_value).collect()),
            other => return Tree::plain(other.clone()),
        };
        Tree { anchor: None, tag: None, body }
    }

    pub fn of_fragment(fragment: &Fragment) -> Tree {
        match fragment {
            Fragment::Value(value) => Tree::of_value(value),
            Fragment::Text(text) => {
                let file = File::parse(text.clone().into_bytes()).expect("test content is YAML");
                Tree::of_document(file.document(0).expect("test content has a document"))
            }
        }
    }

    pub fn key(name: &str) -> Tree {
        Tree::plain(Value::from(name))
    }

    /// Returns the part at a path.
    pub fn at(&mut self, path: &[Place]) -> &mut Tree {
        path.iter().fold(self, |tree, Place(place)| match &mut tree.body {
            Body::Mapping(entries) => &mut entries[*place].1,
            Body::Sequence(items) => &mut items[*place],
            _ => panic!("a path leads through a scalar"),
        })
    }

    pub fn entries(&mut self) -> &mut Vec<(Tree, Tree)> {
        match &mut self.body {
            Body::Mapping(entries) => entries,
            _ => panic!("not a mapping"),
        }
    }

    pub fn items(&mut self) -> &mut Vec<Tree> {
        match &mut self.body {
            Body::Sequence(items) => items,
            _ => panic!("not a list"),
        }
    }

    /// Replaces this tree; the anchor of the place stays.
    pub fn put(&mut self, new: Tree) {
        let anchor = new.anchor.clone().or(self.anchor.take());
        *self = Tree { anchor, ..new };
    }
}
