//! Any text, any path, any operation: an edit is right or refused, and never panics.
//!
//! The check after every edit is the invariant: `self-check` refusals are fine, a panic, a hang or a file that is not what
//! its byte edits say is a finding. Run `cargo +nightly fuzz run yaml_edit -- -max_total_time=600` in the package's folder.
#![no_main]

use std::sync::Arc;

use hops::yaml::{Draft, File, Fragment, Operation, Path, Value, Where};
use libfuzzer_sys::fuzz_target;

/// New content, as text and as a string.
const CONTENTS: [&str; 16] = [
    "x",
    "",
    "no",
    "a: b",
    "- a\n- b",
    "k: v\nl:\n  - m # c\n",
    "|\n  text\n",
    "|+\n  t\n\n",
    ">-\n  a\n\n  b",
    "[a, {b: c}]",
    "# c\nv # d",
    "&n v",
    "*a",
    "!t v",
    "'it''s'",
    "\u{e9} \u{2028}\t\n",
];

/// The bytes of one step before the text.
const STEP: usize = 5;
const STEPS: usize = 3;

struct Step<'a> {
    kind: u8,
    document: u8,
    target: u8,
    other: u8,
    content: &'a str,
    as_text: bool,
}

impl Step<'_> {
    fn of(bytes: &[u8]) -> Step<'static> {
        let content = CONTENTS[usize::from(bytes[4] % 16)];
        Step {
            kind: bytes[0],
            document: bytes[1],
            target: bytes[2],
            other: bytes[3],
            content,
            as_text: bytes[4] & 16 > 0,
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((head, text)) = data.split_at_checked(STEP * STEPS) else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let steps: Vec<Step<'_>> = head.chunks(STEP).map(Step::of).collect();
    let Ok(file) = File::parse(text.into()) else { return };
    assert_eq!(file.bytes(), text.as_bytes());
    for document in file.documents() {
        let _ = (document.value(), document.schema(), document.is_encrypted(), document.position());
    }
    let mut draft = Draft::new(Arc::new(file));
    for step in &steps {
        let document = usize::from(step.document) % draft.file().documents().len().max(1);
        let paths = paths(&draft, document);
        if paths.is_empty() {
            break;
        }
        let path = paths[usize::from(step.target) % paths.len()].clone();
        let other = paths[usize::from(step.other) % paths.len()].clone();
        let before = draft.file().text().to_owned();
        if draft.apply(document, operation(step, path, other)).is_err() {
            assert_eq!(draft.file().text(), before, "a refused edit changed something");
        }
    }
    let mut bytes = draft.original().bytes().to_vec();
    for edit in draft.edits().into_iter().rev() {
        bytes.splice(edit.range, edit.text.into_bytes());
    }
    assert_eq!(bytes, draft.file().bytes());
    let lines = draft.diff(1).hunks.into_iter().flat_map(|hunk| hunk.lines);
    for line in lines {
        assert!(line.tag == hops::yaml::Tag::Context || line.operation.is_some());
    }
});

/// Returns the paths of the first nodes of a document, and one that is not there.
fn paths(draft: &Draft, document: usize) -> Vec<Path> {
    let Some(root) = draft.file().document(document).and_then(|document| document.root()) else { return Vec::new() };
    let mut found = vec![Path::root(), Path::root().key("new")];
    let mut open = vec![(root, Path::root())];
    while let Some((node, path)) = open.pop() {
        if found.len() > 200 || path.steps().len() > 40 {
            break;
        }
        for (key, value) in node.entries() {
            let path = path.clone().key(key.scalar().unwrap_or_default());
            found.push(path.clone());
            if !value.is_alias() {
                open.push((value, path));
            }
        }
        for (index, item) in node.items().enumerate() {
            let path = path.clone().index(index);
            found.push(path.clone());
            if !item.is_alias() {
                open.push((item, path));
            }
        }
    }
    found
}

fn operation(step: &Step<'_>, path: Path, other: Path) -> Operation {
    let content =
        if step.as_text { Fragment::Text(step.content.to_owned()) } else { Fragment::Value(Value::from(step.content)) };
    let key = step.content.chars().take(6).collect::<String>();
    match step.kind % 15 {
        0 => Operation::Put { path, content },
        1 => Operation::Fill { path: path.key("filled"), content },
        2 => Operation::Swap { path, key, content },
        3 => Operation::Rename { path, key },
        4 => Operation::Remove { path },
        5 => Operation::Append { path, content },
        6 => Operation::Insert { path, index: usize::from(step.other) % 4, content },
        7 => Operation::Drop { path, item: Where::Is(Value::from(step.content)) },
        8 => Operation::MoveTo { path, to: other.key("moved") },
        9 => Operation::Comment { path, text: step.content.to_owned() },
        10 => Operation::Before { path, key, content },
        11 => Operation::After { path, key, content },
        12 => Operation::Detach { path },
        13 => Operation::Schema { url: key },
        _ => Operation::Put { path: path.key("put").key("deep"), content },
    }
}
