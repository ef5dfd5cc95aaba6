//! Every kind of operation on every file of the corpus, judged by a model that knows nothing of text.
//!
//! For each file and operation a target is drawn from a fixed seed. The edited file, read anew, must equal the model's edit of
//! the old tree; lines outside the place of the edit must be the same; comments must stay or be reported. Copies of the files with
//! other line ends, with a byte order mark and without the final newline go through the same.

pub mod draw;
mod judge;

use std::collections::BTreeMap;
use std::sync::Arc;

use hops::yaml::{Draft, File};

use crate::corpus::{self, Sample};
use draw::{Drawn, KINDS, Random};

/// Why an edit of the oracle may be refused.
const RIGHTLY: [&str; 10] = [
    "no-value",
    "anchor-in-use",
    "through-merge",
    "through-alias",
    "no-final-newline",
    "no-line",
    "duplicate-key",
    "complex-key",
    "flow-content",
    "merge-overrides",
];

/// How a copy of a file differs from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Variant {
    AsIs,
    CarriageReturns,
    Mark,
    NoFinalNewline,
}

/// What came of the operations on a file: for each kind, how many were done, changed nothing, or were refused by code.
#[derive(Default)]
pub struct Score {
    counts: BTreeMap<(&'static str, String), usize>,
    encrypted: usize,
    pub wrong: Vec<String>,
}

impl Score {
    fn count(&mut self, kind: &'static str, outcome: &str) {
        *self.counts.entry((kind, outcome.to_owned())).or_default() += 1;
    }

