//! Defects K1 to K16 of the older implementation, and the registry of breakers (1.5, 6.1, 6.7).

use somon_ops::breaker::{BreakerOptions, Breakers, Decision, Outcome, State};
use somon_ops::config::{self, Value};

use crate::support::{Bench, KEY, options};

fn defaults() -> Bench {
    Bench::new(options(|_| {}))
}

#[test]
fn k1_half_open_admits_only_the_trials_allowed() {
    let mut bench = defaults();
    bench.trip(0);
    let admitted = (0..50).filter(|_| matches!(bench.decide(30_000), Decision::Admitted(_))).count();
    assert_eq!(admitted, 1);
}

#[test]
fn k2_one_failed_trial_is_enough_when_old_failures_have_aged_out() {
    let mut bench = Bench::new(options(|options| options.monitoring_period_ms = 1000));
    bench.trip(0);
    assert_eq!(bench.status(30_000).failures, 0);
    bench.fail(30_000);
    assert_eq!(bench.state(30_000), State::Open);
}

#[test]
fn k3_late_successes_do_not_close() {
    let mut bench = defaults();
    let late: Vec<_> = (0..3).map(|_| bench.admit(0)).collect();
    bench.trip(0);
    assert_eq!(bench.state(30_000), State::HalfOpen);
    late.into_iter().for_each(|lease| bench.settle(lease, Outcome::Success, 30_000));
    assert_eq!(bench.state(30_000), State::HalfOpen);
}

#[test]
fn k4_a_late_failure_does_not_move_the_deadline() {
    let mut bench = defaults();
    let late = bench.admit(0);
    bench.trip(0);
    bench.settle(late, Outcome::FAILURE, 20_000);
    assert_eq!(bench.status(20_000).retry_after_ms, Some(10_000));
}

#[test]
fn k5_reads_are_not_open_after_the_deadline() {
    let mut bench = defaults();
    bench.trip(0);
    assert_eq!(bench.state(30_000), State::HalfOpen);
}

#[test]
fn k6_the_rate_counts_results_of_the_window() {
    let mut bench = defaults();
    bench.fail(0);
    bench.breakers.force_open(KEY, 5000.0, 0).expect("open");
    (0..9).for_each(|at| assert!(bench.rejected(at) > 0));
    assert_eq!(bench.status(9).failure_rate, 1.0, "rejections are no results");
    let mut bench = defaults();
    (0..3).for_each(|at| bench.fail(at));
    (0..9).for_each(|at| bench.succeed(3 + at));
    assert_eq!(bench.status(12).failure_rate, 0.25);
    assert_eq!(bench.status(70_000).failure_rate, 0.0);
}

#[test]
fn k7_status_and_state_agree_after_the_window() {
    let mut bench = defaults();
    (0..4).for_each(|at| bench.fail(at));
    let status = bench.status(60_003);
    assert_eq!((status.failures, status.state, status.healthy), (0, State::Closed, true));
}

#[test]
fn k8_backoff_grows_with_a_window_shorter_than_the_delay() {
    let mut bench = Bench::new(options(|options| {
        options.monitoring_period_ms = 1000;
        options.recovery_timeout_ms = 2000;
    }));
    bench.trip(0);
    let mut now = 0;
    for delay in [2000, 4000, 8000, 16_000] {
        assert_eq!(bench.status(now).retry_after_ms, Some(delay));
        now += delay;
        bench.fail(now);
    }
}

#[test]
fn k9_k13_options_are_checked_as_a_whole() {
    let numbers = [
        ("failureThreshold", f64::NAN),
        ("monitoringPeriod", 999.0),
        ("failureRateThreshold", 0.0),
        ("minimumRequests", -1.0),
        ("recoveryTimeout", 9.0),
        ("maxBackoffTime", f64::INFINITY),
        ("halfOpenMaxCalls", 101.0),
        ("successThreshold", 0.0),
        ("halfOpenTimeout", 1.5),
        ("maxBreakers", 1001.0),
    ];
    let given = numbers.iter().map(|(name, number)| ((*name).to_owned(), Value::Number(*number))).collect();
    let options = Value::Map(vec![("circuitBreakers".to_owned(), Value::Map(given))]);
    let found: Vec<_> = config::check(&options, config::SYSTEM).into_iter().map(|problem| problem.path).collect();
    let expected: Vec<_> = numbers.iter().map(|(name, _)| ["circuitBreakers.", name].concat()).collect();
    assert_eq!(found, expected);
    let longer = BreakerOptions { recovery_timeout_ms: 300_001, ..BreakerOptions::default() };
    assert_eq!(Breakers::new(longer.clone()).err().map(|problem| problem.key), Some("maxBackoffTime"));
    let mut bench = defaults();
    assert!(bench.breakers.set_options(longer).is_err());
    assert_eq!(bench.breakers.options().recovery_timeout_ms, 30_000, "a refused set changes nothing");
    assert_eq!(BreakerOptions::default().problem(), None);
}

#[test]
fn k12_a_clock_that_steps_back_does_no_harm() {
    let mut bench = defaults();
    bench.trip(100_000);
    assert_eq!(bench.rejected(50_000), 30_000);
    assert!(bench.admit(130_000).is_trial());
    assert!(bench.rejected(0) <= 30_000);
}

