//! One example for each shape an edit meets.

use std::sync::Arc;

use crate::yaml::{Applied, Draft, EditError, File, Fragment, Operation, Path, Tag, Value, Where};

fn path(text: &str) -> Path {
    Path::parse(text).unwrap()
}

fn text(content: &str) -> Fragment {
    Fragment::Text(content.to_owned())
}

fn string(content: &str) -> Fragment {
    Fragment::Value(Value::from(content))
}

fn try_edit(before: &str, operation: Operation) -> Result<(String, Applied), EditError> {
    let mut draft = Draft::new(Arc::new(File::parse(before.into()).unwrap()));
    let applied = draft.apply(0, operation.clone())?;
    let after = draft.file().text().to_owned();
    // Rebuilt from the byte edits, the file is the same; every changed line has its operation.
    let mut rebuilt = before.as_bytes().to_vec();
    for edit in draft.edits().into_iter().rev() {
        rebuilt.splice(edit.range, edit.text.into_bytes());
    }
    assert_eq!(String::from_utf8(rebuilt).unwrap(), String::from_utf8_lossy(draft.file().bytes()), "{operation}");
    let side = |tag: Tag| -> String {
        let lines = draft.diff(1000).hunks.into_iter().flat_map(|hunk| hunk.lines);
        let kept = lines.filter(|line| line.tag == Tag::Context || line.tag == tag);
        kept.map(|line| if line.no_newline { line.text } else { line.text + "\n" }).collect()
    };
    if applied.changed {
        assert_eq!((side(Tag::Removed).as_str(), side(Tag::Added).as_str()), (before, after.as_str()), "{operation}");
    }
    Ok((after, applied))
}

fn edit(before: &str, operation: Operation) -> String {
    try_edit(before, operation).map(|(after, _)| after).unwrap_or_else(|error| panic!("{}: {error}", error.code()))
}

fn refused(before: &str, operation: Operation) -> &'static str {
    {
        let error = try_edit(before, operation).unwrap_err();
        println!("{error}");
        error.code()
    }
}

fn put(at: &str, content: Fragment) -> Operation {
    Operation::Put { path: path(at), content }
}

fn remove(at: &str) -> Operation {
    Operation::Remove { path: path(at) }
}

fn append(at: &str, content: Fragment) -> Operation {
    Operation::Append { path: path(at), content }
}

fn insert(at: &str, index: usize, content: Fragment) -> Operation {
    Operation::Insert { path: path(at), index, content }
}

#[test]
fn put_keeps_quotes_comments_and_blanks() {
    let before = "a: 'x'  # one\nb: \"y\"\nc: z   \nd:\n";
    assert_eq!(edit(before, put("a", string("it's"))), "a: 'it''s'  # one\nb: \"y\"\nc: z   \nd:\n");
    assert_eq!(edit(before, put("b", string("3"))), "a: 'x'  # one\nb: \"3\"\nc: z   \nd:\n");
    assert_eq!(edit(before, put("c", string("true"))), "a: 'x'  # one\nb: \"y\"\nc: \"true\"   \nd:\n");
    assert_eq!(edit(before, put("d", Fragment::Value(Value::Int(3)))), "a: 'x'  # one\nb: \"y\"\nc: z   \nd: 3\n");
}

#[test]
fn put_takes_only_blanks_for_blanks() {
    let text = "x\u{2000}";
    assert_eq!(edit("a: 'x'\n", put("a", string(text))), format!("a: '{text}'\n"));
    assert_eq!(edit("a: y\n", put("a", string(text))), format!("a: \"{text}\"\n"));
}

#[test]
fn put_makes_missing_mappings_in_the_style_around() {
    let before = "a:\n    b: 1\nlist:\n- x\n";
    assert_eq!(edit(before, put("a.c.d", string("v"))), "a:\n    b: 1\n    c:\n        d: v\nlist:\n- x\n");
    assert_eq!(edit(before, put("new", text("- p\n- q"))), "a:\n    b: 1\nlist:\n- x\nnew:\n- p\n- q\n");
}

#[test]
fn put_turns_a_block_into_a_line_and_back() {
    let before = "a: # why\n  b: 1 # gone\n  # tail\nc: 2\n";
    let (after, applied) = try_edit(before, put("a", string("x"))).unwrap();
    assert_eq!(after, "a: x # why\nc: 2\n");
    assert_eq!(applied.comments, ["# gone", "# tail"]);
    assert_eq!(edit("a: x # why\nc: 2\n", put("a", text("b: 1\nd: 2"))), "a: # why\n  b: 1\n  d: 2\nc: 2\n");
}

