//! Names and meanings of 5.2, and defects M1 to M18 as far as they can be seen without the system around.

use std::collections::BTreeMap;

use somon_ops::breaker::Totals;
use somon_ops::metrics::{Counter, Live, LoadOutcome, Metrics, Operation, OperationEnd};

fn read(metrics: &mut Metrics, now_us: u64, live: &Live) -> BTreeMap<String, f64> {
    let mut fields = BTreeMap::new();
    metrics.read(now_us, live, &mut |group, name, value| {
        let path = if group.is_empty() { name.to_owned() } else { format!("{group}.{name}") };
        assert!(fields.insert(path.clone(), value).is_none(), "{path} twice");
    });
    fields
}

fn fresh(metrics: &mut Metrics) -> BTreeMap<String, f64> {
    read(metrics, 0, &Live::default())
}

#[test]
fn all_fields_are_there() {
    let fields = fresh(&mut Metrics::new(0));
    let top = "totalLoads loadErrors loadErrorRate modulesLoaded modulesInCache cacheHits cacheMisses cacheJoins \
        cacheRevalidations cacheEvictions cacheHitRate cacheMemoryUsage cacheMemoryLimit compileErrors bundleErrors \
        circuitBreakerTrips breakerRejections retries timeouts aborts bytesFetched inflight requestCount errorRate \
        recentErrorRate recentRequests uptime cpuUsage droppedSamples memory.linearBytes memory.liveBytes \
        memory.peakLiveBytes memory.limitBytes memory.cacheBytes memory.jsHeapUsed eventLoop.busyRatio \
        eventLoop.longestTaskMs";
    for name in top.split_whitespace() {
        assert!(fields.contains_key(name), "{name}");
    }
    for latency in
        ["loadLatency", "cachedLoadLatency", "operationLatency", "compileLatency", "bundleLatency", "eventLoop.lag"]
    {
        for name in "count sum min max avg p50 p95 p99 p999 window.count window.min window.max window.avg".split(' ') {
            assert!(fields.contains_key(&format!("{latency}.{name}")), "{latency}.{name}");
        }
    }
    assert!(!fields.contains_key("systemLoad"));
    let unknown = [
        "cpuUsage",
        "memory.linearBytes",
        "memory.liveBytes",
        "memory.peakLiveBytes",
        "memory.jsHeapUsed",
        "eventLoop.busyRatio",
        "eventLoop.longestTaskMs",
    ];
    for (name, value) in &fields {
        let is_null = unknown.contains(&name.as_str()) || name.starts_with("eventLoop.lag");
        assert_eq!(value.is_nan(), is_null, "{name} is {value}");
        assert!(is_null || *value == 0.0, "{name} is {value}");
    }
}

#[test]
fn m1_m2_one_cold_and_nine_warm_loads() {
    let mut metrics = Metrics::new(0);
    metrics.load_done(LoadOutcome::Fetched, 12_500, 0);
    (0..9).for_each(|_| metrics.load_done(LoadOutcome::Hit, 2, 0));
    let fields = fresh(&mut metrics);
    assert_eq!((fields["loadLatency.count"], fields["modulesLoaded"], fields["totalLoads"]), (1.0, 1.0, 10.0));
    assert_eq!((fields["loadLatency.p99"], fields["loadLatency.sum"]), (12.5, 12.5));
    assert_eq!((fields["cachedLoadLatency.count"], fields["cachedLoadLatency.max"]), (9.0, 0.002));
    assert_eq!(fields["cacheHitRate"], 0.9);
}

#[test]
fn m3_m4_m7_failing_loads() {
    let mut metrics = Metrics::new(0);
    (0..4).for_each(|_| metrics.load_failed("LOAD_HTTP", 1000, 0));
    metrics.load_failed("RESOLVE_NOT_FOUND", 10, 0);
    let fields = fresh(&mut metrics);
    assert_eq!((fields["loadErrors"], fields["totalLoads"], fields["loadErrorRate"]), (5.0, 5.0, 1.0));
    assert_eq!(fields["loadErrors"] / fields["totalLoads"], 1.0);
    assert_eq!((fields["cacheMisses"], fields["loadLatency.count"]), (5.0, 5.0));
}

