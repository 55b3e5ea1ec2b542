//! Origins in trouble, through the real loader: breakers, retry, timeouts, limits, copies past their time.
//! The names of tests begin with the defects and rows that they hold.

use somon_modules::error::{ErrorCode, SomonError};
use somon_modules::json_value;
use somon_ops::breaker::{BreakerStatus, State};
use somon_ops::config::Value;
use somon_system::effect::{OperationId, Topic};
use somon_system::event::Request;
use somon_system::outcome::Outcome;
use somon_system::sim::{End, Network, Reply, World, profile};
use somon_system::{HostKind, HostProfile};

use crate::support::{BASE, compile, load};

const MS: u64 = 1000;
const ORIGIN: &str = "https://h";

/// A world and the next free number of an operation.
struct Bench {
    world: World,
    next: u32,
}

/// Without jitter and retries, unless `loading` says so.
fn bench(loading: &str, breakers: &str) -> Bench {
    let retry = if loading.contains("retry") { "" } else { r#""retry": {"maxRetries": 0},"# };
    let text = format!(
        r#"{{"loading": {{{retry} "negativeTtlMs": 0 {loading}}}, "circuitBreakers": {{"jitterEnabled": false {breakers}}},
            "resolution": {{"allowedOrigins": "any"}}}}"#
    );
    let options = json_value::read(&text).expect("JSON");
    let world = World::new(&options, &profile(BASE), Network::default()).expect("the options are right");
    Bench { world, next: 1 }
}

impl Bench {
    /// Answers by time in ms and path.
    fn serve(mut self, mut answer: impl FnMut(u64, &str) -> Reply + 'static) -> Bench {
        self.world.server = Some(Box::new(move |now, request| Some(answer(now / MS, &request.url))));
        self
    }

    fn start(&mut self, at_ms: u64, request: Request) -> OperationId {
        let operation = self.next;
        self.next += 1;
        self.world.start_at(at_ms * MS, operation, request);
        OperationId(operation)
    }

    fn begin(&mut self, at_ms: u64, module: &str) -> OperationId {
        self.start(at_ms, load(module))
    }

    fn settled(&self, operation: OperationId) -> &Result<Outcome, Box<SomonError>> {
        self.world.settled.get(&operation).expect("it is settled")
    }

    fn error(&self, operation: OperationId) -> &SomonError {
        self.settled(operation).as_ref().expect_err("it failed")
    }

    fn code(&self, operation: OperationId) -> Option<ErrorCode> {
        self.settled(operation).as_ref().err().map(|error| error.code)
    }

    /// Five loads that fail, one after the other.
    fn trip(&mut self, at_ms: u64) {
        for index in 0..5 {
            self.begin(at_ms + index, &format!("./down{index}.som"));
        }
        self.world.run_until((at_ms + 10) * MS);
        assert_eq!(self.status().state, State::Open);
    }

    fn status(&mut self) -> BreakerStatus {
        let all = self.world.system.breaker_statuses(self.world.moment());
        all.into_iter().find(|(key, _)| key == ORIGIN).map(|(_, status)| status).expect("a breaker")
    }

    fn finish(&mut self) {
        self.world.run();
        assert!(self.world.faults.is_empty(), "{:?}\n{}", self.world.faults, self.world.trace);
    }
}

fn down() -> Reply {
    Reply::status(500)
}

fn up() -> Reply {
    Reply::text("содир собит х = 1;")
}

