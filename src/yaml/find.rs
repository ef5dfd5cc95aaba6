//! From a path to nodes: for reading, with aliases and merge keys followed; for editing, to exactly one place.

use super::error::EditError;
use super::file::File;
use super::node::Node;
use super::path::{Path, Step};
use super::scalar::is_merge;
use super::tree::Shape;

/// How many mappings one look-up may visit through merge keys; they can lead into each other without end.
const MERGE_LIMIT: u32 = 1000;

/// How deep merge keys may lead into each other.
const MERGE_DEPTH: u32 = 32;

/// Finds the value of a key in a mapping, as written, merge keys followed; the last of equal keys.
pub(super) fn lookup(file: &File, mapping: u32, key: &str) -> Option<u32> {
    find_key(file, mapping, key, &mut Merges { depth: 0, left: MERGE_LIMIT })
}

/// What following merge keys may still cost.
struct Merges {
    depth: u32,
    left: u32,
}

fn find_key(file: &File, mapping: u32, key: &str, merges: &mut Merges) -> Option<u32> {
    let tree = file.tree();
    let mut found = None;
    for (name, value) in tree.entries(mapping) {
        match tree.scalar(file.text(), tree.target(name)) {
            Some(text) if text == key => found = Some(value),
            Some("<<") if merges.depth < MERGE_DEPTH && is_merge(file, name) => {
                merges.depth += 1;
                found = merged(file, value, key, merges).or(found);
                merges.depth -= 1;
            }
            _ => {}
        }
    }
    found
}

fn merged(file: &File, value: u32, key: &str, merges: &mut Merges) -> Option<u32> {
    merges.left = merges.left.checked_sub(1)?;
    let tree = file.tree();
    let target = tree.target(value);
    match tree.node(target).shape {
        Shape::Mapping => find_key(file, target, key, merges),
        Shape::Sequence => tree.children(target).find_map(|item| {
            merges.left = merges.left.checked_sub(1)?;
            find_key(file, tree.target(item), key, merges)
        }),
        _ => None,
    }
}

/// Returns the first node at a path.
pub(super) fn first<'a>(root: Node<'a>, path: &Path) -> Option<Node<'a>> {
    let mut found = None;
    visit(root, path.steps(), &mut |node| {
        found = Some(node);
        Visit::Stop
    });
    found
}

/// Returns every node at a path, in document order, each once.
pub(super) fn all<'a>(root: Node<'a>, path: &Path) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    visit(root, path.steps(), &mut |node: Node<'a>| {
        if seen.insert(node.index()) {
            found.push(node);
        }
        Visit::Continue
    });
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    Continue,
    Stop,
}

fn visit<'a>(node: Node<'a>, steps: &[Step], take: &mut impl FnMut(Node<'a>) -> Visit) -> Visit {
    let Some((step, rest)) = steps.split_first() else {
        return take(node);
    };
    match step {
        Step::Key(key) => node.get(key).map_or(Visit::Continue, |value| visit(value, rest, take)),
        Step::Index(index) => node.item(*index).map_or(Visit::Continue, |item| visit(item, rest, take)),
        Step::Filter(path, text) => {
            let matching = node.items().filter(|item| passes(*item, path, text));
            visit_each(matching, rest, take)
        }
        Step::Any => {
            let values = node.entries().map(|(_, value)| value);
            visit_each(values.chain(node.items()), rest, take)
        }
        Step::Deep => visit_deep(node, rest, take),
    }
}

fn visit_each<'a>(
    nodes: impl Iterator<Item = Node<'a>>,
    rest: &[Step],
    take: &mut impl FnMut(Node<'a>) -> Visit,
) -> Visit {
    for node in nodes {
        if visit(node, rest, take) == Visit::Stop {
            return Visit::Stop;
        }
    }
    Visit::Continue
}

/// Tries the rest of a path on a node and everything written below it; what an alias stands for is met where it is written.
fn visit_deep<'a>(node: Node<'a>, rest: &[Step], take: &mut impl FnMut(Node<'a>) -> Visit) -> Visit {
    if visit(node, rest, take) == Visit::Stop {
        return Visit::Stop;
    }
    if node.is_alias() {
        return Visit::Continue;
    }
    let values = node.entries().map(|(_, value)| value);
    for child in values.chain(node.items()) {
        if visit_deep(child, rest, take) == Visit::Stop {
            return Visit::Stop;
        }
    }
    Visit::Continue
}

fn passes(item: Node<'_>, path: &Path, text: &str) -> bool {
    first(item, path).and_then(Node::scalar).is_some_and(|scalar| scalar == text)
}

/// What holds a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holder {
    /// The document.
    Document,
    /// An entry of a mapping, with its key.
    Entry { mapping: u32, key: u32 },
    /// An item of a list.
    Item { sequence: u32, index: usize },
}

/// A node and what holds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Spot {
    pub node: u32,
    pub holder: Holder,
}

/// Where an edit goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Located {
    Found(Spot),
    /// The keys `rest` are missing below the node `at`.
    Missing {
        at: Spot,
        rest: Vec<String>,
    },
}

