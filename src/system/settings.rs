//! The options of a system, checked and turned into what the rooms below take.
//! Reads every value through the table of keys; must never hold a default of its own.

use somon_lang::gather::gather;
use somon_modules::sorted::SortedSet;
use std::rc::Rc;

use somon_modules::cache::CacheLimits;
use somon_modules::error::{Problem, SomonError};
use somon_modules::freshness::Defaults;
use somon_modules::import_map::ImportMap;
use somon_modules::integrity::Integrity;
use somon_modules::paths::Paths;
use somon_modules::policy::{AllowedOrigins, OriginPattern, Policy};
use somon_modules::probe::{JsToSom, Probing};
use somon_modules::specifier::{External, Rules};
use somon_modules::url::Url;
use somon_ops::breaker::BreakerOptions;
use somon_ops::config::{self, Options, RuntimeConfig, Setting, Value};
use somon_ops::retry::RetryOptions;

use crate::observe::Observing;
use crate::sources::Sources;

/// What the host is; found out by the facade.
#[derive(Clone, Debug)]
pub struct HostProfile {
    pub kind: HostKind,
    /// Of the page or worker; `somon:///` where there is none.
    pub base_url: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    Browser,
    Worker,
    Workerd,
    Deno,
    Node,
    Bun,
}

impl HostKind {
    const ALL: [HostKind; 6] =
        [HostKind::Browser, HostKind::Worker, HostKind::Workerd, HostKind::Deno, HostKind::Node, HostKind::Bun];

    pub fn parse(text: &str) -> Option<HostKind> {
        HostKind::ALL.into_iter().find(|kind| kind.text() == text)
    }

