//! Which of the types that a route can answer with the client prefers. Must never allocate per offer.

/// The index of the best offer (`type/subtype`); of equals the earlier one. `None`: none is acceptable.
pub fn best(accept: Option<&str>, offers: &[&str]) -> Option<usize> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else { return Some(0) };
    let mut best: Option<(u32, usize)> = None;
    for (index, offer) in offers.iter().enumerate() {
        let weight = weight(accept, offer);
        if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, index));
        }
    }
    best.map(|(_, index)| index)
}

/// In thousandths, by the most specific range that matches.
fn weight(accept: &str, offer: &str) -> u32 {
    let kind = offer.split('/').next().unwrap_or("");
    let mut best = (0, 0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or("");
        let specificity = if name.eq_ignore_ascii_case(offer) {
            3
        } else if name.strip_suffix("/*").is_some_and(|range| range.eq_ignore_ascii_case(kind)) {
            2
        } else if name == "*/*" {
            1
        } else {
            continue;
        };
        if specificity > best.0 {
            let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            best = (specificity, quality.map_or(1000, thousandths));
        }
    }
    best.1
}

/// `0.5` is 500; what is no such number weighs nothing.
fn thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(whole, "0" | "1") || !is_digits(fraction) {
        return 0;
    }
    let digit = |place: usize| fraction.as_bytes().get(place).map_or(0, |byte| u32::from(byte - b'0'));
    (u32::from(whole == "1") * 1000 + digit(0) * 100 + digit(1) * 10 + digit(2)).min(1000)
}
