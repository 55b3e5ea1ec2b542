//! Spans and metrics as OTLP/HTTP JSON bodies. Must never send them, nor keep more spans than fit a few exports.

use std::collections::VecDeque;

use crate::json::{push_key, push_string};
use crate::number::push_u64;
use crate::trace::TraceContext;

const SPANS_MAX: usize = 2048;
const NAME: &str = "somon-wasm";

/// One measured piece of work that is over; times on the clock of the events.
#[derive(Clone, Debug)]
pub struct FinishedSpan {
    pub context: TraceContext,
    pub name: &'static str,
    pub began_us: u64,
    pub ended_us: u64,
    /// The module it was about, or nothing.
    pub module_id: String,
    pub is_error: bool,
}

/// Spans that wait for the next export; beyond its bound the oldest are lost.
#[derive(Default)]
pub struct Spans {
    waiting: VecDeque<FinishedSpan>,
}

impl Spans {
    pub fn add(&mut self, span: FinishedSpan) {
        if self.waiting.len() >= SPANS_MAX {
            self.waiting.pop_front();
        }
        self.waiting.push_back(span);
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// Who exports.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'a> {
    pub version: &'a str,
    pub host: &'a str,
    pub instance_id: &'a str,
}

/// Takes the waiting spans. `epoch_ms` is the wall clock's time at `now_us`.
pub fn traces(spans: &mut Spans, resource: &Resource, epoch_ms: u64, now_us: u64) -> String {
    let mut out = String::with_capacity(1024);
    begin(&mut out, "Spans", resource);
    for (index, span) in std::mem::take(&mut spans.waiting).into_iter().enumerate() {
        out.push_str(if index > 0 { ",{\"traceId\":\"" } else { "{\"traceId\":\"" });
        span.context.trace.push(&mut out);
        out.push_str("\",\"spanId\":\"");
        span.context.span.push(&mut out);
        if let Some(parent) = span.context.parent {
            out.push_str("\",\"parentSpanId\":\"");
            parent.push(&mut out);
        }
        out.push_str("\",\"name\":");
        push_string(&mut out, span.name);
        out.push_str(",\"kind\":1");
        for (key, us) in [(",\"startTimeUnixNano\":", span.began_us), (",\"endTimeUnixNano\":", span.ended_us)] {
            out.push_str(key);
            let ago_us = now_us.saturating_sub(us);
            push_nanoseconds(&mut out, epoch_ms.saturating_mul(1000).saturating_sub(ago_us));
        }
        out.push_str(",\"attributes\":[");
        if !span.module_id.is_empty() {
            push_attribute(&mut out, "module.id", &span.module_id);
        }
        out.push_str(if span.is_error { "],\"status\":{\"code\":2}}" } else { "],\"status\":{\"code\":1}}" });
    }
    out.push_str("]}]}]}");
    out
}

/// `page`: the families as [`crate::exposition::TextFormat::OtlpJson`] spells them.
pub fn metrics(page: &str, resource: &Resource) -> String {
    let mut out = String::with_capacity(page.len() + 512);
    begin(&mut out, "Metrics", resource);
    out.push_str(page);
    out.push_str("]}]}]}");
    out
}

/// As a string: JSON numbers do not hold so many digits.
pub(crate) fn push_nanoseconds(out: &mut String, us: u64) {
    out.push('"');
    push_u64(out, us);
    out.push_str("000\"");
}

pub(crate) fn push_attribute(out: &mut String, key: &str, value: &str) {
    out.push_str("{\"key\":");
    push_string(out, key);
    out.push_str(",\"value\":{\"stringValue\":");
    push_string(out, value);
    out.push_str("}}");
}

fn begin(out: &mut String, what: &str, resource: &Resource) {
    out.push_str("{\"resource");
    out.push_str(what);
    out.push_str("\":[{\"resource\":{\"attributes\":[");
    let attributes = [
        ("service.name", NAME),
        ("service.version", resource.version),
        ("service.instance.id", resource.instance_id),
        ("process.runtime.name", resource.host),
    ];
    for (index, (key, value)) in attributes.into_iter().enumerate() {
        out.push_str(if index > 0 { "," } else { "" });
        push_attribute(out, key, value);
    }
    out.push_str("]},\"scope");
    out.push_str(what);
    out.push_str("\":[{\"scope\":{\"name\":");
    push_string(out, NAME);
    out.push_str("},");
    let key = if what == "Spans" { "spans" } else { "metrics" };
    push_key(out, &mut true, key);
    out.push('[');
}
