//! The clocks of the host. The monotonic one may stand still (edge hosts stop it between I/O) and is
//! coarse in browsers; whoever reads it must live with both.

use wasm_bindgen::prelude::*;

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
    date_now() as u64
}

/// A host without `performance` has the wall clock; who reads this must live with one that goes back.
fn now() -> f64 {
    performance_now().unwrap_or_else(|_| date_now())
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = performance, js_name = now)]
    fn performance_now() -> Result<f64, JsValue>;
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;
}
