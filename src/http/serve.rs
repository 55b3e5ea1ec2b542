//! The module routes: URLs to modules below the root, their output with its entity tag, and what goes wrong on the way.
//! Must never reach what the handler's options do not list: there is no open proxy.

use somon_lang::gather::gather;
use std::rc::{Rc, Weak};

use somon_lang::diagnostic::Severity;
use somon_modules::error::{ErrorCode, Finding, SomonError};
use somon_modules::sorted::SortedMap;
use somon_modules::url::Url;
use somon_ops::config::Value;
use somon_ops::json::push_string;
use somon_system::event::{Request, Route};
use somon_system::outcome::{Outcome, Record};
use somon_system::route::ELSEWHERE;

use crate::code;
use crate::error::{Details, Refusal};
use crate::etag;
use crate::exchange::Exchange;
use crate::handler::{Modules, bare};
use crate::message::{Answer, JAVASCRIPT, JSON};
use crate::negotiate;
use crate::route::{Action, wildcard};
use crate::service::{Done, Service};
use crate::write::{self, Object};

/// More outputs than this are known by no browser at once.
const OUTPUTS_MAX: usize = 2000;
/// An address that is longer than this is made up.
const KEY_BYTES_MAX: usize = 1024;

/// What an operation is for.
pub enum Serving {
    Output {
        /// What the output depends on, besides the modules.
        key: String,
        is_dev: bool,
        is_map: bool,
    },
    /// Of `/admin/cache`.
    Refresh,
}

/// Outputs made before, by what was asked for.
#[derive(Default)]
pub struct Outputs {
    known: SortedMap<String, Output>,
}

struct Output {
    hash: String,
    records: Vec<Weak<Record>>,
}

impl Service {
    pub(crate) fn serve(&self, exchange: &Exchange, action: Action) -> Result<Done, Box<Refusal>> {
        let Some(modules) = &exchange.handler.modules else { return Err(absent()) };
        let offer = match action {
            Action::ModuleMap | Action::BundleMap => "application/json",
            _ => "text/javascript",
        };
        if negotiate::best(exchange.request.header("accept"), &[offer]).is_none() {
            return Err(Refusal::new(code::NOT_ACCEPTABLE, "modules are text/javascript, their maps application/json"));
        }
        let (request, base) = match action {
            Action::Bundle | Action::BundleMap => bundle(exchange, modules)?,
            _ => module(exchange, modules, action)?,
        };
        let mut key = String::from(exchange.path.as_str());
        let counts = |name: &str| name != "v" && exchange.route.is_some_and(|route| route.query.contains(&name));
        for (name, value) in exchange.query.iter().filter(|(name, _)| counts(name)) {
            key.push('\0');
            key.push_str(name);
            key.push('=');
            key.push_str(value);
        }
        // Evaluated before compiling, when all that the output was made of is still what would be used.
        if let Some(output) = self.outputs.known.get(&key)
            && self.system().are_current(&output.records)
        {
            let headers = Answer::empty(200);
            if let Some(answer) = conditional(exchange, &output.hash, headers) {
                return Ok(Done::Answer(answer));
            }
        }
        let is_map = matches!(action, Action::ModuleMap | Action::BundleMap);
        let serving = Serving::Output { key, is_dev: modules.is_dev && !is_map, is_map };
        let route = Route { base, root: modules.root.clone(), policy: modules.policy.clone() };
        Ok(Done::Start { request, route: Some(Rc::new(route)), serving })
    }
}

impl Outputs {
    pub fn finish(
        &mut self,
        exchange: &Exchange,
        serving: Serving,
        result: Result<Outcome, Box<SomonError>>,
    ) -> Result<Answer, Box<Refusal>> {
        let Serving::Output { key, is_dev, is_map } = serving else { return refreshed(result) };
        let (code, records) = match made(result, is_map) {
            Ok(made) => made,
            Err(refusal) if is_dev && refusal.reason.status == 422 => return Ok(throwing(&refusal, exchange)),
            Err(refusal) => return Err(refusal),
        };
        let hash = etag::of(code.as_bytes());
        if self.known.len() >= OUTPUTS_MAX {
            self.known = SortedMap::new();
        }
        if key.len() <= KEY_BYTES_MAX {
            self.known.insert(key, Output { hash: hash.clone(), records });
        }
        let answer = Answer::new(200, if is_map { JSON } else { JAVASCRIPT }, code);
        Ok(match conditional(exchange, &hash, answer.clone()) {
            Some(short) => short,
            None => tagged(exchange, &hash, answer),
        })
    }
}

