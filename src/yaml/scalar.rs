//! What a scalar means to Kubernetes: YAML 1.1 as `sigs.k8s.io/yaml` reads it, not YAML 1.2.
//!
//! `0775` is 509, `1_000` is 1000, `08` is the float 8, `yes` is true, `22:22` and dates are strings. The rules are
//! those of the Go library's resolver, in its order, because the order decides the odd cases.

use super::error::ValueError;
use super::file::File;
use super::tree::{Raw, Shape, Style};

/// A scalar with its type.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Resolved<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    String(&'a str),
    /// `!!binary`: the text is base64.
    Binary(&'a str),
}

const CORE: &str = "tag:yaml.org,2002:";

/// Resolves a scalar node; fails where its tag and its text disagree.
pub(super) fn resolve_node(file: &File, index: u32) -> Result<Resolved<'_>, ValueError> {
    let tree = file.tree();
    let raw = tree.node(index);
    let Some(text) = tree.scalar(file.text(), index) else {
        return Err(ValueError::new("tag", file.node(index).position(), "not a scalar"));
    };
    let tag = tree.properties(index).and_then(|found| found.resolved.as_deref());
    match tag {
        None if raw.style == Style::Plain => Ok(plain(text)),
        None => Ok(Resolved::String(text)),
        Some(tag) => match tag.strip_prefix(CORE) {
            Some(kind) => tagged(kind, text).ok_or_else(|| {
                let words = format!("`{text}` is not a value of the tag `!!{kind}`");
                ValueError::new("tag", file.node(index).position(), words)
            }),
            None => Ok(Resolved::String(text)),
        },
    }
}

/// Tells whether a key is a merge key.
pub(super) fn is_merge(file: &File, key: u32) -> bool {
    let raw: &Raw = file.tree().node(key);
    raw.shape == Shape::Scalar
        && raw.style == Style::Plain
        && raw.end - raw.start == 2
        && file.slice(raw.range()) == "<<"
        && file
            .tree()
            .properties(key)
            .is_none_or(|found| matches!(found.resolved.as_deref(), None | Some("tag:yaml.org,2002:merge")))
}

fn tagged<'a>(kind: &str, text: &'a str) -> Option<Resolved<'a>> {
    let value = plain_without_dates(text);
    match (kind, value) {
        ("str", _) => Some(Resolved::String(text)),
        ("binary", _) => Some(Resolved::Binary(text)),
        ("null", Resolved::Null) | ("bool", Resolved::Bool(_)) => Some(value),
        ("int", Resolved::Int(_) | Resolved::Uint(_)) | ("float", Resolved::Float(_)) => Some(value),
        ("float", Resolved::Int(number)) => Some(Resolved::Float(number as f64)),
        ("timestamp", _) => is_date(text).then_some(Resolved::String(text)),
        ("null" | "bool" | "int" | "float", _) => None,
        _ => Some(Resolved::String(text)),
    }
}

/// Resolves a plain scalar.
pub(super) fn plain(text: &str) -> Resolved<'_> {
    let first = text.as_bytes().first();
    // Letters that begin no keyword, and most punctuation, cannot be anything but a string.
    match first {
        None => Resolved::Null,
        Some(b'0'..=b'9' | b'+' | b'-') if is_date(text) => Resolved::String(text),
        Some(
            b'0'..=b'9'
            | b'+'
            | b'-'
            | b'.'
            | b'~'
            | b'y'
            | b'Y'
            | b'n'
            | b'N'
            | b't'
            | b'T'
            | b'f'
            | b'F'
            | b'o'
            | b'O',
        ) => plain_without_dates(text),
        Some(_) => Resolved::String(text),
    }
}

fn plain_without_dates(text: &str) -> Resolved<'_> {
    if let Some(value) = keyword(text) {
        return value;
    }
    match text.as_bytes().first() {
        Some(b'.') => match float(text) {
            Some(value) => Resolved::Float(value),
            None => Resolved::String(text),
        },
        Some(b'0'..=b'9' | b'+' | b'-') => number(text),
        _ => Resolved::String(text),
    }
}

