//! Results of operations as JavaScript objects, in the shape of the facade's types.

use js_sys::Map;
use somon_lang::diagnostic::Texts;
use somon_system::outcome::{Bundle, Compilation, Dependency, LoadedModule, Outcome};
use wasm_bindgen::JsValue;

use super::diagnostic;
use super::object::{Record, array};

pub fn to_js(outcome: &Outcome, texts: &Texts) -> JsValue {
    match outcome {
        Outcome::Module(module) => loaded(module).into(),
        Outcome::Compilation(compilation) => compiled(compilation, texts).into(),
        Outcome::Bundle(bundle) => bundled(bundle, texts).into(),
    }
}

fn loaded(module: &LoadedModule) -> Record {
    let record = Record::new()
        .set("id", &*module.id)
        .set("resolvedPath", &*module.url)
        .set("type", module.kind.map_or("external", |kind| kind.text()))
        .set("source", &*module.source);
    dependencies(record, &module.dependencies).set("exports", array(module.exports.iter().map(String::as_str)))
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
            .set("code", module.code.as_str())
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
