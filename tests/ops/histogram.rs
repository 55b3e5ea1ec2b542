//! Percentiles within 1% of nearest rank, exact lifetime figures, a window that slides, bounded memory.

use std::collections::BTreeMap;

use somon_ops::histogram::{Histogram, Summary};

use crate::support::Seeded;

fn nearest_rank(sorted: &[u64], p: f64) -> u64 {
    sorted[((p * sorted.len() as f64).ceil() as usize).max(1) - 1]
}

#[track_caller]
fn assert_close(got: u64, want: u64, what: &str) {
    let error = (got as f64 - want as f64).abs();
    assert!(error <= want as f64 * 0.01, "{what}: {got} for {want}");
}

#[track_caller]
fn check(mut values: Vec<u64>, what: &str) {
    let mut histogram = Histogram::default();
    values.iter().for_each(|value| histogram.record(*value, 0));
    values.sort_unstable();
    let summary = histogram.summary(0);
    assert_eq!(summary.count as usize, values.len());
    assert_eq!(summary.sum, values.iter().sum::<u64>());
    assert_eq!((summary.min, summary.max), (values[0], *values.last().expect("values")));
    assert_close(summary.p50, nearest_rank(&values, 0.5), what);
    assert_close(summary.p95, nearest_rank(&values, 0.95), what);
    assert_close(summary.p99, nearest_rank(&values, 0.99), what);
    assert_close(summary.p999, nearest_rank(&values, 0.999), what);
}

