//! Checks and thresholds (5.4), readiness and liveness (5.5), and defects M10, M11, M12, M17.

use somon_ops::breaker::{OverallStatus, State};
use somon_ops::health::{Check, CheckStatus, Figures, HealthStatus, Runtime, Thresholds, examine, unready_reasons};

use CheckStatus::{Fail, Pass, Warn};

fn check(figures: &Figures, name: &str) -> Check {
    let checks = examine(figures, &Thresholds::default());
    checks.into_iter().find(|check| check.name == name).expect("a check of that name")
}

#[track_caller]
fn expect(figures: Figures, name: &str, status: CheckStatus, message: &str) {
    let found = check(&figures, name);
    assert_eq!((found.status, found.message.as_str()), (status, message));
    let others = examine(&figures, &Thresholds::default());
    let overall = [HealthStatus::Healthy, HealthStatus::Degraded, HealthStatus::Unhealthy][status as usize];
    assert_eq!(HealthStatus::of(&others), overall, "no other check may speak up");
}

const MIB: u64 = 1 << 20;

fn idle() -> Figures<'static> {
    Figures {
        uptime_us: 60_000_000,
        live_bytes: Some(12 * MIB + 100_000),
        limit_bytes: 256 * MIB,
        cache_entries: 212,
        cache_entries_max: 1000,
        cache_bytes: 4_404_019,
        cache_bytes_max: 64 * MIB,
        ..Figures::default()
    }
}

#[test]
fn m10_an_idle_system_is_healthy() {
    let checks = examine(&idle(), &Thresholds::default());
    let shown: Vec<_> = checks.iter().map(|check| (check.name, check.status, check.message.as_str())).collect();
    assert_eq!(
        shown,
        [
            ("memory", Pass, "12.1 MiB of 256.0 MiB live"),
            ("cpu", Pass, "not measurable on this host"),
            ("cache", Pass, "212 of 1000 entries, 4.2 of 64.0 MiB"),
            ("errors", Pass, "0 of 0 operations failed, too few to judge"),
            ("circuitBreakers", Pass, "0 closed"),
            ("runtime", Pass, "ok"),
        ]
    );
    assert_eq!(HealthStatus::of(&checks), HealthStatus::Healthy);
}

#[test]
fn memory() {
    for (live, status) in [(800, Pass), (801, Warn), (900, Warn), (901, Fail), (5000, Fail)] {
        let figures = Figures { live_bytes: Some(live * MIB), limit_bytes: 1000 * MIB, ..idle() };
        expect(figures, "memory", status, &format!("{live}.0 MiB of 1000.0 MiB live"));
    }
    expect(Figures { limit_bytes: 0, ..idle() }, "memory", Pass, "12.1 MiB live, no limit");
}

#[test]
fn cpu() {
    for (lag, status) in [(100.0, Pass), (100.1, Warn), (500.0, Warn), (500.1, Fail)] {
        let figures = Figures { lag_p99_ms: Some(lag), ..idle() };
        expect(figures, "cpu", status, &format!("event-loop lag p99 {lag:.1} ms"));
    }
    let busy = |ratios| Figures { busy_ratios: ratios, ..idle() };
    expect(busy([Some(0.8), None, None]), "cpu", Pass, "busy 80.0 %");
    expect(busy([Some(0.99), None, None]), "cpu", Warn, "busy 99.0 %");
    expect(busy([Some(0.99), Some(0.99), Some(0.9)]), "cpu", Warn, "busy 99.0 %");
    expect(busy([Some(0.99), Some(0.99), Some(0.96)]), "cpu", Fail, "busy 99.0 %");
    let young = Figures { uptime_us: 9_000_000, ..busy([Some(1.0), None, None]) };
    // It has just started.
    expect(young, "cpu", Pass, "busy 100.0 %");
    let both = Figures { lag_p99_ms: Some(2.0), busy_ratios: [Some(0.5), None, None], ..idle() };
    expect(both, "cpu", Pass, "event-loop lag p99 2.0 ms, busy 50.0 %");
}

#[test]
fn m11_a_full_cache_passes_and_a_thrashing_one_does_not() {
    let full = || Figures { cache_entries: 20_000, cache_entries_max: 20_000, cache_bytes: 0, ..idle() };
    let text = "20000 of 20000 entries, 0.0 of 64.0 MiB";
    expect(full(), "cache", Pass, text);
    expect(Figures { misses: 19, refetches: 19, ..full() }, "cache", Pass, text);
    expect(Figures { misses: 20, refetches: 2, ..full() }, "cache", Pass, text);
    let warn = format!("{text}, 15.0 % of misses were evicted shortly before");
    expect(Figures { misses: 20, refetches: 3, ..full() }, "cache", Warn, &warn);
    let fail = format!("{text}, 55.0 % of misses were evicted shortly before");
    expect(Figures { misses: 20, refetches: 11, ..full() }, "cache", Fail, &fail);
}

