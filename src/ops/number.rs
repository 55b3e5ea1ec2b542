//! Numbers as decimal text, for logs and expositions: a fraction of the code that formatting floats otherwise brings.
//! Must never print an exponent, or a figure that is not one (`NaN`): the callers have their own words for that.

pub fn push_u64(out: &mut String, value: u64) {
    push_digits(out, value, 1);
}

/// `value / 10^places`, without zeros at the end: 1 500 000 microseconds are `1.5` seconds with 6 places.
pub fn push_scaled(out: &mut String, value: u64, places: u32) {
    let scale = 10u64.checked_pow(places).unwrap_or(u64::MAX);
    push_digits(out, value / scale, 1);
    push_fraction(out, value % scale, places as usize);
}

/// `rest / 10^places`, from the point on; nothing for 0.
fn push_fraction(out: &mut String, mut rest: u64, mut places: usize) {
    if rest == 0 {
        return;
    }
    while rest.is_multiple_of(10) {
        rest /= 10;
        places -= 1;
    }
    out.push('.');
    push_digits(out, rest, places);
}

/// Nine decimals at most. `false`, and nothing printed: not a finite number.
pub fn push_f64(out: &mut String, value: f64) -> bool {
    if !value.is_finite() {
        return false;
    }
    let size = value.abs();
    let (mut whole, mut billionths) = (size as u64, 0);
    if size < 9_007_199_254_740_992.0 {
        billionths = ((size - whole as f64) * 1e9 + 0.5) as u64;
        if billionths >= 1_000_000_000 {
            (whole, billionths) = (whole + 1, 0);
        }
    }
    if value < 0.0 && (whole, billionths) != (0, 0) {
        out.push('-');
    }
    push_digits(out, whole, 1);
    push_fraction(out, billionths, 9);
    true
}

pub fn push_hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
        }
    }
}

fn push_digits(out: &mut String, mut value: u64, width: usize) {
    if value < 10 && width == 1 {
        let digit = value as usize;
        out.push_str("0123456789".get(digit..=digit).unwrap_or_default());
        return;
    }
    let mut digits = [b'0'; 20];
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        if value == 0 && used >= width {
            break;
        }
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
        used += 1;
    }
    let shown = digits.get(20 - used.min(20)..).unwrap_or_default();
    out.push_str(std::str::from_utf8(shown).unwrap_or_default());
}
