//! The effects of the host in a service worker.
#![cfg(target_arch = "wasm32")]

#[path = "shared/effects.rs"]
mod effects;

const HOST: somon_system::HostKind = somon_system::HostKind::Worker;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_service_worker);
