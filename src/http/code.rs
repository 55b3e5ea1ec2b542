//! Why a request is refused: the one table of codes that only HTTP has, and the status of every other error.

use somon_modules::error::ErrorCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
}

macro_rules! reasons {
    ($($name:ident $code:literal $status:literal $title:literal;)+) => {
        $(pub const $name: Reason = Reason { code: $code, status: $status, title: $title };)+

        pub const ALL: &[Reason] = &[$($name,)+];
    };
}

reasons! {
    INVALID_URL "INVALID_URL" 400 "Invalid URL";
    INVALID_QUERY "INVALID_QUERY" 400 "Invalid query";
    INVALID_JSON "INVALID_JSON" 400 "Invalid JSON";
    INVALID_BODY "INVALID_BODY" 400 "Invalid body";
    UNAUTHORIZED "UNAUTHORIZED" 401 "Unauthorized";
    FORBIDDEN "FORBIDDEN" 403 "Forbidden";
    NOT_FOUND "NOT_FOUND" 404 "Not found";
    BREAKER_NOT_FOUND "BREAKER_NOT_FOUND" 404 "Unknown breaker";
    METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED" 405 "Method not allowed";
    NOT_ACCEPTABLE "NOT_ACCEPTABLE" 406 "Not acceptable";
    BODY_TIMEOUT "TIMEOUT" 408 "Request timeout";
    PRECONDITION_FAILED "PRECONDITION_FAILED" 412 "Precondition failed";
    BODY_TOO_LARGE "BODY_TOO_LARGE" 413 "Body too large";
    UNSUPPORTED_MEDIA_TYPE "UNSUPPORTED_MEDIA_TYPE" 415 "Unsupported media type";
    CLOSED "CLOSED" 503 "Closed";
}

/// As a route answers it. `status` is what a server answered that was asked for a module.
pub fn of_error(code: ErrorCode, status: Option<u16>) -> Reason {
    use ErrorCode::*;
    let (http, title) = match code {
        ConfigInvalid => (400, "Invalid configuration"),
        ResolveEmpty | ResolveBare | ResolveInvalidUrl | ResolveTooLong => (400, "Invalid module"),
        ResolveBlocked | ResolveScheme | ResolveCredentials | ResolveOrigin | ResolveOutsideRoot | ResolveBacktrack => {
            (403, "Module not allowed")
        }
        ResolveNotFound => (404, "Module not found"),
        LoadHttp if matches!(status, Some(404 | 410)) => (404, "Module not found"),
        LoadNetwork | LoadHttp | LoadMime | LoadTooLarge | LoadIntegrity | LoadDecode | LoadRedirect | LoadJson => {
            (502, "Upstream failure")
        }
        BreakerOpen | LoadAborted | LimitFetches | Shutdown => (503, "Unavailable"),
        LoadTimeout | Timeout => (504, "Timeout"),
        LimitModules | LimitBytes | LimitDepth => (422, "Limit exceeded"),
        Cycle | Parse | BundleGlobalMissing | CompileFailed => (422, "Compilation failed"),
        Internal | Poisoned | RunUnsupported => (500, "Internal error"),
    };
    Reason { code: code.text(), status: http, title }
}
