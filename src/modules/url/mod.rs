//! URLs by the WHATWG rules, as much of them as module addresses need: http and https in full, hierarchical
//! schemes of our own (`somon:`), opaque ones (`data:`, `blob:`) kept as they are.
//! Must never guess: what the rules refuse is an error that says why.

mod encode;
mod host;

pub(crate) use host::{dotted, ipv6};

use encode::{Set, encode_into};

/// A parsed, normalised absolute URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    text: String,
    /// Length of the scheme, its colon not included.
    scheme: usize,
    /// Where host and port begin; equal to `path` when there is no authority.
    host: usize,
    path: usize,
    /// Where the path ends: at `?`, at `#` or at the end.
    path_end: usize,
    is_opaque: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// No scheme, and no base to take it from.
    Relative,
    /// `data:`, `blob:` and the like cannot be a base.
    OpaqueBase,
    ControlCharacter,
    Credentials,
    EmptyHost,
    BadHost,
    BadIpAddress,
    BadPort,
}

impl UrlError {
    pub const fn reason(self) -> &'static str {
        match self {
            UrlError::Relative => "it is relative, and there is no base",
            UrlError::OpaqueBase => "the importing module's URL cannot be a base; use an absolute URL",
            UrlError::ControlCharacter => "it has white space at an end, or a control character",
            UrlError::Credentials => "it holds a user name or password",
            UrlError::EmptyHost => "the host is empty",
            UrlError::BadHost => "the host has a character that is not allowed; write it in punycode",
            UrlError::BadIpAddress => "the host is not a valid IP address",
            UrlError::BadPort => "the port is not a number up to 65535",
        }
    }
}

impl Url {
    /// An absolute URL.
    pub fn parse(input: &str) -> Result<Url, UrlError> {
        check_characters(input)?;
        match split_scheme(input) {
            Some((scheme, rest)) => absolute(scheme, rest),
            None => Err(UrlError::Relative),
        }
    }

