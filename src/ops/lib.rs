//! Operations: limits, retry, breakers, metrics, health, configuration, logs.
//! Pure state machines over time values; must never know what a module is beyond an id.

pub mod attempt;
pub mod backoff;
pub mod breaker;
pub mod buckets;
pub mod config;
pub mod date;
pub mod exposition;
pub mod health;
pub mod histogram;
pub mod json;
pub mod log;
pub mod metrics;
pub mod number;
pub mod otlp;
pub mod prometheus;
pub mod recent;
pub mod redact;
pub mod retry;
pub mod snapshot;
pub mod trace;
pub mod window;
