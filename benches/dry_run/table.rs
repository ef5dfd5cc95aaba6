//! The two tables: what each contender used, and which bars hold.

use std::time::Duration;

use crate::measure::{Spread, Summary};

/// One line of the table of bars.
pub struct Row {
    measure: String,
    ours: String,
    peer: String,
    ratio: String,
    bar: String,
    holds: Option<bool>,
}

impl Row {
    /// Whether the row's bar is missed.
    pub fn is_missed(&self) -> bool {
        self.holds == Some(false)
    }

    /// Start-up against the cheapest process there is, by wall time: at most twice that plus 3 ms.
    pub fn start_up(ours: &Summary, least: &Summary) -> Self {
        let limit = 2 * least.wall.median + Duration::from_millis(3);
        let bar = format!("wall <= 2x + 3 ms = {}", ms(limit));
        Self::compare(ours, least, &Ratios::of(ours, least), "times").judged(bar, ours.wall.median <= limit)
    }

    /// At most `factor` times what the peer takes, in wall time and in CPU time.
    pub fn at_most(factor: f64, ours: &Summary, peer: &Summary) -> Self {
        let ratios = Ratios::of(ours, peer);
        let holds = ratios.wall <= factor && ratios.cpu <= factor;
        Self::compare(ours, peer, &ratios, "times").judged(format!("both <= {factor}x"), holds)
    }

    /// At least `factor` times faster than the peer, in wall time and in CPU time.
    pub fn faster(factor: f64, ours: &Summary, peer: &Summary) -> Self {
        let ratios = Ratios::of(peer, ours);
        let holds = ratios.wall >= factor && ratios.cpu >= factor;
        Self::compare(ours, peer, &ratios, "faster").judged(format!("both >= {factor}x"), holds)
    }

    /// How much faster than the peer, without a bar.
    pub fn for_information(ours: &Summary, peer: &Summary) -> Self {
        Self::compare(ours, peer, &Ratios::of(peer, ours), "faster")
    }

    /// Peak memory below a number of megabytes.
    pub fn peak(megabytes: u64, ours: &Summary) -> Self {
        let [peer, ratio] = [const { String::new() }; 2];
        let (measure, used) = (format!("{}: peak memory", ours.label), mb(ours.peak));
        let row = Self { measure, ours: used, peer, ratio, bar: String::new(), holds: None };
        row.judged(format!("< {megabytes} MB"), ours.peak < megabytes * 1_000_000)
    }

    /// A measure that was not taken, and why.
    pub fn skipped(measure: &str, reason: &str) -> Self {
        let [ours, ratio, bar] = [const { String::new() }; 3];
        Self { measure: measure.to_owned(), ours, peer: format!("skipped: {reason}"), ratio, bar, holds: None }
    }

    /// A measure that counts for nothing, because hops does not do the job that is compared.
    pub fn other_work(measure: &str, difference: &str) -> Self {
        Self { peer: format!("not compared: {difference}"), holds: Some(false), ..Self::skipped(measure, difference) }
    }

    fn compare(ours: &Summary, peer: &Summary, ratios: &Ratios, word: &str) -> Self {
        Self {
            measure: format!("{} : {}", ours.label, peer.label),
            ours: times(ours),
            peer: times(peer),
            ratio: format!("{:.1}x, {:.1}x {word}", ratios.wall, ratios.cpu),
            bar: "none".to_owned(),
            holds: None,
        }
    }

    fn judged(self, bar: String, holds: bool) -> Self {
        Self { bar, holds: Some(holds), ..self }
    }

    fn cells(&self) -> Vec<String> {
        let holds = match self.holds {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "-",
        };
        [&self.measure, &self.ours, &self.peer, &self.ratio, &self.bar, holds].map(ToString::to_string).to_vec()
    }
}

struct Ratios {
    wall: f64,
    cpu: f64,
}

impl Ratios {
    fn of(above: &Summary, below: &Summary) -> Self {
        let of = |above: Spread, below: Spread| above.median.as_secs_f64() / below.median.as_secs_f64();
        Self { wall: of(above.wall, below.wall), cpu: of(above.cpu, below.cpu) }
    }
}

/// The table of what each contender used, in milliseconds and megabytes.
pub fn usage(summaries: &[Summary]) -> String {
    let head = ["process", "rounds", "wall ms: median (min..max)", "CPU ms: median (min..max)", "peak memory"];
    let lines = summaries.iter().map(|summary| {
        let [wall, cpu] = [summary.wall, summary.cpu].map(spread);
        vec![summary.label.clone(), summary.rounds.to_string(), wall, cpu, mb(summary.peak)]
    });
    aligned(&head, lines)
}

/// The table of bars.
pub fn bars(rows: &[Row]) -> String {
    let head = ["measure", "hops (wall, CPU)", "peer (wall, CPU)", "ratio (wall, CPU)", "bar", "holds"];
    aligned(&head, rows.iter().map(Row::cells))
}

fn aligned(head: &[&str], lines: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = vec![head.iter().map(ToString::to_string).collect::<Vec<_>>()];
    table.extend(lines);
    let width = |column: usize| table.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    table.insert(1, widths.iter().map(|&width| "-".repeat(width)).collect());
    let mut text = String::new();
    for line in table {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn times(summary: &Summary) -> String {
    format!("{}, {}", ms(summary.wall.median), ms(summary.cpu.median))
}

fn spread(times: Spread) -> String {
    let [min, median, max] = [times.min, times.median, times.max].map(number);
    format!("{median} ({min}..{max})")
}

fn ms(time: Duration) -> String {
    format!("{} ms", number(time))
}

fn number(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    if ms < 10.0 { format!("{ms:.2}") } else { format!("{ms:.1}") }
}

fn mb(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
