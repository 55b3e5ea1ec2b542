//! Runs the stages of a command one after the other and keeps their counts and times.
//! It must never let one stage hide another: every stage runs, and a stage that broke without
//! a count is itself one failure.

use std::time::{Duration, Instant};

use crate::counts::Counts;

/// What a stage reports: tests counted so far, and what went wrong besides.
#[derive(Default)]
pub struct Outcome {
    pub counts: Counts,
    pub faults: Vec<String>,
}

impl Outcome {
    /// Takes in one run of a test program that ended with `fault`, if any, after `counts`.
    pub fn add(&mut self, what: &str, counts: Counts, fault: Option<String>) {
        self.counts += counts;
        match fault {
            // Failed tests already are in the count; anything else would go unseen.
            Some(fault) if counts.failed == 0 => self.faults.push(format!("{what}: {fault}")),
            None if counts.total() == 0 => self.faults.push(format!("{what}: no test was executed")),
            _ => {}
        }
    }
}

struct Stage {
    name: String,
    outcome: Outcome,
    took: Duration,
}

impl Stage {
    fn failed(&self) -> u64 {
        self.outcome.counts.failed.saturating_add(self.outcome.faults.len() as u64)
    }
}

pub struct Ledger {
    stages: Vec<Stage>,
    begun: Instant,
}

impl Ledger {
    pub fn new() -> Self {
        Self { stages: Vec::new(), begun: Instant::now() }
    }

    /// Runs a stage that counts tests.
    pub fn tests(&mut self, name: &str, stage: impl FnOnce() -> Result<Outcome, String>) {
        println!("\n== {name}");
        let begun = Instant::now();
        let outcome = stage().unwrap_or_else(|fault| Outcome { counts: Counts::default(), faults: vec![fault] });
        for fault in &outcome.faults {
            println!("fault: {fault}");
        }
        let took = begun.elapsed();
        println!("== {name}: {:.1} s", took.as_secs_f64());
        self.stages.push(Stage { name: name.to_owned(), outcome, took });
    }

    /// Runs a stage that has no tests to count and gives something to later stages.
    pub fn step<T>(&mut self, name: &str, stage: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        let mut made = Err(format!("the stage `{name}` failed"));
        self.tests(name, || {
            made = Ok(stage()?);
            Ok(Outcome::default())
        });
        made
    }

    /// Name, passed, failed and seconds of each stage so far.
    pub fn rows(&self) -> impl Iterator<Item = (&str, u64, u64, f64)> {
        self.stages
            .iter()
            .map(|stage| (stage.name.as_str(), stage.outcome.counts.passed, stage.failed(), stage.took.as_secs_f64()))
    }

    /// For commands that test nothing: prints the faults alone; true when there is none.
    pub fn close_without_counts(self) -> bool {
        self.stages.iter().all(|stage| stage.failed() == 0)
    }

    /// Prints every stage and the closing line; true when nothing failed.
    pub fn close(self) -> bool {
        let mut sum = Counts::default();
        println!("\n{:<34} {:>7} {:>7} {:>9}", "stage", "passed", "failed", "seconds");
        for stage in &self.stages {
            let Counts { passed, .. } = stage.outcome.counts;
            let (name, seconds) = (&stage.name, stage.took.as_secs_f64());
            println!("{name:<34} {passed:>7} {:>7} {seconds:>9.1}", stage.failed());
            sum += Counts { passed, failed: stage.failed() };
        }
        for stage in &self.stages {
            for fault in &stage.outcome.faults {
                println!("fault in {}: {fault}", stage.name);
            }
        }
        println!("all stages took {:.1} s", self.begun.elapsed().as_secs_f64());
        println!("{} passed, {} failed", sum.passed, sum.failed);
        sum.failed == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_stage_is_one_failure_and_hides_nothing() {
        let mut ledger = Ledger::new();
        ledger.tests("breaks", || Err("broken".to_owned()));
        let given: Result<u8, String> = ledger.step("gives", || Ok(5));
        ledger.tests("counts", || {
            let counts = Counts { passed: 2, failed: 0 };
            Ok(Outcome { counts, faults: Vec::new() })
        });
        assert_eq!(given, Ok(5));
        let failed: Vec<u64> = ledger.stages.iter().map(Stage::failed).collect();
        assert_eq!(failed, [1, 0, 0]);
        assert!(!ledger.close());
    }

    #[test]
    fn a_run_without_tests_is_a_fault_and_failed_tests_count_once() {
        let mut outcome = Outcome::default();
        outcome.add("empty", Counts::default(), None);
        outcome.add("red", Counts { passed: 1, failed: 2 }, Some("ended with 1".to_owned()));
        outcome.add("died", Counts { passed: 1, failed: 0 }, Some("ended with 101".to_owned()));
        assert_eq!(outcome.counts, Counts { passed: 2, failed: 2 });
        assert_eq!(outcome.faults.len(), 2);
    }
}
