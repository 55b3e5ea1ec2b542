//! What the network answers: redirects, heads, bodies under their limit, and the record or the failure they become.
//! Whoever waits for a fetch gets the same answer, unless its own policy forbids where it came from.

use std::rc::Rc;

use somon_lang::source::LineIndex;
use somon_modules::error::ErrorCode;
use somon_modules::freshness::Freshness;
use somon_modules::integrity::Integrity;
use somon_modules::json;
use somon_modules::probe::ModuleKind;
use somon_modules::record::{BYTE_ORDER_MARK, Record};
use somon_modules::url::Url;
use somon_ops::breaker::Outcome;
use somon_ops::date::retry_after_ms;
use somon_ops::metrics::{Counter, LoadOutcome};
use somon_ops::number::push_u64;

use crate::attempt::is_probe;
use crate::effect::{FetchId, OperationId};
use crate::event::ResponseHead;
use crate::fetches::{Answer, Failure, InFlight, Phase, content_type, header, names_bytes};
use crate::operation::Goal;
use crate::settings::HttpCache;
use crate::step::System;

impl System {
    pub(crate) fn head(&mut self, fetch: FetchId, mut head: ResponseHead) {
        let Some(flight) = self.fetches.running(fetch).filter(|flight| !is_probe(&flight.id)) else { return };
        let is_redirect = matches!(head.status, 301 | 302 | 303 | 307 | 308);
        if is_redirect && !self.settings.follows_redirects {
            self.redirect(fetch, header(&head, "location").map(str::to_owned));
            return;
        }
        if head.url.is_empty() {
            head.url = flight.url.clone();
        } else if head.url != flight.url {
            // Redirects that the host followed: the policy sees where they ended.
            let from = flight.url.clone();
            let Ok(url) = Url::parse(&head.url) else {
                self.give_up(fetch, Failure::new(ErrorCode::LoadRedirect, "the response has no valid URL"));
                return;
            };
            head.url = url.as_str().to_owned();
            if !self.keep_allowed_waiters(fetch, &from, &url) {
                return;
            }
            if let Some(flight) = self.fetches.open.get_mut(&fetch) {
                flight.hops.push(from);
            }
        }
        if head.status == 304
            && let Some(flight) = self.fetches.open.get_mut(&fetch)
            && flight.is_conditional
        {
            flight.head = Some(head);
            return;
        }
        if let Some(failure) = refuse_status(&head, self.epoch_ms) {
            self.give_up(fetch, failure);
            return;
        }
        if let Some(flight) = self.fetches.open.get_mut(&fetch) {
            if let Err(failure) = kind(&flight.id, &head) {
                self.give_up(fetch, failure);
                return;
            }
            flight.head = Some(head);
        }
    }

    pub(crate) fn chunk(&mut self, fetch: FetchId, bytes: &[u8]) {
        let limit = self.settings.module_bytes_max;
        let Some(flight) = self.fetches.running(fetch) else { return };
        self.observed.metrics.count(Counter::BytesFetched, bytes.len() as u64);
        if !flight.take(bytes, limit) {
            let mut reason = String::from("the body is larger than `loading.maxModuleBytes` (");
            push_u64(&mut reason, limit as u64);
            reason.push_str(" bytes)");
            self.give_up(fetch, Failure::new(ErrorCode::LoadTooLarge, reason));
        }
    }

    pub(crate) fn end(&mut self, fetch: FetchId) {
        if self.fetches.running(fetch).is_none() {
            return;
        }
        let Some(mut flight) = self.fetches.remove(fetch) else { return };
        if is_probe(&flight.id) {
            self.end_attempt(&mut flight, Outcome::Success);
            for waiter in flight.waiters {
                self.probed(waiter, None);
            }
            return;
        }
        if let Err(failure) = is_whole(&flight) {
            return self.attempt_failed(flight, failure);
        }
        self.end_attempt(&mut flight, Outcome::Success);
        flight.phase = Phase::Arrived;
        let (id, bytes, waiters) = (flight.id.clone(), flight.body.len(), flight.waiters.clone());
        self.fetches.insert(fetch, flight, self.settings.shares_fetches);
        for waiter in waiters {
            self.wait_to_be_read(waiter, &id, fetch, bytes);
        }
    }

