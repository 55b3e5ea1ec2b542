//! Freshness of answers: a row for each rule, as a function of headers and time.

use somon_modules::freshness::{Defaults, Freshness};

const DATE: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
const LATER: (&str, &str) = ("expires", "Sun, 06 Nov 1994 08:50:37 GMT");

/// Seconds of freshness; `None`: not to be kept.
fn seconds(headers: &[(&str, &str)], default_ttl_ms: u64) -> Option<u64> {
    let header = |name: &str| headers.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    let freshness = Freshness::of(&header, 5_000_000, Defaults { ttl_ms: default_ttl_ms, stale_if_error_ms: 0 })?;
    Some((freshness.fresh_until - 5_000_000) / 1_000_000)
}

#[test]
fn headers_decide_how_long() {
    let control = |value: &'static str| ("cache-control", value);
    type Headers<'h> = &'h [(&'h str, &'h str)];
    let table: &[(&str, Headers<'_>, u64, Option<u64>)] = &[
        ("nothing said", &[], 0, Some(0)),
        ("nothing said, with a default", &[], 7000, Some(7)),
        ("no-store", &[control("max-age=9, no-store")], 0, None),
        ("no-cache", &[control("no-cache, max-age=9")], 7000, Some(0)),
        ("no-cache with fields", &[control("max-age=9, no-cache=\"set-cookie\"")], 0, Some(0)),
        ("max-age of none", &[control("max-age=0")], 7000, Some(0)),
        ("max-age", &[control("public, MAX-AGE=60")], 0, Some(60)),
        ("a quoted max-age", &[control("max-age=\"60\"")], 0, Some(60)),
        ("a max-age that is no number", &[control("max-age=soon")], 7000, Some(0)),
        ("s-maxage is for shared caches", &[control("s-maxage=60")], 0, Some(0)),
        ("the age goes off", &[control("max-age=60"), ("age", "20")], 0, Some(40)),
        ("older than its time", &[control("max-age=60"), ("age", "80")], 0, Some(0)),
        ("expires after date", &[DATE, LATER], 0, Some(60)),
        ("max-age before expires", &[DATE, LATER, control("max-age=5")], 0, Some(5)),
        ("expires that is no date", &[DATE, ("expires", "0")], 7000, Some(0)),
        ("expires without date", &[LATER], 7000, Some(0)),
    ];
    for (name, headers, default_ttl_ms, expected) in table {
        assert_eq!(seconds(headers, *default_ttl_ms), *expected, "{name}");
    }
}

#[test]
fn a_time_beyond_all_numbers_is_for_ever() {
    let header = |name: &str| (name == "cache-control").then_some("max-age=18446744073709551615");
    assert_eq!(Freshness::of(&header, 5, Defaults::default()).map(|freshness| freshness.fresh_until), Some(u64::MAX));
}

#[test]
fn headers_decide_how_long_a_copy_may_stand_in() {
    let seconds = |control: &str, stale_if_error_ms: u64| {
        let header = |name: &str| (name == "cache-control").then_some(control);
        let freshness = Freshness::of(&header, 0, Defaults { ttl_ms: 0, stale_if_error_ms }).expect("it is kept");
        (freshness.stale_until - freshness.fresh_until) / 1_000_000
    };
    assert_eq!(seconds("max-age=60", 0), 0);
    assert_eq!(seconds("max-age=60", 7000), 7);
    assert_eq!(seconds("max-age=60, Stale-If-Error=9", 7000), 9);
    assert_eq!(seconds("stale-if-error=0", 7000), 0);
    assert_eq!(seconds("stale-if-error=9, must-revalidate", 7000), 0);
    assert_eq!(seconds("max-age=60, must-revalidate", 7000), 0);
    assert_eq!(seconds("no-cache, stale-if-error=9", 7000), 0);
}
