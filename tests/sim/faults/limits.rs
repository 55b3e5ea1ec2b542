//! Limits that operations run into: deadlines, requests at once, queues, counts of fetches, contradicting options.
//! They must never be held by a timer or a queue that the loader does not have.

use somon_modules::error::ErrorCode;
use somon_modules::json_value;
use somon_ops::config::Value;
use somon_system::effect::OperationId;
use somon_system::event::Request;
use somon_system::sim::{Network, Reply, World, profile};
use somon_system::{HostKind, HostProfile};

use super::support::{Bench, MS, bench, down, up};
use crate::support::BASE;

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