    /// A complete answer becomes a module, for all who wait for it.
    pub(crate) fn read_answer(&mut self, fetch: FetchId) {
        let Some(flight) = self.fetches.remove(fetch) else { return };
        let now = self.now.0;
        let began = self.clock();
        let same = unchanged(&flight).cloned();
        let is_new = same.is_none();
        let made = match same {
            Some(record) => Ok(record),
            None => {
                self.parsed_count += 1;
                self.worked(flight.body.len());
                let _span = tracing::trace_span!("parse", module = &*flight.id).entered();
                finish_body(&flight, &self.settings.integrity)
            }
        };
        if is_new {
            let trace = self.trace_of_waiters(&flight);
            self.span(trace, "parse", &flight.id, (began, self.clock()), made.is_err());
        }
        let record = match made {
            Ok(record) => record,
            Err(failure) => return self.attempt_failed(flight, failure),
        };
        if is_new && record.has_errors {
            self.module_compiled(true, self.clock().saturating_sub(began));
        }
        if let Some(head) = &flight.head {
            let freshness = || {
                let older = flight.kept.as_ref().filter(|_| head.status == 304);
                let said = |name: &str| header(head, name).or_else(|| older?.1.header(name));
                Freshness::of(&said, now, self.settings.freshness)
            };
            let fresh = match self.settings.http_cache {
                HttpCache::NoStore => None,
                _ if names_bytes(&flight.id) => Some(Freshness::until(u64::MAX)),
                HttpCache::Session => Some(Freshness::until(u64::MAX)),
                HttpCache::Reload => {
                    freshness().map(|fresh| if fresh.is_immutable { fresh } else { fresh.fresh_for_once(now) })
                }
                HttpCache::Http => freshness(),
            };
            if let Some(until) = fresh {
                self.cache.insert(record.clone(), until, now);
            }
        }
        self.conclude(flight, Ok(record));
    }

    pub(crate) fn broke(&mut self, fetch: FetchId, reason: &str) {
        if self.fetches.running(fetch).is_some()
            && let Some(flight) = self.fetches.remove(fetch)
        {
            let what = if is_probe(&flight.id) { "the probe failed: " } else { "the request failed: " };
            let mut text = String::from(what);
            somon_modules::specifier::push_line(&mut text, reason);
            if flight.id.starts_with("blob:") {
                text.push_str("; was the blob: URL revoked?");
            }
            self.attempt_failed(flight, Failure::new(ErrorCode::LoadNetwork, text));
        }
    }

    pub(crate) fn deliver(&mut self, waiter: OperationId, id: &str, answer: Result<Answer, Box<Failure>>) {
        let Some(operation) = self.operations.get_mut(&waiter) else { return };
        // Its timer may be late.
        if self.now.0 >= operation.deadline_us {
            self.out_of_time(waiter);
            return;
        }
        self.touched.push(waiter);
        let Some(node) = operation.node_of(id) else { return };
        operation.open = operation.open.saturating_sub(1);
        operation.arrived.forget(node);
        let stems = operation.nodes.get(node as usize).map_or(&[][..], |node| &node.stems);
        let is_search = stems.iter().any(|stem| operation.stems.get(*stem as usize).is_some_and(|stem| stem.is_probed));
        match answer {
            Ok(Answer { record, is_stale, outcome }) => {
                if let Some(node) = operation.nodes.get_mut(node as usize) {
                    node.is_stale = is_stale;
                }
                self.accept(waiter, node, record, outcome, outcome == LoadOutcome::Fetched);
            }
            Err(failure) if failure.is_miss && is_search => {
                let until = self.now.0.saturating_add(self.settings.negative_ttl_ms.saturating_mul(1000));
                self.misses.remember(id, &failure, self.now.0, until);
                self.set_failed(waiter, node, failure);
            }
            Err(failure) => self.set_failed(waiter, node, failure),
        }
    }

    fn redirect(&mut self, fetch: FetchId, location: Option<String>) {
        let Some(flight) = self.fetches.open.get(&fetch) else { return };
        let target = location.and_then(|location| Url::known(&flight.url).join(&location).ok());
        let Some(target) = target else {
            self.give_up(fetch, Failure::new(ErrorCode::LoadRedirect, "a redirect without a valid location"));
            return;
        };
        if flight.hops.len() >= self.settings.redirects_max {
            self.give_up(fetch, Failure::new(ErrorCode::LoadRedirect, "more redirects than `loading.maxRedirects`"));
            return;
        }
        let from = flight.url.clone();
        if !self.keep_allowed_waiters(fetch, &from, &target) {
            return;
        }
        self.follow(fetch, target);
    }

