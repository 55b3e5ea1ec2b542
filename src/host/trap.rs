//! Breaks the instance on purpose, for the recovery tests; never in a released build.

use std::cell::RefCell;

thread_local! {
    /// How, and before how many steps.
    static PLANNED: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
}

/// Breaks in the middle of the step that follows `steps` others.
pub fn plan(how: &str, steps: u32) {
    PLANNED.with_borrow_mut(|planned| *planned = Some((how.to_owned(), steps)));
}

/// A step is under way, the system borrowed.
pub fn in_step() {
    let due = PLANNED.with_borrow_mut(|planned| match planned {
        Some((how, 0)) => Some(std::mem::take(how)),
        Some((_, steps)) => {
            *steps -= 1;
            None
        }
        None => None,
    });
    if let Some(how) = due {
        break_now(&how);
    }
}

pub fn break_now(how: &str) {
    match how {
        "panic" => panic!("a panic on purpose"),
        "overflow" => {
            std::hint::black_box(deeper(std::hint::black_box(1)));
        }
        #[cfg(target_arch = "wasm32")]
        _ => core::arch::wasm32::unreachable(),
        #[cfg(not(target_arch = "wasm32"))]
        _ => std::process::abort(),
    }
}

#[inline(never)]
#[expect(unconditional_recursion)]
fn deeper(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 16]);
    deeper(depth.wrapping_add(1)).wrapping_add(frame[0])
}
