//! Draws a target and new content for each kind of operation, and says what the model makes of it.

use hops::yaml::{Document, Fragment, Kind, Mapping, Node, Operation, Path, Value, Where};

use crate::model::{Body, Place, Tree};

/// The kinds of operation, and how many of each the table has.
pub const KINDS: [&str; 16] = [
    "put",
    "put new",
    "fill",
    "swap",
    "rename",
    "remove",
    "remove item",
    "append",
    "insert",
    "drop",
    "move_to",
    "comment",
    "before",
    "after",
    "detach",
    "schema",
];

/// Numbers from a fixed seed.
pub struct Random(u64);

impl Random {
    pub fn of(name: &str, salt: u64) -> Random {
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325 ^ salt, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        Random(hash)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn of_slice<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let at = self.below(choices.len() as u64) as usize;
        choices.get(at)
    }
}

/// An operation with what must come of it.
pub struct Drawn {
    pub document: usize,
    pub operation: Operation,
    /// The document after the edit; none when the value alone can be compared.
    pub after: Option<Tree>,
    /// The lines of the old text, from and to, that the edit may touch.
    pub lines: (usize, usize),
    /// The edit may only add lines.
    pub adds_only: bool,
    /// The edit must not change the value of the document, order of keys apart.
    pub keeps_value: bool,
    /// The exact bytes to be replaced, for values and keys on one line.
    pub exact: Option<std::ops::Range<usize>>,
}

/// A node that an edit can be for.
#[derive(Clone)]
struct Target<'a> {
    node: Node<'a>,
    key: Option<Node<'a>>,
    path: Path,
    places: Vec<Place>,
    parent: Option<Node<'a>>,
    in_flow: bool,
}

pub fn draw(kind: &str, document: Document<'_>, random: &mut Random) -> Option<Drawn> {
    let root = document.root()?;
    let mut targets = Vec::new();
    let start = Target { node: root, key: None, path: Path::root(), places: Vec::new(), parent: None, in_flow: false };
    collect(start, &mut targets);
    let drawer = Drawer { document, targets };
    match kind {
        "put" => drawer.put(random),
        "put new" => drawer.put_new(random, false),
        "fill" => drawer.put_new(random, true),
        "swap" => drawer.swap(random),
        "rename" => drawer.rename(random),
        "remove" => drawer.remove(random, |target| target.key.is_some()),
        "remove item" => drawer.remove(random, |target| target.key.is_none() && target.parent.is_some()),
        "append" => drawer.add_item(random, true),
        "insert" => drawer.add_item(random, false),
        "drop" => drawer.drop_items(random),
        "move_to" => drawer.move_to(random),
        "comment" => drawer.comment(random),
        "before" => drawer.beside(random, 0),
        "after" => drawer.beside(random, 1),
        "detach" => drawer.detach(random),
        _ => drawer.schema(),
    }
}

fn collect<'a>(target: Target<'a>, into: &mut Vec<Target<'a>>) {
    into.push(target.clone());
    if target.node.is_alias() {
        return;
    }
    let in_flow = target.in_flow || target.node.is_flow();
    for (place, (key, value)) in target.node.entries().enumerate() {
        // A key that is a mapping, null or there twice has no path.
        let Some(name) = key.scalar() else { continue };
        let path = target.path.clone().key(name);
        into_child(&target, value, Some(key), path, place, in_flow, into);
    }
    for (place, item) in target.node.items().enumerate() {
        let path = target.path.clone().index(place);
        into_child(&target, item, None, path, place, in_flow, into);
    }
}

fn into_child<'a>(
    parent: &Target<'a>,
    node: Node<'a>,
    key: Option<Node<'a>>,
    path: Path,
    place: usize,
    in_flow: bool,
    into: &mut Vec<Target<'a>>,
) {
    let places = [parent.places.as_slice(), &[Place(place)]].concat();
    collect(Target { node, key, path, places, parent: Some(parent.node), in_flow }, into);
}

struct Drawer<'a> {
    document: Document<'a>,
    targets: Vec<Target<'a>>,
}

