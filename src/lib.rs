//! The WebAssembly component: `host` carries out effects, `js` holds the flat exports.
//! Policy lives in the rooms below; nothing here may decide anything.

pub mod js;
