//! Faults on purpose: the process dies, or the disk is full, at one chosen boundary of a run.
//!
//! Every place where a run could be cut off calls [`Faults::point`]; the points are numbered in the order they are
//! reached. A test can so try each of them, one after the other, instead of hoping to hit one.

use std::io;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::{Signal, getpid, kill_process};

/// What happens at the chosen point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The process is killed, without a chance to clean up.
    Kill,
    /// The effect fails as if the disk were full.
    Fail,
}

/// The points that a run passes, and the fault that is due at one of them.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    due: Option<(Fault, usize)>,
    passed: Arc<AtomicUsize>,
}

impl Faults {
    /// Passes a point: counts it, and lets the fault happen when it is due here.
    pub(super) fn point(&self) -> io::Result<()> {
        let number = self.passed.fetch_add(1, Ordering::Relaxed) + 1;
        match self.due {
            Some((Fault::Kill, at)) if at == number => {
                kill_process(getpid(), Signal::KILL)?;
                loop {
                    std::thread::park();
                }
            }
            Some((Fault::Fail, at)) if at == number => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }

    /// How many points were passed.
    pub fn passed(&self) -> usize {
        self.passed.load(Ordering::Relaxed)
    }
}

impl FromStr for Faults {
    type Err = String;

    /// Reads `kill@N`, `fail@N`, or `count` for no fault at all.
    fn from_str(text: &str) -> Result<Faults, String> {
        let wrong = || format!("`{text}` is no fault; write kill@N, fail@N or count");
        if text == "count" {
            return Ok(Faults::default());
        }
        let (fault, at) = text.split_once('@').ok_or_else(wrong)?;
        let fault = match fault {
            "kill" => Fault::Kill,
            "fail" => Fault::Fail,
            _ => return Err(wrong()),
        };
        Ok(Faults { due: Some((fault, at.parse().map_err(|_| wrong())?)), passed: Arc::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fault_happens_at_its_point_and_at_no_other() {
        let faults: Faults = "fail@2".parse().unwrap();
        assert!(faults.point().is_ok());
        assert_eq!(faults.point().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(faults.point().is_ok());
        assert_eq!(faults.passed(), 3);
        assert!("kill@x".parse::<Faults>().is_err());
        assert!("burn@1".parse::<Faults>().is_err());
    }
}
