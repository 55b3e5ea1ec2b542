//! Percent-encoding in UTF-8, by the sets of the URL standard.
//! Never decodes: an escape that is already there stays as it was written.

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    Control,
    Fragment,
    Query,
    SpecialQuery,
    Path,
}

pub(super) fn encode_into(text: &str, set: Set, out: &mut String) {
    let mut rest = text;
    loop {
        let plain = rest.bytes().position(|byte| needs_escape(byte, set)).unwrap_or(rest.len());
        let (head, tail) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        out.push_str(head);
        // Of a character beyond ASCII all bytes are escaped, so that what is plain begins one.
        let escaped = tail.bytes().position(|byte| !needs_escape(byte, set)).unwrap_or(tail.len());
        let (head, tail) = tail.split_at_checked(escaped).unwrap_or((tail, ""));
        for byte in head.bytes() {
            out.push('%');
            out.push(hex(byte >> 4));
            out.push(hex(byte & 15));
        }
        if tail.is_empty() {
            return;
        }
        rest = tail;
    }
}

fn hex(digit: u8) -> char {
    char::from(if digit < 10 { b'0' + digit } else { b'A' - 10 + digit })
}

fn needs_escape(byte: u8, set: Set) -> bool {
    let sets = ESCAPED.get(usize::from(byte)).copied().unwrap_or(u8::MAX);
    sets & 1 << set as u32 != 0
}

/// In which sets each byte of ASCII is, one bit for each.
static ESCAPED: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = sets_of(byte);
        byte += 1;
    }
    table
};

const fn sets_of(byte: u8) -> u8 {
    const CONTROL: u8 = 1 << Set::Control as u32;
    const FRAGMENT: u8 = 1 << Set::Fragment as u32;
    const QUERY: u8 = 1 << Set::Query as u32 | 1 << Set::SpecialQuery as u32;
    const SPECIAL_QUERY: u8 = 1 << Set::SpecialQuery as u32;
    const PATH: u8 = 1 << Set::Path as u32;
    match byte {
        0..b' ' | 0x7F => CONTROL | FRAGMENT | QUERY | PATH,
        b' ' | b'"' | b'<' | b'>' => FRAGMENT | QUERY | PATH,
        b'#' => QUERY | PATH,
        b'`' => FRAGMENT | PATH,
        b'\'' => SPECIAL_QUERY,
        b'?' | b'^' | b'{' | b'}' => PATH,
        _ => 0,
    }
}
