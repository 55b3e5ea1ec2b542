//! Health from figures that others measured: checks against thresholds, one status, readiness, liveness.
//! Must never change what it looks at: two calls in a row say the same.

use crate::breaker::{OverallStatus, State};
use crate::number::{push_scaled, push_u64};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckStatus {
    Pass,
    Warn,
    Fail,
}

impl CheckStatus {
    pub const fn text(self) -> &'static str {
        match self {
            CheckStatus::Pass => "pass",
            CheckStatus::Warn => "warn",
            CheckStatus::Fail => "fail",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthStatus {
    Healthy,
    Degraded,
    Unhealthy,
}

impl HealthStatus {
    pub const ALL: [HealthStatus; 3] = [HealthStatus::Healthy, HealthStatus::Degraded, HealthStatus::Unhealthy];

    pub const fn text(self) -> &'static str {
        match self {
            HealthStatus::Healthy => "healthy",
            HealthStatus::Degraded => "degraded",
            HealthStatus::Unhealthy => "unhealthy",
        }
    }

    /// The worst check decides.
    pub fn of(checks: &[Check]) -> Self {
        match checks.iter().map(|check| check.status).max() {
            Some(CheckStatus::Fail) => HealthStatus::Unhealthy,
            Some(CheckStatus::Warn) => HealthStatus::Degraded,
            Some(CheckStatus::Pass) | None => HealthStatus::Healthy,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Shares of the memory limit.
    pub memory_warn: f64,
    pub memory_fail: f64,
    pub lag_warn_ms: f64,
    pub lag_fail_ms: f64,
    /// Shares of the operations of the last five minutes.
    pub error_warn: f64,
    pub error_fail: f64,
    pub min_requests: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            memory_warn: 0.8,
            memory_fail: 0.9,
            lag_warn_ms: 100.0,
            lag_fail_ms: 500.0,
            error_warn: 0.05,
            error_fail: 0.1,
            min_requests: 10,
        }
    }
}

const BUSY_WARN: f64 = 0.8;
const BUSY_FAIL: f64 = 0.95;
/// Whoever has just started has done nothing but work.
const BUSY_UPTIME_MIN_US: u64 = 10_000_000;
const REFETCH_WARN: f64 = 0.1;
const REFETCH_FAIL: f64 = 0.5;
const REFETCH_MISSES_MIN: u64 = 20;
/// Keys that a message names.
const KEYS_NAMED_MAX: usize = 5;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Runtime {
    #[default]
    Running,
    /// The instance was re-created after a trap, less than a minute ago.
    Recovered,
    ShutDown,
}

/// What the checks look at, as measured by others.
#[derive(Clone, Debug, Default)]
pub struct Figures<'a> {
    /// `None`: not measurable here.
    pub live_bytes: Option<u64>,
    /// 0: there is no limit.
    pub limit_bytes: u64,
    /// `None`: not measurable here.
    pub lag_p99_ms: Option<f64>,
    pub uptime_us: u64,
    /// The last minute and the two before it.
    pub busy_ratios: [Option<f64>; 3],
    pub cache_entries: u64,
    pub cache_entries_max: u64,
    pub cache_bytes: u64,
    pub cache_bytes_max: u64,
    /// Of the last five minutes.
    pub misses: u64,
    pub refetches: u64,
    pub finished: u64,
    pub failed: u64,
    pub breakers: OverallStatus,
    /// Keys of breakers that are not closed.
    pub open_keys: Vec<&'a str>,
    pub runtime: Runtime,
    /// Items of the self-check that the host lacks.
    pub missing: Vec<&'a str>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub name: &'static str,
    pub status: CheckStatus,
    pub message: String,
    pub observed: Option<f64>,
    pub limit: Option<f64>,
}

type Examine = fn(&Figures, &Thresholds) -> Check;

/// All checks, in the order they are shown. One by one, so that each can be timed.
pub const CHECKS: [Examine; 6] = [memory, cpu, cache, errors, circuit_breakers, runtime];

