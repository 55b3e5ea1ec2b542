//! Randomness of the host, asked for only inside an operation: edge hosts refuse it at module scope.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::Crypto;

const BYTES: usize = 512;

/// Bytes for [`somon_system::event::Event::Entropy`].
pub fn bytes() -> Vec<u8> {
    let mut bytes = vec![0; BYTES];
    fill(&mut bytes);
    bytes
}

pub fn number() -> u64 {
    let mut bytes = [0; 8];
    fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// Zeros stay when the host refuses, so that a missing source of randomness never stops a load.
fn fill(bytes: &mut [u8]) {
    let crypto = Reflect::get(&js_sys::global(), &JsValue::from_str("crypto")).unwrap_or_default();
    if crypto.is_object() {
        // What a failed call may have written is as good as nothing.
        let _ = crypto.unchecked_into::<Crypto>().get_random_values_with_u8_array(bytes);
    }
}
