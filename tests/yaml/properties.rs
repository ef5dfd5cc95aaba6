//! Generated documents in every style, with generated edits: what holds for the corpus holds for what nobody wrote yet.

use std::sync::Arc;

use hops::yaml::{Draft, File, Fragment, Operation, Path, Value};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::oracle::{self, draw, draw::KINDS, draw::Random};

/// A document with the choices of style that its writer made.
#[derive(Clone, Debug)]
enum Written {
    Scalar(String),
    Text { folded: bool, chomp: &'static str, lines: Vec<String> },
    Alias(usize),
    Mapping { flow: bool, entries: Vec<Entry> },
    Sequence { flow: bool, indented: bool, items: Vec<Entry> },
}

/// An entry or item with what stands around it.
#[derive(Clone, Debug)]
struct Entry {
    key: usize,
    above: Option<String>,
    behind: Option<String>,
    blank: bool,
    anchor: bool,
    value: Written,
}

fn scalars() -> impl Strategy<Value = Written> {
    prop_oneof![
        "[a-z]{1,6}",
        "[a-z]{1,4} [a-z0-9]{1,4}",
        "'[a-z :#\\[\\]{}]{0,8}'",
        "\"[a-z :#,é]{0,8}\"",
        "-?[0-9]{1,5}",
        "0[0-7]{3}",
        Just("yes".to_owned()),
        Just(String::new()),
        Just("~".to_owned()),
        Just("${APP:=x}".to_owned()),
        Just("\"a\\nb\\u263a\"".to_owned()),
        Just("!custom v".to_owned()),
        Just("!!str 5".to_owned()),
    ]
    .prop_map(Written::Scalar)
}

fn texts() -> impl Strategy<Value = Written> {
    let chomps = prop_oneof![Just(""), Just("-"), Just("+")];
    (any::<bool>(), chomps, prop::collection::vec("[a-z#:]{1,5}( {1,3}[a-z#]{1,3})?", 1..4))
        .prop_map(|(folded, chomp, lines)| Written::Text { folded, chomp, lines })
}

fn entry(value: impl Strategy<Value = Written>) -> impl Strategy<Value = Entry> {
    let comment = || prop::option::weighted(0.2, "[a-z: ]{0,8}");
    (0..40usize, comment(), comment(), prop::bool::weighted(0.1), prop::bool::weighted(0.15), value)
        .prop_map(|(key, above, behind, blank, anchor, value)| Entry { key, above, behind, blank, anchor, value })
}

fn documents() -> impl Strategy<Value = Written> {
    let leaf = prop_oneof![6 => scalars(), 1 => texts(), 1 => (0..8usize).prop_map(Written::Alias)];
    let tree = leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            3 => (prop::bool::weighted(0.2), prop::collection::vec(entry(inner.clone()), 0..5))
                .prop_map(|(flow, entries)| Written::Mapping { flow, entries }),
            2 => (prop::bool::weighted(0.2), any::<bool>(), prop::collection::vec(entry(inner), 0..4))
                .prop_map(|(flow, indented, items)| Written::Sequence { flow, indented, items }),
        ]
    });
    prop::collection::vec(entry(tree), 1..5).prop_map(|entries| Written::Mapping { flow: false, entries })
}

/// Writes a document down; anchors get numbers, an alias takes one of those before it.
#[derive(Default)]
struct Writer {
    out: String,
    anchors: usize,
}

impl Writer {
    fn anchor(&mut self, wanted: bool) -> String {
        if !wanted {
            return String::new();
        }
        self.anchors += 1;
        format!(" &a{}", self.anchors)
    }

