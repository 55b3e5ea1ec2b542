//! The system: operations as state machines, `step(event) -> effects`.
//! Must never know JavaScript.

pub mod effect;
pub mod event;
pub mod outcome;
