//! What an export tells the facade: a flat array of four-tuples `kind, number, value, extra`.

use js_sys::{Array, Uint8Array};
use somon_http::effect::{Effect, Turn};
use somon_http::message::Answer;
use somon_lang::diagnostic::Texts;
use somon_system::effect::{Effect as SystemEffect, FetchRequest};
use somon_system::outcome::Outcome;
use wasm_bindgen::JsValue;

use super::{error, outcome, reading};

/// Exchange `number` begins, with the request `value`.
const FETCH: u32 = 0;
/// Exchange `number` is of no more use.
const CANCEL: u32 = 11;
/// Timer `number` fires in `value` milliseconds; where `extra` is true, nobody waits for it.
const SET: u32 = 12;
/// Timer `number` is of no more use.
const CLEAR: u32 = 13;
/// Operation `number` succeeded with `value`.
const RESOLVE: u32 = 1;
/// Operation `number` failed with the error fields `value`.
const REJECT: u32 = 2;
/// Request `number` is answered: `value` is status, headers as names and values in turn, bytes of the body.
const ANSWER: u32 = 3;
/// Request `number` is not the handler's.
const PASS: u32 = 4;
/// The body of request `number` is wanted.
const BODY: u32 = 5;
/// The function given as `auth` has to say whether request `number` may have scope `value`.
const WORD: u32 = 6;
/// Topic `number` has news: `value`.
const NOTICE: u32 = 7;
/// Watch `number` has the changes `value` to tell.
const CHANGE: u32 = 9;
/// What was kept as `number` is to be forgotten.
const FORGET: u32 = 10;
/// `value` is what the call itself returns.
const RESULT: u32 = 8;

pub fn to_js(effects: Vec<Effect>, result: Option<JsValue>, texts: &Texts) -> Array {
    let out = Array::new();
    if let Some(result) = result {
        out.push(&JsValue::from(RESULT));
        out.push(&JsValue::UNDEFINED);
        out.push(&result);
        out.push(&JsValue::UNDEFINED);
    }
    for effect in effects {
        let (kind, number, value, extra) = match effect {
            Effect::Turn { id, turn } => {
                let (kind, value) = match turn {
                    Turn::Answer(answer) => (ANSWER, of_answer(&answer).into()),
                    Turn::Pass => (PASS, JsValue::UNDEFINED),
                    Turn::Body => (BODY, JsValue::UNDEFINED),
                    Turn::Word(scope) => (WORD, JsValue::from_str(scope.text())),
                };
                (kind, id.0, value, JsValue::UNDEFINED)
            }
            Effect::System(effect) => match effect {
                SystemEffect::Fetch { fetch, request, .. } => {
                    (FETCH, fetch.0, of_request(&request).into(), JsValue::UNDEFINED)
                }
                SystemEffect::CancelFetch { fetch } => (CANCEL, fetch.0, JsValue::UNDEFINED, JsValue::UNDEFINED),
                // Above 2^31 - 1 hosts fire at once.
                SystemEffect::SetTimer { timer, delay_ms, is_idle } => {
                    (SET, timer.0, delay_ms.min(i32::MAX as u32).into(), is_idle.into())
                }
                SystemEffect::ClearTimer { timer } => (CLEAR, timer.0, JsValue::UNDEFINED, JsValue::UNDEFINED),
                SystemEffect::Changed { operation, changes } => {
                    (CHANGE, operation.0, outcome::changes(&changes).into(), JsValue::UNDEFINED)
                }
                SystemEffect::Forget { token } => (FORGET, token, JsValue::UNDEFINED, JsValue::UNDEFINED),
                SystemEffect::Settle { operation, result: Ok(value) } => {
                    let token = match &value {
                        Outcome::Module(module) => module.token,
                        _ => None,
                    };
                    (RESOLVE, operation.0, outcome::to_js(&value, texts), token.into())
                }
                SystemEffect::Settle { operation, result: Err(problem) } => {
                    (REJECT, operation.0, error::to_js(&problem, texts), JsValue::UNDEFINED)
                }
                SystemEffect::Notify { topic, detail } => {
                    (NOTICE, topic as u32, reading::to_js(&detail), JsValue::UNDEFINED)
                }
                // Written by the host.
                SystemEffect::Log { .. } => continue,
            },
        };
        out.push(&JsValue::from(kind));
        out.push(&JsValue::from(number));
        out.push(&value);
        out.push(&extra);
    }
    out
}

/// URL, whether to follow redirects, the body of a POST, whether the caller's function has further headers, then names
/// and values in turn.
fn of_request(request: &FetchRequest) -> Array {
    let post = request.post.as_deref().map_or(JsValue::UNDEFINED, JsValue::from_str);
    let told =
        Array::of4(&request.url.as_str().into(), &request.follow_redirects.into(), &post, &request.asks_headers.into());
    let own = request.own_headers.iter().map(|(name, value)| (name.as_str(), value));
    for (name, value) in own.chain(request.headers.iter().map(|(name, value)| (*name, value))) {
        told.push(&JsValue::from_str(name));
        told.push(&JsValue::from_str(value));
    }
    told
}

/// The bytes are copied: no view into linear memory leaves the component.
pub fn of_answer(answer: &Answer) -> Array {
    let headers = Array::new();
    for (name, value) in &answer.headers {
        headers.push(&JsValue::from_str(name));
        headers.push(&JsValue::from_str(value));
    }
    Array::of3(&JsValue::from(answer.status), &headers, &Uint8Array::from(answer.body.as_slice()))
}
