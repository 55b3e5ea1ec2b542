//! What the system tells of its modules, as JavaScript values in the shape of the facade's types.

use js_sys::Map;
use somon_system::System;
use somon_system::outcome::{ImportStep, ModuleInfo, ValidationIssue};
use wasm_bindgen::prelude::*;

use super::object::{Record, array};
use super::outcome::dependencies;
use super::systems::find;

/// `what` is the name of the public method, `id` its argument. `undefined` where there is nothing to tell.
#[wasm_bindgen]
pub fn system_read(system: u32, what: &str, id: &str) -> JsValue {
    let Some(resident) = find(system) else { return JsValue::UNDEFINED };
    resident.instance.with_system(|system| read(system, what, id))
}

fn read(system: &System, what: &str, id: &str) -> JsValue {
    match what {
        "getModule" => system.module(id).map_or(JsValue::UNDEFINED, |info| module(&info).into()),
        "getAllModules" => array(system.modules().iter().map(module)).into(),
        "getModuleSource" => system.module_source(id).map_or(JsValue::UNDEFINED, |source| JsValue::from_str(&source)),
        "getImportChain" => {
            system.import_chain(id).map_or(JsValue::UNDEFINED, |chain| array(chain.iter().map(step)).into())
        }
        "getDependencyGraph" => {
            let graph = Map::new();
            for (id, imported) in system.dependency_graph() {
                graph.set(&JsValue::from_str(&id), &array(imported.iter().map(|id| &**id)).into());
            }
            graph.into()
        }
        "getStatistics" => statistics(system).into(),
        "validate" => {
            let validation = system.validate();
            Record::new()
                .set("isValid", validation.errors.is_empty())
                .set("errors", array(validation.errors.iter().map(issue)))
                .set("warnings", array(validation.warnings.iter().map(issue)))
                .into()
        }
        "lockfile" => JsValue::from_str(&system.lockfile()),
        "getWarnings" => array(system.warnings().iter().map(String::as_str)).into(),
        _ => JsValue::UNDEFINED,
    }
}

fn module(info: &ModuleInfo) -> Record {
    let record = Record::new()
        .set("id", &*info.id)
        .set("resolvedPath", &*info.url)
        .set("type", info.kind.map_or("external", |kind| kind.text()));
    if info.kind.is_none() {
        return record;
    }
    dependencies(record, &info.dependencies)
        .set("exports", array(info.exports.iter().map(String::as_str)))
        .set("size", info.bytes as f64)
        .set("hash", info.hash.as_str())
        .set_some("etag", info.etag.as_deref())
        .set_some("lastModified", info.last_modified.as_deref())
        .set("fetchedAt", js_sys::Date::now() - info.fetched_us_ago as f64 / 1000.0)
        .set("isStale", info.is_stale)
        .set("hasErrors", info.has_errors)
        .set("isEntry", info.is_entry)
}

fn statistics(system: &System) -> Record {
    let found = system.statistics();
    let average = if found.modules > 0 { found.dependencies as f64 / found.modules as f64 } else { 0.0 };
    Record::new()
        .set("totalModules", found.modules as f64)
        .set("totalDependencies", found.dependencies as f64)
        .set("averageDependencies", average)
        .set("maxDependencyDepth", found.depth_max)
        .set("circularDependencies", found.cycles as f64)
        .set("externalModules", found.externals as f64)
        .set("dynamicDependencies", found.dynamic as f64)
}

fn issue(issue: &ValidationIssue) -> Record {
    let record =
        Record::new().set("code", issue.code.text()).set("message", issue.message.as_str()).set("url", &*issue.url);
    match &issue.place {
        Some(place) => {
            record.set("specifier", place.specifier.as_str()).set("line", place.line).set("column", place.column)
        }
        None => record,
    }
}

fn step(step: &ImportStep) -> Record {
    Record::new()
        .set("url", &*step.url)
        .set("specifier", step.specifier.as_str())
        .set("line", step.line)
        .set("column", step.column)
}
