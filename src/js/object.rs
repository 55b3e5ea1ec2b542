//! Plain JavaScript objects built field by field; absent fields are left out.

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    type Fields;

    #[wasm_bindgen(method, indexing_setter)]
    fn put(this: &Fields, key: &str, value: &JsValue);
}

/// A fresh plain object takes any key.
pub struct Record(Fields);

impl Record {
    pub fn new() -> Record {
        Record(Object::new().unchecked_into())
    }

    pub fn set(self, key: &str, value: impl Into<JsValue>) -> Record {
        self.0.put(key, &value.into());
        self
    }

    pub fn set_some<T: Into<JsValue>>(self, key: &str, value: Option<T>) -> Record {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }
}

impl From<Record> for JsValue {
    fn from(record: Record) -> JsValue {
        record.0.into()
    }
}

pub fn array<T: Into<JsValue>>(items: impl IntoIterator<Item = T>) -> Array {
    let array = Array::new();
    for item in items {
        array.push(&item.into());
    }
    array
}
