//! The source line with a caret under the place. Always two lines, never wider than a terminal.

use super::message::printable;
use crate::source::{LineIndex, Span};

/// Cells of source text shown.
const WIDTH_MAX: usize = 100;
/// Cells kept before the place when the line is cut.
const LEAD: usize = 40;
const TAB: usize = 4;
/// Bytes of the line looked at before the place: lines may be megabytes long.
const BYTES_AROUND: usize = 512;

const _: () = assert!(BYTES_AROUND >= 4 * WIDTH_MAX);

/// `3 | тағ а = ;` and a line with `^` under the span, as far as it reaches on that line.
pub(super) fn frame(lines: &LineIndex, span: Span) -> String {
    let place = lines.position(span.start);
    let line = lines.line_text(place.line);
    let in_line = span.start - lines.line_offset(place.line).min(span.start);
    let from = char_boundary(line, in_line as usize, BYTES_AROUND);
    let text = line.get(from..).unwrap_or("");
    let line_start = in_line - from as u32;
    let line_end = line_start.saturating_add(span.end.saturating_sub(span.start));
    let (before, marked) = (cells(text, 0, line_start), cells(text, line_start, line_end).max(1));

    let is_cut = from > 0 || before > WIDTH_MAX - LEAD;
    let cut = if is_cut { before.saturating_sub(LEAD) } else { 0 };
    let number = decimal(place.line);
    let mut frame = String::with_capacity(2 * WIDTH_MAX);
    frame.push_str(&number);
    frame.push_str(" | ");
    let shown_before = push_window(&mut frame, text, is_cut.then_some(cut), before);
    frame.push('\n');
    pad(&mut frame, number.len());
    frame.push_str(" | ");
    pad(&mut frame, shown_before);
    for _ in 0..marked.min(WIDTH_MAX.saturating_sub(shown_before)).max(1) {
        frame.push('^');
    }
    frame
}

/// Where to begin so that no more than `around` bytes stand before `place`.
fn char_boundary(line: &str, place: usize, around: usize) -> usize {
    let from = place.saturating_sub(around);
    (from..=line.len()).find(|&at| line.is_char_boundary(at)).unwrap_or(line.len())
}

/// Pushes the part of `text` that begins after `cut` cells; gives the cells of it that lie before cell `place`.
fn push_window(frame: &mut String, text: &str, cut: Option<usize>, place: usize) -> usize {
    let mut at = 0;
    let mut shown = 0;
    let mut shown_before = 0;
    let is_cut = cut.is_some();
    let cut = cut.unwrap_or(0);
    if is_cut {
        frame.push('…');
        shown = 1;
        shown_before = 1;
    }
    for letter in text.chars() {
        let wide = width(letter);
        if at >= cut {
            if shown + wide > WIDTH_MAX {
                frame.push('…');
                break;
            }
            if letter == '\t' {
                pad(frame, TAB);
            } else {
                frame.push(printable(letter));
            }
            shown += wide;
            if at < place {
                shown_before = shown;
            }
        }
        at += wide;
    }
    shown_before
}

/// Cells of the characters of `text` whose byte offset lies in the range.
fn cells(text: &str, from: u32, to: u32) -> usize {
    let inside = text.char_indices().skip_while(|(at, _)| *at < from as usize).take_while(|(at, _)| *at < to as usize);
    inside.map(|(_, letter)| width(letter)).take(BYTES_AROUND).sum()
}

/// Cells of one character in a terminal: marks take none, East Asian letters and emoji two.
fn width(letter: char) -> usize {
    match letter {
        '\t' => TAB,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{FE00}'..='\u{FE0F}' => 0,
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' => 2,
        '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}' | '\u{1F300}'..='\u{1FAFF}' | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}

fn pad(text: &mut String, count: usize) {
    for _ in 0..count {
        text.push(' ');
    }
}

fn decimal(mut number: u32) -> String {
    let mut digits = [0u8; 10];
    let mut from = digits.len();
    for slot in digits.iter_mut().rev() {
        *slot = b'0' + (number % 10) as u8;
        number /= 10;
        from -= 1;
        if number == 0 {
            break;
        }
    }
    digits.get(from..).unwrap_or(&[]).iter().map(|&digit| digit as char).collect()
}
