//! What the system says about itself: figures, health, readiness, the page for scrapers.
//! Must never change what it looks at.

use somon_lang::gather::gather;
use somon_ops::breaker::State;
use somon_ops::config::{Setting, Value};
use somon_ops::date::push_iso;
use somon_ops::exposition::{NameError, TextFormat};
use somon_ops::health::{self, Check, Figures as HealthFigures, HealthStatus, Runtime};
use somon_ops::json::{Limits, push_key, push_member};
use somon_ops::log::{Level, Line};
use somon_ops::metrics::Live;
use somon_ops::number::{push_f64, push_hex};
use somon_ops::prometheus::{self, DEFAULT_PREFIX, Facts};

use crate::event::Moment;
use crate::step::System;

/// Of the package; the host says it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

const LAG: &str = "eventLoop.lag";

/// The texts of the metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub instance_id: String,
    pub host: &'static str,
    pub reset_at_ms: Option<u64>,
}

#[derive(Clone, Debug)]
pub struct Health {
    pub status: HealthStatus,
    pub uptime_us: u64,
    pub epoch_ms: u64,
    pub instance_id: String,
    /// Each with the microseconds that it took.
    pub checks: Vec<(Check, u64)>,
}

impl System {
    /// Every figure by group and name, in one order; NaN: not measurable here. `js_heap_bytes`: as the host sees it.
    pub fn metrics(
        &mut self,
        moment: Moment,
        js_heap_bytes: Option<u64>,
        field: &mut dyn FnMut(&'static str, &'static str, f64),
    ) {
        self.tick(moment);
        let live = self.live(js_heap_bytes);
        self.observed.metrics.read(self.now.0, &live, field);
    }

