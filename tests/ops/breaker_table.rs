//! Every row of the transition table (6.4) and the worked trace (6.8), on a virtual clock.

use somon_ops::breaker::{BreakerOptions, Breakers, Decision, ForceError, Outcome, State};

use crate::support::{Bench, KEY, options};

fn defaults() -> Bench {
    Bench::new(options(|_| {}))
}

#[test]
fn starts_closed_without_failures() {
    let mut bench = defaults();
    bench.breakers.ensure(KEY, 0);
    let status = bench.status(0);
    assert_eq!((status.state, status.failures, status.generation), (State::Closed, 0, 0));
    assert_eq!((status.next_retry_epoch_ms(1_000), status.last_failure_epoch_ms(1_000)), (0, 0));
}

#[test]
fn row_1_closed_admits() {
    let mut bench = defaults();
    for _ in 0..1000 {
        assert!(!bench.admit(0).is_trial());
    }
    assert_eq!(bench.status(0).totals.requests, 1000);
}

#[test]
fn row_2_failures_below_the_threshold_stay_closed() {
    let mut bench = defaults();
    (0..4).for_each(|at| bench.fail(at));
    let status = bench.status(4);
    assert_eq!((status.state, status.failures, status.generation), (State::Closed, 4, 0));
    assert_eq!(status.last_failure_epoch_ms(1_000), 999);
}

#[test]
fn row_3_the_threshold_opens() {
    let mut bench = defaults();
    bench.trip(7);
    let status = bench.status(7);
    assert_eq!((status.totals.trips, status.trip_streak, status.generation), (1, 1, 1));
    assert_eq!(status.retry_after_ms, Some(30_000));
    assert_eq!(bench.breakers.next_deadline_us(), Some(30_007_000));
    let event = bench.breakers.take_event().expect("an event");
    assert_eq!(
        (event.transition.from, event.transition.to, event.transition.at_us),
        (State::Closed, State::Open, 7000)
    );
    assert_eq!(bench.breakers.take_event(), None);
}

#[test]
fn row_3_the_failure_rate_opens() {
    let mut bench = Bench::new(options(|options| {
        options.failure_threshold = 1000;
        options.failure_rate_threshold = Some(0.5);
    }));
    (0..4).for_each(|at| bench.succeed(at));
    (4..9).for_each(|at| bench.fail(at));
    assert_eq!(bench.state(9), State::Closed, "nine results are fewer than minimumRequests");
    bench.fail(9);
    assert_eq!(bench.state(9), State::Open);
}

#[test]
fn row_3_successes_keep_the_rate_down() {
    let mut bench = Bench::new(options(|options| {
        options.failure_threshold = 1000;
        options.failure_rate_threshold = Some(0.5);
    }));
    for at in 0..900 {
        bench.succeed(at);
        bench.succeed(at);
        bench.fail(at);
    }
    assert_eq!(bench.state(1000), State::Closed);
}

#[test]
fn row_4_successes_forgive_nothing() {
    let mut bench = defaults();
    (0..4).for_each(|at| bench.fail(at));
    (4..5000).for_each(|at| bench.succeed(at));
    bench.fail(5000);
    assert_eq!(bench.state(5000), State::Open);
}

#[test]
fn row_4_failures_age_out_to_the_microsecond() {
    for (end_us, expected) in [(59_999_999, State::Open), (60_000_000, State::Closed)] {
        let mut breakers = Breakers::new(options(|options| options.failure_threshold = 2)).expect("valid");
        for at_us in [0, end_us] {
            let Decision::Admitted(lease) = breakers.admit(KEY, at_us, &mut || 0.0) else { panic!("rejected") };
            breakers.settle(lease, Outcome::FAILURE, at_us);
        }
        assert_eq!(breakers.status(KEY, end_us).expect("a breaker").state, expected);
    }
}

