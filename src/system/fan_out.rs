//! A change of the configuration reaches whatever it concerns, at once and whole.
//! Must never be half applied: the values are checked before, and all of them are read again after.

use somon_lang::gather::gather;
use somon_modules::cache::CacheLimits;
use somon_modules::error::Problem;
use somon_ops::breaker::BreakerOptions;
use somon_ops::config::{Change, RuntimeConfig, Setting, Value};
use somon_ops::health::Thresholds;
use somon_ops::log::{Entry, Level, Scope};

use crate::effect::{Effect, Topic};
use crate::event::Moment;
use crate::observe::RUNTIME_CONFIG;
use crate::settings::CycleStrategy;
use crate::step::System;

/// A change set that was applied; its effects come with the next step, or by [`System::take_effects`].
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    pub version: u32,
    pub changed: Vec<Change>,
}

impl System {
    pub fn config(&self) -> &RuntimeConfig {
        &self.settings.config
    }

    /// All of it or nothing, and then every reason. Whoever `replaces` starts from the constructor's values.
    pub fn update_config(&mut self, moment: Moment, patch: &Value, replaces: bool) -> Result<Applied, Vec<Problem>> {
        self.tick(moment);
        match self.settings.config.update(patch, replaces) {
            Ok(changed) => Ok(self.config_changed(changed)),
            Err(problems) => {
                let scope = Scope::new(RUNTIME_CONFIG);
                let fields = [("problems".to_owned(), Value::Number(problems.len() as f64))];
                self.log(Entry { fields: &fields, ..Entry::new(Level::Warn, "Configuration change refused", &scope) });
                Err(problems)
            }
        }
    }

    /// Back to the constructor's values.
    pub fn reset_config(&mut self, moment: Moment) -> Applied {
        self.tick(moment);
        let changed = self.settings.config.reset();
        self.config_changed(changed)
    }

    /// The configuration of the instance that this one stands in for: to everybody outside nothing has changed.
    pub(crate) fn adopt_config(&mut self, moment: Moment, config: &Value, version: u32) {
        self.tick(moment);
        // What was in force once is right.
        let _ = self.settings.config.update(config, false);
        self.settings.config.restore_version(version);
        self.fan_out();
    }

    /// What was decided outside a step.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        self.tell_breakers();
        self.keep_wake_timer();
        std::mem::take(&mut self.effects)
    }

    fn config_changed(&mut self, changed: Vec<Change>) -> Applied {
        let version = self.settings.config.version();
        if !changed.is_empty() {
            // A change of the level is told by whichever level lets more through.
            self.tell_config(&changed, version);
            self.fan_out();
            self.tell_evictions();
            self.restart_health_timer();
            self.keep_timers();
        }
        Applied { version, changed }
    }

    fn tell_config(&mut self, changed: &[Change], version: u32) {
        let keys = gather(changed.iter().map(|change| Value::String(change.path().to_owned())));
        let fields =
            [("changed".to_owned(), Value::List(keys)), ("version".to_owned(), Value::Number(f64::from(version)))];
        let scope = Scope::new(RUNTIME_CONFIG);
        self.log(Entry { fields: &fields, ..Entry::new(Level::Info, "Configuration changed", &scope) });
        let [_, (_, version)] = fields;
        let changes = gather(changed.iter().map(Change::to_value));
        self.notify(Topic::Config, &[("changes", Value::List(changes)), ("version", version)]);
    }

    /// Everything that the configuration decides, set anew from it.
    pub(crate) fn fan_out(&mut self) {
        let config = &self.settings.config;
        let whole = |setting| config.number(setting) as u64;
        let count = |setting| usize::try_from(whole(setting)).unwrap_or(usize::MAX);
        let small = |setting| u32::try_from(whole(setting)).unwrap_or(u32::MAX);
        let thresholds = Thresholds {
            memory_warn: config.number(Setting::MemoryWarn),
            memory_fail: config.number(Setting::MemoryFail),
            lag_warn_ms: config.number(Setting::LagWarnMs),
            lag_fail_ms: config.number(Setting::LagFailMs),
            error_warn: config.number(Setting::ErrorWarn),
            error_fail: config.number(Setting::ErrorFail),
            min_requests: whole(Setting::MinRequests),
        };
        let limits = CacheLimits {
            entries_max: count(Setting::MaxCacheSize).min(self.settings.cached_modules_max),
            bytes_max: count(Setting::MaxCacheMemory),
        };
        let cycles = match config.word(Setting::CycleStrategy) {
            "error" => CycleStrategy::Error,
            "ignore" => CycleStrategy::Ignore,
            _ => CycleStrategy::Warn,
        };
        let level = Level::parse(config.word(Setting::LogLevel)).unwrap_or(Level::Info);
        let traces = config.flag(Setting::EnableTracing);
        let (fetch_timeout_ms, operation_timeout_ms) = (small(Setting::FetchTimeout), small(Setting::OperationTimeout));
        let (concurrency, default_ttl_ms) = (count(Setting::Concurrency), whole(Setting::DefaultTtlMs));
        let (max_retries, stale_if_error_ms) = (small(Setting::MaxRetries), whole(Setting::StaleIfErrorMs));
        let breaker_options = BreakerOptions {
            failure_threshold: small(Setting::FailureThreshold),
            recovery_timeout_ms: whole(Setting::RecoveryTimeout),
            monitoring_period_ms: whole(Setting::MonitoringPeriod),
            max_backoff_time_ms: whole(Setting::MaxBackoffTime),
            half_open_max_calls: small(Setting::HalfOpenMaxCalls),
            success_threshold: small(Setting::SuccessThreshold),
            ..self.settings.breakers.clone()
        };
        self.observed.metrics.set_enabled(config.flag(Setting::EnableMetrics));
        self.breakers.set_enabled(config.flag(Setting::CircuitBreakerEnabled));
        self.observed.thresholds = thresholds;
        self.observed.traces = traces;
        if let Some(logger) = &mut self.observed.logger {
            logger.set_level(level);
            logger.set_tracing(traces);
        }
        self.settings.cycles = cycles;
        self.settings.fetch_timeout_ms = fetch_timeout_ms;
        self.settings.operation_timeout_ms = operation_timeout_ms;
        self.settings.concurrency = concurrency;
        self.settings.freshness.ttl_ms = default_ttl_ms;
        self.settings.freshness.stale_if_error_ms = stale_if_error_ms;
        self.settings.retry.max_retries = max_retries;
        // What the options say beside the configuration stays; ranges were checked with it.
        let _ = self.breakers.set_options(breaker_options);
        self.settings.cache_limits = limits;
        self.cache.set_limits(limits);
    }
}