    /// A text that [`Url::as_str`] gave, or one that differs from it within the path. Nothing is checked again.
    pub fn known(text: &str) -> Url {
        let scheme = text.find(':').unwrap_or(text.len());
        let rest = text.get(scheme + 1..).unwrap_or("");
        let (host, authority_len) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
                (scheme + 3, end.unwrap_or(rest.len()))
            }
            None => (scheme + 1, 0),
        };
        let path = host + authority_len;
        let path_end = path + suffix_at(text.get(path..).unwrap_or(""));
        let is_opaque = host == scheme + 1 && !rest.starts_with('/');
        Url { text: text.to_owned(), scheme, host, path, path_end, is_opaque }
    }

    /// `input` against this base: absolute, `//host/...`, `/...`, or relative to the last directory.
    pub fn join(&self, input: &str) -> Result<Url, UrlError> {
        check_characters(input)?;
        if let Some((scheme, rest)) = split_scheme(input) {
            return absolute(scheme, rest);
        }
        if self.is_opaque {
            return Err(UrlError::OpaqueBase);
        }
        let is_special = is_special(self.scheme());
        let slash = |c: Option<char>| c == Some('/') || (is_special && c == Some('\\'));
        let mut characters = input.chars();
        let is_rooted = slash(characters.next());
        if is_rooted && slash(characters.next()) {
            return with_authority(self.scheme().to_owned(), characters.as_str());
        }
        let directory = if is_rooted { 0 } else { self.path().rfind('/').unwrap_or(0) };
        let mut url = self.up_to(self.path + directory, input.len());
        url.finish_path(input);
        Ok(url)
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn into_string(self) -> String {
        self.text
    }

    /// Without the colon, lower case.
    pub fn scheme(&self) -> &str {
        self.text.get(..self.scheme).unwrap_or("")
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        self.text.get(self.host..self.path).unwrap_or("")
    }

    /// The host without the port; an IPv6 address keeps its brackets.
    pub fn hostname(&self) -> &str {
        let authority = self.authority();
        match authority.rfind(':') {
            Some(at) if !authority.ends_with(']') => authority.get(..at).unwrap_or(""),
            _ => authority,
        }
    }

    /// Scheme, host and port. A `blob:` URL has the origin of the URL inside it; other opaque URLs have none.
    pub fn origin(&self) -> Option<String> {
        if self.scheme() == "blob" {
            return Url::parse(self.path()).ok().filter(|inner| is_special(inner.scheme()))?.origin();
        }
        self.own_origin().map(str::to_owned)
    }

    /// The origin that the URL itself spells.
    pub(crate) fn own_origin(&self) -> Option<&str> {
        if self.is_opaque { None } else { self.text.get(..self.path) }
    }

    /// False where one of them has none.
    pub fn is_of_origin_of(&self, other: &Url) -> bool {
        self.own_origin().is_some_and(|origin| other.own_origin() == Some(origin))
    }

    pub fn path(&self) -> &str {
        self.text.get(self.path..self.path_end).unwrap_or("")
    }

    /// Query and fragment, with their marks.
    pub fn suffix(&self) -> &str {
        self.text.get(self.path_end..).unwrap_or("")
    }

    /// http, https, ws, wss, ftp or file.
    pub fn is_special(&self) -> bool {
        is_special(self.scheme())
    }

    pub fn is_opaque(&self) -> bool {
        self.is_opaque
    }

    /// The same URL with `tail` put after the path, before query and fragment.
    pub fn with_path_tail(&self, tail: &str) -> String {
        let mut text = String::with_capacity(self.text.len() + tail.len());
        text.push_str(self.text.get(..self.path_end).unwrap_or(""));
        text.push_str(tail);
        text.push_str(self.suffix());
        text
    }

    /// The same URL with the path's last `len` bytes replaced.
    pub fn with_path_end(&self, len: usize, tail: &str) -> String {
        let mut text = String::with_capacity(self.text.len() + tail.len());
        text.push_str(self.text.get(..self.path_end.saturating_sub(len)).unwrap_or(""));
        text.push_str(tail);
        text.push_str(self.suffix());
        text
    }

    /// The text up to `end`, with room for `more`.
    fn up_to(&self, end: usize, more: usize) -> Url {
        let mut text = String::with_capacity(end + more + 1);
        text.push_str(self.text.get(..end).unwrap_or(""));
        Url { text, scheme: self.scheme, host: self.host, path: self.path, path_end: end, is_opaque: false }
    }

    /// Appends path, query and fragment from `input`, dot segments resolved on top of the path that is there.
    fn finish_path(&mut self, input: &str) {
        let is_special = is_special(self.scheme());
        let is_slash = |byte: u8| byte == b'/' || (is_special && byte == b'\\');
        let path_len = suffix_at(input);
        let (path, suffix) = input.split_at_checked(path_len).unwrap_or((input, ""));
        let mut rest = path;
        if rest.bytes().next().is_some_and(is_slash) {
            rest = rest.get(1..).unwrap_or("");
        }
        loop {
            let end = rest.bytes().position(is_slash);
            let (part, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
            let dots = dots(part);
            if dots == 2 {
                let parent = self.path().rfind('/').unwrap_or(0);
                self.text.truncate(self.path + parent);
            }
            if dots == 0 || end.is_none() {
                self.text.push('/');
            }
            if dots == 0 {
                encode_into(part, Set::Path, &mut self.text);
            }
            self.path_end = self.text.len();
            if end.is_none() {
                break;
            }
            rest = after.get(1..).unwrap_or("");
        }
        self.finish_suffix(suffix);
    }

    fn finish_suffix(&mut self, suffix: &str) {
        if suffix.is_empty() {
            return;
        }
        let (query, fragment) = match suffix.split_once('#') {
            Some((query, fragment)) => (query, Some(fragment)),
            None => (suffix, None),
        };
        let set = if is_special(self.scheme()) { Set::SpecialQuery } else { Set::Query };
        encode_into(query, set, &mut self.text);
        if let Some(fragment) = fragment {
            self.text.push('#');
            encode_into(fragment, Set::Fragment, &mut self.text);
        }
    }
}

/// Where query or fragment begin.
fn suffix_at(input: &str) -> usize {
    input.bytes().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(input.len())
}

pub(crate) fn check_characters(input: &str) -> Result<(), UrlError> {
    let is_space = |byte: &u8| *byte <= b' ';
    let bytes = input.as_bytes();
    let padded = bytes.first().is_some_and(is_space) || bytes.last().is_some_and(is_space);
    if padded || bytes.iter().any(|byte| *byte < b' ') { Err(UrlError::ControlCharacter) } else { Ok(()) }
}

/// The scheme in lower case and what follows the colon.
fn split_scheme(input: &str) -> Option<(String, &str)> {
    let (scheme, rest) = input.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    if !is_scheme {
        return None;
    }
    // The rest follows in the same piece of memory; a path that is left out is one byte more.
    let mut lower = String::with_capacity(input.len() + 1);
    lower.push_str(scheme);
    lower.make_ascii_lowercase();
    Some((lower, rest))
}

fn is_special(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "ws" | "wss" | "ftp" | "file")
}

