//! The tables of keys, one per method. Validation, reference page and the readers all come from here.
//! A key whose effect is not built says so by `Later`, so that nobody believes otherwise.

use super::Effect::{Facade, Later, Now};
use super::Kind::{Bool, BoolOr, Choice, Function, Integer, Other, Ratio, Text, TextList};
use super::{Effect, Key, Kind, Value};
use crate::attempt::RetryOn;

const fn key(path: &'static str, kind: Kind, effect: Effect) -> Key {
    Key { path, kind, effect }
}

const fn integer(min: u64, max: u64, default: u64) -> Kind {
    Integer { min, max, default }
}

const MIB: u64 = 1024 * 1024;
const MILLISECONDS_MAX: u64 = 0x7FFF_FFFF;
const HOUR_MS: u64 = 3_600_000;
const COUNT_MAX: u64 = 1_000_000_000;

const TARGETS: &[&str] = &["es2022", "es2020", "esnext"];
const STYLES: &[&str] = &["js", "url", "route", "keep"];
const LOCALES: &[&str] = &["en", "tg", "ru", "tj"];

const LEVELS: &[&str] = &["info", "trace", "debug", "warn", "error", "fatal", "off"];
const ENDPOINT: Kind = Other {
    expected: "an http or https URL",
    accepts: |value| matches!(value, Value::String(url) if url.starts_with("https://") || url.starts_with("http://")),
};
const SINK: Kind = Other {
    expected: "\"console\", \"none\" or a function",
    accepts: |value| match value {
        Value::Function => true,
        Value::String(word) => word == "console" || word == "none",
        _ => false,
    },
};

const OBJECT: Kind = Other { expected: "an object", accepts: |value| matches!(value, Value::Map(_) | Value::Foreign) };
const JSON_OBJECT: Kind = Other {
    expected: "an object or JSON text",
    accepts: |value| matches!(value, Value::Map(_) | Value::Foreign | Value::String(_)),
};
const SWITCH_OR_OBJECT: Kind =
    Other { expected: "a boolean or an object", accepts: |value| matches!(value, Value::Bool(_) | Value::Map(_)) };
const TEXTS_BY_NAME: Kind = Other { expected: "an object of strings", accepts: is_text_map };
const RULES: Kind = Other {
    expected: "an object of \"off\", \"info\", \"warning\" or \"error\" by codes like \"SOM3601\"",
    accepts: is_rules,
};
const SIGNAL: Kind =
    Other { expected: "an AbortSignal", accepts: |value| matches!(value, Value::Foreign | Value::Map(_)) };

