//! What the system shows to scrapers: one table of families over metrics, breakers and health.
//! Must never keep figures of its own.

use crate::breaker::{BreakerStatus, Breakers, OverallStatus, State, Totals};
use crate::exposition::{Exposition, Kind, LabelText, NameError, Number, TextFormat};
use crate::health::HealthStatus;
use crate::metrics::{Counter, Live, LoadOutcome, Metrics, Operation};

pub const DEFAULT_PREFIX: &str = "somon_script";
/// Breakers with series of their own; the rest is summed.
const KEYS_MAX: usize = 200;
const OTHER: &str = "other";

#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub version: &'a str,
    pub host: &'a str,
    pub started_epoch_ms: u64,
    pub health: HealthStatus,
    pub live: &'a Live,
}

pub fn render(
    format: TextFormat,
    prefix: &str,
    metrics: &mut Metrics,
    breakers: &mut Breakers,
    facts: &Facts,
    now_us: u64,
) -> Result<String, NameError> {
    let started_us = facts.started_epoch_ms.saturating_mul(1000);
    let until_us = started_us.saturating_add(metrics.uptime_us(now_us));
    let mut page = Exposition::new(format, prefix).at(started_us, until_us);
    system(&mut page, metrics, facts, now_us);
    loads(&mut page, metrics, facts);
    durations(&mut page, metrics);
    let overall = breakers.overall(now_us);
    circuit_breakers(&mut page, &shown_breakers(breakers, now_us), overall);
    page.finish()
}

fn system(page: &mut Exposition, metrics: &mut Metrics, facts: &Facts, now_us: u64) {
    page.family("build", Kind::Info, "Version of the package and the host it runs on.");
    page.sample(&[("version", facts.version), ("host", facts.host)], Number::Int(1));
    page.family("start_time_seconds", Kind::Gauge, "When the instance started, in seconds since 1970.");
    page.sample(&[], Number::Micros(facts.started_epoch_ms.saturating_mul(1000)));
    page.family("uptime_seconds", Kind::Gauge, "Time since the instance started.");
    page.sample(&[], Number::Micros(metrics.uptime_us(now_us)));
    page.family("health_status", Kind::Gauge, "1 for the status the system is in.");
    for status in HealthStatus::ALL {
        page.sample(&[("status", status.text())], Number::Int(u64::from(status == facts.health)));
    }
    let live = facts.live;
    for (name, help, bytes) in [
        ("memory_linear_bytes", "Size of the linear memory, which never shrinks.", live.linear_bytes),
        ("memory_live_bytes", "Bytes in use within the linear memory.", live.live_bytes),
    ] {
        if let Some(bytes) = bytes {
            gauge(page, name, help, bytes);
        }
    }
    gauge(page, "memory_limit_bytes", "Limit of the bytes in use.", live.memory_limit_bytes);
    if let [Some(busy), ..] = metrics.busy_ratios(now_us) {
        page.family("busy_ratio", Kind::Gauge, "Share of the last minute spent in calls.");
        page.sample(&[], Number::Float(busy));
    }
    page.family("operations", Kind::Counter, "Public operations started.");
    for (operation, counts) in Operation::ALL.iter().zip(&metrics.operations) {
        page.sample(&[("operation", operation.text())], Number::Int(counts.started));
    }
    page.family("operation_errors", Kind::Counter, "Public operations that failed.");
    for (operation, counts) in Operation::ALL.iter().zip(&metrics.operations) {
        page.sample(&[("operation", operation.text())], Number::Int(counts.failed));
    }
}

fn loads(page: &mut Exposition, metrics: &Metrics, facts: &Facts) {
    page.family("loads", Kind::Counter, "Loads by how they ended.");
    for outcome in LoadOutcome::ALL {
        page.sample(&[("outcome", outcome.text())], Number::Int(metrics.loads(outcome)));
    }
    if !metrics.load_errors.is_empty() {
        page.family("load_errors", Kind::Counter, "Failed loads by error code.");
        for (code, count) in &metrics.load_errors {
            page.sample(&[("code", code)], Number::Int(*count));
        }
    }
    let (live, count) = (facts.live, |counter| metrics.counter(counter));
    let fetched = metrics.loads(LoadOutcome::Fetched);
    counter(page, "modules_loaded", "Modules fetched and parsed.", fetched);
    gauge(page, "modules_cached", "Modules in the cache.", live.modules_in_cache);
    counter(page, "cache_hits", "Loads answered from the cache.", metrics.loads(LoadOutcome::Hit));
    counter(page, "cache_misses", "Loads the cache could not answer.", metrics.cache_misses());
    counter(page, "cache_evictions", "Entries pushed out of the cache.", count(Counter::CacheEvictions));
    let revalidations = metrics.loads(LoadOutcome::Revalidated);
    counter(page, "cache_revalidations", "Stale entries the origin confirmed.", revalidations);
    page.family("cache_hit_ratio", Kind::Gauge, "Share of loads answered from the cache, joined loads left out.");
    page.sample(&[], Number::Float(metrics.cache_hit_rate()));
    gauge(page, "cache_bytes", "Bytes charged to the cache.", live.cache_bytes);
    gauge(page, "cache_limit_bytes", "Limit of the bytes charged to the cache.", live.cache_limit_bytes);
    counter(page, "stale_served", "Stale copies given out since the origin failed.", count(Counter::StaleServed));
    counter(page, "retries", "Fetch attempts after the first.", count(Counter::Retries));
    counter(page, "timeouts", "Fetches and operations that ran out of time.", count(Counter::Timeouts));
    counter(page, "fetched_bytes", "Bytes of bodies received.", count(Counter::BytesFetched));
    gauge(page, "fetches_in_flight", "Fetches now open.", live.in_flight);
    counter(page, "compile_errors", "Modules compiled with errors.", count(Counter::CompileErrors));
    counter(page, "bundle_errors", "Bundles that failed.", count(Counter::BundleErrors));
}

