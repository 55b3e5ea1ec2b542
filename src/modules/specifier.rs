//! From a specifier and its referrer to an external name or a URL, without asking anybody.
//! Which spellings of that URL are asked for, and in which order, is `probe`'s; whether it may be, `policy`'s.

use crate::error::ErrorCode;
use crate::url::{Url, UrlError};

pub const SPECIFIER_UNITS_MAX: usize = 2048;

/// Why a specifier or a URL is refused; the place is added by whoever knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: ErrorCode,
    pub reason: String,
}

impl Refusal {
    pub fn new(code: ErrorCode, reason: impl Into<String>) -> Refusal {
        Refusal { code, reason: reason.into() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    External(String),
    Url {
        url: Url,
        /// Extensions and index files may be tried.
        is_probed: bool,
    },
}

/// One entry of a list of externals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum External {
    Exact(String),
    /// Ends in `/` or `:`.
    Prefix(String),
    /// What stands before and after the star.
    Pattern(String, String),
    Url(String),
}

impl External {
    /// `None`: more than one star, or a path that gives no URL.
    pub fn parse(entry: &str, base: &Url) -> Option<External> {
        if entry.is_empty() {
            return None;
        }
        if let Some((before, after)) = entry.split_once('*') {
            return (!after.contains('*')).then(|| External::Pattern(before.to_owned(), after.to_owned()));
        }
        if is_path_like(entry) {
            return base.join(entry).ok().map(|url| External::Url(url.into_string()));
        }
        if entry.ends_with('/') || entry.ends_with(':') {
            return Some(External::Prefix(entry.to_owned()));
        }
        match Url::parse(entry) {
            Ok(url) if !url.is_opaque() => Some(External::Url(url.into_string())),
            _ => Some(External::Exact(entry.to_owned())),
        }
    }

    fn matches_specifier(&self, specifier: &str) -> bool {
        match self {
            External::Exact(name) => {
                let stem = |text: &'_ str| -> usize {
                    let suffix = if text.ends_with(".som") { 4 } else { 3 * usize::from(text.ends_with(".js")) };
                    text.len() - suffix
                };
                name == specifier
                    || (stem(specifier) < specifier.len() && specifier.get(..stem(specifier)) == Some(name.as_str()))
                    || (stem(name) < name.len() && name.get(..stem(name)) == Some(specifier))
            }
            External::Prefix(prefix) => specifier.starts_with(prefix.as_str()),
            External::Pattern(before, after) => {
                specifier.len() >= before.len() + after.len()
                    && specifier.starts_with(before.as_str())
                    && specifier.ends_with(after.as_str())
            }
            External::Url(_) => false,
        }
    }

    fn matches_url(&self, url: &str) -> bool {
        match self {
            External::Url(entry) => entry == url,
            External::Exact(_) => false,
            External::Prefix(_) | External::Pattern(..) => self.matches_specifier(url),
        }
    }
}

/// The order is: guard, externals, URL-like specifiers, bare ones.
pub fn resolve(specifier: &str, referrer: &Url, externals: &[External]) -> Result<Resolved, Refusal> {
    guard(specifier)?;
    if externals.iter().any(|external| external.matches_specifier(specifier)) {
        return Ok(Resolved::External(specifier.to_owned()));
    }
    let is_path = is_path_like(specifier);
    let parsed = if is_path { referrer.join(specifier) } else { Url::parse(specifier) };
    let url = match parsed {
        Ok(url) => url,
        Err(UrlError::Relative) => return Err(bare(specifier)),
        Err(error) => return Err(invalid(error)),
    };
    if externals.iter().any(|external| external.matches_url(url.as_str())) {
        return Ok(Resolved::External(url.into_string()));
    }
    Ok(Resolved::Url { url, is_probed: is_path })
}

fn guard(specifier: &str) -> Result<(), Refusal> {
    if specifier.is_empty() {
        return Err(Refusal::new(ErrorCode::ResolveEmpty, "the specifier is empty"));
    }
    if specifier.len() > SPECIFIER_UNITS_MAX && specifier.encode_utf16().count() > SPECIFIER_UNITS_MAX {
        return Err(Refusal::new(ErrorCode::ResolveTooLong, "the specifier is longer than 2048 characters"));
    }
    Ok(())
}

fn is_path_like(specifier: &str) -> bool {
    specifier.starts_with('/') || specifier.starts_with("./") || specifier.starts_with("../")
}

fn bare(specifier: &str) -> Refusal {
    if specifier == "." || specifier == ".." {
        return Refusal::new(ErrorCode::ResolveBare, "write \"./\" or \"../\"");
    }
    let mut reason = String::from("a bare name needs an entry in the import map (\"imports\": { \"");
    push_line(&mut reason, specifier);
    reason.push_str("\": \"https://...\" }) or in `externals`");
    Refusal::new(ErrorCode::ResolveBare, reason)
}

pub fn invalid(error: UrlError) -> Refusal {
    let code = match error {
        UrlError::Credentials => ErrorCode::ResolveCredentials,
        _ => ErrorCode::ResolveInvalidUrl,
    };
    Refusal::new(code, error.reason())
}

/// Appends text of unknown origin so that the message stays one line of bearable length.
pub fn push_line(out: &mut String, text: &str) {
    for (count, c) in text.chars().enumerate() {
        if count == 200 {
            out.push('…');
            return;
        }
        out.push(if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    }
}