    /// Waiters whose policy forbids the hop leave with an error; false when none is left.
    fn keep_allowed_waiters(&mut self, fetch: FetchId, from: &str, to: &Url) -> bool {
        let Some(flight) = self.fetches.open.get(&fetch) else { return false };
        let from = Url::known(from);
        let id = flight.id.clone();
        let mut refused: Vec<(OperationId, String)> = Vec::new();
        for waiter in &flight.waiters {
            let Some(operation) = self.operations.get(waiter) else { continue };
            let policy = &self.settings.policy;
            let judged = match (&operation.goal, &flight.kept) {
                // Nobody names an entry: what it came from before is what it may come from.
                (Goal::Refresh(_), Some((record, _))) => {
                    let known = Url::known(&record.url).origin();
                    policy.check(to, known.as_deref(), Some(&from))
                }
                _ => operation.may_reach(policy, to, Some(&from)),
            };
            if let Err(refusal) = judged {
                refused.push((*waiter, refusal.reason));
            }
        }
        if let Some(flight) = self.fetches.open.get_mut(&fetch) {
            flight.waiters.retain(|waiter| !refused.iter().any(|(other, _)| other == waiter));
            if flight.waiters.is_empty() {
                self.abandon(fetch, Outcome::Success);
            }
        }
        for (waiter, reason) in refused {
            let mut text = String::from("redirected to ");
            somon_modules::specifier::push_line(&mut text, to.as_str());
            text.push_str(": ");
            text.push_str(&reason);
            self.deliver(waiter, &id, Err(Failure::new(ErrorCode::LoadRedirect, text)));
        }
        self.fetches.open.contains_key(&fetch)
    }
}

/// A text that is complete becomes a module.
pub(crate) fn record(
    kind: ModuleKind,
    id: Rc<str>,
    url: Rc<str>,
    hops: Vec<String>,
    source: Rc<str>,
) -> Result<Rc<Record>, Box<Failure>> {
    match kind {
        ModuleKind::Som => Ok(Rc::new(Record::som(id, url, hops, source))),
        ModuleKind::Json => match json::check(&source) {
            Ok(()) => Ok(Rc::new(Record::json(id, url, hops, source))),
            Err(offset) => {
                let offset = u32::try_from(offset).unwrap_or(u32::MAX);
                Err(Failure::new(ErrorCode::LoadJson, placed("the JSON text is wrong", &source, offset)))
            }
        },
        ModuleKind::Js => Record::js(id, url, hops, source.clone()).map(Rc::new).map_err(|fault| {
            let mut reason = placed("the JavaScript text cannot be read", &source, fault.offset);
            reason.push_str(": ");
            reason.push_str(fault.reason);
            Failure::new(ErrorCode::Parse, reason)
        }),
    }
}

fn placed(what: &str, source: &str, offset: u32) -> String {
    let position = LineIndex::new(source).position(offset);
    let mut text = String::from(what);
    text.push_str(" at ");
    push_u64(&mut text, u64::from(position.line));
    text.push(':');
    push_u64(&mut text, u64::from(position.column));
    text
}

/// The record that the cache had, when the server says it still holds, or sends the very same again.
fn unchanged(flight: &InFlight) -> Option<&Rc<Record>> {
    let (record, _) = flight.kept.as_ref()?;
    let head = flight.head.as_ref()?;
    if head.status == 304 {
        return Some(record);
    }
    let [mark, text] = record.bytes();
    let is_same = flight.body.strip_prefix(mark) == Some(text)
        && *record.url == *head.url
        && record.hops == flight.hops
        && kind(&flight.id, head).ok() == Some(record.kind);
    is_same.then_some(record)
}

fn no_head() -> Box<Failure> {
    Failure::new(ErrorCode::LoadNetwork, "the answer ended before its head")
}

/// Whether all has come that the head promised.
fn is_whole(flight: &InFlight) -> Result<(), Box<Failure>> {
    let Some(head) = &flight.head else { return Err(no_head()) };
    // That one tells the length of what was not sent.
    let is_plain = head.status != 304 && header(head, "content-encoding").is_none_or(|encoding| encoding == "identity");
    let announced = header(head, "content-length").and_then(|length| length.trim().parse::<u64>().ok());
    if is_plain && announced.is_some_and(|length| length > flight.body.len() as u64) {
        return Err(Failure::new(ErrorCode::LoadNetwork, "the body broke off before its end"));
    }
    Ok(())
}

