//! Options of circuit breakers: defaults, ranges, and what must hold between them.
//! Must never let a value through that would keep a breaker from opening or from closing.

use crate::backoff::ms_to_us;
use crate::config::{Options, SYSTEM, Value};
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
        BreakerOptions::read(&Options::new(&Value::Undefined, SYSTEM))
    }
}

/// A value that cannot be used, by the name the user gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionProblem {
    pub key: &'static str,
    pub message: &'static str,
}

impl BreakerOptions {
    /// From checked options of a system.
    pub fn read(options: &Options) -> Self {
        let integer = |name: &str| options.integer(&["circuitBreakers.", name].concat());
        let is_on = |name: &str| options.bool(&["circuitBreakers.", name].concat());
        BreakerOptions {
            failure_threshold: integer("failureThreshold") as u32,
            monitoring_period_ms: integer("monitoringPeriod"),
            failure_rate_threshold: match options.given("circuitBreakers.failureRateThreshold") {
                Some(Value::Number(rate)) => Some(*rate),
                _ => None,
            },
            minimum_requests: integer("minimumRequests") as u32,
            recovery_timeout_ms: integer("recoveryTimeout"),
            exponential_backoff: is_on("exponentialBackoff"),
            max_backoff_time_ms: integer("maxBackoffTime"),
            jitter_enabled: is_on("jitterEnabled"),
            half_open_max_calls: integer("halfOpenMaxCalls") as u32,
            success_threshold: integer("successThreshold") as u32,
            half_open_timeout_ms: integer("halfOpenTimeout"),
            max_breakers: integer("maxBreakers") as u32,
        }
    }

    /// What does not fit together; the table of keys has the range of each.
    pub fn problem(&self) -> Option<OptionProblem> {
        let is_right = self.max_backoff_time_ms >= self.recovery_timeout_ms;
        (!is_right).then_some(OptionProblem { key: "maxBackoffTime", message: "must not be below recoveryTimeout" })
    }

    pub(crate) fn period_us(&self) -> u64 {
        ms_to_us(self.monitoring_period_ms)
    }

    pub(crate) fn results_max(&self) -> usize {
        RESULTS_MAX.max(self.minimum_requests as usize)
    }
}

pub const BREAKERS_MAX: u32 = 1000;
