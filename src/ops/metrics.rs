//! Counters and durations of a system, under the names users read them by.
//! Must never count one load twice, nor let a figure in that is no duration.

mod snapshot;

use crate::breaker::Totals;
use crate::buckets::{Buckets, duration_us};
use crate::histogram::{Histogram, SLICE_US, Summary};
use crate::recent::Recent;

/// How one load ended; each load is told once, at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadOutcome {
    Hit,
    Revalidated,
    Joined,
    Fetched,
    Error,
}

impl LoadOutcome {
    pub const ALL: [LoadOutcome; 5] =
        [LoadOutcome::Hit, LoadOutcome::Revalidated, LoadOutcome::Joined, LoadOutcome::Fetched, LoadOutcome::Error];

    pub const fn text(self) -> &'static str {
        match self {
            LoadOutcome::Hit => "hit",
            LoadOutcome::Revalidated => "revalidated",
            LoadOutcome::Joined => "joined",
            LoadOutcome::Fetched => "fetched",
            LoadOutcome::Error => "error",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    LoadModule,
    Compile,
    Bundle,
    Run,
}

impl Operation {
    pub const ALL: [Operation; 4] = [Operation::LoadModule, Operation::Compile, Operation::Bundle, Operation::Run];

    pub const fn text(self) -> &'static str {
        match self {
            Operation::LoadModule => "loadModule",
            Operation::Compile => "compile",
            Operation::Bundle => "bundle",
            Operation::Run => "run",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationEnd {
    Success,
    Failure,
    /// By the caller: finished, and nobody's failure.
    Aborted,
}

/// Plain counts. The order is that of [`Metrics::counters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    CacheEvictions,
    CompileErrors,
    BundleErrors,
    Retries,
    Timeouts,
    Aborts,
    BytesFetched,
    /// Stale copies given out since the origin failed.
    StaleServed,
    DroppedSamples,
}

const COUNTERS: usize = Counter::DroppedSamples as usize + 1;

/// Codes of load errors that are told apart; the rest is counted under `other`.
const CODES_MAX: usize = 64;
const LAG: &str = "eventLoop.lag";
const LAG_WINDOW: &str = "eventLoop.lag.window";
/// Slices of 5 s in a minute.
const MINUTE: u64 = 60_000_000 / SLICE_US;
const EVICTED_MAX: usize = 1024;
const REFETCH_US_MAX: u64 = 60_000_000;

#[derive(Clone, Copy)]
enum Lately {
    Finished,
    Failed,
    Misses,
    Refetches,
}

/// What others know at the moment of reading.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Live {
    /// Requests now open.
    pub in_flight: u64,
    pub modules_in_cache: u64,
    pub cache_bytes: u64,
    pub cache_limit_bytes: u64,
    /// `None`: not measurable here.
    pub linear_bytes: Option<u64>,
    pub live_bytes: Option<u64>,
    pub peak_live_bytes: Option<u64>,
    pub memory_limit_bytes: u64,
    pub js_heap_bytes: Option<u64>,
    /// Of all breakers that ever were.
    pub breakers: Totals,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OperationCounts {
    pub started: u64,
    pub finished: u64,
    pub failed: u64,
}

pub struct Metrics {
    enabled: bool,
    started_us: u64,
    clock_us: u64,
    reset_at_ms: Option<u64>,
    breakers_at_reset: Totals,
    pub(crate) loads: [u64; LoadOutcome::ALL.len()],
    pub(crate) load_errors: Vec<(&'static str, u64)>,
    pub(crate) operations: [OperationCounts; Operation::ALL.len()],
    counters: [u64; COUNTERS],
    load_latency: Histogram,
    cached_load_latency: Histogram,
    operation_latency: Histogram,
    compile_latency: Histogram,
    bundle_latency: Histogram,
    lag: Histogram,
    pub(crate) load_buckets: [Buckets; LoadOutcome::ALL.len()],
    pub(crate) compile_buckets: Buckets,
    pub(crate) bundle_buckets: Buckets,
    pub(crate) lag_buckets: Buckets,
    lately: Recent<4>,
    /// Microseconds spent in calls; `false` beside it until the host has measured any.
    busy: Recent<1>,
    is_busy_known: bool,
    longest_task_us: u64,
    /// Ids evicted lately and when, one place per hash: enough to notice that the cache is too small.
    evicted: Box<[(u64, u64)]>,
}

impl Metrics {
    pub fn new(now_us: u64) -> Self {
        Metrics {
            enabled: true,
            started_us: now_us,
            clock_us: now_us,
            reset_at_ms: None,
            breakers_at_reset: Totals::default(),
            loads: [0; LoadOutcome::ALL.len()],
            load_errors: Vec::new(),
            operations: [OperationCounts::default(); Operation::ALL.len()],
            counters: [0; COUNTERS],
            load_latency: Histogram::default(),
            cached_load_latency: Histogram::default(),
            operation_latency: Histogram::default(),
            compile_latency: Histogram::default(),
            bundle_latency: Histogram::default(),
            lag: Histogram::default(),
            load_buckets: [Buckets::default(); LoadOutcome::ALL.len()],
            compile_buckets: Buckets::default(),
            bundle_buckets: Buckets::default(),
            lag_buckets: Buckets::default(),
            lately: Recent::default(),
            busy: Recent::default(),
            is_busy_known: false,
            longest_task_us: 0,
            evicted: vec![(0, 0); EVICTED_MAX].into(),
        }
    }