fn keyword(text: &str) -> Option<Resolved<'static>> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Resolved::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Resolved::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number(text: &str) -> Resolved<'_> {
    let joined;
    let digits = if text.contains('_') {
        joined = text.replace('_', "");
        joined.as_str()
    } else {
        text
    };
    if let Some(value) = integer(digits) {
        return value;
    }
    if let Some(value) = float(digits) {
        return Resolved::Float(value);
    }
    Resolved::String(text)
}

/// Reads an integer the way Go's base 0 does: `0x`, `0b`, `0o` and a leading `0` name the base.
fn integer(digits: &str) -> Option<Resolved<'static>> {
    let (negative, body, signed) = match digits.as_bytes().first()? {
        b'-' => (true, &digits[1..], true),
        b'+' => (false, &digits[1..], true),
        _ => (false, digits, false),
    };
    let lower = body.get(..2).map(str::to_ascii_lowercase);
    let (base, body) = match lower.as_deref() {
        Some("0x") => (16, &body[2..]),
        Some("0b") => (2, &body[2..]),
        Some("0o") => (8, &body[2..]),
        _ if body.len() > 1 && body.starts_with('0') => (8, &body[1..]),
        _ => (10, body),
    };
    if body.is_empty() || !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(body, base).ok()?;
    if negative {
        return 0i64.checked_sub_unsigned(magnitude).map(Resolved::Int);
    }
    match i64::try_from(magnitude) {
        Ok(value) => Some(Resolved::Int(value)),
        // Go reads the larger half without a sign only.
        Err(_) if signed => None,
        Err(_) => Some(Resolved::Uint(magnitude)),
    }
}

/// Reads a decimal float: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and nothing infinite.
fn float(text: &str) -> Option<f64> {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match body.find(['e', 'E']) {
        Some(at) => (&body[..at], Some(&body[at + 1..])),
        None => (body, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_ok = exponent.is_none_or(|part| {
        let part = part.strip_prefix(['-', '+']).unwrap_or(part);
        !part.is_empty() && digits(part)
    });
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) || !exponent_ok {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Tells whether the Go library takes the text for a date: it keeps those as strings.
pub(super) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some((&text[at..=at], &text[at + 1..]))),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    if parts.next().is_some() || !is_day(year, month, day) {
        return false;
    }
    match time {
        None => true,
        Some((separator, rest)) => is_time(separator, rest),
    }
}

fn two_digits(part: Option<&str>, low: u32, high: u32) -> Option<u32> {
    let part = part?;
    let short = matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = part.parse().ok().filter(|_| short)?;
    (low..=high).contains(&number).then_some(number)
}

fn is_day(year: Option<&str>, month: Option<&str>, day: Option<&str>) -> bool {
    let year: u32 = year.and_then(|year| year.parse().ok()).unwrap_or(0);
    let Some(month) = two_digits(month, 1, 12) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    two_digits(day, 1, days).is_some()
}

fn is_time(separator: &str, rest: &str) -> bool {
    let (clock, zone) = match rest.find(['Z', '+', '-']) {
        Some(at) => (&rest[..at], Some(&rest[at..])),
        None => (rest, None),
    };
    let zone_ok = match (separator, zone) {
        (" ", None) => true,
        ("T" | "t", Some("Z")) => true,
        ("T" | "t", Some(offset)) => {
            let bytes = offset.as_bytes();
            bytes.len() == 6
                && bytes[3] == b':'
                && two_digits(offset.get(1..3), 0, 24).is_some()
                && two_digits(offset.get(4..6), 0, 60).is_some()
        }
        _ => false,
    };
    let (clock, fraction) = clock.split_once(['.', ',']).map_or((clock, None), |(a, b)| (a, Some(b)));
    let mut parts = clock.split(':');
    let ok = two_digits(parts.next(), 0, 23).is_some()
        && two_digits(parts.next(), 0, 59).is_some()
        && two_digits(parts.next(), 0, 59).is_some();
    let fraction_ok = fraction.is_none_or(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    zone_ok && ok && fraction_ok && parts.next().is_none()
}

/// Tells whether a plain scalar with this text is a string to every reader, YAML 1.1 or 1.2.
pub(super) fn is_string_everywhere(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let word = matches!(
        lower.as_str(),
        "" | "~"
            | "null"
            | "true"
            | "false"
            | "yes"
            | "no"
            | "on"
            | "off"
            | "y"
            | "n"
            | "<<"
            | "="
            | ".nan"
            | ".inf"
            | "+.inf"
            | "-.inf"
    );
    if word || is_date(text) || is_sexagesimal(text) || looks_like_date(text) {
        return false;
    }
    matches!(plain(text), Resolved::String(_)) && !is_number_of_1_2(text)
}

/// Dates that other readers than Go's know.
fn looks_like_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 8
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && bytes[5].is_ascii_digit()
        && bytes.iter().all(|byte| byte.is_ascii_digit() || b"-:TtZ.+ ".contains(byte))
}

/// `22:22` is 1342 to a strict reader of YAML 1.1.
fn is_sexagesimal(text: &str) -> bool {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    body.contains(':')
        && body.split(':').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_' || byte == b'.')
        })
}

