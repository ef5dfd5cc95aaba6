//! What is compared with what, after a check that both do the same work.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::measure::{Contender, Invocation, Summary, interleave};
use crate::peers::{self, Peer};
use crate::table::Row;
use crate::tree::{Tree, Work};

/// Turns this program into the reader that hops is compared with.
pub const READ_ALL: &str = "--read-all";

/// Rounds of a process that takes a few milliseconds.
const START_UP_ROUNDS: usize = 41;
/// Rounds of jobs that take up to a quarter of a second.
const DRY_RUN_ROUNDS: usize = 21;
/// Rounds of jobs that take a second.
const SLOW_ROUNDS: usize = 11;

/// The edit in yq's language.
const YQ_EDIT: &str = r#"with(select(.kind == "HelmRelease" and .spec.chart.spec.chart == "app-template");
    .spec.chartRef = {"kind": "OCIRepository", "name": "app-template", "namespace": "flux-system"}
    | del(.spec.chart))"#;

/// What was measured and which bars it meets.
type Measured = (Vec<Summary>, Vec<Row>);

/// Everything that the measurements need.
pub struct Bench {
    hops: PathBuf,
    reader: PathBuf,
    yq: Result<Peer, String>,
    openrewrite: Result<Peer, String>,
    tree: Option<Tree>,
}

impl Bench {
    /// Finds or builds the peers and unpacks the tree.
    pub fn prepare() -> Result<Self, Failure> {
        let cache = peers::cache();
        Ok(Self {
            hops: env::var_os("HOPS_BIN").map_or_else(|| env!("CARGO_BIN_EXE_hops").into(), PathBuf::from),
            reader: env::current_exe()?,
            yq: peers::yq(&cache),
            openrewrite: peers::openrewrite(&cache),
            tree: Tree::unpack()?,
        })
    }

    /// Takes all measurements.
    pub fn run(&self) -> Result<Measured, Failure> {
        let (mut summaries, mut rows) = self.start_up()?;
        let Some(tree) = &self.tree else {
            rows.push(Row::skipped("dry run", "no corpus"));
            return Ok((summaries, rows));
        };
        println!("tree: {} YAML files, {} releases to move", tree.files, tree.releases.len());
        if let Err(difference) = self.check(tree) {
            rows.push(Row::other_work("dry run", &difference));
            return Ok((summaries, rows));
        }
        for (more_summaries, more_rows) in [self.against_reader_and_yq(tree)?, self.against_openrewrite(tree)?] {
            summaries.extend(more_summaries);
            rows.extend(more_rows);
        }
        Ok((summaries, rows))
    }

    fn start_up(&self) -> Result<Measured, Failure> {
        let version = |program: &Path| Invocation::new(program, ["--version"]);
        let mut contenders = vec![
            Contender::new("hops --version", version(&self.hops)),
            Contender::new("true", Invocation::new(Path::new("true"), [""; 0])),
        ];
        if let Ok(yq) = &self.yq {
            contenders.push(Contender::new(format!("yq {} --version", yq.version), version(&yq.path)));
        }
        let summaries = interleave(&contenders, START_UP_ROUNDS)?;
        let mut rows = vec![Row::start_up(&summaries[0], &summaries[1])];
        rows.push(match &self.yq {
            Ok(_) => Row::faster(1.0, &summaries[0], &summaries[2]),
            Err(reason) => Row::skipped("hops --version : yq --version", reason),
        });
        Ok((summaries, rows))
    }

    fn against_reader_and_yq(&self, tree: &Tree) -> Result<Measured, Failure> {
        let reader = Invocation::new(&self.reader, [OsStr::new(READ_ALL), tree.root.as_os_str()]);
        let mut contenders = vec![
            Contender::new("dry run", self.dry_run(tree, Upgrade::Major)),
            Contender::new("dry run, all skipped", self.dry_run(tree, Upgrade::None)),
            Contender::new("read all YAML", reader),
        ];
        let yq = self.yq.as_ref().map_err(Clone::clone).and_then(|yq| yq_on(tree, yq));
        let yq_missing = yq.map(|pair| contenders.extend(pair)).err();
        let summaries = interleave(&contenders, DRY_RUN_ROUNDS)?;

        let [ours, all_skipped, reader, yq @ ..] = summaries.as_slice() else {
            return Ok((summaries, Vec::new()));
        };
        let mut rows = vec![Row::at_most(3.0, ours, reader), Row::at_most(3.0, all_skipped, reader)];
        rows.extend([Row::peak(40, ours), Row::peak(40, all_skipped)]);
        match (yq, yq_missing) {
            ([in_place, to_stdout], _) => {
                rows.extend([Row::faster(6.0, ours, in_place), Row::for_information(ours, to_stdout)]);
            }
            (_, reason) => rows.push(Row::skipped("dry run : yq -i", &reason.unwrap_or_default())),
        }
        Ok((summaries, rows))
    }

