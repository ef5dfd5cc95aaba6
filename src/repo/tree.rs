//! The files below the root, read in parallel, each parsed when it is first needed.
//!
//! `.gitignore` is respected, symbolic links are not followed, `.git` and `.hops` are not entered. Files that may hold
//! objects of Flux or Kustomize are parsed while they are read; the others (half of the bytes of a real repository)
//! wait until somebody asks. A file that does not parse stays in the tree as a finding.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::finding::Finding;
use super::path;
use crate::manifest::kustomize;
use crate::yaml::{Document, File};

/// A file of the tree, by its place in path order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub usize);

/// A document of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId {
    /// The file.
    pub file: FileId,
    /// The document's place in the file, from 0.
    pub index: usize,
}

/// What a YAML file can be to Flux, judged by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileClass {
    /// A manifest.
    Manifest,
    /// A template of an in-repository Helm chart: not YAML before it is rendered.
    Template,
    /// Below a hidden folder or one named `archive`: kept, not applied.
    Archive,
}

/// A YAML file of the repository.
#[derive(Debug)]
pub struct SourceFile {
    /// Path from the root, with `/`.
    pub path: String,
    /// What it can be to Flux.
    pub class: FileClass,
    /// Whether a word of [`FLUX_KINDS`] stands in it.
    mentions_flux: bool,
    /// The content until it is parsed.
    bytes: Mutex<Vec<u8>>,
    parsed: OnceLock<Parsed>,
}

/// A file, or why it does not parse and its text as far as it is text.
#[derive(Debug)]
enum Parsed {
    Yaml(Arc<File>),
    Broken { finding: Finding, text: String },
}

impl SourceFile {
    fn new(path: String, class: FileClass, content: io::Result<Vec<u8>>) -> SourceFile {
        let parsed = OnceLock::new();
        let bytes = content.unwrap_or_else(|error| {
            let finding = Finding::at(&path, None, "unreadable", error.to_string());
            let _ = parsed.set(Parsed::Broken { finding, text: String::new() });
            Vec::new()
        });
        let mentions_flux = holds(&bytes, &FLUX_KINDS);
        SourceFile { path, class, mentions_flux, bytes: Mutex::new(bytes), parsed }
    }

    /// Whether one of these words stands in the file; cheap, and the file stays unparsed.
    pub fn mentions(&self, words: &[&str]) -> bool {
        // The lock comes first: another thread may be parsing, and empties the bytes once the result is there.
        let bytes = self.bytes();
        match self.parsed.get() {
            Some(Parsed::Yaml(file)) => holds(file.bytes(), words),
            Some(Parsed::Broken { text, .. }) => holds(text.as_bytes(), words),
            None => holds(&bytes, words),
        }
    }

    /// Whether it may hold an object of Flux or Kustomize.
    pub fn mentions_flux(&self) -> bool {
        self.mentions_flux
    }

    /// The parsed file; nothing when it does not parse.
    pub fn yaml(&self) -> Option<&Arc<File>> {
        match self.parse() {
            Parsed::Yaml(file) => Some(file),
            Parsed::Broken { .. } => None,
        }
    }

    /// The text of a file that does not parse.
    pub fn unparsed(&self) -> Option<&str> {
        match self.parse() {
            Parsed::Yaml(_) => None,
            Parsed::Broken { text, .. } => Some(text),
        }
    }

