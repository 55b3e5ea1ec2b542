//! Tests of the operations room: tables of the specification, models, and the defects it must not repeat.
//! Time is a number that the tests move; nothing here may sleep or read a clock.

mod breaker_defects;
mod breaker_model;
mod breaker_snapshot;
mod breaker_table;
mod date;
mod health;
mod histogram;
mod log;
mod metrics;
mod metrics_snapshot;
mod number;
mod prometheus;
mod retry;
mod support;
mod trace;
