//! Retry (6.6), what counts as what (6.3), the budget, and defects K10, K11, K13 as far as they concern it.

use somon_modules::json_value;
use somon_ops::attempt::{AttemptResult, RETRYABLE, RetryOn};
use somon_ops::breaker::Outcome;
use somon_ops::config::{self, Options};
use somon_ops::retry::{Attempts, GiveUp, Next, RetryBudget, RetryOptions};

const SECOND: u64 = 1_000_000;

fn plain() -> RetryOptions {
    RetryOptions { jitter: false, ..RetryOptions::default() }
}

/// Fails again and again, without `Retry-After` and with a closed breaker; gives the delays in ms and the end.
fn delays(options: &RetryOptions, result: AttemptResult, deadline_us: u64) -> (Vec<u64>, GiveUp) {
    let mut budget = RetryBudget::default();
    let mut attempts = Attempts::start(0, deadline_us, options, &mut budget);
    let (mut now, mut delays) = (0, Vec::new());
    loop {
        attempts.begin(now, 10_000);
        match attempts.after(result, None, None, now, options, &mut budget, &mut || 0.0) {
            Next::RetryAt { at_us } => {
                delays.push((at_us - now) / 1000);
                now = at_us;
            }
            Next::GiveUp { reason, .. } => return (delays, reason),
        }
    }
}

#[test]
fn outcomes_of_attempts() {
    let failure = Outcome::Failure { retry_after_ms: Some(7) };
    for status in [408, 425, 429, 500, 501, 503, 599] {
        assert_eq!(AttemptResult::Status(status).outcome(Some(7)), failure, "{status}");
    }
    for status in [200, 204, 304, 400, 401, 403, 404, 410, 426, 451] {
        assert_eq!(AttemptResult::Status(status).outcome(Some(7)), Outcome::Success, "{status}");
    }
    for result in [AttemptResult::Network, AttemptResult::Timeout, AttemptResult::CutShort] {
        assert_eq!(result.outcome(None), Outcome::FAILURE);
    }
    assert_eq!(AttemptResult::Unusable.outcome(None), Outcome::Success);
    assert_eq!(AttemptResult::Aborted.outcome(None), Outcome::Neutral);
}

#[test]
fn what_may_be_retried() {
    for (name, result) in RETRYABLE {
        assert!(RetryOn::ALL.allows(result), "{name}");
        let only = RetryOn::NONE.with(name).expect("a known name");
        assert_eq!(RETRYABLE.iter().filter(|(_, other)| only.allows(*other)).count(), 1);
    }
    assert!(RetryOn::ALL.allows(AttemptResult::CutShort));
    for result in [AttemptResult::Unusable, AttemptResult::Aborted] {
        assert!(!RetryOn::ALL.allows(result));
    }
    for status in [200, 304, 400, 404, 410, 501, 505] {
        assert!(!RetryOn::ALL.allows(AttemptResult::Status(status)), "{status}");
        assert_eq!(delays(&plain(), AttemptResult::Status(status), u64::MAX), (vec![], GiveUp::NotRetryable));
    }
    assert_eq!(RetryOn::ALL.with("404"), None);
}

#[test]
fn delays_grow_up_to_the_limit() {
    let many = RetryOptions { max_retries: 6, ..plain() };
    let expected = vec![1000, 2000, 4000, 8000, 10_000, 10_000];
    assert_eq!(delays(&many, AttemptResult::Network, u64::MAX), (expected, GiveUp::Exhausted));
    let flat = RetryOptions { exponential: false, ..plain() };
    assert_eq!(delays(&flat, AttemptResult::Timeout, u64::MAX), (vec![1000; 3], GiveUp::Exhausted));
    let spread = RetryOptions { jitter: true, ..plain() };
    assert_eq!(delays(&spread, AttemptResult::Status(503), u64::MAX).0, [500, 1000, 2000]);
    let none = RetryOptions { max_retries: 0, ..plain() };
    assert_eq!(delays(&none, AttemptResult::Network, u64::MAX), (vec![], GiveUp::Exhausted));
}

#[test]
fn no_sleep_outlasts_the_operation() {
    assert_eq!(delays(&plain(), AttemptResult::Network, 3 * SECOND), (vec![1000], GiveUp::Deadline));
    assert_eq!(delays(&plain(), AttemptResult::Network, 3 * SECOND + 1), (vec![1000, 2000], GiveUp::Deadline));
    let own = RetryOptions { budget_ms: Some(1500), ..plain() };
    assert_eq!(delays(&own, AttemptResult::Network, u64::MAX), (vec![1000], GiveUp::Deadline));
}