#[test]
fn put_handles_text_blocks() {
    let before = "a: | # sh\n  one\n\nb: 1\n";
    assert_eq!(edit(before, put("a", string("two\nthree\n"))), "a: | # sh\n  two\n  three\n\nb: 1\n");
    assert_eq!(edit(before, put("a", Fragment::Value(Value::Int(1)))), "a: 1 # sh\n\nb: 1\n");
    assert_eq!(edit("k:\n  a: x\n", put("k.a", text("|-\n  l1\n   l2"))), "k:\n  a: |-\n    l1\n     l2\n");
}

#[test]
fn put_replaces_items_and_their_blocks() {
    let before = "l:\n  - name: a\n    v: 1\n  - b\n";
    assert_eq!(edit(before, put("l[0]", string("x"))), "l:\n  - x\n  - b\n");
    assert_eq!(edit(before, put("l[1]", text("name: c\nv: 2"))), "l:\n  - name: a\n    v: 1\n  - name: c\n    v: 2\n");
    assert_eq!(edit(before, put("l[name='a'].v", string("x"))), "l:\n  - name: a\n    v: x\n  - b\n");
}

#[test]
fn put_keeps_the_anchor_and_drops_the_tag() {
    let before = "a: &x !t old\nb: *x\n";
    let (after, applied) = try_edit(before, put("a", string("new"))).unwrap();
    assert_eq!(after, "a: &x new\nb: *x\n");
    assert_eq!((applied.tags.as_slice(), applied.aliases.len()), (["!t".to_owned()].as_slice(), 1));
    assert_eq!(edit(before, put("b", string("own"))), "a: &x !t old\nb: own\n");
}

#[test]
fn put_of_what_is_there_changes_nothing() {
    for (before, content) in
        [("a: 'x'\n", string("x")), ("a:\n  b: 1\n", text("b: 1")), ("a: [1, 2]\n", text("- 1\n- 2"))]
    {
        let (after, applied) = try_edit(before, put("a", content)).unwrap();
        assert_eq!((after.as_str(), applied.changed), (before, false));
    }
}

#[test]
fn put_works_inside_brackets() {
    let before = "a: {b: 1, c: [x, y]}\n";
    assert_eq!(edit(before, put("a.b", text("k: [1]\nl: 'two'"))), "a: {b: {k: [1], l: 'two'}, c: [x, y]}\n");
    assert_eq!(edit(before, put("a.d", string("v, w"))), "a: {b: 1, c: [x, y], d: \"v, w\"}\n");
    assert_eq!(edit(before, put("a.c[1]", string("z"))), "a: {b: 1, c: [x, z]}\n");
    assert_eq!(edit("a: {b}\n", put("a.b", string("v"))), "a: {b: v}\n");
    assert_eq!(edit("a: {}\nc: 1\n", put("a.b", string("v"))), "a:\n  b: v\nc: 1\n");
}

#[test]
fn fill_leaves_what_exists() {
    let fill = |at: &str| Operation::Fill { path: path(at), content: string("v") };
    assert_eq!(edit("a: 1\n", fill("a")), "a: 1\n");
    assert_eq!(edit("a: 1\n", fill("b")), "a: 1\nb: v\n");
}

#[test]
fn swap_replaces_an_entry_in_its_place() {
    let swap = |at: &str, key: &str, content: Fragment| Operation::Swap { path: path(at), key: key.into(), content };
    let before = "spec:\n  # the chart\n  chart:\n    spec:\n      chart: x # v\n  interval: 1h\n";
    let (after, applied) =
        try_edit(before, swap("spec.chart", "chartRef", text("\n        kind: O\n        name: n\n    "))).unwrap();
    assert_eq!(after, "spec:\n  # the chart\n  chartRef:\n    kind: O\n    name: n\n  interval: 1h\n");
    assert_eq!(applied.comments, ["# v"]);
    assert_eq!(refused(before, swap("spec.chart", "interval", string("x"))), "key-exists");
    assert_eq!(edit("a: {b: 1, c: 2}\n", swap("a.b", "d", text("e: f"))), "a: {d: {e: f}, c: 2}\n");
}

