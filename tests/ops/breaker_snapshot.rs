//! Breakers carried over into a fresh instance.

use somon_ops::breaker::{Breakers, Decision, RestoreError, State};

use crate::support::{Bench, KEY, Seeded, options};

#[test]
fn a_restored_breaker_goes_on_where_it_was() {
    let mut old = Bench::new(options(|_| {}));
    old.trip(1000);
    old.breakers.ensure("https://closed", 0);
    let saved = old.breakers.save(11_000_000);
    let mut new = Bench::new(options(|_| {}));
    new.breakers.restore(&saved, 500_000_000).expect("a sound snapshot");
    let (before, after) = (old.status(11_000), new.status(500_000));
    assert_eq!((before.state, before.retry_after_ms), (State::Open, Some(20_000)));
    assert_eq!(after.retry_after_ms, before.retry_after_ms);
    assert_eq!((after.totals, after.failures, after.trip_streak), (before.totals, before.failures, before.trip_streak));
    assert_eq!(after.last_failure_age_ms, Some(10_000));
    assert_eq!(new.breakers.len(), 2);
    assert_eq!(new.state(520_000), State::HalfOpen);
    new.fail(520_000);
    assert_eq!(new.status(520_000).retry_after_ms, Some(60_000));
}

#[test]
fn trials_under_way_are_not_carried_over() {
    let mut old = Bench::new(options(|_| {}));
    old.trip(0);
    drop(old.admit(30_000));
    let saved = old.breakers.save(30_000_000);
    let mut new = Bench::new(options(|_| {}));
    new.breakers.restore(&saved, 30_000_000).expect("a sound snapshot");
    assert_eq!(new.status(30_000).trials_in_flight, 0);
    assert!(new.admit(30_000).is_trial());
}

#[test]
fn damaged_snapshots_are_refused_whole() {
    let mut old = Bench::new(options(|_| {}));
    old.trip(0);
    let saved = old.breakers.save(0);
    for length in 0..saved.len() {
        let mut new = Breakers::new(options(|_| {})).expect("valid");
        assert_eq!(new.restore(&saved[..length], 0), Err(RestoreError), "{length} bytes");
        assert!(new.is_empty());
    }
    let mut random = Seeded(1);
    for _ in 0..20_000 {
        let mut bytes = saved.clone();
        let at = random.below(bytes.len() as u64) as usize;
        bytes[at] = random.next() as u8;
        let mut new = Breakers::new(options(|_| {})).expect("valid");
        if new.restore(&bytes, 1 << 40).is_ok() {
            // Whatever was read, it keeps working.
            let decision = new.admit(KEY, 1 << 41, &mut || 0.5);
            assert_ne!(decision, Decision::ShutDown);
            new.advance(u64::MAX);
        }
    }
}
