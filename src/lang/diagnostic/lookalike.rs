//! Letters that look or sound alike: Latin for Cyrillic, Russian for Tajik.
//! They stay different letters in the language; only suggestions use this.

/// Whether two different words are the same to the eye, or but for the letters that a Russian keyboard lacks.
pub fn look_alike(left: &str, right: &str) -> bool {
    left != right && left.chars().map(skeleton).eq(right.chars().map(skeleton))
}

/// The small Cyrillic letter that stands for all that look like `letter`.
pub(super) fn skeleton(letter: char) -> char {
    match small(letter) {
        'a' => 'а',
        'c' => 'с',
        'e' | 'ё' => 'е',
        'k' | 'қ' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' | 'ҳ' | 'h' => 'х',
        'y' | 'ӯ' | 'ў' => 'у',
        'i' | 'і' | 'ї' | 'ӣ' | 'й' => 'и',
        'ғ' => 'г',
        'ҷ' => 'ч',
        'j' | 'ј' => 'ј',
        's' | 'ѕ' => 'ѕ',
        'b' | 'ь' => 'ь',
        other => other,
    }
}

fn small(letter: char) -> char {
    let code = letter as u32;
    let small = match letter {
        'A'..='Z' | 'А'..='Я' => code + 0x20,
        'Ѐ'..='Џ' => code + 0x50,
        // Cyrillic letters beyond the Russian ones stand in pairs, the capital first.
        'Ѡ'..='ҁ' | 'Ҋ'..='ҿ' | 'Ӑ'..='ԯ' => code | 1,
        _ => code,
    };
    char::from_u32(small).unwrap_or(letter)
}
