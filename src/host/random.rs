//! Randomness of the host, asked for only inside an operation: edge hosts refuse it at module scope.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::Crypto;

const BYTES: usize = 512;

/// Bytes for [`somon_system::event::Event::Entropy`]; zeros when the host refuses, so that a missing source of
/// randomness never stops a load.
pub fn bytes() -> Vec<u8> {
    let mut bytes = vec![0; BYTES];
    let crypto = Reflect::get(&js_sys::global(), &JsValue::from_str("crypto")).unwrap_or_default();
    if crypto.is_object() {
        // What a failed call may have written is as good as nothing.
        let _ = crypto.unchecked_into::<Crypto>().get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}
