//! New content, parsed and ready to be laid out at its place.

use std::ops::Range;

use super::emit;
use super::error::EditError;
use super::file::File;
use super::operation::Fragment;
use super::scalar::{Resolved, resolve_node};
use super::source::dedent;
use super::text::{BLANKS, column, line_end, line_start, skip_blanks};
use super::tree::{Dangling, Raw, Shape, Style};
use super::value::Value;

/// How the surroundings are written: what new lines have to look like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Layout {
    /// The line break.
    pub line_break: &'static str,
    /// Indentation of a mapping below its key.
    pub step: usize,
    /// Indentation of a list below its key.
    pub list_step: usize,
}

/// A fragment as a file of its own: one document whose lines share no indentation.
#[derive(Debug)]
pub(super) struct Content {
    file: File,
    /// Comment lines to stand above the key it gets.
    above: Vec<String>,
    /// A comment to stand behind the key it gets, when it goes on below.
    behind: Option<String>,
}

/// Content as lines for a place.
#[derive(Debug, Default)]
pub(super) struct Laid {
    /// Comment lines to stand above the entry or item, without indentation.
    pub above: Vec<String>,
    /// What stands on the line of the colon or dash; may be empty.
    pub first: String,
    /// The lines after it, with their indentation.
    pub rest: Vec<String>,
    /// A comment on the first line may follow `first` even when `rest` goes on.
    pub is_block: bool,
}

/// What the content is laid out under.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Under {
    /// A key in this column.
    Key(usize),
    /// A dash in this column, followed by this many blanks.
    Dash(usize, usize),
    /// Nothing: the content is the document.
    Nothing,
}

impl Content {
    /// Parses a fragment; a string among values keeps the style `hint` where it can.
    pub(super) fn new(fragment: &Fragment, hint: Option<Style>, layout: Layout) -> Result<Content, EditError> {
        match fragment {
            Fragment::Text(text) => Content::parse(&dedent(text).join("\n")),
            Fragment::Value(value) => Content::of_value(value, hint, layout),
        }
    }

    pub(super) fn of_value(value: &Value, hint: Option<Style>, layout: Layout) -> Result<Content, EditError> {
        let lines = emit::block_lines(value, hint, layout.step, layout.list_step);
        let content = Content::parse(&lines.join("\n"))?;
        let read = content.file.node(content.root()).value();
        if read.as_ref() != Ok(value) {
            return Err(EditError::new("bad-fragment", "the value cannot be written as YAML"));
        }
        Ok(content)
    }

    /// Parses lines without shared indentation.
    pub(super) fn parse(text: &str) -> Result<Content, EditError> {
        let bad = |words: String| EditError::new("bad-fragment", words);
        // The end of the text is not the end of a file: a block scalar goes on to its line break.
        let text = if text.is_empty() { String::new() } else { format!("{text}\n") };
        let file = File::read(text.into_bytes(), Dangling::Allow)
            .map_err(|error| bad(format!("new content, line {}: {error}", error.position().line)))?;
        if file.tree().documents.len() > 1 {
            return Err(bad("new content has more than one document".to_owned()));
        }
        let root = file.document(0).and_then(|document| document.root());
        if root.is_none() {
            return Err(bad("new content is empty; write `null` for nothing".to_owned()));
        }
        let extent = &file.tree().documents[0];
        if extent.body != extent.start || (extent.end as usize) < file.text().trim_end_matches(['\n', ' ', '\t']).len()
        {
            return Err(bad("new content has a document marker".to_owned()));
        }
        Ok(Content { file, above: Vec::new(), behind: None })
    }

    /// Wraps content into mappings: `keys` from the outermost to the innermost.
    pub(super) fn nested(self, keys: &[String], layout: Layout) -> Result<Content, EditError> {
        let mut content = self;
        for key in keys.iter().rev() {
            let lines = content.entry(key, None, layout);
            content = Content::parse(&lines.join("\n"))?;
        }
        Ok(content)
    }

    /// Wraps content into a list of one.
    pub(super) fn listed(self) -> Result<Content, EditError> {
        let lines = self.item(0, 1, Layout { line_break: "\n", step: 2, list_step: 2 });
        Content::parse(&lines.join("\n"))
    }

