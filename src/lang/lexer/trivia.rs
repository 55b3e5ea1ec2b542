//! White space, line ends and comments. Skips them; says only whether a line ended.

use super::Lexer;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

impl Lexer<'_> {
    /// Whether a line end was among what was skipped.
    pub(super) fn skip_trivia(&mut self) -> bool {
        let (bytes, mut newline) = (self.bytes, false);
        loop {
            let mut at = self.at;
            while let Some(space @ (b' ' | b'\t'..=b'\r')) = bytes.get(at) {
                newline |= matches!(space, b'\n' | b'\r');
                at += 1;
            }
            self.at = at;
            match bytes.get(at) {
                Some(b'/') => match self.bytes.get(self.at + 1) {
                    Some(b'/') => {
                        let start = self.at;
                        self.skip_line();
                        self.note_comment(start);
                    }
                    Some(b'*') => newline |= self.skip_block_comment(),
                    _ => return newline,
                },
                // U+00A0, and the lead bytes of U+1680, U+2000.., U+3000 and U+FEFF.
                Some(0xC2 | 0xE1 | 0xE2 | 0xE3 | 0xEF) => match self.current_char() {
                    Some('\u{2028}' | '\u{2029}') => {
                        newline = true;
                        self.bump_char();
                    }
                    Some(c) if is_wide_space(c) => self.bump_char(),
                    _ => return newline,
                },
                _ => return newline,
            }
        }
    }

    /// To the end of the line, the line end not included.
    pub(super) fn skip_line(&mut self) {
        loop {
            match self.bytes.get(self.at) {
                None | Some(b'\n' | b'\r') => return,
                Some(0xE2) if self.rest().starts_with(['\u{2028}', '\u{2029}']) => return,
                Some(_) => self.at += 1,
            }
        }
    }

    pub(super) fn note_comment(&mut self, start: usize) {
        let span = Span::new(start as u32, self.at as u32);
        if let Some(comments) = &mut self.comments
            && comments.last().is_none_or(|last| last.start < span.start)
        {
            comments.push(span);
        }
    }

    fn skip_block_comment(&mut self) -> bool {
        let start = self.at;
        let mut newline = false;
        self.at += 2;
        loop {
            match self.bytes.get(self.at) {
                None => {
                    let span = Span::new(start as u32, start as u32 + 2);
                    self.report(Diagnostic::new(Code::UnterminatedComment, span));
                    break;
                }
                Some(b'*') if self.bytes.get(self.at + 1) == Some(&b'/') => {
                    self.at += 2;
                    break;
                }
                Some(b'\n' | b'\r') => {
                    newline = true;
                    self.at += 1;
                }
                Some(0xE2) if self.rest().starts_with(['\u{2028}', '\u{2029}']) => {
                    newline = true;
                    self.at += 3;
                }
                Some(_) => self.at += 1,
            }
        }
        self.note_comment(start);
        newline
    }
}

fn is_wide_space(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' | '\u{FEFF}')
}
