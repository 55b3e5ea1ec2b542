//! One finished line to the console of the host. Formatting and filtering are done before.

use somon_ops::log::Level;
use web_sys::console;

pub fn write(level: Level, line: &str) {
    let line = line.into();
    match level {
        Level::Trace | Level::Debug => console::debug_1(&line),
        Level::Info => console::info_1(&line),
        Level::Warn => console::warn_1(&line),
        Level::Error | Level::Fatal | Level::Off => console::error_1(&line),
    }
}