fn absolute(scheme: String, rest: &str) -> Result<Url, UrlError> {
    if is_special(&scheme) && scheme != "file" {
        return with_authority(scheme, rest.trim_start_matches(['/', '\\']));
    }
    if let Some(rest) = rest.strip_prefix("//") {
        return with_authority(scheme, rest);
    }
    let mut text = scheme;
    let scheme = text.len();
    text.push(':');
    let start = text.len();
    let mut url = Url { text, scheme, host: start, path: start, path_end: start, is_opaque: false };
    if rest.starts_with('/') {
        url.finish_path(rest);
        return Ok(url);
    }
    let path_len = suffix_at(rest);
    let (path, suffix) = rest.split_at_checked(path_len).unwrap_or((rest, ""));
    encode_into(path, Set::Control, &mut url.text);
    url.path_end = url.text.len();
    url.is_opaque = true;
    url.finish_suffix(suffix);
    Ok(url)
}

/// `rest` begins with the authority.
fn with_authority(scheme: String, rest: &str) -> Result<Url, UrlError> {
    let is_special = is_special(&scheme);
    let has_empty_host = !is_special || scheme == "file";
    let default_port = match scheme.as_str() {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "ftp" => 21,
        _ => 0,
    };
    let end = rest.find(|c| matches!(c, '/' | '?' | '#') || (is_special && c == '\\')).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
    if authority.as_bytes().contains(&b'@') {
        return Err(UrlError::Credentials);
    }
    let port_at = authority.rfind(':').filter(|at| !authority.get(*at..).unwrap_or("").as_bytes().contains(&b']'));
    let (host, port) = match port_at {
        Some(at) => (authority.get(..at).unwrap_or(""), authority.get(at + 1..).unwrap_or("")),
        None => (authority, ""),
    };
    if host.is_empty() && (!has_empty_host || !port.is_empty()) {
        return Err(UrlError::EmptyHost);
    }
    let mut text = scheme;
    let scheme = text.len();
    text.push_str("://");
    let start = text.len();
    if is_special && !host.is_empty() {
        host::push_host(host, &mut text)?;
    } else {
        encode_into(host, Set::Control, &mut text);
    }
    if !port.is_empty() {
        let is_number = port.len() <= 20 && port.bytes().all(|b| b.is_ascii_digit());
        let number = port.trim_start_matches('0');
        let value = if !is_number {
            return Err(UrlError::BadPort);
        } else if number.is_empty() {
            0
        } else {
            number.parse::<u16>().map_err(|_| UrlError::BadPort)?
        };
        if value != default_port || default_port == 0 {
            text.push(':');
            text.push_str(if number.is_empty() { "0" } else { number });
        }
    }
    let path = text.len();
    let mut url = Url { text, scheme, host: start, path, path_end: path, is_opaque: false };
    if rest.is_empty() && !is_special {
        return Ok(url);
    }
    url.finish_path(rest);
    Ok(url)
}

/// 1 for `.`, 2 for `..`, their escaped spellings included; else 0.
fn dots(segment: &str) -> u32 {
    let mut rest = segment;
    let mut count = 0;
    while !rest.is_empty() {
        let after = rest.strip_prefix('.').or_else(|| {
            let head = rest.get(..3)?;
            if head.eq_ignore_ascii_case("%2e") { rest.get(3..) } else { None }
        });
        match after {
            Some(after) if count < 2 => {
                count += 1;
                rest = after;
            }
            _ => return 0,
        }
    }
    count
}