#[test]
fn row_5_open_rejects_and_says_for_how_long() {
    let mut bench = defaults();
    bench.trip(0);
    assert_eq!(bench.rejected(0), 30_000);
    assert_eq!(bench.rejected(29_999), 1);
    let late = bench.breakers.admit(KEY, 29_999_999, &mut || 0.0);
    assert_eq!(late, Decision::Rejected { retry_after_ms: 1 }, "never 0");
    assert_eq!(bench.status(29_999).totals.rejected, 3);
}

#[test]
fn row_6_the_deadline_half_opens_by_admission_read_or_timer() {
    type Touch = fn(&mut Bench);
    let touches: [Touch; 3] = [
        |bench| drop(bench.admit(30_000)),
        |bench| assert_eq!(bench.status(30_000).generation, 2),
        |bench| bench.breakers.advance(30_000_000),
    ];
    for touch in touches {
        let mut bench = defaults();
        bench.trip(0);
        bench.breakers.take_event();
        touch(&mut bench);
        let event = bench.breakers.take_event().expect("an event");
        assert_eq!((event.transition.to, event.transition.at_us), (State::HalfOpen, 30_000_000));
        assert_eq!(bench.state(30_000), State::HalfOpen);
    }
}

#[test]
fn row_6_a_late_look_gives_the_time_it_was_due() {
    let mut bench = defaults();
    bench.trip(0);
    bench.breakers.take_event();
    bench.breakers.advance(99_000_000_000);
    assert_eq!(bench.breakers.take_event().expect("an event").transition.at_us, 30_000_000);
}

#[test]
fn row_7_and_8_trials_are_limited() {
    let mut bench = Bench::new(options(|options| options.half_open_max_calls = 2));
    bench.trip(0);
    let first = bench.admit(30_000);
    let second = bench.admit(31_000);
    assert!(first.is_trial() && second.is_trial());
    assert_eq!(bench.rejected(32_000), 28_000, "until the oldest trial times out");
    bench.settle(first, Outcome::Success, 33_000);
    let third = bench.admit(33_000);
    assert_eq!(bench.rejected(34_000), 27_000);
    bench.settle(second, Outcome::Success, 35_000);
    bench.settle(third, Outcome::Success, 35_000);
    assert_eq!(bench.state(35_000), State::Closed);
}

#[test]
fn row_9_and_10_enough_successes_close() {
    let mut bench = defaults();
    bench.trip(0);
    bench.succeed(30_000);
    bench.succeed(30_001);
    assert_eq!(bench.state(30_001), State::HalfOpen);
    bench.succeed(30_002);
    let status = bench.status(30_002);
    assert_eq!((status.state, status.failures, status.results, status.generation), (State::Closed, 0, 0, 3));
    assert_eq!(bench.breakers.next_deadline_us(), None);
}

#[test]
fn row_11_one_failed_trial_opens_whatever_the_window_holds() {
    let mut bench = Bench::new(options(|options| options.monitoring_period_ms = 1000));
    bench.trip(0);
    bench.succeed(30_000);
    bench.fail(30_000);
    let status = bench.status(30_000);
    assert_eq!((status.state, status.totals.trips, status.trip_streak), (State::Open, 2, 2));
    assert_eq!(status.retry_after_ms, Some(60_000));
}

#[test]
fn row_11_a_trial_that_never_ends_opens_as_of_its_deadline() {
    let mut bench = defaults();
    bench.trip(0);
    let stuck = bench.admit(30_000);
    assert_eq!(bench.state(59_999), State::HalfOpen);
    let status = bench.status(61_000);
    assert_eq!((status.state, status.totals.trips), (State::Open, 2));
    assert_eq!(status.retry_after_ms, Some(59_000), "60 s from 60 000, not from when somebody looked");
    bench.settle(stuck, Outcome::Success, 62_000);
    assert_eq!(bench.state(62_000), State::Open);
    assert_eq!(bench.state(120_000), State::HalfOpen);
}

#[test]
fn row_12_old_results_move_nothing() {
    let mut bench = defaults();
    let (late_success, late_failure) = (bench.admit(0), bench.admit(0));
    bench.trip(0);
    bench.settle(late_failure, Outcome::Failure { retry_after_ms: Some(200_000) }, 10_000);
    bench.settle(late_success, Outcome::Success, 10_000);
    let status = bench.status(10_000);
    assert_eq!((status.state, status.retry_after_ms, status.trip_streak), (State::Open, Some(20_000), 1));
    assert_eq!((status.totals.successes, status.totals.failures), (1, 6));
}

