//! Strong entity tags and the conditions that name them.

use somon_modules::sha2::sha256_base64url;

/// Of bytes that this version made: 27 characters of base64url.
pub fn of(body: &[u8]) -> String {
    let mut hash = sha256_base64url(&[env!("CARGO_PKG_VERSION").as_bytes(), b"\0", body]);
    hash.truncate(27);
    hash
}

pub fn quoted(hash: &str) -> String {
    ["\"", hash, "\""].concat()
}

/// Whether `If-None-Match` or `If-Match` names the tag (quoted, as it is sent). `is_weak`: a weak tag is as good.
pub fn names(list: &str, tag: &str, is_weak: bool) -> bool {
    list.trim() == "*"
        || list.split(',').any(|entry| {
            let entry = entry.trim();
            let opaque = if is_weak { entry.strip_prefix("W/").unwrap_or(entry) } else { entry };
            opaque == tag
        })
}
