//! Which URLs may be asked for: schemes, origins, the root, private hosts, mixed content.
//! Checked before every request and again on the URL that answered.

use crate::error::ErrorCode;
use crate::specifier::Refusal;
use crate::url::{Url, dotted, ipv6};
use somon_lang::word::is_one_of;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedOrigins {
    Any,
    /// The entry's origin only.
    Same,
    /// The entry's and these.
    List(Vec<OriginPattern>),
}

/// `https://example.org`, or `https://*.example.org` for every host below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    /// Up to the star; all of it when there is none.
    before: String,
    after: Option<String>,
}

impl OriginPattern {
    pub fn parse(text: &str) -> Option<OriginPattern> {
        if let Some((before, Some(after))) = text.split_once('*').map(|(before, rest)| (before, rest.strip_prefix('.')))
        {
            let plain = Url::parse(&[before, after].concat()).ok()?;
            let is_origin = before.ends_with("://") && plain.path() == "/" && plain.suffix().is_empty();
            let mut tail = String::from(".");
            tail.push_str(plain.authority());
            return is_origin.then(|| OriginPattern { before: before.to_ascii_lowercase(), after: Some(tail) });
        }
        let url = Url::parse(text).ok()?;
        let is_origin = matches!(url.path(), "" | "/") && url.suffix().is_empty();
        Some(OriginPattern { before: url.origin().filter(|_| is_origin)?, after: None })
    }

    pub fn matches(&self, origin: &str) -> bool {
        match &self.after {
            None => self.before == origin,
            Some(after) => {
                origin.len() > self.before.len() + after.len()
                    && origin.starts_with(self.before.as_str())
                    && origin.ends_with(after.as_str())
            }
        }
    }
}

#[derive(Clone, Debug)]
pub struct Policy {
    pub origins: AllowedOrigins,
    /// Without colons.
    pub schemes: Vec<String>,
    pub root: Option<String>,
    pub allow_private_hosts: bool,
    /// A worker on the edge: it could be made a proxy into inner networks.
    pub is_edge: bool,
    pub base_origin: Option<String>,
}

impl Policy {
    /// `entry_origin` is the operation's; `referrer` the importing module's URL.
    pub fn check(&self, url: &Url, entry_origin: Option<&str>, referrer: Option<&Url>) -> Result<(), Refusal> {
        let scheme = url.scheme();
        if !self.schemes.iter().any(|allowed| allowed == scheme) {
            let mut reason = String::from("the scheme \"");
            reason.push_str(scheme);
            reason.push_str(":\" is not allowed");
            if is_one_of(scheme, "npm jsr node bun") {
                reason.push_str("; list it in `externals`");
            }
            return Err(Refusal::new(ErrorCode::ResolveScheme, reason));
        }
        if scheme == "blob" {
            let origin = url.origin();
            // One without an origin was made in this very process: others could neither know nor read it.
            let is_own = origin.is_none() || origin.as_deref() == entry_origin || origin == self.base_origin;
            if !is_own {
                return Err(Refusal::new(ErrorCode::ResolveScheme, "a blob: URL of another origin cannot be read"));
            }
        }
        if is_one_of(scheme, "data blob") {
            return Ok(());
        }
        let is_from_https = referrer.is_some_and(|referrer| referrer.scheme() == "https");
        if scheme == "http" && is_from_https && !is_local_host(url.hostname()) {
            return Err(Refusal::new(ErrorCode::ResolveScheme, "mixed content: an https module imports over http"));
        }
        let origin = url.own_origin();
        self.check_origin(url, origin.unwrap_or(""), entry_origin)?;
        self.check_root(url, origin)
    }

    fn check_origin(&self, url: &Url, origin: &str, entry_origin: Option<&str>) -> Result<(), Refusal> {
        let is_own = entry_origin == Some(origin);
        let (is_allowed, is_exact) = match &self.origins {
            AllowedOrigins::Any => (true, false),
            AllowedOrigins::Same => (is_own, false),
            AllowedOrigins::List(list) => {
                let mut matching = list.iter().filter(|pattern| pattern.matches(origin));
                let exact = matching.clone().any(|pattern| pattern.after.is_none());
                (is_own || matching.next().is_some(), exact)
            }
        };
        if !is_allowed {
            let mut reason = String::from("the origin ");
            reason.push_str(origin);
            reason.push_str(" is not the entry's; list it in `resolution.allowedOrigins`");
            return Err(Refusal::new(ErrorCode::ResolveOrigin, reason));
        }
        let is_trusted = is_own || is_exact || self.base_origin.as_deref() == Some(origin);
        if self.is_edge && !self.allow_private_hosts && !is_trusted && is_private_host(url.hostname()) {
            return Err(Refusal::new(
                ErrorCode::ResolveOrigin,
                "a private host; list its origin, or set `allowPrivateHosts`",
            ));
        }
        Ok(())
    }

    fn check_root(&self, url: &Url, origin: Option<&str>) -> Result<(), Refusal> {
        let Some(root) = &self.root else { return Ok(()) };
        let is_same = Url::parse(root).is_ok_and(|root| root.own_origin() == origin);
        if is_same && !url.as_str().starts_with(root.as_str()) {
            return Err(Refusal::new(ErrorCode::ResolveOutsideRoot, "it lies outside `resolution.root`"));
        }
        Ok(())
    }
}

fn is_local_host(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || host.starts_with("127.")
}

/// Loopback, link-local, private and carrier-grade ranges, and names that only mean something inside.
fn is_private_host(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    if name == "localhost" || [".localhost", ".internal", ".local"].iter().any(|tail| name.ends_with(tail)) {
        return true;
    }
    if let Some(address) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let Some(pieces) = ipv6(address) else { return true };
        let [first, ..] = pieces;
        let mapped = match pieces {
            [0, 0, 0, 0, 0, 0 | 0xFFFF, high, low] => {
                let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
                is_private_v4([a, b, c, d])
            }
            _ => false,
        };
        return mapped || (first & 0xFE00) == 0xFC00 || (first & 0xFFC0) == 0xFE80;
    }
    dotted(name).is_some_and(is_private_v4)
}

fn is_private_v4([a, b, _, _]: [u8; 4]) -> bool {
    matches!(a, 0 | 10 | 127)
        || (a == 169 && b == 254)
        || (a == 172 && (b & 0xF0) == 16)
        || (a == 192 && b == 168)
        || (a == 100 && (b & 0xC0) == 64)
}