/// `new ModuleSystem(options)`.
pub static SYSTEM: &[Key] = &[
    key("resolution.baseUrl", Text, Now),
    key("resolution.imports", OBJECT, Now),
    key("resolution.importMap", JSON_OBJECT, Now),
    key("resolution.paths", OBJECT, Now),
    key(
        "resolution.extensions",
        Other { expected: "a list of different extensions that start with a dot", accepts: is_extensions },
        Now,
    ),
    key("resolution.allowJs", Bool(true), Now),
    key("resolution.resolveJsonModule", Bool(true), Now),
    key("resolution.jsToSom", Choice(&["fallback", "prefer", "off"]), Now),
    key("resolution.probeExact", Bool(false), Now),
    key("resolution.manifest", TextList, Now),
    key(
        "resolution.allowedOrigins",
        Other { expected: "\"same\", \"any\" or a list of origins", accepts: is_origins },
        Now,
    ),
    key(
        "resolution.allowedSchemes",
        Other { expected: "a list of schemes with their colons", accepts: is_schemes },
        Now,
    ),
    key("resolution.root", Text, Now),
    key("resolution.allowFile", Bool(false), Now),
    key("resolution.allowPrivateHosts", Bool(false), Now),
    key("resolution.lock", JSON_OBJECT, Now),
    key("resolution.frozen", Bool(false), Now),
    key("loading.cache", Bool(true), Now),
    key("loading.maxCacheSize", integer(1, 1_000_000, 1000), Now),
    key("loading.maxCacheMemory", integer(1024, 4096 * MIB, 64 * MIB), Now),
    key("loading.circularDependencyStrategy", Choice(&["warn", "error", "ignore"]), Now),
    key("loading.externals", TextList, Now),
    key("loading.externalProbe", Function, Now),
    key("loading.concurrency", integer(1, 64, 6), Now),
    key("loading.maxInFlight", integer(1, 10_000, 64), Now),
    key("loading.maxQueue", integer(0, 1_000_000, 10_000), Now),
    key("loading.fetchTimeout", integer(100, 600_000, 10_000), Now),
    key("loading.retry.maxRetries", integer(0, 10, 3), Now),
    key("loading.retry.initialDelay", integer(0, 60_000, 1000), Now),
    key("loading.retry.maxDelay", integer(0, 60_000, 10_000), Now),
    key("loading.retry.exponential", Bool(true), Now),
    key("loading.retry.jitter", Bool(true), Now),
    key("loading.retry.budgetMs", integer(1, MILLISECONDS_MAX, MILLISECONDS_MAX), Now),
    key("loading.retry.budgetRatio", Ratio(0.2), Now),
    key(
        "loading.retry.retryOn",
        Other {
            expected: "a list of \"network\", \"timeout\", 408, 425, 429, 500, 502, 503, 504",
            accepts: |value| RetryOn::read(value).is_some(),
        },
        Now,
    ),
    key("loading.maxModules", integer(1, COUNT_MAX, 10_000), Now),
    key("loading.maxDepth", integer(1, COUNT_MAX, 512), Now),
    key("loading.maxModuleBytes", integer(1, 2048 * MIB, 5 * MIB), Now),
    key("loading.maxTotalBytes", integer(1, 4096 * MIB, 64 * MIB), Now),
    key("loading.maxFetches", integer(1, COUNT_MAX, 20_000), Now),
    key("loading.maxRedirects", integer(0, 20, 20), Now),
    key("loading.httpCache", Choice(&["http", "session", "reload", "no-store"]), Now),
    key("loading.defaultTtlMs", integer(0, MILLISECONDS_MAX, 0), Now),
    key("loading.staleIfErrorMs", integer(0, MILLISECONDS_MAX, 0), Now),
    key("loading.negativeTtlMs", integer(0, MILLISECONDS_MAX, 5000), Now),
    key("loading.inflightScope", Choice(&["shared", "operation"]), Now),
    key("loading.fetch", Function, Facade),
    key("loading.sources", TEXTS_BY_NAME, Now),
    key(
        "loading.headers",
        Other {
            expected: "an object of strings or a function",
            accepts: |value| is_text_map(value) || *value == Value::Function,
        },
        Now,
    ),
    key("loading.headerOrigins", TextList, Now),
    key("compilation.target", Choice(TARGETS), Now),
    key("compilation.specifierStyle", Choice(STYLES), Now),
    key("compilation.minify", BoolOr { default: false, words: &["whitespace"] }, Later("minifying")),
    key("compilation.sourceMap", BoolOr { default: false, words: &["inline"] }, Later("source maps")),
    key("compilation.inlineSources", Bool(false), Later("source maps")),
    key("compilation.typeCheck", Bool(true), Later("the type checker")),
    key("compilation.strict", Bool(false), Later("the type checker")),
    key("compilation.rules", RULES, Later("the type checker")),
    key("compilation.globals", TextList, Later("the type checker")),
    key("compilation.locale", Choice(LOCALES), Facade),
    key("metrics", Bool(true), Now),
    key("circuitBreakers", SWITCH_OR_OBJECT, Now),
    key("circuitBreakers.failureThreshold", integer(1, 1000, 5), Now),
    key("circuitBreakers.monitoringPeriod", integer(1000, HOUR_MS, 60_000), Now),
    key(
        "circuitBreakers.failureRateThreshold",
        Other {
            expected: "a number above 0 and at most 1",
            accepts: |value| matches!(value, Value::Number(rate) if *rate > 0.0 && *rate <= 1.0),
        },
        Now,
    ),
    key("circuitBreakers.minimumRequests", integer(1, 1000, 10), Now),
    key("circuitBreakers.recoveryTimeout", integer(10, HOUR_MS, 30_000), Now),
    key("circuitBreakers.exponentialBackoff", Bool(true), Now),
    key("circuitBreakers.maxBackoffTime", integer(10, 86_400_000, 300_000), Now),
    key("circuitBreakers.jitterEnabled", Bool(true), Now),
    key("circuitBreakers.halfOpenMaxCalls", integer(1, 100, 1), Now),
    key("circuitBreakers.successThreshold", integer(1, 100, 3), Now),
    key("circuitBreakers.halfOpenTimeout", integer(10, HOUR_MS, 30_000), Now),
    key("circuitBreakers.maxBreakers", integer(1, 1000, 1000), Now),
    key("logger", SWITCH_OR_OBJECT, Now),
    key("logger.level", Choice(LEVELS), Now),
    key("logger.format", Choice(&["json", "pretty"]), Now),
    key("logger.sink", SINK, Now),
    key("logger.ring", integer(0, 10_000, 0), Now),
    key("logger.sample", Ratio(1.0), Now),
    key("logger.redact", TextList, Now),
    key("logger.includeStack", Bool(false), Now),
    key("logger.timestamp", Bool(true), Now),
    key("logger.flat", Bool(false), Now),
    key("tracing.enabled", Bool(true), Now),
    key("tracing.sampleRate", Ratio(1.0), Now),
    key("tracing.propagateTo", TextList, Now),
    key("tracing.slowLoadMs", integer(0, MILLISECONDS_MAX, 1000), Now),
    key("otlp.endpoint", ENDPOINT, Now),
    key("otlp.headers", TEXTS_BY_NAME, Now),
    key("otlp.intervalMs", integer(1000, MILLISECONDS_MAX, 60_000), Now),
    key("otlp.traces", Bool(true), Now),
    key("otlp.metrics", Bool(true), Now),
    key("health.memoryWarn", Ratio(0.8), Now),
    key("health.memoryFail", Ratio(0.9), Now),
    key("health.lagWarnMs", integer(1, 600_000, 100), Now),
    key("health.lagFailMs", integer(1, 600_000, 500), Now),
    key("health.errorWarn", Ratio(0.05), Now),
    key("health.errorFail", Ratio(0.1), Now),
    key("health.minRequests", integer(1, 1_000_000, 10), Now),
    key("health.requiredOrigins", TextList, Now),
    key("managementServer", Bool(true), Now),
    key("handler", OBJECT, Now),
    key("resourceLimits.maxMemoryBytes", integer(MIB, 4096 * MIB, 256 * MIB), Now),
    key("resourceLimits.maxCachedModules", integer(1, COUNT_MAX, 10_000), Now),
    key("resourceLimits.checkInterval", integer(100, 60_000, 5000), Now),
    key("operationTimeout", integer(1000, 600_000, 120_000), Now),
    key("yieldEveryMs", integer(0, 60_000, 12), Now),
    key("configStore", OBJECT, Facade),
    key(
        "clock",
        Other {
            expected: "a clock",
            accepts: |value| matches!(value, Value::Function | Value::Map(_) | Value::Foreign),
        },
        Later("injected clocks"),
    ),
    key("random", Function, Later("injected randomness")),
    key("host", Choice(&["", "browser", "worker", "workerd", "deno", "node", "bun"]), Facade),
    key("signal", SIGNAL, Facade),
];

