//! The gate: everything a contributor or CI runs starts here.

fn main() {}
