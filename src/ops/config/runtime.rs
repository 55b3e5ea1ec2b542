//! What may be changed while a system runs: the table of its keys, and the values in force.
//! A change is checked as a whole and applied as a whole; must never leave a mixture behind.

use super::check::wrong;
use super::{Effect, Key, Kind, Options, Problem, Value, check};
use crate::json::{push_key, push_string};
use crate::number::push_f64;
use crate::number::push_u64;

macro_rules! settings {
    ($($name:ident $path:literal $kind:expr, $option:literal, $does:literal;)*) => {
        /// The keys, in the order of the tables.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Setting { $($name),* }

        impl Setting {
            pub const ALL: &[Setting] = &[$(Setting::$name),*];

            /// The option of the constructor that its first value comes from; empty: from none.
            pub const fn option(self) -> &'static str {
                match self { $(Setting::$name => $option),* }
            }

            /// What a change does, for the reference page.
            pub const fn does(self) -> &'static str {
                match self { $(Setting::$name => $does),* }
            }
        }

        pub const RUNTIME: &[Key] = &[$(Key { path: $path, kind: $kind, effect: Effect::Now }),*];

        /// The options of the constructor that the values come from at first; empty: from nowhere.
        const OPTIONS: &[&str] = &[$($option),*];
    };
}

const fn integer(min: u64, max: u64, default: u64) -> Kind {
    Kind::Integer { min, max, default }
}

const MIB: u64 = 1024 * 1024;
const HOUR_MS: u64 = 3_600_000;
const MILLISECONDS_MAX: u64 = 0x7FFF_FFFF;
const ON: Kind = Kind::Bool(true);
const LEVELS: Kind = Kind::Choice(&["info", "trace", "debug", "warn", "error", "fatal", "off"]);
const NO_PORT: Kind = Kind::Other {
    expected: "0: nothing listens here, use `system.createHandler`",
    accepts: |value| *value == Value::Number(0.0),
};

settings! {
    MaxCacheSize "maxCacheSize" integer(1, 1_000_000, 1000), "loading.maxCacheSize",
        "modules the cache holds; a lower limit evicts at once";
    MaxCacheMemory "maxCacheMemory" integer(1024, 4096 * MIB - 65_536, 64 * MIB), "loading.maxCacheMemory",
        "bytes the cache holds; a lower limit evicts at once";
    CycleStrategy "circularDependencyStrategy" Kind::Choice(&["warn", "error", "ignore"]),
        "loading.circularDependencyStrategy", "what is said about cycles, from the next operation on";
    EnableTracing "enableTracing" ON, "tracing.enabled", "spans, and trace ids in logs";
    LogLevel "logLevel" LEVELS, "logger.level", "least level that is logged, by all loggers of the system";
    EnableMetrics "enableMetrics" ON, "metrics", "recording; counters keep their values";
    CircuitBreakerEnabled "circuitBreakerEnabled" ON, "circuitBreakers",
        "when off everything is admitted, and outcomes are still recorded";
    FailureThreshold "failureThreshold" integer(1, 1000, 5), "circuitBreakers.failureThreshold",
        "failures within the period that open a breaker; looked at with the next failure";
    RecoveryTimeout "recoveryTimeout" integer(10, HOUR_MS, 30_000), "circuitBreakers.recoveryTimeout",
        "milliseconds until an opened breaker is tried again; one that is open keeps its time";
    MonitoringPeriod "monitoringPeriod" integer(1000, HOUR_MS, 60_000), "circuitBreakers.monitoringPeriod",
        "milliseconds that a failure counts";
    MaxBackoffTime "maxBackoffTime" integer(10, 86_400_000, 300_000), "circuitBreakers.maxBackoffTime",
        "longest time that a breaker stays open, in milliseconds";
    HalfOpenMaxCalls "halfOpenMaxCalls" integer(1, 100, 1), "circuitBreakers.halfOpenMaxCalls",
        "trials that a half-open breaker admits at a time";
    SuccessThreshold "successThreshold" integer(1, 100, 3), "circuitBreakers.successThreshold",
        "successful trials that close a breaker";
    HealthCheckInterval "healthCheckInterval" integer(1000, HOUR_MS, 30_000), "",
        "milliseconds between checks for those who listen to `health`; also the longest period of the lag timer, which is never above a second";
    EnableHealthEndpoint "enableHealthEndpoint" ON, "",
        "the route `/health`; readiness and liveness stay";
    EnableMetricsEndpoint "enableMetricsEndpoint" ON, "", "the routes of metrics";
    ManagementPort "managementPort" NO_PORT, "", "nothing: there is no listener";
    FetchTimeout "fetchTimeout" integer(100, 600_000, 10_000), "loading.fetchTimeout",
        "milliseconds of one attempt, from the next one on";
    OperationTimeout "operationTimeout" integer(1000, 600_000, 120_000), "operationTimeout",
        "milliseconds of one operation, from the next one on";
    Concurrency "concurrency" integer(1, 64, 6), "loading.concurrency",
        "fetches that one operation may have open";
    MaxRetries "maxRetries" integer(0, 10, 3), "loading.retry.maxRetries", "attempts after the first, from the next fetch on";
    DefaultTtlMs "defaultTtlMs" integer(0, MILLISECONDS_MAX, 0), "loading.defaultTtlMs",
        "how long an answer that does not say so is fresh, from the next answer on";
    StaleIfErrorMs "staleIfErrorMs" integer(0, MILLISECONDS_MAX, 0), "loading.staleIfErrorMs",
        "how long past its time a copy may stand in for an origin that fails";
    MemoryWarn "health.memoryWarn" Kind::Ratio(0.8), "health.memoryWarn", "share of the memory limit above which health warns";
    MemoryFail "health.memoryFail" Kind::Ratio(0.9), "health.memoryFail", "share of the memory limit above which health fails";
    LagWarnMs "health.lagWarnMs" integer(1, 600_000, 100), "health.lagWarnMs", "99th percentile of event-loop lag above which health warns";
    LagFailMs "health.lagFailMs" integer(1, 600_000, 500), "health.lagFailMs", "99th percentile of event-loop lag above which health fails";
    ErrorWarn "health.errorWarn" Kind::Ratio(0.05), "health.errorWarn", "failed share of the last five minutes' operations above which health warns";
    ErrorFail "health.errorFail" Kind::Ratio(0.1), "health.errorFail", "failed share of the last five minutes' operations above which health fails";
    MinRequests "health.minRequests" integer(1, 1_000_000, 10), "health.minRequests", "operations below which their errors are not judged";
}

