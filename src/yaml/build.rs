//! From parser events to the tree.
//!
//! The parser's own spans are not trusted for indicators (they miss block scalar headers, dashes and the ends of block
//! collections); every indicator is found again in the gap between two tokens, which can hold nothing but blanks and comments.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, StructureStyle, Tag};

use super::error::{ParseError, ParseProblem};
use super::text::{column, is_first_on_line, line_end, line_start, next_line, skip_blanks, skip_gap};
use super::tree::{
    DEPTH_LIMIT, Dangling, EXPLICIT, Extent, NO_COLON, NOWHERE, PROPERTIES, Properties, Raw, Shape, Style, Tree,
};

/// Parses a text without byte order mark.
pub(super) fn build(text: &str, dangling: Dangling) -> Result<Tree, ParseError> {
    let mut builder = Builder::new(text);
    for event in Parser::new_from_str_with_options(text, options(dangling)) {
        let (event, span) = event.map_err(|error| scan_error(text, &error))?;
        builder.take(event, &span)?;
    }
    builder.stretch_last(text.len());
    Ok(builder.tree)
}

fn options(dangling: Dangling) -> Options {
    granit_parser::options! {
        // Comments stay in the text; the gaps between tokens are read when somebody asks.
        emit_comments: false,
        // As libyaml, and with it Kubernetes, reads a block scalar at the end of a file without line break.
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: dangling == Dangling::Allow,
        flow_nesting_limit: DEPTH_LIMIT,
        block_nesting_limit: DEPTH_LIMIT,
    }
}

fn scan_error(text: &str, error: &ScanError) -> ParseError {
    let marker = error.marker();
    let offset = marker
        .byte_offset()
        .unwrap_or_else(|| text.char_indices().nth(marker.index()).map_or(text.len(), |(offset, _)| offset));
    ParseError::at(text, offset, ParseProblem::of_scan(text, offset, error))
}

/// What the next node of an open collection is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Item,
    Key,
    Value,
}

struct Frame {
    node: u32,
    style: Style,
    next: Next,
}