#[test]
fn rename_keeps_value_and_quotes() {
    let rename = |at: &str, key: &str| Operation::Rename { path: path(at), key: key.into() };
    assert_eq!(edit("'a': 1 # c\n", rename("a", "b")), "'b': 1 # c\n");
    assert_eq!(edit("a:\n  x: 1\n", rename("a", "on")), "\"on\":\n  x: 1\n");
    assert_eq!(refused("a: 1\nb: 2\n", rename("a", "b")), "key-exists");
}

#[test]
fn remove_takes_the_describing_comments() {
    let before = "# head\n\n# about a\na: 1 # x\n# about b\nb:\n  c: 1\n  # inside\n\n# about d\nd: 1\n";
    let (after, applied) = try_edit(before, remove("b")).unwrap();
    assert_eq!(after, "# head\n\n# about a\na: 1 # x\n\n# about d\nd: 1\n");
    assert_eq!(applied.comments, ["# about b", "# inside"]);
}

#[test]
fn remove_handles_entries_behind_a_dash() {
    let before = "l:\n  - a: 1\n    b: 2\n  - c: 1\n";
    assert_eq!(edit(before, remove("l[0].a")), "l:\n  - b: 2\n  - c: 1\n");
    assert_eq!(edit(before, remove("l[1].c")), "l:\n  - a: 1\n    b: 2\n  - {}\n");
    assert_eq!(edit(before, remove("l[0]")), "l:\n  - c: 1\n");
    assert_eq!(edit("- - a\n  - b\n", remove("[0][0]")), "- - b\n");
}

#[test]
fn remove_of_the_last_one_leaves_empty_brackets() {
    assert_eq!(edit("a: # c\n  # about\n  b: 1\nd: 1\n", remove("a.b")), "a: {} # c\nd: 1\n");
    assert_eq!(edit("a:\n- x\n# stays\nd: 1\n", remove("a[0]")), "a: []\n# stays\nd: 1\n");
    assert_eq!(edit("a: 1\n", remove("a")), "{}\n");
    assert_eq!(edit("a: [x]\n", remove("a[0]")), "a: []\n");
    assert_eq!(edit("a: &m\n  b: 1\n", remove("a.b")), "a: &m {}\n");
}

#[test]
fn remove_inside_brackets_minds_the_commas() {
    assert_eq!(edit("a: [x, y, z]\n", remove("a[0]")), "a: [y, z]\n");
    assert_eq!(edit("a: [x, y, z]\n", remove("a[1]")), "a: [x, z]\n");
    assert_eq!(edit("a: [x, y, z]\n", remove("a[2]")), "a: [x, y]\n");
    assert_eq!(edit("a: {x: 1, y: 2}\n", remove("a.y")), "a: {x: 1}\n");
    let many = "a: [\n  x,\n  y, # c\n  z\n]\n";
    assert_eq!(edit(many, remove("a[2]")), "a: [\n  x,\n  y # c\n]\n");
    assert_eq!(edit(many, remove("a[1]")), "a: [\n  x,\n  z\n]\n");
}

#[test]
fn remove_refuses_while_an_alias_needs_it() {
    assert_eq!(refused("a: &x 1\nb: *x\n", remove("a")), "anchor-in-use");
    assert_eq!(edit("a: &x 1\nb: *x\n", remove("b")), "a: &x 1\n");
    assert_eq!(refused("a: &x {b: 1}\nc: *x\n", remove("c.b")), "through-alias");
    assert_eq!(refused("a: &x {b: 1}\nc:\n  <<: *x\n", remove("c.b")), "through-merge");
}

#[test]
fn append_follows_the_list() {
    assert_eq!(edit("a:\n- x\nb: 1\n", append("a", string("v"))), "a:\n- x\n- v\nb: 1\n");
    assert_eq!(
        edit("a:\n  - x # c\n\nb: 1\n", append("a", text("k: 1\nl: 2"))),
        "a:\n  - x # c\n  - k: 1\n    l: 2\n\nb: 1\n"
    );
    assert_eq!(edit("a:\n  -   x\n", append("a", text("k: 1\nl: 2"))), "a:\n  -   x\n  -   k: 1\n      l: 2\n");
    assert_eq!(edit("a: [x]\n", append("a", string("v"))), "a: [x, v]\n");
    assert_eq!(edit("a: [\n  x,\n  y # c\n]\n", append("a", string("z"))), "a: [\n  x,\n  y, # c\n  z\n]\n");
    assert_eq!(edit("a: []\n", append("a", string("v"))), "a:\n  - v\n");
    assert_eq!(edit("a:\n", append("a", string("v"))), "a:\n  - v\n");
    assert_eq!(edit("b: 1\n", append("a", string("v"))), "b: 1\na:\n  - v\n");
    assert_eq!(edit("a: [t: [x]]\n", append("a[0].t", string("v"))), "a: [t: [x, v]]\n");
    assert_eq!(edit("a: [t: [x]]\n", put("a[0].u", string("v"))), "a: [{t: [x], u: v}]\n");
}