#[test]
fn outcomes_sum_up_and_joins_are_left_out_of_the_rate() {
    let mut metrics = Metrics::new(0);
    for (count, outcome) in (1..).zip(LoadOutcome::ALL) {
        (0..count).for_each(|_| metrics.load_done(outcome, 1000, 0));
    }
    let fields = fresh(&mut metrics);
    let sum: f64 =
        ["cacheHits", "cacheMisses", "cacheJoins", "cacheRevalidations"].map(|name| fields[name]).iter().sum();
    assert_eq!((sum, fields["totalLoads"]), (15.0, 15.0));
    assert_eq!(fields["cacheHitRate"], 3.0 / 12.0);
    assert_eq!((fields["loadLatency.count"], fields["cachedLoadLatency.count"]), (11.0, 1.0));
}

#[test]
fn m5_compiles_and_bundles_are_recorded() {
    let mut metrics = Metrics::new(0);
    metrics.module_compiled(false, 3000, 0);
    metrics.module_compiled(true, 5000, 0);
    metrics.operation_done(Operation::Bundle, OperationEnd::Failure, 9000, 0);
    metrics.operation_done(Operation::LoadModule, OperationEnd::Success, 7000, 0);
    let fields = fresh(&mut metrics);
    assert_eq!((fields["compileLatency.count"], fields["compileErrors"]), (2.0, 1.0));
    assert_eq!((fields["bundleLatency.count"], fields["bundleLatency.max"], fields["bundleErrors"]), (1.0, 9.0, 1.0));
    assert_eq!((fields["operationLatency.count"], fields["operationLatency.avg"]), (1.0, 7.0));
}

#[test]
fn m6_m8_live_figures_are_passed_on() {
    let mut metrics = Metrics::new(0);
    let live = Live {
        modules_in_cache: 3,
        cache_bytes: 890,
        cache_limit_bytes: 1000,
        js_heap_bytes: Some(77),
        breakers: Totals { trips: 2, rejected: 5, ..Totals::default() },
        ..Live::default()
    };
    let fields = read(&mut metrics, 0, &live);
    assert_eq!((fields["circuitBreakerTrips"], fields["breakerRejections"]), (2.0, 5.0));
    assert_eq!(
        (fields["modulesInCache"], fields["cacheMemoryUsage"], fields["cacheMemoryLimit"]),
        (3.0, 890.0, 1000.0)
    );
    assert_eq!((fields["memory.jsHeapUsed"], fields["memory.cacheBytes"]), (77.0, 890.0));
    metrics.reset(0, 0, live.breakers);
    assert_eq!(read(&mut metrics, 0, &live)["circuitBreakerTrips"], 0.0);
}

#[test]
fn m9_reading_changes_nothing() {
    let mut metrics = Metrics::new(0);
    metrics.busy_ms(3000.0, 10_000_000);
    metrics.load_done(LoadOutcome::Fetched, 5, 10_000_000);
    let first = format!("{:?}", read(&mut metrics, 20_000_000, &Live::default()));
    assert_eq!(format!("{:?}", read(&mut metrics, 20_000_000, &Live::default())), first);
}

#[test]
fn busy_ratio_is_the_share_of_the_last_minute() {
    let mut metrics = Metrics::new(0);
    assert_eq!(metrics.busy_ratios(1_000_000), [None; 3]);
    (0..10).for_each(|second| metrics.busy_ms(500.0, second * 1_000_000));
    assert_eq!(metrics.busy_ratios(10_000_000), [Some(0.5), None, None]);
    (0..200).for_each(|second| metrics.busy_ms(250.0, second * 1_000_000));
    let [now, minute, before] = metrics.busy_ratios(199_999_999).map(|ratio| ratio.expect("measured"));
    for ratio in [now, minute, before] {
        assert!((0.24..0.27).contains(&ratio), "{ratio}");
    }
    assert_eq!(metrics.busy_ratios(400_000_000)[0], Some(0.0));
    let fields = read(&mut metrics, 400_000_000, &Live::default());
    assert_eq!((fields["eventLoop.longestTaskMs"], fields["cpuUsage"]), (500.0, 0.0));
}

