//! The files below the root, read and parsed in parallel.
//!
//! `.gitignore` is respected, symbolic links are not followed, `.git` and `.hops` are not entered. A file that does
//! not parse stays in the tree as a finding.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

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
    /// The parsed file; nothing when it does not parse.
    pub yaml: Option<Arc<File>>,
    /// The text of a file that does not parse, as far as it is text.
    pub unparsed: Option<String>,
}

/// The YAML files of a repository, in path order.
#[derive(Debug)]
pub struct Repository {
    root: PathBuf,
    files: Vec<SourceFile>,
    by_path: HashMap<String, FileId>,
    by_directory: HashMap<String, Vec<FileId>>,
    subdirectories: HashMap<String, Vec<String>>,
    findings: Vec<Finding>,
}

impl Repository {
    /// Reads every YAML file below `root`.
    pub fn read(root: &Path) -> Repository {
        let (mut read, mut findings) = walk(root);
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
        findings.retain(|finding| !charts.iter().any(|templates| path::is_below(&finding.path, templates)));
        findings.sort();
        Repository::index(root.to_path_buf(), read, findings)
    }

    fn index(root: PathBuf, files: Vec<SourceFile>, findings: Vec<Finding>) -> Repository {
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
        Repository { root, files, by_path, by_directory, subdirectories, findings }
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
        self.file(id.file).yaml.as_ref()?.document(id.index)
    }

    /// Every document of the parsed files of one class, in path order.
    pub fn documents(&self, class: FileClass) -> impl Iterator<Item = (DocumentId, Document<'_>)> {
        let files = self.files.iter().enumerate().filter(move |(_, file)| file.class == class);
        files.filter_map(|(index, file)| Some((FileId(index), file.yaml.as_ref()?))).flat_map(|(file, yaml)| {
            yaml.documents().enumerate().map(move |(index, document)| (DocumentId { file, index }, document))
        })
    }

    /// Files that did not parse, and why.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
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
        let parsed = match fs::read(entry.path()) {
            Ok(bytes) => File::parse(bytes)
                .map_err(|error| Finding::at(path, Some(error.position()), "invalid-yaml", error.to_string())),
            Err(error) => Err(Finding::at(path, None, "unreadable", error.to_string())),
        };
        let (yaml, unparsed) = match parsed {
            Ok(yaml) => (Some(Arc::new(yaml)), None),
            Err(finding) => {
                if class == FileClass::Manifest {
                    self.findings.push(finding);
                }
                (None, fs::read(entry.path()).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
            }
        };
        self.files.push(SourceFile { path: path.to_string(), class, yaml, unparsed });
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
