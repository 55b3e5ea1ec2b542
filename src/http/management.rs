//! What the management routes answer: figures of the system as JSON.
//! Must never compute a figure that the system has not: every number comes from there.

use somon_ops::breaker::{BreakerStatus, OverallStatus};
use somon_ops::config;
use somon_ops::date::push_iso;
use somon_ops::exposition::TextFormat;
use somon_ops::health::HealthStatus;
use somon_ops::number::push_scaled;
use somon_system::event::Moment;

use crate::change;
use crate::code;
use crate::error::Refusal;
use crate::etag;
use crate::exchange::Exchange;
use crate::message::{Answer, JSON};
use crate::negotiate;
use crate::route::Action;
use crate::service::{Done, Service};
use crate::write::{Object, list, push_float, push_tree};

const OPENMETRICS: &str = "application/openmetrics-text";

impl Service {
    /// Does what a route is for. `body` is complete.
    pub(crate) fn perform(&mut self, exchange: &Exchange, action: Action, body: &[u8]) -> Result<Done, Box<Refusal>> {
        let accept = exchange.request.header("accept");
        let offers: &[&str] = match action {
            Action::Module | Action::JsonModule | Action::Bundle | Action::ModuleMap | Action::BundleMap => {
                return self.serve(exchange, action);
            }
            Action::Metrics => &["application/json", "text/plain", OPENMETRICS],
            Action::Prometheus => &["text/plain", OPENMETRICS],
            _ => &["application/json"],
        };
        let Some(offer) = negotiate::best(accept, offers).and_then(|best| offers.get(best)) else {
            return Err(Refusal::new(code::NOT_ACCEPTABLE, "none of the types of this route is acceptable"));
        };
        let now = self.moment;
        let answer = match action {
            Action::Live => live(true, now),
            Action::Ready => self.ready(),
            Action::Health => self.health(exchange.is_authorised),
            Action::Metrics if *offer == "application/json" => {
                Answer::json(200, self.system_mut().metrics_json(now, None)).with("vary", "Accept")
            }
            Action::Metrics | Action::Prometheus => self.scraped(*offer == OPENMETRICS)?,
            Action::Config => self.config(exchange),
            Action::ConfigSchema => Answer::json(200, config::schema()),
            Action::Breakers => self.breakers(),
            Action::Modules => self.modules(exchange)?,
            Action::Graph => self.graph(exchange)?,
            _ => return change::perform(self, exchange, action, body),
        };
        Ok(Done::Answer(answer))
    }

    fn ready(&mut self) -> Answer {
        let now = self.moment;
        let reasons = self.system_mut().unready_reasons(now);
        let overall = self.system_mut().breaker_overall(now);
        let mut body = String::new();
        let mut object = Object::begin(&mut body);
        object.flag("ready", reasons.is_empty());
        time(&mut object, now.epoch_ms);
        let mut inner = Object::begin(object.key("circuitBreakers"));
        for (name, value) in [
            ("total", overall.total),
            ("healthy", overall.healthy),
            ("open", overall.open),
            ("halfOpen", overall.half_open),
        ] {
            inner.number(name, u64::from(value));
        }
        inner.end();
        list(object.key("reasons"), reasons.iter(), |out, reason| crate::write::push_safe(out, reason));
        object.end();
        Answer::json(if reasons.is_empty() { 200 } else { 503 }, body)
    }

    /// Without a right to read, what is public: how it goes, not why.
    fn health(&mut self, is_authorised: bool) -> Answer {
        let now = self.moment;
        let health = self.system_mut().health(now);
        let mut body = String::new();
        let mut object = Object::begin(&mut body);
        object.text("status", health.status.text());
        time(&mut object, health.epoch_ms);
        push_scaled(object.key("uptime"), health.uptime_us, 3);
        object.text("version", env!("CARGO_PKG_VERSION"));
        object.text("instanceId", &health.instance_id);
        list(object.key("checks"), health.checks.iter(), |out, (check, took_us)| {
            let mut object = Object::begin(out);
            object.text("name", check.name);
            object.text("status", check.status.text());
            if is_authorised {
                object.safe("message", &check.message);
            }
            push_scaled(object.key("duration"), *took_us, 3);
            object.end();
        });
        if is_authorised {
            let mut details = Object::begin(object.key("details"));
            self.push_statuses(details.key("circuitBreakers"));
            let (mut size, mut usage, mut rate) = (0.0, 0.0, 0.0);
            self.system_mut().metrics(now, None, &mut |group, name, value| match (group, name) {
                ("", "modulesInCache") => size = value,
                ("", "cacheMemoryUsage") => usage = value,
                ("", "cacheHitRate") => rate = value,
                _ => {}
            });
            let mut cache = Object::begin(details.key("cache"));
            for (name, value) in [("size", size), ("memoryUsage", usage), ("hitRate", rate)] {
                push_float(cache.key(name), value);
            }
            cache.end();
            let identity = self.system_mut().identity(now);
            let mut runtime = Object::begin(details.key("runtime"));
            runtime.text("host", identity.host);
            runtime.text("scope", "instance");
            runtime.end();
            details.end();
        }
        object.end();
        Answer::json(if health.status == HealthStatus::Unhealthy { 503 } else { 200 }, body)
    }

