//! What happens, told to the metrics and the logs: one record for each load at its end, one for each operation.
//! Must never change what happens; the calls from the walk are single lines.

use somon_lang::gather::gather;
use somon_modules::error::SomonError;
use somon_ops::breaker::{BreakerEvent, State};
use somon_ops::config::{Options, Value};
use somon_ops::health::{HealthStatus, Thresholds};
use somon_ops::log::{Entry, Format, Level, LogError, LogOptions, LogResult, Logger, Scope};
use somon_ops::metrics::{Counter, LoadOutcome, Metrics, Operation as Method, OperationEnd};
use somon_ops::redact::redacted;
use somon_ops::trace::TraceContext;

use crate::effect::{Effect, OperationId, TimerId, Topic};
use crate::event::{Instant, Measured, Moment};
use crate::export::Otlp;
use crate::fetches::Failure;
use crate::operation::{Goal, Operation};
use crate::outcome::{ErrorCode, Outcome};
use crate::step::System;

pub(crate) const LOADER: &str = "module-loader";
pub(crate) const SYSTEM: &str = "module-system";
const BREAKER: &str = "circuit-breaker";
pub(crate) const RUNTIME_CONFIG: &str = "runtime-config";
const STALE: &str = "Stale copy served";
const SLOW: &str = "Module loaded slowly";
const RECOVERED_US: u64 = 60_000_000;

/// What the options of the constructor say about it; what may change later stands in the configuration.
#[derive(Clone)]
pub struct Observing {
    pub logger: Option<LogOptions>,
    pub sample_rate: f64,
    pub slow_load_us: u64,
    pub propagate_to: Vec<String>,
    pub required_origins: Vec<String>,
    pub otlp: Option<Otlp>,
}

impl Observing {
    pub fn read(read: &Options, base_origin: Option<String>) -> Observing {
        let texts = |path| gather(read.texts(path).into_iter().map(str::to_owned));
        let is_logged = read.given("logger").is_some_and(|given| *given != Value::Bool(false));
        let logger = is_logged.then(|| LogOptions {
            // The level is the configuration's.
            level: Level::Off,
            format: if read.choice("logger.format") == "pretty" { Format::Pretty } else { Format::Json },
            ring: u32::try_from(read.integer("logger.ring")).unwrap_or(0),
            sample: read.number("logger.sample"),
            redact: texts("logger.redact"),
            include_stack: read.bool("logger.includeStack"),
            timestamp: read.bool("logger.timestamp"),
            flat: read.bool("logger.flat"),
        });
        Observing {
            logger,
            sample_rate: read.number("tracing.sampleRate"),
            slow_load_us: read.integer("tracing.slowLoadMs").saturating_mul(1000),
            propagate_to: texts("tracing.propagateTo"),
            required_origins: match read.given("health.requiredOrigins") {
                Some(_) => texts("health.requiredOrigins"),
                None => gather(base_origin),
            },
            otlp: Otlp::read(read),
        }
    }
}

/// Everything that observes one system.
pub(crate) struct Observation {
    pub metrics: Metrics,
    pub logger: Option<Logger>,
    pub thresholds: Thresholds,
    pub traces: bool,
    pub measured: Measured,
    pub instance_id: Option<String>,
    /// Until the first event there is no time to begin at.
    pub started_epoch_ms: Option<u64>,
    /// When the host re-created this instance after a trap.
    pub recovered_at: Option<Instant>,
    /// It is being shut down, though work may still be under way.
    pub is_draining: bool,
    /// How many listen to each topic.
    pub listeners: [u32; Topic::ALL.len()],
    /// The timer whose lateness is measured, and when it is due.
    pub lag_timer: Option<(TimerId, Instant)>,
    pub health_timer: Option<TimerId>,
    /// As those who listen were last told.
    pub last_status: Option<HealthStatus>,
    /// When memory was last said to be short.
    pub memory_warned_at: Option<Instant>,
    /// A clock that runs on within a step, for durations of own work alone.
    pub stopwatch: fn() -> u64,
    pub step_began: u64,
}

