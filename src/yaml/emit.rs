//! From a value to YAML text: block style, and quotes wherever a reader could take a string for something else.

use super::scalar::is_string_everywhere;
use super::tree::Style;
use super::value::Value;

/// Where a scalar will stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Block,
    Flow,
    Key,
}

/// Writes a value as lines without indentation; lists below keys are indented by `list_step`.
pub(super) fn block_lines(value: &Value, hint: Option<Style>, step: usize, list_step: usize) -> Vec<String> {
    match value {
        Value::Mapping(mapping) if !mapping.is_empty() => {
            let mut lines = Vec::new();
            for (key, value) in mapping.iter() {
                let nested = block_lines(value, None, step, list_step);
                let indent = if matches!(value, Value::Sequence(_)) { list_step } else { step };
                push_entry(&mut lines, &scalar(key, None, Place::Key), value, nested, indent);
            }
            lines
        }
        Value::Sequence(items) if !items.is_empty() => {
            let mut lines = Vec::new();
            for item in items {
                let nested = block_lines(item, None, step, list_step);
                let hangs = is_block(item);
                for (number, line) in nested.into_iter().enumerate() {
                    let lead = if number == 0 { "- " } else { "  " };
                    lines.push(indented(lead, &line, hangs || number == 0));
                }
            }
            lines
        }
        Value::String(text) => string_lines(text, hint, step),
        other => vec![inline(other)],
    }
}

fn indented(lead: &str, line: &str, _hangs: bool) -> String {
    if line.is_empty() { lead.trim_end().to_owned() } else { format!("{lead}{line}") }
}

fn is_block(value: &Value) -> bool {
    match value {
        Value::Mapping(mapping) => !mapping.is_empty(),
        Value::Sequence(items) => !items.is_empty(),
        _ => false,
    }
}

fn push_entry(lines: &mut Vec<String>, key: &str, value: &Value, nested: Vec<String>, indent: usize) {
    let pad = " ".repeat(indent);
    if is_block(value) {
        lines.push(format!("{key}:"));
        lines.extend(nested.iter().map(|line| indented(&pad, line, true)));
        return;
    }
    // A block scalar's body already has its own indentation below the header.
    for (number, line) in nested.into_iter().enumerate() {
        lines.push(if number == 0 { format!("{key}: {line}") } else { line });
    }
}

/// Writes anything but a non-empty collection on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Uint(value) => value.to_string(),
        Value::Float(value) => float(*value),
        Value::String(text) => scalar(text, None, Place::Block),
        Value::Sequence(_) => "[]".to_owned(),
        Value::Mapping(_) => "{}".to_owned(),
    }
}

fn float(value: f64) -> String {
    let text = format!("{value:?}");
    // Rust writes `1e30`; YAML 1.1 wants a dot before it calls a number a float.
    match text.split_once('e') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => {
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            format!("{mantissa}.0e{sign}{exponent}")
        }
        Some((mantissa, exponent)) if !exponent.starts_with('-') => format!("{mantissa}e+{exponent}"),
        _ => text,
    }
}

fn string_lines(text: &str, hint: Option<Style>, step: usize) -> Vec<String> {
    let wants_block = match hint {
        Some(Style::Literal | Style::Folded) => true,
        Some(Style::Single | Style::Double) => false,
        _ => text.contains('\n'),
    };
    if wants_block && let Some(lines) = block_scalar(text, hint, step) {
        return lines;
    }
    vec![scalar(text, hint, Place::Block)]
}

/// Writes a block scalar if the text survives it: no odd characters, no blank or indented first line, one line break at the end at most.
fn block_scalar(text: &str, hint: Option<Style>, step: usize) -> Option<Vec<String>> {
    let (body, chomp) = match text.strip_suffix('\n') {
        Some(body) => (body, ""),
        None => (text, "-"),
    };
    let plain_lines = body.split('\n').all(|line| line.is_empty() || line.trim() != "");
    let odd = body.chars().any(|character| character != '\n' && character != '\t' && !is_printable(character));
    if body.is_empty() || body.ends_with('\n') || body.starts_with([' ', '\t', '\n']) || odd || !plain_lines {
        return None;
    }
    let folded = hint == Some(Style::Folded)
        && !body.contains("\n\n")
        && !body.split('\n').any(|line| line.starts_with([' ', '\t']));
    let pad = " ".repeat(step);
    let mut lines = vec![format!("{}{chomp}", if folded { '>' } else { '|' })];
    for (number, line) in body.split('\n').enumerate() {
        if folded && number > 0 {
            lines.push(String::new());
        }
        lines.push(if line.is_empty() { String::new() } else { format!("{pad}{line}") });
    }
    Some(lines)
}

