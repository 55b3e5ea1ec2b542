//! What a regular expression may not say: the early errors of ECMAScript, without which a module would not load.
//! Must never refuse what an engine accepts. What costs tables or changes from year to year is let through: the names of
//! Unicode properties, modifiers said twice, and in the set notation of the flag `v` whatever is no question of brackets.

use crate::source::Span;

/// Where the first thing stands in `/pattern/flags` that makes it wrong.
pub(super) fn fault(literal: &str) -> Option<Span> {
    let flag_count = literal.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let slash = literal.len() - flag_count - 1;
    let mut seen = 0;
    for flag in literal.bytes().rev().take(flag_count) {
        let bit = letter_bit(flag);
        // Of the two that turn Unicode on only one.
        let clashes = if bit & UNICODE == 0 { bit } else { UNICODE };
        if seen & clashes != 0 || bit & FLAGS == 0 {
            return Some(span(slash + 1, literal.len()));
        }
        seen |= bit;
    }
    let (is_unicode, has_sets) = (seen & UNICODE != 0, seen & letter_bit(b'v') != 0);
    let text = literal.get(..slash).unwrap_or("");
    let mut reader = Reader { text, at: 1, is_unicode, has_sets, fault: None };
    reader.pattern();
    reader.fault
}

const UNICODE: u32 = letter_bit(b'u') | letter_bit(b'v');
const FLAGS: u32 = UNICODE
    | letter_bit(b'd')
    | letter_bit(b'g')
    | letter_bit(b'i')
    | letter_bit(b'm')
    | letter_bit(b's')
    | letter_bit(b'y');

/// Nothing for a capital.
const fn letter_bit(letter: u8) -> u32 {
    if letter < b'a' { 0 } else { 1 << (letter & 31) }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

struct Reader<'p> {
    /// The literal up to the slash that ends it.
    text: &'p str,
    at: usize,
    is_unicode: bool,
    has_sets: bool,
    /// Once there is one, everything is read.
    fault: Option<Span>,
}

/// A group that is open, a name given to one, or a name referred to.
struct Part {
    start: usize,
    end: usize,
    /// Of a group: how many names there were before what is in it.
    names: usize,
    /// Of a group: it can be repeated. Of a name: it stands in another alternative than the one being read, so that
    /// it may come again.
    mark: bool,
}