    fn add(&mut self, other: Score) {
        for (key, count) in other.counts {
            *self.counts.entry(key).or_default() += count;
        }
        self.encrypted += other.encrypted;
        self.wrong.extend(other.wrong);
    }
}

#[test]
fn edits_do_what_the_model_says_and_nothing_else() {
    judge_all(Variant::AsIs, 2);
}

#[test]
fn edits_keep_carriage_returns() {
    judge_all(Variant::CarriageReturns, 6);
}

#[test]
fn edits_keep_the_byte_order_mark() {
    judge_all(Variant::Mark, 6);
}

#[test]
fn edits_keep_the_final_newline_absent() {
    judge_all(Variant::NoFinalNewline, 6);
}

/// Judges every `every`th kind of operation on each file, another choice for each file; `HOPS_ORACLE_ALL` asks for every kind.
fn judge_all(variant: Variant, every: u64) {
    let every = if std::env::var_os("HOPS_ORACLE_ALL").is_some() { 1 } else { every };
    let Some(samples) = corpus::samples() else { return };
    let mut total = Score::default();
    for score in corpus::on_all(samples, |sample| judge_file(sample, variant, every)) {
        total.add(score);
    }
    report(variant, &total);
}

fn judge_file(sample: &Sample, variant: Variant, every: u64) -> Score {
    let mut score = Score::default();
    let Some(bytes) = varied(&sample.bytes, variant) else { return score };
    let Ok(file) = File::parse(bytes) else { return score };
    let file = Arc::new(file);
    let mut random = Random::of(&sample.name, variant as u64);
    let offset = random.below(every);
    for (number, kind) in KINDS.iter().enumerate() {
        if !(number as u64 + offset).is_multiple_of(every) {
            continue;
        }
        let documents = file.documents().len() as u64;
        if documents == 0 {
            continue;
        }
        let document = file.document(random.below(documents) as usize).expect("a document");
        if document.is_encrypted() {
            score.encrypted += 1;
            continue;
        }
        if let Some(drawn) = draw::draw(kind, document, &mut random) {
            judge_one(&file, drawn, kind, &sample.name, &mut score);
        }
    }
    score
}

pub fn judge_one(file: &Arc<File>, drawn: Drawn, kind: &'static str, name: &str, score: &mut Score) {
    let mut draft = Draft::new(Arc::clone(file));
    let document = drawn.document;
    match draft.apply(document, drawn.operation.clone()) {
        Ok(applied) => match judge::judge(&draft, &applied, &drawn) {
            Ok(()) if applied.changed => score.count(kind, "done"),
            Ok(()) => score.count(kind, "nothing to do"),
            Err(words) => {
                score.count(kind, "WRONG");
                score.wrong.push(format!(
                    "{name}: document {document}: {}: {words}\n{}",
                    drawn.operation,
                    draft.diff(2)
                ));
            }
        },
        Err(error) => {
            score.count(kind, error.code());
            // A text block with `+` takes blank lines that come to stand below it; the check after the edit finds out.
            let keeps = file.text().contains('+') && error.code() == "self-check";
            let rightly = RIGHTLY.contains(&error.code()) || (keeps && name == "generated");
            if !rightly {
                score.wrong.push(format!(
                    "{name}: document {document}: {}: {}: {error}",
                    drawn.operation,
                    error.code()
                ));
            }
        }
    }
}

/// Prints the table; returns how many edits were tried and how many done, and how many an alias stood against.
pub fn table(title: &str, total: &Score) -> (usize, usize, usize) {
    let mut outcomes: Vec<&str> = total.counts.keys().map(|(_, outcome)| outcome.as_str()).collect();
    outcomes.sort_by_key(|outcome| (*outcome != "done", *outcome != "nothing to do", *outcome));
    outcomes.dedup();
    let cell = |kind: &'static str, outcome: &str| total.counts.get(&(kind, outcome.to_owned())).copied().unwrap_or(0);
    let column = |outcome: &str| -> usize { KINDS.iter().map(|kind| cell(kind, outcome)).sum() };
    let mut lines = vec![title.to_owned(), format!("| operation | {} |", outcomes.join(" | "))];
    for kind in KINDS {
        let cells: Vec<String> = outcomes.iter().map(|outcome| cell(kind, outcome).to_string()).collect();
        lines.push(format!("| {kind} | {} |", cells.join(" | ")));
    }
    let tried: usize = total.counts.values().sum();
    let done = column("done") + column("nothing to do");
    let percent = done as f64 * 100.0 / tried.max(1) as f64;
    lines.push(format!("{done} of {tried} done: {percent:.2} %; {} on encrypted documents left out", total.encrypted));
    println!("{}", lines.join("\n"));
    for words in total.wrong.iter().take(if std::env::var_os("HOPS_ORACLE_ALL").is_some() { 10_000 } else { 12 }) {
        println!("--- {words}");
    }
    (tried, done, column("anchor-in-use"))
}

fn report(variant: Variant, total: &Score) {
    let (tried, done, aliased) = table(&format!("{variant:?}"), total);
    let percent = done as f64 * 100.0 / tried.max(1) as f64;
    // What is left is refused because an alias elsewhere still needs the anchor; all else together is next to nothing.
    let possible = done as f64 * 100.0 / (tried - aliased).max(1) as f64;
    println!("{possible:.3} % of those that no alias stands against");
    assert_eq!(total.wrong.len(), 0, "wrong or refused without a listed reason");
    assert!(percent >= 99.0, "only {percent:.2} % done");
    assert!(possible >= 99.8, "only {possible:.3} % of the possible ones done");
    assert!(tried >= 10_000, "only {tried} edits tried");
}

/// Returns the variant of a file; none when the file is that way already.
fn varied(bytes: &[u8], variant: Variant) -> Option<Vec<u8>> {
    match variant {
        Variant::AsIs => Some(bytes.to_vec()),
        Variant::CarriageReturns => {
            let text = std::str::from_utf8(bytes).ok()?;
            Some(text.replace('\n', "\r\n").into_bytes())
        }
        Variant::Mark => Some([b"\xef\xbb\xbf", bytes].concat()),
        Variant::NoFinalNewline => {
            let end = bytes.iter().rposition(|byte| *byte != b'\n')? + 1;
            (end < bytes.len()).then(|| bytes[..end].to_vec())
        }
    }
}
