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
