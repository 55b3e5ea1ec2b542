//! Origins in trouble, through the real loader; the names of tests begin with the defects and rows that they hold.
//! One subject per file; none of them may have a loader or a network of its own.

mod breakers;
mod limits;
mod retry;
mod shutdown;
mod stale;
mod support;
