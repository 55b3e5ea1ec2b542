//! The simulator: a virtual clock and a scripted network that carry out the system's effects.
//! Drives the very same `step` as a browser does; must never reach into the system's state.

mod network;
mod random;
mod world;

pub use network::{End, Network, Reply};
pub use random::Random;
pub use world::{Server, World, profile};
