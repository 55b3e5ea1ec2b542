//! Spans of operations and of their parts, and the pushing of spans and figures to a collector.
//! Must never hold a load up: an export that fails is logged, and what it carried is lost.

use somon_ops::config::{Options, Value};
use somon_ops::exposition::TextFormat;
use somon_ops::log::{Entry, Level, LogResult, Scope};
use somon_ops::otlp::{self, FinishedSpan, Resource, Spans};
use somon_ops::redact::redacted;
use somon_ops::trace::TraceContext;

use crate::effect::{Effect, FetchId, FetchRequest, OperationId, TimerId};
use crate::event::Moment;
use crate::observe::{LOADER, SYSTEM};
use crate::report::VERSION;
use crate::step::{System, TimerOwner};

/// Where to, how often, and what.
#[derive(Clone)]
pub struct Otlp {
    endpoint: String,
    headers: Vec<(String, String)>,
    interval_ms: u32,
    traces: bool,
    metrics: bool,
}

impl Otlp {
    pub fn read(read: &Options) -> Option<Otlp> {
        let endpoint = read.text("otlp.endpoint")?.trim_end_matches('/').to_owned();
        let mut headers = Vec::new();
        if let Some(Value::Map(entries)) = read.given("otlp.headers") {
            for (name, value) in entries {
                if let Value::String(value) = value {
                    headers.push((name.clone(), value.clone()));
                }
            }
        }
        Some(Otlp {
            endpoint,
            headers,
            interval_ms: u32::try_from(read.integer("otlp.intervalMs")).unwrap_or(u32::MAX),
            traces: read.bool("otlp.traces"),
            metrics: read.bool("otlp.metrics"),
        })
    }
}

#[derive(Default)]
pub struct Exports {
    spans: Spans,
    /// Something happened since the last export.
    has_news: bool,
    timer: Option<TimerId>,
    under_way: Vec<FetchId>,
    last_us: u64,
}

impl System {
    /// A piece of work of an operation is over; times are those of [`System::clock`].
    pub(crate) fn span(
        &mut self,
        trace: Option<TraceContext>,
        name: &'static str,
        module_id: &str,
        (began_us, ended_us): (u64, u64),
        is_error: bool,
    ) {
        let Some(parent) = trace else { return };
        let is_exported = parent.sampled && self.settings.observing.otlp.as_ref().is_some_and(|otlp| otlp.traces);
        let is_logged = self.is_logged(Level::Debug);
        if !is_exported && !is_logged {
            return;
        }
        let random = &mut self.random;
        let context = parent.child(&mut |bytes| random.fill(bytes));
        if is_logged {
            let scope = Scope::new(LOADER).child(name, Vec::new());
            self.log(Entry {
                trace: Some(&context),
                module_id: (!module_id.is_empty()).then_some(module_id),
                duration_us: Some(ended_us.saturating_sub(began_us)),
                result: Some(if is_error { LogResult::Error } else { LogResult::Success }),
                ..Entry::new(Level::Debug, "Span ended", &scope)
            });
        }
        if is_exported {
            self.add_span(FinishedSpan {
                context,
                name,
                began_us,
                ended_us,
                module_id: redacted(module_id, &[]),
                is_error,
            });
        }
    }

    /// The span of the operation itself, whose id its parts name as their parent.
    pub(crate) fn operation_span(&mut self, context: TraceContext, name: &'static str, began_us: u64, is_error: bool) {
        self.exports.has_news = true;
        if context.sampled && self.settings.observing.otlp.as_ref().is_some_and(|otlp| otlp.traces) {
            let (ended_us, module_id) = (self.clock(), String::new());
            self.add_span(FinishedSpan { context, name, began_us, ended_us, module_id, is_error });
        }
    }

    fn add_span(&mut self, span: FinishedSpan) {
        self.exports.spans.add(span);
        self.exports.has_news = true;
    }

    /// The timer runs only while there is something to send.
    pub(crate) fn keep_export_timer(&mut self) {
        let Some(otlp) = &self.settings.observing.otlp else { return };
        if self.exports.has_news && self.exports.timer.is_none() {
            let interval = otlp.interval_ms;
            self.exports.timer = Some(self.set_timer(TimerOwner::Export, interval));
        }
    }

    pub(crate) fn export_timer_fired(&mut self) {
        self.exports.timer = None;
        self.export();
    }

    /// Sends what there is, if its time has come or it `must` go; the requests are among the effects. Hosts without
    /// timers between requests come here after each.
    pub fn flush(&mut self, moment: Moment, must: bool) {
        let now = self.tick(moment);
        let interval = self.settings.observing.otlp.as_ref().map_or(0, |otlp| u64::from(otlp.interval_ms));
        if !must && now < self.exports.last_us.saturating_add(interval * 1000) {
            return;
        }
        if let Some(timer) = self.exports.timer.take() {
            self.clear_timer(timer);
        }
        self.export();
    }

    fn export(&mut self) {
        let Some(otlp) = self.settings.observing.otlp.clone() else { return };
        if !std::mem::take(&mut self.exports.has_news) {
            return;
        }
        self.exports.last_us = self.now.0;
        // A collector that did not answer within an interval will not.
        for fetch in std::mem::take(&mut self.exports.under_way) {
            self.effects.push(Effect::CancelFetch { fetch });
            self.export_failed("no answer");
        }
        let instance_id = self.instance_id();
        let host = self.settings.host.text();
        let resource = Resource { version: VERSION, host, instance_id: &instance_id };
        let (epoch_ms, now) = (self.epoch_ms, self.clock());
        if otlp.metrics && self.settings.has_metrics {
            let page = self.page(TextFormat::OtlpJson).unwrap_or_default();
            self.post(&otlp, "/v1/metrics", otlp::metrics(&page, &resource));
        }
        if otlp.traces && !self.exports.spans.is_empty() {
            let body = otlp::traces(&mut self.exports.spans, &resource, epoch_ms, now);
            self.post(&otlp, "/v1/traces", body);
        }
    }

    fn post(&mut self, otlp: &Otlp, path: &str, body: String) {
        let fetch = self.fetches.next_id();
        self.exports.under_way.push(fetch);
        let request = FetchRequest {
            url: [&otlp.endpoint, path].concat(),
            headers: vec![("content-type", "application/json".to_owned())],
            own_headers: otlp.headers.clone(),
            asks_headers: false,
            follow_redirects: true,
            post: Some(body),
        };
        self.effects.push(Effect::Fetch { fetch, operation: OperationId(0), request });
    }

    /// Whether it was one of ours; nobody reads what the collector says beside its status.
    pub(crate) fn export_answered(&mut self, fetch: FetchId, status: Result<u16, &str>) -> bool {
        let Some(at) = self.exports.under_way.iter().position(|open| *open == fetch) else { return false };
        self.exports.under_way.swap_remove(at);
        match status {
            Ok(200..300) => self.effects.push(Effect::CancelFetch { fetch }),
            Ok(_) => {
                self.effects.push(Effect::CancelFetch { fetch });
                self.export_failed("the collector refused it");
            }
            Err(reason) => self.export_failed(reason),
        }
        true
    }

    fn export_failed(&mut self, reason: &str) {
        let scope = Scope::new(SYSTEM);
        let fields = [("reason".to_owned(), Value::String(reason.to_owned()))];
        self.log(Entry { fields: &fields, ..Entry::new(Level::Warn, "Export failed", &scope) });
    }
}