/// `loadModule(specifier, referrer, options)`.
pub static LOAD: &[Key] = &[
    key("signal", SIGNAL, Facade),
    key("timeout", integer(1, MILLISECONDS_MAX, 0), Now),
    key("traceparent", Text, Now),
    key("integrity", Text, Now),
];

/// `system.compile(entry, options)`.
pub static COMPILE: &[Key] = &[
    key("target", Choice(TARGETS), Now),
    key("format", Choice(&["esm", "commonjs"]), Now),
    key("specifierStyle", Choice(STYLES), Now),
    key("minify", BoolOr { default: false, words: &["whitespace"] }, Later("minifying")),
    key("sourceMap", BoolOr { default: false, words: &["inline"] }, Later("source maps")),
    key("inlineSources", Bool(false), Later("source maps")),
    key("typeCheck", Bool(true), Later("the type checker")),
    key("strict", Bool(false), Later("the type checker")),
    key("rules", RULES, Later("the type checker")),
    key("globals", TextList, Later("the type checker")),
    key("locale", Choice(LOCALES), Later("a locale for one call")),
    key("externals", TextList, Now),
    key("signal", SIGNAL, Facade),
    key("timeout", integer(1, MILLISECONDS_MAX, 0), Now),
    key("traceparent", Text, Now),
];

