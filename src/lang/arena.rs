//! The arena that the tree of a text lives in while it is needed, used again by the next text. Must never keep more
//! memory between two texts than it says.

use std::cell::Cell;

use bumpalo::Bump;

/// A larger arena is given back.
const KEPT_BYTES_MAX: usize = 256 * 1024;

thread_local! {
    static ARENA: Cell<Option<Bump>> = const { Cell::new(None) };
}

/// Lends an empty arena to `work`.
pub fn with_arena<T>(work: impl FnOnce(&Bump) -> T) -> T {
    let mut arena = ARENA.take().unwrap_or_default();
    let made = work(&arena);
    arena.reset();
    if arena.allocated_bytes() <= KEPT_BYTES_MAX {
        ARENA.set(Some(arena));
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_arena_is_used_again_and_a_large_one_is_not() {
        let begin = || with_arena(|arena| arena.allocated_bytes());
        let fill = |bytes: usize| with_arena(|arena| arena.alloc_slice_fill_copy(bytes, 0u8).len());
        fill(KEPT_BYTES_MAX / 4);
        let kept = begin();
        assert!((KEPT_BYTES_MAX / 4..=KEPT_BYTES_MAX).contains(&kept), "{kept}");
        fill(KEPT_BYTES_MAX * 2);
        assert_eq!(begin(), 0);
    }
}
