//! What the management routes change: configuration, breakers, figures, cache; and one text compiled.
//! Must never change a part of what was asked: it is right as a whole, or nothing happens.

use somon_lang::compile::compile;
use somon_lang::diagnostic::{Severity, Texts, render};
use somon_lang::gather::gather;
use somon_lang::source::LineIndex;
use somon_lang::table::ImportKind;
use somon_modules::json;
use somon_modules::json_value;
use somon_modules::shown;
use somon_ops::config::{self, Effect, Key, Kind, Options, Value};
use somon_ops::json::push_string;
use somon_system::event::Request;
use somon_system::text::chosen;

use crate::code::{self, Reason};
use crate::error::{Details, Refusal};
use crate::etag;
use crate::exchange::Exchange;
use crate::management::time;
use crate::message::Answer;
use crate::route::Action;
use crate::serve::Serving;
use crate::service::{Done, Service};
use crate::write::{self, Object, list, push_tree};

const fn key(path: &'static str, kind: Kind) -> Key {
    Key { path, kind, effect: Effect::Now }
}

const BREAKERS: &[Key] = &[
    key("type", Kind::Choice(&["reset", "open", "remove"])),
    key("key", Kind::Text),
    key("moduleId", Kind::Text),
    key("durationMs", Kind::Integer { min: 1, max: 86_400_000, default: 30_000 }),
];
const RESET: &[Key] = &[key("targets", Kind::TextList)];
const CACHE: &[Key] = &[
    key("action", Kind::Choice(&["clear", "invalidate", "refresh"])),
    key("url", Kind::Text),
    key("dependents", Kind::Bool(false)),
];
const SOURCE: &[Key] = &[key("source", Kind::Text), key("url", Kind::Text), key("options", ANYTHING)];
/// Checked by a table of its own.
const ANYTHING: Kind = Kind::Other { expected: "an object", accepts: |value| matches!(value, Value::Map(_)) };
const TARGETS: [&str; 2] = ["metrics", "breakers"];

pub fn perform(service: &mut Service, exchange: &Exchange, action: Action, body: &[u8]) -> Result<Done, Box<Refusal>> {
    let value = parse(body)?;
    let answer = match action {
        Action::ConfigUpdate => configure(service, exchange, &value, false),
        Action::ConfigReplace => configure(service, exchange, &value, true),
        Action::BreakersChange => breakers(service, &checked(&value, BREAKERS, &["type"])?),
        Action::Reset => reset(service, &checked(&value, RESET, &[])?),
        Action::Cache => {
            let read = checked(&value, CACHE, &["action"])?;
            if read.choice("action") == "refresh" {
                let options = Value::Undefined;
                return Ok(Done::Start {
                    request: Request::Refresh { options },
                    route: None,
                    serving: Serving::Refresh,
                });
            }
            cache(service, &read)
        }
        _ => text(&value, exchange),
    };
    answer.map(Done::Answer)
}

fn parse(body: &[u8]) -> Result<Value, Box<Refusal>> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(Refusal::new(code::INVALID_JSON, "the body is not UTF-8"));
    };
    if let Err(offset) = json::check(text) {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let place = LineIndex::new(text).position(offset);
        let mut message = String::from("the body stops being JSON at line ");
        somon_ops::number::push_u64(&mut message, u64::from(place.line));
        message.push_str(", column ");
        somon_ops::number::push_u64(&mut message, u64::from(place.column));
        return Err(Refusal::new(code::INVALID_JSON, &message));
    }
    match json_value::read(text) {
        Some(value @ Value::Map(_)) => Ok(value),
        _ => Err(Refusal::new(code::INVALID_BODY, "the body must be an object of no great depth")),
    }
}

