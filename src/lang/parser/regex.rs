//! What a regular expression may not say: the early errors of ECMAScript, without which a module would not load.
//! Must never refuse what an engine accepts. What costs tables or changes from year to year is let through: the names of
//! Unicode properties, modifiers said twice, and in the set notation of the flag `v` whatever is no question of brackets.

use std::ops::Range;

/// Where the first thing stands in `/pattern/flags` that makes it wrong.
pub(super) fn fault(literal: &str) -> Option<Range<usize>> {
    let slash = literal.rfind('/').unwrap_or(0);
    let (pattern, flags) = (literal.get(1..slash).unwrap_or(""), literal.get(slash + 1..).unwrap_or(""));
    if !are_flags(flags) {
        return Some(slash + 1..literal.len());
    }
    let has_sets = flags.contains('v');
    let mut reader = Reader { text: pattern, at: 0, is_unicode: has_sets || flags.contains('u'), has_sets };
    let found = reader.pattern().err()?;
    Some(found.start + 1..found.end + 1)
}

/// Each once, and of the two that turn Unicode on only one.
fn are_flags(flags: &str) -> bool {
    let is_right = |(index, flag): (usize, char)| {
        let mut before = flags.chars().take(index);
        let clashes = |seen: char| seen == flag || matches!((seen, flag), ('u' | 'v', 'u' | 'v'));
        is_among("dgimsuvy", flag) && !before.any(clashes)
    };
    flags.chars().enumerate().all(is_right)
}

/// `Err` is the place of what is wrong.
type Check<T> = Result<T, Range<usize>>;

struct Reader<'p> {
    text: &'p str,
    at: usize,
    is_unicode: bool,
    has_sets: bool,
}

struct Group {
    start: usize,
    may_repeat: bool,
    /// How many names there were before what is in it.
    names: usize,
}

struct Name<'p> {
    text: &'p str,
    /// In another alternative than the one being read: the same name may come again.
    is_elsewhere: bool,
}

impl<'p> Reader<'p> {
    fn pattern(&mut self) -> Check<()> {
        let mut groups: Vec<Group> = Vec::new();
        let mut names: Vec<Name<'p>> = Vec::new();
        let mut captures = 0;
        // What can be judged only when all groups are known.
        let (mut numbered, mut named, mut unnamed) = ((0, 0..0), Vec::new(), None);
        // What stands right before can be repeated.
        let mut may_repeat = false;
        while let Some(c) = self.bump() {
            let start = self.at - c.len_utf8();
            let could_repeat = std::mem::replace(&mut may_repeat, true);
            match c {
                '|' | '^' | '$' => may_repeat = false,
                '(' => {
                    may_repeat = false;
                    let mut group = Group { start, may_repeat: true, names: names.len() };
                    if !self.eat("?") {
                        captures += 1;
                    } else if self.eat("=") || self.eat("!") {
                        group.may_repeat = !self.is_unicode;
                    } else if self.eat("<=") || self.eat("<!") {
                        group.may_repeat = false;
                    } else if self.peek() == Some(b'<') {
                        let name_at = self.at;
                        let Some(text) = self.name() else { return Err(start..self.at + 1) };
                        if names.iter().any(|name| name.text == text && !name.is_elsewhere) {
                            return Err(name_at..self.at);
                        }
                        names.push(Name { text, is_elsewhere: false });
                        group.names = names.len();
                        captures += 1;
                    } else {
                        while self.bump_if(|byte| matches!(byte, b'i' | b'm' | b's' | b'-')) {}
                        if !self.eat(":") {
                            return Err(start..start + 2);
                        }
                    }
                    groups.push(group);
                }
                ')' => {
                    let Some(group) = groups.pop() else { return Err(start..self.at) };
                    names.iter_mut().skip(group.names).for_each(|name| name.is_elsewhere = false);
                    may_repeat = group.may_repeat;
                }
                '*' | '+' | '?' | '{' => {
                    let is_in_order = if c == '{' { self.interval() } else { Some(true) };
                    match is_in_order {
                        Some(true) if could_repeat => {
                            self.eat("?");
                            may_repeat = false;
                        }
                        None if !self.is_unicode => {}
                        _ => return Err(start..self.at),
                    }
                }
                '}' | ']' if self.is_unicode => return Err(start..self.at),
                '[' => self.class()?,
                '\\' if self.bump_if(|byte| matches!(byte, b'b' | b'B')) => may_repeat = false,
                '\\' if self.eat("k") => match self.name() {
                    Some(name) => named.push((name, start..self.at)),
                    None => unnamed = unnamed.or(Some(start..self.at)),
                },
                '\\' if self.is_unicode && matches!(self.peek(), Some(b'1'..=b'9')) => {
                    let number = self.number();
                    if number > numbered.0 {
                        numbered = (number, start..self.at);
                    }
                }
                '\\' => drop(self.escaped(false)?),
                _ => {}
            }
            if c == '|' {
                let from = groups.last().map_or(0, |group| group.names);
                names.iter_mut().skip(from).for_each(|name| name.is_elsewhere = true);
            }
        }
        if let Some(group) = groups.pop() {
            return Err(group.start..group.start + 1);
        }
        if self.is_unicode && numbered.0 > captures {
            return Err(numbered.1);
        }
        // Without a single name `\k` is no more than a `k`.
        if self.is_unicode || !names.is_empty() {
            // Two spellings can be one name where there are escapes in it.
            let is_known = |text: &str| names.iter().any(|name| name.text == text || name.text.contains('\\'));
            let unknown = named.into_iter().find(|(name, _)| !is_known(name) && !name.contains('\\'));
            return unnamed.or(unknown.map(|(_, place)| place)).map_or(Ok(()), Err);
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.text.get(self.at..)?.chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn bump_if(&mut self, is_wanted: impl Fn(u8) -> bool) -> bool {
        let found = self.peek().is_some_and(is_wanted);
        self.at += usize::from(found);
        found
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(text));
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// `<name>`; nothing is read where there is none. Letters beyond ASCII are not judged.
    fn name(&mut self) -> Option<&'p str> {
        let rest = self.text.get(self.at..)?.strip_prefix('<')?;
        let name = rest.get(..rest.find('>')?)?;
        // Which letter an escape stands for is not judged either.
        let mut escapes = name.split('\\').skip(1);
        let in_escape = |c: char| name.contains('\\') && matches!(c, '{' | '}' | '\\');
        let is_part = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || matches!(c, '$' | '_') || in_escape(c);
        let is_name = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(is_part)
            && escapes.all(|rest| rest.starts_with('u'));
        self.at += if is_name { name.len() + 2 } else { 0 };
        is_name.then_some(name)
    }

    /// As large as an engine counts.
    fn number(&mut self) -> u32 {
        let mut number = 0u32;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            self.at += 1;
            number = number.saturating_mul(10).saturating_add(u32::from(digit - b'0')).min(i32::MAX as u32);
        }
        number
    }

