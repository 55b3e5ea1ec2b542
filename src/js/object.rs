//! Plain JavaScript objects built field by field; absent fields are left out.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

pub struct Record(Object);

impl Record {
    pub fn new() -> Record {
        Record(Object::new())
    }

    pub fn set(self, key: &str, value: impl Into<JsValue>) -> Record {
        // A fresh plain object takes any key.
        let _ = Reflect::set(&self.0, &JsValue::from_str(key), &value.into());
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
