//! How much memory is in use: the default allocator, with its requests counted.
//! Must never allocate differently from it, nor fail where it would not.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// Bytes that are asked for and not given back, now and at most since the instance began.
pub fn live_bytes() -> (u64, u64) {
    (LIVE.load(Relaxed) as u64, PEAK.load(Relaxed) as u64)
}

/// The size of the linear memory, which never shrinks.
pub fn linear_bytes() -> Option<u64> {
    #[cfg(target_arch = "wasm32")]
    return Some(core::arch::wasm32::memory_size(0) as u64 * 65_536);
    #[cfg(not(target_arch = "wasm32"))]
    None
}

struct Counted;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static COUNTED: Counted = Counted;

fn taken(bytes: usize) {
    let live = LIVE.load(Relaxed).wrapping_add(bytes);
    LIVE.store(live, Relaxed);
    if live > PEAK.load(Relaxed) {
        PEAK.store(live, Relaxed);
    }
}

fn given_back(bytes: usize) {
    LIVE.store(LIVE.load(Relaxed).wrapping_sub(bytes), Relaxed);
}

// The trait itself is unsafe, and no safe interface of the language tells how much an allocator has given out: this
// is the one exact figure there is. Every call goes on to the default allocator unchanged, so its promises hold.
#[expect(unsafe_code)]
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those of this call.
        let place = unsafe { System.alloc(layout) };
        if !place.is_null() {
            taken(layout.size());
        }
        place
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        given_back(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let place = unsafe { System.alloc_zeroed(layout) };
        if !place.is_null() {
            taken(layout.size());
        }
        place
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let moved = unsafe { System.realloc(place, layout, size) };
        if !moved.is_null() {
            given_back(layout.size());
            taken(size);
        }
        moved
    }
}
