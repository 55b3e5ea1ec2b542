//! Options as they come from the caller, turned into the plain values that validation works on.
//! Functions and live objects stay in JavaScript; only their presence is told.

use js_sys::{Array, Map, Object, Reflect};
use somon_ops::config::Value;
use wasm_bindgen::{JsCast, JsValue};

/// Deeper than any option; an object that contains itself ends here.
const DEPTH_MAX: u32 = 32;

pub fn value(input: &JsValue) -> Value {
    value_at(input, 0)
}

/// The live value at a path of keys, or `undefined`.
pub fn at(input: &JsValue, path: &[&str]) -> JsValue {
    let mut here = input.clone();
    for key in path {
        if !here.is_object() {
            return JsValue::UNDEFINED;
        }
        here = Reflect::get(&here, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED);
    }
    here
}

fn value_at(input: &JsValue, depth: u32) -> Value {
    if input.is_undefined() {
        Value::Undefined
    } else if input.is_null() {
        Value::Null
    } else if let Some(flag) = input.as_bool() {
        Value::Bool(flag)
    } else if let Some(number) = input.as_f64() {
        Value::Number(number)
    } else if let Some(text) = input.as_string() {
        Value::String(text)
    } else if input.is_function() {
        Value::Function
    } else if depth == DEPTH_MAX {
        Value::Foreign
    } else if Array::is_array(input) {
        Value::List(input.unchecked_ref::<Array>().iter().map(|item| value_at(&item, depth + 1)).collect())
    } else if let Some(map) = input.dyn_ref::<Map>() {
        let mut entries = Vec::new();
        map.for_each(&mut |value, key| {
            entries.push((key.as_string().unwrap_or_default(), value_at(&value, depth + 1)));
        });
        Value::Map(entries)
    } else if let Some(object) = plain(input) {
        let entry = |key: JsValue| {
            let value = Reflect::get(object, &key).map_or(Value::Foreign, |value| value_at(&value, depth + 1));
            (key.as_string().unwrap_or_default(), value)
        };
        Value::Map(Object::keys(object).iter().map(entry).collect())
    } else {
        Value::Foreign
    }
}

/// The input as an object literal or an object without prototype; anything else is a live object. An object of
/// another realm has another `Object.prototype`: it is told by that one having no prototype itself.
fn plain(input: &JsValue) -> Option<&Object> {
    let object = input.dyn_ref::<Object>().or_else(|| input.is_object().then(|| input.unchecked_ref()))?;
    let prototype = Object::get_prototype_of(object);
    let is_plain = prototype.is_null() || Object::get_prototype_of(&prototype).is_null();
    is_plain.then_some(object)
}
