//! The effects of the host in Node.
#![cfg(target_arch = "wasm32")]

#[path = "shared/effects.rs"]
mod effects;

const HOST: somon_wasm::host::profile::HostName = somon_wasm::host::profile::HostName::Node;
