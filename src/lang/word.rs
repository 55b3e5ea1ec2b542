//! Fixed words, told from others by one text that has them all: a comparison for each would be as much code as the
//! words are long, and as many places in memory.

/// Whether `word` is one of `words`, between which stand spaces.
#[inline(never)]
pub fn is_one_of(word: &str, words: &str) -> bool {
    words.as_bytes().split(|byte| *byte == b' ').any(|each| each == word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::is_one_of;

    #[test]
    fn only_whole_words_count() {
        assert!(is_one_of("for", "for while") && is_one_of("while", "for while"));
        assert!(!is_one_of("fo", "for while") && !is_one_of("", "for while") && !is_one_of("for while", "for while"));
    }
}
