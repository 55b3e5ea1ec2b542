//! The end of a system, and a fresh instance in the place of an idle one.
//! Nothing that was under way may be left, and nothing that was known may be lost.

use somon_modules::error::ErrorCode;
use somon_modules::json_value;
use somon_ops::breaker::State;
use somon_system::effect::Topic;
use somon_system::sim::End;

use super::support::{Bench, MS, bench, down, up};

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
