//! Reading, resolving and editing real files, against other editors in the same run on the same machine.
//!
//! `cargo bench --bench yaml` needs the corpus (`HOPS_CORPUS` names its folder). Peers: the crate yaml-edit, yq
//! (github.com/mikefarah/yq, built with Go), ruamel.yaml (from pip). One that cannot be had is skipped with the reason.
//! `HOPS_BENCH_CACHE` names a folder where they are kept from run to run. `-- --assert` makes a missed bar the exit code.

#![allow(clippy::print_stdout, reason = "a program of its own, which talks to whoever runs it")]

use std::env;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::{Path as FilePath, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hops::yaml::{Diff, Draft, File, Fragment, Operation, Path, Tag};

type Failure = Box<dyn Error>;

/// The other life of this program: read one file and print the peak memory.
const PEAK: &str = "--peak-of";
const YQ: &str = "github.com/mikefarah/yq/v4@v4.47.2";
const TREE: &str = "haynes-ops/before-chartref";
const NEW_BLOCK: &str = "kind: OCIRepository\nname: app-template\nnamespace: flux-system";

/// The work of ruamel.yaml: what it reads from the list of files, timed inside, results written beside.
const RUAMEL: &str = r#"
import io, sys, time
from ruamel.yaml import YAML
files = [line.strip() for line in open(sys.argv[1])]
yaml = YAML()
yaml.preserve_quotes = True
yaml.width = 4096
texts = [open(name, newline="").read() for name in files]
start = time.perf_counter()
loaded = 0
for text in texts:
    try:
        loaded += len([yaml_doc for yaml_doc in yaml.load_all(text)])
    except Exception:
        pass
print("parse", time.perf_counter() - start)
edits = [line.strip() for line in open(sys.argv[2])]
texts = [open(name, newline="").read() for name in edits]
start = time.perf_counter()
done = []
for text in texts:
    docs = list(yaml.load_all(text))
    spec = docs[0]["spec"]
    place = list(spec.keys()).index("chart")
    del spec["chart"]
    spec.insert(place, "chartRef", {"kind": "OCIRepository", "name": "app-template", "namespace": "flux-system"})
    out = io.StringIO()
    yaml.explicit_start = text.startswith("---")
    yaml.dump_all(docs, out)
    done.append(out.getvalue())
print("edit", time.perf_counter() - start)
for name, text in zip(edits, done):
    open(name + ".ruamel", "w", newline="").write(text)
"#;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [flag, file] if flag == PEAK => peak_of(FilePath::new(file)),
        arguments if arguments.iter().any(|argument| argument == "--bench") => {
            compare(arguments.iter().any(|argument| argument == "--assert"))
        }
        // `cargo test --all-targets` starts benches without cargo's own flag; tests must stay quick.
        _ => Ok(true),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The files of one tree and those among them that the edit is for.
struct Work {
    folder: tempfile::TempDir,
    files: Vec<(PathBuf, Vec<u8>)>,
    releases: Vec<usize>,
}

/// What one editor did.
struct Score {
    name: &'static str,
    parse: Option<Duration>,
    edit: Option<Duration>,
    /// Lines that differ from the file in which only the block is replaced.
    stray: Option<usize>,
}

fn compare(assert: bool) -> Result<bool, Failure> {
    let Some(work) = Work::prepare()? else {
        println!("skipped: no corpus (HOPS_CORPUS names the folder that holds corpus.bundle)");
        return Ok(true);
    };
    let bytes: usize = work.files.iter().map(|(_, bytes)| bytes.len()).sum();
    println!("{} files, {:.2} MB, {} of them edited", work.files.len(), bytes as f64 / 1e6, work.releases.len());
    let ideal = work.ideal()?;
    let ours = work.ours(&ideal)?;
    let median = work.median_edit()?;
    let peers = [Ok(work.yaml_edit(&ideal)), work.yq(&ideal), work.ruamel(&ideal)];
    let mut rows = vec![ours];
    for peer in peers {
        match peer {
            Ok(score) => rows.push(score),
            Err(reason) => println!("skipped: {reason}"),
        }
    }
    table(&rows, bytes);
    let memory = peak_ratio(work.folder.path())?;
    let speed = bytes as f64 / 1e6 / rows[0].parse.unwrap_or_default().as_secs_f64();
    let bars = [
        (format!("parse and resolve: {speed:.1} MB/s, at least 20"), speed >= 20.0),
        (format!("an edit with its check, median: {median:.1?}, under 500 µs"), median < Duration::from_micros(500)),
        (format!("peak memory of a 50 MB file: {memory:.1} times its size, at most 10"), memory <= 10.0),
        (format!("lines off the ideal: {}", rows[0].stray.unwrap_or(0)), rows[0].stray == Some(0)),
    ];
    for (words, holds) in &bars {
        println!("{} {words}", if *holds { "holds " } else { "MISSED" });
    }
    Ok(!assert || bars.iter().all(|(_, holds)| *holds))
}

fn table(rows: &[Score], bytes: usize) {
    println!(
        "| editor | parse and resolve ms | MB/s | ratio | edit ms | ratio | lines off |\n|---|---|---|---|---|---|---|"
    );
    let ours = &rows[0];
    let ratio = |one: Option<Duration>, base: Option<Duration>| match (one, base) {
        (Some(one), Some(base)) => format!("{:.1}", one.as_secs_f64() / base.as_secs_f64()),
        _ => "-".to_owned(),
    };
    let ms = |time: Option<Duration>| time.map_or("-".to_owned(), |time| format!("{:.2}", time.as_secs_f64() * 1e3));
    for row in rows {
        let speed = row.parse.map_or("-".to_owned(), |time| format!("{:.1}", bytes as f64 / 1e6 / time.as_secs_f64()));
        let stray = row.stray.map_or("-".to_owned(), |lines| lines.to_string());
        let (parse, edit) = (ratio(row.parse, ours.parse), ratio(row.edit, ours.edit));
        println!("| {} | {} | {speed} | {parse} | {} | {edit} | {stray} |", row.name, ms(row.parse), ms(row.edit));
    }
}

/// Returns the shortest of some runs.
fn best(runs: usize, mut work: impl FnMut()) -> Duration {
    let times = (0..runs).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

impl Work {
    fn prepare() -> Result<Option<Work>, Failure> {
        let corpus = env::var_os("HOPS_CORPUS")
            .map_or_else(|| FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
        let bundle = corpus.join("corpus.bundle");
        if !bundle.is_file() {
            return Ok(None);
        }
        let folder = tempfile::tempdir()?;
        let branch = ["clone", "--quiet", "--branch", TREE, "--single-branch"];
        let clone = folder.path().join("tree");
        let status = Command::new("git").args(branch).arg(&bundle).arg(&clone).stderr(Stdio::null()).status()?;
        if !status.success() {
            return Err("the corpus cannot be cloned".into());
        }
        let mut files = Vec::new();
        let mut open = vec![clone];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() && !path.ends_with(".git") {
                    open.push(path);
                } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
                    let bytes = fs::read(&path)?;
                    files.push((path, bytes));
                }
            }
        }
        files.sort();
        let chart = Path::parse("spec.chart.spec.chart")?;
        let is_release = |bytes: &Vec<u8>| {
            let file = File::parse(bytes.clone()).ok()?;
            let document = file.document(0).filter(|_| file.documents().len() == 1)?;
            document.get(&chart).and_then(|name| name.as_str().map(|name| name == "app-template"))
        };
        let releases = (0..files.len()).filter(|at| is_release(&files[*at].1) == Some(true)).collect();
        Ok(Some(Work { folder, files, releases }))
    }

    /// Returns the edited files as they should be: the lines of the block replaced, found without any parser.
    fn ideal(&self) -> Result<Vec<String>, Failure> {
        let mut ideal = Vec::new();
        for at in &self.releases {
            let text = String::from_utf8(self.files[*at].1.clone())?;
            let mut out = String::new();
            let mut inside = false;
            // Blank lines go with the block only when more of it follows.
            let mut blanks = String::new();
            for line in text.split_inclusive('\n') {
                let indent = line.len() - line.trim_start().len();
                if line.trim().is_empty() {
                    blanks.push_str(line);
                    continue;
                }
                inside &= indent > 2;
                if !inside {
                    out.push_str(&blanks);
                }
                blanks.clear();
                if line.trim_end() == "  chart:" {
                    inside = true;
                    out.push_str("  chartRef:\n");
                    NEW_BLOCK.lines().for_each(|line| out.push_str(&format!("    {line}\n")));
                } else if !inside {
                    out.push_str(line);
                }
            }
            out.push_str(&blanks);
            ideal.push(out);
        }
        Ok(ideal)
    }

    fn ours(&self, ideal: &[String]) -> Result<Score, Failure> {
        let parse = best(7, || {
            for (_, bytes) in &self.files {
                if let Ok(file) = File::parse(bytes.clone()) {
                    file.documents().for_each(|document| drop(black_box(document.value())));
                }
            }
        });
        let mut edited = Vec::new();
        let edit = best(7, || edited = self.releases.iter().map(|at| swap(&self.files[*at].1)).collect());
        let edited: Vec<String> = edited.into_iter().collect::<Result<_, _>>()?;
        let stray = Some(stray_lines(&edited, ideal));
        Ok(Score { name: "hops", parse: Some(parse), edit: Some(edit), stray })
    }

    /// Returns the median time of one edit with its check, the file parsed before.
    fn median_edit(&self) -> Result<Duration, Failure> {
        let mut times = Vec::new();
        for at in &self.releases {
            let file = Arc::new(File::parse(self.files[*at].1.clone())?);
            times.push(best(5, || drop(black_box(Draft::new(Arc::clone(&file)).apply(0, operation())))));
        }
        times.sort();
        Ok(times.get(times.len() / 2).copied().unwrap_or_default())
    }

    fn yaml_edit(&self, ideal: &[String]) -> Score {
        use yaml_edit::{Document, YamlFile};
        let text = |at: usize| std::str::from_utf8(&self.files[at].1).unwrap_or_default();
        let parse = best(3, || {
            for at in 0..self.files.len() {
                drop(black_box(YamlFile::from_str(text(at))));
            }
        });
        let mut edited = Vec::new();
        let edit = best(3, || {
            let change = |at: &usize| {
                let file = YamlFile::from_str(text(*at)).ok()?;
                let spec = file.documents().next()?.as_mapping()?.get_mapping("spec")?;
                let block = Document::from_str(NEW_BLOCK).ok()?.as_mapping()?;
                spec.rename_key("chart", "chartRef");
                spec.set("chartRef", block);
                Some(file.to_string())
            };
            edited = self.releases.iter().map(|at| change(at).unwrap_or_default()).collect();
        });
        Score { name: "yaml-edit", parse: Some(parse), edit: Some(edit), stray: Some(stray_lines(&edited, ideal)) }
    }

    fn yq(&self, ideal: &[String]) -> Result<Score, String> {
        let cache = cache(self.folder.path());
        let program = cache.join("yq");
        if !program.is_file() {
            let built = Command::new("go").args(["install", YQ]).env("GOBIN", &cache).output();
            if !built.is_ok_and(|output| output.status.success()) {
                return Err(format!("yq (`go install {YQ}` does not work here)"));
            }
        }
        let run = |arguments: &[&str], files: &[PathBuf]| {
            Command::new(&program)
                .args(arguments)
                .args(files)
                .stderr(Stdio::null())
                .output()
                .map_err(|error| error.to_string())
        };
        let all: Vec<PathBuf> = self
            .files
            .iter()
            .filter(|(_, bytes)| File::parse(bytes.clone()).is_ok())
            .map(|(path, _)| path.clone())
            .collect();
        run(&["--version"], &[])?;
        let parse = best(2, || drop(black_box(run(&["-o=json", "."], &all))));
        let expression = ".spec.chart = {\"kind\": \"OCIRepository\", \"name\": \"app-template\", \"namespace\": \"flux-system\"} | \
             .spec |= with_entries(select(.key == \"chart\").key = \"chartRef\")";
        let mut edited = Vec::new();
        // In one process, as a script that minds its time would do it; files are told apart by the order of results.
        let edit = best(2, || {
            edited =
                self.releases.iter().filter_map(|at| run(&[expression], &[self.files[*at].0.clone()]).ok()).collect()
        });
        let edited: Vec<String> =
            edited.into_iter().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).collect();
        Ok(Score {
            name: "yq, a process per edit",
            parse: Some(parse),
            edit: Some(edit),
            stray: Some(stray_lines(&edited, ideal)),
        })
    }

    fn ruamel(&self, ideal: &[String]) -> Result<Score, String> {
        let words = |error: std::io::Error| error.to_string();
        let cache = cache(self.folder.path()).join("ruamel");
        let python = |arguments: &[&str]| Command::new("python3").args(arguments).env("PYTHONPATH", &cache).output();
        if !python(&["-c", "import ruamel.yaml"]).is_ok_and(|output| output.status.success()) {
            let target = cache.to_string_lossy();
            let installed = python(&["-m", "pip", "install", "--quiet", "--target", &target, "ruamel.yaml"]);
            if !installed.is_ok_and(|output| output.status.success()) {
                return Err("ruamel.yaml (Python or pip is absent)".to_owned());
            }
        }
        let list = |name: &str, files: Vec<&PathBuf>| {
            let path = self.folder.path().join(name);
            let lines: String = files.iter().map(|file| format!("{}\n", file.display())).collect();
            fs::write(&path, lines).map(|()| path.to_string_lossy().into_owned()).map_err(words)
        };
        let all = list("all", self.files.iter().map(|(path, _)| path).collect())?;
        let edits = list("edits", self.releases.iter().map(|at| &self.files[*at].0).collect())?;
        let output = python(&["-c", RUAMEL, &all, &edits]).map_err(words)?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let time = |name: &str| {
            let line = printed.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs_f64)
        };
        let read =
            |at: &usize| fs::read_to_string(format!("{}.ruamel", self.files[*at].0.display())).unwrap_or_default();
        let edited: Vec<String> = self.releases.iter().map(read).collect();
        Ok(Score {
            name: "ruamel.yaml, in process",
            parse: time("parse"),
            edit: time("edit"),
            stray: Some(stray_lines(&edited, ideal)),
        })
    }
}

