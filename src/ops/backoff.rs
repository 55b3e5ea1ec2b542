//! Delays that grow and are spread out: shared by breakers and retry.
//! Must never draw a random number by itself.

pub const US_PER_MS: u64 = 1000;

/// A source of numbers in [0, 1).
pub type Random<'a> = &'a mut dyn FnMut() -> f64;

pub const fn ms_to_us(ms: u64) -> u64 {
    ms.saturating_mul(US_PER_MS)
}

/// Rounded up, so that somebody who waits that long is never too early.
pub const fn us_to_ms_up(us: u64) -> u64 {
    us.div_ceil(US_PER_MS)
}

/// `initial`, doubled `doublings` times, at most `max`.
pub fn exponential(initial_us: u64, doublings: u32, max_us: u64) -> u64 {
    initial_us.saturating_mul(1u64 << doublings.min(30)).min(max_us)
}

/// Between half of `delay` and all of it: `delay * (0.5 + 0.5 * unit)`.
pub fn jittered(delay_us: u64, unit: f64) -> u64 {
    (delay_us as f64 * (0.5 + 0.5 * tame(unit))) as u64
}

/// What a caller's random source returned, made fit to be used: a broken one must not break a deadline.
pub fn tame(unit: f64) -> f64 {
    if unit.is_finite() { unit.clamp(0.0, 1.0) } else { 0.5 }
}
