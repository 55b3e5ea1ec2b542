//! The systems of this instance by number, and the exports that drive them.

use somon_modules::sorted::SortedMap;
use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function};
use somon_http::Service;
use somon_http::effect::Effect;
use somon_http::event::HandlerId;
use somon_lang::diagnostic::Texts;
use somon_ops::config::{self, Options, Value};
use somon_system::System;
use somon_system::effect::{OperationId, TimerId};
use somon_system::event::{Event, Request};
use somon_system::outcome::SomonError;
use wasm_bindgen::prelude::*;

use super::{diagnostic, error, options, report};
use somon_host::instance::{Instance, Sink, now};
use somon_host::profile;

thread_local! {
    static SYSTEMS: RefCell<SortedMap<u32, Rc<Resident>>> = const { RefCell::new(SortedMap::new()) };
}

pub struct Resident {
    pub instance: Instance,
    /// Of its diagnostics.
    pub locale: String,
}

/// Throws `CONFIG_INVALID` with all problems. The caller chooses the number.
#[wasm_bindgen]
pub fn system_new(system: u32, options: &JsValue) -> Result<(), JsValue> {
    let given = options::value(options);
    let english = |problem: Box<SomonError>| error::to_js(&problem, &Texts::english());
    let mut made = Service::new(&given, &profile::of_this_host()).map_err(english)?;
    let handler = given.get("handler").cloned().unwrap_or(Value::Undefined);
    made.add_handler(HandlerId(0), &handler, "handler.").map_err(english)?;
    let locale = Options::new(&given, config::SYSTEM).choice("compilation.locale").to_owned();
    let sink = match options::at(options, &["logger", "sink"]).dyn_into::<Function>() {
        Ok(sink) => Sink::Callback(sink),
        Err(word) if word == "none" => Sink::Nowhere,
        Err(_) => Sink::Console,
    };
    let resident = Rc::new(Resident { instance: Instance::new(made, sink), locale });
    SYSTEMS.with_borrow_mut(|systems| systems.insert(system, resident));
    Ok(())
}

/// Forgets the system.
#[wasm_bindgen]
pub fn system_free(system: u32) {
    // Dropped after the borrow has ended.
    let _removed = SYSTEMS.with_borrow_mut(|systems| systems.remove(&system));
}

/// `method` is the name of the public method; `operation` a number that is free.
#[wasm_bindgen]
pub fn operation_start(
    system: u32,
    operation: u32,
    method: &str,
    entry: String,
    extra: Option<String>,
    options: &JsValue,
) -> Result<Array, JsValue> {
    let options = options::value(options);
    let request = match method {
        "loadModule" => Request::Load { specifier: entry, referrer: extra, options },
        "compile" => Request::Compile { entry, options },
        "bundle" => Request::Bundle { entry, options },
        "run" => Request::Run { entry, registry: extra.unwrap_or_default(), options },
        "loadModuleSync" => Request::LoadNow { specifier: entry, referrer: extra },
        "resolveAsync" => Request::Resolve { specifier: entry, referrer: extra, options },
        "prefetch" => Request::Prefetch { entry, options },
        "refresh" => Request::Refresh { options },
        "watch" => Request::Watch { entry, options },
        _ => return Err(JsValue::UNDEFINED),
    };
    let operation = OperationId(operation);
    Ok(with(system, |instance| instance.advance(Event::Start { operation, request })))
}

#[wasm_bindgen]
pub fn operation_abort(system: u32, operation: u32) -> Array {
    with(system, |instance| instance.advance(Event::Abort { operation: OperationId(operation) }))
}

/// `arrivals`: number of the exchange, what it is, what it brought, in turn.
#[wasm_bindgen]
pub fn exchanges_went_on(system: u32, arrivals: &Array) -> Array {
    with(system, |instance| instance.exchanges_went_on(arrivals))
}

#[wasm_bindgen]
pub fn timer_fired(system: u32, timer: u32) -> Array {
    with(system, |instance| instance.timer_fired(TimerId(timer)))
}

/// Whatever is under way settles with `SHUTDOWN`.
#[wasm_bindgen]
pub fn system_shutdown(system: u32) -> Array {
    with(system, |instance| instance.advance(Event::ShutDown))
}

/// The URL asked for first, without asking anybody.
#[wasm_bindgen]
pub fn resolve(system: u32, specifier: &str, referrer: Option<String>) -> Result<Option<String>, JsValue> {
    let Some(resident) = find(system) else { return Ok(None) };
    let found = resident.instance.with_system(|system| system.resolve(specifier, referrer.as_deref()));
    found.map(Some).map_err(|problem| error::to_js(&problem, &Texts::english()))
}

#[wasm_bindgen]
pub fn cache_clear(system: u32) {
    if let Some(resident) = find(system) {
        resident.instance.with_system(System::clear_cache);
    }
}

/// Whether an answer that the facade keeps still holds.
#[wasm_bindgen]
pub fn touch(system: u32, token: u32) -> bool {
    with_system(system, |system| system.touch(now(), token)).unwrap_or(false)
}

/// Results in whether there was something to drop.
#[wasm_bindgen]
pub fn invalidate(system: u32, url: &str, dependents: bool) -> Array {
    let Some(resident) = find(system) else { return Array::new() };
    let (has_dropped, reports) = resident.instance.call(|system, _| system.invalidate(url, dependents));
    finished(&resident, reports, Some(has_dropped.into()))
}

pub fn find(system: u32) -> Option<Rc<Resident>> {
    SYSTEMS.with_borrow(|systems| systems.get(&system).cloned())
}

/// For what is over at once and lets nobody else run.
pub(super) fn with_system<R>(system: u32, call: impl FnOnce(&mut System) -> R) -> Option<R> {
    SYSTEMS.with_borrow(|systems| systems.get(&system).map(|resident| resident.instance.with_system(call)))
}

/// A number that is not known belongs to a system that was freed; nothing is left to tell.
pub(super) fn with(system: u32, call: impl FnOnce(&Instance) -> Vec<Effect>) -> Array {
    let Some(resident) = find(system) else { return Array::new() };
    finished(&resident, call(&resident.instance), None)
}

/// What the facade has to act on; `answer` is the value of the call itself.
pub(super) fn finished(resident: &Resident, reports: Vec<Effect>, answer: Option<JsValue>) -> Array {
    diagnostic::in_locale(&resident.locale, |texts| report::to_js(reports, answer, texts))
}