    fn scraped(&mut self, is_open: bool) -> Result<Answer, Box<Refusal>> {
        let format = if is_open { TextFormat::OpenMetrics } else { TextFormat::Prometheus };
        let now = self.moment;
        match self.system_mut().prometheus(now, format) {
            Ok(page) => Ok(Answer::new(200, format.content_type(), page).with("vary", "Accept")),
            Err(_) => Err(Refusal::new(code::of_error(somon_modules::error::ErrorCode::Internal, None), "no page")),
        }
    }

    fn config(&mut self, exchange: &Exchange) -> Answer {
        let tag = self.config_tag();
        let answer = match exchange.request.header("if-none-match") {
            Some(list) if etag::names(list, &tag, true) => Answer::empty(304),
            _ => {
                let mut body = String::new();
                push_tree(&mut body, &self.system().config().to_value());
                Answer::json(200, body)
            }
        };
        answer.with("etag", tag).with("cache-control", "no-cache")
    }

    pub(crate) fn config_tag(&self) -> String {
        let mut tag = String::from("\"v");
        push_scaled(&mut tag, u64::from(self.system().config().version()), 0);
        tag.push('"');
        tag
    }

    fn breakers(&mut self) -> Answer {
        let now = self.moment;
        let overall = self.system_mut().breaker_overall(now);
        let mut body = String::new();
        let mut object = Object::begin(&mut body);
        push_overall(object.key("overall"), &overall);
        self.push_statuses(object.key("breakers"));
        object.end();
        Answer::new(200, JSON, body)
    }

    fn push_statuses(&mut self, out: &mut String) {
        let now = self.moment;
        let mut object = Object::begin(out);
        for (key, status) in self.system_mut().breaker_statuses(now) {
            push_status(object.key(&key), &status, now.epoch_ms);
        }
        object.end();
    }
}

pub fn live(is_live: bool, now: Moment) -> Answer {
    let mut body = String::new();
    let mut object = Object::begin(&mut body);
    object.flag("live", is_live);
    time(&mut object, now.epoch_ms);
    object.end();
    Answer::json(if is_live { 200 } else { 503 }, body)
}

pub fn time(object: &mut Object, epoch_ms: u64) {
    let mut text = String::new();
    push_iso(&mut text, epoch_ms);
    object.text("timestamp", &text);
}

fn push_overall(out: &mut String, overall: &OverallStatus) {
    let mut object = Object::begin(out);
    object.flag("healthy", overall.is_healthy());
    for (name, value) in [
        ("totalBreakers", overall.total),
        ("healthyBreakers", overall.healthy),
        ("openBreakers", overall.open),
        ("halfOpenBreakers", overall.half_open),
    ] {
        object.number(name, u64::from(value));
    }
    object.end();
}

fn push_status(out: &mut String, status: &BreakerStatus, epoch_ms: u64) {
    let mut object = Object::begin(out);
    object.flag("healthy", status.healthy);
    object.text("state", status.state.text());
    push_float(object.key("failureRate"), status.failure_rate);
    object.number("failures", u64::from(status.failures));
    if let Some(wait) = status.retry_after_ms {
        let mut text = String::new();
        push_iso(&mut text, status.next_retry_epoch_ms(epoch_ms));
        object.text("nextRetry", &text);
        object.number("retryAfterMs", wait);
    }
    object.number("tripStreak", u64::from(status.trip_streak));
    object.flag("forced", status.forced);
    object.end();
}