/// Finds the one place an edit is for.
pub(super) fn locate(root: Node<'_>, path: &Path) -> Result<Located, EditError> {
    let file = root.file();
    let mut spots = vec![Spot { node: root.index(), holder: Holder::Document }];
    for (depth, step) in path.steps().iter().enumerate() {
        let mut next = Vec::new();
        for spot in &spots {
            follow(file, *spot, step, path, &mut next)?;
        }
        if next.is_empty() {
            return missing(file, &spots, path, depth);
        }
        spots = next;
    }
    match spots.as_slice() {
        [spot] => Ok(Located::Found(*spot)),
        spots => {
            let words = format!("`{path}` is {} places; name one", spots.len());
            Err(EditError::new("many-matches", words).at(file.node(spots[1].node).position()))
        }
    }
}

fn missing(file: &File, spots: &[Spot], path: &Path, depth: usize) -> Result<Located, EditError> {
    let rest: Option<Vec<String>> = path.steps()[depth..]
        .iter()
        .map(|step| match step {
            Step::Key(key) => Some(key.clone()),
            _ => None,
        })
        .collect();
    match (spots, rest) {
        ([at], Some(rest)) => {
            let raw = file.tree().node(at.node);
            if raw.shape == Shape::Mapping || file.node(at.node).is_null() {
                return Ok(Located::Missing { at: *at, rest });
            }
            let words = format!("`{path}` leads through a {}", words_for(raw.shape));
            Err(EditError::new("not-a-mapping", words).at(file.node(at.node).position()))
        }
        _ => Err(no_such_path(path)),
    }
}

fn words_for(shape: Shape) -> &'static str {
    match shape {
        Shape::Sequence => "list",
        Shape::Mapping => "mapping",
        _ => "scalar",
    }
}

pub(super) fn no_such_path(path: &Path) -> EditError {
    EditError::new("no-such-path", format!("there is no `{path}`"))
}

fn follow(file: &File, spot: Spot, step: &Step, path: &Path, next: &mut Vec<Spot>) -> Result<(), EditError> {
    let tree = file.tree();
    if tree.node(spot.node).shape == Shape::Alias {
        if *step == Step::Deep {
            return Ok(());
        }
        let name = file.node(spot.node).raw();
        let words = format!("`{path}` leads through the alias `{name}`; detach it first");
        return Err(EditError::new("through-alias", words).at(file.node(spot.node).position()));
    }
    match step {
        Step::Key(key) => follow_key(file, spot.node, key, path, next)?,
        Step::Index(index) => next.extend(items(file, spot.node).nth(*index)),
        Step::Filter(inner, text) => {
            next.extend(items(file, spot.node).filter(|item| passes(file.node(item.node), inner, text)));
        }
        Step::Any => next.extend(below(file, spot.node)),
        Step::Deep => {
            let mut open = vec![spot];
            while let Some(spot) = open.pop() {
                if tree.node(spot.node).shape == Shape::Alias {
                    continue;
                }
                next.push(spot);
                let mut children: Vec<Spot> = below(file, spot.node).collect();
                children.reverse();
                open.append(&mut children);
            }
        }
    }
    Ok(())
}

fn follow_key(file: &File, mapping: u32, key: &str, path: &Path, next: &mut Vec<Spot>) -> Result<(), EditError> {
    let mut same = entries(file, mapping).filter(|spot| holder_key(file, *spot) == Some(key));
    if let Some(spot) = same.next() {
        if let Some(second) = same.next() {
            let words = format!("key `{key}` appears twice on the way to `{path}`");
            return Err(EditError::new("duplicate-key", words).at(file.node(second.node).position()));
        }
        next.push(spot);
        return Ok(());
    }
    if let Some(value) = lookup(file, mapping, key) {
        let words = format!("key `{key}` on the way to `{path}` comes from a merge key; detach the `<<` first");
        return Err(EditError::new("through-merge", words).at(file.node(value).position()));
    }
    Ok(())
}

/// Returns the text of the key that holds a spot.
pub(super) fn holder_key(file: &File, spot: Spot) -> Option<&str> {
    let Holder::Entry { key, .. } = spot.holder else { return None };
    file.tree().scalar(file.text(), file.tree().target(key))
}

pub(super) fn entries(file: &File, mapping: u32) -> impl Iterator<Item = Spot> + '_ {
    let entries = file.tree().entries(mapping);
    entries.map(move |(key, value)| Spot { node: value, holder: Holder::Entry { mapping, key } })
}

pub(super) fn items(file: &File, sequence: u32) -> impl Iterator<Item = Spot> + '_ {
    let is_list = file.tree().node(sequence).shape == Shape::Sequence;
    let children = is_list.then(|| file.tree().children(sequence)).into_iter().flatten();
    children.enumerate().map(move |(index, node)| Spot { node, holder: Holder::Item { sequence, index } })
}

fn below(file: &File, node: u32) -> impl Iterator<Item = Spot> + '_ {
    entries(file, node).chain(items(file, node))
}