impl Reader<'_> {
    fn pattern(&mut self) {
        let (mut groups, mut names, mut references) = (Vec::<Part>::new(), Vec::<Part>::new(), Vec::<Part>::new());
        let mut captures = 0;
        // What can be judged only when all groups are known.
        let (mut farthest, mut farthest_at, mut unnamed) = (0, Span::at(0), None);
        // What stands right before can be repeated.
        let mut may_repeat = false;
        while let Some(c) = self.bump() {
            let start = self.at - c.len_utf8();
            let could_repeat = std::mem::replace(&mut may_repeat, true);
            match c {
                '|' => {
                    may_repeat = false;
                    let from = groups.last().map_or(0, |group| group.names);
                    names.iter_mut().skip(from).for_each(|name| name.mark = true);
                }
                '^' | '$' => may_repeat = false,
                '(' => {
                    may_repeat = false;
                    let mut group = Part { start, end: start + 1, names: names.len(), mark: true };
                    if !self.eat(b'?') {
                        captures += 1;
                    } else if self.eat(b'=') || self.eat(b'!') {
                        group.mark = !self.is_unicode;
                    } else if self.peek() == Some(b'<') && matches!(self.peek_at(1), Some(b'=' | b'!')) {
                        self.at += 2;
                        group.mark = false;
                    } else if self.peek() == Some(b'<') {
                        let Some(name) = self.name() else { return self.wrong(start, self.at + 1) };
                        if names.iter().any(|other| !other.mark && self.is_same(other, &name)) {
                            return self.wrong(name.start, name.end);
                        }
                        names.push(name);
                        group.names = names.len();
                        captures += 1;
                    } else {
                        while matches!(self.peek(), Some(b'i' | b'm' | b's' | b'-')) {
                            self.at += 1;
                        }
                        if !self.eat(b':') {
                            self.wrong(start, start + 2);
                        }
                    }
                    groups.push(group);
                }
                ')' => {
                    let Some(group) = groups.pop() else { return self.wrong(start, self.at) };
                    names.iter_mut().skip(group.names).for_each(|name| name.mark = false);
                    may_repeat = group.mark;
                }
                '*' | '+' | '?' | '{' => match if c == '{' { self.interval() } else { Some(true) } {
                    Some(true) if could_repeat => {
                        self.eat(b'?');
                        may_repeat = false;
                    }
                    None if !self.is_unicode => {}
                    _ => self.wrong(start, self.at),
                },
                '}' | ']' if self.is_unicode => self.wrong(start, self.at),
                '[' => self.class(),
                '\\' => match self.peek() {
                    Some(b'b' | b'B') => {
                        self.at += 1;
                        may_repeat = false;
                    }
                    Some(b'k') => {
                        self.at += 1;
                        match self.name() {
                            Some(name) => references.push(name),
                            None => unnamed = unnamed.or(Some(span(start, self.at))),
                        }
                    }
                    Some(b'1'..=b'9') if self.is_unicode => {
                        let number = self.number();
                        if number > farthest {
                            (farthest, farthest_at) = (number, span(start, self.at));
                        }
                    }
                    _ => drop(self.escaped(false)),
                },
                _ => {}
            }
        }
        if let Some(group) = groups.last() {
            self.wrong(group.start, group.end);
        }
        if self.is_unicode && farthest > captures {
            self.fault = self.fault.or(Some(farthest_at));
        }
        // Without a single name `\k` is no more than a `k`.
        if self.is_unicode || !names.is_empty() {
            self.fault = self.fault.or(unnamed);
            for reference in &references {
                // Two spellings can be one name where there are escapes in it.
                let is_known = |name: &Part| name.names > 0 || self.is_same(name, reference);
                if reference.names == 0 && !names.iter().any(is_known) {
                    self.wrong(reference.start, reference.end);
                }
            }
        }
    }

    /// The first is told; what stands behind it is not read.
    fn wrong(&mut self, start: usize, end: usize) {
        self.fault = self.fault.or(Some(span(start, end)));
        self.at = self.text.len();
    }

    fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    fn peek_at(&self, offset: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + offset).copied()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.text.get(self.at..)?.chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn is_same(&self, one: &Part, other: &Part) -> bool {
        self.text.get(one.start..one.end) == self.text.get(other.start..other.end)
    }

    /// `<name>`; nothing is read where there is none. Letters beyond ASCII and those of escapes are not judged; how
    /// many escapes there are is in `names`.
    fn name(&mut self) -> Option<Part> {
        let back = self.at;
        let mut name = Part { start: back + 1, end: 0, names: 0, mark: false };
        let mut is_open = self.eat(b'<');
        while is_open {
            let byte = self.peek().unwrap_or(0);
            is_open = match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'$' | b'_' | 0x80.. => true,
                b'0'..=b'9' => self.at > name.start,
                b'\\' => self.peek_at(1) == Some(b'u'),
                b'{' | b'}' => name.names > 0,
                _ => false,
            };
            name.names += usize::from(byte == b'\\');
            self.at += usize::from(is_open);
        }
        name.end = self.at;
        if name.end > name.start && self.eat(b'>') {
            return Some(name);
        }
        self.at = back;
        None
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
        let mut is_in_order = true;
        if self.eat(b',') && self.peek() != Some(b'}') {
            is_in_order = low <= self.number();
        }
        if has_low && self.eat(b'}') {
            return Some(is_in_order);
        }
        self.at = back;
        None
    }

    /// What stands behind `[`, its `]` included. Nested classes only count.
    fn class(&mut self) {
        let opener = self.at - 1;
        let mut depth = 1;
        self.eat(b'^');
        while depth > 0 && self.fault.is_none() {
            let start = self.at;
            let Some(c) = self.bump() else { return self.wrong(opener, opener + 1) };
            match c {
                ']' => depth -= 1,
                '[' if self.has_sets => {
                    depth += 1;
                    self.eat(b'^');
                }
                '-' if self.has_sets => {}
                '(' | ')' if self.has_sets => self.wrong(start, self.at),
                _ => self.range(start, c),
            }
        }
    }

    /// The character or escape read last, and `-` with another behind it if that is there.
    fn range(&mut self, start: usize, c: char) {
        let low = self.atom(c);
        let next = self.peek_at(1);
        let is_set_operation = self.has_sets && matches!(next, Some(b'-' | b'['));
        if self.peek() != Some(b'-') || next == Some(b']') || is_set_operation {
            return;
        }
        self.at += 1;
        // The end of the text is told by the class.
        let Some(c) = self.bump() else { return };
        let is_right = match (low, self.atom(c)) {
            // Without Unicode a character is a unit of UTF-16.
            (Some(low), Some(high)) if !self.is_unicode => {
                let last = if low > 0xFFFF { 0xDC00 | low & 0x3FF } else { low };
                let first = if high > 0xFFFF { 0xD7C0 + (high >> 10) } else { high };
                last <= first
            }
            // Two halves may be one character.
            (Some(low), Some(high)) => low <= high || low >> 11 == 0x1B || high >> 11 == 0x1B,
            _ => !self.is_unicode,
        };
        if !is_right {
            self.wrong(start, self.at);
        }
    }

    fn atom(&mut self, c: char) -> Option<u32> {
        if c == '\\' { self.escaped(true) } else { Some(u32::from(c)) }
    }

    /// What the escape stands for whose backslash was read; `None`: for a set of characters.
    fn escaped(&mut self, in_class: bool) -> Option<u32> {
        let start = self.at - 1;
        let c = self.bump().unwrap_or('\0');
        let value = match c {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => return None,
            'p' | 'P' if self.is_unicode => {
                let mut is_open = self.eat(b'{');
                while is_open && !self.eat(b'}') {
                    is_open = self.bump().is_some();
                }
                if !is_open {
                    self.wrong(start, self.at);
                }
                return None;
            }
            // What it lists is read as characters.
            'q' if in_class && self.has_sets => return None,
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
                } else if self.is_unicode {
                    None
                } else {
                    // The backslash alone.
                    self.at -= 1;
                    Some(u32::from('\\'))
                }
            }
            'x' => self.hex(2),
            'u' => self.unicode(),
            '0' if !matches!(self.peek(), Some(b'0'..=b'9')) => Some(0),
            '0'..='7' if !self.is_unicode => {
                let mut value = u32::from(c) - 48;
                while let Some(digit @ b'0'..=b'7') = self.peek()
                    && value < 32
                {
                    self.at += 1;
                    value = value * 8 + u32::from(digit - b'0');
                }
                Some(value)
            }
            '-' if in_class => Some(u32::from(c)),
            _ if is_one_of(c, b"^$\\.*+?()[]{}|/") => Some(u32::from(c)),
            _ if in_class && self.has_sets && is_one_of(c, b"&!#%,:;<=>@`~") => Some(u32::from(c)),
            _ => None,
        };
        if value.is_some() {
            return value;
        }
        if self.is_unicode {
            self.wrong(start, self.at);
        }
        // What is no escape is the letter itself, where that may be.
        Some(u32::from(c))
    }

    /// So many hexadecimal digits; nothing is read where they are not there.
    fn hex(&mut self, digits: usize) -> Option<u32> {
        let mut value = 0;
        for offset in 0..digits {
            value = value * 16 + char::from(self.peek_at(offset)?).to_digit(16)?;
        }
        self.at += digits;
        Some(value)
    }

    /// Behind `\u`.
    fn unicode(&mut self) -> Option<u32> {
        if self.is_unicode && self.eat(b'{') {
            let from = self.at;
            let mut value = 0;
            while !self.eat(b'}') {
                value = value * 16 + self.hex(1)?;
                if value > 0x10_FFFF {
                    return None;
                }
            }
            return Some(value).filter(|_| self.at > from + 1);
        }
        self.hex(4)
    }
}

fn is_one_of(c: char, set: &[u8]) -> bool {
    set.iter().any(|byte| char::from(*byte) == c)
}