/// `compile(source, options)`.
pub static TEXT: &[Key] = &[
    key("url", Text, Now),
    key("target", Choice(TARGETS), Now),
    key("format", Choice(&["esm", "commonjs"]), Now),
    key("specifierStyle", Choice(&["js", "keep"]), Now),
    key("minify", BoolOr { default: false, words: &["whitespace"] }, Later("minifying")),
    key("sourceMap", BoolOr { default: false, words: &["inline"] }, Later("source maps")),
    key("inlineSources", Bool(false), Later("source maps")),
    key("typeCheck", Bool(true), Later("the type checker")),
    key("strict", Bool(false), Now),
    key("rules", RULES, Later("the type checker")),
    key("globals", TextList, Later("the type checker")),
    key("locale", Choice(LOCALES), Now),
];

/// `system.bundle(options)`, `entryPoint` taken out.
pub static BUNDLE: &[Key] = &[
    key("format", Choice(&["esm", "es", "iife", "commonjs", "cjs"]), Later("iife and commonjs bundles")),
    key("layout", Choice(&["flat", "wrapped"]), Later("iife and commonjs bundles")),
    key("globalName", Text, Later("iife and commonjs bundles")),
    key("globals", TEXTS_BY_NAME, Later("iife and commonjs bundles")),
    key("externals", TextList, Now),
    key("dynamicImport", Choice(&["inline", "external"]), Now),
    key("minify", BoolOr { default: false, words: &["whitespace"] }, Later("minifying")),
    key("sourceMaps", BoolOr { default: false, words: &["external", "inline"] }, Later("source maps")),
    key("inlineSources", Bool(false), Later("source maps")),
    key("fileName", Text, Now),
    key("target", Choice(TARGETS), Now),
    key("banner", Text, Now),
    key("footer", Text, Now),
    key("treeShaking", Bool(false), Later("tree shaking")),
    key("iifeAsync", Bool(false), Later("iife and commonjs bundles")),
    key("strictLinking", Bool(true), Later("lenient linking")),
    key("scriptSafe", Bool(true), Later("iife and commonjs bundles")),
    key("signal", SIGNAL, Facade),
    key("timeout", integer(1, MILLISECONDS_MAX, 0), Now),
    key("traceparent", Text, Now),
];

/// `prefetch`, `refresh`, `resolveAsync`: what every call takes.
pub static CALL: &[Key] = &[
    key("signal", SIGNAL, Facade),
    key("timeout", integer(1, MILLISECONDS_MAX, 0), Now),
    key("traceparent", Text, Now),
];

/// `system.watch(entry, options)`.
pub static WATCH: &[Key] = &[
    key("intervalMs", integer(250, MILLISECONDS_MAX, 2000), Now),
    key("onChange", Function, Facade),
    key("signal", SIGNAL, Facade),
];

/// `system.run(entry, options)`. The values of the externals stay in the facade; here are their names.
pub static RUN: &[Key] = &[
    key(
        "externals",
        Other { expected: "an object from name to value, or a list of names", accepts: is_externals },
        Now,
    ),
    key("signal", SIGNAL, Facade),
    key("timeout", integer(1, MILLISECONDS_MAX, 0), Now),
    key("traceparent", Text, Now),
];

