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
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in text.bytes() {
        if needs_escape(byte, set) {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(HEX.get(usize::from(digit)).copied().unwrap_or('0'));
            }
        } else {
            out.push(char::from(byte));
        }
    }
}

fn needs_escape(byte: u8, set: Set) -> bool {
    if !(b' '..=b'~').contains(&byte) {
        return true;
    }
    match set {
        Set::Control => false,
        Set::Fragment => matches!(byte, b' ' | b'"' | b'<' | b'>' | b'`'),
        Set::Query => matches!(byte, b' ' | b'"' | b'#' | b'<' | b'>'),
        Set::SpecialQuery => matches!(byte, b' ' | b'"' | b'#' | b'<' | b'>' | b'\''),
        Set::Path => matches!(byte, b' ' | b'"' | b'#' | b'<' | b'>' | b'?' | b'^' | b'`' | b'{' | b'}'),
    }
}
