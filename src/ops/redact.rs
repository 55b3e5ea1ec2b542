//! Keeps secrets out of whatever leaves the system as text: logs, errors, bodies.
//! Must never let a key of the list through for being spelt in another case.

pub const REDACTED: &str = "[REDACTED]";

/// Parts of names, with `-` and `_` left out.
const SECRET_PARTS: [&str; 9] =
    ["pass", "secret", "token", "authorization", "cookie", "apikey", "privatekey", "session", "credential"];
/// Query parameters that are secret only in URLs.
const SECRET_PARAMETERS: [&str; 4] = ["key", "sig", "signature", "code"];
/// Longer names are no names of fields.
const NAME_BYTES_MAX: usize = 256;

/// Whether the value under `key` is to be hidden. `more`: keys the user has added.
pub fn is_secret_key(key: &str, more: &[String]) -> bool {
    if more.iter().any(|other| other.eq_ignore_ascii_case(key)) {
        return true;
    }
    let mut plain = [0; NAME_BYTES_MAX];
    let letters = key.bytes().filter(|byte| !matches!(byte, b'-' | b'_'));
    let mut length = 0;
    for (place, byte) in plain.iter_mut().zip(letters) {
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    let plain = plain.get(..length).unwrap_or_default();
    SECRET_PARTS.iter().any(|part| plain.windows(part.len()).any(|window| window == part.as_bytes()))
}

/// Appends `text` without the user information of URLs, the values of secret parameters, and bearer tokens.
pub fn push_redacted(out: &mut String, text: &str, more: &[String]) {
    let mut rest = text;
    // What was written so far is always a copy of what was read, or its replacement.
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b':' | b'?' | b'&' | b'#' | b'B' | b'b')) {
        let (before, found) = (rest.get(..at).unwrap_or_default(), rest.get(at..).unwrap_or_default());
        out.push_str(before);
        let taken = if found.starts_with("://") {
            out.push_str("://");
            3 + user_info_bytes(found.get(3..).unwrap_or_default())
        } else if found.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("bearer ")) {
            out.push_str(found.get(..7).unwrap_or_default());
            let token = found.get(7..).unwrap_or_default();
            let bytes = token.find(|char: char| !is_token_char(char)).unwrap_or(token.len());
            out.push_str(if bytes > 0 { REDACTED } else { "" });
            7 + bytes
        } else {
            let first = found.chars().next().map_or(1, char::len_utf8);
            out.push_str(found.get(..first).unwrap_or_default());
            let after = found.get(first..).unwrap_or_default();
            match found.starts_with(['?', '&', '#']).then(|| secret_parameter(after, more)).flatten() {
                Some((name_bytes, value_bytes)) => {
                    out.push_str(after.get(..name_bytes).unwrap_or_default());
                    out.push_str(REDACTED);
                    first + name_bytes + value_bytes
                }
                None => first,
            }
        };
        rest = found.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
}

pub fn redacted(text: &str, more: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    push_redacted(&mut out, text, more);
    out
}

/// Bytes up to and with the last `@` of an authority.
fn user_info_bytes(after_scheme: &str) -> usize {
    let end = after_scheme.find(|char: char| matches!(char, '/' | '?' | '#') || ends_url(char));
    let authority = after_scheme.get(..end.unwrap_or(after_scheme.len())).unwrap_or_default();
    authority.rfind('@').map_or(0, |at| at + 1)
}

/// Lengths of `name=` and of the value, if the name is one of a secret.
fn secret_parameter(text: &str, more: &[String]) -> Option<(usize, usize)> {
    let equals = text.find(|char: char| matches!(char, '=' | '&' | '#' | '?') || ends_url(char))?;
    let name = text.get(..equals)?;
    let value = text.get(equals..)?.strip_prefix('=')?;
    let is_secret = SECRET_PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(name)) || is_secret_key(name, more);
    let end = value.find(|char: char| matches!(char, '&' | '#') || ends_url(char)).unwrap_or(value.len());
    is_secret.then_some((equals + 1, end))
}

fn ends_url(char: char) -> bool {
    char.is_whitespace() || char.is_control() || matches!(char, '"' | '\'' | '<' | '>' | '`')
}

fn is_token_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | '_' | '~' | '+' | '/' | '=')
}