/// The output and what it was made of, or why there is none.
fn made(result: Result<Outcome, Box<SomonError>>, is_map: bool) -> Result<(String, Vec<Weak<Record>>), Box<Refusal>> {
    let chosen = |code: String, map: Option<String>| if is_map { map.ok_or_else(unmapped) } else { Ok(code) };
    match result.map_err(Refusal::of)? {
        Outcome::Bundle(bundle) => Ok((chosen(bundle.code, bundle.map)?, bundle.records)),
        Outcome::Compilation(compilation) => {
            let is_error =
                |finding: &&Finding| finding.diagnostic.severity_in(Default::default()) == Some(Severity::Error);
            let errors = gather(compilation.findings.iter().filter(is_error));
            if !errors.is_empty() {
                let mut refusal = refusal(&errors);
                refusal.details = Details::Findings(compilation.findings);
                return Err(refusal);
            }
            let Some(module) = compilation.modules.into_iter().next() else { return Err(absent()) };
            Ok((chosen(String::from(&*module.code), module.map)?, compilation.records))
        }
        _ => Err(absent()),
    }
}

/// Of `/admin/cache`: what other modules are now.
fn refreshed(result: Result<Outcome, Box<SomonError>>) -> Result<Answer, Box<Refusal>> {
    let outcome = result.map_err(Refusal::of)?;
    let Outcome::Refreshed(refreshed) = outcome else { return Err(absent()) };
    let mut body = String::new();
    let mut object = Object::begin(&mut body);
    object.text("message", "Refreshed");
    object.number("affected", (refreshed.changed.len() + refreshed.removed.len()) as u64);
    object.number("failed", refreshed.failed.len() as u64);
    object.end();
    Ok(Answer::json(200, body))
}

/// A program that is wrong is told as such; one that could not be read, by why it could not.
fn refusal(errors: &[&Finding]) -> Box<Refusal> {
    let is_entry = |finding: &Finding| finding.source.is_empty();
    let upstream = errors.iter().find_map(|finding| {
        let cause = finding.cause.as_deref()?;
        let reason = code::of_error(cause.code, cause.status);
        (is_entry(finding) || reason.status >= 500).then(|| Refusal::without_diagnostics(cause))
    });
    upstream.unwrap_or_else(|| {
        let mut message = String::new();
        somon_ops::number::push_u64(&mut message, errors.len() as u64);
        message.push_str(if errors.len() == 1 { " error" } else { " errors" });
        if let Some(first) = errors.first() {
            message.push_str(" in ");
            message.push_str(&first.url);
        }
        Refusal::new(code::of_error(ErrorCode::CompileFailed, None), &message)
    })
}

/// For the console of a browser: the script fails where the module would have run.
fn throwing(refusal: &Refusal, exchange: &Exchange) -> Answer {
    let mut text = String::from("throw new SyntaxError(");
    let mut message = String::from(&refusal.message);
    message.push('\n');
    if let Details::Findings(findings) = &refusal.details {
        message.push_str(&write::findings(findings, &exchange.texts()));
    }
    push_string(&mut text, &message);
    text.push_str(");\n");
    Answer::new(200, JAVASCRIPT, text)
}

/// 304 for who has it, 302 for who asks for an older version by its hash.
fn conditional(exchange: &Exchange, hash: &str, answer: Answer) -> Option<Answer> {
    let tag = etag::quoted(hash);
    if exchange.query("v").is_some_and(|version| version != hash) {
        let mut location = String::from(exchange.url.as_ref().map_or("", Url::path));
        let mut mark = '?';
        for (name, value) in &exchange.query {
            location.push(mark);
            location.push_str(name);
            location.push('=');
            push_escaped(&mut location, if name == "v" { hash } else { value });
            mark = '&';
        }
        return Some(Answer::empty(302).with("location", location).with("cache-control", "no-cache"));
    }
    let is_known = exchange.request.header("if-none-match").is_some_and(|list| etag::names(list, &tag, true));
    is_known.then(|| {
        let mut short = tagged(exchange, hash, answer);
        (short.status, short.body) = (304, Vec::new());
        short.headers.retain(|(name, _)| *name != "content-type");
        short
    })
}

fn tagged(exchange: &Exchange, hash: &str, answer: Answer) -> Answer {
    let is_fixed = exchange.query("v") == Some(hash);
    let control =
        if is_fixed { "public, max-age=31536000, immutable" } else { exchange.handler.cache_control.as_str() };
    answer.with("etag", etag::quoted(hash)).with("cache-control", control)
}

fn push_escaped(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            let mut digits = String::new();
            somon_ops::number::push_hex(&mut digits, &[byte]);
            out.push_str(&digits);
        }
    }
}

