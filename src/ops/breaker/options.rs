//! Options of circuit breakers: defaults, ranges, and what must hold between them.
//! Must never let a value through that would keep a breaker from opening or from closing.

use crate::backoff::ms_to_us;
use crate::window::RESULTS_MAX;

#[derive(Clone, Debug, PartialEq)]
pub struct BreakerOptions {
    pub failure_threshold: u32,
    pub monitoring_period_ms: u64,
    /// Failed share of the results in the window that opens the breaker; `None`: only the count does.
    pub failure_rate_threshold: Option<f64>,
    /// Results the rate needs before it says anything.
    pub minimum_requests: u32,
    pub recovery_timeout_ms: u64,
    pub exponential_backoff: bool,
    pub max_backoff_time_ms: u64,
    pub jitter_enabled: bool,
    pub half_open_max_calls: u32,
    pub success_threshold: u32,
    pub half_open_timeout_ms: u64,
    pub max_breakers: u32,
}

impl Default for BreakerOptions {
    fn default() -> Self {
        BreakerOptions {
            failure_threshold: 5,
            monitoring_period_ms: 60_000,
            failure_rate_threshold: None,
            minimum_requests: 10,
            recovery_timeout_ms: 30_000,
            exponential_backoff: true,
            max_backoff_time_ms: 300_000,
            jitter_enabled: true,
            half_open_max_calls: 1,
            success_threshold: 3,
            half_open_timeout_ms: 30_000,
            max_breakers: 1000,
        }
    }
}

/// A value that cannot be used, by the name the user gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionProblem {
    pub key: &'static str,
    pub message: &'static str,
}

impl BreakerOptions {
    /// Every problem at once; nothing of a refused set may be applied.
    pub fn problems(&self) -> Vec<OptionProblem> {
        let mut problems = Vec::new();
        let mut check = |holds: bool, key, message| {
            if !holds {
                problems.push(OptionProblem { key, message });
            }
        };
        check(within(self.failure_threshold, 1, 1000), "failureThreshold", "must be an integer from 1 to 1000");
        check(
            (1000..=3_600_000).contains(&self.monitoring_period_ms),
            "monitoringPeriod",
            "must be from 1000 to 3600000 ms",
        );
        check(
            self.failure_rate_threshold.is_none_or(|rate| rate > 0.0 && rate <= 1.0),
            "failureRateThreshold",
            "must be above 0 and at most 1",
        );
        check(within(self.minimum_requests, 1, 1000), "minimumRequests", "must be an integer from 1 to 1000");
        check((10..=3_600_000).contains(&self.recovery_timeout_ms), "recoveryTimeout", "must be from 10 to 3600000 ms");
        check(
            self.max_backoff_time_ms >= self.recovery_timeout_ms,
            "maxBackoffTime",
            "must not be below recoveryTimeout",
        );
        check(self.max_backoff_time_ms <= BACKOFF_MS_MAX, "maxBackoffTime", "must be at most 86400000 ms");
        check(within(self.half_open_max_calls, 1, 100), "halfOpenMaxCalls", "must be an integer from 1 to 100");
        check(within(self.success_threshold, 1, 100), "successThreshold", "must be an integer from 1 to 100");
        check(
            (10..=3_600_000).contains(&self.half_open_timeout_ms),
            "halfOpenTimeout",
            "must be from 10 to 3600000 ms",
        );
        check(within(self.max_breakers, 1, BREAKERS_MAX), "maxBreakers", "must be an integer from 1 to 1000");
        problems
    }

    pub(crate) fn period_us(&self) -> u64 {
        ms_to_us(self.monitoring_period_ms)
    }

    pub(crate) fn results_max(&self) -> usize {
        RESULTS_MAX.max(self.minimum_requests as usize)
    }
}

pub const BREAKERS_MAX: u32 = 1000;
/// A day. Longer would mean that an origin is given up.
pub const BACKOFF_MS_MAX: u64 = 86_400_000;

fn within(value: u32, min: u32, max: u32) -> bool {
    (min..=max).contains(&value)
}
