//! Whole processes, timed from the outside.
//!
//! Wall time runs from before the start of a process to after its end. CPU time (user and system) and peak memory are
//! what the kernel charged to the process and to the children that it waited for; the peak of `true` is the floor of
//! this method, because a new process starts in the memory of the one that started it. A process that fails is an
//! error: a quick failure must not look like a quick tool.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::Failure;

/// One start of a program.
#[derive(Clone)]
pub struct Invocation {
    program: PathBuf,
    arguments: Vec<OsString>,
    folder: Option<PathBuf>,
}

impl Invocation {
    /// Names a program and its arguments.
    pub fn new<A: Into<OsString>>(program: &Path, arguments: impl IntoIterator<Item = A>) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Self { program: program.to_path_buf(), arguments, folder: None }
    }

    /// Sets the folder that it runs in.
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_path_buf());
        self
    }

    /// Runs it once, unmeasured, and returns what it printed to standard output.
    pub fn output(&self) -> Result<String, Failure> {
        let output = self.command().output().map_err(|err| self.cannot_start(&err))?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            return Err(format!("`{self}` ended with {}: {}", output.status, words.trim()).into());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env("NO_COLOR", "1").stdin(Stdio::null());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
    }

    fn sample(&self) -> Result<Sample, Failure> {
        let mut command = self.command();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let child = command.spawn().map_err(|err| self.cannot_start(&err))?;
        let used = child.wait4()?;
        let wall = start.elapsed();
        if !used.status.success() {
            return Err(format!("`{self}` ended with {}", used.status).into());
        }
        Ok(Sample { wall, cpu: used.rusage.utime + used.rusage.stime, peak: used.rusage.maxrss })
    }

    fn cannot_start(&self, err: &io::Error) -> Failure {
        format!("`{}` does not start: {err}", self.program.display()).into()
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.program.display())?;
        self.arguments.iter().try_for_each(|argument| write!(out, " {}", argument.display()))
    }
}

/// What runs, untimed, before each run of a contender.
type Preparation<'a> = Box<dyn Fn() -> io::Result<()> + 'a>;

/// One side of a comparison: a job of one or more processes, run one after the other.
pub struct Contender<'a> {
    label: String,
    invocations: Vec<Invocation>,
    preparation: Option<Preparation<'a>>,
}

impl<'a> Contender<'a> {
    /// A job of one process.
    pub fn new(label: impl Into<String>, invocation: Invocation) -> Self {
        Self::of_many(label, vec![invocation])
    }

    /// A job of several processes: their times are added up, without the gaps between them.
    pub fn of_many(label: impl Into<String>, invocations: Vec<Invocation>) -> Self {
        Self { label: label.into(), invocations, preparation: None }
    }

    /// Sets what runs, untimed, before each run.
    pub fn prepared_by(mut self, preparation: impl Fn() -> io::Result<()> + 'a) -> Self {
        self.preparation = Some(Box::new(preparation));
        self
    }

    /// Runs the job once, unmeasured.
    pub fn rehearse(&self) -> Result<(), Failure> {
        self.sample().map(drop)
    }

    fn sample(&self) -> Result<Sample, Failure> {
        if let Some(prepare) = &self.preparation {
            prepare()?;
        }
        let mut sum = Sample::default();
        for invocation in &self.invocations {
            let sample = invocation.sample()?;
            sum.wall += sample.wall;
            sum.cpu += sample.cpu;
            sum.peak = sum.peak.max(sample.peak);
        }
        Ok(sum)
    }
}

#[derive(Clone, Copy, Default)]
struct Sample {
    wall: Duration,
    cpu: Duration,
    peak: u64,
}

/// What a contender used over all rounds.
pub struct Summary {
    /// The contender's name.
    pub label: String,
    /// Measured rounds.
    pub rounds: usize,
    /// Elapsed time.
    pub wall: Spread,
    /// User and system time.
    pub cpu: Spread,
    /// The largest peak memory of any round, in bytes.
    pub peak: u64,
}

impl Summary {
    fn of(label: &str, samples: &[Sample]) -> Self {
        Self {
            label: label.to_owned(),
            rounds: samples.len(),
            wall: Spread::of(samples.iter().map(|sample| sample.wall)),
            cpu: Spread::of(samples.iter().map(|sample| sample.cpu)),
            peak: samples.iter().map(|sample| sample.peak).max().unwrap_or(0),
        }
    }
}

/// Median and extremes.
#[derive(Clone, Copy, Default)]
pub struct Spread {
    /// The shortest.
    pub min: Duration,
    /// The middle one.
    pub median: Duration,
    /// The longest.
    pub max: Duration,
}

impl Spread {
    fn of(times: impl Iterator<Item = Duration>) -> Self {
        let mut times: Vec<Duration> = times.collect();
        times.sort_unstable();
        match (times.first(), times.last()) {
            (Some(&min), Some(&max)) => Self { min, median: times[times.len() / 2], max },
            _ => Self::default(),
        }
    }
}

/// Runs the contenders in turn, A B C A B C, so that a change of the machine's mood meets all of them.
///
/// Two rounds before the measured ones warm the file cache; an odd number of rounds gives a true median.
pub fn interleave(contenders: &[Contender<'_>], rounds: usize) -> Result<Vec<Summary>, Failure> {
    const WARM_UP: usize = 2;
    let mut samples = vec![Vec::with_capacity(rounds); contenders.len()];
    for round in 0..WARM_UP + rounds {
        for (contender, samples) in contenders.iter().zip(&mut samples) {
            let sample = contender.sample()?;
            if round >= WARM_UP {
                samples.push(sample);
            }
        }
    }
    Ok(contenders.iter().zip(&samples).map(|(contender, samples)| Summary::of(&contender.label, samples)).collect())
}
