//! Randomness of the host, asked for only inside an operation: edge hosts refuse it at module scope.

use wasm_bindgen::prelude::*;

const BYTES: usize = 512;

/// Bytes for [`somon_system::event::Event::Entropy`]; zeros when the host refuses, so that a missing source of
/// randomness never stops a load.
pub fn bytes() -> Vec<u8> {
    let mut bytes = vec![0; BYTES];
    // What a failed call may have written is as good as nothing.
    let _ = get_random_values(&mut bytes);
    bytes
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]) -> Result<(), JsValue>;
}