pub fn examine(figures: &Figures, thresholds: &Thresholds) -> Vec<Check> {
    CHECKS.iter().map(|check| check(figures, thresholds)).collect()
}

/// Why no traffic should be sent here; empty: ready. `required`: breakers of origins without which nothing works.
pub fn unready_reasons<'a>(
    is_initialised: bool,
    runtime: Runtime,
    required: impl Iterator<Item = (&'a str, State)>,
) -> Vec<String> {
    let mut reasons = Vec::new();
    if !is_initialised {
        reasons.push("not initialised".to_owned());
    }
    if runtime == Runtime::ShutDown {
        reasons.push("shut down".to_owned());
    }
    for (key, _) in required.filter(|(_, state)| *state == State::Open) {
        let mut reason = String::from("circuit breaker open: ");
        reason.push_str(key);
        reasons.push(reason);
    }
    reasons
}

fn memory(figures: &Figures, thresholds: &Thresholds) -> Check {
    let Some(live_bytes) = figures.live_bytes else {
        return passed("memory", "not measurable on this host".to_owned());
    };
    let mut message = String::new();
    push_mib(&mut message, live_bytes);
    if figures.limit_bytes == 0 {
        message.push_str(" MiB live, no limit");
        return passed("memory", message);
    }
    message.push_str(" MiB of ");
    push_mib(&mut message, figures.limit_bytes);
    message.push_str(" MiB live");
    let share = live_bytes as f64 / figures.limit_bytes as f64;
    judged("memory", message, share, thresholds.memory_warn, thresholds.memory_fail)
}

fn cpu(figures: &Figures, thresholds: &Thresholds) -> Check {
    let [busy, ..] = figures.busy_ratios;
    if figures.lag_p99_ms.is_none() && busy.is_none() {
        return passed("cpu", "not measurable on this host".to_owned());
    }
    let mut message = String::new();
    if let Some(lag) = figures.lag_p99_ms {
        message.push_str("event-loop lag p99 ");
        push_tenths(&mut message, lag);
        message.push_str(" ms");
    }
    if let Some(busy) = busy {
        message.push_str(if message.is_empty() { "busy " } else { ", busy " });
        push_tenths(&mut message, busy * 100.0);
        message.push_str(" %");
    }
    let lag = figures.lag_p99_ms.unwrap_or(0.0);
    let is_busy_for_long = figures.busy_ratios.iter().all(|ratio| ratio.is_some_and(|ratio| ratio > BUSY_FAIL));
    let mut check = judged("cpu", message, lag, thresholds.lag_warn_ms, thresholds.lag_fail_ms);
    if is_busy_for_long {
        check.status = CheckStatus::Fail;
    } else if figures.uptime_us >= BUSY_UPTIME_MIN_US && busy.is_some_and(|busy| busy > BUSY_WARN) {
        check.status = check.status.max(CheckStatus::Warn);
    }
    check
}

/// A full cache is as it should be; one that fetches again what it has just thrown out is too small.
fn cache(figures: &Figures, _: &Thresholds) -> Check {
    let mut message = String::new();
    push_u64(&mut message, figures.cache_entries);
    message.push_str(" of ");
    push_u64(&mut message, figures.cache_entries_max);
    message.push_str(" entries, ");
    push_mib(&mut message, figures.cache_bytes);
    message.push_str(" of ");
    push_mib(&mut message, figures.cache_bytes_max);
    message.push_str(" MiB");
    if figures.misses < REFETCH_MISSES_MIN {
        return passed("cache", message);
    }
    let share = figures.refetches as f64 / figures.misses as f64;
    if share > REFETCH_WARN {
        message.push_str(", ");
        push_tenths(&mut message, share * 100.0);
        message.push_str(" % of misses were evicted shortly before");
    }
    judged("cache", message, share, REFETCH_WARN, REFETCH_FAIL)
}