fn finish_body(flight: &InFlight, integrity: &Integrity) -> Result<Rc<Record>, Box<Failure>> {
    let Some(head) = &flight.head else { return Err(no_head()) };
    let kind = kind(&flight.id, head)?;
    if !integrity.fits(&flight.id, &[&flight.body]) {
        return Err(wrong_hash());
    }
    let bytes = flight.body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&flight.body);
    let skipped = flight.body.len() - bytes.len();
    let source = match std::str::from_utf8(bytes) {
        Ok(text) => Rc::from(text),
        Err(error) => {
            let mut reason = String::from("the body is not UTF-8, first at byte ");
            push_u64(&mut reason, (skipped + error.valid_up_to()) as u64);
            return Err(Failure::new(ErrorCode::LoadDecode, reason));
        }
    };
    let mut made = record(kind, flight.id.clone(), Rc::from(head.url.as_str()), flight.hops.clone(), source)?;
    if let Some(made) = Rc::get_mut(&mut made) {
        made.has_mark = skipped > 0;
    }
    Ok(made)
}

pub(crate) fn wrong_hash() -> Box<Failure> {
    Failure::new(ErrorCode::LoadIntegrity, "the bytes do not fit the hash that is listed for them")
}

fn refuse_status(head: &ResponseHead, epoch_ms: u64) -> Option<Box<Failure>> {
    if (200..300).contains(&head.status) && !matches!(head.status, 204..=206) {
        return None;
    }
    let mut reason = String::from("HTTP ");
    push_u64(&mut reason, u64::from(head.status));
    let mut failure = Failure::new(ErrorCode::LoadHttp, reason);
    failure.status = Some(head.status);
    failure.is_miss = matches!(head.status, 404 | 410);
    let wait = header(head, "retry-after").and_then(|value| retry_after_ms(value, epoch_ms));
    failure.retry_after_ms = wait.map(|wait| u32::try_from(wait).unwrap_or(u32::MAX));
    Some(failure)
}

/// By the extension, else by the media type; the two must fit.
fn kind(id: &str, head: &ResponseHead) -> Result<ModuleKind, Box<Failure>> {
    let essence = content_type(head);
    let essence = essence.as_deref().unwrap_or("");
    let mut by_path = None;
    for url in [id, &head.url] {
        if by_path.is_none() && !url.starts_with("data:") {
            by_path = ModuleKind::of_path(Url::known(url).path());
        }
    }
    let is_js = matches!(
        essence,
        "text/javascript"
            | "application/javascript"
            | "application/x-javascript"
            | "text/ecmascript"
            | "application/ecmascript"
    );
    let is_json = essence == "application/json" || essence == "text/json" || essence.ends_with("+json");
    let is_som = matches!(essence, "text/somon" | "text/x-somon" | "application/somon" | "application/x-somon");
    let is_open = matches!(essence, "" | "text/plain");
    let fits = match by_path {
        Some(ModuleKind::Som) => is_som || is_open || is_js || essence == "application/octet-stream",
        Some(ModuleKind::Js) => is_js || is_open,
        Some(ModuleKind::Json) => is_json || is_open,
        // A blob has no name, and none of its makers gives our texts a type.
        None => is_som || is_js || is_json || is_open && id.starts_with("blob:"),
    };
    if fits {
        let by_type = if is_json {
            ModuleKind::Json
        } else if is_js {
            ModuleKind::Js
        } else {
            ModuleKind::Som
        };
        return Ok(by_path.unwrap_or(by_type));
    }
    let mut reason = String::from("the content type \"");
    somon_modules::specifier::push_line(&mut reason, essence);
    reason.push_str("\" does not fit ");
    reason.push_str(match by_path {
        Some(ModuleKind::Som) => "a .som module",
        Some(ModuleKind::Js) => "a JavaScript module",
        Some(ModuleKind::Json) => "a JSON module",
        None => "a module",
    });
    let mut failure = Failure::new(ErrorCode::LoadMime, reason);
    // A single-page application answers every address with its page.
    failure.is_miss = essence == "text/html";
    Err(failure)
}
