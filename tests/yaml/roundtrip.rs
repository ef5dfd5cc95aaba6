//! A file without edits is the same file, byte for byte.

use std::sync::Arc;

use hops::yaml::{Draft, File};

use crate::corpus::{self, Sample};

/// Files of the corpus that are not YAML 1.2, with the place that says why.
const NOT_YAML: usize = 40;

#[test]
fn every_file_of_the_corpus_is_given_back_as_it_is() {
    let Some(samples) = corpus::samples() else { return };
    let results = corpus::on_all(samples, round_trip);
    let failed: Vec<&String> = results.iter().flatten().collect();
    for line in &failed {
        println!("not read: {line}");
    }
    println!("{} files given back as they are, {} not YAML", results.len() - failed.len(), failed.len());
    assert!(failed.len() <= NOT_YAML, "{} files were not read", failed.len());
}

/// Returns the place and reason when a file cannot be read.
fn round_trip(sample: &Sample) -> Option<String> {
    let file = match File::parse(sample.bytes.clone()) {
        Ok(file) => file,
        Err(error) => return Some(format!("{}:{}: {error}", sample.name, error.position())),
    };
    assert_eq!(file.bytes(), sample.bytes, "{}", sample.name);
    let draft = Draft::new(Arc::new(file));
    assert!(draft.edits().is_empty() && draft.diff(3).is_empty() && !draft.is_changed(), "{}", sample.name);
    None
}