#[test]
fn row_13_forced_open() {
    let mut bench = defaults();
    bench.breakers.ensure(KEY, 0);
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(bench.breakers.force_open(KEY, wrong, 0), Err(ForceError::Duration));
    }
    assert_eq!(bench.breakers.force_open("https://other", 1.0, 0), Err(ForceError::UnknownKey));
    assert_eq!(bench.breakers.len(), 1, "nothing is created");
    assert_eq!(bench.breakers.force_open(KEY, 5000.0, 0), Ok(()));
    let status = bench.status(0);
    assert_eq!((status.state, status.forced, status.totals.trips, status.trip_streak), (State::Open, true, 0, 0));
    assert_eq!(bench.rejected(0), 5000);
    assert_eq!(bench.status(5000).state, State::HalfOpen);
    assert!(!bench.status(5000).forced);
    assert_eq!(bench.breakers.force_open(KEY, f64::MAX, 6000), Ok(()));
    assert_eq!(bench.state(6_000_000), State::Open);
}

#[test]
fn row_14_reset_from_every_state() {
    for (at, state) in [(0, State::Open), (30_000, State::HalfOpen), (40_000, State::Closed)] {
        let mut bench = defaults();
        bench.trip(0);
        if state == State::Closed {
            (30_000..30_003).for_each(|at| bench.succeed(at));
            bench.fail(30_004);
        }
        assert_eq!(bench.state(at), state);
        let before = bench.status(at).totals;
        assert!(bench.breakers.reset(KEY, at * 1000));
        let status = bench.status(at);
        assert_eq!((status.state, status.failures, status.trip_streak, status.forced), (State::Closed, 0, 0, false));
        assert_eq!(status.totals, before, "totals are kept");
    }
}

#[test]
fn row_15_shutdown_is_final() {
    let mut bench = defaults();
    let pending = bench.admit(0);
    bench.trip(0);
    bench.breakers.shutdown();
    bench.breakers.shutdown();
    assert_eq!(bench.decide(60_000), Decision::ShutDown);
    assert_eq!(bench.breakers.next_deadline_us(), None);
    bench.settle(pending, Outcome::FAILURE, 60_000);
    assert_eq!(bench.breakers.totals().trips, 1, "totals outlive the breakers");
}

#[test]
fn an_aborted_trial_frees_its_place_and_changes_nothing() {
    let mut bench = defaults();
    bench.trip(0);
    let trial = bench.admit(30_000);
    bench.settle(trial, Outcome::Neutral, 30_500);
    let status = bench.status(30_500);
    assert_eq!((status.state, status.trials_in_flight), (State::HalfOpen, 0));
    assert_eq!((status.totals.successes, status.totals.failures), (0, 5));
    assert!(bench.admit(30_500).is_trial());
}

#[test]
fn delays_double_up_to_the_limit() {
    let mut bench = defaults();
    bench.trip(0);
    let mut now = 0;
    for (trip, delay) in [30_000, 60_000, 120_000, 240_000, 300_000, 300_000].into_iter().enumerate() {
        let status = bench.status(now);
        assert_eq!(status.retry_after_ms, Some(delay), "trip {}", trip + 1);
        now += delay;
        bench.fail(now);
    }
    let mut flat = Bench::new(options(|options| options.exponential_backoff = false));
    flat.trip(0);
    flat.fail(30_000);
    assert_eq!(flat.status(30_000).retry_after_ms, Some(30_000));
}

#[test]
fn the_streak_is_forgiven_after_a_quiet_period() {
    for (quiet, delay) in [(59_999, 60_000), (60_000, 30_000)] {
        let mut bench = defaults();
        bench.trip(0);
        (0..3).for_each(|_| bench.succeed(30_000));
        bench.trip(30_000 + quiet);
        assert_eq!(bench.status(30_000 + quiet).retry_after_ms, Some(delay));
    }
}