/// The first must be below the second; `true`: may be equal to it.
const ORDERED: [(Setting, Setting, bool); 3] = [
    (Setting::MemoryWarn, Setting::MemoryFail, false),
    (Setting::LagWarnMs, Setting::LagFailMs, false),
    (Setting::ErrorWarn, Setting::ErrorFail, false),
];
/// The options of the constructor are looked at by the breakers themselves.
const BACKOFF: [(Setting, Setting, bool); 1] = [(Setting::RecoveryTimeout, Setting::MaxBackoffTime, true)];

/// One value that is another one now.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub setting: Setting,
    pub old: Value,
    pub new: Value,
}

impl Change {
    pub fn path(&self) -> &'static str {
        path(self.setting)
    }

    /// As listeners get it.
    pub fn to_value(&self) -> Value {
        let entry = |key: &str, value| (key.to_owned(), value);
        let key = Value::String(self.path().to_owned());
        Value::Map(vec![entry("key", key), entry("old", self.old.clone()), entry("new", self.new.clone())])
    }
}

/// The values in force, and those of the constructor.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    values: Vec<Value>,
    initial: Vec<Value>,
    version: u32,
}

impl RuntimeConfig {
    /// From checked options of the constructor; `problems` gets what does not fit together.
    pub fn new(options: &Options, problems: &mut Vec<Problem>) -> RuntimeConfig {
        let mut values = Vec::with_capacity(RUNTIME.len());
        for (key, option) in RUNTIME.iter().zip(OPTIONS) {
            let given = if option.is_empty() { None } else { options.given(option) };
            values.push(match (given, key.kind) {
                (Some(Value::Map(_)), Kind::Bool(default)) => Value::Bool(default),
                (Some(value), _) => value.clone(),
                (None, kind) => default(kind),
            });
        }
        let at = |setting: Setting| OPTIONS.get(setting as usize).copied().unwrap_or_default();
        unordered(&values, &ORDERED, at, problems);
        RuntimeConfig { initial: values.clone(), values, version: 0 }
    }

    /// A default that only this host has.
    pub fn set_initial(&mut self, setting: Setting, number: u64) {
        for values in [&mut self.values, &mut self.initial] {
            if let Some(value) = values.get_mut(setting as usize) {
                *value = Value::Number(number as f64);
            }
        }
    }

    pub fn flag(&self, setting: Setting) -> bool {
        self.values.get(setting as usize) == Some(&Value::Bool(true))
    }

    pub fn number(&self, setting: Setting) -> f64 {
        match self.values.get(setting as usize) {
            Some(Value::Number(number)) => *number,
            _ => 0.0,
        }
    }

    pub fn word(&self, setting: Setting) -> &str {
        match self.values.get(setting as usize) {
            Some(Value::String(word)) => word,
            _ => "",
        }
    }

    /// Rises with every change that altered something.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Of an instance that this one stands in for: versions never fall.
    pub fn restore_version(&mut self, version: u32) {
        self.version = self.version.max(version);
    }