#[test]
fn m12_errors_need_a_volume() {
    let errors = |failed, finished| Figures { failed, finished, ..idle() };
    expect(errors(1, 1), "errors", Pass, "1 of 1 operations failed, too few to judge");
    expect(errors(9, 9), "errors", Pass, "9 of 9 operations failed, too few to judge");
    expect(errors(1, 250), "errors", Pass, "0.40% (1/250)");
    expect(errors(5, 100), "errors", Pass, "5.00% (5/100)");
    expect(errors(6, 100), "errors", Warn, "6.00% (6/100)");
    expect(errors(10, 100), "errors", Warn, "10.00% (10/100)");
    expect(errors(15, 100), "errors", Fail, "15.00% (15/100)");
}

#[test]
fn m17_breakers_are_looked_at() {
    let breakers = |total, open, half_open| OverallStatus { total, healthy: total - open - half_open, open, half_open };
    let of = |status, open_keys| Figures { breakers: status, open_keys, ..idle() };
    expect(of(breakers(3, 0, 0), vec![]), "circuitBreakers", Pass, "3 closed");
    let one = of(breakers(3, 1, 0), vec!["https://cdn.example"]);
    expect(one, "circuitBreakers", Warn, "1 of 3 open: https://cdn.example");
    expect(of(breakers(3, 0, 1), vec!["a"]), "circuitBreakers", Warn, "0 of 3 open, 1 half-open: a");
    expect(of(breakers(1, 1, 0), vec!["a"]), "circuitBreakers", Warn, "1 of 1 open: a");
    expect(of(breakers(2, 2, 0), vec!["a", "b"]), "circuitBreakers", Fail, "2 of 2 open: a, b");
    expect(of(breakers(2, 1, 1), vec!["a", "b"]), "circuitBreakers", Warn, "1 of 2 open, 1 half-open: a, b");
    expect(of(breakers(9, 7, 0), vec!["k"; 7]), "circuitBreakers", Warn, "7 of 9 open: k, k, k, k, k, ...");
}

#[test]
fn runtime() {
    let in_state = |runtime| Figures { runtime, ..idle() };
    expect(in_state(Runtime::Recovered), "runtime", Warn, "instance re-created after a trap");
    expect(in_state(Runtime::ShutDown), "runtime", Fail, "shut down");
    expect(Figures { missing: vec!["fetch", "random"], ..idle() }, "runtime", Warn, "missing: fetch, random");
}

#[test]
fn thresholds_are_configuration() {
    let figures = Figures { failed: 6, finished: 100, live_bytes: Some(90 * MIB), limit_bytes: 100 * MIB, ..idle() };
    let lenient = Thresholds { memory_warn: 0.95, memory_fail: 0.99, error_warn: 0.2, ..Thresholds::default() };
    assert_eq!(HealthStatus::of(&examine(&figures, &Thresholds::default())), HealthStatus::Degraded);
    assert_eq!(HealthStatus::of(&examine(&figures, &lenient)), HealthStatus::Healthy);
    let strict = Thresholds { error_fail: 0.055, ..Thresholds::default() };
    assert_eq!(HealthStatus::of(&examine(&figures, &strict)), HealthStatus::Unhealthy);
    let no_minimum = Thresholds { min_requests: 0, ..Thresholds::default() };
    assert_eq!(HealthStatus::of(&examine(&idle(), &no_minimum)), HealthStatus::Healthy, "nothing over nothing");
    let check = check(&figures, "errors");
    assert_eq!((check.observed, check.limit), (Some(0.06), Some(0.05)));
}

#[test]
fn health_changes_nothing() {
    let figures = Figures { failed: 6, finished: 100, ..idle() };
    assert_eq!(examine(&figures, &Thresholds::default()), examine(&figures, &Thresholds::default()));
}

#[test]
fn readiness() {
    let none = std::iter::empty::<(&str, State)>;
    assert!(unready_reasons(true, Runtime::Running, none()).is_empty());
    assert!(unready_reasons(true, Runtime::Recovered, none()).is_empty());
    let required = [("https://a", State::Open), ("https://b", State::HalfOpen), ("https://c", State::Closed)];
    let reasons = unready_reasons(true, Runtime::Running, required.into_iter());
    assert_eq!(reasons, ["circuit breaker open: https://a"], "half-open is no reason");
    assert_eq!(unready_reasons(false, Runtime::ShutDown, none()), ["not initialised", "shut down"]);
}