fn errors(figures: &Figures, thresholds: &Thresholds) -> Check {
    let mut message = String::new();
    if figures.finished < thresholds.min_requests.max(1) {
        push_u64(&mut message, figures.failed);
        message.push_str(" of ");
        push_u64(&mut message, figures.finished);
        message.push_str(" operations failed, too few to judge");
        return passed("errors", message);
    }
    let share = figures.failed as f64 / figures.finished as f64;
    push_fixed(&mut message, (share * 10_000.0 + 0.5) as u64, 2);
    message.push_str("% (");
    push_u64(&mut message, figures.failed);
    message.push('/');
    push_u64(&mut message, figures.finished);
    message.push(')');
    judged("errors", message, share, thresholds.error_warn, thresholds.error_fail)
}

fn circuit_breakers(figures: &Figures, _: &Thresholds) -> Check {
    let OverallStatus { total, open, half_open, .. } = figures.breakers;
    let not_closed = open + half_open;
    if not_closed == 0 {
        let mut message = String::new();
        push_u64(&mut message, u64::from(total));
        message.push_str(" closed");
        return passed("circuitBreakers", message);
    }
    let mut message = String::new();
    push_u64(&mut message, u64::from(open));
    message.push_str(" of ");
    push_u64(&mut message, u64::from(total));
    message.push_str(" open");
    if half_open > 0 {
        message.push_str(", ");
        push_u64(&mut message, u64::from(half_open));
        message.push_str(" half-open");
    }
    for (index, key) in figures.open_keys.iter().take(KEYS_NAMED_MAX).enumerate() {
        message.push_str(if index == 0 { ": " } else { ", " });
        message.push_str(key);
    }
    if figures.open_keys.len() > KEYS_NAMED_MAX {
        message.push_str(", ...");
    }
    let status = if total >= 2 && open == total { CheckStatus::Fail } else { CheckStatus::Warn };
    Check {
        name: "circuitBreakers",
        status,
        message,
        observed: Some(f64::from(not_closed)),
        limit: Some(f64::from(total)),
    }
}

fn runtime(figures: &Figures, _: &Thresholds) -> Check {
    let (status, text) = match figures.runtime {
        Runtime::ShutDown => (CheckStatus::Fail, "shut down"),
        Runtime::Recovered => (CheckStatus::Warn, "instance re-created after a trap"),
        Runtime::Running if !figures.missing.is_empty() => (CheckStatus::Warn, "missing: "),
        Runtime::Running => (CheckStatus::Pass, "ok"),
    };
    let mut message = text.to_owned();
    if message.ends_with(": ") {
        message.push_str(&figures.missing.join(", "));
    }
    Check { name: "runtime", status, message, observed: None, limit: None }
}

fn passed(name: &'static str, message: String) -> Check {
    Check { name, status: CheckStatus::Pass, message, observed: None, limit: None }
}

/// Above, not at, a threshold.
fn judged(name: &'static str, message: String, observed: f64, warn: f64, fail: f64) -> Check {
    let (status, limit) = if observed > fail {
        (CheckStatus::Fail, fail)
    } else if observed > warn {
        (CheckStatus::Warn, warn)
    } else {
        (CheckStatus::Pass, warn)
    };
    Check { name, status, message, observed: Some(observed), limit: Some(limit) }
}

fn push_mib(out: &mut String, bytes: u64) {
    push_fixed(out, bytes.saturating_mul(10).saturating_add(1 << 19) >> 20, 1);
}

fn push_tenths(out: &mut String, value: f64) {
    push_fixed(out, (value * 10.0 + 0.5) as u64, 1);
}

/// With all its decimals, unlike [`push_scaled`]: columns of figures read better.
fn push_fixed(out: &mut String, value: u64, places: usize) {
    let start = out.len();
    push_scaled(out, value, places as u32);
    let point = out.get(start..).and_then(|text| text.find('.'));
    let decimals = point.map_or(0, |point| out.len() - start - point - 1);
    if point.is_none() && places > 0 {
        out.push('.');
    }
    (decimals..places).for_each(|_| out.push('0'));
}