    /// The same as JSON text, with the texts of [`Identity`].
    pub fn metrics_json(&mut self, moment: Moment, js_heap_bytes: Option<u64>) -> String {
        let identity = self.identity(moment);
        let mut out = String::from("{");
        let mut open: Vec<&'static str> = Vec::new();
        let mut is_first = true;
        self.metrics(moment, js_heap_bytes, &mut |group, name, value| {
            // Lag that is not measurable is one `null`, not an object of them.
            let is_none = value.is_nan() && group.starts_with(LAG);
            if is_none && (group != LAG || name != "count") {
                return;
            }
            let (group, name) = if is_none { ("eventLoop", "lag") } else { (group, name) };
            let path: &[&'static str] = &group_parts(group);
            let path = path.get(..path.iter().take_while(|part| !part.is_empty()).count()).unwrap_or_default();
            let shared = open.iter().zip(path).take_while(|(a, b)| a == b).count();
            for _ in shared..open.len() {
                out.push('}');
                is_first = false;
            }
            open.truncate(shared);
            for part in path.iter().skip(shared) {
                push_key(&mut out, &mut is_first, part);
                out.push('{');
                is_first = true;
                open.push(part);
            }
            push_key(&mut out, &mut is_first, name);
            if !push_f64(&mut out, value) {
                out.push_str("null");
            }
        });
        for _ in 0..open.len() {
            out.push('}');
        }
        let limits = Limits { depth: 2, string_bytes: 64, redact: &[] };
        if let Value::Map(texts) = identity.to_value() {
            for (name, text) in &texts {
                push_member(&mut out, &mut false, name, text, &limits);
            }
        }
        out.push('}');
        out
    }

    pub fn identity(&mut self, moment: Moment) -> Identity {
        self.tick(moment);
        Identity {
            instance_id: self.instance_id(),
            host: self.settings.host.text(),
            reset_at_ms: self.observed.metrics.reset_at_ms(),
        }
    }

    /// Whether `getMetrics` answers at all.
    pub fn has_metrics(&self) -> bool {
        self.settings.has_metrics
    }

    /// Counters and durations begin anew; uptime goes on.
    pub fn reset_metrics(&mut self, moment: Moment) {
        self.tick(moment);
        let totals = self.breakers.totals();
        self.observed.metrics.reset(self.now.0, self.epoch_ms, totals);
    }

    /// The page that scrapers read.
    pub fn prometheus(&mut self, moment: Moment, format: TextFormat) -> Result<String, NameError> {
        self.tick(moment);
        self.page(format)
    }

    pub(crate) fn page(&mut self, format: TextFormat) -> Result<String, NameError> {
        let health = self.status_now();
        let live = self.live(None);
        let facts = Facts {
            version: VERSION,
            host: self.settings.host.text(),
            started_epoch_ms: self.observed.started_epoch_ms.unwrap_or(0),
            health,
            live: &live,
        };
        let (metrics, breakers) = (&mut self.observed.metrics, &mut self.breakers);
        prometheus::render(format, DEFAULT_PREFIX, metrics, breakers, &facts, self.now.0)
    }

    pub fn health(&mut self, moment: Moment) -> Health {
        self.tick(moment);
        let checks = self.timed_checks();
        let status = self.status(&checks);
        Health {
            status,
            uptime_us: self.observed.metrics.uptime_us(self.now.0),
            epoch_ms: self.epoch_ms,
            instance_id: self.instance_id(),
            checks,
        }
    }

    /// Why no traffic should come here; empty: ready.
    pub fn unready_reasons(&mut self, moment: Moment) -> Vec<String> {
        self.tick(moment);
        let (now, runtime) = (self.now.0, self.runtime());
        let required = &self.settings.observing.required_origins;
        let open = gather(
            required.iter().filter_map(|key| self.breakers.status(key, now).map(|status| (key.as_str(), status.state))),
        );
        health::unready_reasons(true, runtime, open.into_iter())
    }

    /// Kept log entries of at least this level, not older than that, oldest first.
    pub fn kept_logs(&self, level: Level, since_epoch_ms: u64) -> impl Iterator<Item = &Line> {
        self.observed.logger.iter().flat_map(move |logger| logger.kept(level, since_epoch_ms))
    }

    /// Random, drawn when first asked for: some hosts have no randomness before the first request.
    pub fn instance_id(&mut self) -> String {
        let random = &mut self.random;
        let id = self.observed.instance_id.get_or_insert_with(|| {
            let mut bytes = [0; 16];
            random.fill(&mut bytes);
            let mut id = String::new();
            push_hex(&mut id, &bytes);
            id
        });
        id.clone()
    }

    fn live(&self, js_heap_bytes: Option<u64>) -> Live {
        let measured = &self.observed.measured;
        Live {
            in_flight: self.fetches.running as u64,
            modules_in_cache: self.cache.len() as u64,
            cache_bytes: self.cache.bytes() as u64,
            cache_limit_bytes: self.settings.cache_limits.bytes_max as u64,
            linear_bytes: measured.linear_bytes,
            live_bytes: measured.live_bytes,
            peak_live_bytes: measured.peak_live_bytes,
            memory_limit_bytes: self.settings.memory_bytes_max,
            js_heap_bytes,
            breakers: self.breakers.totals(),
        }
    }

    fn runtime(&self) -> Runtime {
        if self.observed.is_draining || self.breakers.is_shut_down() {
            Runtime::ShutDown
        } else if self.is_recovering() {
            Runtime::Recovered
        } else {
            Runtime::Running
        }
    }

    pub(crate) fn status_now(&mut self) -> HealthStatus {
        let checks = self.timed_checks();
        self.status(&checks)
    }

    /// The worst check decides; without metrics nobody knows of anything wrong.
    fn status(&self, checks: &[(Check, u64)]) -> HealthStatus {
        let worst = checks.iter().map(|(check, _)| check.status).max();
        match worst {
            Some(status) if self.is_recording() => HealthStatus::of(&[Check { status, ..pass() }]),
            _ => HealthStatus::Healthy,
        }
    }

    fn is_recording(&self) -> bool {
        self.settings.config.flag(Setting::EnableMetrics)
    }

    fn timed_checks(&mut self) -> Vec<(Check, u64)> {
        let now = self.now.0;
        if !self.is_recording() {
            let message = "metrics are off: nothing is known".to_owned();
            let status = health::CheckStatus::Warn;
            return vec![(Check { name: "metrics", status, message, ..pass() }, 0)];
        }
        let (misses, refetches) = self.observed.metrics.recent_misses(now);
        let (finished, failed) = self.observed.metrics.recent_operations(now);
        let lag = self.observed.metrics.lag(now).filter(|lag| lag.window_count > 0);
        let overall = self.breakers.overall(now);
        let (live_bytes, runtime) = (self.observed.measured.live_bytes, self.runtime());
        let (cache_entries, cache_bytes) = (self.cache.len() as u64, self.cache.bytes() as u64);
        let busy_ratios = self.observed.metrics.busy_ratios(now);
        let limits = self.settings.cache_limits;
        let open = self.breakers.statuses(now).filter(|(_, status)| status.state != State::Closed);
        let open_keys = gather(open.map(|(key, _)| key));
        let figures = HealthFigures {
            live_bytes,
            limit_bytes: self.settings.memory_bytes_max,
            lag_p99_ms: lag.map(|lag| lag.p99 as f64 / 1000.0),
            uptime_us: self.observed.metrics.uptime_us(now),
            busy_ratios,
            cache_entries,
            cache_entries_max: limits.entries_max as u64,
            cache_bytes,
            cache_bytes_max: limits.bytes_max as u64,
            misses,
            refetches,
            finished,
            failed,
            breakers: overall,
            open_keys,
            runtime,
            missing: Vec::new(),
        };
        let stopwatch = self.observed.stopwatch;
        let examine = |check: &fn(&HealthFigures, &health::Thresholds) -> Check| {
            let began = stopwatch();
            let check = check(&figures, &self.observed.thresholds);
            (check, stopwatch().saturating_sub(began))
        };
        gather(health::CHECKS.iter().map(examine))
    }
}

impl Identity {
    /// As the user gets it, beside the figures.
    pub fn to_value(&self) -> Value {
        let text = |text: &str| Value::String(text.to_owned());
        let reset_at = self.reset_at_ms.map_or(Value::Null, |ms| {
            let mut out = String::new();
            push_iso(&mut out, ms);
            Value::String(out)
        });
        object(vec![
            ("instanceId", text(&self.instance_id)),
            ("scope", text("instance")),
            ("host", text(self.host)),
            ("resetAt", reset_at),
        ])
    }
}

impl Health {
    /// As the user gets it.
    pub fn to_value(&self) -> Value {
        let text = |text: &str| Value::String(text.to_owned());
        let number = |number: u64| Value::Number(number as f64);
        let checks = self.checks.iter().map(|(check, took)| {
            let mut fields = vec![
                ("name", text(check.name)),
                ("status", text(check.status.text())),
                ("message", text(&check.message)),
                ("duration", Value::Number(*took as f64 / 1000.0)),
                ("timestamp", number(self.epoch_ms)),
            ];
            fields.extend(check.observed.map(|observed| ("observed", Value::Number(observed))));
            fields.extend(check.limit.map(|limit| ("limit", Value::Number(limit))));
            object(fields)
        });
        object(vec![
            ("status", text(self.status.text())),
            ("uptime", Value::Number(self.uptime_us as f64 / 1000.0)),
            ("version", text(VERSION)),
            ("timestamp", number(self.epoch_ms)),
            ("instanceId", text(&self.instance_id)),
            ("checks", Value::List(gather(checks))),
        ])
    }
}

fn object(fields: Vec<(&str, Value)>) -> Value {
    Value::Map(gather(fields.into_iter().map(|(key, value)| (key.to_owned(), value))))
}

fn pass() -> Check {
    let status = health::CheckStatus::Pass;
    Check { name: "", status, message: String::new(), observed: None, limit: None }
}

/// The names of a group, the outermost first; what is left is empty.
fn group_parts(group: &'static str) -> [&'static str; 3] {
    let mut parts = [""; 3];
    for (place, part) in parts.iter_mut().zip(group.split('.')) {
        *place = part;
    }
    parts
}
