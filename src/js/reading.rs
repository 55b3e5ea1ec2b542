//! What a system says about itself: figures as one array of numbers, reports as plain objects; and its configuration.

use std::rc::Rc;

use js_sys::Array;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use somon_ops::config::{Change, Value};
use somon_ops::log::Level;
use somon_system::effect::Topic;
use somon_system::{Applied, System, renewal};
use wasm_bindgen::prelude::*;

use super::object::Record;
use super::systems::{Resident, find, finished};
use super::{error, options};
use somon_host::{memory, profile};

/// The names of the figures in [`system_metrics`], by dotted path.
#[wasm_bindgen]
pub fn metrics_names(system: u32) -> Array {
    let names = Array::new();
    if let Some(resident) = find(system) {
        resident.instance.call(|system, moment| {
            system.metrics(moment, None, &mut |group, name, _| {
                let mut path = String::from(group);
                path.push_str(if group.is_empty() { "" } else { "." });
                path.push_str(name);
                names.push(&JsValue::from_str(&path));
            });
        });
    }
    names
}

/// NaN: not measurable here. `undefined`: metrics are off.
#[wasm_bindgen]
pub fn system_metrics(system: u32) -> Option<Box<[f64]>> {
    let resident = find(system)?;
    let heap = profile::js_heap_bytes();
    let read = |system: &mut System, moment| {
        let mut figures = Vec::with_capacity(128);
        system.metrics(moment, heap, &mut |_, _, value| figures.push(value));
        system.has_metrics().then(|| figures.into_boxed_slice())
    };
    resident.instance.call(read).0
}

/// The texts beside the figures.
#[wasm_bindgen]
pub fn system_identity(system: u32) -> JsValue {
    read(system, |system, moment| system.identity(moment).to_value())
}

#[wasm_bindgen]
pub fn system_health(system: u32) -> JsValue {
    read(system, |system, moment| system.health(moment).to_value())
}

#[wasm_bindgen]
pub fn system_config(system: u32) -> JsValue {
    read(system, |system, _| system.config().to_value())
}

/// Reports, the first with the version and what changed. Throws `CONFIG_INVALID` with every reason.
#[wasm_bindgen]
pub fn config_update(system: u32, patch: &JsValue) -> Result<Array, JsValue> {
    let patch = options::value(patch);
    let Some(resident) = find(system) else { return Ok(Array::new()) };
    let (applied, reports) = resident.instance.call(|system, moment| system.update_config(moment, &patch, false));
    let applied = applied.map_err(error::of_options)?;
    Ok(finished(&resident, reports, Some(to_js(&applied_value(&applied)))))
}

/// As [`config_update`], back to the values of the constructor.
#[wasm_bindgen]
pub fn config_reset(system: u32) -> Array {
    let Some(resident) = find(system) else { return Array::new() };
    let (applied, reports) = resident.instance.call(System::reset_config);
    finished(&resident, reports, Some(to_js(&applied_value(&applied))))
}

/// The instance stands in for one that trapped: its configuration goes on. Or for one that was idle, with `state` from
/// [`system_save`].
#[wasm_bindgen]
pub fn system_renewed(system: u32, config: &JsValue, version: u32, state: Option<Vec<u8>>) -> Array {
    let config = options::value(config);
    let renew = |system: &mut System, moment| match &state {
        Some(state) => system.carry_on(moment, &config, version, state),
        None => system.recovered(moment, &config, version),
    };
    let call = |resident: &Rc<Resident>| resident.instance.call(renew).1;
    find(system).map_or_else(Array::new, |resident| finished(&resident, call(&resident), None))
}

#[wasm_bindgen]
pub fn system_save(system: u32) -> Option<Vec<u8>> {
    find(system).map(|resident| resident.instance.call(System::save).0)
}

/// Whether a fresh instance would give back most of the memory of this one.
#[wasm_bindgen]
pub fn is_bloated() -> bool {
    renewal::is_bloated(memory::linear_bytes().unwrap_or(0), memory::live_bytes().0)
}

/// Whether the topic is one.
#[wasm_bindgen]
pub fn system_listen(system: u32, topic: &str, listens: bool) -> Array {
    let (Some(resident), Some(topic)) = (find(system), Topic::parse(topic)) else { return Array::new() };
    let ((), reports) = resident.instance.call(|system, moment| system.listen(moment, topic, listens));
    finished(&resident, reports, None)
}

/// A listener threw: that is logged.
#[wasm_bindgen]
pub fn listener_threw(system: u32, topic: &str, message: &str) -> Array {
    let Some(resident) = find(system) else { return Array::new() };
    let ((), reports) = resident.instance.call(|system, moment| system.listener_threw(moment, topic, message));
    finished(&resident, reports, None)
}

/// Sends to the collector what there is, if that is due or must be.
#[wasm_bindgen]
pub fn system_flush(system: u32, must: bool) -> Array {
    let Some(resident) = find(system) else { return Array::new() };
    let ((), reports) = resident.instance.call(|system, moment| system.flush(moment, must));
    finished(&resident, reports, None)
}

/// JSON texts of the kept entries. `undefined`: there is no such level.
#[wasm_bindgen]
pub fn system_logs(system: u32, level: &str, since: f64) -> Option<Array> {
    let level = Level::parse(level)?;
    let lines = Array::new();
    let resident = find(system)?;
    resident.instance.with_system(|system| {
        for line in system.kept_logs(level, since as u64) {
            lines.push(&JsValue::from_str(line.json()));
        }
    });
    Some(lines)
}

/// A text without what must not be told.
#[wasm_bindgen]
pub fn redacted(text: &str) -> String {
    somon_ops::redact::redacted(text, &[])
}

fn read(system: u32, value: fn(&mut System, somon_system::event::Moment) -> Value) -> JsValue {
    find(system).map_or(JsValue::UNDEFINED, |resident| to_js(&resident.instance.call(value).0))
}

fn applied_value(applied: &Applied) -> Value {
    Value::Map(vec![
        ("version".to_owned(), Value::Number(f64::from(applied.version))),
        ("changes".to_owned(), Value::List(applied.changed.iter().map(Change::to_value).collect())),
    ])
}

/// A tree of values as JavaScript sees it.
pub fn to_js(value: &Value) -> JsValue {
    Tree(value).serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
}

struct Tree<'v>(&'v Value);

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Undefined | Value::Null | Value::Function | Value::Foreign => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::String(text) => serializer.serialize_str(text),
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Tree(item))?;
                }
                list.end()
            }
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, &Tree(value))?;
                }
                map.end()
            }
        }
    }
}

pub fn record(entries: &[(String, Value)]) -> Record {
    entries.iter().fold(Record::new(), |record, (key, value)| record.set(key, to_js(value)))
}