fn durations(page: &mut Exposition, metrics: &Metrics) {
    page.family("load_duration_seconds", Kind::Histogram, "Duration of loads by how they ended.");
    for (outcome, buckets) in LoadOutcome::ALL.iter().zip(&metrics.load_buckets) {
        page.histogram(&[("outcome", outcome.text())], buckets);
    }
    page.family("compile_duration_seconds", Kind::Histogram, "Duration of compiling one module.");
    page.histogram(&[], &metrics.compile_buckets);
    page.family("bundle_duration_seconds", Kind::Histogram, "Duration of bundling, fetches included.");
    page.histogram(&[], &metrics.bundle_buckets);
    if metrics.lag_buckets.count() > 0 {
        page.family("event_loop_lag_seconds", Kind::Histogram, "How late a periodic timer was.");
        page.histogram(&[], &metrics.lag_buckets);
    }
}

/// The series of one key, or the sums of several.
#[derive(Default)]
struct Shown {
    key: String,
    totals: Totals,
    states: [u64; State::ALL.len()],
    failures: u64,
    results: u64,
    failed_results: u64,
}

impl Shown {
    fn add(&mut self, status: &BreakerStatus) {
        self.totals.trips += status.totals.trips;
        self.totals.rejected += status.totals.rejected;
        if let Some(count) = self.states.get_mut(status.state as usize) {
            *count += 1;
        }
        self.failures += u64::from(status.failures);
        self.results += u64::from(status.results);
        self.failed_results += u64::from(status.failed_results);
    }
}

/// The oldest keys keep series of their own, so that new ones do not push them in and out of the sums.
fn shown_breakers(breakers: &mut Breakers, now_us: u64) -> Vec<Shown> {
    let retired = breakers.retired_totals();
    let mut rest = Shown { key: OTHER.to_owned(), totals: retired, ..Shown::default() };
    let mut has_rest = retired != Totals::default();
    let all: Vec<(String, BreakerStatus)> =
        breakers.statuses(now_us).map(|(key, status)| (key.to_owned(), status)).collect();
    let newest = newest_shown(&all);
    let mut shown = Vec::with_capacity(all.len().min(KEYS_MAX) + 1);
    for (key, status) in all {
        if status.serial > newest || key == OTHER {
            rest.add(&status);
            has_rest = true;
        } else {
            let mut own = Shown { key, ..Shown::default() };
            own.add(&status);
            shown.push(own);
        }
    }
    if has_rest {
        shown.push(rest);
    }
    shown
}

/// The greatest serial of which no more than [`KEYS_MAX`] breakers are as old. Found by halving: sorting code is
/// large, and this runs once per page.
fn newest_shown(all: &[(String, BreakerStatus)]) -> u32 {
    if all.len() <= KEYS_MAX {
        return u32::MAX;
    }
    let (mut low, mut high) = (0, u32::MAX);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if all.iter().filter(|(_, status)| status.serial <= middle).count() <= KEYS_MAX {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

fn circuit_breakers<'s>(page: &mut Exposition, shown: &'s [Shown], overall: OverallStatus) {
    page.family("circuit_breakers", Kind::Gauge, "Circuit breakers by state.");
    let closed = overall.total - overall.open - overall.half_open;
    for (state, count) in State::ALL.iter().zip([closed, overall.open, overall.half_open]) {
        page.sample(&[("state", state.text())], Number::Int(u64::from(count)));
    }
    if shown.is_empty() {
        return;
    }
    let labels = |breaker: &'s Shown| (breaker, page.labels(&[("key", &breaker.key)]));
    let shown: Vec<(&Shown, LabelText)> = shown.iter().map(labels).collect();
    page.family("circuit_breaker_trips", Kind::Counter, "Transitions into open, forced ones excluded.");
    for (breaker, labels) in &shown {
        page.sample_with(labels, &[], Number::Int(breaker.totals.trips));
    }
    page.family("circuit_breaker_rejections", Kind::Counter, "Calls that were not admitted.");
    for (breaker, labels) in &shown {
        page.sample_with(labels, &[], Number::Int(breaker.totals.rejected));
    }
    page.family("circuit_breaker_state", Kind::Gauge, "1 for the state the circuit breaker is in.");
    for (breaker, labels) in &shown {
        for (state, count) in State::ALL.iter().zip(breaker.states) {
            page.sample_with(labels, &[("state", state.text())], Number::Int(count));
        }
    }
    page.family("circuit_breaker_window_failures", Kind::Gauge, "Failures within the monitoring period.");
    for (breaker, labels) in &shown {
        page.sample_with(labels, &[], Number::Int(breaker.failures));
    }
    page.family("circuit_breaker_failure_ratio", Kind::Gauge, "Failed share of the latest results.");
    for (breaker, labels) in &shown {
        let results = breaker.results.max(1) as f64;
        page.sample_with(labels, &[], Number::Float(breaker.failed_results as f64 / results));
    }
}

fn counter(page: &mut Exposition, name: &str, help: &str, value: u64) {
    page.family(name, Kind::Counter, help);
    page.sample(&[], Number::Int(value));
}

fn gauge(page: &mut Exposition, name: &str, help: &str, value: u64) {
    page.family(name, Kind::Gauge, help);
    page.sample(&[], Number::Int(value));
}
