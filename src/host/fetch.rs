//! What comes in of an HTTP exchange, as the facade tells it: its head, its body in pieces, its end or its failure.

use js_sys::{Reflect, Uint8Array};
use somon_system::event::ResponseHead;
use wasm_bindgen::prelude::*;

/// How much of a body enters linear memory at once. A host may deliver 50 MB as one chunk, and memory
/// that has grown for a refused body is never given back.
const PIECE_BYTES_MAX: u32 = 256 * 1024;

pub enum Arrival {
    Head(ResponseHead),
    Chunk(Uint8Array),
    End,
    Failed(String),
}

/// By the numbers that the facade has for them; what makes no sense is a failure of the exchange.
pub fn arrival(kind: u32, value: JsValue) -> Arrival {
    match kind {
        0 => value.as_string().and_then(|text| head(&text)).map_or_else(nonsense, Arrival::Head),
        1 => value.dyn_into().map_or_else(|_| nonsense(), Arrival::Chunk),
        2 => Arrival::End,
        _ => Arrival::Failed(reason(&value)),
    }
}

fn nonsense() -> Arrival {
    Arrival::Failed("the answer cannot be read".into())
}

/// Lines: the status, where the answer came from, then `name,value` for each header. One string costs a tenth of many,
/// and none of the parts can hold what ends it.
fn head(text: &str) -> Option<ResponseHead> {
    let mut lines = text.split('\n');
    let status = lines.next()?.parse().ok()?;
    let url = lines.next()?.to_owned();
    let headers = lines.filter_map(|line| line.split_once(','));
    Some(ResponseHead { status, url, headers: headers.map(|(name, value)| (name.into(), value.into())).collect() })
}

/// The chunk in pieces small enough to enter linear memory.
pub fn pieces(chunk: &Uint8Array) -> impl Iterator<Item = Vec<u8>> + '_ {
    let length = chunk.length();
    let mut start = 0;
    std::iter::from_fn(move || {
        (start < length).then(|| {
            let end = length.min(start.saturating_add(PIECE_BYTES_MAX));
            let is_all = end - start == length;
            let piece = if is_all { chunk.to_vec() } else { chunk.subarray(start, end).to_vec() };
            start = end;
            piece
        })
    })
}

/// What a host says about a failure: the message of the error and, where there is one, of its cause,
/// because Node hides `ECONNREFUSED` there.
pub fn reason(error: &JsValue) -> String {
    let message = message_of(error);
    let cause = Reflect::get(error, &JsValue::from_str("cause")).unwrap_or(JsValue::UNDEFINED);
    if cause.is_undefined() || cause.is_null() {
        return message;
    }
    let mut text = message;
    text.push_str(": ");
    text.push_str(&message_of(&cause));
    text
}

fn message_of(error: &JsValue) -> String {
    let message = Reflect::get(error, &JsValue::from_str("message")).ok().and_then(|value| value.as_string());
    let code = Reflect::get(error, &JsValue::from_str("code")).ok().and_then(|value| value.as_string());
    match (message, code) {
        (Some(message), _) if !message.is_empty() => message,
        (_, Some(code)) => code,
        _ => error.as_string().unwrap_or_else(|| "no reason given".into()),
    }
}