#[test]
fn k14_a_removed_breaker_leaves_nothing_behind() {
    let mut bench = defaults();
    let pending = bench.admit(0);
    bench.trip(0);
    assert!(bench.breakers.remove(KEY));
    assert!(!bench.breakers.remove(KEY));
    assert_eq!(bench.breakers.next_deadline_us(), None);
    bench.succeed(1);
    bench.settle(pending, Outcome::FAILURE, 2);
    let status = bench.status(2);
    assert_eq!((status.failures, status.totals.failures, status.totals.requests), (0, 0, 1));
    assert_eq!(bench.breakers.totals().requests, 7);
}

#[test]
fn k15_success_threshold_is_an_option() {
    let mut bench = Bench::new(options(|options| options.success_threshold = 1));
    bench.trip(0);
    bench.succeed(30_000);
    assert_eq!(bench.state(30_000), State::Closed);
}

#[test]
fn k16_lost_calls_hold_no_place_for_ever() {
    let mut bench = Bench::new(options(|options| options.exponential_backoff = false));
    bench.trip(0);
    let mut trials = 0;
    for at in 1..1000 {
        if let Decision::Admitted(lost) = bench.decide(at * 1000) {
            trials += 1;
            drop(lost);
        }
    }
    assert!(trials >= 16, "a trial every 60 s: {trials}");
}

#[test]
fn switched_off_everything_is_admitted_and_recorded() {
    let mut bench = defaults();
    bench.trip(0);
    bench.breakers.set_enabled(false);
    (0..100).for_each(|_| bench.fail(10));
    let status = bench.status(10);
    assert_eq!((status.state, status.retry_after_ms, status.totals.failures), (State::Open, Some(29_990), 105));
    assert_eq!(status.failures, 105);
    bench.breakers.set_enabled(true);
    bench.rejected(11);
}

#[test]
fn changed_options_reach_existing_breakers() {
    let mut bench = defaults();
    (0..3).for_each(|at| bench.fail(at));
    let lower = options(|options| {
        options.failure_threshold = 2;
        options.recovery_timeout_ms = 1000;
    });
    bench.breakers.set_options(lower).expect("valid");
    assert_eq!(bench.state(4), State::Closed, "looked at with the next failure");
    bench.fail(4);
    assert_eq!(bench.status(4).retry_after_ms, Some(1000));
    let longer = options(|options| options.recovery_timeout_ms = 60_000);
    bench.breakers.set_options(longer).expect("valid");
    assert_eq!(bench.status(4).retry_after_ms, Some(1000), "an open breaker keeps its deadline");
}

#[test]
fn fifty_keys_do_not_touch_each_other() {
    let mut breakers = Breakers::new(options(|_| {})).expect("valid");
    let keys: Vec<String> = (0..50).map(|index| format!("https://host{index}")).collect();
    for (index, key) in keys.iter().enumerate() {
        for at in 0..5 {
            let Decision::Admitted(lease) = breakers.admit(key, at, &mut || 0.0) else { panic!("rejected") };
            breakers.settle(lease, if index % 2 == 0 { Outcome::FAILURE } else { Outcome::Success }, at);
        }
    }
    let overall = breakers.overall(5);
    assert_eq!((overall.total, overall.healthy, overall.open, overall.half_open), (50, 25, 25, 0));
    assert!(!overall.is_healthy());
    let shown: Vec<String> = breakers.statuses(5).map(|(key, _)| key.to_owned()).collect();
    let mut sorted = keys.clone();
    sorted.sort();
    assert_eq!(shown, sorted);
}

#[test]
fn keys_that_are_names_of_object_members_are_ordinary() {
    let mut breakers = Breakers::new(options(|_| {})).expect("valid");
    for key in ["__proto__", "constructor", ""] {
        breakers.ensure(key, 0);
    }
    assert_eq!(
        breakers.statuses(0).map(|(key, _)| key.to_owned()).collect::<Vec<_>>(),
        ["", "__proto__", "constructor"]
    );
    assert!(!breakers.reset("ghost", 0), "h12: nothing is created");
    assert_eq!(breakers.len(), 3);
}

#[test]
fn the_least_recently_used_closed_one_goes_first() {
    let mut breakers = Breakers::new(options(|options| {
        options.max_breakers = 3;
        options.failure_threshold = 1;
    }))
    .expect("valid");
    let call = |breakers: &mut Breakers, key: &str, outcome| {
        let Decision::Admitted(lease) = breakers.admit(key, 0, &mut || 0.0) else { panic!("rejected") };
        breakers.settle(lease, outcome, 0);
    };
    call(&mut breakers, "open", Outcome::FAILURE);
    call(&mut breakers, "old", Outcome::Success);
    call(&mut breakers, "new", Outcome::Success);
    call(&mut breakers, "old", Outcome::Success);
    call(&mut breakers, "next", Outcome::Success);
    let keys: Vec<String> = breakers.statuses(0).map(|(key, _)| key.to_owned()).collect();
    assert_eq!(keys, ["next", "old", "open"]);
    for index in 0..5000 {
        call(&mut breakers, &index.to_string(), Outcome::FAILURE);
    }
    assert_eq!(breakers.len(), 3, "bounded, even when all are open");
    assert_eq!(breakers.totals().trips, 5001);
}

#[test]
fn untaken_events_are_bounded() {
    let mut bench = defaults();
    bench.breakers.ensure(KEY, 0);
    for at in 0..1000 {
        bench.breakers.force_open(KEY, 1000.0, at * 1000).expect("open");
        bench.breakers.reset(KEY, at * 1000);
    }
    assert_eq!(bench.breakers.events_lost(), 2000 - 256);
    assert_eq!(std::iter::from_fn(|| bench.breakers.take_event()).count(), 256);
}
