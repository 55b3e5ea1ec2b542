//! "Did you mean" and look-alike letters.

use somon_lang::diagnostic::{look_alike, nearest};

const WORDS: &[&str] = &["агар", "вагарна", "бозгашт", "функсия", "тағйирёбанда", "чоп", "рӯйхат", "давом", "то"];

fn suggestion(word: &str) -> Option<&'static str> {
    nearest(word, WORDS.iter().copied())
}

#[test]
fn letters_that_look_alike() {
    assert!(look_alike("aгap", "агар"), "Latin letters");
    assert!(look_alike("рўйхат", "рӯйхат"));
    assert!(look_alike("руйхат", "рӯйхат"));
    assert!(look_alike("тагйирёбанда", "тағйирёбанда"));
    assert!(look_alike("холи", "холӣ"));
    assert!(!look_alike("агар", "агар"), "the same word is no look-alike");
    assert!(!look_alike("агар", "агап"));
}

#[test]
fn near_words_are_suggested() {
    for (word, expected) in [
        ("агор", "агар"),
        ("ваграна", "вагарна"),
        ("бозгашд", "бозгашт"),
        ("функция", "функсия"),
        ("чопп", "чоп"),
        ("ту", "то"),
    ] {
        let expected = (word != "ту").then_some(expected);
        assert_eq!(suggestion(word), expected, "{word}");
    }
}

#[test]
fn far_words_long_words_and_odd_words_are_not() {
    for word in ["", "х", "синф", "интерфейс", &"агар".repeat(1000), "\0\0\0", "🙂🙂🙂🙂"] {
        assert_eq!(suggestion(word), None, "{word:?}");
    }
}

#[test]
fn the_distance_agrees_with_a_plain_one() {
    let letters = ['а', 'б', 'в'];
    let mut words = vec![String::new()];
    for length in 0..5 {
        let longer: Vec<String> = words
            .iter()
            .filter(|w| w.chars().count() == length)
            .flat_map(|w| letters.map(|l| format!("{w}{l}")))
            .collect();
        words.extend(longer);
    }
    for word in words.iter().filter(|word| word.chars().count() >= 3) {
        for other in &words {
            let limit = match word.chars().count().max(other.chars().count()) {
                0..=2 => 0,
                3..=5 => 1,
                _ => 2,
            };
            let expected = word != other && plain_distance(word, other) <= limit;
            assert_eq!(nearest(word, [other.as_str()]).is_some(), expected, "{word} {other}");
        }
    }
}

/// Optimal string alignment by its definition.
fn plain_distance(left: &str, right: &str) -> usize {
    fn go(a: &[char], b: &[char]) -> usize {
        let (Some((&x, a1)), Some((&y, b1))) = (a.split_last(), b.split_last()) else { return a.len() + b.len() };
        let mut edits = (go(a1, b1) + usize::from(x != y)).min(go(a1, b) + 1).min(go(a, b1) + 1);
        if let (Some((&x2, a2)), Some((&y2, b2))) = (a1.split_last(), b1.split_last())
            && x == y2
            && x2 == y
        {
            edits = edits.min(go(a2, b2) + 1);
        }
        edits
    }
    let letters = |text: &str| text.chars().collect::<Vec<_>>();
    go(&letters(left), &letters(right))
}
