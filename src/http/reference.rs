//! The reference pages of the routes and of the error codes, made from the tables. Never part of the component.

use somon_modules::error::ErrorCode;
use somon_ops::config::{HANDLER, Key, Kind};

use crate::code::{self, Reason};
use crate::route::{Action, ROUTES};

/// `docs/http.md`.
pub fn routes() -> String {
    let mut page = String::from(
        "# Routes of the handler\n\n\
         <!-- Written from the table of routes: src/http/route.rs. -->\n\n\
         `system.fetch(request, env, ctx)` answers them by the constructor's option `handler`, so that\n\
         `export default system` is a worker; `system.createHandler(options)` makes further handlers, each with\n\
         `close()` and `reopen()`. Paths are exact and case-sensitive, below `basePath`. HEAD works wherever GET does,\n\
         OPTIONS on every path that is there; any other method is 405 with `Allow`. Answers carry `X-Request-Id`,\n\
         `traceresponse` while tracing is on, and `X-Content-Type-Options: nosniff`. [errors.md](errors.md) lists the\n\
         codes of refusals, [security.md](security.md) what is defended.\n\n\
         | method | path | scope | query | what it does |\n|---|---|---|---|---|\n",
    );
    for route in ROUTES {
        let path = route.path.replace('*', "PATH");
        push_row(
            &mut page,
            &[route.method, &["`", &path, "`"].concat(), route.scope.text(), &quoted(route.query), about(route.action)],
        );
    }
    page.push_str(
        "\nScopes: `public` needs nothing; `read` and `write` need a token, or the word of the function given as `auth`\n\
         (who may write may read); `modules` exists where the option `modules` is given, and needs nothing. Without any\n\
         token reading is 403, unless `publicRead`; routes that only change are 404, and the changing methods of the\n\
         others 403.\n\n\
         `/m/~/https/HOST/PATH.js` names modules of the origins that `modules.origins` lists. Outputs have strong entity\n\
         tags; an address with `v=HASH` is immutable while the hash is the current one, and leads to the current one when\n\
         it is not. Bodies of requests are JSON objects of at most `maxBodyBytes` (`/compile`: `loading.maxModuleBytes`),\n\
         complete within ten seconds.\n\n\
         ## Options\n\n| option | values | default |\n|---|---|---|\n",
    );
    for key in HANDLER {
        push_row(&mut page, &[&["`", key.path, "`"].concat(), &values(key), &default(key)]);
    }
    page
}

/// `docs/errors.md`.
pub fn errors() -> String {
    let mut page = String::from(
        "# Error codes\n\n\
         <!-- Written from the tables of codes: src/modules/error.rs, src/http/code.rs. -->\n\n\
         Every exception of the package is an `Error` with `name` \"SomonModuleError\" and one of these codes; bodies of\n\
         refused requests are `{error, code, message, timestamp, requestId, details?}` with the same ones. Codes of\n\
         diagnostics (SOMnnnn) are another set: [diagnostics.md](diagnostics.md).\n\n\
         | code | status over HTTP | meaning | what to do |\n|---|---|---|---|\n",
    );
    for code in ErrorCode::ALL {
        let reason = code::of_error(*code, None);
        let mut status = reason.status.to_string();
        if *code == ErrorCode::LoadHttp {
            status.push_str("; 404 for 404 and 410");
        }
        push_row(&mut page, &[&["`", reason.code, "`"].concat(), &status, code.meaning(), advice(*code)]);
    }
    page.push_str("\n## Codes of HTTP alone\n\n| code | status | meaning | what to do |\n|---|---|---|---|\n");
    for reason in code::ALL {
        let (meaning, advice) = explained(reason);
        push_row(&mut page, &[&["`", reason.code, "`"].concat(), &reason.status.to_string(), meaning, advice]);
    }
    page
}

const fn about(action: Action) -> &'static str {
    match action {
        Action::Health => "how it goes: 200 healthy or degraded, 503 unhealthy; messages and details for readers only",
        Action::Live => "whether it answers at all; 503 when closed",
        Action::Ready => "whether traffic should come here; 503 with the reasons",
        Action::Metrics => "every figure as JSON, or the page for scrapers where `Accept` prefers text",
        Action::Prometheus => "the page for scrapers, as OpenMetrics where `Accept` prefers it",
        Action::Config => "the runtime configuration; its `ETag` is its version",
        Action::ConfigUpdate => "changes the keys that are named, all or none; `If-Match` is honoured",
        Action::ConfigReplace => "the same; keys that are not named return to the constructor's values",
        Action::ConfigSchema => "keys, types, ranges and defaults as JSON Schema",
        Action::Breakers => "the circuit breakers",
        Action::BreakersChange => {
            "`{type: \"reset\" | \"open\" | \"remove\", key?, durationMs?}`; without `key` all of them"
        }
        Action::Reset => "`{targets?: [\"metrics\", \"breakers\"]}`",
        Action::Cache => "`{action: \"clear\" | \"invalidate\" | \"refresh\", url?, dependents?}`",
        Action::Modules => "the resident modules, a page at a time",
        Action::Graph => "what a resident module reaches: modules, edges, cycles, warnings",
        Action::Module => "a module as JavaScript; its imports lead to further routes",
        Action::ModuleMap => "its source map",
        Action::JsonModule => "a JSON module as JavaScript",
        Action::Bundle => "everything that the entry reaches as one ES module",
        Action::BundleMap => "its source map",
        Action::Compile => "`{source, url?, options?}`: one text compiled; open with `modules.dev`",
    }
}

