//! Subresource integrity: metadata of hashes, and whether bytes fit them. Also the lock file's content.
//! Must never pass what it does not understand: metadata without a known hash fits nothing.

use crate::sorted::SortedMap;

use somon_ops::config::Value;

use crate::json_value;
use crate::sha2::{Algorithm, digest_base64};
use crate::url::Url;

/// What is listed for URLs, and whether others are allowed.
#[derive(Clone, Debug, Default)]
pub struct Integrity {
    by_url: SortedMap<String, String>,
    /// URLs that are not listed are refused.
    pub is_frozen: bool,
}

impl Integrity {
    pub fn new(is_frozen: bool) -> Integrity {
        Integrity { by_url: SortedMap::new(), is_frozen }
    }

    /// A hash that is there already stays.
    pub fn add(&mut self, url: &str, metadata: &str) {
        if !self.by_url.contains_key(url) {
            self.by_url.insert(url.to_owned(), metadata.to_owned());
        }
    }

    /// `lock` is what [`lock_file`] writes, as an object or as text.
    pub fn add_lock(&mut self, lock: &Value) -> Result<(), &'static str> {
        let read;
        let lock = match lock {
            Value::String(text) => {
                read = json_value::read(text).ok_or("must be JSON text")?;
                &read
            }
            other => other,
        };
        if lock.get("version") != Some(&Value::Number(1.0)) {
            return Err("must have version 1");
        }
        let Some(Value::Map(modules)) = lock.get("modules") else { return Err("needs an object as its \"modules\"") };
        for (url, metadata) in modules {
            match (Url::parse(url), metadata) {
                (Ok(url), Value::String(metadata)) if is_known(metadata) => self.add(url.as_str(), metadata),
                _ => return Err("must give a hash for each absolute URL"),
            }
        }
        Ok(())
    }

    pub fn is_listed(&self, url: &str) -> bool {
        self.by_url.contains_key(url)
    }

    /// True also when nothing is listed for the URL.
    pub fn fits(&self, url: &str, parts: &[&[u8]]) -> bool {
        self.by_url.get(url).is_none_or(|metadata| fits(metadata, parts))
    }
}

/// Whether one of the strongest hashes of the metadata is that of the parts together. Empty metadata asks for nothing.
pub fn fits(metadata: &str, parts: &[&[u8]]) -> bool {
    let Some(strongest) = hashes(metadata).map(|(algorithm, _)| algorithm).max() else {
        return metadata.trim().is_empty();
    };
    let found = digest_base64(strongest, parts);
    let plain = found.trim_end_matches('=');
    hashes(metadata).any(|(algorithm, wanted)| algorithm == strongest && wanted.trim_end_matches('=') == plain)
}

/// Has at least one hash that can be checked.
pub fn is_known(metadata: &str) -> bool {
    hashes(metadata).next().is_some()
}

/// `sha384-...`
pub fn of(parts: &[&[u8]]) -> String {
    ["sha384-", &digest_base64(Algorithm::Sha384, parts)].concat()
}

fn hashes(metadata: &str) -> impl Iterator<Item = (Algorithm, &str)> {
    metadata.split_ascii_whitespace().filter_map(|word| {
        let (name, value) = word.split_once('-')?;
        let all = [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512];
        let algorithm = all.into_iter().find(|algorithm| name.eq_ignore_ascii_case(algorithm.text()))?;
        // Options after a question mark have no meaning yet.
        Some((algorithm, value.split('?').next().unwrap_or(value)))
    })
}
