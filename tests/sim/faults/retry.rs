//! What fails in passing is asked for again: which answers, after how long, how often, and in whose time.
//! No test here may wait for chance: sleeps are without jitter where their length counts.

use somon_modules::error::ErrorCode;
use somon_modules::json_value;
use somon_system::effect::OperationId;
use somon_system::event::Request;
use somon_system::outcome::Outcome;
use somon_system::sim::{End, Network, Reply, World};
use somon_system::{HostKind, HostProfile};

use super::support::{Bench, MS, ORIGIN, bench, down, up};
use crate::support::BASE;

#[test]
fn s18_what_answers_in_order_is_no_failure_of_the_origin() {
    let answers: [fn() -> Reply; 6] = [
        || Reply::status(404),
        || Reply::status(403),
        || up().header("content-type", "image/png"),
        || Reply { chunks: vec![b"\xFF".to_vec()], ..up() },
        || Reply { chunks: vec![vec![b' '; 2000]], ..up() },
        || Reply::redirect("ftp://x/"),
    ];
    for (index, answer) in answers.into_iter().enumerate() {
        let mut bench = bench(r#", "maxModuleBytes": 1000, "retry": {}"#, "").serve(move |_, _| answer());
        for at in 0..20 {
            bench.begin(at, &format!("./m{at}.som"));
        }
        bench.finish();
        let status = bench.status();
        assert_eq!((status.totals.failures, status.totals.requests), (0, 20), "answer {index}");
        assert_eq!(bench.world.requests.len(), 20, "answer {index} is not asked for again");
        assert!(bench.world.settled.values().all(Result::is_err));
    }
}

#[test]
fn s18_what_fails_in_passing_is_asked_for_again() {
    let answers: [fn() -> Reply; 7] = [
        || Reply::status(0),
        || Reply::status(408),
        || Reply::status(429),
        || Reply::status(503),
        || up().end(End::Breaks),
        || up().header("content-length", "9999"),
        || up().end(End::Hangs),
    ];
    for answer in answers {
        let mut asked = 0;
        let mut bench = bench(r#", "retry": {"jitter": false}"#, "").serve(move |_, _| {
            asked += 1;
            if asked < 3 { answer() } else { up() }
        });
        let operation = bench.begin(0, "./a.som");
        bench.finish();
        assert!(bench.settled(operation).is_ok());
        assert_eq!(bench.world.requests.len(), 3);
        assert_eq!(bench.status().totals.failures, 2);
        assert!(bench.world.now >= 3000 * MS, "1 s and 2 s of sleep");
    }
}