#[test]
fn five_distributions() {
    let mut random = Seeded(11);
    let mut draw = |shape: &dyn Fn(f64, f64) -> f64| -> Vec<u64> {
        (0..20_000).map(|_| shape(random.unit(), random.unit()) as u64).collect()
    };
    let exponential = |mean: f64, unit: f64| -mean * (1.0 - unit).ln();
    let normal = |a: f64, b: f64| (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos();
    check(draw(&|a, _| a * 5_000_000.0), "uniform");
    check(draw(&|a, _| exponential(40_000.0, a)), "exponential");
    check(draw(&|a, b| (9.0 + 1.5 * normal(a, b)).exp()), "lognormal");
    check(draw(&|a, b| if a < 0.9 { 300.0 + 50.0 * b } else { 80_000.0 + exponential(20_000.0, b) }), "bimodal");
    check(draw(&|a, _| (1000.0 / (1.0 - a).powf(1.2)).min(4e9)), "pareto");
}

#[test]
fn sequences_of_the_specification() {
    for (end, expected) in [(10, [5, 10, 10, 10]), (1000, [500, 950, 990, 999])] {
        let mut histogram = Histogram::default();
        (1..=end).for_each(|value| histogram.record(value * 1000, 0));
        let summary = histogram.summary(0);
        for (got, want) in [summary.p50, summary.p95, summary.p99, summary.p999].into_iter().zip(expected) {
            assert_close(got, want * 1000, "a sequence");
        }
        assert_eq!((summary.min, summary.max, summary.count), (1000, end * 1000, end));
    }
}

#[test]
fn empty_and_single() {
    let mut histogram = Histogram::default();
    assert_eq!(histogram.summary(0), Summary::default());
    histogram.record(77_777, 0);
    let summary = histogram.summary(0);
    assert_eq!([summary.p50, summary.p95, summary.p99, summary.p999, summary.min, summary.max], [77_777; 6]);
}

#[test]
fn twelve_samples_and_an_outlier() {
    let mut histogram = Histogram::default();
    let samples = [5, 10, 12, 15, 20, 25, 30, 50, 75, 100, 150, 200];
    samples.into_iter().for_each(|ms| histogram.record(ms * 1000, 0));
    let before = histogram.summary(0);
    assert_eq!((before.count, before.min, before.max), (12, 5000, 200_000));
    assert!(before.p50 <= before.p95 && before.p95 <= before.p99 && before.p99 <= before.p999);
    histogram.record(2_000_000, 0);
    assert!(histogram.summary(0).p99 > before.p99);
}

#[test]
fn every_value_is_within_one_percent() {
    let mut value = 0u64;
    while value < 1 << 32 {
        let mut histogram = Histogram::default();
        // Neighbours far below and above keep the clamping to min and max out of it.
        histogram.record(0, 0);
        histogram.record(value, 0);
        histogram.record(u64::from(u32::MAX), 0);
        assert_close(histogram.summary(0).p50, value, "a value");
        value += 1 + value / 37;
    }
}

#[test]
fn values_beyond_the_range_are_clamped_and_counted() {
    let mut histogram = Histogram::default();
    histogram.record(u64::MAX, 0);
    histogram.record(u64::MAX, u64::MAX);
    let summary = histogram.summary(u64::MAX);
    assert_eq!((summary.count, summary.max, summary.sum), (2, u64::MAX, u64::MAX));
    assert_eq!(summary.p50, u64::MAX);
}

/// Against a window that keeps every value.
#[test]
fn the_window_slides() {
    let mut random = Seeded(5);
    let mut histogram = Histogram::default();
    let mut kept: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let (mut now, mut count) = (0u64, 0);
    for step in 0..30_000 {
        now += match random.below(1000) {
            0 => random.below(700_000_000),
            1..=50 => random.below(10_000_000),
            _ => random.below(100_000),
        };
        let value = 1 << random.below(24);
        let value = value + random.below(value);
        histogram.record(value, now);
        kept.entry(now / 5_000_000).or_default().push(value);
        count += 1;
        if step % 50 != 0 {
            continue;
        }
        let oldest = (now / 5_000_000).saturating_sub(59);
        kept.retain(|slice, _| *slice >= oldest);
        let mut values: Vec<u64> = kept.values().flatten().copied().collect();
        values.sort_unstable();
        let summary = histogram.summary(now);
        assert_eq!((summary.count, summary.window_count as usize), (count, values.len()));
        assert_eq!(summary.window_sum, values.iter().sum::<u64>());
        assert_eq!((summary.window_min, summary.window_max), (values[0], *values.last().expect("values")));
        for (got, p) in [(summary.p50, 0.5), (summary.p95, 0.95), (summary.p99, 0.99), (summary.p999, 0.999)] {
            assert_close(got, nearest_rank(&values, p), "a window");
        }
    }
    assert_eq!(histogram.summary(now + 300_000_000).window_count, 0);
}

#[test]
fn memory_is_bounded() {
    let mut histogram = Histogram::default();
    let mut random = Seeded(3);
    for step in 0..600_000u64 {
        let scale = random.below(33);
        histogram.record(random.next() >> (63 - scale), step * 1000);
    }
    let full = histogram.memory_bytes();
    assert!(full < 1_000_000, "{full}");
    for step in 600_000..1_200_000u64 {
        let scale = random.below(33);
        histogram.record(random.next() >> (63 - scale), step * 1000);
    }
    assert_eq!(histogram.memory_bytes(), full, "pages are used again");
    let mut quiet = Histogram::default();
    (0..1_000_000).for_each(|step| quiet.record(250 + step % 50, 0));
    assert!(quiet.memory_bytes() < 16_000, "{}", quiet.memory_bytes());
}

#[test]
fn reset_forgets_and_goes_on() {
    let mut histogram = Histogram::default();
    (0..10_000).for_each(|step| histogram.record(step, step * 10_000));
    histogram.reset();
    assert_eq!(histogram.summary(100_000_000), Summary::default());
    histogram.record(5, 100_000_000);
    let summary = histogram.summary(100_000_000);
    assert_eq!((summary.count, summary.window_count, summary.p999), (1, 1, 5));
}

#[test]
fn m13_a_clock_that_steps_back_does_no_harm() {
    let mut histogram = Histogram::default();
    histogram.record(10, 1_000_000_000);
    histogram.record(20, 0);
    let summary = histogram.summary(500_000_000);
    assert_eq!((summary.window_count, summary.window_min, summary.window_max), (2, 10, 20));
}

#[test]
fn m15_lifetime_and_window_are_told_apart() {
    let mut histogram = Histogram::default();
    (0..10_000).for_each(|_| histogram.record(1000, 0));
    (0..10_000).for_each(|_| histogram.record(100_000, 400_000_000));
    let summary = histogram.summary(400_000_000);
    assert_eq!((summary.min, summary.max, summary.sum / summary.count), (1000, 100_000, 50_500));
    assert_eq!((summary.window_count, summary.window_min, summary.p50), (10_000, 100_000, 100_000));
}
