//! Import maps by the rules of the web: parsed with warnings, matched longest key first, scopes before imports.
//! Must never ask anybody and never look at the policy: a hit is an address, nothing more.

use core::cmp::Ordering;

use somon_ops::config::Value;

use crate::error::ErrorCode;
use crate::json_value;
use crate::specifier::{Refusal, is_path_like, push_line};
use crate::url::Url;

/// Keys in descending order of code units, so that the longest prefix is met first.
type Entries = Vec<(String, Option<Url>)>;

#[derive(Clone, Debug, Default)]
pub struct ImportMap {
    imports: Entries,
    scopes: Vec<(String, Entries)>,
    /// Metadata by URL, as written.
    pub integrity: Vec<(String, String)>,
    /// What was left out of the map, and why.
    pub warnings: Vec<String>,
}

impl ImportMap {
    /// `map` is an object or JSON text. `Err` says what makes the whole map unusable.
    pub fn parse(map: &Value, base: &Url) -> Result<ImportMap, &'static str> {
        let read;
        let map = match map {
            Value::String(text) => {
                read = json_value::read(text).ok_or("must be JSON text")?;
                &read
            }
            other => other,
        };
        let Value::Map(sections) = map else { return Err("must be an object") };
        let mut parsed = ImportMap::default();
        for (name, section) in sections {
            if *section == Value::Undefined {
                continue;
            }
            match (name.as_str(), section) {
                ("imports", Value::Map(entries)) => parsed.imports = parsed.entries(entries, base),
                ("scopes", Value::Map(scopes)) => parsed.add_scopes(scopes, base)?,
                ("integrity", Value::Map(entries)) => parsed.add_integrity(entries, base),
                ("imports", _) => return Err("needs an object as its \"imports\""),
                ("scopes", _) => return Err("needs an object as its \"scopes\""),
                ("integrity", _) => return Err("needs an object as its \"integrity\""),
                _ => parsed.warn("unknown key ", name),
            }
        }
        Ok(parsed)
    }

    /// Adds the rules of another map. A rule that is there already stays.
    pub fn merge(&mut self, mut other: ImportMap) {
        let mut ignored = Vec::new();
        merge_entries(&mut self.imports, other.imports, &mut ignored);
        for (prefix, entries) in other.scopes {
            match self.scopes.iter_mut().find(|(known, _)| *known == prefix) {
                Some((_, known)) => merge_entries(known, entries, &mut ignored),
                None => self.scopes.push((prefix, entries)),
            }
        }
        somon_lang::order::sort(&mut self.scopes, &|a, b| descending(&a.0, &b.0));
        for (url, metadata) in other.integrity {
            if !self.integrity.iter().any(|(known, _)| *known == url) {
                self.integrity.push((url, metadata));
            }
        }
        self.warnings.append(&mut other.warnings);
        for key in ignored {
            self.warn("there is a rule already for ", &key);
        }
    }

    /// `url` is the specifier as a URL, if it is one. `None`: no rule matches.
    pub fn resolve(&self, specifier: &str, url: Option<&Url>, referrer: &Url) -> Result<Option<Url>, Refusal> {
        let wanted = url.map_or(specifier, Url::as_str);
        // Prefixes of opaque URLs mean nothing.
        let by_prefix = url.is_none_or(Url::is_special);
        for (scope, entries) in &self.scopes {
            let applies =
                scope == referrer.as_str() || (scope.ends_with('/') && referrer.as_str().starts_with(scope.as_str()));
            if applies && let Some(found) = find(entries, wanted, by_prefix)? {
                return Ok(Some(found));
            }
        }
        find(&self.imports, wanted, by_prefix)
    }

    fn entries(&mut self, entries: &[(String, Value)], base: &Url) -> Entries {
        let mut list: Entries = Vec::with_capacity(entries.len());
        for (key, address) in entries {
            if key.is_empty() {
                self.warn("an empty key is left out", "");
                continue;
            }
            let normal = like_url(key, base).map_or_else(|| key.clone(), Url::into_string);
            let address = match address {
                // Blocking on purpose needs no warning.
                Value::Null => None,
                Value::String(text) => match like_url(text, base) {
                    None => {
                        self.warn("the address is no URL: ", key);
                        None
                    }
                    Some(url) if key.ends_with('/') && !url.as_str().ends_with('/') => {
                        self.warn("the address must end in \"/\" as its key does: ", key);
                        None
                    }
                    url => url,
                },
                _ => {
                    self.warn("the address is no string: ", key);
                    None
                }
            };
            match list.iter_mut().find(|(known, _)| *known == normal) {
                Some(known) => known.1 = address,
                None => list.push((normal, address)),
            }
        }
        somon_lang::order::sort(&mut list, &|a, b| descending(&a.0, &b.0));
        list
    }

    fn add_scopes(&mut self, scopes: &[(String, Value)], base: &Url) -> Result<(), &'static str> {
        for (prefix, entries) in scopes {
            let Value::Map(entries) = entries else { return Err("needs an object for each scope") };
            match base.join(prefix) {
                Ok(url) => {
                    let entries = self.entries(entries, base);
                    self.scopes.push((url.into_string(), entries));
                }
                Err(_) => self.warn("the scope is no URL: ", prefix),
            }
        }
        somon_lang::order::sort(&mut self.scopes, &|a, b| descending(&a.0, &b.0));
        Ok(())
    }

    fn add_integrity(&mut self, entries: &[(String, Value)], base: &Url) {
        for (key, metadata) in entries {
            match (like_url(key, base), metadata) {
                (Some(url), Value::String(text)) => self.integrity.push((url.into_string(), text.clone())),
                (Some(_), _) => self.warn("the integrity is no string: ", key),
                (None, _) => self.warn("integrity for what is no URL: ", key),
            }
        }
    }

    fn warn(&mut self, what: &str, key: &str) {
        let mut text = String::from("import map: ");
        text.push_str(what);
        push_line(&mut text, key);
        self.warnings.push(text);
    }
}

