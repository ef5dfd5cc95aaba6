//! Documents of a kind that no Flux Kustomization applies, and why not.
//!
//! A recipe treats what the graph reaches; what it leaves alone is listed, so that nothing is passed over silently.

use std::collections::HashSet;

use super::graph::Graph;
use super::path;
use super::tree::{DocumentId, FileClass, FileId, SourceFile};
use crate::manifest::Header;
use crate::manifest::kustomize::{GROUP, Kustomization, Patch};

/// Why a document is not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A kustomization uses it as a patch.
    Patch,
    /// It is a template of an in-repository Helm chart.
    Template,
    /// It lies below a hidden folder or one named `archive`.
    Archive,
    /// Nothing lists it.
    Unlisted,
}

impl Reason {
    /// Stable name of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Patch => "patch",
            Reason::Template => "template",
            Reason::Archive => "archive",
            Reason::Unlisted => "unlisted",
        }
    }

    /// The reason in words.
    pub fn message(self) -> &'static str {
        match self {
            Reason::Patch => "a patch document, which names no chart of its own",
            Reason::Template => "a template of a Helm chart in this repository",
            Reason::Archive => "in an archive folder, which Flux does not apply",
            Reason::Unlisted => "no Flux Kustomization applies this file",
        }
    }
}

/// A document that no Flux Kustomization applies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreached {
    /// The file and, when it parses, the document.
    pub path: String,
    /// Line of the document, from 1.
    pub line: usize,
    /// `metadata.name`, empty when the file does not parse.
    pub name: String,
    /// Why it is not applied.
    pub reason: Reason,
    /// The document, when the file parses.
    pub document: Option<DocumentId>,
}

impl Graph {
    /// Documents of a kind that no Flux Kustomization applies, in path order.
    pub fn unreached(&self, kind: &str) -> Vec<Unreached> {
        let applied: HashSet<DocumentId> = self.objects().iter().map(|object| object.document).collect();
        let patches = self.patch_files();
        let mut found = Vec::new();
        let files = self.repository().files().iter().enumerate();
        for (index, file) in files.filter(|(_, file)| file.mentions(&[kind])) {
            let id = FileId(index);
            let reason = match file.class {
                FileClass::Template => Reason::Template,
                FileClass::Archive => Reason::Archive,
                FileClass::Manifest if patches.contains(&id) => Reason::Patch,
                FileClass::Manifest => Reason::Unlisted,
            };
            found.extend(
                documents(file, id, kind, reason)
                    .filter(|found| found.document.is_none_or(|document| !applied.contains(&document))),
            );
        }
        found
    }

    /// Files that some kustomization names as a patch.
    fn patch_files(&self) -> HashSet<FileId> {
        let mut found = HashSet::new();
        for (id, document) in self.repository().flux_documents() {
            let kustomization = self.header(id).is_some_and(|header| header.group == GROUP);
            let directory = path::parent(&self.repository().file(id.file).path);
            for patch in
                document.root().filter(|_| kustomization).map(|root| Kustomization(root).patches()).unwrap_or_default()
            {
                if let Patch::File(relative) = patch {
                    found.extend(path::join(directory, &relative).and_then(|path| self.repository().find(&path)));
                }
            }
        }
        found
    }
}

fn documents<'a>(
    file: &'a SourceFile,
    id: FileId,
    kind: &'a str,
    reason: Reason,
) -> impl Iterator<Item = Unreached> + 'a {
    let parsed =
        file.yaml().into_iter().flat_map(|yaml| yaml.documents()).enumerate().filter_map(move |(index, document)| {
            let header = Header::of(document.root()?)?;
            (header.kind == kind).then(|| Unreached {
                path: file.path.clone(),
                line: document.position().line,
                name: header.name,
                reason,
                document: Some(DocumentId { file: id, index }),
            })
        });
    let template = file.unparsed().into_iter().filter(move |text| {
        file.class == FileClass::Template
            && text.lines().any(|line| line.strip_prefix("kind:").map(str::trim) == Some(kind))
    });
    parsed.chain(template.map(move |_| Unreached {
        path: file.path.clone(),
        line: 1,
        name: String::new(),
        reason,
        document: None,
    }))
}