    /// Writes a node behind a colon or dash, up to and with its last line break.
    fn node(&mut self, entry: &Entry, indent: usize, under_key: bool) {
        let behind = entry.behind.as_ref().map(|text| format!("  #{text}")).unwrap_or_default();
        let pad = " ".repeat(indent);
        match &entry.value {
            Written::Mapping { flow: false, entries } if !entries.is_empty() => {
                let anchor = self.anchor(entry.anchor);
                self.out.push_str(&format!("{anchor}{behind}\n"));
                self.mapping(entries, indent + 2);
            }
            Written::Sequence { flow: false, items, indented } if !items.is_empty() => {
                let anchor = self.anchor(entry.anchor);
                self.out.push_str(&format!("{anchor}{behind}\n"));
                let at = if *indented || !under_key { indent + 2 } else { indent };
                for item in items {
                    self.lead(item, at);
                    self.out.push_str(&format!("{}-", " ".repeat(at)));
                    self.node(item, at, false);
                }
            }
            Written::Text { folded, chomp, lines } => {
                let anchor = self.anchor(entry.anchor);
                let mark = if *folded { '>' } else { '|' };
                self.out.push_str(&format!("{anchor} {mark}{chomp}{behind}\n"));
                for line in lines {
                    self.out.push_str(&format!("{pad}  {line}\n"));
                }
            }
            value => {
                let anchor = self.anchor(entry.anchor && !matches!(value, Written::Alias(_)));
                let text = self.flow(value);
                let gap = if text.is_empty() { "" } else { " " };
                self.out.push_str(&format!("{anchor}{gap}{text}{behind}\n"));
            }
        }
    }

    fn lead(&mut self, entry: &Entry, indent: usize) {
        if entry.blank {
            self.out.push('\n');
        }
        if let Some(above) = &entry.above {
            self.out.push_str(&format!("{}#{above}\n", " ".repeat(indent)));
        }
    }

    fn mapping(&mut self, entries: &[Entry], indent: usize) {
        let mut used = Vec::new();
        for entry in entries {
            if used.contains(&entry.key) {
                continue;
            }
            used.push(entry.key);
            self.lead(entry, indent);
            self.out.push_str(&format!("{}{}:", " ".repeat(indent), key(entry.key)));
            self.node(entry, indent, true);
        }
    }

    /// Writes a node on one line.
    fn flow(&mut self, value: &Written) -> String {
        match value {
            Written::Scalar(text) => text.clone(),
            Written::Text { lines, .. } => format!("\"{}\"", lines.join("\\n")),
            Written::Alias(_) if self.anchors == 0 => "none".to_owned(),
            Written::Alias(number) => format!("*a{}", number % self.anchors + 1),
            Written::Mapping { entries, .. } => {
                let mut used = Vec::new();
                let mut parts = Vec::new();
                for entry in entries {
                    if !used.contains(&entry.key) {
                        used.push(entry.key);
                        parts.push(format!("{}: {}", key(entry.key), self.in_brackets(&entry.value)));
                    }
                }
                format!("{{{}}}", parts.join(", "))
            }
            Written::Sequence { items, .. } => {
                let parts: Vec<String> = items.iter().map(|item| self.in_brackets(&item.value)).collect();
                format!("[{}]", parts.join(", "))
            }
        }
    }

    fn in_brackets(&mut self, value: &Written) -> String {
        match value {
            Written::Scalar(text) if text.is_empty() || text.starts_with("${") => "'x'".to_owned(),
            other => self.flow(other),
        }
    }
}

fn key(number: usize) -> String {
    match number % 8 {
        0 => format!("'q{number}'"),
        1 => format!("\"d{number}\""),
        2 => format!("k.{number}/x"),
        _ => format!("k{number}"),
    }
}

fn write(document: &Written) -> String {
    let mut writer = Writer::default();
    if let Written::Mapping { entries, .. } = document {
        writer.mapping(entries, 0);
    }
    writer.out
}

fn variant(text: String, choice: u8) -> String {
    match choice % 5 {
        0 => text.replace('\n', "\r\n"),
        1 => format!("\u{feff}{text}"),
        2 => text.trim_end_matches('\n').to_owned(),
        3 => format!("---\n{text}---\n{text}"),
        _ => text,
    }
}