    fn against_openrewrite(&self, tree: &Tree) -> Result<Measured, Failure> {
        let peers = self.openrewrite.as_ref().map_err(Clone::clone).and_then(|peer| openrewrite_on(tree, peer));
        let [default, tuned] = match peers {
            Ok(peers) => peers,
            Err(reason) => {
                return Ok((Vec::new(), vec![Row::skipped("dry run : OpenRewrite", &reason)]));
            }
        };
        let contenders = [Contender::new("dry run", self.dry_run(tree, Upgrade::Major)), default, tuned];
        let summaries = interleave(&contenders, SLOW_ROUNDS)?;
        let rows =
            vec![Row::faster(40.0, &summaries[0], &summaries[1]), Row::for_information(&summaries[0], &summaries[2])];
        Ok((summaries, rows))
    }

    fn dry_run(&self, tree: &Tree, upgrade: Upgrade) -> Invocation {
        let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes/chartref.rhai");
        let job = [OsStr::new("-C"), tree.root.as_os_str(), "run".as_ref(), recipe.as_os_str(), "--dry-run".as_ref()];
        let parameters: &[&str] = match upgrade {
            Upgrade::None => &[],
            Upgrade::Major => &["-p", "upgrade=major"],
        };
        Invocation::new(&self.hops, job.into_iter().chain(parameters.iter().map(OsStr::new)))
    }

    /// Checks that hops moves every release when the jump is allowed, and none by default.
    fn check(&self, tree: &Tree) -> Result<(), String> {
        let shown = self.dry_run(tree, Upgrade::Major).output().map_err(|err| err.to_string())?;
        tree.check("hops", &Work::of_diff(&shown))?;
        let shown = self.dry_run(tree, Upgrade::None).output().map_err(|err| err.to_string())?;
        if Work::of_diff(&shown).is_empty() { Ok(()) } else { Err("hops changes files by default".to_owned()) }
    }
}

/// The chart jump that the dry run allows; the tree's releases are a major version behind their new source.
#[derive(Clone, Copy)]
enum Upgrade {
    None,
    Major,
}

/// yq editing the release files: in place, which takes a process per file, and in one process that only prints.
fn yq_on<'a>(tree: &'a Tree, yq: &Peer) -> Result<[Contender<'a>; 2], String> {
    let edit = |path: &String| Invocation::new(&yq.path, ["-i", YQ_EDIT, path]).in_folder(&tree.copy);
    let in_place = Contender::of_many("yq -i", tree.releases.iter().map(edit).collect());
    let in_place = in_place.prepared_by(|| tree.restore_copy());
    in_place.rehearse().map_err(|err| err.to_string())?;
    tree.check("yq", &tree.work_in_copy().map_err(|err| err.to_string())?)?;

    let arguments = [YQ_EDIT].into_iter().chain(tree.releases.iter().map(String::as_str));
    let to_stdout = Invocation::new(&yq.path, arguments).in_folder(&tree.root);
    Ok([in_place, Contender::new("yq, one process, writes nothing", to_stdout)])
}

/// OpenRewrite on the whole tree, with the JVM as it comes and with flags that suit a short process.
fn openrewrite_on<'a>(tree: &Tree, peer: &Peer) -> Result<[Contender<'a>; 2], String> {
    let java = |flags: &[&str], end: &[&str]| {
        let jar = ["-jar".as_ref(), peer.path.as_os_str(), tree.root.as_os_str()];
        let flags = flags.iter().map(OsStr::new);
        Invocation::new(Path::new("java"), flags.chain(jar).chain(end.iter().map(OsStr::new)))
    };
    let shown = java(&[], &["--diff"]).output().map_err(|err| err.to_string())?;
    tree.check("OpenRewrite", &Work::of_diff(&shown))?;
    let tuned = java(&["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"], &[]);
    let label = format!("OpenRewrite {}", peer.version);
    Ok([Contender::new(label.clone(), java(&[], &[])), Contender::new(format!("{label}, JVM tuned"), tuned)])
}