impl Observation {
    pub fn new(observing: &Observing) -> Observation {
        Observation {
            metrics: Metrics::new(0),
            logger: observing.logger.clone().and_then(|options| Logger::new(options).ok()),
            thresholds: Thresholds::default(),
            traces: true,
            measured: Measured::default(),
            instance_id: None,
            started_epoch_ms: None,
            recovered_at: None,
            is_draining: false,
            listeners: [0; Topic::ALL.len()],
            lag_timer: None,
            health_timer: None,
            last_status: None,
            memory_warned_at: None,
            stopwatch: || 0,
            step_began: 0,
        }
    }
}

impl System {
    /// The host's clock for durations of the system's own work: what a step begins and ends within itself. Nothing is
    /// decided by it but when an operation pauses.
    pub fn set_stopwatch(&mut self, stopwatch: fn() -> u64) {
        self.observed.stopwatch = stopwatch;
    }

    /// This instance stands in for one that trapped: its configuration goes on, and health says so for a while.
    pub fn recovered(&mut self, moment: Moment, config: &Value, version: u32) {
        self.adopt_config(moment, config, version);
        self.observed.recovered_at = Some(self.now);
        let scope = Scope::new(SYSTEM);
        self.log(Entry::new(Level::Error, "Instance re-created after a trap", &scope));
    }

    /// Somebody listens to this topic from now on, or does no more.
    pub fn listen(&mut self, moment: Moment, topic: Topic, listens: bool) {
        self.tick(moment);
        if let Some(count) = self.observed.listeners.get_mut(topic as usize) {
            *count = if listens { count.saturating_add(1) } else { count.saturating_sub(1) };
        }
        self.keep_timers();
    }

    /// What a listener outside threw.
    pub fn listener_threw(&mut self, moment: Moment, topic: &str, message: &str) {
        self.tick(moment);
        let scope = Scope::new(SYSTEM);
        let error = LogError { name: "Error".to_owned(), message: message.to_owned(), ..LogError::default() };
        let fields = [("event".to_owned(), Value::String(topic.to_owned()))];
        let entry = Entry::new(Level::Error, "A listener threw", &scope);
        self.log(Entry { error: Some(&error), fields: &fields, ..entry });
    }

    /// Microseconds now, the part of this step that is over included.
    pub fn clock(&self) -> u64 {
        self.now.0.saturating_add((self.observed.stopwatch)().saturating_sub(self.observed.step_began))
    }

    pub(crate) fn begin_observing(&mut self) {
        if self.observed.started_epoch_ms.is_none() {
            self.observed.started_epoch_ms = Some(self.epoch_ms);
            self.observed.metrics.begin(self.now.0);
        }
    }

    pub(crate) fn measured(&mut self, measured: Measured) {
        let now = self.now.0;
        if let Some(ms) = measured.busy_ms {
            self.observed.metrics.busy_ms(ms, now);
        }
        self.observed.measured = measured;
    }

    pub fn trace_of(&mut self, traceparent: Option<&str>) -> Option<TraceContext> {
        if !self.observed.traces {
            return None;
        }
        let (rate, random) = (self.settings.observing.sample_rate, &mut self.random);
        Some(TraceContext::incoming(traceparent, rate, &mut |bytes| random.fill(bytes)))
    }

