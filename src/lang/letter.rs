//! Letters: which characters make names, and the small form of a capital. Must never need the case tables of the
//! standard library, which weigh more than the lexer.

/// The small letter of a capital, another character as it is; `None` where the alphabet has capitals that are not
/// known here. Known: Latin with its Western, Central European and Vietnamese letters, Greek, Cyrillic, Armenian,
/// and whatever has no capitals.
pub fn small(c: char) -> Option<char> {
    let code = u32::from(c);
    let odd_follows = code | 1;
    let even_follows = code.saturating_add(code & 1);
    let found = match code {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A1 | 0x3A3..=0x3AB | 0x410..=0x42F => code + 0x20,
        0x130 | 0x178 | 0x3D2..=0x3D4 => return None,
        0x100..=0x137 | 0x14A..=0x177 | 0x460..=0x481 | 0x48A..=0x4BF | 0x4D0..=0x52F => odd_follows,
        0x139..=0x148 | 0x179..=0x17E | 0x4C1..=0x4CE => even_follows,
        0x386 => 0x3AC,
        0x388..=0x38A => code + 0x25,
        0x38C => 0x3CC,
        0x38E | 0x38F => code + 0x3F,
        0x400..=0x40F => code + 0x50,
        0x4C0 => 0x4CF,
        0x531..=0x556 => code + 0x30,
        0x1E00..=0x1E95 | 0x1EA0..=0x1EFF => odd_follows,
        // Latin of further alphabets, Coptic, Georgian, Cherokee, accented Greek, Glagolitic, what has no place in the
        // first plane.
        0x180..=0x24F | 0x370..=0x37F | 0x3CF..=0x3FF | 0x10A0..=0x10CD | 0x13A0..=0x13FF | 0x1C80..=0x1CBF => {
            return None;
        }
        0x1E9E
        | 0x1F00..=0x1FFF
        | 0x2070..=0x218F
        | 0x2460..=0x24FF
        | 0x2C00..=0x2D2F
        | 0xA640..=0xA7FF
        | 0xAB30..=0xABBF
        | 0x10400..=0x10D85 => {
            return None;
        }
        0xFF00..=0xFFEF | 0x118A0..=0x118DF | 0x16E40..=0x16EFF | 0x1E900.. => return None,
        _ => code,
    };
    char::from_u32(found)
}

pub fn starts_name(c: char) -> bool {
    unicode_ident::is_xid_start(c)
}

/// Letters, digits and marks of every alphabet.
pub fn continues_name(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_tables_of_the_library() {
        for c in (0..=0x10_FFFF).filter_map(char::from_u32).filter(|c| c.is_alphanumeric()) {
            if let Some(small) = small(c) {
                assert!(c.to_lowercase().eq([small]), "{c} U+{:X}", u32::from(c));
            }
        }
    }
}