    /// A copy with flat keys.
    pub fn to_value(&self) -> Value {
        Value::Map(RUNTIME.iter().zip(&self.values).map(|(key, value)| (key.path.to_owned(), value.clone())).collect())
    }

    /// What is wrong with a change; nothing is applied. Whoever `replaces` starts from the constructor's values.
    pub fn problems(&self, patch: &Value, replaces: bool) -> Vec<Problem> {
        self.merged(patch, replaces).err().unwrap_or_default()
    }

    /// All of it, or nothing and every reason.
    pub fn update(&mut self, patch: &Value, replaces: bool) -> Result<Vec<Change>, Vec<Problem>> {
        let next = self.merged(patch, replaces)?;
        Ok(self.adopt(next))
    }

    /// Back to the constructor's values.
    pub fn reset(&mut self) -> Vec<Change> {
        self.adopt(self.initial.clone())
    }

    fn merged(&self, patch: &Value, replaces: bool) -> Result<Vec<Value>, Vec<Problem>> {
        if !matches!(patch, Value::Map(_)) {
            return Err(vec![wrong("", patch, "an object")]);
        }
        let mut problems = check(patch, RUNTIME);
        let mut next = if replaces { self.initial.clone() } else { self.values.clone() };
        for (key, place) in RUNTIME.iter().zip(&mut next) {
            let nested = key.path.split_once('.').and_then(|(group, name)| patch.get(group)?.get(name));
            if let Some(value) = patch.get(key.path).or(nested).filter(|value| **value != Value::Undefined) {
                *place = value.clone();
            }
        }
        unordered(&next, &ORDERED, path, &mut problems);
        unordered(&next, &BACKOFF, path, &mut problems);
        if problems.is_empty() { Ok(next) } else { Err(problems) }
    }

    fn adopt(&mut self, next: Vec<Value>) -> Vec<Change> {
        let mut changes = Vec::new();
        for ((setting, old), new) in Setting::ALL.iter().zip(&mut self.values).zip(next) {
            if *old != new {
                changes.push(Change { setting: *setting, old: std::mem::replace(old, new.clone()), new });
            }
        }
        self.version = self.version.saturating_add(u32::from(!changes.is_empty()));
        changes
    }
}

fn path(setting: Setting) -> &'static str {
    RUNTIME.get(setting as usize).map_or("", |key| key.path)
}

fn default(kind: Kind) -> Value {
    match kind {
        Kind::Bool(default) | Kind::BoolOr { default, .. } => Value::Bool(default),
        Kind::Integer { default, .. } => Value::Number(default as f64),
        Kind::Ratio(default) => Value::Number(default),
        Kind::Choice(words) => Value::String(words.first().copied().unwrap_or_default().to_owned()),
        _ => Value::Number(0.0),
    }
}

fn unordered(
    values: &[Value],
    pairs: &[(Setting, Setting, bool)],
    path: fn(Setting) -> &'static str,
    problems: &mut Vec<Problem>,
) {
    for &(low, high, may_equal) in pairs {
        let (Some(Value::Number(a)), Some(Value::Number(b))) = (values.get(low as usize), values.get(high as usize))
        else {
            continue;
        };
        if !(a < b || may_equal && a == b) {
            let mut expected = String::from(if may_equal { "at most " } else { "below " });
            expected.push_str(path(high));
            problems.push(wrong(path(low), &Value::Number(*a), &expected));
        }
    }
}

/// JSON Schema of a change, flat keys only.
pub fn schema() -> String {
    let mut out = String::from("{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
    let mut is_first = true;
    for key in RUNTIME {
        push_key(&mut out, &mut is_first, key.path);
        match key.kind {
            Kind::Bool(_) => out.push_str("{\"type\":\"boolean\""),
            Kind::Integer { min, max, .. } => {
                out.push_str("{\"type\":\"integer\",\"minimum\":");
                push_u64(&mut out, min);
                out.push_str(",\"maximum\":");
                push_u64(&mut out, max);
            }
            Kind::Ratio(_) => out.push_str("{\"type\":\"number\",\"minimum\":0,\"maximum\":1"),
            Kind::Choice(words) => {
                out.push_str("{\"enum\":[");
                for (index, word) in words.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    push_string(&mut out, word);
                }
                out.push(']');
            }
            _ => out.push_str("{\"const\":0"),
        }
        out.push_str(",\"default\":");
        match default(key.kind) {
            Value::Bool(flag) => out.push_str(if flag { "true" } else { "false" }),
            Value::String(word) => push_string(&mut out, &word),
            Value::Number(number) => {
                push_f64(&mut out, number);
            }
            _ => {}
        }
        out.push('}');
    }
    out.push_str("}}");
    out
}
