//! Outcomes of a breaker's calls, bounded by count and by time.
//! Must never count a failure once it is as old as the period.

use std::collections::VecDeque;

/// The largest `failureThreshold`; more stamps than that decide nothing.
pub const FAILURES_MAX: usize = 1000;
/// How many of the latest results the failure rate looks at, unless `minimumRequests` asks for more.
pub const RESULTS_MAX: usize = 128;

/// Failures are kept apart from the latest results: a busy origin's successes must not push a failure out before its
/// time, as the failure count ages by time alone.
#[derive(Clone, Debug, Default)]
pub struct OutcomeWindow {
    failures: VecDeque<u64>,
    /// `stamp << 1 | failed`: half the memory of a pair.
    results: VecDeque<u64>,
    failed_results: u32,
}

impl OutcomeWindow {
    pub fn record(&mut self, now_us: u64, failed: bool, period_us: u64, results_max: usize) {
        self.prune(now_us, period_us);
        while self.results.len() >= results_max.max(1) {
            self.drop_oldest_result();
        }
        self.results.push_back(now_us << 1 | u64::from(failed));
        if failed {
            self.failed_results += 1;
            if self.failures.len() >= FAILURES_MAX {
                self.failures.pop_front();
            }
            self.failures.push_back(now_us);
        }
    }

    /// Forgets what is out of the window at `now`: a result of time t counts while now < t + period.
    pub fn prune(&mut self, now_us: u64, period_us: u64) {
        while self.failures.front().is_some_and(|at| now_us >= at.saturating_add(period_us)) {
            self.failures.pop_front();
        }
        while self.results.front().is_some_and(|result| now_us >= (result >> 1).saturating_add(period_us)) {
            self.drop_oldest_result();
        }
    }

    pub fn clear(&mut self) {
        self.failures.clear();
        self.results.clear();
        self.failed_results = 0;
    }

    pub fn failures(&self) -> u32 {
        self.failures.len() as u32
    }

    pub fn results(&self) -> u32 {
        self.results.len() as u32
    }

    pub fn failed_results(&self) -> u32 {
        self.failed_results
    }

    /// Failed share of the latest results, 0 if there are none.
    pub fn failure_rate(&self) -> f64 {
        if self.results.is_empty() { 0.0 } else { f64::from(self.failed_results) / self.results.len() as f64 }
    }

    /// Stamps of the failures, oldest first.
    pub fn failure_stamps(&self) -> impl ExactSizeIterator<Item = u64> {
        self.failures.iter().copied()
    }

    /// Stamps and outcomes of the latest results, oldest first.
    pub fn result_stamps(&self) -> impl ExactSizeIterator<Item = (u64, bool)> {
        self.results.iter().map(|result| (result >> 1, result & 1 == 1))
    }

    /// A window as it was saved, oldest first; `None`: out of order, so that stamps would never age out.
    pub fn restored(failures: Vec<u64>, results: Vec<(u64, bool)>) -> Option<Self> {
        if !failures.is_sorted() || !results.is_sorted_by_key(|(at, _)| *at) {
            return None;
        }
        let failed_results = results.iter().filter(|(_, failed)| *failed).count() as u32;
        Some(OutcomeWindow {
            failures: failures.into(),
            results: results.into_iter().map(|(at, failed)| at << 1 | u64::from(failed)).collect(),
            failed_results,
        })
    }

    fn drop_oldest_result(&mut self) {
        if let Some(result) = self.results.pop_front() {
            self.failed_results = self.failed_results.saturating_sub((result & 1) as u32);
        }
    }
}
