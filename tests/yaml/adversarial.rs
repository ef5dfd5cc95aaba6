//! Hostile and odd input: a clear answer within bounded time, memory and stack, never a panic.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hops::yaml::{Draft, File, Fragment, Operation, ParseError, Path, Value};

/// No input of this module may take longer, in a test build on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn read(bytes: impl Into<Vec<u8>>) -> Result<File, ParseError> {
    let start = Instant::now();
    let file = File::parse(bytes.into());
    if let Ok(file) = &file {
        for document in file.documents() {
            let _ = document.value();
            let _ = document.all(&Path::parse("**.image").expect("a path"));
            let _ = (document.is_encrypted(), document.schema(), document.position());
        }
    }
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    file
}

fn code(bytes: impl Into<Vec<u8>>) -> &'static str {
    read(bytes).expect_err("refused").code()
}

fn put(text: &str, path: &str) -> Result<String, &'static str> {
    let mut draft = Draft::new(Arc::new(read(text).map_err(|error| error.code())?));
    let operation =
        Operation::Put { path: Path::parse(path).expect("a path"), content: Fragment::Value(Value::from("new")) };
    draft.apply(0, operation).map_err(|error| error.code())?;
    Ok(draft.file().text().to_owned())
}

#[test]
fn nesting_beyond_all_reason_is_refused() {
    for open in ["[", "{a: ", "- ", "? ", "[{a: ", "- ? ", "- - "] {
        assert_eq!(code(open.repeat(100_000)), "limit-depth", "{open:?}");
    }
    let indented: String = (0..3000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(code(indented), "limit-depth");
    let closed = "[".repeat(100_000) + "]".repeat(100_000).as_str();
    assert_eq!(code(closed), "limit-depth");
}

#[test]
fn nesting_within_the_limit_is_read_and_edited() {
    let depth = 200;
    let text = "[".repeat(depth) + "x" + "]".repeat(depth).as_str() + "\n";
    let path = "[0]".repeat(depth);
    assert_eq!(put(&text, &path).unwrap(), text.replace('x', "new"));
    let text: String = (0..depth).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let path = vec!["a"; depth].join(".");
    assert!(put(&text, &path).unwrap().ends_with("a: new\n"));
}

#[test]
fn a_billion_laughs_are_not_laughed() {
    let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..30 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    let file = read(text.clone()).unwrap();
    assert_eq!(file.document(0).unwrap().value().unwrap_err().code(), "limit-aliases");
    // What need not be expanded can be edited all the same.
    assert!(put(&text, "a0[3]").unwrap().contains("lol, new, lol"));
    assert_eq!(put(&text, "a1[3][0]"), Err("through-alias"));
}

#[test]
fn aliases_may_not_nest_without_end() {
    let mut text = "a0: &a0 x\n".to_owned();
    for level in 1..5000 {
        text.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    let file = read(text).unwrap();
    let error = file.document(0).unwrap().value().unwrap_err();
    assert!(["limit-depth", "limit-aliases"].contains(&error.code()), "{error}");
    let mut text = "a0: &a0 {x: 1}\n".to_owned();
    for level in 1..5000 {
        text.push_str(&format!("a{level}: &a{level} {{<<: *a{}}}\n", level - 1));
    }
    let file = read(text).unwrap();
    assert!(file.document(0).unwrap().value().is_err());
    assert!(
        file.document(0).unwrap().get(&Path::parse("a4999.x").unwrap()).is_none(),
        "merge keys are followed some way only"
    );
}

#[test]
fn merge_keys_that_multiply_are_followed_some_way_only() {
    let mut text = "a0: &a0 {x: 1}\n".to_owned();
    for level in 1..25 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level}\n  <<: [{items}]\n"));
    }
    let file = read(text.clone()).unwrap();
    let document = file.document(0).unwrap();
    assert!(document.get(&Path::parse("a24.absent").unwrap()).is_none());
    assert!(document.value().is_err());
    let mut draft = Draft::new(Arc::new(file));
    let detach = |path: &str| Operation::Detach { path: Path::parse(path).unwrap() };
    assert_eq!(draft.apply(0, detach("a24.<<")).unwrap_err().code(), "no-value");
    assert!(put(&text, "a24.absent").is_ok());
}

#[test]
fn a_merge_key_that_leads_to_itself_is_refused() {
    let mut draft = Draft::new(Arc::new(read("a: &a\n  <<: *a\n  b: 1\n").unwrap()));
    let detach = Operation::Detach { path: Path::parse("a.<<").unwrap() };
    assert_eq!(draft.apply(0, detach).unwrap_err().code(), "no-value");
}

