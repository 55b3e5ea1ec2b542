//! The error value of the whole component: one stable code, the place, the way that led there.
//! Must never hold a secret: URLs come in here without credentials.

use std::rc::Rc;

use somon_lang::diagnostic::Diagnostic;
pub use somon_ops::config::Problem;

macro_rules! codes {
    ($($variant:ident $text:literal $meaning:literal;)+) => {
        /// Every code an exception may carry. Codes of diagnostics (SOMnnnn) are a different set.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorCode {
            $(#[doc = $meaning] $variant,)+
        }

        impl ErrorCode {
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)+];

            /// The code as callers see it.
            pub const fn text(self) -> &'static str {
                match self { $(ErrorCode::$variant => $text,)+ }
            }

            /// What it means, in one line, for the reference page.
            pub const fn meaning(self) -> &'static str {
                match self { $(ErrorCode::$variant => $meaning,)+ }
            }
        }
    };
}

codes! {
    ConfigInvalid "CONFIG_INVALID" "options have problems; `errors` lists all of them";
    ResolveEmpty "RESOLVE_EMPTY" "the specifier is empty";
    ResolveBare "RESOLVE_BARE" "a bare specifier that no import map entry and no external matches";
    ResolveBlocked "RESOLVE_BLOCKED" "the import map blocks the specifier";
    ResolveInvalidUrl "RESOLVE_INVALID_URL" "the specifier does not give a URL";
    ResolveScheme "RESOLVE_SCHEME" "the URL's scheme is not allowed";
    ResolveCredentials "RESOLVE_CREDENTIALS" "the URL holds a user name or password";
    ResolveOrigin "RESOLVE_ORIGIN" "the URL's origin is not allowed";
    ResolveOutsideRoot "RESOLVE_OUTSIDE_ROOT" "the URL leaves `resolution.root`";
    ResolveBacktrack "RESOLVE_BACKTRACK" "the rest of the specifier leaves the import map entry's address";
    ResolveTooLong "RESOLVE_TOO_LONG" "the specifier is longer than 2048 UTF-16 units";
    ResolveNotFound "RESOLVE_NOT_FOUND" "none of the candidate URLs exists";
    LoadNetwork "LOAD_NETWORK" "the request failed, or the body broke off";
    LoadHttp "LOAD_HTTP" "the server answered with a status that is no success";
    LoadTimeout "LOAD_TIMEOUT" "one request took longer than `loading.fetchTimeout`";
    LoadAborted "LOAD_ABORTED" "the caller aborted the operation";
    LoadMime "LOAD_MIME" "the content type does not fit the module's type";
    LoadTooLarge "LOAD_TOO_LARGE" "the body is larger than `loading.maxModuleBytes`";
    LoadIntegrity "LOAD_INTEGRITY" "the body does not match its recorded hash";
    LoadDecode "LOAD_DECODE" "the body is not UTF-8";
    LoadRedirect "LOAD_REDIRECT" "a redirect to a refused URL, or too many of them";
    LoadJson "LOAD_JSON" "the JSON module does not parse";
    BreakerOpen "BREAKER_OPEN" "the origin failed too often; no request is made for a while";
    Cycle "CYCLE" "modules import each other in a circle, and the strategy is `error`";
    LimitModules "LIMIT_MODULES" "more modules than `loading.maxModules`";
    LimitBytes "LIMIT_BYTES" "more bytes than `loading.maxTotalBytes` or `resourceLimits.maxMemoryBytes`";
    LimitDepth "LIMIT_DEPTH" "a chain of imports longer than `loading.maxDepth`";
    LimitFetches "LIMIT_FETCHES" "more requests than `loading.maxFetches`";
    Timeout "TIMEOUT" "the operation took longer than its time";
    Parse "PARSE" "the module has errors of its own";
    BundleGlobalMissing "BUNDLE_GLOBAL_MISSING" "an external has no global expression";
    CompileFailed "COMPILE_FAILED" "the program has errors; `diagnostics` lists all of them";
    Shutdown "SHUTDOWN" "the system was shut down";
    Internal "INTERNAL" "a fault of this component";
    Poisoned "POISONED" "the instance trapped; the next call has a fresh one";
    RunUnsupported "RUN_UNSUPPORTED" "this host cannot run code from text";
}

/// Why an operation failed.
#[derive(Clone, Debug)]
pub struct SomonError {
    pub code: ErrorCode,
    /// One line without control characters.
    pub message: String,
    pub specifier: Option<String>,
    pub referrer: Option<String>,
    pub url: Option<String>,
    /// From the entry to the failing module, each the import that led onward.
    pub import_chain: Vec<ImportStep>,
    /// HTTP status of `LOAD_HTTP`.
    pub status: Option<u16>,
    /// How often the failing URL was asked for.
    pub attempts: u32,
    pub retry_after_ms: Option<u32>,
    /// Key of the breaker that is open, so that nothing more was tried.
    pub breaker: Option<Rc<str>>,
    pub diagnostics: Vec<Finding>,
    /// There were more diagnostics than an error carries.
    pub truncated: bool,
    /// Of `CONFIG_INVALID`.
    pub problems: Vec<Problem>,
    pub cause: Option<Box<SomonError>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportStep {
    /// The importing module.
    pub url: Rc<str>,
    pub specifier: String,
    pub line: u32,
    pub column: u32,
}

/// A diagnostic with the text it belongs to, so that it can be put into words later.
#[derive(Clone, Debug)]
pub struct Finding {
    pub url: Rc<str>,
    pub source: Rc<str>,
    pub diagnostic: Diagnostic,
    /// The failure behind it, when a module could not be loaded.
    pub cause: Option<Box<SomonError>>,
}

impl SomonError {
    /// `CONFIG_INVALID` with every problem of the options.
    pub fn invalid_options(problems: Vec<Problem>) -> SomonError {
        let mut message = String::from("invalid options: ");
        for (index, problem) in problems.iter().enumerate() {
            message.push_str(if index > 0 { "; " } else { "" });
            message.push_str(&problem.message);
        }
        let mut error = SomonError::new(ErrorCode::ConfigInvalid, message);
        error.problems = problems;
        error
    }

    pub fn new(code: ErrorCode, message: impl Into<String>) -> SomonError {
        SomonError {
            code,
            message: message.into(),
            specifier: None,
            referrer: None,
            url: None,
            import_chain: Vec::new(),
            status: None,
            attempts: 0,
            retry_after_ms: None,
            breaker: None,
            diagnostics: Vec::new(),
            truncated: false,
            problems: Vec::new(),
            cause: None,
        }
    }

    pub fn at(mut self, url: &str) -> SomonError {
        self.url = Some(url.to_owned());
        self
    }
}