    /// The rest of `{1}`, `{1,}` or `{1,2}`, and whether its numbers are in order. `None`: the brace is just a brace.
    fn interval(&mut self) -> Option<bool> {
        let back = self.at;
        let low = self.number();
        let has_low = self.at > back;
        let mut high = low;
        if self.eat(",") {
            let from = self.at;
            high = self.number();
            if self.at == from {
                high = u32::MAX;
            }
        }
        let found = has_low && self.eat("}");
        if !found {
            self.at = back;
        }
        found.then_some(low <= high)
    }

    /// What stands behind `[`, its `]` included. Nested classes only count.
    fn class(&mut self) -> Check<()> {
        let opener = self.at - 1;
        let mut depth = 1;
        self.eat("^");
        while depth > 0 {
            let start = self.at;
            let Some(c) = self.bump() else { return Err(opener..opener + 1) };
            match c {
                ']' => depth -= 1,
                '[' if self.has_sets => {
                    depth += 1;
                    self.eat("^");
                }
                '-' if self.has_sets => {}
                '(' | ')' | '{' | '}' | '|' if self.has_sets => return Err(start..self.at),
                '\\' if self.has_sets && self.eat("q{") => {
                    while !self.eat("}") {
                        match self.bump() {
                            None => return Err(start..start + 2),
                            Some('\\') => drop(self.escaped(true)?),
                            Some(_) => {}
                        }
                    }
                }
                _ => self.range(start, c)?,
            }
        }
        Ok(())
    }

