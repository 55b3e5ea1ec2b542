//! One finished line to the console of the host. Formatting and filtering are done before.

use somon_ops::log::Level;
use wasm_bindgen::prelude::*;

pub fn write(level: Level, line: &str) {
    match level {
        Level::Trace | Level::Debug => debug(line),
        Level::Info => info(line),
        Level::Warn => warn(line),
        Level::Error | Level::Fatal | Level::Off => error(line),
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn debug(line: &str);
    #[wasm_bindgen(js_namespace = console)]
    fn info(line: &str);
    #[wasm_bindgen(js_namespace = console)]
    fn warn(line: &str);
    #[wasm_bindgen(js_namespace = console)]
    fn error(line: &str);
}
