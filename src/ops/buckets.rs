//! The fixed buckets a scraper wants, counted beside the histogram that gives percentiles: they are cumulative by
//! definition and must never be windowed.

/// Upper bounds in microseconds; the last bucket has none.
pub const BOUNDS_US: [u64; 13] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
];

/// Counts per bucket over the lifetime, not cumulative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buckets {
    pub counts: [u64; BOUNDS_US.len() + 1],
    pub sum_us: u64,
}

impl Buckets {
    pub fn record(&mut self, us: u64) {
        self.record_many(us, 1);
    }

    pub fn record_many(&mut self, us: u64, times: u32) {
        let at = BOUNDS_US.partition_point(|bound| *bound < us);
        if let Some(count) = self.counts.get_mut(at) {
            *count += u64::from(times);
        }
        self.sum_us = self.sum_us.saturating_add(us.saturating_mul(u64::from(times)));
    }

    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// Microseconds of a duration in ms as the host measured it; `None`: it is none (NaN, infinite, negative).
pub fn duration_us(ms: f64) -> Option<u64> {
    (ms.is_finite() && ms >= 0.0).then_some((ms * 1000.0 + 0.5) as u64)
}
