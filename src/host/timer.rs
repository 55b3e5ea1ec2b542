//! Timers: a promise around `setTimeout` that also settles when the timer is cleared, so that
//! whoever waits for it is never left behind and nothing keeps the host alive.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;

pub struct Timer {
    handle: JsValue,
    resolve: Option<Function>,
}

impl Timer {
    /// `is_idle`: the process may end before it fires, where the host can be told so.
    pub fn start(delay_ms: u32, is_idle: bool) -> (Timer, Promise) {
        let mut timer = Timer { handle: JsValue::UNDEFINED, resolve: None };
        // Above 2^31 - 1 hosts fire at once.
        let delay = delay_ms.min(i32::MAX as u32);
        let promise = Promise::new(&mut |resolve, _reject| {
            timer.handle = set_timeout(&resolve, delay);
            if is_idle && let Ok(unref) = Reflect::get(&timer.handle, &JsValue::from_str("unref")) {
                // Only Node and Bun have objects for timers; elsewhere nothing waits for one.
                let _ = unref.dyn_ref::<Function>().map(|unref| unref.call0(&timer.handle));
            }
            timer.resolve = Some(resolve);
        });
        (timer, promise)
    }

    /// What `clearTimeout` takes.
    pub fn handle(&self) -> JsValue {
        self.handle.clone()
    }

    pub fn clear(self) {
        clear_timeout(&self.handle);
        if let Some(resolve) = self.resolve {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, delay_ms: u32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue);
}
