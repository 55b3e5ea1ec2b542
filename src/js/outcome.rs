//! Results of operations as JavaScript objects, in the shape of the facade's types.

use std::rc::Rc;

use js_sys::{Array, Map};
use somon_lang::diagnostic::Texts;
use somon_system::outcome::{Bundle, Change, Compilation, Dependency, LoadedModule, Outcome, ResolvedModule};
use wasm_bindgen::JsValue;

use super::object::{Record, array};
use super::{diagnostic, error};

pub fn to_js(outcome: &Outcome, texts: &Texts) -> JsValue {
    match outcome {
        Outcome::Module(module) => loaded(module).into(),
        Outcome::Compilation(compilation) => compiled(compilation, texts).into(),
        Outcome::Bundle(bundle) => bundled(bundle, texts).into(),
        Outcome::Prefetched(found) => {
            let failed = found.failed.iter().map(|(_, error)| error::to_js(error, texts));
            Record::new().set("loaded", ids(&found.ids)).set("failed", array(failed)).into()
        }
        Outcome::Resolved(found) => resolved(found).into(),
        Outcome::Refreshed(found) => Record::new()
            .set("changed", ids(&found.changed))
            .set("removed", ids(&found.removed))
            .set("unchanged", ids(&found.unchanged))
            .set("failed", ids(&found.failed))
            .into(),
    }
}

fn ids(list: &[Rc<str>]) -> Array {
    array(list.iter().map(|id| &**id))
}

fn resolved(found: &ResolvedModule) -> Record {
    let name = found.id.strip_prefix("external:").filter(|_| found.kind.is_none());
    let segment = found.id.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or("");
    let extension = segment.rfind('.').and_then(|dot| segment.get(dot..)).filter(|_| name.is_none());
    Record::new()
        .set("url", &*found.id)
        .set("resolvedPath", &*found.url)
        .set("isExternal", name.is_some())
        .set_some("externalName", name)
        .set("extension", extension.unwrap_or(""))
        .set("type", found.kind.map_or("external", |kind| kind.text()))
        .set("candidates", array(found.candidates.iter().map(String::as_str)))
}

/// Of a watch.
pub fn changes(list: &[Change]) -> Array {
    array(list.iter().map(|change| {
        Record::new()
            .set("type", change.kind.text())
            .set("url", &*change.url)
            .set("dependents", ids(&change.dependents))
    }))
}

fn loaded(module: &LoadedModule) -> Record {
    let record = Record::new()
        .set("id", &*module.id)
        .set("resolvedPath", &*module.url)
        .set("type", module.kind.map_or("external", |kind| kind.text()))
        .set("source", &*module.source);
    dependencies(record, &module.dependencies)
        .set("exports", array(module.exports.iter().map(String::as_str)))
        .set_some("stale", module.is_stale.then_some(true))
}

/// The specifiers alone, and with what is known of them.
pub fn dependencies(record: Record, list: &[Dependency]) -> Record {
    let dependency = |dependency: &Dependency| {
        Record::new()
            .set("specifier", dependency.specifier.as_str())
            .set("kind", dependency.kind.text())
            .set("id", &*dependency.id)
            .set("line", dependency.line)
            .set("column", dependency.column)
    };
    record
        .set("dependencies", array(list.iter().map(|dependency| dependency.specifier.as_str())))
        .set("dependencyInfo", array(list.iter().map(dependency)))
}

fn compiled(compilation: &Compilation, texts: &Texts) -> Record {
    let modules = Map::new();
    for module in &compilation.modules {
        let entry = Record::new()
            .set("code", &*module.code)
            .set_some("map", module.map.as_deref())
            .set("type", module.kind.text())
            .set_some("stale", module.is_stale.then_some(true));
        modules.set(&JsValue::from_str(&module.id), &entry.into());
    }
    let sorted = diagnostic::of_findings(&compilation.findings, texts);
    Record::new()
        .set("modules", modules)
        .set_some("entryPoint", compilation.entry_point.as_deref())
        .set("dependencies", array(compilation.dependencies.iter().map(|id| &**id)))
        .set("errors", sorted.errors)
        .set("warnings", sorted.warnings)
        .set_some("truncated", compilation.truncated.then_some(true))
}

fn bundled(bundle: &Bundle, texts: &Texts) -> Record {
    let module = |module: &somon_system::outcome::BundledModule| {
        Record::new()
            .set("id", &*module.id)
            .set("key", module.key.as_str())
            .set("bytes", module.bytes)
            .set_some("stale", module.is_stale.then_some(true))
    };
    Record::new()
        .set("code", bundle.code.as_str())
        .set_some("map", bundle.map.as_deref())
        .set("fileName", bundle.file_name.as_str())
        .set("modules", array(bundle.modules.iter().map(module)))
        .set("externals", array(bundle.externals.iter().map(String::as_str)))
        .set("warnings", diagnostic::list(&bundle.findings, texts))
        .set_some("truncated", bundle.truncated.then_some(true))
}
