//! An origin that fails is left alone for a while, and nobody else is: breakers through the real loader.
//! They must never stand on a machine of their own: what opens one are requests that failed.

use somon_modules::error::ErrorCode;
use somon_modules::json_value;
use somon_ops::breaker::{Outcome as CallOutcome, State};
use somon_ops::config::Value;
use somon_system::effect::{Effect, OperationId, Topic};
use somon_system::outcome::Outcome;
use somon_system::sim::{End, Network, Reply, World, profile};

use super::support::{Bench, MS, ORIGIN, bench, down, up};
use crate::support::{BASE, compile};

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
fn calls_of_the_users_own_are_counted_once_and_trip_their_key_alone() {
    let mut bench = bench("", "").serve(|_, _| up());
    let moment = bench.world.moment();
    let system = &mut bench.world.system;
    let failure = CallOutcome::FAILURE;
    for _ in 0..5 {
        let call = system.admit_call(moment, "db").expect("closed");
        system.settle_call(moment.now, call, failure);
        system.settle_call(moment.now, call, failure);
    }
    assert!(system.take_effects().is_empty(), "nobody listens");
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
fn a_call_by_the_number_of_its_breaker_is_a_call_like_any_other() {
    let mut bench = bench("", "").serve(|_, _| up());
    let mut moment = bench.world.moment();
    let system = &mut bench.world.system;
    system.listen(moment, Topic::Breaker, true);
    assert_eq!(system.breaker_number("db"), None);
    let first = system.admit_call(moment, "db").expect("closed");
    assert!(!system.settle_call(moment.now, first, CallOutcome::Success));
    let db = system.breaker_number("db").expect("it is there");
    for left in (0..5).rev() {
        let call = system.admit_again(db).expect("closed");
        assert_ne!(call, 0);
        let is_told = system.settle_call(moment.now, call, CallOutcome::FAILURE);
        assert_eq!(is_told, left == 0, "what trips is told");
        assert!(!system.settle_call(moment.now, call, CallOutcome::FAILURE), "once");
    }
    assert_eq!(system.admit_again(db), None, "open");
    let topics = system.take_effects().into_iter().filter(|effect| matches!(effect, Effect::Notify { .. })).count();
    assert_eq!(topics, 1);
    let status = &system.breaker_statuses(moment)[0].1;
    assert_eq!((status.totals.requests, status.totals.failures, status.totals.rejected), (6, 5, 0));
    // The end of a trial moves the deadline that a timer may wait for.
    moment.now.0 += 60_000 * MS;
    let trial = system.admit_call(moment, "db").expect("half-open");
    system.take_effects();
    assert!(system.settle_call(moment.now, trial, CallOutcome::Neutral));
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
