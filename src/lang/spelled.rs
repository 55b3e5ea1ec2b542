//! The names that a text spells and declares, as places in it: what a linker must know before it may name anything.
//! Must never keep a copy of a name; its text is read again where it stands.

use crate::lexer::word_at;
use crate::name::Names;
use crate::scope::{Scopes, SymbolId};

/// Names have numbers here, which begin at 0.
#[derive(Clone, Debug, Default)]
pub struct Spelled {
    /// How many names there are, where each stands first, then the symbols of the top level, each with the number of
    /// its name. Seven bits to a byte, the low ones first and the last byte without the high bit: one for each module
    /// stays in the cache, and most of these fit into one byte or two.
    bytes: Box<[u8]>,
}

impl Spelled {
    pub fn new(names: &Names, scopes: &Scopes) -> Spelled {
        let mut bytes = Vec::with_capacity(256);
        let mut number_of = vec![0; names.len()];
        push(names.spelled().count() as u32, &mut bytes);
        for (number, (name, place)) in (0..).zip(names.spelled()) {
            if let Some(slot) = number_of.get_mut(name.0 as usize) {
                *slot = number;
            }
            push(place, &mut bytes);
        }
        for (symbol, declared) in (0..).zip(&scopes.symbols) {
            if declared.is_top_level {
                push(symbol, &mut bytes);
                push(number_of.get(declared.name.0 as usize).copied().unwrap_or(0), &mut bytes);
            }
        }
        Spelled { bytes: bytes.as_slice().into() }
    }

    /// Tells the names in the order of their numbers. `source`: the text that was read.
    pub fn tell_names(&self, source: &str, take: &mut dyn FnMut(&str)) {
        let mut numbers = Numbers(&self.bytes);
        for _ in 0..numbers.next().unwrap_or(0) {
            take(&word_at(source, numbers.next().unwrap_or(0) as usize));
        }
    }

    /// What the top level declares and imports, by symbol, with the numbers of the names.
    pub fn top_level(&self) -> impl Iterator<Item = (SymbolId, u32)> {
        let mut numbers = Numbers(&self.bytes);
        for _ in 0..numbers.next().unwrap_or(0) {
            numbers.next();
        }
        std::iter::from_fn(move || Some((SymbolId(numbers.next()?), numbers.next()?)))
    }

    /// What it takes beside itself.
    pub fn charged_bytes(&self) -> usize {
        self.bytes.len()
    }
}

fn push(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

struct Numbers<'b>(&'b [u8]);

impl Numbers<'_> {
    fn next(&mut self) -> Option<u32> {
        let (mut number, mut shift) = (0u32, 0);
        loop {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u32::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::*;
    use crate::compile::read;

    #[test]
    fn names_are_told_once_and_composed() {
        let source =
            "\u{FEFF}ворид { х чун у } аз \"./а.som\";\nсобит и\u{304} = у.х;\nсодир функсия з(х) { бозгашт ӣ; }\n";
        let arena = Bump::new();
        let read = read(&arena, source);
        let spelled = Spelled::new(&read.names, &read.scopes);
        let mut told = Vec::new();
        spelled.tell_names(source, &mut |name| told.push(name.to_owned()));
        let mut expected = ["ворид", "х", "чун", "у", "аз", "собит", "ӣ", "содир", "функсия", "з", "бозгашт"];
        let mut sorted = told.clone();
        expected.sort_unstable();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        let declared: Vec<&str> = spelled.top_level().map(|(_, number)| told[number as usize].as_str()).collect();
        assert_eq!(declared, ["у", "ӣ", "з"]);
    }

    #[test]
    fn numbers_of_every_length_come_back() {
        let written: Vec<u32> = (0..32).flat_map(|bit| [1 << bit, (1 << bit) - 1, u32::MAX >> bit]).collect();
        let mut bytes = Vec::new();
        for number in &written {
            push(*number, &mut bytes);
        }
        let mut numbers = Numbers(&bytes);
        let read: Vec<u32> = std::iter::from_fn(|| numbers.next()).collect();
        assert_eq!(read, written);
    }
}