#[test]
fn s03_s14_an_open_breaker_asks_nobody_and_leaves_other_origins_alone() {
    let mut bench = bench("", "").serve(|_, url| if url.starts_with(ORIGIN) { down() } else { up() });
    bench.trip(0);
    let asked = bench.world.requests.len();
    let refused = bench.begin(1000, "./a.som");
    let other = bench.begin(1000, "https://other/a.som");
    bench.finish();
    let error = bench.error(refused);
    assert_eq!((error.code, error.attempts), (ErrorCode::BreakerOpen, 0));
    assert_eq!(error.breaker.as_deref(), Some(ORIGIN));
    assert_eq!(error.retry_after_ms, Some(30_000 - 1000 + 5), "the fifth failed at 5 ms");
    assert_eq!(error.message, "cannot load \"./a.som\": the breaker of https://h is open");
    assert!(bench.settled(other).is_ok());
    assert_eq!(bench.world.requests[asked..], ["https://other/a.som"]);
}

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
fn k1_a_half_open_breaker_lets_one_through_of_fifty() {
    let mut bench = bench("", "").serve(|now, _| if now < 1000 { down() } else { up().delay(500 * MS) });
    bench.trip(0);
    let asked = bench.world.requests.len();
    for index in 0..50 {
        bench.begin(31_000, &format!("./m{index}.som"));
    }
    bench.finish();
    assert_eq!(bench.world.requests.len() - asked, 1);
    let refused = (0..50).filter(|index| bench.code(OperationId(6 + index)) == Some(ErrorCode::BreakerOpen)).count();
    assert_eq!(refused, 49);
}

#[test]
fn k1_k15_the_number_of_trials_and_of_successes_are_options() {
    let mut bench = bench("", r#", "halfOpenMaxCalls": 3, "successThreshold": 2"#)
        .serve(|now, _| if now < 1000 { down() } else { up().delay(500 * MS) });
    bench.trip(0);
    for index in 0..50 {
        bench.begin(31_000, &format!("./m{index}.som"));
    }
    bench.world.run_until(31_500 * MS);
    assert_eq!((bench.status().state, bench.status().trials_in_flight), (State::HalfOpen, 3));
    bench.finish();
    assert_eq!((bench.status().state, bench.world.requests.len()), (State::Closed, 8));
}

#[test]
fn k2_one_failed_trial_opens_it_again_whatever_the_window_holds() {
    let mut bench = bench("", r#", "monitoringPeriod": 1000"#).serve(|_, _| down());
    bench.trip(0);
    bench.begin(31_000, "./a.som");
    let refused = bench.begin(31_100, "./b.som");
    bench.finish();
    assert_eq!(bench.code(refused), Some(ErrorCode::BreakerOpen));
    let status = bench.status();
    assert_eq!((status.state, status.totals.trips), (State::Open, 2));
    assert_eq!(bench.world.requests.len(), 6);
}

#[test]
fn k3_answers_to_requests_from_before_the_trip_close_nothing() {
    let mut bench = bench(r#", "fetchTimeout": 60000"#, "").serve(|_, url| match url.contains("slow") {
        true => up().delay(16_000 * MS),
        false => down(),
    });
    for index in 0..3 {
        bench.begin(0, &format!("./slow{index}.som"));
    }
    bench.trip(1);
    bench.world.run_until(31_000 * MS);
    assert_eq!(bench.status().state, State::HalfOpen);
    bench.finish();
    let status = bench.status();
    assert_eq!((status.state, status.totals.successes), (State::HalfOpen, 3));
}

#[test]
fn k4_a_late_failure_does_not_move_the_time_of_the_next_try() {
    let mut bench = bench(r#", "fetchTimeout": 60000"#, "").serve(|_, url| match url.contains("slow") {
        true => Reply::status(500).delay(20_000 * MS),
        false => down(),
    });
    bench.begin(0, "./slow.som");
    bench.trip(1);
    let until = |bench: &mut Bench| bench.world.now / MS + bench.status().retry_after_ms.expect("it is open");
    let before = until(&mut bench);
    bench.world.run_until(25_000 * MS);
    let status = bench.status();
    assert_eq!((status.totals.failures, until(&mut bench)), (6, before));
    bench.finish();
}

#[test]
fn k5_reading_the_state_after_the_deadline_says_half_open() {
    let mut bench = bench("", "").serve(|_, _| down());
    bench.trip(0);
    bench.finish();
    bench.world.run_until(29_000 * MS);
    assert_eq!(bench.status().state, State::Open);
    bench.world.run_until(30_006 * MS);
    assert_eq!(bench.status().state, State::HalfOpen);
}

