//! The reader of JSON: whether a text is JSON, and where it stops being so.
//! Must never build a value; the text of a module itself goes into the output.

pub const JSON_DEPTH_MAX: usize = 10_000;

/// The byte offset of the first fault.
pub fn check(text: &str) -> Result<(), usize> {
    let mut reader = Reader::new(text);
    match reader.document() {
        Some(()) => Ok(()),
        None => Err(reader.at.min(text.len())),
    }
}

pub(crate) struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    pub at: usize,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str) -> Reader<'t> {
        Reader { text, bytes: text.as_bytes(), at: 0 }
    }

    /// What was read since `start`.
    pub fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// One loop with a stack of open brackets: depth costs no native stack.
    fn document(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.space();
            match self.peek()? {
                bracket @ (b'{' | b'[') => {
                    if open.len() == JSON_DEPTH_MAX {
                        return None;
                    }
                    self.at += 1;
                    self.space();
                    if self.peek()? == bracket + 2 {
                        self.at += 1;
                    } else {
                        open.push(bracket);
                        if bracket == b'{' {
                            self.key()?;
                        }
                        continue;
                    }
                }
                b'"' => self.string()?,
                b't' => self.word(b"true")?,
                b'f' => self.word(b"false")?,
                b'n' => self.word(b"null")?,
                _ => self.number()?,
            }
            // A value is complete: close what ends here, or go on behind a comma.
            loop {
                self.space();
                let Some(&bracket) = open.last() else {
                    return (self.at == self.bytes.len()).then_some(());
                };
                let next = self.peek()?;
                if next == b',' {
                    self.at += 1;
                    if bracket == b'{' {
                        self.space();
                        self.key()?;
                    }
                    break;
                }
                if next != bracket + 2 {
                    return None;
                }
                self.at += 1;
                open.pop();
            }
        }
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    pub fn key(&mut self) -> Option<()> {
        self.string()?;
        self.space();
        self.word(b":")
    }

    pub fn word(&mut self, word: &[u8]) -> Option<()> {
        self.bytes.get(self.at..)?.starts_with(word).then(|| self.at += word.len())
    }

    pub fn string(&mut self) -> Option<()> {
        self.word(b"\"")?;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek()? {
                        b'u' => {
                            self.at += 1;
                            for _ in 0..4 {
                                self.peek()?.is_ascii_hexdigit().then(|| self.at += 1)?;
                            }
                        }
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
                        _ => return None,
                    }
                }
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
    }

    pub fn number(&mut self) -> Option<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek()? == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

/// The text as a JavaScript expression. A key `__proto__` would set the prototype there, so such a text is parsed
/// at run time.
pub fn push_literal(text: &str, out: &mut String) {
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    let mentions = |part: &[u8]| text.as_bytes().windows(part.len()).any(|found| found == part);
    if mentions(b"__proto__") || mentions(b"\\u") {
        out.push_str("JSON.parse(");
        push_string(text, out);
        out.push(')');
    } else {
        out.push_str(text);
    }
}

/// A JavaScript string literal.
pub fn push_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            '<' => out.push_str("\\x3C"),
            c if c < ' ' => {
                out.push_str("\\x");
                for shift in [4, 0] {
                    out.push(char::from_digit((u32::from(c) >> shift) & 15, 16).unwrap_or('0'));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
