//! The monotonic clock of the host. It may stand still (edge hosts stop it between I/O) and is
//! coarse in browsers; whoever reads it must live with both.

use wasm_bindgen::prelude::*;

/// Microseconds since some fixed point of this host.
pub fn now_micros() -> u64 {
    // A saturating cast: a clock that lies (NaN, negative) reads as zero.
    (now() * 1000.0) as u64
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}
