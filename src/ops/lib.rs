//! Operations: limits, retry, breakers, metrics, health, configuration, logs.
//! Pure state machines over time values; must never know what a module is beyond an id.

pub mod backoff;
pub mod breaker;
pub mod config;
pub mod snapshot;
pub mod window;