    /// Uptime counts from here.
    pub fn begin(&mut self, now_us: u64) {
        self.started_us = self.tick(now_us);
    }

    /// Off: nothing is recorded, what was counted stays.
    pub fn set_enabled(&mut self, enabled: bool) {
        self.enabled = enabled;
    }

    /// From the start of the load until it was parsed or had failed.
    pub fn load_done(&mut self, outcome: LoadOutcome, us: u64, now_us: u64) {
        let Some(now_us) = self.recording(now_us) else { return };
        if let Some(count) = self.loads.get_mut(outcome as usize) {
            *count += 1;
        }
        if let Some(buckets) = self.load_buckets.get_mut(outcome as usize) {
            buckets.record(us);
        }
        match outcome {
            LoadOutcome::Hit => self.cached_load_latency.record(us, now_us),
            LoadOutcome::Joined => {}
            LoadOutcome::Revalidated | LoadOutcome::Fetched | LoadOutcome::Error => {
                self.load_latency.record(us, now_us);
            }
        }
    }

    /// So many calls of `loadModule`, each of them one hit and nothing else; the last of them now.
    pub fn kept_answers(&mut self, times: u32, us: u64, now_us: u64) {
        let Some(now_us) = self.recording(now_us) else { return };
        let count = u64::from(times);
        if let Some(loads) = self.loads.get_mut(LoadOutcome::Hit as usize) {
            *loads += count;
        }
        if let Some(buckets) = self.load_buckets.get_mut(LoadOutcome::Hit as usize) {
            buckets.record_many(us, times);
        }
        if let Some(counts) = self.operations.get_mut(Operation::LoadModule as usize) {
            counts.started += count;
            counts.finished += count;
        }
        self.lately.add(Lately::Finished as usize, times, now_us);
        self.cached_load_latency.record_many(us, times, now_us);
        self.operation_latency.record_many(us, times, now_us);
    }

    /// A load that ended with an exception of this code, resolution included.
    pub fn load_failed(&mut self, code: &'static str, us: u64, now_us: u64) {
        if !self.enabled {
            return;
        }
        self.load_done(LoadOutcome::Error, us, now_us);
        self.add_load_errors(code, 1);
    }

