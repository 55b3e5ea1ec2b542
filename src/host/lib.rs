//! The only room with JavaScript inside: what comes in of exchanges, clock, randomness, console.
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
#[cfg(feature = "trap")]
pub mod trap;
