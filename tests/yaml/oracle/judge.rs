//! Compares an edited file with what the model says, line by line and value by value.

use hops::yaml::{Applied, Draft, File, Value};

use super::draw::Drawn;
use crate::model::Tree;

pub fn judge(draft: &Draft, applied: &Applied, drawn: &Drawn) -> Result<(), String> {
    let (old, now) = (draft.original(), draft.file());
    // Read anew from the bytes: nothing of the draft's own state counts.
    let new = File::parse(now.bytes().to_vec()).map_err(|error| format!("does not read back: {error}"))?;
    if !applied.changed && new.bytes() != old.bytes() {
        return Err("says it changed nothing, but did".into());
    }
    trees(old, &new, drawn)?;
    lines(old.text(), new.text(), drawn)?;
    exact(old, &new, drawn)?;
    comments(old.text(), new.text(), applied, drawn)?;
    line_ends(old.text(), new.text())?;
    byte_edits(draft)?;
    operations(draft)
}

fn trees(old: &File, new: &File, drawn: &Drawn) -> Result<(), String> {
    if old.documents().len() != new.documents().len() {
        return Err("another number of documents".into());
    }
    for (before, after) in old.documents().zip(new.documents()) {
        let edited = before.index() == drawn.document;
        let tree = Tree::of_document(after);
        match &drawn.after {
            Some(wanted) if edited && tree != *wanted => {
                return Err(format!("the model says\n{wanted:?}\nthe file says\n{tree:?}"));
            }
            _ if edited => {}
            _ if tree != Tree::of_document(before) => return Err(format!("document {} changed", before.index())),
            _ => {}
        }
        let same_value = drawn.keeps_value || !edited;
        if same_value && before.value().ok().map(sorted) != after.value().ok().map(sorted) {
            return Err("the value changed".into());
        }
    }
    Ok(())
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Mapping(mapping) => {
            let mut entries: Vec<(String, Value)> =
                mapping.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|one, two| one.0.cmp(&two.0));
            Value::Mapping(entries.into_iter().collect())
        }
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// Lines before and after the place of the edit are the same; an edit that only adds lines takes none away.
fn lines(old: &str, new: &str, drawn: &Drawn) -> Result<(), String> {
    let (before, after): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    if before == after {
        return Ok(());
    }
    let common = before.len().min(after.len());
    let same_start = before.iter().zip(&after).take_while(|(one, two)| one == two).count();
    let same_end = before.iter().rev().zip(after.iter().rev()).take_while(|(one, two)| one == two).count();
    let (first, last) = drawn.lines;
    // Without a final newline the line before the last gives up its line break, or the last one gains it.
    let slack = usize::from(!old.ends_with('\n'));
    // Equal neighbours leave open which of them changed: the change may be taken for the earliest or the latest.
    let earliest = common - same_end.min(common);
    let latest = (same_start, before.len() - same_end.min(common - same_start));
    let length = latest.1 - latest.0;
    let fits = |from: usize| from + slack >= first && from + length <= last + 1 + slack;
    if !(earliest.min(latest.0)..=latest.0).any(fits) {
        return Err(format!(
            "lines {} to {} changed, expected within {} to {}",
            latest.0 + 1,
            latest.1,
            first + 1,
            last + 1
        ));
    }
    if drawn.adds_only {
        let mut rest = after.iter();
        let trimmed = |line: &str| line.trim_end_matches('\r').to_owned();
        for line in &before {
            if !rest.any(|other| trimmed(other) == trimmed(line)) {
                return Err(format!("the line `{line}` is gone"));
            }
        }
    }
    Ok(())
}

/// Where one value or key on one line is replaced by another, everything around it is the same to the byte.
fn exact(old: &File, new: &File, drawn: &Drawn) -> Result<(), String> {
    let Some(range) = &drawn.exact else { return Ok(()) };
    let (old, new) = (old.text(), new.text());
    if !new.starts_with(&old[..range.start]) || !new.ends_with(&old[range.end..]) {
        return Err("bytes around the value changed".into());
    }
    Ok(())
}

