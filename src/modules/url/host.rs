//! Hosts: names (Unicode ones in punycode), IPv4 in every spelling the standard knows, IPv6.
//! Characters that need compatibility mapping are refused, never mapped half-way.

use std::borrow::Cow;

use somon_lang::gather::gather;
use somon_lang::letter;

use super::UrlError;

pub(super) fn push_host(host: &str, out: &mut String) -> Result<(), UrlError> {
    if let Some(rest) = host.strip_prefix('[') {
        let address = rest.strip_suffix(']').ok_or(UrlError::BadIpAddress)?;
        push_ipv6(ipv6(address).ok_or(UrlError::BadIpAddress)?, out);
        return Ok(());
    }
    let host = percent_decode(host)?;
    let start = out.len();
    for (index, label) in host.split('.').enumerate() {
        if index > 0 {
            out.push('.');
        }
        push_label(label, out)?;
    }
    let ascii = out.get(start..).unwrap_or("");
    if ascii.is_empty() {
        return Err(UrlError::EmptyHost);
    }
    if let Some(address) = ipv4(ascii)? {
        out.truncate(start);
        push_ipv4(address, out);
    }
    Ok(())
}

fn push_label(label: &str, out: &mut String) -> Result<(), UrlError> {
    if label.is_ascii() {
        for byte in label.bytes() {
            if byte <= b' ' || byte == 0x7F || b"#/:<>?@[\\]^|%\"`{}".contains(&byte) {
                return Err(UrlError::BadHost);
            }
            out.push(char::from(byte.to_ascii_lowercase()));
        }
        return Ok(());
    }
    let mut lower: Vec<char> = Vec::with_capacity(label.len());
    for c in label.chars() {
        let is_plain = c.is_ascii_alphanumeric() || c == '-';
        let is_letter = !c.is_ascii() && letter::continues_name(c) && !needs_mapping(c);
        if !is_plain && !is_letter {
            return Err(UrlError::BadHost);
        }
        lower.push(letter::small(c).ok_or(UrlError::BadHost)?);
    }
    let encoded = punycode(&lower).ok_or(UrlError::BadHost)?;
    if encoded.len() > 59 {
        return Err(UrlError::BadHost);
    }
    out.push_str("xn--");
    out.push_str(&encoded);
    Ok(())
}

/// Letters and digits that IDNA maps to others: compatibility forms, full width, mathematical alphabets.
fn needs_mapping(c: char) -> bool {
    matches!(u32::from(c), 0xAA | 0xB2..=0xBE | 0x2070..=0x218F | 0x2460..=0x24FF | 0x3200..=0x33FF
        | 0xA69C..=0xA69D | 0xF900..=0xFFEF | 0x1D400..=0x1D7FF | 0x1E900.. )
}

/// RFC 3492. `None` when a number would overflow.
fn punycode(label: &[char]) -> Option<String> {
    let mut out: String = label.iter().filter(|c| c.is_ascii()).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let total = u32::try_from(label.len()).ok()?;
    let (mut n, mut delta, mut bias, mut handled) = (128u32, 0u32, 72u32, basic);
    while handled < total {
        let next = label.iter().map(|c| u32::from(*c)).filter(|c| *c >= n).min()?;
        delta = delta.checked_add(next.checked_sub(n)?.checked_mul(handled.checked_add(1)?)?)?;
        n = next;
        for c in label.iter().map(|c| u32::from(*c)) {
            if c < n {
                delta = delta.checked_add(1)?;
            }
            if c == n {
                let mut q = delta;
                let mut k = 36u32;
                loop {
                    let threshold = k.saturating_sub(bias).clamp(1, 26);
                    if q < threshold {
                        break;
                    }
                    out.push(digit(threshold + (q - threshold) % (36 - threshold)));
                    q = (q - threshold) / (36 - threshold);
                    k = k.checked_add(36)?;
                }
                out.push(digit(q));
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n = n.checked_add(1)?;
    }
    Some(out)
}

fn digit(value: u32) -> char {
    let code = if value < 26 { u32::from(b'a') + value } else { u32::from(b'0') + value - 26 };
    char::from_u32(code).unwrap_or('a')
}

fn adapt(delta: u32, points: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

fn percent_decode(host: &str) -> Result<Cow<'_, str>, UrlError> {
    if !host.as_bytes().contains(&b'%') {
        return Ok(Cow::Borrowed(host));
    }
    let mut bytes = Vec::with_capacity(host.len());
    let mut rest = host.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut value = 0u32;
        for _ in 0..2 {
            let digit = rest.next().and_then(|b| char::from(b).to_digit(16)).ok_or(UrlError::BadHost)?;
            value = value * 16 + digit;
        }
        bytes.push(u8::try_from(value).map_err(|_| UrlError::BadHost)?);
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| UrlError::BadHost)
}

/// `Some` when the last label is a number: then the whole must be an address.
fn ipv4(host: &str) -> Result<Option<u32>, UrlError> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or("");
    let is_number = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    if !is_number && number(last).is_none() {
        return Ok(None);
    }
    let parts = gather(host.split('.'));
    if parts.len() > 4 {
        return Err(UrlError::BadIpAddress);
    }
    let mut address = 0u64;
    for (index, part) in parts.iter().enumerate() {
        let value = number(part).ok_or(UrlError::BadIpAddress)?;
        let is_last = index + 1 == parts.len();
        // The last part fills all bytes that are left.
        let bytes_left = 4 - index as u32;
        let limit = if is_last { 1u64 << (8 * bytes_left) } else { 256 };
        if value >= limit {
            return Err(UrlError::BadIpAddress);
        }
        address += if is_last { value } else { value << (8 * (bytes_left - 1)) };
    }
    u32::try_from(address).map(Some).map_err(|_| UrlError::BadIpAddress)
}