struct Builder<'t> {
    text: &'t str,
    bytes: &'t [u8],
    tree: Tree,
    frames: Vec<Frame>,
    /// Behind the last token that was placed.
    cursor: usize,
    /// Node of each anchor id the parser gave out.
    anchors: Vec<u32>,
    /// The last document ended with `...`.
    ended: bool,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        let mut tree = Tree::default();
        tree.nodes.reserve(text.len() / 12 + 4);
        Builder { text, bytes: text.as_bytes(), tree, frames: Vec::new(), cursor: 0, anchors: Vec::new(), ended: false }
    }

    fn take(&mut self, event: Event<'t>, span: &Span) -> Result<(), ParseError> {
        let Some(range) = span.byte_range() else {
            return Err(self.internal(self.cursor));
        };
        match event {
            Event::DocumentStart(explicit, _) => self.open_document(explicit, range),
            Event::DocumentEnd => self.close_document(range),
            Event::Scalar(value, style, anchor, tag) => {
                self.scalar(value, style, Marks { anchor, tag: tag.as_deref(), span, range })?;
            }
            Event::Alias(id) => {
                let target = self.anchors.get(id).copied().unwrap_or(NOWHERE);
                self.alias(target, range)?;
            }
            Event::UnresolvedAlias(_) => self.alias(NOWHERE, range)?,
            Event::SequenceStart(style, anchor, tag) => {
                let marks = Marks { anchor, tag: tag.as_deref(), span, range };
                self.open(Shape::Sequence, style, marks)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let marks = Marks { anchor, tag: tag.as_deref(), span, range };
                self.open(Shape::Mapping, style, marks)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close()?,
            _ => {}
        }
        Ok(())
    }

    fn open_document(&mut self, explicit: bool, marker: Range<usize>) {
        let first = self.tree.documents.is_empty();
        if explicit {
            self.stretch_last(marker.start);
            self.cursor = marker.end;
        } else {
            self.skip_empty_documents();
        }
        let start = match (explicit, first) {
            (_, true) => 0,
            (true, false) => marker.start,
            (false, false) => self.cursor,
        };
        self.tree.documents.push(Extent {
            start: start as u32,
            body: if explicit { marker.end as u32 } else { start as u32 },
            end: self.text.len() as u32,
            root: self.tree.nodes.len() as u32,
        });
    }

    /// Skips the `...` lines before a document: each may end one that has nothing in it.
    fn skip_empty_documents(&mut self) {
        loop {
            let at = skip_gap(self.bytes, self.cursor);
            if !self.bytes[at..].starts_with(b"...") || column(self.bytes, at) > 0 {
                return;
            }
            self.cursor = at + 3;
        }
    }

    fn close_document(&mut self, marker: Range<usize>) {
        // An implicit end carries the place of the next token: the next `---` or the end of the file.
        if let Some(document) = self.tree.documents.last_mut() {
            document.end = marker.start.max(self.cursor) as u32;
        }
        self.cursor = self.cursor.max(marker.end);
        self.ended = !marker.is_empty();
    }

    /// Gives the comments and blanks up to `end` to the document before, unless `...` ended it.
    fn stretch_last(&mut self, end: usize) {
        if let Some(document) = self.tree.documents.last_mut()
            && !self.ended
        {
            document.end = document.end.max(end as u32);
        }
    }

    fn alias(&mut self, target: u32, range: Range<usize>) -> Result<(), ParseError> {
        let (lead, flags) = self.lead(range.start)?;
        let start = skip_gap(self.bytes, self.cursor);
        if start != range.start {
            return Err(self.internal(range.start));
        }
        self.cursor = range.end;
        self.push(Raw {
            lead,
            start: start as u32,
            end: range.end as u32,
            skip: 0,
            extra: target,
            shape: Shape::Alias,
            style: Style::Plain,
            flags,
        });
        self.advance();
        Ok(())
    }

    fn scalar(&mut self, value: Cow<'t, str>, style: ScalarStyle, marks: Marks<'_>) -> Result<(), ParseError> {
        let (lead, mut flags) = self.lead(marks.range.start)?;
        flags |= self.read_properties(&marks);
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let range = self.scalar_range(style, &marks)?;
        self.cursor = range.end;
        let extra = self.keep(value, style, &range);
        self.push(Raw {
            lead,
            start: range.start as u32,
            end: range.end as u32,
            skip: 0,
            extra,
            shape: Shape::Scalar,
            style,
            flags,
        });
        self.advance();
        Ok(())
    }

    /// Stores the decoded text unless the source holds it as it is.
    fn keep(&mut self, value: Cow<'t, str>, style: Style, range: &Range<usize>) -> u32 {
        let verbatim = match style {
            Style::Plain => range.is_empty() || self.text[range.clone()] == *value,
            Style::Single | Style::Double => self.text[range.start + 1..range.end - 1] == *value,
            _ => value.is_empty(),
        };
        if verbatim {
            return 0;
        }
        self.tree.decoded.push(value.into_owned().into_boxed_str());
        self.tree.decoded.len() as u32
    }

    fn scalar_range(&self, style: Style, marks: &Marks<'_>) -> Result<Range<usize>, ParseError> {
        let span = &marks.range;
        if matches!(style, Style::Literal | Style::Folded) {
            return self.block_scalar_range(span, marks.span.indent.unwrap_or(0));
        }
        if style == Style::Plain && span.is_empty() {
            return Ok(self.cursor..self.cursor);
        }
        let start = skip_gap(self.bytes, self.cursor);
        if start != span.start {
            return Err(self.internal(span.start));
        }
        Ok(span.clone())
    }

    /// Finds a block scalar from its header to the end of its last line, without that line's break.
    fn block_scalar_range(&self, span: &Range<usize>, indent: usize) -> Result<Range<usize>, ParseError> {
        let start = skip_gap(self.bytes, self.cursor);
        if !matches!(self.bytes.get(start), Some(b'|' | b'>')) {
            return Err(self.internal(start));
        }
        let mut header = start + 1;
        while matches!(self.bytes.get(header), Some(b'+' | b'-' | b'0'..=b'9')) {
            header += 1;
        }
        let keeps = self.bytes[start..header].contains(&b'+');
        let mut end = span.end.min(self.bytes.len());
        if keeps {
            return Ok(start..self.blank_lines_end(end.max(header)).max(header));
        }
        if end <= header || span.is_empty() {
            return Ok(start..header);
        }
        // The parser counts blank lines after the text as its own; only `+` makes them so.
        end = before_break(self.bytes, end);
        while end > header {
            let line = line_start(self.bytes, end);
            let blank = self.bytes[line.max(header)..end].iter().all(|byte| *byte == b' ');
            if !blank || end - line.min(end) > indent || line <= header {
                break;
            }
            end = before_break(self.bytes, line);
        }
        Ok(start..end.max(header))
    }

    /// Returns the end of the last blank line from `at` on, or of the line before it, its break left out.
    fn blank_lines_end(&self, at: usize) -> usize {
        // The parser's end may lie behind the blanks that indent the next token.
        let inside = !is_first_on_line(self.bytes, at);
        let mut line = if inside { next_line(self.bytes, at) } else { line_start(self.bytes, at) };
        while line < self.bytes.len() && skip_blanks(self.bytes, line) == line_end(self.bytes, line) {
            line = next_line(self.bytes, line);
        }
        before_break(self.bytes, line)
    }

    fn open(&mut self, shape: Shape, style: StructureStyle, marks: Marks<'_>) -> Result<(), ParseError> {
        let (lead, mut flags) = self.lead(marks.range.start)?;
        flags |= self.read_properties(&marks);
        let start = skip_gap(self.bytes, self.cursor);
        let style = match (style, self.bytes.get(start)) {
            (StructureStyle::Block, _) => Style::Block,
            (StructureStyle::Flow, Some(b'[' | b'{')) if !is_pair(&marks, shape, self.bytes) => Style::Flow,
            (StructureStyle::Flow, _) => Style::Pair,
        };
        if style == Style::Flow {
            self.cursor = start + 1;
        }
        self.push(Raw { lead, start: start as u32, end: start as u32, skip: 0, extra: 0, shape, style, flags });
        let next = if shape == Shape::Sequence { Next::Item } else { Next::Key };
        self.frames.push(Frame { node: self.tree.nodes.len() as u32 - 1, style, next });
        Ok(())
    }

    fn close(&mut self) -> Result<(), ParseError> {
        let Some(frame) = self.frames.pop() else {
            return Err(self.internal(self.cursor));
        };
        if frame.style == Style::Flow {
            let mut at = skip_gap(self.bytes, self.cursor);
            if self.bytes.get(at) == Some(&b',') {
                at = skip_gap(self.bytes, at + 1);
            }
            if !matches!(self.bytes.get(at), Some(b']' | b'}')) {
                return Err(self.internal(at));
            }
            self.cursor = at + 1;
        }
        let skip = self.tree.nodes.len() as u32;
        let node = &mut self.tree.nodes[frame.node as usize];
        node.end = self.cursor as u32;
        node.skip = skip;
        self.advance();
        Ok(())
    }

    /// Finds the indicator that introduces the next node and moves the cursor behind it.
    fn lead(&mut self, content: usize) -> Result<(u32, u8), ParseError> {
        let mut at = skip_gap(self.bytes, self.cursor);
        let Some(frame) = self.frames.last() else {
            return Ok((at as u32, 0));
        };
        let flow = frame.style == Style::Flow;
        if flow && frame.next != Next::Value && self.bytes.get(at) == Some(&b',') {
            self.cursor = at + 1;
            at = skip_gap(self.bytes, at + 1);
        }
        match frame.next {
            Next::Item if !flow => {
                if self.bytes.get(at) != Some(&b'-') {
                    return Err(self.internal(at));
                }
                self.cursor = at + 1;
                Ok((at as u32, 0))
            }
            Next::Item => Ok((at as u32, 0)),
            Next::Key => {
                let explicit = self.bytes.get(at) == Some(&b'?') && (content != at || self.is_indicator(at));
                if !explicit {
                    return Ok((at as u32, 0));
                }
                self.cursor = at + 1;
                Ok((at as u32, EXPLICIT))
            }
            Next::Value if self.bytes.get(at) == Some(&b':') => {
                self.cursor = at + 1;
                Ok((at as u32, 0))
            }
            Next::Value => Ok((self.cursor as u32, NO_COLON)),
        }
    }

    fn is_indicator(&self, at: usize) -> bool {
        matches!(self.bytes.get(at + 1), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    fn read_properties(&mut self, marks: &Marks<'_>) -> u8 {
        if marks.anchor == 0 && marks.tag.is_none() {
            return 0;
        }
        let mut found = Properties {
            node: self.tree.nodes.len() as u32,
            anchor: None,
            tag: None,
            resolved: marks.tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()).into_boxed_str()),
            end: self.cursor as u32,
        };
        loop {
            let at = skip_gap(self.bytes, self.cursor);
            let end = match self.bytes.get(at) {
                Some(b'&') if marks.anchor > 0 && found.anchor.is_none() => {
                    let end = self.word_end(at);
                    found.anchor = Some(at as u32..end as u32);
                    end
                }
                Some(b'!') if marks.tag.is_some() && found.tag.is_none() => {
                    let end = marks.tag_end().unwrap_or_else(|| self.word_end(at));
                    found.tag = Some(at as u32..end as u32);
                    end
                }
                _ => break,
            };
            self.cursor = end;
            found.end = end as u32;
        }
        if marks.anchor > 0 {
            self.name_anchor(marks.anchor, found.node);
        }
        self.tree.properties.push(found);
        PROPERTIES
    }

    fn name_anchor(&mut self, id: usize, node: u32) {
        if self.anchors.len() <= id {
            self.anchors.resize(id + 1, NOWHERE);
        }
        self.anchors[id] = node;
    }

    fn word_end(&self, at: usize) -> usize {
        let length = self.bytes[at..]
            .iter()
            .position(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b'[' | b']' | b'{' | b'}'));
        length.map_or(self.bytes.len(), |length| at + length)
    }

    fn push(&mut self, mut raw: Raw) {
        raw.skip = self.tree.nodes.len() as u32 + 1;
        self.tree.nodes.push(raw);
    }

    /// Notes in the open collection that one more node is complete.
    fn advance(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        let complete = match frame.next {
            Next::Item => true,
            Next::Key => {
                frame.next = Next::Value;
                false
            }
            Next::Value => {
                frame.next = Next::Key;
                true
            }
        };
        if complete {
            self.tree.nodes[frame.node as usize].extra += 1;
        }
    }

    fn internal(&self, offset: usize) -> ParseError {
        ParseError::at(self.text, offset, ParseProblem::Internal)
    }
}

/// What an event says beside its kind.
struct Marks<'e> {
    anchor: usize,
    tag: Option<&'e Tag>,
    span: &'e Span,
    range: Range<usize>,
}

impl Marks<'_> {
    fn tag_end(&self) -> Option<usize> {
        self.span.tag_span()?.byte_range().map(|range| range.end)
    }
}

/// Tells whether a flow mapping is a single pair in a list: then its span does not open with a brace.
fn is_pair(marks: &Marks<'_>, shape: Shape, bytes: &[u8]) -> bool {
    shape == Shape::Mapping && (marks.range.is_empty() || bytes.get(marks.range.start) != Some(&b'{'))
}

fn before_break(bytes: &[u8], end: usize) -> usize {
    match (end.checked_sub(2).map(|at| bytes[at]), end.checked_sub(1).map(|at| bytes[at])) {
        (Some(b'\r'), Some(b'\n')) => end - 2,
        (_, Some(b'\n' | b'\r')) => end - 1,
        _ => end,
    }
}
