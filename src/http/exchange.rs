//! One request under way: what it asked, whose it is, and what every answer to it has in common.

use std::rc::Rc;

use somon_lang::diagnostic::Texts;
use somon_modules::url::Url;
use somon_ops::number::{push_hex, push_scaled, push_u64};
use somon_ops::trace::TraceContext;
use somon_system::event::Moment;

use crate::auth::Auth;
use crate::cors::Cors;
use crate::error::Refusal;
use crate::handler::Handler;
use crate::message::{Answer, Request};
use crate::route::{Route, Scope};

pub struct Exchange {
    pub request: Request,
    pub handler: Rc<Handler>,
    /// The handler's, with the tokens of the environment.
    pub auth: Auth,
    pub request_id: String,
    pub trace: Option<TraceContext>,
    /// As of [`somon_system::System::clock`].
    pub began_us: u64,
    /// `None`: what was asked for is no URL.
    pub url: Option<Url>,
    /// As it was sent, below the handler's base path.
    pub path: String,
    pub query: Vec<(String, String)>,
    pub route: Option<&'static Route>,
    /// Of another language than English.
    pub words: Option<Rc<str>>,
    /// May see what is for readers only.
    pub is_authorised: bool,
}

/// The id that the client gave, if it may be repeated, else a new one.
pub fn request_id(given: Option<&str>, random: &mut dyn FnMut(&mut [u8])) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    match given {
        Some(id) if (1..=128).contains(&id.len()) && id.bytes().all(is_plain) => id.to_owned(),
        _ => {
            let mut bytes = [0; 8];
            random(&mut bytes);
            let mut id = String::with_capacity(16);
            push_hex(&mut id, &bytes);
            id
        }
    }
}

impl Exchange {
    /// HEAD is GET whose body stays away.
    pub fn method(&self) -> &str {
        match self.request.method.as_str() {
            "HEAD" => "GET",
            method => method,
        }
    }

    pub fn texts(&self) -> Texts<'_> {
        self.words.as_deref().map_or_else(Texts::english, Texts::with_table)
    }

    pub fn query(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    pub fn cors(&self) -> &Cors {
        let modules = self.handler.modules.as_ref().filter(|_| self.is_module_route());
        modules.map_or(&self.handler.cors, |modules| &modules.cors)
    }

    pub fn is_module_route(&self) -> bool {
        self.route.is_some_and(|route| route.scope == Scope::Modules)
    }

    pub fn refuse(&self, refusal: &Refusal, now: Moment) -> Answer {
        let mut timestamp = String::new();
        somon_ops::date::push_iso(&mut timestamp, now.epoch_ms);
        refusal.to_answer(&self.request_id, &timestamp, &self.texts())
    }

    /// With the headers that all answers have.
    pub fn complete(&self, mut answer: Answer, now_us: u64) -> Answer {
        answer.set("x-content-type-options", "nosniff");
        answer.set("x-request-id", self.request_id.as_str());
        if let Some(trace) = &self.trace {
            answer.set("traceresponse", trace.traceparent());
        }
        if answer.header("cache-control").is_none() {
            answer.set("cache-control", "no-store");
        }
        if self.is_module_route() {
            let site = if self.cors().is_on() { "cross-origin" } else { "same-origin" };
            answer.set("cross-origin-resource-policy", site);
        }
        if self.is_module_route() || self.is_authorised {
            let mut timing = String::from("total;dur=");
            push_scaled(&mut timing, now_us.saturating_sub(self.began_us), 3);
            answer.set("server-timing", timing);
        }
        let preflight = (self.method() == "OPTIONS").then(|| answer.header("allow").unwrap_or("").to_owned());
        self.cors().apply(&mut answer, self.request.header("origin"), preflight.as_deref());
        if !matches!(answer.status, 204 | 304) {
            let mut length = String::new();
            push_u64(&mut length, answer.body.len() as u64);
            answer.set("content-length", length);
        }
        if self.request.method == "HEAD" {
            answer.body = Vec::new();
        }
        answer
    }
}
