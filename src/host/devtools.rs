//! The build for developers: spans become entries of the performance timeline, where the host has one.
//! Must never let its entries pile up, nor touch those of the page.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;

/// So many measures are left for whoever looks before they are cleared.
const ENTRIES_MAX: u32 = 1000;

/// The one subscriber of this instance; a second system finds it there.
pub fn begin() {
    let performance = Reflect::get(&js_sys::global(), &JsValue::from_str("performance")).unwrap_or(JsValue::UNDEFINED);
    let mark = Reflect::get(&performance, &JsValue::from_str("mark")).unwrap_or(JsValue::UNDEFINED);
    if mark.dyn_ref::<Function>().is_some() {
        let _ = tracing_wasm::try_set_as_global_default();
    }
}

/// After a call: what it left on the timeline is taken back once there is much of it. A recording keeps it.
pub fn tidy() {
    if entries("measure").length() < ENTRIES_MAX {
        return;
    }
    for entry in entries("measure").iter() {
        if let Some(name) = name(&entry).filter(|name| name.starts_with('"') && name.contains("\" somon_")) {
            clear_measures(&name);
        }
    }
    for entry in entries("mark").iter() {
        let is_ours = |name: &String| {
            name.strip_prefix('t').is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
        };
        if let Some(name) = name(&entry).filter(is_ours) {
            clear_marks(&name);
        }
    }
}

fn name(entry: &JsValue) -> Option<String> {
    Reflect::get(entry, &JsValue::from_str("name")).ok()?.as_string()
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = getEntriesByType)]
    fn entries(kind: &str) -> Array;
    #[wasm_bindgen(js_namespace = performance, js_name = clearMarks)]
    fn clear_marks(name: &str);
    #[wasm_bindgen(js_namespace = performance, js_name = clearMeasures)]
    fn clear_measures(name: &str);
}
