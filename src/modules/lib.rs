//! Modules: specifiers, resolution, records, cache, graph, linking.
//! Must never start a fetch or read a clock; both come in as events through `system`.

pub mod error;