/// Decimal, `0x` hexadecimal or `0` octal.
fn number(part: &str) -> Option<u64> {
    if part.is_empty() {
        return None;
    }
    let (digits, radix) = match part.strip_prefix("0x") {
        Some(hex) => (hex, 16),
        None if part.len() > 1 && part.starts_with('0') => (part, 8),
        None => (part, 10),
    };
    if digits.is_empty() {
        return Some(0);
    }
    let mut value = 0u64;
    for c in digits.chars() {
        value = value.saturating_mul(u64::from(radix)).saturating_add(u64::from(c.to_digit(radix)?));
    }
    Some(value)
}

fn push_ipv4(address: u32, out: &mut String) {
    for (index, byte) in address.to_be_bytes().into_iter().enumerate() {
        if index > 0 {
            out.push('.');
        }
        if byte >= 100 {
            out.push(char::from(b'0' + byte / 100));
        }
        if byte >= 10 {
            out.push(char::from(b'0' + byte / 10 % 10));
        }
        out.push(char::from(b'0' + byte % 10));
    }
}

/// Eight pieces of up to four hexadecimal digits; `::` once for one zero or more, IPv4 in place of the last two.
pub(crate) fn ipv6(text: &str) -> Option<[u16; 8]> {
    let gap = text.as_bytes().windows(2).position(|pair| pair == b"::");
    let (head, tail) = match gap {
        Some(at) => (ipv6_pieces(text.get(..at)?, false)?, ipv6_pieces(text.get(at + 2..)?, true)?),
        None => (ipv6_pieces(text, true)?, Vec::new()),
    };
    let count = head.len() + tail.len();
    if (gap.is_none() && count != 8) || (gap.is_some() && count > 7) {
        return None;
    }
    let mut pieces = [0; 8];
    for (place, piece) in pieces.iter_mut().zip(&head) {
        *place = *piece;
    }
    for (place, piece) in pieces.iter_mut().rev().zip(tail.iter().rev()) {
        *place = *piece;
    }
    Some(pieces)
}

fn ipv6_pieces(text: &str, is_end: bool) -> Option<Vec<u16>> {
    let mut pieces = Vec::new();
    if text.is_empty() {
        return Some(pieces);
    }
    let mut rest = text.split(':').peekable();
    while let Some(part) = rest.next() {
        if is_end && rest.peek().is_none() && part.as_bytes().contains(&b'.') {
            let [a, b, c, d] = dotted(part)?;
            pieces.extend([u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]);
        } else if (1..=4).contains(&part.len()) {
            let mut digits = part.chars().map(|c| c.to_digit(16));
            let piece = digits.try_fold(0u32, |piece, digit| Some(piece << 4 | digit?))?;
            pieces.push(u16::try_from(piece).ok()?);
        } else {
            return None;
        }
    }
    Some(pieces)
}

/// Four bytes in decimal with points between.
pub(crate) fn dotted(text: &str) -> Option<[u8; 4]> {
    let bytes: Vec<u8> = text.split('.').map(decimal_byte).collect::<Option<_>>()?;
    bytes.try_into().ok()
}

fn decimal_byte(part: &str) -> Option<u8> {
    let is_short = matches!(part.len(), 1..=3) && (part.len() == 1 || !part.starts_with('0'));
    let value = part.chars().try_fold(0u32, |value, c| Some(value * 10 + c.to_digit(10)?)).filter(|_| is_short)?;
    u8::try_from(value).ok()
}

/// The longest run of zeros, at least two pieces, becomes `::`.
fn push_ipv6(pieces: [u16; 8], out: &mut String) {
    let (mut best, mut best_len) = (8, 1);
    let mut start = 0;
    while start < 8 {
        let len = pieces.iter().skip(start).take_while(|piece| **piece == 0).count();
        if len > best_len {
            (best, best_len) = (start, len);
        }
        start += len.max(1);
    }
    out.push('[');
    for (index, piece) in pieces.into_iter().enumerate() {
        if index == best {
            out.push_str(if index == 0 { "::" } else { ":" });
        }
        if index < best || index >= best + best_len {
            push_hex(piece, out);
            if index < 7 {
                out.push(':');
            }
        }
    }
    out.push(']');
}

fn push_hex(piece: u16, out: &mut String) {
    let mut started = false;
    for shift in [12, 8, 4, 0] {
        let nibble = (piece >> shift) & 15;
        started |= nibble != 0 || shift == 0;
        if started {
            out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text of some length over a few telling pieces, against the library's reader.
    #[test]
    fn ipv6_is_read_as_the_library_reads_it() {
        let parts = ["0", "1", "ffff", "12345", "g", "", ":", "1.2.3.4", "01.2.3.4", "1.2.3", "256.1.1.1"];
        let mut texts = vec![String::new()];
        for round in 0..9 {
            let longer = |text: &String| {
                // Breadth where it tells most: at the start and at the end.
                let take = if !(2..=6).contains(&round) { parts.len() } else { 1 };
                parts.iter().take(take).map(|part| [text, ":", part].concat()).collect::<Vec<_>>()
            };
            let next = gather(texts.iter().flat_map(longer));
            for text in &next {
                let text = text.get(1..).unwrap_or("");
                let expected = text.parse::<core::net::Ipv6Addr>().ok().map(|address| address.segments());
                assert_eq!(ipv6(text), expected, "{text}");
            }
            texts = next;
        }
    }
}