    /// Goes to the own origin and to those that asked for it: elsewhere a browser would ask for permission first.
    pub(crate) fn trace_header(&mut self, operation: OperationId, url: &str) -> Option<(&'static str, String)> {
        let trace = self.operations.get(&operation)?.trace?;
        let own = self.settings.policy.base_origin.iter();
        let mut origins = own.chain(&self.settings.observing.propagate_to);
        let is_below = |origin: &String| url.strip_prefix(origin.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let random = &mut self.random;
        let mut span = |trace: TraceContext| trace.child(&mut |bytes| random.fill(bytes)).traceparent();
        origins.any(is_below).then(|| ("traceparent", span(trace)))
    }

    pub(crate) fn operation_began(&mut self, goal: &Goal) {
        let now = self.now.0;
        if let Some(method) = method(goal) {
            self.observed.metrics.operation_started(method, now);
        }
    }

    /// Told with the settling, whatever came of it.
    pub(crate) fn settle(
        &mut self,
        id: OperationId,
        operation: &Operation,
        mut result: Result<Outcome, Box<SomonError>>,
    ) {
        if let Err(error) = &mut result {
            self.redact(error);
        }
        let (clock, now) = (self.clock(), self.now.0);
        let took = clock.saturating_sub(operation.started);
        let end = match &result {
            Ok(_) => OperationEnd::Success,
            Err(error) if error.code == ErrorCode::LoadAborted => OperationEnd::Aborted,
            Err(_) => OperationEnd::Failure,
        };
        let method = method(&operation.goal);
        if let Some(method) = method {
            self.observed.metrics.operation_done(method, end, took, now);
            if let Some(trace) = operation.trace {
                self.operation_span(trace, method.text(), operation.started, result.is_err());
            }
        }
        if matches!(&result, Err(error) if error.code == ErrorCode::Timeout) {
            self.count(Counter::Timeouts, 1);
        }
        let (level, log_result) = match end {
            OperationEnd::Success => (Level::Debug, LogResult::Success),
            OperationEnd::Aborted => (Level::Info, LogResult::Aborted),
            OperationEnd::Failure => (Level::Error, LogResult::Error),
        };
        if self.is_logged(level) {
            let scope = Scope::new(SYSTEM);
            let error = result.as_ref().err().map(|error| log_error(error));
            self.log(Entry {
                trace: operation.trace.as_ref(),
                operation: method.map(Method::text),
                module_id: Some(&operation.entry),
                duration_us: Some(took),
                result: Some(log_result),
                error: error.as_ref(),
                ..Entry::new(level, ENDS.get(end as usize).copied().unwrap_or_default(), &scope)
            });
        }
        self.effects.push(Effect::Settle { operation: id, result });
    }

    /// Messages are read by people and end up in logs of theirs; the fields stay as the caller knows them.
    fn redact(&self, error: &mut SomonError) {
        let more = self.settings.observing.logger.as_ref().map_or(&[][..], |logger| &logger.redact);
        let mut next = Some(error);
        while let Some(error) = next {
            error.message = redacted(&error.message, more);
            next = error.cause.as_deref_mut();
        }
    }

    /// It ended before it began: its options or its referrer are wrong.
    pub(crate) fn refuse_operation(&mut self, id: OperationId, goal: &Goal, error: Box<SomonError>) {
        let now = self.now.0;
        if let Some(method) = method(goal) {
            self.observed.metrics.operation_done(method, OperationEnd::Failure, 0, now);
        }
        if self.is_logged(Level::Error) {
            let (scope, error) = (Scope::new(SYSTEM), log_error(&error));
            self.log(Entry {
                operation: method(goal).map(Method::text),
                result: Some(LogResult::Error),
                error: Some(&error),
                ..Entry::new(Level::Error, "Operation failed", &scope)
            });
        }
        self.effects.push(Effect::Settle { operation: id, result: Err(error) });
    }

    /// One load is over: `node` of the operation has its module. `is_new`: its text was read for the first time.
    pub(crate) fn load_ended(&mut self, operation: OperationId, node: u32, outcome: LoadOutcome, is_new: bool) {
        let (clock, now) = (self.clock(), self.now.0);
        let Some(state) = self.operations.get(&operation) else { return };
        let Some(node) = state.nodes.get(node as usize) else { return };
        let took = clock.saturating_sub(node.started);
        self.observed.metrics.load_done(outcome, took, now);
        if outcome == LoadOutcome::Fetched {
            self.observed.metrics.cache_missed(number_of(&node.id), now);
        }
        let (id, trace) = (node.id.clone(), state.trace);
        let is_slow = took > self.settings.observing.slow_load_us;
        let level = if is_slow {
            Level::Warn
        } else if is_new || outcome == LoadOutcome::Revalidated {
            Level::Info
        } else {
            Level::Debug
        };
        if self.is_logged(level) {
            let scope = Scope::new(LOADER);
            let fields = [("outcome".to_owned(), Value::String(outcome.text().to_owned()))];
            let message = if is_slow { SLOW } else { "Module loaded successfully" };
            self.log(Entry {
                trace: trace.as_ref(),
                module_id: Some(&id),
                load_time_us: Some(took),
                fields: &fields,
                ..Entry::new(level, message, &scope)
            });
        }
        if is_slow {
            self.warn(SLOW, &id);
        }
        if self.is_listened(Topic::Load) {
            let value = |text: &str| Value::String(text.to_owned());
            let ms = Value::Number(took as f64 / 1000.0);
            self.notify(Topic::Load, &[("id", value(&id)), ("outcome", value(outcome.text())), ("duration", ms)]);
        }
    }

    /// One load is over, and nothing came of it. `started`: as of [`System::clock`].
    pub(crate) fn load_failed(&mut self, operation: OperationId, id: &str, started: u64, failure: &Failure) {
        let (clock, now) = (self.clock(), self.now.0);
        let took = clock.saturating_sub(started);
        self.observed.metrics.load_failed(failure.code.text(), took, now);
        self.observed.metrics.cache_missed(number_of(id), now);
        if self.is_logged(Level::Warn) {
            let trace = self.operations.get(&operation).and_then(|state| state.trace);
            let scope = Scope::new(LOADER);
            let error = error_of(failure);
            self.log(Entry {
                trace: trace.as_ref(),
                module_id: Some(id),
                load_time_us: Some(took),
                error: Some(&error),
                ..Entry::new(Level::Warn, "Module failed to load", &scope)
            });
        }
    }

    /// Another attempt follows, after a sleep.
    pub(crate) fn tell_retry(&mut self, id: &str, failure: &Failure, sleep_us: u64) {
        let fields = [("retryInMs".to_owned(), Value::Number((sleep_us / 1000) as f64))];
        self.tell_failure(Level::Info, "Request failed, another attempt follows", id, failure, &fields);
    }

    /// A copy past its time stands in for an origin that fails.
    pub(crate) fn tell_stale(&mut self, id: &str, failure: &Failure) {
        self.tell_failure(Level::Warn, STALE, id, failure, &[]);
        self.warn(STALE, id);
    }

    fn warn(&mut self, message: &str, id: &str) {
        let value = |text: &str| Value::String(text.to_owned());
        self.notify(Topic::Warning, &[("message", value(message)), ("id", value(id))]);
    }

    pub(crate) fn tell_cycles(&mut self, operation: &Operation, cycles: &[String]) {
        for path in cycles {
            let value = || Value::String(path.clone());
            if self.is_logged(Level::Warn) {
                let scope = Scope::new(LOADER);
                let fields = [("path".to_owned(), value())];
                let entry = Entry::new(Level::Warn, "Modules import each other in a circle", &scope);
                self.log(Entry { trace: operation.trace.as_ref(), fields: &fields, ..entry });
            }
            self.notify(Topic::Cycle, &[("path", value())]);
        }
    }

    /// Why nothing more may be taken on, after the cache gave back what it could.
    pub(crate) fn out_of_memory(&mut self) -> Option<Box<Failure>> {
        let (live, limit) = (self.observed.measured.live_bytes?, self.settings.memory_bytes_max);
        if live <= limit {
            return None;
        }
        let freed = self.cache.shrink_by(usize::try_from(live - limit).unwrap_or(usize::MAX));
        let live = live.saturating_sub(freed as u64);
        // The host measures again when the call is over.
        self.observed.measured.live_bytes = Some(live);
        self.tell_evictions();
        let interval_us = self.settings.warning_interval_ms.saturating_mul(1000);
        if self.observed.memory_warned_at.is_none_or(|at| self.now.0.saturating_sub(at.0) >= interval_us) {
            self.observed.memory_warned_at = Some(self.now);
            let scope = Scope::new(SYSTEM);
            let fields = [("liveBytes".to_owned(), Value::Number(live as f64))];
            self.log(Entry { fields: &fields, ..Entry::new(Level::Warn, "Memory is short", &scope) });
            self.warn("Memory is short", "");
        }
        let reason = "more memory is in use than `resourceLimits.maxMemoryBytes`";
        (live > limit).then(|| Failure::new(ErrorCode::LimitBytes, reason))
    }

    fn tell_failure(&mut self, level: Level, message: &str, id: &str, failure: &Failure, fields: &[(String, Value)]) {
        if self.is_logged(level) {
            let (scope, error) = (Scope::new(LOADER), error_of(failure));
            self.log(Entry { module_id: Some(id), error: Some(&error), fields, ..Entry::new(level, message, &scope) });
        }
    }

    /// One module went from its text to its code, or to its errors.
    pub(crate) fn module_compiled(&mut self, has_errors: bool, took_us: u64) {
        self.observed.metrics.module_compiled(has_errors, took_us, self.now.0);
    }

    pub(crate) fn count(&mut self, counter: Counter, amount: u64) {
        self.observed.metrics.count(counter, amount);
    }

    /// What the cache has pushed out since this was last asked.
    pub(crate) fn tell_evictions(&mut self) {
        let evicted = self.cache.take_evicted();
        if evicted.is_empty() {
            return;
        }
        let now = self.now.0;
        for id in &evicted {
            self.observed.metrics.cache_evicted(number_of(id), now);
            if self.is_listened(Topic::Evict) {
                let value = |text: &str| Value::String(text.to_owned());
                self.notify(Topic::Evict, &[("id", value(id)), ("reason", value("limit"))]);
            }
        }
        if self.is_logged(Level::Info) {
            let scope = Scope::new(LOADER);
            let fields = [
                ("evicted".to_owned(), Value::Number(evicted.len() as f64)),
                ("cacheBytes".to_owned(), Value::Number(self.cache.bytes() as f64)),
            ];
            self.log(Entry { fields: &fields, ..Entry::new(Level::Info, "Modules evicted from the cache", &scope) });
        }
    }

    /// Changes of breakers' states, in order.
    pub(crate) fn tell_breakers(&mut self) {
        while let Some(BreakerEvent { key, transition }) = self.breakers.take_event() {
            let text = |text: &str| Value::String(text.to_owned());
            let (from, to) = (text(transition.from.text()), text(transition.to.text()));
            let forced = Value::Bool(transition.forced);
            let level = if transition.to == State::Open { Level::Warn } else { Level::Info };
            if self.is_logged(level) {
                let scope = Scope::new(BREAKER);
                let fields = [("key", text(&key)), ("from", from.clone()), ("to", to.clone()), ("forced", forced)]
                    .map(|(key, value)| (key.to_owned(), value));
                self.log(Entry { fields: &fields, ..Entry::new(level, "Circuit breaker changed state", &scope) });
            }
            self.notify(Topic::Breaker, &[("key", text(&key)), ("from", from), ("to", to)]);
        }
    }

    pub(crate) fn is_logged(&self, level: Level) -> bool {
        self.observed.logger.as_ref().is_some_and(|logger| logger.is_enabled(level))
    }

    pub(crate) fn log(&mut self, entry: Entry) {
        let epoch_ms = self.epoch_ms;
        if let Some(line) = self.observed.logger.as_mut().and_then(|logger| logger.log(&entry, epoch_ms)) {
            self.effects.push(Effect::Log { line });
        }
    }

    pub(crate) fn is_listened(&self, topic: Topic) -> bool {
        self.observed.listeners.get(topic as usize).is_some_and(|count| *count > 0)
    }

    pub(crate) fn notify(&mut self, topic: Topic, fields: &[(&str, Value)]) {
        // Of the configuration the facade keeps a copy, for an instance that may have to follow this one.
        if topic == Topic::Config || self.is_listened(topic) {
            let detail = Value::Map(gather(fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone()))));
            self.effects.push(Effect::Notify { topic, detail });
        }
    }

    pub(crate) fn is_recovering(&self) -> bool {
        self.observed.recovered_at.is_some_and(|at| self.now.0.saturating_sub(at.0) < RECOVERED_US)
    }
}