fn is_number_of_1_2(text: &str) -> bool {
    let octal = text.strip_prefix("0o").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    octal
        || (unsigned.starts_with(['.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
            && float(&text.replace('_', "")).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_as_go_does() {
        for (text, value) in [
            ("0775", Resolved::Int(509)),
            ("0o17", Resolved::Int(15)),
            ("0x1F", Resolved::Int(31)),
            ("-0b11", Resolved::Int(-3)),
            ("1_000", Resolved::Int(1000)),
            ("+5", Resolved::Int(5)),
            ("-9223372036854775808", Resolved::Int(i64::MIN)),
            ("18446744073709551615", Resolved::Uint(u64::MAX)),
            ("18446744073709551616", Resolved::Float(18446744073709551616.0)),
            ("08", Resolved::Float(8.0)),
            ("1.", Resolved::Float(1.0)),
            (".5e1", Resolved::Float(5.0)),
            ("1e3", Resolved::Float(1000.0)),
            ("1e999", Resolved::String("1e999")),
            ("0x", Resolved::String("0x")),
            ("22:22", Resolved::String("22:22")),
            ("1.2.3", Resolved::String("1.2.3")),
            ("-", Resolved::String("-")),
            ("2001-02-30", Resolved::String("2001-02-30")),
            ("2001-02-03", Resolved::String("2001-02-03")),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
    }

    #[test]
    fn reads_the_keywords_of_yaml_1_1() {
        for text in ["y", "Yes", "on", "TRUE"] {
            assert_eq!(plain(text), Resolved::Bool(true), "{text}");
        }
        for text in ["", "~", "Null"] {
            assert_eq!(plain(text), Resolved::Null, "{text}");
        }
        for text in ["yEs", "nULL", "tRue", "older", "offer"] {
            assert_eq!(plain(text), Resolved::String(text), "{text}");
        }
    }

    #[test]
    fn takes_only_words_that_no_reader_mistakes_for_plain_strings() {
        for text in ["plex", "3.7.3", "v1", "${APP}", "https://a.b", "nope", "0x", "1.2.3.4"] {
            assert!(is_string_everywhere(text), "{text}");
        }
        for text in ["", "no", "ON", "1e3", "22:22", "0775", "2024-01-01", "0o7", "1_0", "<<", "nULL"] {
            assert!(!is_string_everywhere(text), "{text}");
        }
    }
}
