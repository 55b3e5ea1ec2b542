//! The system: operations as state machines, `step(event) -> effects`.
//! Must never know JavaScript.

mod arrived;
mod attempt;
mod body;
mod breakers;
pub mod effect;
mod ending;
pub mod event;
mod export;
mod failure;
mod fan_out;
mod fetches;
mod findings;
mod finish;
mod graph;
mod misses;
mod observe;
mod operation;
pub mod outcome;
mod pause;
mod prefetch;
mod printing;
pub mod randomness;
mod refresh;
pub mod renewal;
mod report;
pub mod route;
mod settings;
#[cfg(feature = "sim")]
pub mod sim;
mod sources;
mod start;
mod step;
pub mod text;
mod vitals;
mod walk;
mod warm;
mod watch;

pub use fan_out::Applied;
pub use report::{Health, Identity};
pub use settings::{HostKind, HostProfile};
pub use step::{Figures, System};