#[test]
fn insert_goes_before_comments_that_describe_the_next() {
    let before = "a:\n  # one\n  - x\n  - y\n";
    assert_eq!(edit(before, insert("a", 0, string("w"))), "a:\n  - w\n  # one\n  - x\n  - y\n");
    assert_eq!(edit(before, insert("a", 1, string("w"))), "a:\n  # one\n  - x\n  - w\n  - y\n");
    assert_eq!(edit("a: [x, y]\n", insert("a", 1, string("w"))), "a: [x, w, y]\n");
    assert_eq!(refused(before, insert("a", 3, string("w"))), "index-out-of-range");
    assert_eq!(edit("- - x\n", insert("[0]", 0, string("w"))), "- - w\n  - x\n");
}

#[test]
fn drop_takes_every_match() {
    let drop = |item: Where| Operation::Drop { path: path("a"), item };
    let before = "a:\n  - k: 1\n  - k: 2\n  - k: 1\n    b: x\n";
    let has = Where::Has(vec![(path("k"), Value::Int(1))]);
    assert_eq!(edit(before, drop(has)), "a:\n  - k: 2\n");
    assert_eq!(edit("a: [x, y, x, z]\n", drop(Where::Is(Value::from("x")))), "a: [y, z]\n");
    assert_eq!(edit("a: [x, x]\n", drop(Where::Is(Value::from("x")))), "a: []\n");
    assert_eq!(edit("a:\n- x\n- x\n", drop(Where::Is(Value::from("x")))), "a: []\n");
    assert_eq!(edit("a: [x]\n", drop(Where::Is(Value::from("q")))), "a: [x]\n");
}

#[test]
fn before_and_after_place_an_entry() {
    let before = "l:\n  - a: 1\n    # about c\n    c: 2\n";
    let beside = |at: &str, after: bool| {
        let (path, key, content) = (path(at), "b".to_owned(), string("x"));
        if after { Operation::After { path, key, content } } else { Operation::Before { path, key, content } }
    };
    assert_eq!(edit(before, beside("l[0].a", false)), "l:\n  - b: x\n    a: 1\n    # about c\n    c: 2\n");
    assert_eq!(edit(before, beside("l[0].c", false)), "l:\n  - a: 1\n    b: x\n    # about c\n    c: 2\n");
    assert_eq!(edit(before, beside("l[0].c", true)), "l:\n  - a: 1\n    # about c\n    c: 2\n    b: x\n");
    assert_eq!(edit("a: {c: 1}\n", beside("a.c", false)), "a: {b: x, c: 1}\n");
}

#[test]
fn move_takes_the_text_along() {
    let moved = |from: &str, to: &str| Operation::MoveTo { path: path(from), to: path(to) };
    let before = "a:\n  # about b\n  b: # k\n    # inner\n    c: 'x' # t\n    d: |\n      t1\n  e: 1\nf: {}\n";
    assert_eq!(
        edit(before, moved("a.b", "f.g")),
        "a:\n  e: 1\nf:\n  # about b\n  g: # k\n    # inner\n    c: 'x' # t\n    d: |\n      t1\n"
    );
    assert_eq!(edit("a: 1\nb: 2\n", moved("a", "c")), "c: 1\nb: 2\n");
    assert_eq!(refused("a:\n  b: 1\n", moved("a", "a.b.c")), "move-into-itself");
    assert_eq!(refused("a: &x 1\nb: *x\nc:\n  d: 1\n", moved("a", "c.a")), "anchor-in-use");
    assert_eq!(edit("a:\n  b: |+\n    t\nc: 1", moved("c", "a.d")), "a:\n  b: |+\n    t\n  d: 1");
    assert_eq!(edit("c:\n  d: 1\na: &x 1\nb: *x\n", moved("a", "c.a")), "c:\n  d: 1\n  a: &x 1\nb: *x\n");
}

