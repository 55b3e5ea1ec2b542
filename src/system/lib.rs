//! The system: operations as state machines, `step(event) -> effects`.
//! Must never know JavaScript.

mod attempt;
mod body;
mod breakers;
pub mod effect;
pub mod event;
mod failure;
mod fetches;
mod findings;
mod finish;
mod graph;
mod misses;
mod operation;
pub mod outcome;
pub mod randomness;
pub mod route;
mod settings;
#[cfg(feature = "sim")]
pub mod sim;
mod start;
mod step;
mod walk;

pub use settings::{HostKind, HostProfile};
pub use step::{Figures, System};
