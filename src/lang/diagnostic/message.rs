//! Templates and arguments to one line of text. Whatever an argument holds, the line stays a line:
//! control and direction characters are replaced, long values are cut.

use super::{Argument, Diagnostic, Texts};

/// Longest argument shown, in characters.
const ARGUMENT_LENGTH_MAX: usize = 120;

/// The message and the hint of `diagnostic`.
pub(super) fn message_and_hint(diagnostic: &Diagnostic, texts: &Texts) -> (String, String) {
    let (message, hint) = texts.code(diagnostic.code as u16);
    (fill(message, &diagnostic.arguments, texts), fill(hint, &diagnostic.arguments, texts))
}

/// The placeholders of `template` replaced, in one pass, so that braces in an argument stay what they are.
pub(super) fn fill(template: &str, arguments: &[(&'static str, Argument)], texts: &Texts) -> String {
    let mut line = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, name, after)) = next_placeholder(rest) {
        line.push_str(before);
        rest = after;
        let from = line.len();
        if let Some((_, argument)) = arguments.iter().find(|(known, _)| *known == name) {
            push_argument(&mut line, argument, texts);
        }
        if line.len() == from && (line.is_empty() || line.ends_with(' ')) {
            // Nothing to say: the space on one side goes as well.
            if line.is_empty() {
                rest = rest.trim_start();
            } else {
                line.pop();
            }
        }
    }
    line.push_str(rest);
    capitalise(line)
}

/// The text before the next placeholder, its name, and the text after it.
fn next_placeholder(template: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + template.get(from..)?.find('{')?;
        let (before, inner) = (template.get(..open)?, template.get(open + 1..)?);
        let close = inner.find('}')?;
        let name = inner.get(..close)?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        if is_name && !before.ends_with('$') {
            return Some((before, name, inner.get(close + 1..)?));
        }
        from = open + 1;
    }
}

fn push_argument(line: &mut String, argument: &Argument, texts: &Texts) {
    match argument {
        Argument::Text(value) => push_plain(line, value),
        Argument::Term(table, entry) => line.push_str(texts.term(table, entry).unwrap_or(entry)),
        Argument::TermWith(table, entry, value) => {
            let words = texts.term(table, entry).unwrap_or(entry);
            match next_placeholder(words) {
                Some((before, _, after)) => {
                    line.push_str(before);
                    push_plain(line, value);
                    line.push_str(after);
                }
                None => line.push_str(words),
            }
        }
    }
}

fn push_plain(line: &mut String, value: &str) {
    for (count, letter) in value.chars().enumerate() {
        if count == ARGUMENT_LENGTH_MAX {
            line.push('…');
            return;
        }
        line.push(printable(letter));
    }
}

/// `letter`, or a stand-in that cannot break the line, move the cursor or turn the direction of the text.
pub(super) fn printable(letter: char) -> char {
    match letter {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => '\u{FFFD}',
        '\u{2060}'..='\u{206F}' | '\u{061C}' | '\u{FEFF}' => '\u{FFFD}',
        _ => letter,
    }
}

/// A sentence whose first placeholder was empty may begin with a small letter.
fn capitalise(line: String) -> String {
    let mut letters = line.chars();
    let first = match letters.next() {
        Some(small @ 'а'..='я') => char::from_u32(small as u32 - 0x20).unwrap_or(small),
        _ => return line,
    };
    let mut capitalised = String::with_capacity(line.len());
    capitalised.push(first);
    capitalised.push_str(letters.as_str());
    capitalised
}
