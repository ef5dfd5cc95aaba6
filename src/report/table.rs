//! Rows as a table that fits its terminal, as CSV, Markdown, names and JSON.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::style::{FAINT, STRONG};

/// A value in a row: one word or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text; empty where there is nothing to say.
    Text(String),
    /// A number.
    Number(usize),
    /// Several texts.
    List(Vec<String>),
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    fn shown(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::List(items) => items.join(","),
        }
    }

    fn json(&self) -> Value {
        match self {
            Cell::Text(text) if text.is_empty() => Value::Null,
            Cell::Text(text) => text.as_str().into(),
            Cell::Number(number) => (*number).into(),
            Cell::List(items) => items.clone().into(),
        }
    }
}

/// A column: its name in JSON, and whether only a wide table shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in JSON; the heading is the same in capitals, with blanks.
    pub key: &'static str,
    /// Whether only a wide table shows it.
    pub wide: bool,
}

impl Column {
    fn heading(&self) -> String {
        self.key.replace('_', " ").to_uppercase()
    }
}

/// Rows under columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What a row is, for the name of the JSON schema.
    pub thing: &'static str,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
    /// What a person calls each row.
    pub names: Vec<String>,
}

const GAP: usize = 2;
const NARROWEST: usize = 8;

/// Writes a table; with a width its widest columns are cut until it fits.
///
/// A column that is empty in every row is left out.
pub fn write_table(table: &Table, wide: bool, width: Option<usize>, out: &mut impl Write) -> io::Result<()> {
    let shown: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(Cell::shown).collect()).collect();
    let filled = |at: usize| shown.iter().any(|row| !row[at].is_empty());
    let columns: Vec<usize> =
        (0..table.columns.len()).filter(|&at| (wide || !table.columns[at].wide) && filled(at)).collect();
    if shown.is_empty() {
        return writeln!(out, "{FAINT}nothing found{FAINT:#}");
    }
    let length = |at: usize| shown.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let headings: Vec<String> = columns.iter().map(|&at| table.columns[at].heading()).collect();
    let mut widths: Vec<usize> =
        columns.iter().zip(&headings).map(|(&at, heading)| length(at).max(heading.len())).collect();
    if let Some(width) = width {
        fit(&mut widths, width);
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> =
            cells.zip(&widths).map(|(cell, &width)| format!("{:width$}", cut(cell, width))).collect();
        padded.join(&" ".repeat(GAP)).trim_end().to_string()
    };
    writeln!(out, "{STRONG}{}{STRONG:#}", line(&mut headings.iter().map(String::as_str)))?;
    for row in &shown {
        writeln!(out, "{}", line(&mut columns.iter().map(|&at| row[at].as_str())))?;
    }
    Ok(())
}

/// Narrows the widest columns until they fit.
fn fit(widths: &mut [usize], limit: usize) {
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > limit {
        let Some(widest) = widths.iter_mut().max() else { return };
        if *widest <= NARROWEST {
            return;
        }
        *widest -= 1;
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// Writes comma-separated values with all columns, as RFC 4180 has them.
pub fn write_csv(table: &Table, out: &mut impl Write) -> io::Result<()> {
    let quote = |text: String| {
        // A spreadsheet takes such a start for a formula.
        let text = if text.starts_with(['=', '+', '@']) { format!("'{text}") } else { text };
        let plain = !text.contains(['"', ',', '\n', '\r']);
        if plain { text } else { format!("\"{}\"", text.replace('"', "\"\"")) }
    };
    let keys: Vec<&str> = table.columns.iter().map(|column| column.key).collect();
    writeln!(out, "{}", keys.join(","))?;
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| quote(cell.shown())).collect();
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(())
}

/// Writes a Markdown table.
pub fn write_markdown(table: &Table, out: &mut impl Write) -> io::Result<()> {
    let columns: Vec<usize> = (0..table.columns.len()).filter(|&at| !table.columns[at].wide).collect();
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    writeln!(out, "{}", line(columns.iter().map(|&at| table.columns[at].heading().to_lowercase()).collect()))?;
    writeln!(out, "|{}", "---|".repeat(columns.len()))?;
    for row in &table.rows {
        writeln!(out, "{}", line(columns.iter().map(|&at| row[at].shown().replace('|', "\\|")).collect()))?;
    }
    Ok(())
}

/// Writes the names, one a line.
pub fn write_names(table: &Table, out: &mut impl Write) -> io::Result<()> {
    table.names.iter().try_for_each(|name| writeln!(out, "{name}"))
}

/// The rows as one document.
pub fn table_json(table: &Table) -> Value {
    let item = |row: &Vec<Cell>| {
        let pairs = table.columns.iter().zip(row).map(|(column, cell)| (column.key.to_string(), cell.json()));
        Value::Object(pairs.collect::<Map<String, Value>>())
    };
    json!({ "schema": format!("hops.{}/v1", table.thing), "items": table.rows.iter().map(item).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let columns = vec![Column { key: "name", wide: false }, Column { key: "depends_on", wide: false }];
        let rows = vec![
            vec![Cell::text("plex"), Cell::List(vec!["rook-ceph".into(), "gpu".into()])],
            vec![Cell::text("=x"), Cell::List(Vec::new())],
        ];
        Table { thing: "test", columns, rows, names: vec!["a".into(), "b".into()] }
    }

    fn written(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        anstream::adapter::strip_str(&String::from_utf8(out).unwrap()).to_string()
    }

    #[test]
    fn a_table_fits_its_terminal() {
        let text = written(|out| write_table(&table(), false, Some(16), out));
        assert_eq!(text, "NAME  DEPENDS ON\nplex  rook-ceph…\n=x\n");
        assert_eq!(
            written(|out| write_table(&table(), false, None, out)),
            "NAME  DEPENDS ON\nplex  rook-ceph,gpu\n=x\n"
        );
    }

    #[test]
    fn other_forms_hold_everything() {
        assert_eq!(written(|out| write_csv(&table(), out)), "name,depends_on\nplex,\"rook-ceph,gpu\"\n'=x,\n");
        assert_eq!(
            written(|out| write_markdown(&table(), out)),
            "| name | depends on |\n|---|---|\n| plex | rook-ceph,gpu |\n| =x |  |\n"
        );
        assert_eq!(table_json(&table())["items"][0]["depends_on"][1], "gpu");
    }
}