/// By [`OperationEnd`].
const ENDS: [&str; 3] = ["Operation completed", "Operation failed", "Operation aborted"];

/// `None`: not counted among the operations.
pub(crate) fn method(goal: &Goal) -> Option<Method> {
    Some(match goal {
        Goal::Load => Method::LoadModule,
        Goal::Compile | Goal::Module => Method::Compile,
        Goal::Bundle => Method::Bundle,
        Goal::Run { .. } => Method::Run,
        Goal::Prefetch | Goal::Resolve | Goal::Refresh(_) => return None,
    })
}

fn error_of(failure: &Failure) -> LogError {
    LogError {
        name: "SomonModuleError".to_owned(),
        message: failure.reason.clone(),
        code: Some(failure.code.text().to_owned()),
        ..LogError::default()
    }
}

fn log_error(error: &SomonError) -> LogError {
    LogError {
        name: "SomonModuleError".to_owned(),
        message: error.message.clone(),
        code: Some(error.code.text().to_owned()),
        stack: None,
        cause: error.cause.as_deref().map(|cause| Box::new(shallow(cause))),
    }
}

fn shallow(error: &SomonError) -> LogError {
    LogError {
        name: "SomonModuleError".to_owned(),
        message: error.message.clone(),
        code: Some(error.code.text().to_owned()),
        ..LogError::default()
    }
}

/// FNV-1a: stands for a URL where only equality matters.
fn number_of(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
