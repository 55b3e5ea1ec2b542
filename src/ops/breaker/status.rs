//! What a breaker says about itself. Times are ages and waits, so that a changed system date changes nothing.
//! Must never alter a breaker.

use super::machine::{Breaker, State, Totals};
use crate::backoff::us_to_ms_up;

#[derive(Clone, Debug, PartialEq)]
pub struct BreakerStatus {
    pub healthy: bool,
    pub state: State,
    pub generation: u32,
    pub failure_rate: f64,
    pub failures: u32,
    /// Results the rate is made of, and how many of them failed.
    pub results: u32,
    pub failed_results: u32,
    /// While open: until the next trial, at least 1.
    pub retry_after_ms: Option<u64>,
    /// How long ago the last failure was.
    pub last_failure_age_ms: Option<u64>,
    pub trip_streak: u32,
    pub trials_in_flight: u32,
    pub forced: bool,
    pub totals: Totals,
    /// Rises with every breaker that is created.
    pub serial: u32,
}

impl BreakerStatus {
    /// Epoch ms of the next trial, 0 if none is due, from the system date as it is now.
    pub fn next_retry_epoch_ms(&self, wall_now_ms: u64) -> u64 {
        self.retry_after_ms.map_or(0, |wait| wall_now_ms.saturating_add(wait))
    }

    /// Epoch ms of the last failure, 0 if there was none.
    pub fn last_failure_epoch_ms(&self, wall_now_ms: u64) -> u64 {
        self.last_failure_age_ms.map_or(0, |age| wall_now_ms.saturating_sub(age))
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverallStatus {
    pub total: u32,
    pub healthy: u32,
    pub open: u32,
    pub half_open: u32,
}

impl OverallStatus {
    pub fn is_healthy(&self) -> bool {
        self.healthy == self.total
    }
}

pub(super) fn status_of(breaker: &Breaker, serial: u32, now_us: u64) -> BreakerStatus {
    let wait = (breaker.state == State::Open).then(|| us_to_ms_up(breaker.open_until_us.saturating_sub(now_us)).max(1));
    BreakerStatus {
        healthy: is_healthy(breaker),
        state: breaker.state,
        generation: breaker.generation,
        failure_rate: breaker.window.failure_rate(),
        failures: breaker.window.failures(),
        results: breaker.window.results(),
        failed_results: breaker.window.failed_results(),
        retry_after_ms: wait,
        last_failure_age_ms: breaker.last_failure_us.map(|at| now_us.saturating_sub(at) / 1000),
        trip_streak: breaker.trip_streak,
        trials_in_flight: breaker.trials.len() as u32,
        forced: breaker.forced,
        totals: breaker.totals,
        serial,
    }
}

/// With few results the rate says nothing.
pub(super) fn is_healthy(breaker: &Breaker) -> bool {
    breaker.state == State::Closed && (breaker.window.results() < 10 || breaker.window.failure_rate() < 0.1)
}