/// Writes a string on one line: in the quotes of `hint` where they can hold it, plain where that is safe.
pub(super) fn scalar(text: &str, hint: Option<Style>, place: Place) -> String {
    match hint {
        Some(Style::Single) if fits_single(text) => single(text),
        Some(Style::Double) => double(text),
        _ if is_plain_safe(text, place) => text.to_owned(),
        _ => double(text),
    }
}

fn fits_single(text: &str) -> bool {
    text.chars().all(is_printable)
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            character if is_printable(character) => out.push(character),
            character if (character as u32) <= 0xFF => out.push_str(&format!("\\x{:02x}", character as u32)),
            character if (character as u32) <= 0xFFFF => out.push_str(&format!("\\u{:04x}", character as u32)),
            character => out.push_str(&format!("\\U{:08x}", character as u32)),
        }
    }
    out.push('"');
    out
}

/// Characters that every reader takes as they are; line breaks of YAML 1.1 and byte order marks are not among them.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Tells whether a string can stand without quotes and is still that string, to readers of YAML 1.1 and 1.2 alike.
pub(super) fn is_plain_safe(text: &str, place: Place) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second = text.chars().nth(1);
    let starts_well = match first {
        '-' | '?' | ':' => second.is_some_and(|next| !next.is_whitespace() && !",[]{}".contains(next)),
        '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | ',' | '[' | ']' | '{' | '}' | '=' => false,
        _ => true,
    };
    let flow = place == Place::Flow && text.contains([',', '[', ']', '{', '}', ':']);
    let marker = text.starts_with("---") || text.starts_with("...");
    starts_well
        && !flow
        && !marker
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(|last: char| last == ':' || last.is_whitespace())
        && !text.contains(": ")
        && !text.contains(" #")
        && !(place == Place::Key && text.len() > 128)
        && text.chars().all(is_printable)
        && is_string_everywhere(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::File;

    fn read(text: &str) -> Value {
        File::parse(text.into()).unwrap().document(0).map(|document| document.value().unwrap()).unwrap()
    }

    #[test]
    fn quotes_what_could_be_mistaken() {
        for (text, written) in [
            ("plex", "plex"),
            ("3.7.3", "3.7.3"),
            ("no", "\"no\""),
            ("0775", "\"0775\""),
            ("", "\"\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("a#b", "a#b"),
            ("{{ x }}", "\"{{ x }}\""),
            ("${APP}", "${APP}"),
            ("- a", "\"- a\""),
            ("-a", "-a"),
            ("a\tb", "\"a\\tb\""),
            ("é", "é"),
            ("\u{1}", "\"\\x01\""),
        ] {
            assert_eq!(scalar(text, None, Place::Block), written, "{text:?}");
        }
        assert_eq!(scalar("${APP}", None, Place::Flow), "\"${APP}\"");
        assert_eq!(scalar("it's", Some(Style::Single), Place::Block), "'it''s'");
    }

    #[test]
    fn writes_values_that_read_back() {
        for text in [
            "a: {b: [1, [x, y], {c: d}], e: \"l1\\nl2\\n\", f: \"no\"}",
            "- - a\n  - b: c\n    d: [\"x\\ny\"]\n- []\n- {}\n",
            "a: 1.5\nb: 1e30\nc: -2e-9\nd: ~\ne: true\nf: 18446744073709551615\n",
            "a: \" x\"\nb: \"x\\n\\n\"\nc: \"\\ta\\nb\"\nd: \"a\\n\\n b\\nc\"\n",
        ] {
            let value = read(text);
            for (step, list_step) in [(2, 2), (2, 0), (4, 4)] {
                let written = block_lines(&value, None, step, list_step).join("\n") + "\n";
                assert_eq!(read(&written), value, "{written}");
            }
        }
    }

    #[test]
    fn keeps_a_block_style_when_asked() {
        assert_eq!(block_lines(&Value::from("one"), Some(Style::Literal), 2, 2), ["|-", "  one"]);
        assert_eq!(block_lines(&Value::from("a\nb\n"), Some(Style::Folded), 2, 2), [">", "  a", "", "  b"]);
    }
}