    pub fn text(self) -> &'static str {
        match self {
            HostKind::Browser => "browser",
            HostKind::Worker => "worker",
            HostKind::Workerd => "workerd",
            HostKind::Deno => "deno",
            HostKind::Node => "node",
            HostKind::Bun => "bun",
        }
    }

    fn is_browser(self) -> bool {
        matches!(self, HostKind::Browser | HostKind::Worker)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpCache {
    Http,
    Session,
    Reload,
    NoStore,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CycleStrategy {
    Warn,
    Error,
    Ignore,
}

pub struct Settings {
    pub base: Url,
    pub probing: Probing,
    pub policy: Policy,
    pub externals: Vec<External>,
    pub import_map: ImportMap,
    pub paths: Paths,
    pub integrity: Integrity,
    /// URLs that exist, when the deployment tells.
    pub manifest: Option<SortedSet<String>>,
    pub negative_ttl_ms: u64,
    pub sources: Sources,
    pub cycles: CycleStrategy,
    pub http_cache: HttpCache,
    pub freshness: Defaults,
    pub cache_limits: CacheLimits,
    pub concurrency: usize,
    pub in_flight_max: usize,
    /// Requests that may wait for their turn, those of all operations together.
    pub queue_max: usize,
    pub retry: RetryOptions,
    pub breakers: BreakerOptions,
    /// A caller's external is asked whether it is there, under a breaker of its own.
    pub has_probe: bool,
    pub shares_fetches: bool,
    pub fetch_timeout_ms: u32,
    pub operation_timeout_ms: u32,
    /// 0: an operation works until it has to wait for something.
    pub yield_every_us: u64,
    pub modules_max: usize,
    pub depth_max: u32,
    pub module_bytes_max: usize,
    pub total_bytes_max: usize,
    pub fetches_max: usize,
    pub redirects_max: usize,
    /// Off the browser redirects come here hop by hop.
    pub follows_redirects: bool,
    /// Timers of this host tell something of its event loop.
    pub measures_lag: bool,
    pub host: HostKind,
    pub memory_bytes_max: u64,
    pub cached_modules_max: usize,
    /// Between two equal warnings.
    pub warning_interval_ms: u64,
    pub headers: Vec<(String, String)>,
    pub asks_headers: bool,
    /// `None`: the base's and the entry's.
    pub header_origins: Option<Vec<String>>,
    pub config: RuntimeConfig,
    pub has_metrics: bool,
    pub observing: Observing,
    pub target: String,
    pub specifier_style: String,
}

impl Settings {
    pub fn rules<'s>(&'s self, externals: &'s [External]) -> Rules<'s> {
        Rules {
            externals,
            import_map: &self.import_map,
            paths: &self.paths,
            base: &self.base,
            root: self.policy.root.as_deref(),
        }
    }

    /// False when the manifest says that there is no such URL.
    pub fn may_exist(&self, candidate: &str) -> bool {
        let plain = candidate.split(['?', '#']).next().unwrap_or(candidate);
        let Some(manifest) = &self.manifest else { return true };
        manifest.contains(candidate) || manifest.contains(plain) || self.sources.get(candidate).is_some()
    }

    /// `Err` lists every problem of the options.
    pub fn new(options: &Value, profile: &HostProfile) -> Result<Settings, Box<SomonError>> {
        let mut problems = config::check(options, config::SYSTEM);
        let read = Options::new(options, config::SYSTEM);
        let host = read.text("host").and_then(HostKind::parse).unwrap_or(profile.kind);
        let base_text = read.text("resolution.baseUrl").unwrap_or(&profile.base_url);
        let Some(base) = Url::parse(base_text).ok().filter(|base| !base.is_opaque()) else {
            // Without a base the other URLs cannot be judged.
            refuse(&mut problems, "resolution.baseUrl", "must be an absolute URL that can be a base", base_text);
            return Err(invalid(problems));
        };
        let externals = externals(&read, "loading.externals", &base, &mut problems);
        let import_map = import_map(&read, &base, &mut problems);
        let paths = paths(&read, &mut problems);
        let integrity = integrity(&read, &import_map, &mut problems);
        let manifest = read.given("resolution.manifest").map(|_| {
            let urls = read.texts("resolution.manifest");
            urls.iter().filter_map(|url| base.join(url).ok()).map(Url::into_string).collect()
        });
        let origins = origins(&read, &mut problems);
        let sources = sources(&read, &mut problems);
        let header_origins = header_origins(&read, &mut problems);
        let root = read.text("resolution.root").and_then(|root| match Url::parse(root) {
            Ok(url) => Some(url.into_string()),
            Err(_) => {
                refuse(&mut problems, "resolution.root", "must be an absolute URL", root);
                None
            }
        });
        let mut retry = RetryOptions::read(&read);
        let breakers = BreakerOptions::read(&read);
        for (group, crossed) in [("loading.retry.", retry.problem()), ("circuitBreakers.", breakers.problem())] {
            if let Some(crossed) = crossed {
                refuse(&mut problems, &[group, crossed.key].concat(), crossed.message, "");
            }
        }
        let mut runtime = RuntimeConfig::new(&read, &mut problems);
        let observing = Observing::read(&read, base.origin());
        if !problems.is_empty() {
            return Err(invalid(problems));
        }
        let is_edge = matches!(host, HostKind::Workerd | HostKind::Deno);
        let integer = |path: &str| usize::try_from(read.integer(path)).unwrap_or(usize::MAX);
        let milliseconds = |path: &str| u32::try_from(read.integer(path)).unwrap_or(u32::MAX);
        let is_given = |path: &str| read.given(path).is_some();
        // Hosts with less of something have a smaller default; what the caller says counts everywhere.
        let on_workerd = |path: &str, value: usize| match host {
            HostKind::Workerd if !is_given(path) => value,
            _ => integer(path),
        };
        if is_edge && !is_given("loading.retry.maxRetries") {
            retry.max_retries = 2;
            runtime.set_initial(Setting::MaxRetries, 2);
        }
        let cache_limits = CacheLimits {
            entries_max: integer("loading.maxCacheSize"),
            bytes_max: on_workerd("loading.maxCacheMemory", 24 * 1024 * 1024),
        };
        runtime.set_initial(Setting::MaxCacheMemory, cache_limits.bytes_max as u64);
        Ok(Settings {
            policy: Policy {
                origins,
                schemes: schemes(&read, host),
                root,
                allow_private_hosts: read.bool("resolution.allowPrivateHosts"),
                is_edge,
                base_origin: base.origin(),
            },
            base,
            probing: probing(&read),
            externals,
            import_map,
            paths,
            integrity,
            manifest,
            negative_ttl_ms: read.integer("loading.negativeTtlMs"),
            sources,
            cycles: match read.choice("loading.circularDependencyStrategy") {
                "error" => CycleStrategy::Error,
                "ignore" => CycleStrategy::Ignore,
                _ => CycleStrategy::Warn,
            },
            http_cache: match read.choice("loading.httpCache") {
                _ if !read.given("loading.cache").is_none_or(|value| *value == Value::Bool(true)) => HttpCache::NoStore,
                "session" => HttpCache::Session,
                "reload" => HttpCache::Reload,
                "no-store" => HttpCache::NoStore,
                _ => HttpCache::Http,
            },
            freshness: Defaults {
                ttl_ms: read.integer("loading.defaultTtlMs"),
                stale_if_error_ms: read.integer("loading.staleIfErrorMs"),
            },
            cache_limits,
            concurrency: integer("loading.concurrency"),
            in_flight_max: integer("loading.maxInFlight"),
            // There one request must never wait for another.
            queue_max: if host == HostKind::Workerd { 0 } else { integer("loading.maxQueue") },
            retry,
            breakers,
            has_probe: read.given("loading.externalProbe").is_some(),
            shares_fetches: match read.text("loading.inflightScope") {
                Some(scope) => scope == "shared",
                None => host != HostKind::Workerd,
            },
            fetch_timeout_ms: milliseconds("loading.fetchTimeout"),
            operation_timeout_ms: milliseconds("operationTimeout"),
            yield_every_us: read.integer("yieldEveryMs").saturating_mul(1000),
            modules_max: integer("loading.maxModules"),
            depth_max: milliseconds("loading.maxDepth"),
            module_bytes_max: integer("loading.maxModuleBytes"),
            total_bytes_max: integer("loading.maxTotalBytes"),
            fetches_max: on_workerd("loading.maxFetches", 45),
            redirects_max: integer("loading.maxRedirects"),
            follows_redirects: host.is_browser(),
            measures_lag: host != HostKind::Workerd,
            host,
            headers: match read.given("loading.headers") {
                Some(Value::Map(entries)) => gather(entries.iter().filter_map(header)),
                _ => Vec::new(),
            },
            asks_headers: read.given("loading.headers") == Some(&Value::Function),
            header_origins,
            memory_bytes_max: on_workerd("resourceLimits.maxMemoryBytes", 96 * 1024 * 1024) as u64,
            cached_modules_max: integer("resourceLimits.maxCachedModules"),
            warning_interval_ms: read.integer("resourceLimits.checkInterval"),
            config: runtime,
            has_metrics: read.bool("metrics"),
            observing,
            target: read.choice("compilation.target").to_owned(),
            specifier_style: read.choice("compilation.specifierStyle").to_owned(),
        })
    }
}

/// An exact external list, or the names of an object of externals.
pub fn externals(read: &Options, path: &str, base: &Url, problems: &mut Vec<Problem>) -> Vec<External> {
    let mut names = read.texts(path);
    if let Some(Value::Map(entries)) = read.given(path) {
        names.extend(entries.iter().map(|(name, _)| name.as_str()));
    }
    let mut list = Vec::with_capacity(names.len());
    for name in names {
        match External::parse(name, base) {
            Some(external) => list.push(external),
            None => refuse(problems, path, "has an entry that is no name, prefix, path or pattern with one *", name),
        }
    }
    list
}

/// `importMap`, then `imports` as a map that has only those.
fn import_map(read: &Options, base: &Url, problems: &mut Vec<Problem>) -> ImportMap {
    let mut map = ImportMap::default();
    let short =
        read.given("resolution.imports").map(|imports| Value::Map(vec![("imports".to_owned(), imports.clone())]));
    let given = [("resolution.importMap", read.given("resolution.importMap")), ("resolution.imports", short.as_ref())];
    for (path, value) in given {
        match value.map(|value| ImportMap::parse(value, base)) {
            Some(Ok(parsed)) => map.merge(parsed),
            Some(Err(rule)) => refuse(problems, path, rule, ""),
            None => {}
        }
    }
    map
}

fn integrity(read: &Options, import_map: &ImportMap, problems: &mut Vec<Problem>) -> Integrity {
    let mut integrity = Integrity::new(read.bool("resolution.frozen"));
    if let Some(Err(rule)) = read.given("resolution.lock").map(|lock| integrity.add_lock(lock)) {
        refuse(problems, "resolution.lock", rule, "");
    }
    for (url, metadata) in &import_map.integrity {
        integrity.add(url, metadata);
    }
    integrity
}

fn paths(read: &Options, problems: &mut Vec<Problem>) -> Paths {
    let path = "resolution.paths";
    match read.given(path).map(Paths::parse) {
        Some(Ok(paths)) => paths,
        Some(Err(key)) => {
            let rule = "must give a list of strings for each key, with at most one * in each";
            // What is no object at all was told already.
            if !problems.iter().any(|known| known.path == path) {
                refuse(problems, path, rule, key);
            }
            Paths::default()
        }
        None => Paths::default(),
    }
}

pub fn invalid(problems: Vec<Problem>) -> Box<SomonError> {
    Box::new(SomonError::invalid_options(problems))
}

/// One problem more.
pub fn refuse(problems: &mut Vec<Problem>, path: &str, rule: &str, received: &str) {
    let mut message = String::from(path);
    message.push(' ');
    message.push_str(rule);
    let mut shown = String::from("\"");
    shown.extend(received.chars().take(60));
    shown.push('"');
    problems.push(Problem { path: path.to_owned(), message, received: shown, is_unknown_key: false });
}

fn origins(read: &Options, problems: &mut Vec<Problem>) -> AllowedOrigins {
    match read.given("resolution.allowedOrigins") {
        Some(Value::String(text)) if text == "any" => AllowedOrigins::Any,
        Some(Value::List(_)) => {
            let mut list = Vec::new();
            for text in read.texts("resolution.allowedOrigins") {
                match OriginPattern::parse(text) {
                    Some(pattern) => list.push(pattern),
                    None => refuse(problems, "resolution.allowedOrigins", "has an entry that is no origin", text),
                }
            }
            AllowedOrigins::List(list)
        }
        _ => AllowedOrigins::Same,
    }
}

fn header((name, value): &(String, Value)) -> Option<(String, String)> {
    match value {
        Value::String(value) => Some((name.to_ascii_lowercase(), value.clone())),
        _ => None,
    }
}

fn header_origins(read: &Options, problems: &mut Vec<Problem>) -> Option<Vec<String>> {
    let path = "loading.headerOrigins";
    read.given(path)?;
    let mut origins = Vec::new();
    for text in read.texts(path) {
        match Url::parse(text).ok().and_then(|url| url.origin().filter(|_| matches!(url.path(), "" | "/"))) {
            Some(origin) => origins.push(origin),
            None => refuse(problems, path, "has an entry that is no origin", text),
        }
    }
    Some(origins)
}

fn schemes(read: &Options, host: HostKind) -> Vec<String> {
    let mut schemes = read.texts("resolution.allowedSchemes");
    if schemes.is_empty() {
        schemes.extend(["https:", "http:", "somon:"]);
        if host != HostKind::Workerd {
            schemes.extend(["data:", "blob:"]);
        }
    }
    if read.bool("resolution.allowFile") && read.given("loading.fetch").is_some() {
        schemes.push("file:");
    }
    lower(schemes.into_iter().map(|scheme| scheme.strip_suffix(':').unwrap_or(scheme)))
}

fn lower<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    gather(texts.map(str::to_ascii_lowercase))
}

fn probing(read: &Options) -> Probing {
    let mut probing = Probing::default();
    if read.given("resolution.extensions").is_some() {
        probing.extensions = lower(read.texts("resolution.extensions").into_iter());
    }
    probing.allow_js = read.bool("resolution.allowJs");
    probing.allow_json = read.bool("resolution.resolveJsonModule");
    probing.probe_exact = read.bool("resolution.probeExact");
    probing.js_to_som = match read.choice("resolution.jsToSom") {
        "prefer" => JsToSom::Prefer,
        "off" => JsToSom::Off,
        _ => JsToSom::Fallback,
    };
    probing
}

fn sources(read: &Options, problems: &mut Vec<Problem>) -> Sources {
    let mut sources = Sources::default();
    let Some(Value::Map(entries)) = read.given("loading.sources") else { return sources };
    for (url, text) in entries {
        match (Url::parse(url), text) {
            (Ok(url), Value::String(text)) => {
                sources.insert(Rc::from(url.as_str()), Rc::from(text.as_str()));
            }
            _ => refuse(problems, "loading.sources", "has a key that is no absolute URL", url),
        }
    }
    sources
}
