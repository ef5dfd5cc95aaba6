//! The YAML files of the corpus: every distinct file of the trees `head/*` and `before/*`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A file of the corpus.
pub struct Sample {
    /// A tree that has it and its path there, `head/owner/name:path`.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Returns all files, read once; none, with a message, where there is no corpus.
pub fn samples() -> Option<&'static [Sample]> {
    static SAMPLES: OnceLock<Option<Vec<Sample>>> = OnceLock::new();
    let samples = SAMPLES.get_or_init(read);
    if samples.is_none() {
        println!("skipped: no corpus (HOPS_CORPUS names the folder that holds corpus.bundle)");
    }
    samples.as_deref()
}

/// Returns one file of a `head` tree.
pub fn head(repository: &str, path: &str) -> Option<&'static Sample> {
    let name = format!("head/{repository}:{path}");
    samples()?.iter().find(|sample| sample.name == name)
}

fn read() -> Option<Vec<Sample>> {
    let folder = std::env::var_os("HOPS_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let bundle = folder.join("corpus.bundle");
    if !bundle.is_file() {
        return None;
    }
    let clone = tempfile::tempdir().expect("a folder for the corpus");
    git(clone.path(), &["clone", "--quiet", "--bare", &bundle.to_string_lossy(), "."], b"");
    let refs = git(clone.path(), &["for-each-ref", "--format=%(refname:short)"], b"");
    let refs = String::from_utf8(refs).expect("names of branches");
    let mut files = BTreeMap::new();
    // Newest trees first, so that a file is named after one of them where it can be.
    let (heads, others): (Vec<&str>, Vec<&str>) = refs.lines().partition(|name| name.starts_with("head/"));
    let before = others.into_iter().filter(|name| name.contains("before"));
    for name in heads.into_iter().chain(before) {
        let listing = git(clone.path(), &["ls-tree", "-r", "-z", name], b"");
        for entry in String::from_utf8_lossy(&listing).split('\0') {
            let Some((facts, path)) = entry.split_once('\t') else { continue };
            let blob = facts.split(' ').nth(2).unwrap_or_default();
            if path.ends_with(".yaml") || path.ends_with(".yml") {
                files.entry(blob.to_owned()).or_insert_with(|| format!("{name}:{path}"));
            }
        }
    }
    Some(contents(clone.path(), files))
}

fn contents(clone: &Path, files: BTreeMap<String, String>) -> Vec<Sample> {
    let wanted: String = files.keys().map(|blob| format!("{blob}\n")).collect();
    let answer = git(clone, &["cat-file", "--batch"], wanted.as_bytes());
    let mut rest = answer.as_slice();
    let mut samples = Vec::new();
    for name in files.into_values() {
        let end = rest.iter().position(|byte| *byte == b'\n').expect("a header");
        let header = String::from_utf8_lossy(&rest[..end]).into_owned();
        let size: usize = header.rsplit(' ').next().and_then(|size| size.parse().ok()).expect("a size");
        samples.push(Sample { name, bytes: rest[end + 1..end + 1 + size].to_vec() });
        rest = &rest[end + 2 + size..];
    }
    samples
}

fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut stdin = child.stdin.take().expect("a way in");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("git ends");
    writer.join().expect("input is written").expect("git reads it all");
    assert!(output.status.success(), "git {arguments:?}");
    output.stdout
}

/// Runs a check on all files, on as many threads as there are cores, and returns the results in order.
pub fn on_all<T: Send>(samples: &[Sample], check: impl Fn(&Sample) -> T + Sync) -> Vec<T> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut results: Vec<(usize, T)> = std::thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(sample) = samples.get(at) else { return done };
                done.push((at, check(sample)));
            }
        };
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("a check")).collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