#[test]
fn s18_attempts_are_counted_in_the_error_and_the_last_one_says_why() {
    let mut bench = bench(r#", "retry": {"maxRetries": 2}"#, "").serve(|_, _| down());
    let operation = bench.begin(0, "./a.som");
    bench.finish();
    let error = bench.error(operation);
    assert_eq!((error.code, error.status, error.attempts), (ErrorCode::LoadHttp, Some(500), 3));
    assert_eq!(bench.world.requests.len(), 3);
}

#[test]
fn s18_retry_after_is_honoured_in_seconds_and_as_a_date() {
    // The world's clock begins at 2026-01-01, a Thursday.
    for (value, wait_ms) in [("7", 7000), ("Thu, 01 Jan 2026 00:00:09 GMT", 9000 - 1)] {
        let mut bench = bench(r#", "retry": {"jitter": false}"#, "")
            .serve(move |now, _| if now == 0 { Reply::status(503).header("retry-after", value) } else { up() });
        let operation = bench.begin(0, "./a.som");
        bench.finish();
        assert!(bench.settled(operation).is_ok());
        let expected = 1 + wait_ms + 2;
        assert_eq!(bench.world.now / MS, expected, "{value}");
    }
}

#[test]
fn s18_a_retry_after_beyond_the_operation_fails_now() {
    let mut bench = bench(r#", "retry": {}"#, "").serve(|_, _| Reply::status(429).header("retry-after", "500"));
    let operation = bench.begin(0, "./a.som");
    bench.finish();
    let error = bench.error(operation);
    assert_eq!((error.status, error.retry_after_ms), (Some(429), Some(500_000)));
    assert_eq!(bench.world.now, MS);
}

#[test]
fn k10_a_retry_that_meets_an_open_breaker_ends_with_the_error_of_its_attempt() {
    // Asleep, while others trip the breaker.
    let mut asleep = bench(r#", "retry": {"jitter": false, "initialDelay": 500}"#, "").serve(|_, _| down());
    for at in 0..5 {
        asleep.begin(at, &format!("./m{at}.som"));
    }
    asleep.finish();
    for operation in 1..=5 {
        let error = asleep.error(OperationId(operation));
        assert_eq!((error.code, error.status, error.attempts), (ErrorCode::LoadHttp, Some(500), 1));
        assert_eq!(error.breaker.as_deref(), Some(ORIGIN));
        assert!(error.retry_after_ms.is_some_and(|wait| wait > 20_000));
    }
    assert_eq!(asleep.world.requests.len(), 5);
    // The attempt itself trips it: there is no sleep at all.
    let mut own = bench(r#", "retry": {}"#, r#", "failureThreshold": 1"#).serve(|_, _| down());
    let operation = own.begin(0, "./a.som");
    own.finish();
    assert_eq!((own.code(operation), own.world.now), (Some(ErrorCode::LoadHttp), MS));
}

#[test]
fn x_an_attempt_fits_into_its_operation_and_its_end_is_no_failure_of_the_origin() {
    let mut bench = bench(r#", "retry": {}"#, "").serve(|_, _| up().end(End::Hangs).delay(100_000 * MS));
    let options = json_value::read(r#"{"timeout": 15000}"#).expect("JSON");
    let operation = bench.start(0, Request::Load { specifier: "./a.som".to_owned(), referrer: None, options });
    bench.finish();
    assert_eq!((bench.code(operation), bench.world.now), (Some(ErrorCode::Timeout), 15_000 * MS));
    // One attempt timed out; the second was stopped by the operation's own deadline.
    let totals = bench.status().totals;
    assert_eq!((totals.requests, totals.failures, totals.successes), (2, 1, 0));
    assert_eq!(bench.world.trace.matches("  cancel").count(), 2, "both connections are given back");
}

#[test]
fn x_no_sleep_begins_that_would_outlast_the_operation() {
    let mut bench = bench(r#", "retry": {"jitter": false}"#, "").serve(|_, _| down());
    let options = json_value::read(r#"{"timeout": 2000}"#).expect("JSON");
    let operation = bench.start(0, Request::Load { specifier: "./a.som".to_owned(), referrer: None, options });
    bench.finish();
    let error = bench.error(operation);
    assert_eq!((error.code, error.attempts, bench.world.now), (ErrorCode::LoadHttp, 2, 1002 * MS));
}

#[test]
fn x_who_joins_a_fetch_with_less_time_leaves_it_earlier() {
    let mut bench = bench(r#", "retry": {"jitter": false, "initialDelay": 5000}"#, "");
    bench = bench.serve(|now, _| if now < 1000 { down() } else { up() });
    let patient = bench.begin(0, "./a.som");
    let options = json_value::read(r#"{"timeout": 3000}"#).expect("JSON");
    let hasty = bench.start(0, Request::Load { specifier: "./a.som".to_owned(), referrer: None, options });
    bench.finish();
    assert!(bench.settled(patient).is_ok());
    assert_eq!((bench.code(hasty), bench.error(hasty).attempts), (Some(ErrorCode::LoadHttp), 1));
    assert_eq!(bench.world.requests.len(), 2);
}

#[test]
fn x_an_abort_ends_a_sleep_and_blames_nobody() {
    let mut bench = bench(r#", "retry": {}"#, "").serve(|_, _| down());
    let operation = bench.begin(0, "./a.som");
    bench.world.abort_at(100 * MS, operation.0);
    bench.finish();
    assert_eq!((bench.code(operation), bench.world.requests.len()), (Some(ErrorCode::LoadAborted), 1));
    assert_eq!(bench.world.now, 100 * MS);
}

#[test]
fn x_retries_stay_a_fifth_of_the_requests_under_stress() {
    let mut bench = bench(r#", "retry": {"initialDelay": 10}"#, r#", "failureThreshold": 1000"#).serve(|_, _| down());
    for at in 0..700 {
        bench.begin(at * 10, &format!("./m{at}.som"));
    }
    bench.finish();
    let retries = bench.world.system.figures().retries;
    assert_eq!(retries as usize, bench.world.requests.len() - 700);
    assert!((140..=150).contains(&retries), "a fifth, and the bucket of ten: {retries}");
}

#[test]
fn a_retry_begins_at_the_modules_own_url() {
    let mut bench = bench(r#", "retry": {}"#, "").serve(|now, url| match url {
        "https://h/app/a.som" if now == 0 => Reply::redirect("https://sick/a.som"),
        "https://h/app/a.som" => Reply::redirect("https://well/a.som"),
        url if url.contains("sick") => down(),
        _ => up(),
    });
    let operation = bench.begin(0, "./a.som");
    bench.finish();
    let Ok(Outcome::Module(module)) = bench.settled(operation) else { panic!("it failed") };
    assert_eq!(&*module.url, "https://well/a.som");
    assert_eq!(bench.world.requests.len(), 4);
}

#[test]
fn edge_hosts_try_twice_again_and_others_three_times() {
    for (kind, attempts) in [(HostKind::Workerd, 3), (HostKind::Deno, 3), (HostKind::Node, 4), (HostKind::Browser, 4)] {
        let profile = HostProfile { kind, base_url: BASE.to_owned() };
        let options = json_value::read("{}").expect("JSON");
        let world = World::new(&options, &profile, Network::default()).expect("the options are right");
        let mut bench = Bench { world, next: 1 }.serve(|_, _| down());
        bench.begin(0, "./a.som");
        bench.finish();
        assert_eq!(bench.world.requests.len(), attempts);
    }
}
