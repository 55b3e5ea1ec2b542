//! The module room and its options: URLs, resolution, probing, policy.

mod configuration;
mod facade_types;
mod freshness;
mod integrity;
mod mapping;
mod options;
mod options_page;
mod resolution;
mod sorted;
mod urls;