    /// Sorted by code.
    fn add_load_errors(&mut self, code: &'static str, amount: u64) {
        let find = |errors: &[(&'static str, u64)], code| errors.binary_search_by(|(known, _)| (*known).cmp(code));
        let mut place = find(&self.load_errors, code);
        let mut code = code;
        if place.is_err() && self.load_errors.len() >= CODES_MAX {
            code = "other";
            place = find(&self.load_errors, code);
        }
        match place {
            Ok(at) => {
                if let Some((_, count)) = self.load_errors.get_mut(at) {
                    *count += amount;
                }
            }
            Err(at) => self.load_errors.insert(at.min(self.load_errors.len()), (code, amount)),
        }
    }

    pub fn operation_started(&mut self, operation: Operation, now_us: u64) {
        if self.recording(now_us).is_some()
            && let Some(counts) = self.operations.get_mut(operation as usize)
        {
            counts.started += 1;
        }
    }

    /// The whole of it; of a bundle, fetching included.
    pub fn operation_done(&mut self, operation: Operation, end: OperationEnd, us: u64, now_us: u64) {
        let Some(now_us) = self.recording(now_us) else { return };
        if let Some(counts) = self.operations.get_mut(operation as usize) {
            counts.finished += 1;
            counts.failed += u64::from(end == OperationEnd::Failure);
        }
        self.lately.add(Lately::Finished as usize, 1, now_us);
        match end {
            OperationEnd::Success => {}
            OperationEnd::Failure => self.lately.add(Lately::Failed as usize, 1, now_us),
            OperationEnd::Aborted => self.count(Counter::Aborts, 1),
        }
        match operation {
            Operation::LoadModule => self.operation_latency.record(us, now_us),
            Operation::Bundle => {
                self.bundle_latency.record(us, now_us);
                self.bundle_buckets.record(us);
                if end == OperationEnd::Failure {
                    self.count(Counter::BundleErrors, 1);
                }
            }
            Operation::Compile | Operation::Run => {}
        }
    }

    /// One module, from its text to its code.
    pub fn module_compiled(&mut self, has_errors: bool, us: u64, now_us: u64) {
        let Some(now_us) = self.recording(now_us) else { return };
        self.compile_latency.record(us, now_us);
        self.compile_buckets.record(us);
        if has_errors {
            self.count(Counter::CompileErrors, 1);
        }
    }

    pub fn count(&mut self, counter: Counter, amount: u64) {
        if self.enabled
            && let Some(count) = self.counters.get_mut(counter as usize)
        {
            *count = count.saturating_add(amount);
        }
    }

    pub fn counter(&self, counter: Counter) -> u64 {
        self.counters.get(counter as usize).copied().unwrap_or(0)
    }

    /// `id`: a number that stands for the entry, such as a hash of its URL.
    pub fn cache_evicted(&mut self, id: u64, now_us: u64) {
        let Some(now_us) = self.recording(now_us) else { return };
        self.count(Counter::CacheEvictions, 1);
        if let Some(place) = self.evicted.get_mut(place_of(id)) {
            *place = (id, now_us.saturating_add(1));
        }
    }

    /// The cache had no such entry. Notices whether it has just thrown it out.
    pub fn cache_missed(&mut self, id: u64, now_us: u64) {
        let Some(now_us) = self.recording(now_us) else { return };
        self.lately.add(Lately::Misses as usize, 1, now_us);
        let known = self.evicted.get(place_of(id)).copied().unwrap_or_default();
        if known.0 == id && known.1 != 0 && now_us - (known.1 - 1).min(now_us) <= REFETCH_US_MAX {
            self.lately.add(Lately::Refetches as usize, 1, now_us);
        }
    }

    /// How late a periodic timer was, in ms as the host measured it.
    pub fn lag_ms(&mut self, ms: f64, now_us: u64) {
        if let Some((us, now_us)) = self.sample(ms, now_us) {
            self.lag.record(us, now_us);
            self.lag_buckets.record(us);
        }
    }

    /// Time spent in one call, in ms as the host measured it. Hosts whose clock stands still must not tell.
    pub fn busy_ms(&mut self, ms: f64, now_us: u64) {
        if let Some((us, now_us)) = self.sample(ms, now_us) {
            self.is_busy_known = true;
            self.longest_task_us = self.longest_task_us.max(us);
            self.busy.add(0, us.min(u64::from(u32::MAX)) as u32, now_us);
        }
    }

    /// Zeroes counters and durations; uptime and gauges go on.
    pub fn reset(&mut self, now_us: u64, wall_now_ms: u64, breakers: Totals) {
        let now_us = self.tick(now_us);
        let fresh = Metrics::new(now_us);
        let old = std::mem::replace(self, fresh);
        self.enabled = old.enabled;
        self.started_us = old.started_us;
        self.is_busy_known = old.is_busy_known;
        self.reset_at_ms = Some(wall_now_ms);
        self.breakers_at_reset = breakers;
    }

    pub fn reset_at_ms(&self) -> Option<u64> {
        self.reset_at_ms
    }

    pub fn uptime_us(&mut self, now_us: u64) -> u64 {
        self.tick(now_us).saturating_sub(self.started_us)
    }

    pub fn loads(&self, outcome: LoadOutcome) -> u64 {
        self.loads.get(outcome as usize).copied().unwrap_or(0)
    }

    pub fn cache_hit_rate(&self) -> f64 {
        let hits = self.loads(LoadOutcome::Hit) + self.loads(LoadOutcome::Revalidated);
        ratio(hits, hits + self.cache_misses())
    }

    pub fn cache_misses(&self) -> u64 {
        self.loads(LoadOutcome::Fetched) + self.loads(LoadOutcome::Error)
    }

    /// Finished and failed operations of the last five minutes.
    pub fn recent_operations(&mut self, now_us: u64) -> (u64, u64) {
        let now_us = self.tick(now_us);
        let [finished, failed, ..] = self.lately.totals(now_us);
        (finished, failed)
    }

    /// Misses of the last five minutes, and how many of them the cache itself had caused.
    pub fn recent_misses(&mut self, now_us: u64) -> (u64, u64) {
        let now_us = self.tick(now_us);
        let [_, _, misses, refetches] = self.lately.totals(now_us);
        (misses, refetches)
    }

    /// Share of the last minute spent in calls, and of the two minutes before; `None`: not measurable, or not that
    /// old yet.
    pub fn busy_ratios(&mut self, now_us: u64) -> [Option<f64>; 3] {
        let now_us = self.tick(now_us);
        if !self.is_busy_known {
            return [None; 3];
        }
        let uptime = now_us.saturating_sub(self.started_us);
        [0, 1, 2].map(|minute| {
            let [busy] = self.busy.span(minute * MINUTE, MINUTE, now_us);
            // The newest slice is not over; the oldest minute may be cut by the start.
            let whole = if minute == 0 { (MINUTE - 1) * SLICE_US + now_us % SLICE_US } else { MINUTE * SLICE_US };
            let before = if minute == 0 { 0 } else { (minute * MINUTE - 1) * SLICE_US + now_us % SLICE_US };
            let wall = whole.min(uptime.checked_sub(before)?);
            (wall > 0).then(|| ratio(busy, wall).min(1.0))
        })
    }

    pub fn lag(&mut self, now_us: u64) -> Option<Summary> {
        let now_us = self.tick(now_us);
        (self.lag.count() > 0).then(|| self.lag.summary(now_us))
    }

    /// Every field by name, in one order: what is not measurable is NaN. Dots stand for nesting.
    pub fn read(&mut self, now_us: u64, live: &Live, field: &mut dyn FnMut(&'static str, &'static str, f64)) {
        let now_us = self.tick(now_us);
        let errors = self.loads(LoadOutcome::Error);
        let total: u64 = self.loads.iter().sum();
        let (recent, recent_failed) = self.recent_operations(now_us);
        let all = self.operations.iter().fold(OperationCounts::default(), |sum, counts| OperationCounts {
            started: sum.started + counts.started,
            finished: sum.finished + counts.finished,
            failed: sum.failed + counts.failed,
        });
        let [busy, ..] = self.busy_ratios(now_us);
        let mut top = |name, value| field("", name, value);
        let count = |value: u64| value as f64;
        top("totalLoads", count(total));
        top("loadErrors", count(errors));
        top("loadErrorRate", ratio(errors, total));
        top("modulesLoaded", count(self.loads(LoadOutcome::Fetched)));
        top("modulesInCache", count(live.modules_in_cache));
        top("cacheHits", count(self.loads(LoadOutcome::Hit)));
        top("cacheMisses", count(self.cache_misses()));
        top("cacheJoins", count(self.loads(LoadOutcome::Joined)));
        top("cacheRevalidations", count(self.loads(LoadOutcome::Revalidated)));
        top("cacheEvictions", count(self.counter(Counter::CacheEvictions)));
        top("cacheHitRate", self.cache_hit_rate());
        top("cacheMemoryUsage", count(live.cache_bytes));
        top("cacheMemoryLimit", count(live.cache_limit_bytes));
        top("compileErrors", count(self.counter(Counter::CompileErrors)));
        top("bundleErrors", count(self.counter(Counter::BundleErrors)));
        top("circuitBreakerTrips", count(self.breaker_trips(live)));
        top("breakerRejections", count(self.breaker_rejections(live)));
        top("retries", count(self.counter(Counter::Retries)));
        top("timeouts", count(self.counter(Counter::Timeouts)));
        top("aborts", count(self.counter(Counter::Aborts)));
        top("staleServed", count(self.counter(Counter::StaleServed)));
        top("bytesFetched", count(self.counter(Counter::BytesFetched)));
        top("inflight", count(live.in_flight));
        top("requestCount", count(all.started));
        top("errorRate", ratio(all.failed, all.finished));
        top("recentErrorRate", ratio(recent_failed, recent));
        top("recentRequests", count(recent));
        top("uptime", ms(now_us.saturating_sub(self.started_us)));
        top("cpuUsage", busy.map_or(f64::NAN, |busy| busy * 100.0));
        top("droppedSamples", count(self.counter(Counter::DroppedSamples)));
        let measured = |value: Option<u64>| value.map_or(f64::NAN, count);
        field("memory", "linearBytes", measured(live.linear_bytes));
        field("memory", "liveBytes", measured(live.live_bytes));
        field("memory", "peakLiveBytes", measured(live.peak_live_bytes));
        field("memory", "limitBytes", count(live.memory_limit_bytes));
        field("memory", "cacheBytes", count(live.cache_bytes));
        field("memory", "jsHeapUsed", measured(live.js_heap_bytes));
        field("eventLoop", "busyRatio", busy.unwrap_or(f64::NAN));
        let longest = if self.is_busy_known { ms(self.longest_task_us) } else { f64::NAN };
        field("eventLoop", "longestTaskMs", longest);
        let lag = self.lag.summary(now_us);
        if lag.count > 0 {
            read_latency(&lag, LAG, LAG_WINDOW, field);
        } else {
            read_latency(&lag, LAG, LAG_WINDOW, &mut |group, name, _| field(group, name, f64::NAN));
        }
        for (histogram, [whole, window]) in [
            (&mut self.load_latency, ["loadLatency", "loadLatency.window"]),
            (&mut self.cached_load_latency, ["cachedLoadLatency", "cachedLoadLatency.window"]),
            (&mut self.operation_latency, ["operationLatency", "operationLatency.window"]),
            (&mut self.compile_latency, ["compileLatency", "compileLatency.window"]),
            (&mut self.bundle_latency, ["bundleLatency", "bundleLatency.window"]),
        ] {
            read_latency(&histogram.summary(now_us), whole, window, field);
        }
    }

    /// Transitions into open since the last reset, forced ones excluded.
    pub fn breaker_trips(&self, live: &Live) -> u64 {
        live.breakers.trips.saturating_sub(self.breakers_at_reset.trips)
    }

    pub fn breaker_rejections(&self, live: &Live) -> u64 {
        live.breakers.rejected.saturating_sub(self.breakers_at_reset.rejected)
    }

    fn sample(&mut self, ms: f64, now_us: u64) -> Option<(u64, u64)> {
        let now_us = self.recording(now_us)?;
        let us = duration_us(ms);
        if us.is_none() {
            self.count(Counter::DroppedSamples, 1);
        }
        us.map(|us| (us, now_us))
    }

    fn recording(&mut self, now_us: u64) -> Option<u64> {
        let now_us = self.tick(now_us);
        self.enabled.then_some(now_us)
    }

    fn tick(&mut self, now_us: u64) -> u64 {
        self.clock_us = self.clock_us.max(now_us);
        self.clock_us
    }
}

fn read_latency(
    summary: &Summary,
    whole: &'static str,
    window: &'static str,
    field: &mut dyn FnMut(&'static str, &'static str, f64),
) {
    field(whole, "count", summary.count as f64);
    field(whole, "sum", ms(summary.sum));
    field(whole, "min", ms(summary.min));
    field(whole, "max", ms(summary.max));
    field(whole, "avg", ratio(summary.sum, summary.count) / 1000.0);
    field(whole, "p50", ms(summary.p50));
    field(whole, "p95", ms(summary.p95));
    field(whole, "p99", ms(summary.p99));
    field(whole, "p999", ms(summary.p999));
    field(window, "count", summary.window_count as f64);
    field(window, "min", ms(summary.window_min));
    field(window, "max", ms(summary.window_max));
    field(window, "avg", ratio(summary.window_sum, summary.window_count) / 1000.0);
}

fn place_of(id: u64) -> usize {
    // Ids may be small and dense or hashes; either way all bits should count.
    (id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize % EVICTED_MAX
}

fn ms(us: u64) -> f64 {
    us as f64 / 1000.0
}

/// 0 when there is nothing to divide by.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