#[test]
fn an_alias_inside_its_anchor_is_no_loop() {
    for text in ["a: &a [*a]\n", "a: &a {b: *a}\n", "&a {<<: *a, b: 1}\n", "a: &a {<<: [*a]}\n", "&a [&b [*a, *b]]\n"] {
        let file = read(text).unwrap();
        assert_eq!(file.document(0).unwrap().value().unwrap_err().code(), "recursive-alias", "{text}");
        assert!(file.document(0).unwrap().get(&Path::parse("a.x.y").unwrap()).is_none());
    }
    assert_eq!(
        read("a: &a {b: *a}\n").unwrap().document(0).unwrap().get(&Path::parse("a.b.b.b").unwrap()).unwrap().len(),
        1
    );
}

#[test]
fn a_hundred_thousand_anchors_are_fine() {
    let text: String = (0..100_000).map(|number| format!("k{number}: &a{number} v{number}\n")).collect();
    let file = read(text.clone()).unwrap();
    assert_eq!(file.document(0).unwrap().root().unwrap().len(), 100_000);
    assert!(put(&text, "k50000").unwrap().contains("k50000: &a50000 new\n"));
    let text = text + (0..100_000).map(|number| format!("l{number}: *a{number}\n")).collect::<String>().as_str();
    assert!(put(&text, "l50000").unwrap().contains("l50000: new\n"));
}

#[test]
fn duplicate_keys_are_read_but_not_walked_through() {
    let text = "a: 1\nb: {c: 1}\na: 2\nb: {c: 2}\n";
    let file = read(text).unwrap();
    let get = |path: &str| file.document(0).unwrap().get(&Path::parse(path).unwrap()).unwrap().as_int();
    assert_eq!((get("a"), get("b.c")), (Some(2), Some(2)));
    assert_eq!(put(text, "a"), Err("duplicate-key"));
    assert_eq!(put(text, "b.c"), Err("duplicate-key"));
    assert_eq!(put(text, "d").unwrap(), format!("{text}d: new\n"));
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let error = read(b"a: 1\nb: \xc3\x28\n".to_vec()).unwrap_err();
    assert_eq!((error.code(), error.position().line, error.position().column), ("utf8", 2, 4));
    assert_eq!(code(b"\xff\xfea\x00:\x00".to_vec()), "utf8");
    for control in ["a: \0\n", "a: \u{1}\n", "\0"] {
        // Whatever the answer, it is one, and an edit keeps the rest.
        if let Ok(text) = put(&format!("b: 1\n{control}"), "b") {
            assert!(text.ends_with(control));
        }
    }
}

#[test]
fn tabs_are_kept_or_refused_but_never_moved() {
    assert!(read("a:\n\tb: 1\n").is_err());
    assert_eq!(put("a:\t1\t# c\nb: 2\n", "a").unwrap(), "a:\tnew\t# c\nb: 2\n");
    assert_eq!(put("a: {\n\tb: 1\n}\n", "a.b"), Err("syntax"));
}

#[test]
fn a_byte_order_mark_stays_first() {
    for text in ["\u{feff}a: 1\n", "\u{feff}---\na: 1\n", "\u{feff}# c\n---\na: 1\n", "\u{feff}a: 1\r\n"] {
        let mut draft = Draft::new(Arc::new(read(text).unwrap()));
        let content = Fragment::Value(Value::from("new"));
        draft.apply(0, Operation::Put { path: Path::parse("a").unwrap(), content }).unwrap();
        assert_eq!(draft.file().bytes(), text.replace('1', "new").as_bytes());
    }
    assert_eq!(read("\u{feff}").unwrap().documents().len(), 0);
}

#[test]
fn every_way_to_end_a_document_works() {
    let text = "a: 1\n...\n---\na: 2\n...\n# between\n---\n# only\n---\na: 3\n...";
    let file = read(text).unwrap();
    assert_eq!(file.documents().len(), 4);
    let mut draft = Draft::new(Arc::new(file));
    for document in [0, 1, 3] {
        let content = Fragment::Value(Value::from("new"));
        draft.apply(document, Operation::Put { path: Path::parse("b").unwrap(), content }).unwrap();
    }
    assert_eq!(
        draft.file().text(),
        "a: 1\nb: new\n...\n---\na: 2\nb: new\n...\n# between\n---\n# only\n---\na: 3\nb: new\n..."
    );
}

