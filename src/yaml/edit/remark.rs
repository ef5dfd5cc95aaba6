//! Comments: lines above an entry or item, and the schema comment of a document.

use super::block::indent;
use super::{Change, Editor, Splice};
use crate::yaml::comment;
use crate::yaml::error::EditError;
use crate::yaml::find::{Holder, Spot};
use crate::yaml::path::Path;
use crate::yaml::text::{break_near, column, is_first_on_line, line_end, line_start};

impl Editor<'_> {
    pub(super) fn schema(&self, url: &str) -> Result<Option<Change>, EditError> {
        if url.is_empty() || url.contains(|character: char| character.is_whitespace() || character.is_control()) {
            return Err(EditError::new("bad-fragment", format!("`{url}` is not an address")));
        }
        let splice = match self.document.schema() {
            Some(schema) if schema.url == url => return Ok(None),
            Some(schema) => Splice::new(schema.range(), url),
            None => self.new_schema(url)?,
        };
        Ok(Some(Change { splices: vec![splice], ..Change::default() }))
    }

    /// Adds a schema comment: below the `---`, or above the first line of the content.
    fn new_schema(&self, url: &str) -> Result<Splice, EditError> {
        let bytes = self.bytes();
        let extent = self.document.extent();
        let comment = format!("# yaml-language-server: $schema={url}");
        let body = extent.body as usize;
        let line_break = break_near(self.file.text(), body);
        if extent.body == extent.start {
            let at = line_start(bytes, self.root()?.first_byte());
            return Ok(Splice::insert(at, format!("{comment}{line_break}")));
        }
        let end = line_end(bytes, body);
        if self.document.root().is_some_and(|root| root.first_byte() < end) {
            return Err(EditError::new("no-line", "the content starts on the line of `---`"));
        }
        Ok(Splice::insert(end, format!("{line_break}{comment}")))
    }

    pub(super) fn comment(&self, path: &Path, text: &str) -> Result<Option<Change>, EditError> {
        let spot = self.found(path)?;
        if self.in_flow(spot) {
            return Err(self.error("flow-content", spot.node, "a comment does not fit into brackets"));
        }
        let first = match spot.holder {
            Holder::Entry { key, .. } => key,
            _ => spot.node,
        };
        let start = match spot.holder {
            Holder::Document => self.node(spot.node).first_byte(),
            _ => self.raw(first).lead as usize,
        };
        let lines: Vec<String> = text.trim().lines().map(as_comment).collect();
        let above = comment::above(self.file, first, start);
        let present: Vec<&str> = self.file.slice(above).lines().map(str::trim).collect();
        let known = !lines.is_empty() && present.windows(lines.len()).any(|window| window == lines);
        let beside = comment::of(self.file, spot.node);
        if known || lines.is_empty() || (lines.len() == 1 && beside == lines.first().map(String::as_str)) {
            return Ok(None);
        }
        let splice = self.comment_above(spot, &lines)?;
        Ok(Some(Change { splices: vec![splice], ..Change::default() }))
    }

    /// Puts comment lines of the new content above the entry or item.
    pub(super) fn comment_above(&self, spot: Spot, lines: &[String]) -> Result<Splice, EditError> {
        let start = match spot.holder {
            Holder::Entry { key, .. } => self.raw(key).lead as usize,
            Holder::Item { .. } => self.raw(spot.node).lead as usize,
            Holder::Document => self.node(spot.node).first_byte(),
        };
        let bytes = self.bytes();
        if !is_first_on_line(bytes, start) {
            return Err(self.error(
                "bad-fragment",
                spot.node,
                "there is no line above for the comment of the new content",
            ));
        }
        let lines = indent(lines.to_vec(), column(bytes, start));
        let line_break = break_near(self.file.text(), start);
        Ok(Splice::insert(line_start(bytes, start), lines.join(line_break) + line_break))
    }
}

fn as_comment(line: &str) -> String {
    let line = line.trim();
    match line {
        "" => "#".to_owned(),
        line if line.starts_with('#') => line.to_owned(),
        line => format!("# {line}"),
    }
}
