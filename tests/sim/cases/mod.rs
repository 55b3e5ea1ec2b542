//! Seeds that failed once, each with a name that says what was wrong.

use crate::seeds::check;

#[test]
fn the_first_seed_stays_as_it_is() {
    check(0);
}