/// New content, and the tree it is.
fn content(random: &mut Random, in_flow: bool) -> Fragment {
    let words = [
        "plain",
        "two words",
        "no",
        "0775",
        "1.10",
        "",
        "it's",
        "a: b",
        "x #y",
        "- z",
        "${APP}",
        "{{ t }}",
        "é ü",
        " lead",
        "tail ",
        "\"q\"",
        "*a",
        "!t",
        "%",
        "y",
        "2024-01-01",
        "12:30",
        "a\\b",
        "tab\there",
        "null",
        "~",
        "long text that has quite a few words in it, and a comma",
    ];
    let texts = [
        "kind: OCIRepository\nname: app\nnamespace: flux-system",
        "# said before\nkey: value # said behind\nlist:\n  - one # first\n  # said between\n  - two",
        "- a\n- b: c\n  d: |\n    text\n\n    more\n",
        "|\n  line one\n    line two\n",
        ">-\n  folded\n  text",
        "'quoted'",
        "[a, {b: c}]",
        "{a: 'b', c: [d]}",
        "first:\n  second:\n    third: [x]\n  fourth: >\n    f\n",
    ];
    match random.below(if in_flow { 7 } else { 9 }) {
        0 => Fragment::Value(Value::Int(random.below(100_000) as i64 - 50_000)),
        1 => Fragment::Value(Value::Bool(random.below(2) == 0)),
        2 => Fragment::Value(Value::Null),
        3..=5 => Fragment::Value(Value::from(*random.of_slice(&words).expect("a word"))),
        6 => Fragment::Value(structure(random, 2)),
        7 => Fragment::Value(Value::from("several\nlines\n of text\n")),
        _ => Fragment::Text((*random.of_slice(&texts).expect("a text")).to_owned()),
    }
}

fn structure(random: &mut Random, depth: u64) -> Value {
    match random.below(4) {
        0 if depth > 0 => Value::Sequence((0..random.below(3)).map(|_| structure(random, depth - 1)).collect()),
        1 | 2 if depth > 0 => {
            let entries = (0..random.below(4)).map(|at| (format!("k{at}"), structure(random, depth - 1)));
            Value::Mapping(entries.collect::<Mapping>())
        }
        _ => Value::from("leaf"),
    }
}

