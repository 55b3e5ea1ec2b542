//! Which host this is and where it stands, found out when first asked, never at module scope.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostName {
    Browser,
    Worker,
    Workerd,
    Deno,
    Node,
    Bun,
}

impl HostName {
    pub fn detect() -> HostName {
        let global: JsValue = js_sys::global().into();
        // Order matters: Deno and Bun also have `process`, and every one of them may have `navigator`.
        if text(&get(&global, "navigator"), "userAgent").as_deref() == Some("Cloudflare-Workers") {
            HostName::Workerd
        } else if !get(&global, "Deno").is_undefined() {
            HostName::Deno
        } else if !get(&global, "Bun").is_undefined() {
            HostName::Bun
        } else if !get(&get(&get(&global, "process"), "versions"), "node").is_undefined() {
            HostName::Node
        } else if !get(&global, "document").is_undefined() {
            HostName::Browser
        } else {
            HostName::Worker
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            HostName::Browser => "browser",
            HostName::Worker => "worker",
            HostName::Workerd => "workerd",
            HostName::Deno => "deno",
            HostName::Node => "node",
            HostName::Bun => "bun",
        }
    }
}

/// The URL of the page or the web worker; other hosts have none.
pub fn location() -> Option<String> {
    let global: JsValue = js_sys::global().into();
    match HostName::detect() {
        HostName::Browser => text(&get(&global, "document"), "baseURI"),
        HostName::Worker => text(&get(&global, "location"), "href"),
        _ => None,
    }
}

fn get(target: &JsValue, key: &str) -> JsValue {
    Reflect::get(target, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
}

fn text(target: &JsValue, key: &str) -> Option<String> {
    get(target, key).as_string()
}