    /// Why the file does not parse; an archive or a template need not.
    fn finding(&self) -> Option<&Finding> {
        match self.parse() {
            Parsed::Broken { finding, .. } if self.class == FileClass::Manifest => Some(finding),
            _ => None,
        }
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn parse(&self) -> &Parsed {
        if let Some(parsed) = self.parsed.get() {
            return parsed;
        }
        let parsed = self.parsed.get_or_init(|| {
            // The editor refuses what is not UTF-8; the text is for people and for telling what a template is.
            let text = || String::from_utf8_lossy(&self.bytes()).into_owned();
            let bytes = self.bytes().clone();
            match File::parse(bytes) {
                Ok(file) => Parsed::Yaml(Arc::new(file)),
                Err(error) => {
                    let finding = Finding::at(&self.path, Some(error.position()), "invalid-yaml", error.to_string());
                    Parsed::Broken { finding, text: text() }
                }
            }
        });
        *self.bytes() = Vec::new();
        parsed
    }
}

fn holds(text: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

/// Words that a document of Flux or Kustomize holds; a file without any of them is none of theirs.
const FLUX_KINDS: [&str; 8] = [
    "Kustomization",
    "HelmRelease",
    "Repository",
    "Component",
    "NamespaceTransformer",
    "FluxInstance",
    "Bucket",
    "ArtifactGenerator",
];

/// The YAML files of a repository, in path order.
#[derive(Debug)]
pub struct Repository {
    root: PathBuf,
    files: Vec<SourceFile>,
    by_path: HashMap<String, FileId>,
    by_directory: HashMap<String, Vec<FileId>>,
    subdirectories: HashMap<String, Vec<String>>,
    unreadable: Vec<Finding>,
}

impl Repository {
    /// Reads every YAML file below `root`.
    pub fn read(root: &Path) -> Repository {
        let (mut read, unreadable) = walk(root);
        read.sort_by(|a, b| a.path.cmp(&b.path));
        let charts: Vec<String> = read
            .iter()
            .filter(|file| path::name(&file.path) == "Chart.yaml")
            .map(|file| format!("{}/templates", path::parent(&file.path)))
            .collect();
        for file in &mut read {
            if charts.iter().any(|templates| path::is_below(&file.path, templates)) {
                file.class = FileClass::Template;
            }
        }
        Repository::index(root.to_path_buf(), read, unreadable)
    }

    fn index(root: PathBuf, files: Vec<SourceFile>, unreadable: Vec<Finding>) -> Repository {
        let mut by_path = HashMap::with_capacity(files.len());
        let mut by_directory: HashMap<String, Vec<FileId>> = HashMap::new();
        let mut subdirectories: HashMap<String, Vec<String>> = HashMap::new();
        for (index, file) in files.iter().enumerate() {
            by_path.insert(file.path.clone(), FileId(index));
            let mut directory = path::parent(&file.path);
            let known = by_directory.contains_key(directory);
            by_directory.entry(directory.to_string()).or_default().push(FileId(index));
            while !known && !directory.is_empty() {
                let above = path::parent(directory);
                let siblings = subdirectories.entry(above.to_string()).or_default();
                if siblings.iter().any(|sibling| sibling == directory) {
                    break;
                }
                siblings.push(directory.to_string());
                directory = above;
            }
        }
        subdirectories.values_mut().for_each(|siblings| siblings.sort());
        Repository { root, files, by_path, by_directory, subdirectories, unreadable }
    }

    /// The folder that holds the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All files, in path order.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// A file by its id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0]
    }

    /// A file by its path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// A document by its id.
    pub fn document(&self, id: DocumentId) -> Option<Document<'_>> {
        self.file(id.file).yaml()?.document(id.index)
    }

    /// The documents of every manifest, in path order.
    pub fn documents(&self) -> impl Iterator<Item = (DocumentId, Document<'_>)> {
        self.documents_of(|file| file.class == FileClass::Manifest)
    }

    /// The documents of manifests that may be objects of Flux or Kustomize; the others stay unparsed.
    pub fn flux_documents(&self) -> impl Iterator<Item = (DocumentId, Document<'_>)> {
        self.documents_of(|file| file.class == FileClass::Manifest && file.mentions_flux())
    }

    fn documents_of(&self, wanted: impl Fn(&SourceFile) -> bool) -> impl Iterator<Item = (DocumentId, Document<'_>)> {
        let files = self.files.iter().enumerate().filter(move |(_, file)| wanted(file));
        files.filter_map(|(index, file)| Some((FileId(index), file.yaml()?))).flat_map(|(file, yaml)| {
            yaml.documents().enumerate().map(move |(index, document)| (DocumentId { file, index }, document))
        })
    }