impl<'a> Drawer<'a> {
    fn choose(&self, random: &mut Random, fits: impl Fn(&Target<'a>) -> bool) -> Option<Target<'a>> {
        let fitting: Vec<&Target<'a>> = self.targets.iter().filter(|target| fits(target)).collect();
        random.of_slice(&fitting).map(|target| (*target).clone())
    }

    fn tree(&self) -> Tree {
        Tree::of_document(self.document)
    }

    fn drawn(&self, operation: Operation, after: Tree, lines: (usize, usize)) -> Option<Drawn> {
        Some(Drawn {
            document: self.document.index(),
            operation,
            after: Some(after),
            lines,
            adds_only: false,
            keeps_value: false,
            exact: None,
        })
    }

    /// Returns the lines between the token before a stretch of text and the token after it.
    fn lines(&self, from: usize, to: usize) -> (usize, usize) {
        let text = self.document.file().text();
        let lines: Vec<&str> = text.split('\n').collect();
        let line = |offset: usize| text[..offset.min(text.len())].matches('\n').count();
        let quiet = |line: &str| {
            // A dash alone, or with a comment, belongs to what follows.
            let line = line.trim().trim_start_matches("- ").trim_start();
            let marked = line.starts_with(['&', '!'])
                && line.split_once(' ').is_none_or(|(_, rest)| rest.trim_start().starts_with(['#', '&', '!']));
            line.is_empty() || line == "-" || line.starts_with('#') || marked
        };
        let mut first = line(from);
        while first > 0 && quiet(lines[first - 1]) {
            first -= 1;
        }
        let mut last = line(to);
        while last + 1 < lines.len() && quiet(lines[last + 1]) {
            last += 1;
        }
        (first, last)
    }

    fn target_lines(&self, target: &Target<'_>) -> (usize, usize) {
        let range = target.node.range();
        let start = target.key.map_or(range.start, |key| key.range().start);
        self.lines(start, range.end)
    }

    fn parent_lines(&self, target: &Target<'_>) -> (usize, usize) {
        let (first, last) = target.parent.map_or((0, 0), |parent| self.lines(parent.range().start, parent.range().end));
        // The line of the parent's own key, which gets `{}` when nothing is left in it.
        (first.saturating_sub(1), last)
    }

    fn put(&self, random: &mut Random) -> Option<Drawn> {
        let target = self.choose(random, |target| target.parent.is_some())?;
        let content = content(random, target.in_flow);
        let mut after = self.tree();
        after.at(&target.places).put(Tree::of_fragment(&content));
        let operation = Operation::Put { path: target.path.clone(), content };
        let lines = self.target_lines(&target);
        let mut drawn = self.drawn(operation, after, lines)?;
        let one_line = target.node.kind() == Kind::Scalar
            && !starts_block(target.node)
            && !target.node.raw().contains('\n')
            && !target.node.raw().is_empty();
        let new_scalar = matches!(&drawn.operation, Operation::Put { content: Fragment::Value(value), .. }
            if !matches!(value, Value::Mapping(_) | Value::Sequence(_)) && !value.as_str().is_some_and(|text| text.contains('\n')));
        if one_line && new_scalar && target.node.tag().is_none() {
            drawn.exact = Some(target.node.range());
        }
        Some(drawn)
    }

    fn put_new(&self, random: &mut Random, fill: bool) -> Option<Drawn> {
        let target = self.choose(random, |target| is_mapping(target.node))?;
        let content = content(random, target.in_flow || target.node.is_flow());
        let nested = random.below(3) == 0;
        let mut path = target.path.clone().key("hops-new");
        let mut new = Tree::of_fragment(&content);
        if nested {
            path = path.key("hops-inner");
            new = Tree { anchor: None, tag: None, body: Body::Mapping(vec![(Tree::key("hops-inner"), new)]) };
        }
        let mut after = self.tree();
        let was_empty = target.node.is_empty();
        after.at(&target.places).entries().push((Tree::key("hops-new"), new));
        let operation = if fill { Operation::Fill { path, content } } else { Operation::Put { path, content } };
        let lines = self.lines(target.node.range().start, target.node.range().end);
        let mut drawn = self.drawn(operation, after, lines)?;
        drawn.adds_only = !was_empty && !target.in_flow && !target.node.is_flow();
        Some(drawn)
    }

    fn swap(&self, random: &mut Random) -> Option<Drawn> {
        let target = self.choose(random, |target| target.key.is_some())?;
        let content = content(random, target.in_flow);
        let mut after = self.tree();
        let (last, before) = target.places.split_last()?;
        after.at(before).entries()[last.0] = (Tree::key("hopsNew"), Tree::of_fragment(&content));
        let lines = self.target_lines(&target);
        self.drawn(Operation::Swap { path: target.path, key: "hopsNew".into(), content }, after, lines)
    }

    fn rename(&self, random: &mut Random) -> Option<Drawn> {
        let target = self.choose(random, |target| target.key.is_some_and(|key| !key.is_alias()))?;
        let names = ["hops-new", "on", "a: b", "1", "with space", "dots.and/slash"];
        let name = *random.of_slice(&names)?;
        if target.parent?.entries().any(|(key, _)| key.scalar() == Some(name)) {
            return None;
        }
        let mut after = self.tree();
        let (last, before) = target.places.split_last()?;
        let anchor = target.key?.anchor().map(str::to_owned);
        after.at(before).entries()[last.0].0 = Tree { anchor, ..Tree::key(name) };
        let exact = target.key?.range();
        let lines = self.target_lines(&target);
        let mut drawn = self.drawn(Operation::Rename { path: target.path, key: name.into() }, after, lines)?;
        drawn.exact = Some(exact);
        Some(drawn)
    }

    fn remove(&self, random: &mut Random, fits: impl Fn(&Target<'a>) -> bool) -> Option<Drawn> {
        let target = self.choose(random, fits)?;
        let mut after = self.tree();
        let (last, before) = target.places.split_last()?;
        match &mut after.at(before).body {
            Body::Mapping(entries) => drop(entries.remove(last.0)),
            Body::Sequence(items) => drop(items.remove(last.0)),
            _ => return None,
        }
        let alone = target.parent.is_some_and(|parent| parent.len() == 1);
        let lines = if alone || target.in_flow { self.parent_lines(&target) } else { self.target_lines(&target) };
        // What follows a removed first entry moves up behind the dash.
        let lines = (lines.0, lines.1 + usize::from(last.0 == 0));
        self.drawn(Operation::Remove { path: target.path }, after, lines)
    }

    fn add_item(&self, random: &mut Random, at_end: bool) -> Option<Drawn> {
        let target = self.choose(random, |target| !target.node.is_alias() && target.node.kind() == Kind::Sequence)?;
        let content = content(random, target.in_flow || target.node.is_flow());
        let length = target.node.len();
        let index = if at_end { length } else { random.below(length as u64 + 1) as usize };
        let mut after = self.tree();
        after.at(&target.places).items().insert(index, Tree::of_fragment(&content));
        let operation = if at_end {
            Operation::Append { path: target.path.clone(), content }
        } else {
            Operation::Insert { path: target.path.clone(), index, content }
        };
        let (first, last) = self.lines(target.node.range().start, target.node.range().end);
        let mut drawn = self.drawn(operation, after, (first.saturating_sub(1), last))?;
        // A new first item may take the place behind the dash of the list around.
        let first_behind_dash = index == 0
            && target.parent.is_some_and(|parent| parent.kind() == Kind::Sequence || parent.raw().starts_with('?'));
        drawn.adds_only = length > 0 && !target.in_flow && !target.node.is_flow() && !first_behind_dash;
        Some(drawn)
    }

    fn drop_items(&self, random: &mut Random) -> Option<Drawn> {
        let target = self.choose(random, |target| !target.node.is_alias() && target.node.kind() == Kind::Sequence)?;
        let items: Vec<Node<'_>> = target.node.items().collect();
        let wanted = random.of_slice(&items).and_then(|item| item.value().ok()).unwrap_or(Value::from("absent"));
        let kept: Vec<bool> = items.iter().map(|item| item.value().ok().as_ref() != Some(&wanted)).collect();
        let mut after = self.tree();
        let mut kept = kept.iter();
        after.at(&target.places).items().retain(|_| *kept.next().unwrap_or(&true));
        let (first, last) = self.lines(target.node.range().start, target.node.range().end);
        let operation = Operation::Drop { path: target.path, item: Where::Is(wanted) };
        self.drawn(operation, after, (first.saturating_sub(1), last))
    }

    fn move_to(&self, random: &mut Random) -> Option<Drawn> {
        let source = self.choose(random, |target| target.key.is_some() && !target.in_flow)?;
        let goal = self.choose(random, |target| {
            is_mapping(target.node)
                && !target.in_flow
                && !target.node.is_flow()
                && !target.places.starts_with(&source.places)
                // Places must mean the same before and after the entry is gone.
                && !target.node.is_empty()
        })?;
        let mut after = self.tree();
        let (last, before) = source.places.split_last()?;
        if goal.places == before {
            let anchor = source.key?.anchor().map(str::to_owned);
            after.at(before).entries()[last.0].0 = Tree { anchor, ..Tree::key("hops-moved") };
        } else {
            let moved = after.at(&source.places).clone();
            after.at(&goal.places).entries().push((Tree::key("hops-moved"), moved));
            after.at(before).entries().remove(last.0);
        }
        let (one, two) = (self.parent_lines(&source), self.lines(goal.node.range().start, goal.node.range().end));
        let to = goal.path.key("hops-moved");
        self.drawn(Operation::MoveTo { path: source.path, to }, after, (one.0.min(two.0), one.1.max(two.1)))
    }

    fn comment(&self, random: &mut Random) -> Option<Drawn> {
        let target =
            self.choose(random, |target| target.parent.is_some() && !target.in_flow && !behind_dash(target))?;
        let lines = self.target_lines(&target);
        let text = "said by a test\nin two lines".into();
        let mut drawn = self.drawn(Operation::Comment { path: target.path, text }, self.tree(), lines)?;
        drawn.adds_only = true;
        Some(drawn)
    }

    fn beside(&self, random: &mut Random, after_it: usize) -> Option<Drawn> {
        let target = self.choose(random, |target| target.key.is_some())?;
        let content = content(random, target.in_flow);
        let mut after = self.tree();
        let (last, before) = target.places.split_last()?;
        let new = (Tree::key("hopsNew"), Tree::of_fragment(&content));
        after.at(before).entries().insert(last.0 + after_it, new);
        let lines = if target.in_flow { self.parent_lines(&target) } else { self.target_lines(&target) };
        let (path, key) = (target.path.clone(), "hopsNew".to_owned());
        let operation = if after_it == 0 {
            Operation::Before { path, key, content }
        } else {
            Operation::After { path, key, content }
        };
        let mut drawn = self.drawn(operation, after, lines)?;
        drawn.adds_only = !target.in_flow && !behind_dash(&target);
        Some(drawn)
    }

    fn detach(&self, random: &mut Random) -> Option<Drawn> {
        let target = self.choose(random, |target| {
            let merge = target.key.is_some_and(|key| key.raw() == "<<");
            target.parent.is_some() && !target.in_flow && (target.node.is_alias() || merge)
        })?;
        let lines = self.target_lines(&target);
        let mut drawn = self.drawn(Operation::Detach { path: target.path }, self.tree(), lines)?;
        drawn.after = None;
        drawn.keeps_value = true;
        Some(drawn)
    }

    fn schema(&self) -> Option<Drawn> {
        let range = self.document.range();
        let (first, last) = self.lines(range.start, range.end);
        let url = "https://example.org/hops/schema.json".to_owned();
        self.drawn(Operation::Schema { url }, self.tree(), (first.saturating_sub(1), last))
    }
}

fn starts_block(node: Node<'_>) -> bool {
    node.raw().starts_with(['|', '>'])
}

fn is_mapping(node: Node<'_>) -> bool {
    !node.is_alias() && node.kind() == Kind::Mapping
}

/// Tells whether an entry stands on the line of a dash.
fn behind_dash(target: &Target<'_>) -> bool {
    let start = target.key.map_or(target.node.range().start, |key| key.range().start);
    let text = target.node.document_text();
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..start];
    let before = before.trim_start();
    target.key.is_some() && before.contains(['-', '?', ':'])
        || target.key.is_none() && before.matches(['-', '?', ':']).count() > 1
}

trait DocumentText {
    fn document_text(&self) -> &str;
}

impl DocumentText for Node<'_> {
    fn document_text(&self) -> &str {
        self.file().text()
    }
}
