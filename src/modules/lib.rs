//! Modules: specifiers, resolution, records, cache, graph, linking.
//! Must never start a fetch or read a clock; both come in as events through `system`.

pub mod cache;
pub mod error;
pub mod freshness;
pub mod graph;
pub mod import_map;
pub mod integrity;
pub mod javascript;
pub mod json;
pub mod json_value;
pub mod link;
pub mod paths;
pub mod policy;
pub mod probe;
pub mod record;
pub mod resident;
pub mod sha2;
pub mod shown;
pub mod sorted;
pub mod specifier;
pub mod url;
