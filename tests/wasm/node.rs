//! The effects of the host in Node.
#![cfg(target_arch = "wasm32")]

#[path = "shared/effects.rs"]
mod effects;

const HOST: somon_system::HostKind = somon_system::HostKind::Node;
