//! One HTTP exchange: starting it, reading its head, reading its body in pieces.
//! `fetch` is looked up at the moment of the call, or is the one the user handed in.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use somon_system::effect::FetchRequest;
use somon_system::event::ResponseHead;
use wasm_bindgen::prelude::*;

/// How much of a body enters linear memory at once. A host may deliver 50 MB as one chunk, and memory
/// that has grown for a refused body is never given back.
const PIECE_BYTES_MAX: u32 = 256 * 1024;

/// Starts the exchange. A hook that throws, or answers with something else than a promise, is no
/// different from a network that fails.
/// `headers_hook` is asked for further headers where the request says so.
pub fn start(
    request: &FetchRequest,
    hook: Option<&Function>,
    headers_hook: Option<&Function>,
    signal: &JsValue,
) -> Result<Promise, String> {
    let init = js_sys::Object::new();
    set(&init, "signal", signal);
    set(&init, "redirect", &JsValue::from_str(if request.follow_redirects { "follow" } else { "manual" }));
    let headers = js_sys::Object::new();
    if let Some(hook) = headers_hook.filter(|_| request.asks_headers) {
        let given =
            hook.call1(&JsValue::UNDEFINED, &JsValue::from_str(&request.url)).map_err(|error| reason(&error))?;
        let Some(given) = given.dyn_ref::<js_sys::Object>() else {
            return Err("`loading.headers` did not answer with an object".into());
        };
        for name in js_sys::Object::keys(given).iter() {
            let value = Reflect::get(given, &name).unwrap_or(JsValue::UNDEFINED);
            let _ = Reflect::set(&headers, &name, &value);
        }
    }
    for (name, value) in &request.own_headers {
        set(&headers, name, &JsValue::from_str(value));
    }
    if !request.headers.is_empty() {
        for (name, value) in &request.headers {
            set(&headers, name, &JsValue::from_str(value));
        }
    }
    set(&init, "headers", &headers);
    if let Some(body) = &request.post {
        set(&init, "method", &JsValue::from_str("POST"));
        set(&init, "body", &JsValue::from_str(body));
    }
    let url = JsValue::from_str(&request.url);
    let answer = match hook {
        Some(hook) => hook.call2(&JsValue::UNDEFINED, &url, &init),
        None => fetch(&url, &init),
    };
    answer.map(|value| Promise::resolve(&value)).map_err(|error| reason(&error))
}

/// Asks the caller's hook whether an external is there. What it throws at once counts as what it rejects with.
pub fn probe(name: &str, hook: Option<&Function>, signal: &JsValue) -> Result<Promise, String> {
    let Some(hook) = hook else { return Err("there is no probe".into()) };
    let answer = hook.call2(&JsValue::UNDEFINED, &JsValue::from_str(name), signal);
    answer.map(|value| Promise::resolve(&value)).map_err(|error| reason(&error))
}

/// The head of what `fetch` answered, and the reader of its body, if it has one.
pub fn open(response: &JsValue) -> Result<(ResponseHead, Option<BodyReader>), String> {
    let Some(response) = response.dyn_ref::<web_sys::Response>() else {
        return Err("fetch did not answer with a Response".into());
    };
    let mut headers = Vec::new();
    for entry in response.headers().entries() {
        let pair: Array = entry.map_err(|error| reason(&error))?.unchecked_into();
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            headers.push((name, value));
        }
    }
    let head = ResponseHead { status: response.status(), url: response.url(), headers };
    let reader = match response.body() {
        None => None,
        // A body that is already being read (a hook's mistake) makes `getReader` throw.
        Some(body) if body.locked() => return Err("the body of the Response is already being read".into()),
        Some(body) => Some(BodyReader { reader: body.get_reader().unchecked_into() }),
    };
    Ok((head, reader))
}

/// The answer to an exchange that nobody waits for any more: its body must not stay open.
pub fn discard(response: &JsValue) {
    if let Some(response) = response.dyn_ref::<web_sys::Response>()
        && let Some(body) = response.body()
    {
        swallow(body.cancel());
    }
}

pub struct BodyReader {
    reader: StreamReader,
}

impl BodyReader {
    pub fn read(&self) -> Result<Promise, String> {
        self.reader.read().map_err(|error| reason(&error))
    }

    /// Pending reads settle as done; the connection is given back.
    pub fn cancel(&self) {
        if let Ok(promise) = self.reader.cancel() {
            swallow(promise);
        }
    }
}

/// What a read answered: `None` at the end of the body.
pub fn chunk(result: &JsValue) -> Result<Option<Uint8Array>, String> {
    let field = |name| Reflect::get(result, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
    if field("done").is_truthy() {
        return Ok(None);
    }
    field("value").dyn_into::<Uint8Array>().map(Some).map_err(|_| "the body is not made of bytes".into())
}

/// The chunk in pieces small enough to enter linear memory.
pub fn pieces(chunk: &Uint8Array) -> impl Iterator<Item = Vec<u8>> + '_ {
    let length = chunk.length();
    let mut start = 0;
    std::iter::from_fn(move || {
        (start < length).then(|| {
            let end = length.min(start.saturating_add(PIECE_BYTES_MAX));
            let piece = chunk.subarray(start, end).to_vec();
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

fn set(target: &js_sys::Object, key: &str, value: &JsValue) {
    // A fresh plain object takes any key.
    let _ = Reflect::set(target, &JsValue::from_str(key), value);
}

/// A promise whose rejection concerns nobody; unhandled, it would end the process in Node.
fn swallow(promise: Promise) {
    let _ = Promise::all_settled(&Array::of1(&promise));
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn fetch(url: &JsValue, init: &js_sys::Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = ReadableStreamDefaultReader)]
    type StreamReader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &StreamReader) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &StreamReader) -> Result<Promise, JsValue>;
}