#[test]
fn m12_errors_fade_after_five_minutes() {
    let mut metrics = Metrics::new(0);
    for index in 0..100 {
        let end = if index < 15 { OperationEnd::Failure } else { OperationEnd::Success };
        metrics.operation_started(Operation::LoadModule, 0);
        metrics.operation_done(Operation::LoadModule, end, 1000, 0);
    }
    metrics.operation_done(Operation::LoadModule, OperationEnd::Aborted, 1000, 0);
    let fields = fresh(&mut metrics);
    assert_eq!((fields["requestCount"], fields["recentRequests"], fields["aborts"]), (100.0, 101.0, 1.0));
    assert_eq!(fields["recentErrorRate"], 15.0 / 101.0);
    let later = read(&mut metrics, 300_000_000, &Live::default());
    assert_eq!((later["recentErrorRate"], later["recentRequests"]), (0.0, 0.0));
    assert_eq!(later["errorRate"], 15.0 / 101.0, "the lifetime figure stays");
}

#[test]
fn m13_m16_uptime_is_monotonic_and_in_ms() {
    let mut metrics = Metrics::new(5_000_000);
    assert_eq!(read(&mut metrics, 6_101_000, &Live::default())["uptime"], 1101.0);
    assert_eq!(read(&mut metrics, 0, &Live::default())["uptime"], 1101.0);
}

#[test]
fn m14_what_is_no_duration_is_dropped_and_counted() {
    let mut metrics = Metrics::new(0);
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5.0] {
        metrics.lag_ms(wrong, 0);
        metrics.busy_ms(wrong, 0);
    }
    let fields = fresh(&mut metrics);
    assert_eq!(fields["droppedSamples"], 8.0);
    assert!(fields["eventLoop.lag.p99"].is_nan() && fields["eventLoop.busyRatio"].is_nan());
    metrics.lag_ms(2.5, 0);
    assert_eq!(fresh(&mut metrics)["eventLoop.lag.p99"], 2.5);
}

#[test]
fn refetches_of_evicted_entries_are_noticed() {
    let mut metrics = Metrics::new(0);
    for id in 1..=30 {
        metrics.cache_evicted(id, 0);
    }
    (1..=40).for_each(|id| metrics.cache_missed(id, 60_000_000));
    assert_eq!(metrics.recent_misses(60_000_000), (40, 30));
    metrics.cache_missed(1, 60_000_001);
    assert_eq!(metrics.recent_misses(60_000_001), (41, 30), "more than 60 s ago");
    assert_eq!(metrics.recent_misses(360_000_000), (0, 0));
    assert_eq!(metrics.counter(Counter::CacheEvictions), 30);
}

#[test]
fn reset_keeps_uptime_and_gauges() {
    let mut metrics = Metrics::new(0);
    metrics.load_failed("LOAD_HTTP", 5, 1_000_000);
    metrics.operation_done(Operation::Run, OperationEnd::Failure, 5, 1_000_000);
    metrics.reset(2_000_000, 1_758_096_620_762, Totals::default());
    let fields = read(&mut metrics, 3_000_000, &Live::default());
    assert_eq!((fields["totalLoads"], fields["loadLatency.count"], fields["recentRequests"]), (0.0, 0.0, 0.0));
    assert_eq!(fields["uptime"], 3000.0);
    assert_eq!(metrics.reset_at_ms(), Some(1_758_096_620_762));
}

#[test]
fn switched_off_nothing_is_recorded_and_nothing_lost() {
    let mut metrics = Metrics::new(0);
    metrics.load_done(LoadOutcome::Hit, 1, 0);
    metrics.set_enabled(false);
    metrics.load_done(LoadOutcome::Hit, 1, 0);
    metrics.load_failed("LOAD_HTTP", 1, 0);
    metrics.operation_done(Operation::Bundle, OperationEnd::Failure, 1, 0);
    metrics.module_compiled(true, 1, 0);
    metrics.count(Counter::Retries, 1);
    metrics.lag_ms(1.0, 0);
    let fields = fresh(&mut metrics);
    assert_eq!((fields["totalLoads"], fields["retries"], fields["compileErrors"]), (1.0, 0.0, 0.0));
    metrics.set_enabled(true);
    metrics.load_done(LoadOutcome::Hit, 1, 0);
    assert_eq!(fresh(&mut metrics)["cacheHits"], 2.0);
}