    /// The character or escape read last, and `-` with another behind it if that is there.
    fn range(&mut self, start: usize, c: char) -> Check<()> {
        let low = self.atom(c)?;
        let rest = self.text.get(self.at..).unwrap_or("");
        let is_set_operation = self.has_sets && (rest.starts_with("--") || rest.starts_with("-["));
        if is_set_operation || !rest.starts_with('-') || rest.starts_with("-]") {
            return Ok(());
        }
        self.at += 1;
        // The end of the text is told by the class.
        let Some(c) = self.bump() else { return Ok(()) };
        let is_right = match (low, self.atom(c)?) {
            // Without Unicode a character is a unit of UTF-16.
            (Some(low), Some(high)) if !self.is_unicode => {
                let last = if low > 0xFFFF { 0xDC00 | low & 0x3FF } else { low };
                let first = if high > 0xFFFF { 0xD7C0 + (high >> 10) } else { high };
                last <= first
            }
            (Some(low), Some(high)) => low <= high,
            _ => !self.is_unicode,
        };
        if is_right { Ok(()) } else { Err(start..self.at) }
    }

    fn atom(&mut self, c: char) -> Check<Option<u32>> {
        if c == '\\' { self.escaped(true) } else { Ok(Some(u32::from(c))) }
    }

    /// What the escape stands for whose backslash was read; `None`: for a set of characters.
    fn escaped(&mut self, in_class: bool) -> Check<Option<u32>> {
        let start = self.at - 1;
        let Some(c) = self.bump() else { return Err(start..self.at) };
        let value = match c {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => return Ok(None),
            'p' | 'P' if self.is_unicode => {
                let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'=');
                let has_name = self.eat("{") && self.bump_if(is_word);
                while self.bump_if(is_word) {}
                return if has_name && self.eat("}") { Ok(None) } else { Err(start..self.at) };
            }
            't' => Some(9),
            'n' => Some(10),
            'v' => Some(11),
            'f' => Some(12),
            'r' => Some(13),
            'b' if in_class => Some(8),
            'c' => {
                let letter = self.peek().unwrap_or(0);
                let is_loose = in_class && !self.is_unicode && (letter.is_ascii_digit() || letter == b'_');
                if letter.is_ascii_alphabetic() || is_loose {
                    self.at += 1;
                    Some(u32::from(letter % 32))
                } else {
                    // The backslash alone, where that may be.
                    self.at -= usize::from(!self.is_unicode);
                    Some(u32::from('\\')).filter(|_| !self.is_unicode)
                }
            }
            'x' => self.hex(2),
            'u' => self.unicode(),
            '0' if !matches!(self.peek(), Some(b'0'..=b'9')) => Some(0),
            '0'..='7' if !self.is_unicode => {
                let mut value = u32::from(c) - 48;
                while let Some(digit @ b'0'..=b'7') = self.peek() {
                    if value > 31 {
                        break;
                    }
                    self.at += 1;
                    value = value * 8 + u32::from(digit - b'0');
                }
                Some(value)
            }
            _ if !self.is_unicode || is_among("^$\\.*+?()[]{}|/", c) => Some(u32::from(c)),
            '-' if in_class => Some(u32::from(c)),
            _ if in_class && self.has_sets && is_among("&!#%,:;<=>@`~", c) => Some(u32::from(c)),
            _ => None,
        };
        match value {
            // What could be no escape is the letter itself, where that may be.
            None if !self.is_unicode => Ok(Some(u32::from(c))),
            None => Err(start..self.at),
            _ => Ok(value),
        }
    }

    /// So many hexadecimal digits; nothing is read where they are not there.
    fn hex(&mut self, digits: usize) -> Option<u32> {
        let text = self.text.get(self.at..self.at + digits)?;
        let value = text.chars().try_fold(0, |value, digit| Some(value * 16 + digit.to_digit(16)?))?;
        self.at += digits;
        Some(value)
    }

    /// Behind `\u`. Two halves of a character are one where Unicode is on.
    fn unicode(&mut self) -> Option<u32> {
        if self.is_unicode && self.eat("{") {
            let rest = self.text.get(self.at..)?;
            let digits = rest.get(..rest.find('}')?)?;
            self.at += digits.len() + 1;
            let mut value = 0;
            for digit in digits.chars() {
                value = value * 16 + digit.to_digit(16)?;
                if value > 0x10_FFFF {
                    return None;
                }
            }
            return (!digits.is_empty()).then_some(value);
        }
        let high = self.hex(4)?;
        let back = self.at;
        if self.is_unicode && high >> 10 == 0x36 && self.eat("\\u") {
            match self.hex(4) {
                Some(low) if low >> 10 == 0x37 => return Some(0x10000 + ((high & 0x3FF) << 10 | low & 0x3FF)),
                _ => self.at = back,
            }
        }
        Some(high)
    }
}

/// `str::contains` would bring the search for a text, since a character may be one of several bytes.
fn is_among(set: &str, c: char) -> bool {
    set.chars().any(|known| known == c)
}
