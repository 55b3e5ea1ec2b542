//! The exports of handlers: requests in, turns out. Must never hold logic.

use js_sys::{Array, Uint8Array};
use somon_http::event::{Event, HandlerId, RequestId, Tokens};
use somon_http::message::Request;
use somon_http::service;
use somon_lang::diagnostic::Texts;
use somon_system::outcome::ErrorCode;
use wasm_bindgen::prelude::*;

use super::systems::{find, with};
use super::{diagnostic, error, options, report};
use somon_host::{fetch, instance, random};

/// Throws `CONFIG_INVALID` with all problems. The caller chooses the number.
#[wasm_bindgen]
pub fn handler_new(system: u32, handler: u32, options: &JsValue) -> Result<(), JsValue> {
    let Some(resident) = find(system) else { return Ok(()) };
    let given = options::value(options);
    let made = resident.instance.with_service(|service| service.add_handler(HandlerId(handler), &given, ""));
    made.map_err(|problem| error::to_js(&problem, &Texts::english()))
}

#[wasm_bindgen]
pub fn handler_close(system: u32, handler: u32, is_closed: bool) {
    if let Some(resident) = find(system) {
        resident.instance.with_service(|service| service.close_handler(HandlerId(handler), is_closed));
    }
}

/// `headers`: names and values in turn. `tokens`: for both scopes, for reading, for writing, from the environment.
#[wasm_bindgen]
pub fn request_begin(
    system: u32,
    request: u32,
    handler: u32,
    method: String,
    url: String,
    headers: &Array,
    tokens: &Array,
) -> Array {
    if let Some(resident) = find(system) {
        resident.instance.with_service(|service| {
            if let (false, Some(table)) = (service.has_words(), diagnostic::table(&resident.locale)) {
                service.set_words(&table);
            }
        });
    }
    let texts: Vec<String> = headers.iter().map(|text| text.as_string().unwrap_or_default()).collect();
    let pair = |pair: &[String]| match pair {
        [name, value] => Some((name.clone(), value.clone())),
        _ => None,
    };
    let headers = texts.chunks(2).filter_map(pair).collect();
    let token = |index| tokens.get(index).as_string();
    let tokens = Tokens { both: token(0), read: token(1), write: token(2) };
    let request_data = Request { method, url, headers };
    let event = Event::Request { id: RequestId(request), handler: HandlerId(handler), request: request_data, tokens };
    with(system, |instance| instance.advance_all([event]))
}

#[wasm_bindgen]
pub fn request_body(system: u32, request: u32, chunk: &Uint8Array) -> Array {
    let id = RequestId(request);
    let piece = |bytes| Event::Body { id, bytes };
    with(system, |instance| instance.advance_all(fetch::pieces(chunk).map(piece)))
}

#[wasm_bindgen]
pub fn request_body_end(system: u32, request: u32, is_complete: bool) -> Array {
    let id = RequestId(request);
    let event = if is_complete { Event::BodyEnd { id } } else { Event::BodyFailed { id } };
    with(system, |instance| instance.advance_all([event]))
}

#[wasm_bindgen]
pub fn request_word(system: u32, request: u32, is_allowed: bool) -> Array {
    with(system, |instance| instance.advance_all([Event::Word { id: RequestId(request), is_allowed }]))
}

#[wasm_bindgen]
pub fn request_gone(system: u32, request: u32) -> Array {
    with(system, |instance| instance.advance_all([Event::Gone { id: RequestId(request) }]))
}

/// The answer to a request that this system cannot answer: the component trapped, or the system was shut down.
#[wasm_bindgen]
pub fn request_lost(is_shut_down: bool, given_id: Option<String>) -> Array {
    let code = if is_shut_down { ErrorCode::Shutdown } else { ErrorCode::Poisoned };
    let mut random = |out: &mut [u8]| out.iter_mut().zip(random::bytes()).for_each(|(place, byte)| *place = byte);
    report::of_answer(&service::lost(code, given_id.as_deref(), instance::moment(), &mut random))
}
