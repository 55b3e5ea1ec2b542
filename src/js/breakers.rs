//! The circuit breakers of a system: what they say, resetting and forcing them, calls under one.

use js_sys::Array;
use somon_host::instance::now;
use somon_lang::diagnostic::Texts;
use somon_ops::breaker::{BreakerStatus, Outcome};
use somon_system::System;
use somon_system::outcome::SomonError;
use wasm_bindgen::prelude::*;

use super::object::{Record, array};
use super::systems::{find, finished, with_system};
use super::{error, options};

/// Reports, the first with the list of states, sorted by key.
#[wasm_bindgen]
pub fn breaker_states(system: u32) -> Array {
    let Some(resident) = find(system) else { return Array::new() };
    let (states, reports) = resident.instance.call(|system, moment| {
        let statuses = system.breaker_statuses(moment);
        array(statuses.iter().map(|(key, status)| state(key, status, moment.epoch_ms)))
    });
    finished(&resident, reports, Some(states.into()))
}

/// Reports, the first whether there is such a breaker. Without a key: all of them.
#[wasm_bindgen]
pub fn breaker_reset(system: u32, key: Option<String>) -> Array {
    let Some(resident) = find(system) else { return Array::new() };
    let (is_known, reports) = resident.instance.call(|system, moment| system.reset_breaker(moment, key.as_deref()));
    finished(&resident, reports, Some(is_known.into()))
}

/// As [`breaker_reset`]. Throws `CONFIG_INVALID` for what is no duration.
#[wasm_bindgen]
pub fn breaker_force(system: u32, key: Option<String>, duration_ms: &JsValue) -> Result<Array, JsValue> {
    let Some(resident) = find(system) else { return Ok(Array::new()) };
    let duration = duration_ms.as_f64().unwrap_or(f64::NAN);
    let force = |system: &mut somon_system::System, moment| system.force_breaker(moment, key.as_deref(), duration);
    let (forced, reports) = resident.instance.call(force);
    let is_known = forced.map_err(english)?;
    Ok(finished(&resident, reports, Some(is_known.into())))
}

/// Reports, the first the number that goes to [`call_settle`]. Throws `BREAKER_OPEN`.
#[wasm_bindgen]
pub fn call_admit(system: u32, key: &str) -> Result<Array, JsValue> {
    let Some(resident) = find(system) else { return Ok(Array::new()) };
    let (call, reports) = resident.instance.call(|system, moment| system.admit_call(moment, key));
    Ok(finished(&resident, reports, Some(call.map_err(english)?.into())))
}

/// The number of the breaker of a key, for [`call_admit_again`]; 0 when there is none.
#[wasm_bindgen]
pub fn breaker_number(system: u32, key: &str) -> f64 {
    let number = find(system).and_then(|resident| resident.instance.with_system(|system| system.breaker_number(key)));
    number.unwrap_or(0) as f64
}

/// As [`call_admit`], while nothing is out of the ordinary: most calls go to few breakers, and a text that crosses
/// costs more than everything else. 0: it has to be asked.
#[wasm_bindgen]
pub fn call_admit_again(system: u32, breaker: f64) -> u32 {
    let call = with_system(system, |system| system.admit_again(breaker as u64));
    call.flatten().unwrap_or(0)
}

/// `failed`: `undefined` when the caller gave up, so that nothing is known of whom was called. Whether
/// [`system_effects`] has something to report.
#[wasm_bindgen]
pub fn call_settle(system: u32, call: u32, failed: Option<bool>) -> bool {
    let outcome = match failed {
        Some(true) => Outcome::FAILURE,
        Some(false) => Outcome::Success,
        None => Outcome::Neutral,
    };
    with_system(system, |system| system.settle_call(now(), call, outcome)).unwrap_or(false)
}

/// What followed from calls that have no reports of their own.
#[wasm_bindgen]
pub fn system_effects(system: u32) -> Array {
    let Some(resident) = find(system) else { return Array::new() };
    let ((), reports) = resident.instance.call(|_, _| ());
    finished(&resident, reports, None)
}

/// The end begins: from now on health says so. The milliseconds of grace. Throws `CONFIG_INVALID`.
#[wasm_bindgen]
pub fn shutdown_begin(system: u32, given: &JsValue) -> Result<f64, JsValue> {
    let given = options::value(given);
    let problems = somon_ops::config::check(&given, somon_ops::config::SHUTDOWN);
    if !problems.is_empty() {
        return Err(error::of_options(problems));
    }
    if let Some(resident) = find(system) {
        resident.instance.with_system(System::drain);
    }
    Ok(somon_ops::config::Options::new(&given, somon_ops::config::SHUTDOWN).integer("graceMs") as f64)
}

fn english(problem: Box<SomonError>) -> JsValue {
    error::to_js(&problem, &Texts::english())
}

fn state(key: &str, status: &BreakerStatus, epoch_ms: u64) -> Record {
    let number = |number: u64| JsValue::from(number as f64);
    let totals = status.totals;
    Record::new()
        .set("key", key)
        .set("state", status.state.text())
        .set("healthy", status.healthy)
        .set("failures", status.failures)
        .set("failureRate", status.failure_rate)
        .set("tripStreak", status.trip_streak)
        .set("trialsInFlight", status.trials_in_flight)
        .set("forced", status.forced)
        .set("totalRequests", number(totals.requests))
        .set("totalSuccesses", number(totals.successes))
        .set("totalFailures", number(totals.failures))
        .set("totalRejected", number(totals.rejected))
        .set("trips", number(totals.trips))
        .set_some("retryAfterMs", status.retry_after_ms.map(number))
        .set_some("nextRetryTime", status.retry_after_ms.map(|_| number(status.next_retry_epoch_ms(epoch_ms))))
        .set_some("lastFailureTime", status.last_failure_age_ms.map(|_| number(status.last_failure_epoch_ms(epoch_ms))))
}
