//! W3C trace context, spans, and defect X10.

use somon_ops::trace::{Span, TraceContext, TraceId, parse_traceparent, passable_tracestate};

use crate::support::Seeded;

const SOUND: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn source(seed: u64) -> impl FnMut(&mut [u8]) {
    let mut random = Seeded(seed);
    move |bytes| bytes.iter_mut().for_each(|byte| *byte = random.next() as u8)
}

fn shown(id: &TraceId) -> String {
    let mut out = String::new();
    id.push(&mut out);
    out
}

#[test]
fn a_sound_header_reads_and_writes_back() {
    let context = parse_traceparent(SOUND).expect("sound");
    assert_eq!(context.traceparent(), SOUND);
    assert_eq!(shown(&context.trace), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert!(context.sampled);
    assert!(!parse_traceparent(&SOUND.replace("-01", "-02")).expect("sound").sampled, "another flag");
}

#[test]
fn wrong_headers_are_refused() {
    let wrong = [
        "",
        "00",
        &SOUND.to_uppercase(),
        &SOUND.replace("00-4b", "ff-4b"),
        &SOUND.replace("00-4b", "0g-4b"),
        &SOUND.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
        &SOUND.replace("00f067aa0ba902b7", &"0".repeat(16)),
        &SOUND.replace("4736-", "473-"),
        &SOUND[..54],
        &format!("{SOUND}-more"),
        &format!("{SOUND}0"),
        &format!(" {SOUND}"),
        &SOUND.replace("-01", "_01"),
        &SOUND.replace("4bf9", "я9"),
        &format!("01{}x", &SOUND[2..]),
    ];
    wrong.into_iter().for_each(|text| assert_eq!(parse_traceparent(text), None, "{text}"));
}

#[test]
fn of_a_later_version_four_fields_are_read() {
    let later = parse_traceparent(&format!("cc{}-what-ever", &SOUND[2..])).expect("sound");
    assert_eq!(later.traceparent(), SOUND);
    assert!(parse_traceparent(&format!("cc{}", &SOUND[2..])).is_some());
}

#[test]
fn x10_ids_are_full_width_and_never_zero() {
    let context = TraceContext::root(1.0, &mut |bytes| bytes.fill(0));
    assert_eq!(context.traceparent(), format!("00-{:032}-{:016}-01", 1, 1));
    let mut random = source(1);
    let mut seen: Vec<_> = (0..1000).map(|_| TraceId::random(&mut random)).collect();
    assert!(seen.iter().all(|id| shown(id).len() == 32));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 1000);
}

#[test]
fn an_incoming_trace_goes_on() {
    let mut random = source(2);
    let context = TraceContext::incoming(Some(SOUND), 0.0, &mut random);
    assert_eq!(shown(&context.trace), &SOUND[3..35]);
    assert_eq!(context.parent, Some(parse_traceparent(SOUND).expect("sound").span));
    assert_ne!(Some(context.span), context.parent);
    assert!(context.sampled, "the caller decides");
    let child = context.child(&mut random);
    assert_eq!((child.trace, child.parent, child.sampled), (context.trace, Some(context.span), true));
    let fresh = TraceContext::incoming(Some("nonsense"), 1.0, &mut random);
    assert_eq!(fresh.parent, None);
    assert_ne!(fresh.trace, context.trace);
}

#[test]
fn sampling_keeps_its_share() {
    let mut random = source(3);
    let mut share = |rate| (0..10_000).filter(|_| TraceContext::root(rate, &mut random).sampled).count();
    assert_eq!((share(0.0), share(1.0)), (0, 10_000));
    assert!((2300..2700).contains(&share(0.25)));
}

#[test]
fn a_span_is_completed_once() {
    let context = TraceContext::root(1.0, &mut source(4));
    let mut span = Span::start("fetch", context, 1000);
    assert_eq!(span.duration_us(1500), 500);
    assert_eq!(span.complete(2500), (1500, true));
    assert_eq!(span.complete(9000), (1500, false));
    assert_eq!(span.duration_us(9000), 1500);
    assert_eq!(Span::start("fetch", context, 1000).complete(0), (0, true), "a clock that steps back");
}

#[test]
fn tracestate_is_passed_on_if_it_is_sane() {
    assert_eq!(passable_tracestate("a=1,b=2"), Some("a=1,b=2"));
    let long = "x".repeat(513);
    ["", "a\nb", "я=1", &long].into_iter().for_each(|text| assert_eq!(passable_tracestate(text), None));
}
