//! Calendar dates: ISO out, HTTP dates in.

use somon_ops::date::{http_date_ms, push_iso, retry_after_ms};

fn iso(epoch_ms: u64) -> String {
    let mut out = String::new();
    push_iso(&mut out, epoch_ms);
    out
}

#[test]
fn iso_dates() {
    let known = [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_758_096_620_762, "2025-09-17T08:10:20.762Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (u64::MAX, "9999-12-31T23:59:59.999Z"),
    ];
    known.into_iter().for_each(|(ms, text)| assert_eq!(iso(ms), text));
}

#[test]
fn http_dates_in_three_forms() {
    for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
        assert_eq!(http_date_ms(text), Some(784_111_777_000), "{text}");
    }
    let wrong = [
        "",
        "x",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nix 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1960 08:49:37 GMT",
        "Sun, 06 Nov 99999 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT more",
        "янв, 06 Nov 1994 08:49:37 GMT!",
    ];
    wrong.into_iter().for_each(|text| assert_eq!(http_date_ms(text), None, "{text}"));
}

#[test]
fn every_day_reads_back() {
    for day in (0..60_000).step_by(7) {
        let text = iso(day * 86_400_000);
        let (year, month, date) = (&text[..4], text[5..7].parse::<usize>().expect("a month"), &text[8..10]);
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1];
        assert_eq!(http_date_ms(&format!("Mon, {date} {name} {year} 00:00:00 GMT")), Some(day * 86_400_000));
    }
}

#[test]
fn retry_after() {
    let now = 784_111_777_000;
    let cases = [
        ("120", Some(120_000)),
        (" 0 ", Some(0)),
        ("99999999999999999999999", Some(u64::MAX)),
        ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10_000)),
        ("Sun, 06 Nov 1994 08:49:27 GMT", Some(0)),
        ("-1", None),
        ("1.5", None),
        ("", None),
        ("soon", None),
    ];
    cases.into_iter().for_each(|(text, wait)| assert_eq!(retry_after_ms(text, now), wait, "{text}"));
}