    /// Gives the content comments from where it was.
    pub(super) fn surround(&mut self, above: Vec<String>, behind: Option<String>) {
        self.above = above;
        self.behind = behind;
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn root(&self) -> u32 {
        self.file.tree().documents[0].root
    }

    pub(super) fn raw(&self) -> &Raw {
        self.file.tree().node(self.root())
    }

    /// Tells whether the content has comments; they cannot go into brackets on one line.
    pub(super) fn has_comments(&self) -> bool {
        !self.above.is_empty() || self.behind.is_some() || !comments_of(&self.file).is_empty()
    }

    /// Lays out `key: content`, all lines without the indentation of the key.
    pub(super) fn entry(&self, key: &str, hint: Option<Style>, layout: Layout) -> Vec<String> {
        let key = emit::scalar(key, hint, emit::Place::Key);
        let mut laid = self.lay(Under::Key(0), None, layout);
        laid.above.splice(0..0, self.above.iter().cloned());
        if let Some(comment) = self.behind.as_ref().filter(|_| laid.is_block) {
            let gap = if laid.first.is_empty() { "" } else { " " };
            laid.first = format!("{}{gap}{comment}", laid.first);
        }
        self.introduced(&format!("{key}:"), laid)
    }

    /// Lays out `- content`, all lines with the indentation of the dash except the first.
    pub(super) fn item(&self, dash: usize, gap: usize, layout: Layout) -> Vec<String> {
        let lead = format!("-{}", " ".repeat(gap.saturating_sub(1)));
        self.introduced(&lead, self.lay(Under::Dash(dash, gap), None, layout))
    }

    fn introduced(&self, lead: &str, laid: Laid) -> Vec<String> {
        let mut lines = laid.above;
        lines.push(if laid.first.is_empty() { lead.to_owned() } else { format!("{lead} {}", laid.first) });
        lines.extend(laid.rest);
        lines
    }

    /// Lays the content out under a key or dash, with an anchor that the place keeps.
    pub(super) fn lay(&self, under: Under, anchor: Option<&str>, layout: Layout) -> Laid {
        let text = self.file.text();
        let bytes = text.as_bytes();
        let root = self.raw();
        let first_byte = self.file.node(self.root()).first_byte();
        let head = line_start(bytes, first_byte);
        let above: Vec<String> = lines_of(text, 0..head)
            .map(|line| line.trim_matches(BLANKS).to_owned())
            .filter(|line| !line.is_empty())
            .collect();
        let column_of_key = match under {
            Under::Key(column) | Under::Dash(column, _) => column,
            Under::Nothing => 0,
        };
        let anchor = anchor.map(|name| format!("&{name} ")).unwrap_or_default();
        if root.is_block_collection() {
            let marks = self.file.tree().properties(self.root()).map_or(first_byte, |found| found.end as usize);
            // Behind anchor and tag a comment may follow, and lines of comments before the first entry.
            let line = line_end(bytes, marks).min(root.start as usize);
            let properties = format!("{anchor}{}", text[first_byte..line.max(first_byte)].trim_end_matches(BLANKS));
            let between = if marks > first_byte {
                lines_of(text, line..line_start(bytes, root.start as usize))
            } else {
                lines_of("", 0..0)
            };
            let between = between.map(|line| line.trim_matches(BLANKS).to_owned()).filter(|line| !line.is_empty());
            let comments = above.into_iter().chain(between).collect();
            return self.lay_block(under, layout, comments, properties.trim_end_matches(BLANKS));
        }
        let shift = match (under, root.is_block_scalar()) {
            (Under::Nothing, false) => 0,
            (_, true) => self.body_shift(column_of_key, layout),
            (Under::Dash(column, gap), false) => (column + 1 + gap) as isize,
            (_, false) => (column_of_key + layout.step) as isize,
        };
        let first_end = line_end(bytes, first_byte);
        let rest = lines_of(text, next(bytes, first_end)..text.len()).map(|line| shifted(line, shift)).collect();
        let mut laid = Laid {
            above,
            first: format!("{anchor}{}", &text[first_byte..first_end]).trim_end_matches(BLANKS).to_owned(),
            rest,
            is_block: root.is_block_scalar(),
        };
        trim_blank_end(&mut laid.rest, root);
        laid
    }

    /// Returns by how much the body of a block scalar moves.
    fn body_shift(&self, column: usize, layout: Layout) -> isize {
        let text = self.file.text();
        let root = self.raw();
        let header = &text[root.start as usize..line_end(text.as_bytes(), root.start as usize)];
        let indicators = header.split([' ', '\t']).next().unwrap_or_default();
        if indicators.contains(|character: char| character.is_ascii_digit()) {
            return column as isize;
        }
        let body = next(text.as_bytes(), line_end(text.as_bytes(), root.start as usize));
        let own = lines_of(text, body.min(text.len())..text.len())
            .find(|line| !line.trim_matches(BLANKS).is_empty())
            .map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
        (column + layout.step) as isize - own as isize
    }

    fn lay_block(&self, under: Under, layout: Layout, above: Vec<String>, properties: &str) -> Laid {
        let text = self.file.text();
        let bytes = text.as_bytes();
        let root = self.raw();
        let start = root.start as usize;
        let target = match under {
            Under::Key(column) if root.shape == Shape::Sequence => column + layout.list_step,
            Under::Key(column) => column + layout.step,
            Under::Dash(column, gap) => column + 1 + gap,
            Under::Nothing => 0,
        };
        let shift = target as isize - column(bytes, start) as isize;
        let mut body: Vec<String> =
            lines_of(text, line_start(bytes, start)..text.len()).map(|line| shifted(line, shift)).collect();
        trim_blank_end(&mut body, root);
        let pad = " ".repeat(target);
        match under {
            Under::Dash(..) if properties.is_empty() => {
                let first = body.first().map(|line| line.trim_start_matches(BLANKS).to_owned()).unwrap_or_default();
                Laid { above, first, rest: body.split_off(1.min(body.len())), is_block: true }
            }
            Under::Dash(..) => Laid { above, first: properties.to_owned(), rest: body, is_block: true },
            Under::Key(_) | Under::Nothing => {
                let comments = above.iter().map(|line| format!("{pad}{line}"));
                let rest = comments.chain(body).collect();
                Laid { above: Vec::new(), first: properties.to_owned(), rest, is_block: true }
            }
        }
    }

    /// Tells whether the content ends in a text block whose final line break is part of the text.
    pub(super) fn ends_in_text_block(&self) -> bool {
        self.last_header().is_some_and(|header| !header.contains('-'))
    }

    /// Tells whether the content ends in a text block that takes blank lines after it for text.
    pub(super) fn ends_in_kept_blanks(&self) -> bool {
        self.last_header().is_some_and(|header| header.contains('+'))
    }

    /// Returns the indicators of the text block that the content ends in.
    fn last_header(&self) -> Option<&str> {
        let tree = self.file.tree();
        let last = tree.nodes.len().checked_sub(1)? as u32;
        let header = self.file.node(last).raw().split(['\n', ' ']).next();
        header.filter(|_| tree.node(last).is_block_scalar())
    }

    /// Writes the content on one line for a place inside brackets; none when a comment or an explicit key stands in the way.
    pub(super) fn flow_text(&self) -> Option<String> {
        (!self.has_comments()).then(|| flow(&self.file, self.root()))?
    }
}

/// Writes a node and all below it on one line, scalars as they are where brackets allow it.
pub(super) fn flow(file: &File, index: u32) -> Option<String> {
    let tree = file.tree();
    let raw = tree.node(index);
    let node = file.node(index);
    let body = match raw.shape {
        Shape::Alias => node.raw().to_owned(),
        Shape::Scalar => flow_scalar(file, index)?,
        Shape::Sequence => {
            let items: Option<Vec<String>> = tree.children(index).map(|item| flow(file, item)).collect();
            format!("[{}]", items?.join(", "))
        }
        Shape::Mapping => {
            let mut entries = Vec::new();
            for (key, value) in tree.entries(index) {
                if tree.node(tree.target(key)).shape != Shape::Scalar {
                    return None;
                }
                let gap = if tree.node(key).shape == Shape::Alias { " " } else { "" };
                let value = flow(file, value)?;
                let entry = format!("{}{gap}: {value}", flow(file, key)?);
                entries.push(entry.trim_end_matches(BLANKS).to_owned());
            }
            format!("{{{}}}", entries.join(", "))
        }
    };
    let properties = tree.properties(index).map(|found| {
        let parts = [found.anchor.clone(), found.tag.clone()];
        let parts: Vec<&str> =
            parts.into_iter().flatten().map(|range| file.slice(range.start as usize..range.end as usize)).collect();
        parts.join(" ")
    });
    Some(match properties {
        Some(properties) if body.is_empty() => properties,
        Some(properties) => format!("{properties} {body}"),
        None => body,
    })
}

fn flow_scalar(file: &File, index: u32) -> Option<String> {
    let raw = file.tree().node(index);
    let node = file.node(index);
    let source = node.raw();
    let text = node.scalar()?;
    if raw.is_empty_scalar() {
        return Some(if raw.has_properties() { String::new() } else { "null".to_owned() });
    }
    let one_line = !source.contains(['\n', '\r']);
    Some(match raw.style {
        Style::Single | Style::Double if one_line => source.to_owned(),
        Style::Plain if one_line && !source.contains([',', '[', ']', '{', '}']) && !source.ends_with(':') => {
            source.to_owned()
        }
        // Anything plain that is not a string has none of these characters, so this is one.
        Style::Plain => emit::scalar(text, None, emit::Place::Flow),
        _ => emit::scalar(text, Some(Style::Double), emit::Place::Flow),
    })
}

/// Returns the comments of a whole file, in order.
pub(super) fn comments_of(file: &File) -> Vec<String> {
    comments_in(file, 0..file.text().len(), 0..file.tree().nodes.len() as u32)
}

/// Returns the comments of a part of the text; `nodes` are those that can lie in it.
pub(super) fn comments_in(file: &File, range: Range<usize>, nodes: Range<u32>) -> Vec<String> {
    if !file.slice(range.clone()).contains('#') {
        return Vec::new();
    }
    let tree = file.tree();
    let bytes = file.text().as_bytes();
    let mut tokens = Vec::new();
    for index in nodes {
        let raw = tree.node(index);
        if let Some(properties) = tree.properties(index) {
            let ranges = [properties.anchor.clone(), properties.tag.clone()];
            tokens.extend(ranges.into_iter().flatten().map(|range| range.start as usize..range.end as usize));
        }
        match raw.shape {
            Shape::Scalar if raw.is_block_scalar() => {
                let header = super::tree::header_comment(bytes, raw);
                tokens.push(raw.start as usize..header.start.min(raw.end as usize));
                tokens.push(header.end.min(raw.end as usize)..raw.end as usize);
            }
            Shape::Scalar | Shape::Alias => tokens.push(raw.range()),
            _ => {}
        }
    }
    tokens.sort_by_key(|range| range.start);
    super::comment::within(file.text(), range, tokens.into_iter())
}

/// Tells whether two nodes of different files mean the same: kinds, texts, types, tags, aliases and order.
pub(super) fn same_meaning(left: &File, a: u32, right: &File, b: u32) -> bool {
    let (one, two) = (left.tree().node(a), right.tree().node(b));
    let tags = |file: &File, index: u32| file.tree().properties(index).and_then(|found| found.resolved.clone());
    if one.shape != two.shape || tags(left, a) != tags(right, b) {
        return false;
    }
    match one.shape {
        Shape::Alias => left.node(a).raw() == right.node(b).raw(),
        Shape::Scalar => {
            let (x, y) = (left.node(a).scalar(), right.node(b).scalar());
            let plain = |raw: &Raw| raw.style == Style::Plain;
            let (p, q) = (resolve_node(left, a).ok(), resolve_node(right, b).ok());
            let nothing = p == Some(Resolved::Null) && q == p;
            nothing || x == y && (plain(one) == plain(two) || p == q)
        }
        _ => {
            one.len() == two.len()
                && left.tree().children(a).zip(right.tree().children(b)).all(|(x, y)| same_meaning(left, x, right, y))
        }
    }
}

fn next(bytes: &[u8], end: usize) -> usize {
    super::text::skip_break(bytes, end)
}

fn lines_of(text: &str, range: Range<usize>) -> impl Iterator<Item = &str> {
    text.get(range).unwrap_or_default().split_terminator('\n')
}

fn shifted(line: &str, shift: isize) -> String {
    let own = skip_blanks(line.as_bytes(), 0);
    if own == line.len() && shift <= 0 {
        return line.get(shift.unsigned_abs().min(own)..).unwrap_or_default().to_owned();
    }
    if line.is_empty() {
        return String::new();
    }
    let spaces = line.len() - line.trim_start_matches(' ').len();
    let target = (spaces as isize + shift).max(0) as usize;
    format!("{}{}", " ".repeat(target), &line[spaces..])
}

/// Drops blank lines at the end, unless they are the text of a block scalar.
fn trim_blank_end(lines: &mut Vec<String>, root: &Raw) {
    if root.is_block_scalar() {
        return;
    }
    while lines.last().is_some_and(|line| line.trim_matches(BLANKS).is_empty()) {
        lines.pop();
    }
}
