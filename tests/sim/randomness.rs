//! The pool of random bytes: spent in order, never twice, and still of use when it is empty.

use somon_system::randomness::Randomness;

#[test]
fn bytes_are_spent_in_order_and_once() {
    let mut random = Randomness::default();
    random.add(&[1, 2, 3, 4]);
    let mut out = [0; 4];
    random.fill(&mut out);
    assert_eq!(out, [4, 3, 2, 1]);
}

#[test]
fn equal_bytes_give_equal_numbers_past_the_end_too() {
    let draw = |bytes: &[u8]| {
        let mut random = Randomness::default();
        random.add(bytes);
        (0..100).map(|_| random.unit()).collect::<Vec<_>>()
    };
    assert_eq!(draw(&[7; 20]), draw(&[7; 20]));
    assert_ne!(draw(&[7; 20]), draw(&[8; 20]));
    let numbers = draw(&(0..16).collect::<Vec<u8>>());
    assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
    assert!(numbers.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn more_is_wanted_until_there_is_enough() {
    let mut random = Randomness::default();
    assert!(random.is_low());
    random.add(&[1; 512]);
    assert!(!random.is_low());
}