#[test]
fn an_attempt_has_its_own_time_and_a_new_waiter_brings_more() {
    let mut budget = RetryBudget::default();
    let mut attempts = Attempts::start(0, SECOND, &plain(), &mut budget);
    assert_eq!(attempts.begin(0, 10_000), 10 * SECOND);
    assert_eq!(attempts.begin(u64::MAX, u64::MAX), u64::MAX);
    assert_eq!(attempts.made(), 2);
    let mut after = |attempts: &mut Attempts| {
        attempts.after(AttemptResult::Network, None, None, 0, &plain(), &mut budget, &mut || 0.0)
    };
    assert!(matches!(after(&mut attempts), Next::GiveUp { reason: GiveUp::Deadline, .. }));
    attempts.set_deadline(60 * SECOND);
    assert!(matches!(after(&mut attempts), Next::RetryAt { .. }));
}

#[test]
fn retry_after_raises_the_delay_or_ends_it() {
    let mut budget = RetryBudget::default();
    let mut attempts = Attempts::start(0, 60 * SECOND, &plain(), &mut budget);
    attempts.begin(0, 10_000);
    let mut after = |wait| {
        attempts.clone().after(AttemptResult::Status(429), Some(wait), None, 0, &plain(), &mut budget, &mut || 0.0)
    };
    assert_eq!(after(500), Next::RetryAt { at_us: SECOND });
    assert_eq!(after(30_000), Next::RetryAt { at_us: 30 * SECOND });
    let too_long = Next::GiveUp { reason: GiveUp::Deadline, retry_after_ms: Some(60_000) };
    assert_eq!(after(60_000), too_long);
    assert!(matches!(after(u64::MAX), Next::GiveUp { reason: GiveUp::Deadline, .. }));
}

#[test]
fn k10_an_open_breaker_ends_the_loop_before_any_sleep() {
    let mut budget = RetryBudget::default();
    let before = budget.clone();
    let mut attempts = Attempts::start(0, u64::MAX, &plain(), &mut budget);
    attempts.begin(0, 10_000);
    let next = attempts.after(AttemptResult::Network, None, Some(30_000), 0, &plain(), &mut budget, &mut || 0.0);
    assert_eq!(next, Next::GiveUp { reason: GiveUp::BreakerOpen, retry_after_ms: Some(30_000) });
    assert_eq!(budget, before, "and costs no token");
}

#[test]
fn the_budget_keeps_retries_a_fraction_of_the_demand() {
    for (ratio, expected) in [(0.2, 2010), (0.0, 10), (1.0, 10_010)] {
        let options = RetryOptions { budget_ratio: ratio, ..plain() };
        let mut budget = RetryBudget::default();
        let mut retries = 0;
        for _ in 0..10_000 {
            let mut attempts = Attempts::start(0, u64::MAX, &options, &mut budget);
            loop {
                attempts.begin(0, 10_000);
                match attempts.after(AttemptResult::Network, None, None, 0, &options, &mut budget, &mut || 0.0) {
                    Next::RetryAt { .. } => retries += 1,
                    Next::GiveUp { reason, .. } => {
                        assert!(matches!(reason, GiveUp::Budget | GiveUp::Exhausted));
                        break;
                    }
                }
            }
        }
        // The first attempt finds the bucket full, so what it would add is lost.
        assert!((expected - 2..=expected).contains(&retries), "{ratio}: {retries}");
    }
}

#[test]
fn options_are_checked_as_a_whole() {
    let read = |text: &str| json_value::read(text).expect("JSON");
    let wrong = read(
        r#"{"loading": {"retry": {"maxRetries": 11, "initialDelay": 60001, "maxDelay": -1, "budgetRatio": 1.1,
            "retryOn": ["network", 404]}}}"#,
    );
    let found: Vec<_> = config::check(&wrong, config::SYSTEM).into_iter().map(|problem| problem.path).collect();
    let names = ["maxRetries", "initialDelay", "maxDelay", "budgetRatio", "retryOn"];
    assert_eq!(found, names.map(|name| ["loading.retry.", name].concat()));
    let crossed = RetryOptions { initial_delay_ms: 10_001, ..plain() };
    assert_eq!(crossed.problem().map(|problem| problem.key), Some("maxDelay"));
    assert_eq!(RetryOptions::default().problem(), None);
    let given = read(r#"{"loading": {"retry": {"retryOn": ["timeout", 503, "429"], "maxRetries": 0}}}"#);
    let options = RetryOptions::read(&Options::new(&given, config::SYSTEM));
    assert_eq!(options.max_retries, 0);
    let allowed: Vec<_> = RETRYABLE.iter().filter(|(_, result)| options.retry_on.allows(*result)).collect();
    assert_eq!(allowed.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["timeout", "429", "503"]);
}
