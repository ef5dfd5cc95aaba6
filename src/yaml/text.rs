//! Lines, line breaks and blank space: the small questions every edit asks of the text.
//!
//! YAML breaks lines at `\n`, `\r\n` and a lone `\r`; all functions here agree on that.

/// What separates tokens on a line. Other white space of Unicode is text.
pub(super) const BLANKS: [char; 2] = [' ', '\t'];

/// Returns the offset at which the line holding `at` starts.
pub(super) fn line_start(bytes: &[u8], at: usize) -> usize {
    let mut start = at.min(bytes.len());
    // Between `\r` and `\n` the line is still the one before the pair.
    if start > 0 && bytes.get(start) == Some(&b'\n') && bytes[start - 1] == b'\r' {
        start -= 1;
    }
    while start > 0 && !matches!(bytes[start - 1], b'\n' | b'\r') {
        start -= 1;
    }
    start
}

/// Returns the offset of the line break that ends the line holding `at`, or the end of the text.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(bytes.len(), |length| at + length)
}

/// Returns the offset just behind the line break at `at`; `at` itself when there is none.
pub(super) fn skip_break(bytes: &[u8], at: usize) -> usize {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => at + 2,
        (Some(b'\r' | b'\n'), _) => at + 1,
        _ => at,
    }
}

/// Returns the start of the line after the one holding `at`.
pub(super) fn next_line(bytes: &[u8], at: usize) -> usize {
    skip_break(bytes, line_end(bytes, at))
}

/// Skips spaces and tabs.
pub(super) fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// Skips everything that carries no data: blanks, line breaks, comments and byte order marks.
pub(super) fn skip_gap(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\n' | b'\r') => at += 1,
            Some(b'#') => at = line_end(bytes, at),
            Some(0xEF) if bytes[at..].starts_with("\u{feff}".as_bytes()) => at += 3,
            _ => return at,
        }
    }
}

/// Tells whether only blanks stand between the start of its line and `at`.
pub(super) fn is_first_on_line(bytes: &[u8], at: usize) -> bool {
    skip_blanks(bytes, line_start(bytes, at)) >= at
}

/// Returns the distance of `at` from the start of its line, in bytes.
///
/// Only spaces and indicators stand before a block entry, so bytes are columns there.
pub(super) fn column(bytes: &[u8], at: usize) -> usize {
    at - line_start(bytes, at)
}

/// Returns the line break that the text around `at` uses: the one before, the one after, or `\n`.
pub(super) fn break_near(text: &str, at: usize) -> &'static str {
    let bytes = text.as_bytes();
    let start = line_start(bytes, at);
    let at_break = if start > 0 { start - 1 } else { line_end(bytes, at) };
    match (bytes.get(at_break), bytes.get(at_break + 1)) {
        (Some(b'\n'), _) if at_break > 0 && bytes[at_break - 1] == b'\r' => "\r\n",
        (Some(b'\r'), Some(b'\n')) => "\r\n",
        (Some(b'\r'), _) => "\r",
        _ => "\n",
    }
}

/// Splits into lines that keep their `\n`; the last one may lack it.
pub(super) fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_ends_of_a_line_for_every_kind_of_break() {
        for text in ["ab\ncd\n", "ab\r\ncd\r\n", "ab\rcd\r"] {
            let bytes = text.as_bytes();
            let second = next_line(bytes, 0);
            assert_eq!(&text[second..line_end(bytes, second)], "cd", "{text:?}");
            assert_eq!(line_start(bytes, second + 1), second, "{text:?}");
            assert_eq!(line_start(bytes, 2), 0, "{text:?}");
            assert_eq!(break_near(text, second), &text[2..second], "{text:?}");
            assert_eq!(break_near(text, 0), &text[2..second], "{text:?}");
        }
    }

    #[test]
    fn skips_comments_and_blank_lines_as_a_gap() {
        let text = "a: # one\n\n  # two\n  b";
        assert_eq!(&text[skip_gap(text.as_bytes(), 2)..], "b");
    }
}