#[test]
fn k6_k7_the_rate_is_of_the_window_and_rejections_do_not_thin_it() {
    let mut bench = bench("", r#", "failureThreshold": 9"#).serve(|_, _| down());
    for at in 0..9 {
        bench.begin(at, &format!("./m{at}.som"));
    }
    for at in 0..9 {
        bench.begin(100 + at, &format!("./n{at}.som"));
    }
    bench.finish();
    let status = bench.status();
    assert_eq!((status.failure_rate, status.failures, status.totals.rejected), (1.0, 9, 9));
    assert_eq!(status.totals.requests, 9, "rejected ones are not among them");
    bench.world.run_until(61_000 * MS);
    let status = bench.status();
    assert_eq!((status.failure_rate, status.failures), (0.0, 0));
}

#[test]
fn k8_s98_waits_grow_from_trip_to_trip_and_the_origin_comes_back_by_itself() {
    let mut bench =
        bench("", r#", "monitoringPeriod": 1000"#).serve(|now, _| if now < 200_000 { down() } else { up() });
    bench.trip(0);
    let mut waits = Vec::new();
    let mut at = 10;
    while bench.world.now < 420_000 * MS {
        bench.begin(at, "./a.som");
        at += 1000;
        bench.world.run_until(at * MS);
        let wait = bench.status().retry_after_ms.unwrap_or(0).div_ceil(10_000) * 10;
        if waits.last().is_none_or(|last| wait > *last) {
            waits.push(wait);
        }
        if bench.status().totals.successes >= 3 {
            break;
        }
    }
    assert_eq!(waits, [30, 60, 120]);
    assert_eq!(bench.status().state, State::Closed);
    // Five failures, a trial at the end of each wait, three trials to close.
    assert_eq!(bench.world.requests.len(), 5 + 2 + 3);
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
fn k12_setting_the_date_changes_nothing() {
    for shift in [-3_600_000, 3_600_000] {
        let mut bench = bench("", "").serve(|now, _| if now < 1000 { down() } else { up() });
        bench.trip(0);
        bench.world.date_shift_ms = shift;
        let early = bench.begin(29_000, "./a.som");
        let late = bench.begin(31_000, "./b.som");
        bench.finish();
        assert_eq!(bench.code(early), Some(ErrorCode::BreakerOpen));
        assert!(bench.settled(late).is_ok());
    }
}

#[test]
fn k13_a_breaker_is_forced_for_a_time_or_not_at_all() {
    let mut bench = bench("", "").serve(|_, _| up());
    bench.begin(0, "./a.som");
    bench.finish();
    for wrong in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
        let moment = bench.world.moment();
        let error = bench.world.system.force_breaker(moment, Some(ORIGIN), wrong).expect_err("a wrong duration");
        assert_eq!(error.code, ErrorCode::ConfigInvalid);
    }
    let moment = bench.world.moment();
    assert_eq!(bench.world.system.force_breaker(moment, Some("https://ghost"), 10.0).ok(), Some(false));
    assert_eq!(bench.world.system.force_breaker(moment, Some(ORIGIN), 10_000.0).ok(), Some(true));
    assert!(bench.status().forced);
    let refused = bench.begin(1000, "./b.som");
    bench.finish();
    assert_eq!(bench.code(refused), Some(ErrorCode::BreakerOpen));
    let moment = bench.world.moment();
    assert!(!bench.world.system.reset_breaker(moment, Some("https://ghost")));
    assert!(bench.world.system.reset_breaker(moment, None));
    let admitted = bench.begin(2000, "./c.som");
    bench.finish();
    assert!(bench.settled(admitted).is_ok());
}

#[test]
fn k16_a_trial_that_hangs_gives_its_place_back() {
    let mut bench = bench(r#", "fetchTimeout": 600000"#, "").serve(|now, _| match now {
        0..1000 => down(),
        1000..40_000 => up().end(End::Hangs).delay(700_000 * MS),
        _ => up(),
    });
    bench.trip(0);
    let hanging = bench.begin(31_000, "./a.som");
    // Half a minute later the trial counts as failed; two backed-off waits later another one is admitted.
    let late = bench.begin(125_000, "./b.som");
    bench.world.run_until(130_000 * MS);
    assert!(bench.settled(late).is_ok());
    bench.finish();
    assert_eq!(bench.code(hanging), Some(ErrorCode::Timeout));
}

#[test]
fn l9_an_operation_ends_at_its_deadline_even_if_no_timer_fired() {
    let mut bench = bench("", "").serve(|_, _| up().delay(700 * MS));
    let options = json_value::read(r#"{"timeout": 1000}"#).expect("JSON");
    let operation = bench.start(0, Request::Load { specifier: "./a.som".to_owned(), referrer: None, options });
    bench.world.drops_timers = true;
    bench.world.run_until(5000 * MS);
    let error = bench.error(operation);
    assert_eq!(error.code, ErrorCode::Timeout);
    assert_eq!(error.message, "the operation took too long: 0 modules loaded, 1 pending");
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
fn x_attempts_count_against_the_limit_of_fetches() {
    let mut bench = bench(r#", "maxFetches": 3, "retry": {"maxRetries": 10}"#, "").serve(|_, _| down());
    let operation = bench.begin(0, "./a.som");
    bench.finish();
    assert_eq!((bench.code(operation), bench.world.requests.len()), (Some(ErrorCode::LimitFetches), 3));
    let mut hops = self::bench(r#", "maxFetches": 3"#, "").serve(|_, _| Reply::redirect("/app/b.som"));
    let operation = hops.begin(0, "./a.som");
    hops.finish();
    assert_eq!((hops.code(operation), hops.world.requests.len()), (Some(ErrorCode::LimitFetches), 3));
}

#[test]
fn each_hop_of_a_redirect_is_its_own_origins_affair() {
    let mut bench = bench("", "").serve(|_, url| match url.starts_with(ORIGIN) {
        true => Reply::redirect("https://mirror/a.som"),
        false => down(),
    });
    for at in 0..6 {
        bench.begin(at * 10, &format!("./m{at}.som"));
    }
    bench.finish();
    let all = bench.world.system.breaker_statuses(bench.world.moment());
    let states: Vec<_> = all.iter().map(|(key, status)| (key.as_str(), status.state, status.totals.failures)).collect();
    assert_eq!(states, [(ORIGIN, State::Closed, 0), ("https://mirror", State::Open, 5)]);
    let last = bench.error(OperationId(6));
    assert_eq!((last.code, last.breaker.as_deref()), (ErrorCode::BreakerOpen, Some("https://mirror")));
    assert_eq!(bench.world.requests.len(), 6 + 5);
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
fn switched_off_breakers_let_everything_through_and_still_count() {
    let options = json_value::read(r#"{"circuitBreakers": false, "loading": {"retry": {"maxRetries": 0}}}"#);
    let world = World::new(&options.expect("JSON"), &profile(BASE), Network::default()).expect("the options are right");
    let mut bench = Bench { world, next: 1 }.serve(|_, _| down());
    for at in 0..20 {
        bench.begin(at, &format!("./m{at}.som"));
    }
    bench.finish();
    let status = bench.status();
    assert_eq!((bench.world.requests.len(), status.state, status.totals.failures), (20, State::Closed, 20));
}

#[test]
fn sources_and_data_urls_have_no_breaker() {
    let options = json_value::read(r#"{"loading": {"sources": {"somon:///a.som": "содир собит х = 1;"}}}"#);
    let world = World::new(&options.expect("JSON"), &profile("somon:///"), Network::default()).expect("right");
    let mut bench = Bench { world, next: 1 }.serve(|_, _| up().header("content-type", "text/somon"));
    bench.begin(0, "./a.som");
    bench.begin(0, "data:text/somon,");
    bench.finish();
    assert_eq!(bench.world.settled.values().filter(|result| result.is_ok()).count(), 2);
    assert!(bench.world.system.breaker_statuses(bench.world.moment()).is_empty());
}

#[test]
fn l10_l13_a_failing_module_is_never_an_empty_one() {
    for path in ["./node_modules/x/z.som", "./node_modules_x/z.som", "https://cdn/lodash.som"] {
        let mut bench = bench("", r#", "failureThreshold": 1"#).serve(|_, _| down());
        let first = bench.begin(0, path);
        let second = bench.begin(100, path);
        let third = bench.start(200, compile(path));
        bench.finish();
        assert_eq!(bench.code(first), Some(ErrorCode::LoadHttp));
        assert_eq!(bench.code(second), Some(ErrorCode::BreakerOpen));
        let Ok(Outcome::Compilation(compilation)) = bench.settled(third) else { panic!("{path}") };
        assert!(compilation.modules.is_empty());
        assert_eq!(compilation.findings.len(), 1);
    }
}

#[test]
fn l11_s31_nested_imports_go_through_the_breaker_of_their_origin() {
    let mut bench = bench("", "").serve(|_, url| match url.starts_with(ORIGIN) {
        true => Reply::text("ворид \"https://cdn/lib.som\";"),
        false => down(),
    });
    for at in 0..6 {
        bench.begin(at * 10, &format!("./m{at}.som"));
    }
    bench.finish();
    assert_eq!(bench.world.requests.iter().filter(|url| url.starts_with("https://cdn")).count(), 5);
    let error = bench.error(OperationId(6));
    assert_eq!((error.code, error.import_chain.len()), (ErrorCode::BreakerOpen, 1));
}

#[test]
fn requests_beyond_the_instances_limit_wait_in_turn() {
    let mut bench = bench(r#", "maxInFlight": 4, "concurrency": 3"#, "");
    bench = bench.serve(|_, url| if url.contains("main") { Reply::text(FAN) } else { up().delay(10 * MS) });
    for at in 0..5 {
        bench.begin(0, &format!("./main{at}.som"));
    }
    bench.finish();
    assert!(bench.world.settled.values().all(Result::is_ok));
    assert_eq!(bench.world.open_max, 4);
}

const FAN: &str = "ворид \"./a.som\"; ворид \"./b.som\"; ворид \"./c.som\"; ворид \"./d.som\";";

#[test]
fn requests_beyond_the_queue_are_refused() {
    let mut bench = bench(r#", "maxInFlight": 2, "maxQueue": 3"#, "").serve(|_, _| up());
    for at in 0..8 {
        bench.begin(0, &format!("./m{at}.som"));
    }
    bench.finish();
    let codes: Vec<_> = (1..=8).map(|operation| bench.code(OperationId(operation))).collect();
    let limit = Some(ErrorCode::LimitFetches);
    assert_eq!(codes, [None, None, None, None, None, limit, limit, limit]);
}

#[test]
fn on_workerd_no_request_waits_for_another() {
    let profile = HostProfile { kind: HostKind::Workerd, base_url: BASE.to_owned() };
    let options = json_value::read(r#"{"loading": {"maxInFlight": 2, "maxQueue": 100}}"#).expect("JSON");
    let world = World::new(&options, &profile, Network::default()).expect("the options are right");
    let mut bench = Bench { world, next: 1 }.serve(|_, _| up());
    for at in 0..3 {
        bench.begin(0, &format!("./m{at}.som"));
    }
    bench.finish();
    let codes: Vec<_> = (1..=3).map(|operation| bench.code(OperationId(operation))).collect();
    assert_eq!(codes, [None, None, Some(ErrorCode::LimitFetches)]);
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

#[test]
fn a_copy_stands_in_for_an_origin_that_fails() {
    for (control, loading, stands_in) in [
        ("max-age=1, stale-if-error=60", "", true),
        ("max-age=1", r#", "staleIfErrorMs": 60000"#, true),
        ("max-age=1", "", false),
        ("max-age=1, must-revalidate", r#", "staleIfErrorMs": 60000"#, false),
        ("max-age=1, stale-if-error=3", r#", "staleIfErrorMs": 60000"#, false),
    ] {
        let mut bench = bench(loading, "").serve(move |now, _| match now {
            0..2000 => up().header("cache-control", control),
            2000..20_000 => down(),
            _ => Reply::status(404),
        });
        bench.begin(0, "./a.som");
        // Failing, behind an open breaker, and gone for good.
        let load_at = [10_000, 10_010, 10_020, 10_030, 10_040, 10_050, 50_000];
        let loads = load_at.map(|at| bench.begin(at, "./a.som"));
        bench.finish();
        for (index, operation) in loads.into_iter().enumerate() {
            let is_copy = matches!(bench.settled(operation), Ok(Outcome::Module(module)) if module.is_stale);
            assert_eq!(is_copy, stands_in && index < 6, "{control}, load {index}");
        }
        let expected = if stands_in { 6 } else { 0 };
        assert_eq!(bench.world.system.figures().stale_served, expected, "{control}");
        assert_eq!(bench.world.requests.len(), 1 + 5 + 1, "{control}");
    }
}

#[test]
fn a_copy_is_marked_in_what_was_compiled_and_linked() {
    let mut bench = bench(r#", "staleIfErrorMs": 60000"#, "").serve(|now, url| match now {
        0..2000 if url.contains("main") => Reply::text("ворид { х } аз \"./a.som\"; чоп.сабт(х);"),
        0..2000 => up(),
        _ if url.contains("main") => Reply::text("ворид { х } аз \"./a.som\"; чоп.сабт(х);"),
        _ => down(),
    });
    bench.begin(0, "./main.som");
    let compiled = bench.start(3000, compile("./main.som"));
    let bundled = bench.start(4000, crate::support::bundle("./main.som"));
    bench.finish();
    let Ok(Outcome::Compilation(compilation)) = bench.settled(compiled) else { panic!("it failed") };
    let marks: Vec<_> = compilation.modules.iter().map(|module| (&*module.id, module.is_stale)).collect();
    assert_eq!(marks, [("https://h/app/a.som", true), ("https://h/app/main.som", false)]);
    let warnings: Vec<_> =
        compilation.findings.iter().map(|finding| (&*finding.url, finding.diagnostic.code as u16)).collect();
    assert_eq!(warnings, [("https://h/app/a.som", 5007)]);
    let Ok(Outcome::Bundle(bundle)) = bench.settled(bundled) else { panic!("it failed") };
    assert_eq!(bundle.modules.iter().filter(|module| module.is_stale).count(), 1);
    assert_eq!(bundle.findings.len(), 1);
}

#[test]
fn k9_options_that_contradict_each_other_are_refused_together() {
    let options = json_value::read(
        r#"{"loading": {"retry": {"initialDelay": 5000, "maxDelay": 4000}},
            "circuitBreakers": {"recoveryTimeout": 60000, "maxBackoffTime": 30000}}"#,
    );
    let world = World::new(&options.expect("JSON"), &profile(BASE), Network::default());
    let paths: Vec<_> = world.err().expect("refused").problems.into_iter().map(|problem| problem.path).collect();
    assert_eq!(paths, ["loading.retry.maxDelay", "circuitBreakers.maxBackoffTime"]);
}

#[test]
fn calls_of_the_users_own_are_counted_once_and_trip_their_key_alone() {
    let mut bench = bench("", "").serve(|_, _| up());
    let moment = bench.world.moment();
    let system = &mut bench.world.system;
    let failure = somon_ops::breaker::Outcome::FAILURE;
    for _ in 0..5 {
        let call = system.admit_call(moment, "db").expect("closed");
        system.settle_call(moment, call, failure);
        system.settle_call(moment, call, failure);
    }
    let error = system.admit_call(moment, "db").expect_err("open");
    assert_eq!((error.code, error.retry_after_ms), (ErrorCode::BreakerOpen, Some(30_000)));
    let statuses = system.breaker_statuses(moment);
    assert_eq!(statuses.len(), 1);
    assert_eq!(statuses[0].1.totals.failures, 5);
    let operation = bench.begin(0, "./a.som");
    bench.finish();
    assert!(bench.settled(operation).is_ok());
}

#[test]
fn s68_s69_a_probe_runs_under_the_breaker_of_its_external() {
    let options = json_value::read(
        r#"{"circuitBreakers": {"jitterEnabled": false}, "loading": {"externals": ["axios", "lodash"]}}"#,
    );
    let Value::Map(mut entries) = options.expect("JSON") else { panic!("an object") };
    if let Some((_, Value::Map(loading))) = entries.last_mut() {
        loading.push(("externalProbe".to_owned(), Value::Function));
    }
    let world = World::new(&Value::Map(entries), &profile(BASE), Network::default()).expect("the options are right");
    let mut bench = Bench { world, next: 1 }.serve(|now, url| match url {
        "external:axios" if now < 20_000 => Reply::status(0),
        "external:axios" if now < 40_000 => Reply::text("").end(End::Hangs).delay(50_000 * MS),
        _ => Reply::text(""),
    });
    for at in 0..50 {
        bench.begin(at * 10, "axios");
    }
    let other = bench.begin(1000, "lodash");
    let hanging = bench.begin(31_000, "axios");
    let again = bench.begin(140_000, "axios");
    bench.finish();
    assert_eq!(bench.world.requests.iter().filter(|url| *url == "external:axios").count(), 5 + 1 + 1);
    let first = bench.error(OperationId(1));
    assert_eq!((first.code, first.attempts), (ErrorCode::LoadNetwork, 1), "l10: it can fail");
    assert_eq!(first.message, "cannot load \"axios\": the probe failed: connection refused");
    let last = bench.error(OperationId(50));
    assert_eq!((last.code, last.breaker.as_deref()), (ErrorCode::BreakerOpen, Some("external:axios")));
    for operation in [other, again] {
        assert!(matches!(bench.settled(operation), Ok(Outcome::Module(module)) if module.kind.is_none()));
    }
    assert_eq!(bench.code(hanging), Some(ErrorCode::LoadTimeout));
    let states: Vec<_> = bench.world.system.breaker_statuses(bench.world.moment());
    let states: Vec<_> = states.iter().map(|(key, status)| (key.as_str(), status.state)).collect();
    assert_eq!(states, [("external:axios", State::HalfOpen), ("external:lodash", State::Closed)]);
}

#[test]
fn row_15_l22_k14_after_the_end_nothing_is_left_and_nothing_begins() {
    let mut bench = bench(r#", "retry": {"initialDelay": 5000}"#, "").serve(|_, url| match url.contains("hang") {
        true => up().end(End::Hangs).delay(100_000 * MS),
        false => down(),
    });
    let moment = bench.world.moment();
    bench.world.system.listen(moment, Topic::Breaker, true);
    let asleep = bench.begin(0, "./a.som");
    let open = bench.begin(0, "./hang.som");
    bench.world.shut_down_at(100 * MS);
    let late = bench.begin(200, "./c.som");
    bench.finish();
    for operation in [asleep, open, late] {
        assert_eq!(bench.code(operation), Some(ErrorCode::Shutdown));
    }
    assert_eq!(bench.world.now, 200 * MS, "no timer is left");
    assert_eq!(bench.world.requests.len(), 2);
    let moment = bench.world.moment();
    let error = bench.world.system.admit_call(moment, "db").expect_err("it is over");
    assert_eq!(error.code, ErrorCode::Shutdown);
}

#[test]
fn who_listens_hears_of_every_change_when_it_is_due_and_an_idle_system_has_no_timer() {
    let changes = |bench: &Bench| bench.world.notices.iter().filter(|(topic, _)| *topic == Topic::Breaker).count();
    for listens in [true, false] {
        let mut bench = bench("", "").serve(|now, _| if now < 1000 { down() } else { up() });
        let moment = bench.world.moment();
        bench.world.system.listen(moment, Topic::Breaker, listens);
        bench.trip(0);
        assert_eq!(bench.world.system.figures().timers, usize::from(listens));
        bench.world.run_until(40_000 * MS);
        assert_eq!(bench.world.system.figures().timers, 0, "half-open changes by calls alone");
        for at in 0..3 {
            bench.begin(41_000 + at, &format!("./m{at}.som"));
            bench.world.run_until((41_010 + 10 * at) * MS);
        }
        bench.finish();
        // Opened, half-open at its time, closed.
        assert_eq!(changes(&bench), if listens { 3 } else { 0 });
    }
}

#[test]
fn x4_times_that_a_timer_cannot_keep_are_refused() {
    for wrong in [f64::NAN, f64::INFINITY, 0.0, -1.0, 0.5, 2_147_483_648.0] {
        let mut bench = bench("", "").serve(|_, _| up());
        let options = Value::Map(vec![("timeout".to_owned(), Value::Number(wrong))]);
        let operation = bench.start(0, Request::Load { specifier: "./a.som".to_owned(), referrer: None, options });
        bench.finish();
        assert_eq!(bench.code(operation), Some(ErrorCode::ConfigInvalid), "{wrong}");
        assert!(bench.world.requests.is_empty());
        for path in ["loading.fetchTimeout", "operationTimeout", "circuitBreakers.halfOpenTimeout"] {
            let mut value = Value::Number(wrong);
            for name in path.rsplit('.') {
                value = Value::Map(vec![(name.to_owned(), value)]);
            }
            let refused = World::new(&value, &profile(BASE), Network::default()).err().expect("refused");
            assert_eq!(refused.problems.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(), [path]);
        }
    }
}

#[test]
fn a_fresh_instance_carries_on_what_an_idle_one_left() {
    let mut old = bench("", "").serve(|_, _| down());
    old.trip(0);
    old.finish();
    let moment = old.world.moment();
    let patch = json_value::read(r#"{"failureThreshold": 2}"#).expect("JSON");
    old.world.system.update_config(moment, &patch, false).expect("it is right");
    let (id, state) = (old.world.system.instance_id(), old.world.system.save(moment));
    let config = old.world.system.config().to_value();
    let figures = |bench: &mut Bench| {
        let (mut figures, moment) = (Vec::new(), bench.world.moment());
        bench.world.system.metrics(moment, None, &mut |group, name, value| {
            if matches!((group, name), ("", "totalLoads" | "loadErrors" | "failedOperations" | "totalOperations")) {
                figures.push((name, value));
            }
        });
        figures
    };
    let expected = figures(&mut old);
    assert!(expected.contains(&("loadErrors", 5.0)), "{expected:?}");
    // Its clock begins anew.
    let mut fresh = bench("", "").serve(|_, _| up());
    let moment = fresh.world.moment();
    fresh.world.system.carry_on(moment, &config, 1, &state);
    assert_eq!(fresh.world.system.instance_id(), id);
    assert_eq!(figures(&mut fresh), expected);
    assert_eq!(fresh.world.system.config().version(), 1);
    let status = fresh.status();
    assert_eq!((status.state, status.totals.failures, status.trip_streak), (State::Open, 5, 1));
    let refused = fresh.begin(1000, "./a.som");
    let later = fresh.begin(31_000, "./a.som");
    fresh.finish();
    assert_eq!(fresh.code(refused), Some(ErrorCode::BreakerOpen));
    assert!(fresh.settled(later).is_ok());
    // A damaged state is left out, whatever it holds.
    for cut in 0..state.len() {
        let mut other = bench("", "");
        let moment = other.world.moment();
        other.world.system.carry_on(moment, &config, 1, &state[..cut]);
    }
}

#[test]
fn an_instance_is_replaced_only_when_most_of_its_memory_is_waste() {
    const MIB: u64 = 1024 * 1024;
    for (linear, live, expected) in
        [(64, 0, false), (65, 1, true), (65, 17, false), (400, 99, true), (400, 100, false), (0, 0, false)]
    {
        assert_eq!(somon_system::renewal::is_bloated(linear * MIB, live * MIB), expected, "{linear} {live}");
    }
}

#[test]
fn a_large_operation_does_not_keep_a_small_one_waiting() {
    let mut bench = bench(r#", "maxInFlight": 6, "concurrency": 6"#, "").serve(|_, url| match url.contains("main") {
        true => Reply::text(&(0..500).map(|index| format!("ворид \"./m{index}.som\";\n")).collect::<String>()),
        false => up().delay(10 * MS),
    });
    let large = bench.begin(0, "./main.som");
    // By then six requests of the large one are open, and it has as many in the queue at most.
    let small = bench.begin(100, "./small.som");
    bench.finish();
    let took = |operation: OperationId, at_ms: u64| bench.world.settled_at[&operation] / MS - at_ms;
    assert!(took(large, 0) > 1000, "{}", took(large, 0));
    assert!(took(small, 100) <= 3 * 20, "{}", took(small, 100));
}