/// A comment line is still there, or it is reported, or it stood in a text that was replaced.
fn comments(old: &str, new: &str, applied: &Applied, drawn: &Drawn) -> Result<(), String> {
    let full_lines = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|line| line.starts_with('#')).map(str::to_owned).collect()
    };
    let mut left = full_lines(new);
    let behind: Vec<String> =
        new.lines().filter_map(|line| line.split_once(" #")).map(|(_, text)| format!("#{}", text.trim_end())).collect();
    let mut reported = applied.comments.clone();
    for comment in full_lines(old) {
        let take =
            |from: &mut Vec<String>| from.iter().position(|line| *line == comment).map(|at| from.remove(at)).is_some();
        if take(&mut left) || take(&mut reported) || behind.contains(&comment) || is_text(old, &comment) {
            continue;
        }
        if comment.contains("$schema=") && matches!(drawn.operation, hops::yaml::Operation::Schema { .. }) {
            continue;
        }
        return Err(format!("the comment `{comment}` is gone and not reported: {:?}", applied.comments));
    }
    Ok(())
}

/// Tells whether a line that looks like a comment is part of a scalar.
fn is_text(text: &str, line: &str) -> bool {
    let Ok(file) = File::parse(text.as_bytes().to_vec()) else { return false };
    fn scalars(node: hops::yaml::Node<'_>, line: &str) -> bool {
        if node.is_alias() {
            return false;
        }
        let own = node.scalar().is_some_and(|scalar| scalar.contains(line.trim_end_matches('\r')));
        own || node.entries().any(|(_, value)| scalars(value, line)) || node.items().any(|item| scalars(item, line))
    }
    file.documents().filter_map(|document| document.root()).any(|root| scalars(root, line))
}

/// New lines end as the old ones, and the end of the file is as it was.
fn line_ends(old: &str, new: &str) -> Result<(), String> {
    let breaks = |text: &str| (text.matches("\r\n").count(), text.matches('\n').count());
    let ((old_pairs, old_all), (new_pairs, new_all)) = (breaks(old), breaks(new));
    if old_pairs == old_all && old_all > 0 && new_pairs != new_all {
        return Err("a line feed came without its carriage return".into());
    }
    if old_pairs == 0 && new_pairs > 0 {
        return Err("a carriage return came from nowhere".into());
    }
    let block_keeps_it = new.ends_with('\n') && ends_in_text_block(new);
    if old.ends_with('\n') != new.ends_with('\n') && !block_keeps_it {
        return Err("the end of the file changed".into());
    }
    Ok(())
}

/// The byte edits turn the old bytes into the new ones, whole lines at a time.
fn byte_edits(draft: &Draft) -> Result<(), String> {
    let mut bytes = draft.original().bytes().to_vec();
    for edit in draft.edits().into_iter().rev() {
        bytes.splice(edit.range, edit.text.into_bytes());
    }
    if bytes == draft.file().bytes() { Ok(()) } else { Err("the byte edits make another file".into()) }
}

fn operations(draft: &Draft) -> Result<(), String> {
    let unnamed = draft
        .diff(0)
        .hunks
        .into_iter()
        .flat_map(|hunk| hunk.lines)
        .any(|line| line.tag != hops::yaml::Tag::Context && line.operation != Some(0));
    if unnamed { Err("a changed line has no operation".into()) } else { Ok(()) }
}

/// Tells whether the last value of a text is a text block: a line break behind it is part of the value.
fn ends_in_text_block(text: &str) -> bool {
    fn last(node: hops::yaml::Node<'_>) -> hops::yaml::Node<'_> {
        if node.is_alias() {
            return node;
        }
        let value = node.entries().last().map(|(_, value)| value);
        value.or_else(|| node.items().last()).map_or(node, last)
    }
    let Ok(file) = File::parse(text.as_bytes().to_vec()) else { return false };
    let root = file.documents().last().and_then(|document| document.root());
    root.is_some_and(|root| last(root).raw().starts_with(['|', '>']))
}