    /// Parses every manifest that is not parsed yet, on all processors.
    pub fn parse_all(&self) {
        let left: Vec<&SourceFile> = self.files.iter().filter(|file| file.parsed.get().is_none()).collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
        std::thread::scope(|scope| {
            for part in left.chunks(left.len().div_ceil(threads).max(1)) {
                scope.spawn(move || {
                    part.iter().for_each(|file| {
                        file.parse();
                    })
                });
            }
        });
    }

    /// Parses what nobody has asked for yet.
    pub fn parse_rest(&self) {
        for file in &self.files {
            file.parse();
        }
    }

    /// Files that cannot be read or do not parse, and why; parses the rest to know.
    pub fn findings(&self) -> Vec<Finding> {
        self.unreadable.iter().chain(self.files.iter().filter_map(SourceFile::finding)).cloned().collect()
    }

    /// The kustomization file of a directory, by the names that kustomize accepts.
    pub fn kustomization_in(&self, directory: &str) -> Option<FileId> {
        let path = |name| if directory.is_empty() { String::from(name) } else { format!("{directory}/{name}") };
        kustomize::FILE_NAMES.into_iter().find_map(|name| self.find(&path(name)))
    }

    /// Files directly in a directory, in name order.
    pub fn files_in(&self, directory: &str) -> &[FileId] {
        self.by_directory.get(directory).map_or(&[], Vec::as_slice)
    }

    /// Directories directly in a directory that hold YAML files at some depth, in name order.
    pub fn directories_in(&self, directory: &str) -> &[String] {
        self.subdirectories.get(directory).map_or(&[], Vec::as_slice)
    }

    /// Whether a directory holds YAML files at some depth.
    pub fn has_directory(&self, directory: &str) -> bool {
        directory.is_empty() || self.by_directory.contains_key(directory) || self.subdirectories.contains_key(directory)
    }
}

fn walk(root: &Path) -> (Vec<SourceFile>, Vec<Finding>) {
    let found = Mutex::new((Vec::new(), Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let walker = WalkBuilder::new(root)
        .hidden(false)
        .parents(false)
        .ignore(false)
        .git_global(false)
        .require_git(false)
        .follow_links(false)
        .threads(threads)
        .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some(".git" | ".hops")))
        .build_parallel();
    walker.run(|| {
        let mut batch = Batch { files: Vec::new(), findings: Vec::new(), into: &found };
        Box::new(move |entry| {
            match entry {
                Ok(entry) if is_yaml(&entry) => batch.read(root, &entry),
                Ok(_) => {}
                Err(error) => batch.findings.push(Finding::at("", None, "unreadable", error.to_string())),
            }
            WalkState::Continue
        })
    });
    found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// What one walker thread has read; handed over when the thread ends, so that threads do not wait for each other.
struct Batch<'a> {
    files: Vec<SourceFile>,
    findings: Vec<Finding>,
    into: &'a Mutex<(Vec<SourceFile>, Vec<Finding>)>,
}

impl Batch<'_> {
    fn read(&mut self, root: &Path, entry: &DirEntry) {
        let Some(path) = entry.path().strip_prefix(root).ok().and_then(Path::to_str) else {
            let shown = entry.path().to_string_lossy().into_owned();
            self.findings.push(Finding::at(&shown, None, "unreadable", "the path is not valid UTF-8"));
            return;
        };
        let class = if is_archived(path) { FileClass::Archive } else { FileClass::Manifest };
        let file = SourceFile::new(path.to_string(), class, fs::read(entry.path()));
        if class == FileClass::Manifest && file.mentions_flux() {
            file.parse();
        }
        self.files.push(file);
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut all = self.into.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        all.0.append(&mut self.files);
        all.1.append(&mut self.findings);
    }
}

fn is_yaml(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let named = name.ends_with(".yaml") || name.ends_with(".yml") || name == "Kustomization";
    named && entry.file_type().is_some_and(|kind| kind.is_file())
}

fn is_archived(path: &str) -> bool {
    let directory = path::parent(path);
    directory.split('/').any(|part| part.starts_with('.') || part == "archive")
}
