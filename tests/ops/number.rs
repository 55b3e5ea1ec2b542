//! Decimal text of numbers.

use somon_ops::number::{push_f64, push_hex, push_scaled, push_u64};

use crate::support::Seeded;

fn text(push: impl FnOnce(&mut String)) -> String {
    let mut out = String::new();
    push(&mut out);
    out
}

#[test]
fn integers_and_scaled() {
    for value in [0, 1, 9, 10, 1_234_567_890, u64::MAX] {
        assert_eq!(text(|out| push_u64(out, value)), value.to_string());
    }
    let cases = [
        (1_500_000, 6, "1.5"),
        (1, 6, "0.000001"),
        (1_000_000, 6, "1"),
        (0, 6, "0"),
        (12_345, 3, "12.345"),
        (u64::MAX, 19, "1.8446744073709551615"),
    ];
    cases.into_iter().for_each(|(value, places, want)| assert_eq!(text(|out| push_scaled(out, value, places)), want));
}

#[test]
fn floats() {
    let cases = [
        (0.0, "0"),
        (-0.0, "0"),
        (0.9, "0.9"),
        (1.0 / 3.0, "0.333333333"),
        (-2.25, "-2.25"),
        (0.999_999_999_9, "1"),
        (-1e-12, "0"),
        (9_007_199_254_740_993.0, "9007199254740992"),
        (1e300, "18446744073709551615"),
    ];
    cases.into_iter().for_each(|(value, want)| assert_eq!(text(|out| assert!(push_f64(out, value))), want));
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(text(|out| assert!(!push_f64(out, value))), "");
    }
    let mut random = Seeded(2);
    for _ in 0..10_000 {
        let value = (random.unit() - 0.5) * 2e6;
        let read: f64 = text(|out| assert!(push_f64(out, value))).parse().expect("a number");
        assert!((read - value).abs() <= 1e-9, "{value} {read}");
    }
}

#[test]
fn hex() {
    assert_eq!(text(|out| push_hex(out, &[0, 9, 10, 0x5f, 0xff])), "00090a5fff");
}