/// By the table of its keys; `needed` have to be there.
fn checked<'v>(value: &'v Value, table: &'static [Key], needed: &[&str]) -> Result<Options<'v>, Box<Refusal>> {
    let mut problems = config::check(value, table);
    let read = Options::new(value, table);
    for path in needed {
        if read.given(path).is_none() {
            problems.push(config::Problem {
                path: (*path).to_owned(),
                message: [path, " is missing"].concat(),
                received: "undefined".to_owned(),
                is_unknown_key: false,
            });
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(refused(code::INVALID_BODY, &problems)) }
}

fn refused(reason: Reason, problems: &[config::Problem]) -> Box<Refusal> {
    let mut message = String::new();
    somon_ops::number::push_u64(&mut message, problems.len() as u64);
    message.push_str(if problems.len() == 1 { " value refused" } else { " values refused" });
    let mut refusal = Refusal::new(reason, &message);
    refusal.details = Details::Json(write::problems(problems));
    refusal
}

fn configure(
    service: &mut Service,
    exchange: &Exchange,
    patch: &Value,
    replaces: bool,
) -> Result<Answer, Box<Refusal>> {
    let tag = service.config_tag();
    if exchange.request.header("if-match").is_some_and(|list| !etag::names(list, &tag, false)) {
        return Err(Refusal::new(code::PRECONDITION_FAILED, "the configuration is another by now"));
    }
    let now = service.moment;
    let applied = service
        .system_mut()
        .update_config(now, patch, replaces)
        .map_err(|problems| refused(code::of_error(somon_modules::error::ErrorCode::ConfigInvalid, None), &problems))?;
    let mut body = String::new();
    let mut object = Object::begin(&mut body);
    object.text("message", if applied.changed.is_empty() { "Nothing changed" } else { "Configuration updated" });
    list(object.key("applied"), applied.changed.iter(), |out, change| push_string(out, change.path()));
    object.number("version", u64::from(applied.version));
    object.text("scope", "instance");
    object.text("instanceId", &service.system_mut().instance_id());
    push_tree(object.key("config"), &service.system().config().to_value());
    object.end();
    let tag = service.config_tag();
    Ok(Answer::json(200, body).with("etag", tag))
}

fn breakers(service: &mut Service, read: &Options) -> Result<Answer, Box<Refusal>> {
    let now = service.moment;
    let key = read.text("key").or(read.text("moduleId"));
    let known = gather(service.system_mut().breaker_statuses(now).into_iter().map(|(key, _)| key));
    let unknown = || Refusal::new(code::BREAKER_NOT_FOUND, "there is no breaker of that key");
    if key.is_some_and(|key| !known.iter().any(|other| other == key)) {
        return Err(unknown());
    }
    let affected = key.map_or(known, |key| vec![key.to_owned()]);
    let message = match read.choice("type") {
        "open" => {
            let forced = service.system_mut().force_breaker(now, key, read.integer("durationMs") as f64);
            forced.map_err(Refusal::of)?;
            "Breakers opened"
        }
        "remove" => {
            for key in &affected {
                service.system_mut().remove_breaker(key);
            }
            "Breakers removed"
        }
        _ => {
            service.system_mut().reset_breaker(now, key);
            "Breakers reset"
        }
    };
    let mut body = String::new();
    let mut object = Object::begin(&mut body);
    object.text("message", message);
    list(object.key("affected"), affected.iter(), |out, key| write::push_safe(out, key));
    object.end();
    Ok(Answer::json(200, body))
}

fn reset(service: &mut Service, read: &Options) -> Result<Answer, Box<Refusal>> {
    let given = read.texts("targets");
    if given.iter().any(|target| !TARGETS.contains(target)) {
        return Err(Refusal::new(code::INVALID_BODY, "`targets` may be metrics and breakers"));
    }
    let is_all = read.given("targets").is_none();
    let targets = gather(TARGETS.into_iter().filter(|target| is_all || given.contains(target)));
    let now = service.moment;
    for target in &targets {
        if *target == "metrics" {
            service.system_mut().reset_metrics(now);
        } else {
            service.system_mut().reset_breaker(now, None);
        }
    }
    let mut body = String::new();
    let mut object = Object::begin(&mut body);
    object.text("message", "Reset");
    time(&mut object, now.epoch_ms);
    list(object.key("reset"), targets.iter(), |out, target| push_string(out, target));
    object.end();
    Ok(Answer::json(200, body))
}

fn cache(service: &mut Service, read: &Options) -> Result<Answer, Box<Refusal>> {
    let (message, affected) = match (read.choice("action"), read.text("url")) {
        ("clear", _) => {
            let count = service.system().figures().cached_modules;
            service.system_mut().clear_cache();
            ("Cache cleared", count)
        }
        ("invalidate", Some(url)) => {
            ("Invalidated", usize::from(service.system_mut().invalidate(url, read.bool("dependents"))))
        }
        _ => return Err(Refusal::new(code::INVALID_BODY, "`invalidate` needs `url`")),
    };
    let mut body = String::new();
    let mut object = Object::begin(&mut body);
    object.text("message", message);
    object.number("affected", affected as u64);
    object.end();
    Ok(Answer::json(200, body))
}

/// One text compiled, whatever is wrong with it: that is in the answer.
fn text(body: &Value, exchange: &Exchange) -> Result<Answer, Box<Refusal>> {
    let read = checked(body, SOURCE, &["source"])?;
    let (source, given) = (read.text("source").unwrap_or(""), read.given("options").unwrap_or(&Value::Undefined));
    let problems = config::check(given, config::TEXT);
    if !problems.is_empty() {
        return Err(refused(code::of_error(somon_modules::error::ErrorCode::ConfigInvalid, None), &problems));
    }
    let options = Options::new(given, config::TEXT);
    let url = read.text("url").or(options.text("url")).unwrap_or("source.som");
    let result = compile(source, &chosen(&options));
    let texts = if options.text("locale") == Some("en") { Texts::english() } else { exchange.texts() };
    let rendered = render(source, &result.findings, &texts);
    let mut body = String::new();
    let mut object = Object::begin(&mut body);
    object.text("code", &result.code);
    for (key, wants_errors) in [("errors", true), ("warnings", false)] {
        let some = rendered.iter().filter(|one| (one.severity == Severity::Error) == wants_errors);
        list(object.key(key), some, |out, one| write::push_tree(out, &Value::Map(shown::fields(url, one))));
    }
    let lines = LineIndex::new(source);
    list(object.key("imports"), result.imports.iter(), |out, import| {
        let place = lines.position(import.span.start);
        let mut object = Object::begin(out);
        object.text("specifier", &import.specifier);
        object.text(
            "kind",
            match import.kind {
                ImportKind::Static => "static",
                ImportKind::Reexport => "reexport",
                ImportKind::Dynamic => "dynamic",
            },
        );
        object.number("line", u64::from(place.line));
        object.number("column", u64::from(place.column));
        object.end();
    });
    list(object.key("exports"), result.exports.iter(), |out, name| push_string(out, name));
    object.text("hash", &result.hash);
    object.end();
    Ok(Answer::json(200, body))
}