#[test]
fn comment_adds_a_line_above() {
    let comment = |at: &str| Operation::Comment { path: path(at), text: "why".into() };
    assert_eq!(edit("a:\n  b: 1\n", comment("a.b")), "a:\n  # why\n  b: 1\n");
    assert_eq!(edit("a:\n  # why\n  b: 1\n", comment("a.b")), "a:\n  # why\n  b: 1\n");
    assert_eq!(edit("a:\n  - x\n", comment("a[0]")), "a:\n  # why\n  - x\n");
}

#[test]
fn detach_copies_what_an_alias_stands_for() {
    let detach = |at: &str| Operation::Detach { path: path(at) };
    assert_eq!(edit("a: &x 1\nb: *x # c\n", detach("b")), "a: &x 1\nb: 1 # c\n");
    assert_eq!(edit("a: &x\n  k: [1]\nb: *x\n", detach("b")), "a: &x\n  k: [1]\nb:\n  k: [1]\n");
    assert_eq!(
        edit("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n", detach("b.<<")),
        "a: &x {p: 1, q: 2}\nb:\n  p: 1\n  q: 3\n"
    );
    assert_eq!(refused("a: 1\n", detach("a")), "not-an-alias");
}

#[test]
fn schema_is_set_or_added() {
    let schema = || Operation::Schema { url: "https://new".into() };
    assert_eq!(
        edit("---\n# yaml-language-server: $schema=https://old\na: 1\n", schema()),
        "---\n# yaml-language-server: $schema=https://new\na: 1\n"
    );
    assert_eq!(edit("---\na: 1\n", schema()), "---\n# yaml-language-server: $schema=https://new\na: 1\n");
    assert_eq!(edit("a: 1\n", schema()), "# yaml-language-server: $schema=https://new\na: 1\n");
}

#[test]
fn keeps_line_ends_mark_and_missing_newline() {
    assert_eq!(
        edit("a: 1\r\nb:\r\n  - x\r\n", append("b", text("k: 1\nl: 2"))),
        "a: 1\r\nb:\r\n  - x\r\n  - k: 1\r\n    l: 2\r\n"
    );
    assert_eq!(edit("a: 1\nb: 2", put("c", string("x"))), "a: 1\nb: 2\nc: x");
    assert_eq!(edit("a: 1\nb: 2", remove("b")), "a: 1");
    assert_eq!(refused("a: |\n  x", put("c", string("x"))), "no-final-newline");
    let file = File::parse("\u{feff}a: 1\n".into()).unwrap();
    let mut draft = Draft::new(Arc::new(file));
    draft.apply(0, put("a", string("x"))).unwrap();
    assert_eq!(draft.file().bytes(), "\u{feff}a: x\n".as_bytes());
    assert_eq!(draft.edits()[0].range, 3..8);
}

#[test]
fn refuses_encrypted_documents_only() {
    let before = "a: ENC[x]\nsops:\n  mac: ENC[y]\n---\na: 1\n";
    assert_eq!(refused(before, put("a", string("x"))), "encrypted");
    let mut draft = Draft::new(Arc::new(File::parse(before.into()).unwrap()));
    draft.apply(1, put("a", string("x"))).unwrap();
    assert!(draft.file().text().ends_with("---\na: x\n"));
}

#[test]
fn reports_a_schema_that_the_edit_makes_wrong() {
    let before = "# yaml-language-server: $schema=https://old\nkind: A\n";
    let (_, applied) = try_edit(before, put("kind", string("B"))).unwrap();
    assert_eq!(applied.stale_schema.map(|position| position.line), Some(1));
}

#[test]
fn names_the_operation_behind_every_line() {
    let mut draft = Draft::new(Arc::new(File::parse("a: 1\nb: 2\nc: 3\nd: 4\n".into()).unwrap()));
    draft.apply(0, put("b", string("x"))).unwrap();
    draft.apply(0, remove("d")).unwrap();
    draft.apply(0, put("e", string("v"))).unwrap();
    let lines: Vec<_> =
        draft.diff(0).hunks.into_iter().flat_map(|hunk| hunk.lines).map(|line| (line.text, line.operation)).collect();
    let wanted = [("b: 2", 0), ("b: x", 0), ("d: 4", 1), ("e: v", 2)];
    assert_eq!(lines, wanted.map(|(text, operation)| (text.to_owned(), Some(operation))));
}
