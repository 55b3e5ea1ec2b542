//! "Did you mean": the candidate nearest to a misspelled word, in bounded time and without allocation.

use super::lookalike::{look_alike, skeleton};

/// Longer words are never compared letter by letter.
const WORD_LENGTH_MAX: usize = 32;

/// The candidate that looks like `word`, else the one with the fewest edits, if they are few for its length.
/// The first of equals wins.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let letters = Letters::of(word)?;
    let mut best: Option<(usize, &'c str)> = None;
    for candidate in candidates {
        if candidate == word {
            continue;
        }
        if look_alike(word, candidate) {
            return Some(candidate);
        }
        let Some(other) = Letters::of(candidate) else { continue };
        let limit = best.map_or(edits_max(letters.len.max(other.len)) + 1, |(edits, _)| edits);
        if let Some(edits) = distance(&letters, &other, limit) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Edits after which a word of this length is another word.
const fn edits_max(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    }
}

struct Letters {
    letters: [char; WORD_LENGTH_MAX],
    len: usize,
}

impl Letters {
    fn of(word: &str) -> Option<Letters> {
        let mut letters = ['\0'; WORD_LENGTH_MAX];
        let mut len = 0;
        for letter in word.chars() {
            *letters.get_mut(len)? = skeleton(letter);
            len += 1;
        }
        Some(Letters { letters, len })
    }

    fn slice(&self) -> &[char] {
        self.letters.get(..self.len).unwrap_or(&[])
    }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other, when below `limit`.
fn distance(left: &Letters, right: &Letters, limit: usize) -> Option<usize> {
    if left.len.abs_diff(right.len) >= limit {
        return None;
    }
    let right = right.slice();
    let mut older = [0usize; WORD_LENGTH_MAX + 1];
    let mut row = [0usize; WORD_LENGTH_MAX + 1];
    for (at, cell) in row.iter_mut().enumerate() {
        *cell = at;
    }
    let mut before = '\0';
    for (i, &a) in left.slice().iter().enumerate() {
        let mut next = [0usize; WORD_LENGTH_MAX + 1];
        next[0] = i + 1;
        let mut least = next[0];
        let mut before_b = '\0';
        for (j, &b) in right.iter().enumerate() {
            let mut edits = (row[j] + usize::from(a != b)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a == before_b && b == before {
                edits = edits.min(older[j - 1] + 1);
            }
            next[j + 1] = edits;
            least = least.min(edits);
            before_b = b;
        }
        if least >= limit {
            return None;
        }
        before = a;
        older = row;
        row = next;
    }
    row.get(right.len()).copied().filter(|&edits| edits < limit)
}
