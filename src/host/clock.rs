//! The clocks of the host. The monotonic one may stand still (edge hosts stop it between I/O) and is
//! coarse in browsers; whoever reads it must live with both.

use js_sys::{Date, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Performance;

/// Microseconds since some fixed point of this host.
pub fn now_micros() -> u64 {
    // A saturating cast: a clock that lies (NaN, negative) reads as zero.
    (now() * 1000.0) as u64
}

/// Milliseconds with fractions, for durations.
pub fn now_ms() -> f64 {
    now()
}

/// Milliseconds since 1970 by the host's wall clock.
pub fn epoch_ms() -> u64 {
    Date::now() as u64
}

/// A host without `performance` has the wall clock; who reads this must live with one that goes back.
fn now() -> f64 {
    PERFORMANCE.with(|performance| performance.as_ref().map_or_else(Date::now, Performance::now))
}

thread_local! {
    /// Looked for once, and good even where somebody takes it away: an import that may throw costs more than the clock.
    static PERFORMANCE: Option<Performance> = {
        let get = |target: &JsValue, key: &str| Reflect::get(target, &JsValue::from_str(key)).unwrap_or_default();
        let performance = get(&js_sys::global(), "performance");
        get(&performance, "now").is_function().then(|| performance.unchecked_into())
    };
}