/// Returns how many documents each property sees; `PROPTEST_CASES` asks for more.
/// The same documents in every run, unless `PROPTEST_RNG_SEED` asks for others: a test that fails must fail again.
fn seed() -> RngSeed {
    std::env::var("PROPTEST_RNG_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .map_or(RngSeed::Fixed(2026), RngSeed::Fixed)
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1500)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, rng_seed: seed(), ..ProptestConfig::default() })]

    #[test]
    fn generated_edits_do_what_the_model_says(document in documents(), choice in any::<u8>(), seed in any::<u64>()) {
        let text = variant(write(&document), choice);
        let file = File::parse(text.clone().into_bytes());
        prop_assert!(file.is_ok(), "{:?}\n{text}", file.err());
        let file = Arc::new(file.expect("checked"));
        prop_assert_eq!(file.bytes(), text.as_bytes());
        let mut score = oracle::Score::default();
        for kind in KINDS {
            let mut random = Random::of(kind, seed);
            let number = random.below(file.documents().len() as u64) as usize;
            let drawn = file.document(number).and_then(|document| draw::draw(kind, document, &mut random));
            if let Some(drawn) = drawn {
                oracle::judge_one(&file, drawn, kind, "generated", &mut score);
            }
        }
        prop_assert!(score.wrong.is_empty(), "{}\n{text}", score.wrong.join("\n"));
    }

    #[test]
    fn edits_one_after_the_other_are_whole(document in documents(), choice in any::<u8>(), seed in any::<u64>()) {
        let text = variant(write(&document), choice);
        let file = Arc::new(File::parse(text.clone().into_bytes()).expect("YAML"));
        let mut draft = Draft::new(Arc::clone(&file));
        let mut random = Random::of("sequence", seed);
        for _ in 0..6 {
            let now = Arc::clone(draft.file());
            let kind = KINDS[random.below(KINDS.len() as u64) as usize];
            let Some(document) = now.document(0) else { break };
            let Some(drawn) = draw::draw(kind, document, &mut random) else { continue };
            let _ = draft.apply(0, drawn.operation);
        }
        let mut bytes = text.clone().into_bytes();
        for edit in draft.edits().into_iter().rev() {
            bytes.splice(edit.range, edit.text.into_bytes());
        }
        prop_assert_eq!(&bytes, draft.file().bytes(), "{}", text);
        let lines = draft.diff(0).hunks.into_iter().flat_map(|hunk| hunk.lines);
        for line in lines {
            prop_assert!(line.operation.is_some_and(|index| index < draft.operations().len()), "{line:?}");
        }
    }

    #[test]
    fn any_string_put_is_the_string_read(text in any::<String>(), quoted in 0..4usize) {
        let before = ["a: x\n", "a: 'x'\n", "a: \"x\"\n", "a: [x]\n"][quoted];
        let path = if quoted == 3 { "a[0]" } else { "a" };
        let mut draft = Draft::new(Arc::new(File::parse(before.into()).expect("YAML")));
        let content = Fragment::Value(Value::from(text.clone()));
        let path = Path::parse(path).expect("a path");
        draft.apply(0, Operation::Put { path: path.clone(), content }).expect("any string can be written");
        let read = draft.file().document(0).and_then(|document| document.get(&path)).and_then(|node| node.as_str().map(str::to_owned));
        prop_assert_eq!(read, Some(text));
    }

    #[test]
    fn any_path_shown_reads_back(keys in prop::collection::vec(any::<String>(), 0..4), index in any::<usize>()) {
        let path = keys.into_iter().fold(Path::root(), Path::key).index(index);
        prop_assert_eq!(Path::parse(&path.to_string()), Ok(path));
    }

    #[test]
    fn any_text_gets_an_answer(text in "[ \\na-c:#&*!|>'\"%@`\\[\\]{},?\\-\\t0-9]{0,60}") {
        if let Ok(file) = File::parse(text.clone().into_bytes()) {
            prop_assert_eq!(file.text(), &text);
            let mut draft = Draft::new(Arc::new(file));
            let content = Fragment::Value(Value::from("new"));
            let _ = draft.apply(0, Operation::Put { path: Path::root().key("a"), content });
        }
    }
}
