//! Native figures of the operations room: `cargo bench -p somon-ops`. Prints, asserts nothing.
//! With `--page` or `--openmetrics` it prints one exposition instead, for tools that check the format
//! (`promtool check metrics`).

use std::hint::black_box;
use std::time::Instant;

use somon_ops::breaker::{BreakerOptions, Breakers, Decision, Outcome};
use somon_ops::exposition::TextFormat;
use somon_ops::health::{Figures, HealthStatus, Thresholds, examine};
use somon_ops::histogram::Histogram;
use somon_ops::log::{Entry, Level, LogOptions, Logger, Scope};
use somon_ops::metrics::{Live, LoadOutcome, Metrics, Operation, OperationEnd};
use somon_ops::prometheus::{DEFAULT_PREFIX, Facts, render};
use somon_ops::trace::TraceContext;

fn main() {
    for (option, format) in [("--page", TextFormat::Prometheus), ("--openmetrics", TextFormat::OpenMetrics)] {
        if std::env::args().any(|argument| argument == option) {
            let (mut metrics, mut breakers) = busy();
            print!("{}", page(&mut metrics, &mut breakers, format));
            return;
        }
    }
    breaker();
    histogram();
    reads();
    log();
}

fn breaker() {
    let mut random = || 0.5;
    let mut one = Breakers::new(BreakerOptions::default()).expect("valid options");
    measure("breaker: admit and settle, one origin", 1_000_000, |step| {
        if let Decision::Admitted(lease) = one.admit("https://cdn.example", step * 50, &mut random) {
            one.settle(lease, Outcome::Success, step * 50 + 20);
        }
    });
    let keys: Vec<String> = (0..1000).map(|index| format!("https://host{index}.example")).collect();
    let mut many = Breakers::new(BreakerOptions::default()).expect("valid options");
    measure("breaker: admit and settle, 1000 origins in turn", 1_000_000, |step| {
        let key = &keys[step as usize * 7 % keys.len()];
        if let Decision::Admitted(lease) = many.admit(key, step * 50, &mut random) {
            many.settle(lease, Outcome::Success, step * 50 + 20);
        }
    });
    measure("breaker: next deadline of 1000", 10_000, |_| {
        black_box(many.next_deadline_us());
    });
}

fn histogram() {
    let mut histogram = Histogram::default();
    let mut young = Histogram::default();
    for step in 0..1000 {
        young.record(step * 2_654_435_761 % 3_000_000, step * 50);
    }
    measure("histogram: summary after a thousand records", 10_000, |_| {
        black_box(young.summary(50_000_000));
    });
    measure("histogram: record", 1_000_000, |step| histogram.record(step * 2_654_435_761 % 3_000_000, step * 50));
    measure("histogram: summary after a million records", 10_000, |_| {
        black_box(histogram.summary(50_000_000));
    });
    println!("{:>10} bytes  histogram: memory after a million records", histogram.memory_bytes());
}

fn reads() {
    let (mut metrics, mut breakers) = busy();
    let live = Live::default();
    measure("metrics: one load", 1_000_000, |step| metrics.load_done(LoadOutcome::Fetched, step % 50_000, step));
    let mut fields = Vec::new();
    measure("metrics: read all fields", 10_000, |_| {
        fields.clear();
        metrics.read(1_000_000, &live, &mut |_, _, value| fields.push(value));
    });
    let figures = Figures { limit_bytes: 100, live_bytes: Some(50), finished: 100, failed: 3, ..Figures::default() };
    measure("health: six checks", 10_000, |_| {
        black_box(examine(&figures, &Thresholds::default()));
    });
    let text = page(&mut metrics, &mut breakers, TextFormat::Prometheus);
    let samples = text.lines().filter(|line| !line.starts_with('#')).count();
    measure(&format!("exposition: {samples} samples, {} bytes", text.len()), 2_000, |_| {
        black_box(page(&mut metrics, &mut breakers, TextFormat::Prometheus));
    });
}

fn log() {
    let mut logger = Logger::new(LogOptions::default()).expect("valid options");
    let scope = Scope::new("module-loader");
    let context = TraceContext::root(1.0, &mut |bytes| bytes.fill(7));
    let entry = Entry {
        trace: Some(&context),
        module_id: Some("https://cdn.example/app/module.som"),
        load_time_us: Some(12_345),
        ..Entry::new(Level::Info, "Module loaded successfully", &scope)
    };
    measure("log: one load", 100_000, |step| {
        black_box(logger.log(&entry, step));
    });
    let quiet = Entry { level: Level::Debug, ..entry.clone() };
    measure("log: one entry below the level", 1_000_000, |step| {
        black_box(logger.log(&quiet, step));
    });
}

fn busy() -> (Metrics, Breakers) {
    let mut metrics = Metrics::new(0);
    for step in 0..10_000 {
        metrics.load_done(LoadOutcome::ALL[step as usize % 4], step * 37 % 90_000, step);
        metrics.module_compiled(step % 50 == 0, step % 900, step);
    }
    metrics.load_failed("LOAD_HTTP", 10_000, 0);
    metrics.operation_done(Operation::Bundle, OperationEnd::Success, 40_000, 0);
    metrics.lag_ms(2.5, 0);
    metrics.busy_ms(20.0, 0);
    let mut breakers = Breakers::new(BreakerOptions::default()).expect("valid options");
    for index in 0..20 {
        let key = format!("https://host{index}.example/\"quoted\\\"");
        for _ in 0..6 {
            if let Decision::Admitted(lease) = breakers.admit(&key, 0, &mut || 0.5) {
                breakers.settle(lease, if index % 3 == 0 { Outcome::FAILURE } else { Outcome::Success }, 0);
            }
        }
    }
    (metrics, breakers)
}

fn page(metrics: &mut Metrics, breakers: &mut Breakers, format: TextFormat) -> String {
    let live = Live { memory_limit_bytes: 1 << 28, live_bytes: Some(1 << 20), ..Live::default() };
    let facts = Facts {
        version: "0.1.0",
        host: "node",
        started_epoch_ms: 1_758_096_620_762,
        health: HealthStatus::Degraded,
        live: &live,
    };
    render(format, DEFAULT_PREFIX, metrics, breakers, &facts, 1_101_000).expect("valid names")
}

/// The best of five rounds: what is left over is the machine's other work.
fn measure(what: &str, steps: u64, mut step: impl FnMut(u64)) {
    let mut best = f64::INFINITY;
    for round in 0..5 {
        let start = Instant::now();
        for number in 0..steps {
            step(round * steps + number);
        }
        best = best.min(start.elapsed().as_nanos() as f64 / steps as f64);
    }
    println!("{best:>10.1} ns     {what}");
}