fn find(entries: &Entries, wanted: &str, by_prefix: bool) -> Result<Option<Url>, Refusal> {
    for (key, address) in entries {
        let rest = match wanted.strip_prefix(key.as_str()) {
            Some("") => "",
            Some(rest) if by_prefix && key.ends_with('/') => rest,
            _ => continue,
        };
        let Some(address) = address else {
            let mut reason = String::from("the import map blocks it by the entry \"");
            push_line(&mut reason, key);
            reason.push('"');
            return Err(Refusal::new(ErrorCode::ResolveBlocked, reason));
        };
        if rest.is_empty() {
            return Ok(Some(address.clone()));
        }
        let url = address.join(rest).map_err(|error| Refusal::new(ErrorCode::ResolveInvalidUrl, error.reason()))?;
        if !url.as_str().starts_with(address.as_str()) {
            let mut reason = String::from("it leaves the address of the import map's entry \"");
            push_line(&mut reason, key);
            reason.push('"');
            return Err(Refusal::new(ErrorCode::ResolveBacktrack, reason));
        }
        return Ok(Some(url));
    }
    Ok(None)
}

fn merge_entries(known: &mut Entries, other: Entries, ignored: &mut Vec<String>) {
    for (key, address) in other {
        if known.iter().any(|(name, _)| *name == key) {
            ignored.push(key);
        } else {
            known.push((key, address));
        }
    }
    somon_lang::order::sort(known, &|a, b| descending(&a.0, &b.0));
}

/// A path from the base, or an absolute URL.
fn like_url(text: &str, base: &Url) -> Option<Url> {
    if is_path_like(text) { base.join(text).ok() } else { Url::parse(text).ok() }
}

/// By UTF-16 units; bytes would put the characters beyond them elsewhere.
fn descending(a: &str, b: &str) -> Ordering {
    b.encode_utf16().cmp(a.encode_utf16())
}
