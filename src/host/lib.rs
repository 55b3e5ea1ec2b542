//! The only room with JavaScript inside: fetches, timers, clock, randomness, console.
//! Must never hold policy: what happens and when was decided by whoever sent the effect.

#![cfg(target_arch = "wasm32")]

pub mod clock;
pub mod console;
#[cfg(feature = "devtools")]
pub mod devtools;
pub mod fetch;
pub mod instance;
pub mod memory;
pub mod profile;
pub mod random;
pub mod running;
pub mod timer;
#[cfg(feature = "trap")]
pub mod trap;
