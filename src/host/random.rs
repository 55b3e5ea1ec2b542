//! Randomness of the host, asked for only inside an operation: edge hosts refuse it at module scope.

use wasm_bindgen::prelude::*;

/// A seed; zero when the host refuses, so that a missing source of randomness never stops a load.
pub fn seed() -> u64 {
    let mut bytes = [0u8; 8];
    match get_random_values(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => 0,
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]) -> Result<(), JsValue>;
}