fn module(exchange: &Exchange, modules: &Modules, action: Action) -> Result<(Request, Url), Box<Refusal>> {
    let pattern = exchange.route.map_or("", |route| route.path);
    let Some(name) = wildcard(pattern, &exchange.path) else { return Err(absent()) };
    let (base, path) = match name.strip_prefix(ELSEWHERE) {
        None => (modules.root.clone(), name),
        Some(rest) => elsewhere(rest, modules)?,
    };
    if path.is_empty() || path.split('/').any(str::is_empty) {
        return Err(absent());
    }
    let extension = if action == Action::JsonModule { ".json" } else { ".som" };
    let entry = ["./", path, extension].concat();
    let mut options = vec![("specifierStyle".to_owned(), Value::String("route".to_owned()))];
    options.extend(chosen(exchange, &["target", "minify"])?);
    Ok((Request::Module { entry, options: Value::Map(options) }, base))
}

/// `https/host/path` on an origin that is listed.
fn elsewhere<'p>(rest: &'p str, modules: &Modules) -> Result<(Url, &'p str), Box<Refusal>> {
    let parts = rest.split_once('/').and_then(|(scheme, rest)| Some((scheme, rest.split_once('/')?)));
    let Some((scheme, (host, path))) = parts else { return Err(absent()) };
    let base = Url::parse(&[scheme, "://", host, "/"].concat()).ok().filter(|url| url.path() == "/");
    let origin = base.as_ref().and_then(Url::origin);
    let is_listed = |origin: &String| modules.origins.iter().any(|pattern| pattern.matches(origin));
    match base {
        Some(base) if origin.as_ref().is_some_and(is_listed) => Ok((base, path)),
        _ => Err(Refusal::new(code::of_error(ErrorCode::ResolveOrigin, None), "the origin has no routes here")),
    }
}

fn bundle(exchange: &Exchange, modules: &Modules) -> Result<(Request, Url), Box<Refusal>> {
    let Some(name) = exchange.query("entry").filter(|entry| !entry.is_empty()) else {
        return Err(Refusal::new(code::INVALID_QUERY, "`entry` names the module to bundle"));
    };
    let plain = name.strip_prefix("./").unwrap_or(name);
    let Ok(url) = modules.root.join(&["./", plain].concat()) else {
        return Err(Refusal::new(code::INVALID_QUERY, "`entry` is no path"));
    };
    if let Some(entries) = &modules.entries
        && !entries.iter().any(|entry| entry == bare(url.as_str()))
    {
        return Err(Refusal::new(code::FORBIDDEN, "the entry is not listed"));
    }
    if exchange.query("format").is_some_and(|format| !matches!(format, "esm" | "es")) {
        return Err(Refusal::new(code::INVALID_QUERY, "`format` must be esm: others cannot be made yet"));
    }
    let mut options = chosen(exchange, &["format", "target", "minify", "globalName"])?;
    if let Some(names) = exchange.query("externals") {
        let names = names.split(',').filter(|name| !name.is_empty()).map(|name| Value::String(name.to_owned()));
        options.push(("externals".to_owned(), Value::List(gather(names))));
    }
    let entry = ["./", plain].concat();
    Ok((Request::Bundle { entry, options: Value::Map(options) }, modules.root.clone()))
}

/// Options of the operation that the query names; the operation checks their values.
fn chosen(exchange: &Exchange, keys: &[&str]) -> Result<Vec<(String, Value)>, Box<Refusal>> {
    let mut options = Vec::new();
    if let Some(trace) = &exchange.trace {
        options.push(("traceparent".to_owned(), Value::String(trace.traceparent())));
    }
    for key in keys {
        let Some(value) = exchange.query(key) else { continue };
        let value = match (*key, value) {
            ("minify", "0" | "false") => Value::Bool(false),
            ("minify", "1" | "true") => Value::Bool(true),
            ("minify", _) => return Err(Refusal::new(code::INVALID_QUERY, "`minify` must be 0 or 1")),
            ("target", "es2020" | "es2022" | "esnext") | ("format" | "globalName", _) => {
                Value::String(value.to_owned())
            }
            _ => return Err(Refusal::new(code::INVALID_QUERY, "`target` must be es2020, es2022 or esnext")),
        };
        options.push(((*key).to_owned(), value));
    }
    Ok(options)
}

fn absent() -> Box<Refusal> {
    Refusal::new(code::NOT_FOUND, "there is no such module")
}

fn unmapped() -> Box<Refusal> {
    Refusal::new(code::NOT_FOUND, "the output has no source map")
}
