//! Text, spans and positions. Everything inside the compiler speaks of byte offsets;
//! lines and UTF-16 columns are computed here, only when somebody looks.

use std::cell::OnceCell;

/// A half-open range of byte offsets into one source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// Zero width, at `offset`.
    pub const fn at(offset: u32) -> Span {
        Span { start: offset, end: offset }
    }

    pub const fn to(self, other: Span) -> Span {
        Span { start: self.start, end: other.end }
    }

    /// The text of this span; empty when the span does not fit the text.
    pub fn text(self, source: &str) -> &str {
        source.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// A place as people and editors count it: `line` and `column` from 1, columns in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub column: u32,
    /// UTF-16 units from the start of the text, from 0.
    pub offset: u32,
}

/// Line starts of one text, made on first demand. LF, CR LF, a lone CR, U+2028 and U+2029 end a line.
pub struct LineIndex<'s> {
    source: &'s str,
    /// Byte offset and UTF-16 offset of the first character of each line.
    starts: OnceCell<Vec<(u32, u32)>>,
}

impl<'s> LineIndex<'s> {
    pub fn new(source: &'s str) -> LineIndex<'s> {
        LineIndex { source, starts: OnceCell::new() }
    }

    fn starts(&self) -> &[(u32, u32)] {
        self.starts.get_or_init(|| line_starts(self.source))
    }

    pub fn position(&self, offset: u32) -> Position {
        let line = self.starts().partition_point(|&(start, _)| start <= offset).saturating_sub(1);
        let (start, units) = self.starts().get(line).copied().unwrap_or((0, 0));
        let column = utf16_len(Span::new(start, offset).text(self.source));
        Position { line: line as u32 + 1, column: column + 1, offset: units + column }
    }

    /// The text of a line (from 1) without its line end.
    pub fn line_text(&self, line: u32) -> &'s str {
        let index = (line as usize).saturating_sub(1);
        let Some(&(start, _)) = self.starts().get(index) else { return "" };
        let end = self.starts().get(index + 1).map_or(self.source.len() as u32, |&(next, _)| next);
        let text = self.source.get(start as usize..end as usize).unwrap_or("");
        text.trim_end_matches(['\n', '\r', '\u{2028}', '\u{2029}'])
    }

    /// Byte offset of the first character of a line (from 1).
    pub fn line_offset(&self, line: u32) -> u32 {
        self.starts().get((line as usize).saturating_sub(1)).map_or(0, |&(start, _)| start)
    }

    pub fn line_count(&self) -> u32 {
        self.starts().len() as u32
    }
}

fn line_starts(source: &str) -> Vec<(u32, u32)> {
    let bytes = source.as_bytes();
    let mut starts = vec![(0, 0)];
    let mut units = 0u32;
    let mut at = 0usize;
    while let Some(&byte) = bytes.get(at) {
        let (len, utf16) = match byte {
            0..0x80 => (1, 1),
            0x80..0xE0 => (2, 1),
            0xE0..0xF0 => (3, 1),
            _ => (4, 2),
        };
        units += utf16;
        let ends_line = match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            0xE2 => bytes.get(at + 1) == Some(&0x80) && matches!(bytes.get(at + 2), Some(0xA8 | 0xA9)),
            _ => false,
        };
        at += len;
        if ends_line {
            starts.push((at as u32, units));
        }
    }
    starts
}

fn utf16_len(text: &str) -> u32 {
    // One unit for each first byte of a character, one more for those of four bytes.
    text.bytes().map(|byte| u32::from(byte & 0xC0 != 0x80) + u32::from(byte >= 0xF0)).sum()
}
