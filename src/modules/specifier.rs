//! From a specifier and its referrer to an external name or a URL, without asking anybody.
//! Which spellings of that URL are asked for, and in which order, is `probe`'s; whether it may be, `policy`'s.

use crate::error::ErrorCode;
use crate::import_map::ImportMap;
use crate::paths::Paths;
use crate::url::{Url, UrlError, check_characters};

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
    /// By `paths`: searched one after the other.
    Alternatives(Vec<Url>),
}

/// What an operation's specifiers are judged by.
#[derive(Clone, Copy)]
pub struct Rules<'r> {
    pub externals: &'r [External],
    pub import_map: &'r ImportMap,
    pub paths: &'r Paths,
    /// Targets of `paths` resolve against it.
    pub base: &'r Url,
    pub root: Option<&'r str>,
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
            return (!after.as_bytes().contains(&b'*')).then(|| External::Pattern(before.to_owned(), after.to_owned()));
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

/// The order is: guard, externals, import map, `paths` for bare names, URLs.
pub fn resolve(specifier: &str, referrer: &Url, rules: &Rules) -> Result<Resolved, Refusal> {
    guard(specifier)?;
    if rules.externals.iter().any(|external| external.matches_specifier(specifier)) {
        return Ok(Resolved::External(specifier.to_owned()));
    }
    let is_path = is_path_like(specifier);
    let parsed = if is_path { referrer.join(specifier) } else { Url::parse(specifier) };
    let url = match parsed {
        Ok(url) => Some(url),
        Err(UrlError::Relative) => None,
        Err(error) => return Err(invalid(error)),
    };
    let mapped = rules.import_map.resolve(specifier, url.as_ref(), referrer)?;
    let is_probed = is_path && mapped.is_none();
    let is_external = |url: &&Url| rules.externals.iter().any(|external| external.matches_url(url.as_str()));
    if let Some(url) = url.iter().chain(&mapped).find(is_external) {
        return Ok(Resolved::External(url.as_str().to_owned()));
    }
    if let Some(url) = mapped.or(url) {
        return Ok(Resolved::Url { url, is_probed });
    }
    match rules.paths.targets(specifier, rules.base, rules.root) {
        Some(targets) if !targets.is_empty() => Ok(Resolved::Alternatives(targets)),
        _ => Err(bare(specifier)),
    }
}

fn guard(specifier: &str) -> Result<(), Refusal> {
    if specifier.is_empty() {
        return Err(Refusal::new(ErrorCode::ResolveEmpty, "the specifier is empty"));
    }
    if specifier.len() > SPECIFIER_UNITS_MAX && specifier.encode_utf16().count() > SPECIFIER_UNITS_MAX {
        return Err(Refusal::new(ErrorCode::ResolveTooLong, "the specifier is longer than 2048 characters"));
    }
    check_characters(specifier).map_err(invalid)
}

pub fn is_path_like(specifier: &str) -> bool {
    specifier.starts_with('/') || specifier.starts_with("./") || specifier.starts_with("../")
}

pub fn bare(specifier: &str) -> Refusal {
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