/// `system.createHandler(options)` and the constructor's `handler`.
pub static HANDLER: &[Key] = &[
    key("basePath", Other { expected: "\"\" or a path that starts with /", accepts: is_base_path }, Now),
    key("auth", Function, Facade),
    key("auth.token", TOKEN, Now),
    key("auth.readToken", TOKEN, Now),
    key("auth.writeToken", TOKEN, Now),
    key("publicRead", Bool(false), Now),
    key("cors.origins", ANY_OR_ORIGINS, Now),
    key("cors.maxAge", integer(0, MILLISECONDS_MAX, 0), Now),
    key("modules.root", Text, Now),
    key("modules.entries", TextList, Now),
    key("modules.origins", TextList, Now),
    key("modules.cors", ANY_OR_ORIGINS, Now),
    key("modules.dev", Bool(false), Now),
    key("maxBodyBytes", integer(1, 64 * MIB, 65_536), Now),
    key("cacheControl", Other { expected: "the value of a header", accepts: is_header_value }, Now),
    key("passThrough", Bool(false), Now),
];

const TOKEN: Kind = Other {
    expected: "a string that is not empty, or a function",
    accepts: |value| matches!(value, Value::String(text) if !text.is_empty()) || *value == Value::Function,
};
const ANY_OR_ORIGINS: Kind = Other {
    expected: "\"*\" or a list of origins",
    accepts: |value| {
        matches!(value, Value::String(text) if text == "*") || is_origins(value) && !matches!(value, Value::String(_))
    },
};

/// `system.shutdown(options)`.
pub const SHUTDOWN: &[Key] = &[key("graceMs", integer(0, MILLISECONDS_MAX, 5000), Now)];

/// Keys that older programs pass, or that people expect, and what to do instead.
pub(super) static REPLACED: &[(&str, &str)] = &[
    ("resolution.moduleDirectories", "there are no directories over HTTP; use an import map"),
    ("loading.encoding", "modules are UTF-8"),
    ("compilation.output", "the result is returned; write it yourself"),
    ("compilation.outDir", "the result is returned; write it yourself"),
    ("compilation.watch", "use `system.watch`"),
    ("compilation.compileOnSave", "use `system.watch`"),
    ("compilation.noTypeCheck", "use `typeCheck: false`"),
    ("noTypeCheck", "use `typeCheck: false`"),
    ("managementPort", "nothing listens here; use `system.createHandler`"),
    ("resourceLimits.maxFileHandles", "use `loading.concurrency`"),
    ("moduleFormat", "use `format`"),
    ("outputPath", "use `fileName`"),
];

fn is_text_map(value: &Value) -> bool {
    matches!(value, Value::Map(entries) if entries.iter().all(|(_, value)| matches!(value, Value::String(_))))
}

fn is_rules(value: &Value) -> bool {
    let is_code = |text: &str| {
        text.strip_prefix("SOM").is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_rule =
        |value: &Value| matches!(value, Value::String(text) if matches!(&**text, "off" | "info" | "warning" | "error"));
    matches!(value, Value::Map(entries) if entries.iter().all(|(code, rule)| is_code(code) && is_rule(rule)))
}

fn is_extensions(value: &Value) -> bool {
    let Value::List(items) = value else { return false };
    let is_extension = |item: &Value| match item {
        Value::String(text) => text.len() > 1 && text.starts_with('.') && !text.contains(['/', '?', '#']),
        _ => false,
    };
    let is_new = |(index, item): (usize, &Value)| !items.iter().take(index).any(|earlier| earlier == item);
    !items.is_empty() && items.iter().all(is_extension) && items.iter().enumerate().all(is_new)
}

fn is_origins(value: &Value) -> bool {
    match value {
        Value::String(text) => text == "same" || text == "any",
        Value::List(items) => items.iter().all(|item| matches!(item, Value::String(text) if text.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//")))),
        _ => false,
    }
}

fn is_base_path(value: &Value) -> bool {
    matches!(value, Value::String(text) if text.is_empty() || text.starts_with('/') && !text.contains(['?', '#', '%']))
}

fn is_header_value(value: &Value) -> bool {
    matches!(value, Value::String(text) if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
}

fn is_schemes(value: &Value) -> bool {
    let is_scheme = |item: &Value| matches!(item, Value::String(text) if text.len() > 1 && text.ends_with(':'));
    matches!(value, Value::List(items) if !items.is_empty() && items.iter().all(is_scheme))
}

fn is_externals(value: &Value) -> bool {
    match value {
        Value::Map(_) => true,
        Value::List(items) => items.iter().all(|item| matches!(item, Value::String(_))),
        _ => false,
    }
}
