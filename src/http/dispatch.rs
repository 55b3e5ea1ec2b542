//! From a request to its route: path, method, origin, authorisation, conditions of the body; each refusal in that order.
//! Must never read a body, and never do what a route does.

use somon_lang::gather::gather;
use somon_modules::url::Url;

use crate::auth::Verdict;
use crate::code;
use crate::error::Refusal;
use crate::exchange::Exchange;
use crate::message::Answer;
use crate::query;
use crate::route::{self, Action, Route, Scope};

/// What is known of the system without asking it more.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Beyond liveness and module routes.
    pub has_management: bool,
    pub has_health: bool,
    pub has_metrics: bool,
    pub module_bytes_max: usize,
}

pub enum Next {
    Answer(Answer),
    Pass,
    /// The user's function decides.
    Word(Scope),
    Body {
        bytes_max: usize,
    },
    Act(Action),
}

/// As far as it goes before anybody else is asked. Sets what the exchange lacks.
pub fn begin(exchange: &mut Exchange, state: State) -> Result<Next, Box<Refusal>> {
    exchange.url = Url::parse(&exchange.request.url).ok();
    let Some(url) = &exchange.url else {
        return Err(Refusal::new(code::INVALID_URL, "the URL cannot be read"));
    };
    let raw = url.path().strip_prefix(exchange.handler.base_path.as_str());
    let Some(raw) = raw.filter(|raw| raw.starts_with('/')).map(str::to_owned) else {
        return if exchange.handler.passes_through { Ok(Next::Pass) } else { Err(unknown()) };
    };
    let query = url.suffix().split('#').next().unwrap_or("").strip_prefix('?').unwrap_or("").to_owned();
    let Some(path) = query::decode(&raw) else {
        return Err(Refusal::new(code::INVALID_URL, "the path is not percent-encoded UTF-8"));
    };
    exchange.path = raw;
    let rows = gather(route::rows(&path).filter(|route| exists(exchange, state, route)));
    let Some(first) = rows.first().copied() else { return Err(unknown()) };
    exchange.route = Some(first);
    let open = gather(rows.iter().copied().filter(|route| is_usable(exchange, route)));
    if open.is_empty() {
        return Err(unknown());
    }
    let allow = allow(&open);
    let method = exchange.method().to_owned();
    if method == "OPTIONS" {
        return Ok(Next::Answer(Answer::empty(204).with("allow", allow)));
    }
    let Some(route) = rows.iter().copied().find(|route| route.method == method) else {
        let mut refusal = Refusal::new(code::METHOD_NOT_ALLOWED, "the path does not know the method");
        refusal.allow = Some(allow.into_boxed_str());
        return Err(refusal);
    };
    exchange.route = Some(route);
    if !is_usable(exchange, route) {
        let mut refusal = Refusal::new(code::FORBIDDEN, "changes are off: no token for writing is set");
        refusal.allow = Some(allow.into_boxed_str());
        return Err(refusal);
    }
    if !route.query.is_empty() {
        let parsed = query::parse(&query);
        let Some(parsed) = parsed else {
            return Err(Refusal::new(code::INVALID_QUERY, "the query is not percent-encoded UTF-8"));
        };
        exchange.query = parsed;
    }
    if route.scope == Scope::Write && !comes_from_here(exchange, url_origin(exchange).as_deref()) {
        return Err(Refusal::new(code::FORBIDDEN, "the origin may not make changes"));
    }
    authorise(exchange, state, route)
}

/// The user's function has spoken.
pub fn heard(exchange: &mut Exchange, state: State, is_allowed: bool) -> Result<Next, Box<Refusal>> {
    let Some(route) = exchange.route else { return Err(unknown()) };
    exchange.is_authorised = is_allowed;
    if is_allowed || route.scope == Scope::Public {
        return body_conditions(exchange, state, route);
    }
    Err(if exchange.request.header("authorization").is_some() { forbidden() } else { unauthorised() })
}

