//! Tools that hops is compared with: found, or built once into a cache folder.
//!
//! A peer that cannot be had is not an error but a reason, which the table shows. `benches/peers/README.md` says what
//! each of them does and why the comparison is fair.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::measure::Invocation;

/// The version of yq that is built when none is found.
const YQ: &str = "v4.53.6";

/// A peer that is ready to run.
pub struct Peer {
    /// Its program, or its jar.
    pub path: PathBuf,
    /// Its version.
    pub version: String,
}

/// Where peers are built: `HOPS_BENCH_CACHE`, or a folder beside cargo's own output.
pub fn cache() -> PathBuf {
    match env::var_os("HOPS_BENCH_CACHE") {
        Some(folder) => Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-peers"),
    }
}

/// Finds mikefarah's yq on the search path or in the cache, or builds it.
///
/// Every `yq` on the path is asked for its version, because an unrelated program has the same name.
pub fn yq(cache: &Path) -> Result<Peer, String> {
    let folder = cache.join("bin");
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join("yq")).find_map(|program| yq_at(&program));
    if let Some(peer) = found.or_else(|| yq_at(&folder.join("yq")).filter(|peer| peer.version == YQ)) {
        return Ok(peer);
    }
    let mut install = Command::new("go");
    install.arg("install").arg(format!("github.com/mikefarah/yq/v4@{YQ}")).env("GOBIN", &folder);
    build("yq", &mut install)?;
    yq_at(&folder.join("yq")).ok_or_else(|| "`go install` built no working yq".to_owned())
}

fn yq_at(program: &Path) -> Option<Peer> {
    let answer = Invocation::new(program, ["--version"]).output().ok()?;
    let version = answer.rsplit(' ').next()?.trim();
    let is_it = answer.contains("mikefarah") && version.starts_with("v4.");
    is_it.then(|| Peer { path: program.to_path_buf(), version: version.to_owned() })
}

/// Builds the OpenRewrite program with Maven, unless the cache holds it newer than its sources.
pub fn openrewrite(cache: &Path) -> Result<Peer, String> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/openrewrite");
    let pom = project.join("pom.xml");
    let version = fs::read_to_string(&pom).ok().as_deref().and_then(rewrite_version).ok_or("no version in its pom")?;
    Invocation::new(Path::new("java"), ["-version"]).output().map_err(|err| err.to_string())?;

    let folder = cache.join("openrewrite");
    let jar = folder.join("peer.jar");
    let sources = ["ChartRef.java", "Main.java"].map(|name| project.join("src/main/java/peer").join(name));
    let newest = sources.iter().chain([&pom]).filter_map(|path| changed(path)).max();
    if changed(&jar) < newest {
        let mut package = Command::new("mvn");
        package
            .args(["-q", "-B", "-Dstyle.color=never", "package"])
            .arg(format!("-Dpeer.out={}", folder.display()))
            .current_dir(&project);
        build("OpenRewrite", &mut package)?;
    }
    Ok(Peer { path: jar, version })
}

fn rewrite_version(pom: &str) -> Option<String> {
    let (_, rest) = pom.split_once("<rewrite.version>")?;
    rest.split_once('<').map(|(version, _)| version.to_owned())
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|facts| facts.modified()).ok()
}

fn build(name: &str, command: &mut Command) -> Result<(), String> {
    let tool = command.get_program().display().to_string();
    eprintln!("building {name} with {tool} (once)");
    let output = command.stdin(Stdio::null()).output().map_err(|err| format!("`{tool}` does not start: {err}"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    let line = words.lines().find(|line| line.contains("ERROR"));
    let cause = line.or(words.lines().last()).unwrap_or("no words");
    Err(format!("`{tool}` ended with {}: {cause}", output.status))
}