#[test]
fn redefined_anchors_keep_their_meaning() {
    let text = "a: &x 1\nb: *x\nc: &x 2\nd: *x\n";
    assert_eq!(put(text, "b").unwrap(), "a: &x 1\nb: new\nc: &x 2\nd: *x\n");
    let remove = |path: &str| {
        let mut draft = Draft::new(Arc::new(read(text).unwrap()));
        let done = draft.apply(0, Operation::Remove { path: Path::parse(path).unwrap() });
        done.map(|_| draft.file().text().to_owned()).map_err(|error| error.code())
    };
    assert_eq!(remove("c"), Err("anchor-in-use"), "`*x` below would silently become 1");
    assert_eq!(remove("d").as_deref(), Ok("a: &x 1\nb: *x\nc: &x 2\n"));
}

#[test]
fn an_alias_as_key_without_a_blank_is_explained() {
    let error = read("a: &app x\nb:\n  *app: 1\n").unwrap_err();
    assert_eq!(error.code(), "unknown-anchor");
    assert!(error.to_string().contains("`*app :`"), "{error}");
    assert_eq!(put("a: &app x\nb:\n  *app : 1\n", "b.x").unwrap(), "a: &app x\nb:\n  *app : new\n");
}

#[test]
fn custom_tags_stay_where_nothing_is_set() {
    let text = "a: !env_var X\nb: !!binary aG9wcw==\nc: !secret\n  d: 1\ne: !t [!u v]\n";
    assert_eq!(put(text, "c.d").unwrap(), text.replace("d: 1", "d: new"));
    assert_eq!(put(text, "e[0]").unwrap(), text.replace("!u v", "new"));
}

#[test]
fn comments_after_block_headers_and_keep_indicators_stay() {
    let text = "a: |+ # why\n  text\n\n\nb: >2- # how\n    text\nc: 1\n";
    assert_eq!(put(text, "c").unwrap(), text.replace("c: 1", "c: new"));
    let added = put("a: |+\n  text\n\n\n", "b").unwrap();
    assert_eq!(added, "a: |+\n  text\n\n\nb: new\n");
}

#[test]
fn long_lines_are_no_matter() {
    let long = "x".repeat(100_000);
    let text = format!("a: {long}\nb: '{long}'\nc: [{long}, {long}]\nd: 1\n");
    assert_eq!(put(&text, "d").unwrap(), text.replace("d: 1", "d: new"));
    let key = "k".repeat(1000);
    assert!(put(&format!("{key}: 1\n"), &key).unwrap().ends_with(": new\n"));
    // A simple key may have 1024 characters.
    assert_eq!(code(format!("{}: 1\n", "k".repeat(1100))), "syntax");
}

#[test]
fn ten_thousand_comment_lines_are_no_matter() {
    let comments = "# c\n".repeat(10_000);
    let text = format!("{comments}a:\n{comments}  b: 1\n{comments}");
    assert_eq!(put(&text, "a.b").unwrap(), text.replace("b: 1", "b: new"));
}

#[test]
fn a_large_file_is_read_in_bounded_memory_and_edited() {
    // 10 MB here; the benchmark measures 50 MB and the peak memory.
    let line = "  - name: item\n    value: \"some text\" # said\n";
    let text = format!("items:\n{}", line.repeat(10_000_000 / line.len()));
    let file = read(text.clone()).unwrap();
    assert_eq!(file.bytes(), text.as_bytes());
    let edited = put(&text, "items[100000].value").unwrap();
    assert_eq!(edited.len(), text.len() - "some text".len() + "new".len());
}

#[test]
fn a_file_beyond_the_size_limit_is_refused() {
    assert_eq!(code(vec![b'#'; (256 << 20) + 1]), "limit-size");
}

#[test]
fn odd_line_breaks_are_kept() {
    for text in [
        "a: 1\rb: 2\rc: 3\r",
        "a: 1\nb: 2\r\nc: 3\n",
        "a: 1\n\r\nb: 2\n",
        "a: 1\u{85}\nb: 2\n",
        "a: 1\u{2028}x\nb: 2\n",
    ] {
        let edited = put(text, "b").unwrap();
        assert_eq!(edited, text.replace("b: 2", "b: new"), "{text:?}");
    }
    assert_eq!(put("a: 1\rb: 2\r", "c").unwrap(), "a: 1\rb: 2\rc: new\r");
}