fn authorise(exchange: &mut Exchange, state: State, route: &'static Route) -> Result<Next, Box<Refusal>> {
    let authorization = exchange.request.header("authorization");
    match route.scope {
        Scope::Modules => {}
        Scope::Write if route.action == Action::Compile && is_dev(exchange) => {}
        Scope::Public if route.action != Action::Health => {}
        Scope::Public => {
            if exchange.handler.public_read {
                exchange.is_authorised = true;
            } else if exchange.auth.asks {
                return Ok(Next::Word(Scope::Read));
            } else {
                exchange.is_authorised = exchange.auth.judge(authorization, Scope::Read) == Verdict::Granted;
            }
        }
        Scope::Read if exchange.handler.public_read => exchange.is_authorised = true,
        scope if !exchange.auth.is_set(scope) => {
            return Err(Refusal::new(code::FORBIDDEN, "no token is set, and reading is not public"));
        }
        scope if exchange.auth.asks => return Ok(Next::Word(scope)),
        scope => match exchange.auth.judge(authorization, scope) {
            Verdict::Granted => exchange.is_authorised = true,
            Verdict::TooLittle => return Err(forbidden()),
            Verdict::Unknown => return Err(unauthorised()),
        },
    }
    body_conditions(exchange, state, route)
}

fn body_conditions(exchange: &Exchange, state: State, route: &'static Route) -> Result<Next, Box<Refusal>> {
    if !route.has_body {
        return Ok(Next::Act(route.action));
    }
    let content_type = exchange.request.header("content-type").unwrap_or("");
    if !is_json(content_type) {
        return Err(Refusal::new(code::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json in UTF-8"));
    }
    let is_text = route.action == Action::Compile;
    Ok(Next::Body { bytes_max: if is_text { state.module_bytes_max } else { exchange.handler.body_bytes_max } })
}

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_type = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    let is_utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    };
    is_type && parts.all(is_utf8)
}

/// Whether the path is there at all, as the options and the configuration have it.
fn exists(exchange: &Exchange, state: State, route: &Route) -> bool {
    match route.action {
        Action::Live => true,
        Action::Health => state.has_management && state.has_health,
        Action::Metrics | Action::Prometheus => state.has_management && state.has_metrics,
        _ if route.scope == Scope::Modules => exchange.handler.modules.is_some(),
        _ => state.has_management,
    }
}

/// Changes need somebody who may make them.
fn is_usable(exchange: &Exchange, route: &Route) -> bool {
    let is_open = route.action == Action::Compile && is_dev(exchange);
    route.scope != Scope::Write || is_open || exchange.auth.is_set(Scope::Write)
}

fn is_dev(exchange: &Exchange) -> bool {
    exchange.handler.modules.as_ref().is_some_and(|modules| modules.is_dev)
}

fn url_origin(exchange: &Exchange) -> Option<String> {
    exchange.url.as_ref().and_then(Url::origin)
}

/// A request of a browser names its origin; other clients name none.
fn comes_from_here(exchange: &Exchange, own: Option<&str>) -> bool {
    let Some(origin) = exchange.request.header("origin") else { return true };
    own == Some(origin) || exchange.handler.cors.allows(origin)
}

fn allow(rows: &[&Route]) -> String {
    let mut text = String::new();
    for route in rows {
        text.push_str(route.method);
        text.push_str(if route.method == "GET" { ", HEAD, " } else { ", " });
    }
    text.push_str("OPTIONS");
    text
}

fn unknown() -> Box<Refusal> {
    Refusal::new(code::NOT_FOUND, "there is nothing at this path")
}

fn unauthorised() -> Box<Refusal> {
    Refusal::new(code::UNAUTHORIZED, "a token is needed")
}

fn forbidden() -> Box<Refusal> {
    Refusal::new(code::FORBIDDEN, "the credentials do not reach so far")
}
