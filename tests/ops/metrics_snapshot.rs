//! Metrics carried over into a fresh instance.

use somon_ops::breaker::{RestoreError, Totals};
use somon_ops::metrics::{Counter, Live, LoadOutcome, Metrics, Operation, OperationEnd};

use crate::support::Seeded;

const CODES: [&str; 2] = ["LOAD_HTTP", "LOAD_TIMEOUT"];

fn used() -> Metrics {
    let mut metrics = Metrics::new(0);
    let mut random = Seeded(9);
    for step in 0..5000u64 {
        let now = step * 50_000;
        metrics.load_done(LoadOutcome::ALL[random.below(4) as usize], random.below(900_000), now);
        metrics.module_compiled(step % 9 == 0, random.below(2000), now);
        metrics.operation_started(Operation::LoadModule, now);
        metrics.operation_done(Operation::LoadModule, OperationEnd::Success, random.below(5_000_000), now);
        metrics.busy_ms(1.5, now);
        metrics.cache_missed(step, now);
    }
    metrics.load_failed("LOAD_HTTP", 5000, 250_000_000);
    metrics.operation_done(Operation::Bundle, OperationEnd::Failure, 7000, 250_000_000);
    metrics.count(Counter::Retries, 3);
    metrics.lag_ms(4.0, 250_000_000);
    metrics
}

fn read(metrics: &mut Metrics, now_us: u64) -> Vec<(String, f64)> {
    let mut fields = Vec::new();
    metrics.read(now_us, &Live::default(), &mut |group, name, value| fields.push((format!("{group}.{name}"), value)));
    fields
}

#[test]
fn all_figures_go_on() {
    // The second instance's clock runs 90 s ahead, a whole number of slices.
    let (then, ahead) = (252_000_000, 90_000_000);
    let mut old = used();
    let saved = old.save(then);
    let mut new = Metrics::new(then + ahead);
    new.restore(&saved, &CODES, then + ahead).expect("a sound snapshot");
    assert_eq!(format!("{:?}", read(&mut new, then + ahead)), format!("{:?}", read(&mut old, then)));
    for later in [10_000_000, 100_000_000, 290_000_000, 400_000_000] {
        old.load_done(LoadOutcome::Fetched, 77, then + later);
        new.load_done(LoadOutcome::Fetched, 77, then + ahead + later);
        let (old, new) = (read(&mut old, then + later), read(&mut new, then + ahead + later));
        assert_eq!(format!("{new:?}"), format!("{old:?}"), "after {later}");
    }
}

#[test]
fn a_clock_that_starts_anew_loses_the_window_only() {
    let mut old = used();
    let saved = old.save(252_000_000);
    let mut new = Metrics::new(0);
    new.restore(&saved, &CODES, 0).expect("a sound snapshot");
    let (old, new) = (read(&mut old, 252_000_000), read(&mut new, 0));
    let of = |fields: &[(String, f64)], name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
    for name in [".totalLoads", "loadLatency.count", "loadLatency.max", "compileLatency.sum", ".retries"] {
        assert_eq!(of(&new, name), of(&old, name), "{name}");
    }
}

#[test]
fn unknown_codes_are_counted_as_other() {
    let saved = used().save(252_000_000);
    let mut new = Metrics::new(0);
    new.restore(&saved, &[], 252_000_000).expect("a sound snapshot");
    assert_eq!(new.save(252_000_000).windows(5).filter(|bytes| bytes == b"other").count(), 1);
}

#[test]
fn damaged_snapshots_are_refused_whole() {
    let saved = used().save(252_000_000);
    for length in (0..saved.len()).step_by(997).chain(saved.len() - 20..saved.len()) {
        let mut new = Metrics::new(0);
        assert_eq!(new.restore(&saved[..length], &CODES, 0), Err(RestoreError), "{length} bytes");
        assert_eq!(new.loads(LoadOutcome::Hit), 0);
    }
    let mut random = Seeded(4);
    for _ in 0..300 {
        let mut bytes = saved.clone();
        for _ in 0..1 + random.below(4) {
            let at = random.below(bytes.len() as u64) as usize;
            bytes[at] = random.next() as u8;
        }
        let mut new = Metrics::new(0);
        if new.restore(&bytes, &CODES, 252_000_000).is_ok() {
            // Whatever was read, it keeps working.
            new.load_failed("LOAD_HTTP", 5, 260_000_000);
            new.operation_done(Operation::Run, OperationEnd::Failure, 5, u64::MAX);
            read(&mut new, u64::MAX);
            new.reset(u64::MAX, 0, Totals::default());
        }
    }
}