const fn advice(code: ErrorCode) -> &'static str {
    use ErrorCode::*;
    match code {
        ConfigInvalid => "correct what `errors` (over HTTP `details`) names",
        ResolveEmpty | ResolveInvalidUrl | ResolveTooLong => "correct the specifier",
        ResolveBare => "add the name to the import map, to `paths` or to `externals`",
        ResolveBlocked | ResolveBacktrack => "change the import map, or the specifier",
        ResolveScheme => "use https, or list the scheme in `resolution.allowedSchemes`",
        ResolveCredentials => "take user name and password out of the URL",
        ResolveOrigin => "list the origin in `resolution.allowedOrigins`, for module routes in `modules.origins`",
        ResolveOutsideRoot => "move the module below the root, or the root above it",
        ResolveNotFound => "compare the URLs that were tried with what the server has",
        LoadNetwork => "look at the network and at the server; the system tried as often as `loading.retry` says",
        LoadHttp => "look at the status, and at the server",
        LoadTimeout => "raise `loading.fetchTimeout`, or make the server faster",
        LoadAborted => "nothing: the caller wanted it so",
        LoadMime => "let the server send a type that fits the extension",
        LoadTooLarge => "raise `loading.maxModuleBytes`, or split the module",
        LoadIntegrity => "find out who changed the module; renew the lock file if the change is right",
        LoadDecode => "save the module as UTF-8",
        LoadRedirect => "import from where it leads, or allow that origin",
        LoadJson => "correct the JSON text at the place that is named",
        BreakerOpen => "wait `retryAfterMs`; look at why the origin fails",
        Cycle => "break the circle, or allow it by `loading.circularDependencyStrategy`",
        LimitModules | LimitBytes | LimitDepth | LimitFetches => {
            "raise the limit that is named, or make the program smaller"
        }
        Timeout => "raise `operationTimeout` or `timeout`",
        Parse | CompileFailed => "correct what `diagnostics` (over HTTP `details`) lists",
        BundleGlobalMissing => "give the external a global by `globals`",
        Shutdown => "make a new ModuleSystem",
        Internal => "report it, with the request id and the log",
        Poisoned => "call again; report it if it happens again",
        RunUnsupported => "serve the compiled modules, or bundle at build time",
    }
}

fn explained(reason: &Reason) -> (&'static str, &'static str) {
    match *reason {
        code::INVALID_URL => ("the URL of the request cannot be read", "escape it as URLs are"),
        code::INVALID_QUERY => ("a parameter is missing or has no such value", "see the route's row in http.md"),
        code::INVALID_JSON => ("the body is no JSON; the message names the place", "correct the body"),
        code::INVALID_BODY => ("the body is no object, or not the route's", "correct what `details` names"),
        code::UNAUTHORIZED => ("no credentials, or wrong ones", "send `Authorization: Bearer` with the token"),
        code::FORBIDDEN => (
            "the credentials do not reach so far, the origin is foreign, or no token is set",
            "use the token for writing; set one",
        ),
        code::NOT_FOUND => {
            ("nothing is at this path, or it is switched off", "see http.md for what makes a route exist")
        }
        code::BREAKER_NOT_FOUND => {
            ("there is no breaker of that key; none is made", "take a key from `/circuit-breakers`")
        }
        code::METHOD_NOT_ALLOWED => ("the path does not know the method", "use one of `Allow`"),
        code::NOT_ACCEPTABLE => ("the route has no type that `Accept` takes", "accept the route's type"),
        code::BODY_TIMEOUT => ("the body was not complete within ten seconds", "send it faster"),
        code::PRECONDITION_FAILED => ("`If-Match` names another version", "read the configuration again"),
        code::BODY_TOO_LARGE => ("the body is larger than the handler takes", "raise `maxBodyBytes`, or send less"),
        code::UNSUPPORTED_MEDIA_TYPE => ("the body is not `application/json` in UTF-8", "say so in `Content-Type`"),
        code::CLOSED => ("the handler is closed", "wait, or ask another instance"),
        _ => ("", ""),
    }
}

fn values(key: &Key) -> String {
    match key.kind {
        Kind::Bool(_) => "boolean".to_owned(),
        Kind::Integer { min, max, .. } => format!("{min} to {max}"),
        Kind::Text => "string".to_owned(),
        Kind::TextList => "list of strings".to_owned(),
        Kind::Function => "function `(request, scope, env) => boolean`, or the tokens below".to_owned(),
        Kind::Other { expected, .. } => expected.to_owned(),
        Kind::Ratio(_) | Kind::Choice(_) | Kind::BoolOr { .. } => String::new(),
    }
}

fn default(key: &Key) -> String {
    match key.kind {
        Kind::Bool(default) => default.to_string(),
        Kind::Integer { default, .. } if default > 0 => default.to_string(),
        _ => String::new(),
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn push_row(page: &mut String, cells: &[&str]) {
    page.push('|');
    for cell in cells {
        page.push(' ');
        page.push_str(&cell.replace('|', "\\|"));
        page.push_str(" |");
    }
    page.push('\n');
}