#[test]
fn jitter_takes_between_half_and_all_of_the_delay() {
    for (unit, delay) in [(0.0, 15_000), (0.5, 22_500), (f64::NAN, 22_500), (7.0, 30_000)] {
        let mut bench = Bench::new(options(|options| options.jitter_enabled = true));
        bench.unit = unit;
        bench.trip(0);
        assert_eq!(bench.status(0).retry_after_ms, Some(delay));
    }
}

#[test]
fn every_trip_has_a_jitter_of_its_own() {
    let mut bench = Bench::new(options(|options| options.jitter_enabled = true));
    bench.unit = 0.0;
    bench.trip(0);
    assert_eq!(bench.status(0).retry_after_ms, Some(15_000));
    bench.unit = 0.5;
    bench.fail(15_000);
    assert_eq!(bench.status(15_000).retry_after_ms, Some(45_000));
}

#[test]
fn retry_after_raises_the_delay_up_to_the_limit() {
    for (header, delay) in [(1_000, 30_000), (45_000, 45_000), (9_000_000, 300_000)] {
        let mut bench = Bench::new(options(|options| options.failure_threshold = 1));
        bench.call(Outcome::Failure { retry_after_ms: Some(header) }, 0);
        assert_eq!(bench.status(0).retry_after_ms, Some(delay));
    }
}

#[test]
fn worked_trace() {
    let mut bench = Bench::new(BreakerOptions {
        failure_threshold: 3,
        monitoring_period_ms: 60_000,
        recovery_timeout_ms: 30_000,
        jitter_enabled: false,
        half_open_max_calls: 1,
        success_threshold: 2,
        ..BreakerOptions::default()
    });
    bench.fail(0);
    bench.fail(10_000);
    assert_eq!((bench.state(10_000), bench.status(10_000).failures), (State::Closed, 2));
    bench.fail(60_000);
    assert_eq!((bench.state(60_000), bench.status(60_000).failures), (State::Closed, 2));
    let x = bench.admit(60_500);
    assert_eq!(bench.status(60_500).generation, 0);
    bench.fail(61_000);
    let status = bench.status(61_000);
    assert_eq!((status.state, status.failures, status.totals.trips, status.generation), (State::Open, 3, 1, 1));
    assert_eq!(status.retry_after_ms, Some(30_000));
    assert_eq!(bench.rejected(90_999), 1);
    let a = bench.admit(91_000);
    assert!(a.is_trial());
    bench.rejected(91_000);
    assert_eq!(bench.state(91_000), State::HalfOpen);
    bench.settle(a, Outcome::FAILURE, 91_500);
    let status = bench.status(91_500);
    assert_eq!((status.state, status.totals.trips, status.retry_after_ms), (State::Open, 2, Some(60_000)));
    bench.settle(x, Outcome::Success, 100_000);
    let status = bench.status(100_000);
    assert_eq!((status.state, status.totals.successes, status.retry_after_ms), (State::Open, 1, Some(51_500)));
    assert_eq!(bench.state(151_500), State::HalfOpen);
    bench.succeed(151_600);
    bench.succeed(151_700);
    let status = bench.status(151_700);
    assert_eq!((status.state, status.failures, status.trip_streak), (State::Closed, 0, 2));
    (152_000..152_003).for_each(|at| bench.fail(at));
    let status = bench.status(152_002);
    assert_eq!((status.state, status.retry_after_ms), (State::Open, Some(120_000)));
    // The system date is no input: set back a day, it only moves what is shown.
    let status = bench.status(153_000);
    let date = 1_790_000_000_000;
    assert_eq!(status.next_retry_epoch_ms(date - 86_400_000), date - 86_400_000 + 119_002);
    assert_eq!(status.state, State::Open);
    let totals = status.totals;
    bench.breakers.reset(KEY, 160_000_000);
    let status = bench.status(160_000);
    assert_eq!((status.state, status.trip_streak, status.totals), (State::Closed, 0, totals));
}
