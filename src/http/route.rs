//! The one table of routes: dispatch, `Allow`, the reference page and the tests all read it.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Public,
    Read,
    Write,
    /// Exists where the handler's options say `modules`.
    Modules,
}

impl Scope {
    pub const fn text(self) -> &'static str {
        match self {
            Scope::Public => "public",
            Scope::Read => "read",
            Scope::Write => "write",
            Scope::Modules => "modules",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Health,
    Live,
    Ready,
    Metrics,
    Prometheus,
    Config,
    ConfigUpdate,
    ConfigReplace,
    ConfigSchema,
    Breakers,
    BreakersChange,
    Reset,
    Cache,
    Modules,
    Graph,
    Module,
    ModuleMap,
    JsonModule,
    Bundle,
    BundleMap,
    Compile,
}

#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    /// Below the handler's `basePath`. A star is any path.
    pub path: &'static str,
    pub scope: Scope,
    /// The request has a JSON object as body.
    pub has_body: bool,
    /// Keys of the query that are looked at.
    pub query: &'static [&'static str],
    pub action: Action,
}

const fn get(path: &'static str, scope: Scope, action: Action) -> Route {
    Route { method: "GET", path, scope, has_body: false, query: &[], action }
}

const fn change(method: &'static str, path: &'static str, action: Action) -> Route {
    Route { method, path, scope: Scope::Write, has_body: true, query: &[], action }
}

const MODULE_QUERY: &[&str] = &["target", "minify", "v"];
const BUNDLE_QUERY: &[&str] = &["entry", "format", "minify", "target", "globalName", "externals"];

/// Of two rows for a path the earlier one counts.
pub const ROUTES: &[Route] = &[
    get("/health", Scope::Public, Action::Health),
    get("/health/live", Scope::Public, Action::Live),
    get("/health/ready", Scope::Public, Action::Ready),
    get("/ready", Scope::Public, Action::Ready),
    get("/metrics", Scope::Read, Action::Metrics),
    get("/metrics/prometheus", Scope::Read, Action::Prometheus),
    get("/config", Scope::Read, Action::Config),
    change("POST", "/config", Action::ConfigUpdate),
    change("PATCH", "/config", Action::ConfigUpdate),
    change("PUT", "/config", Action::ConfigReplace),
    get("/config/schema", Scope::Read, Action::ConfigSchema),
    get("/circuit-breakers", Scope::Read, Action::Breakers),
    change("POST", "/circuit-breakers", Action::BreakersChange),
    change("POST", "/admin/reset", Action::Reset),
    change("POST", "/admin/cache", Action::Cache),
    Route { query: &["limit", "cursor"], ..get("/modules", Scope::Read, Action::Modules) },
    Route { query: &["entry"], ..get("/graph", Scope::Read, Action::Graph) },
    Route { query: MODULE_QUERY, ..get("/m/*.json.js", Scope::Modules, Action::JsonModule) },
    Route { query: MODULE_QUERY, ..get("/m/*.js", Scope::Modules, Action::Module) },
    Route { query: MODULE_QUERY, ..get("/m/*.js.map", Scope::Modules, Action::ModuleMap) },
    Route { query: BUNDLE_QUERY, ..get("/bundle.js", Scope::Modules, Action::Bundle) },
    Route { query: BUNDLE_QUERY, ..get("/bundle.js.map", Scope::Modules, Action::BundleMap) },
    change("POST", "/compile", Action::Compile),
];

/// The rows of the pattern that a path belongs to; none: the path is unknown.
pub fn rows(path: &str) -> impl Iterator<Item = &'static Route> + Clone {
    let pattern = ROUTES.iter().find(|route| wildcard(route.path, path).is_some()).map(|route| route.path);
    ROUTES.iter().filter(move |route| Some(route.path) == pattern)
}

/// What stands for the star, or the empty text where there is none. `None`: the path is another.
pub fn wildcard<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    match pattern.split_once('*') {
        None => (pattern == path).then_some(""),
        Some((before, after)) => {
            path.strip_prefix(before)?.strip_suffix(after).filter(|rest| !rest.is_empty() && !rest.ends_with('/'))
        }
    }
}