fn operation() -> Operation {
    let path = Path::root().key("spec").key("chart");
    Operation::Swap { path, key: "chartRef".to_owned(), content: Fragment::Text(NEW_BLOCK.to_owned()) }
}

/// Reads, edits and checks one file.
fn swap(bytes: &[u8]) -> Result<String, Failure> {
    let mut draft = Draft::new(Arc::new(File::parse(bytes.to_vec())?));
    draft.apply(0, operation())?;
    Ok(draft.file().text().to_owned())
}

fn stray_lines(edited: &[String], ideal: &[String]) -> usize {
    let changed = |(one, two): (&String, &String)| {
        let lines = Diff::between(two, one, 0).hunks.into_iter().flat_map(|hunk| hunk.lines);
        lines.filter(|line| line.tag != Tag::Context).count()
    };
    edited.iter().zip(ideal).map(changed).sum()
}

fn cache(fallback: &FilePath) -> PathBuf {
    env::var_os("HOPS_BENCH_CACHE").map_or_else(|| fallback.join("peers"), PathBuf::from)
}

/// Returns the peak memory for reading a file of 50 MB, in sizes of that file, measured in a process of its own.
fn peak_ratio(folder: &FilePath) -> Result<f64, Failure> {
    let item = "  - name: some-item\n    labels: {app: x, tier: \"y\"}\n    # said about it\n    args: [one, two, 3]\n    text: |\n      two lines\n      of text\n";
    let size = 50_000_000;
    let file = folder.join("large.yaml");
    fs::write(&file, format!("items:\n{}", item.repeat(size / item.len())))?;
    let output = Command::new(env::current_exe()?).arg(PEAK).arg(&file).output()?;
    let kilobytes: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(kilobytes * 1024.0 / size as f64)
}

fn peak_of(file: &FilePath) -> Result<bool, Failure> {
    let file = File::parse(fs::read(file)?)?;
    black_box(file.documents().len());
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("this system does not tell its peak memory")?;
    println!("{}", peak.trim().trim_end_matches(" kB"));
    Ok(true)
}
