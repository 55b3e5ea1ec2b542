//! Log entries (9.1), levels and sinks (9.2), redaction (9.4), and defects X5 to X14.

use somon_ops::config::Value;
use somon_ops::log::{Entry, Format, Level, LogError, LogOptions, LogResult, Logger, Scope};
use somon_ops::redact::{is_secret_key, redacted};
use somon_ops::trace::{TraceContext, parse_traceparent};

const WALL: u64 = 1_758_096_620_762;
const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn logger(change: impl FnOnce(&mut LogOptions)) -> Logger {
    let mut options = LogOptions::default();
    change(&mut options);
    Logger::new(options).expect("valid options")
}

fn plain() -> Logger {
    logger(|options| options.timestamp = false)
}

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

fn with_fields(fields: &[(&str, Value)]) -> String {
    line(&mut plain(), fields)
}

fn line(logger: &mut Logger, fields: &[(&str, Value)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let scope = Scope::new("module-system");
    let entry = Entry { fields: &fields, ..Entry::new(Level::Info, "m", &scope) };
    logger.log(&entry, WALL).expect("enabled").text
}

fn context() -> TraceContext {
    parse_traceparent(TRACE).expect("sound")
}

#[test]
fn the_sample_of_the_specification() {
    let scope = Scope::new("module-loader");
    let context = context();
    let entry = Entry {
        trace: Some(&context),
        module_id: Some("https://h/app/a.som"),
        load_time_us: Some(12_345),
        ..Entry::new(Level::Info, "Module loaded successfully", &scope)
    };
    let line = logger(|_| {}).log(&entry, WALL).expect("enabled");
    assert_eq!(
        line.text,
        r#"{"timestamp":"2025-09-17T08:10:20.762Z","level":"info","message":"Module loaded successfully","component":"module-loader","traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","moduleId":"https://h/app/a.som","loadTime":12.345}"#
    );
}

#[test]
fn all_keys_in_order() {
    let scope = Scope::new("c");
    let context = TraceContext { parent: Some(context().span), ..context() };
    let cause = LogError { name: "TypeError".to_owned(), message: "fetch failed".to_owned(), ..LogError::default() };
    let error = LogError {
        name: "SomonModuleError".to_owned(),
        message: "no".to_owned(),
        code: Some("LOAD_NETWORK".to_owned()),
        stack: Some("at x".to_owned()),
        cause: Some(Box::new(cause)),
    };
    let fields = [("attempt".to_owned(), Value::Number(2.0))];
    let entry = Entry {
        trace: Some(&context),
        request_id: Some("r"),
        operation: Some("bundle"),
        module_id: Some("u"),
        load_time_us: Some(1000),
        duration_us: Some(1500),
        result: Some(LogResult::Error),
        error: Some(&error),
        fields: &fields,
        ..Entry::new(Level::Error, "m", &scope)
    };
    let line = |stack: bool| logger(|options| options.include_stack = stack).log(&entry, 0).expect("enabled").text;
    assert_eq!(
        line(false),
        r#"{"timestamp":"1970-01-01T00:00:00.000Z","level":"error","message":"m","component":"c","traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","parentSpanId":"00f067aa0ba902b7","requestId":"r","operation":"bundle","moduleId":"u","loadTime":1,"duration":1.5,"result":"error","error":{"name":"SomonModuleError","message":"no","code":"LOAD_NETWORK","cause":{"name":"TypeError","message":"fetch failed"}},"metadata":{"attempt":2}}"#
    );
    assert!(line(true).contains(r#""code":"LOAD_NETWORK","stack":"at x","cause""#));
}

#[test]
fn x5_callers_cannot_replace_the_systems_keys() {
    let forged = [("timestamp", text("t")), ("level", text("l")), ("component", text("c")), ("traceId", text("x"))];
    let expected = r#"{"level":"info","message":"m","component":"module-system","metadata":{"timestamp":"t","level":"l","component":"c","traceId":"x"}}"#;
    assert_eq!(with_fields(&forged), expected);
    let mut flat = logger(|options| (options.flat, options.timestamp) = (true, false));
    assert_eq!(line(&mut flat, &forged), expected);
    let own = [("bytes", Value::Number(3.0)), ("spanId", text("x"))];
    assert_eq!(
        line(&mut flat, &own),
        r#"{"level":"info","message":"m","component":"module-system","bytes":3,"metadata":{"spanId":"x"}}"#
    );
}

#[test]
fn known_keys_are_lifted_from_callers_data() {
    let fields = [
        ("moduleId", text("u")),
        ("loadTime", Value::Number(1.25)),
        ("result", text("success")),
        ("error", text("a text")),
        ("other", Value::Bool(true)),
    ];
    assert_eq!(
        with_fields(&fields),
        r#"{"level":"info","message":"m","component":"module-system","moduleId":"u","loadTime":1.25,"result":"success","error":{"name":"Error","message":"a text"},"metadata":{"other":true}}"#
    );
    let odd = [("moduleId", Value::Number(1.0)), ("result", text("maybe"))];
    let expected = r#""metadata":{"moduleId":1,"result":"maybe"}}"#;
    assert!(with_fields(&odd).ends_with(expected));
    let mut flat = logger(|options| options.flat = true);
    assert!(line(&mut flat, &odd).ends_with(expected), "a reserved key never holds another type");
}

#[test]
fn x6_hostile_data_never_fails() {
    let mut deep = Value::Null;
    for _ in 0..200 {
        deep = Value::List(vec![deep]);
    }
    let line = with_fields(&[
        ("deep", deep),
        ("nothing", Value::Undefined),
        ("function", Value::Function),
        ("foreign", Value::List(vec![Value::Foreign])),
        ("nan", Value::Number(f64::NAN)),
        ("control", text("\u{0}\u{1b}\"\\\u{2028}\u{7f}")),
    ]);
    assert!(line.ends_with(
        r#""metadata":{"deep":[[[[[["[Truncated]"]]]]]],"foreign":[null],"nan":null,"control":"\u0000\u001b\"\\\u2028\u007f"}}"#
    ));
}

#[test]
fn long_entries_are_cut_and_say_so() {
    let long = text(&"я".repeat(10_000));
    let one = with_fields(&[("long", long.clone())]);
    assert!(one.len() < 9000 && !one.contains("truncated"), "a string is cut at 8 KiB");
    let many = with_fields(&[("a", long.clone()), ("b", long.clone()), ("c", long.clone()), ("d", long)]);
    assert_eq!(many, r#"{"level":"info","message":"m","component":"module-system","truncated":true}"#);
    let hostile = "\u{1}".repeat(100_000);
    let scope = Scope::new(&hostile);
    let mut error = LogError { name: hostile.clone(), message: hostile.clone(), ..LogError::default() };
    (error.code, error.stack) = (Some(hostile.clone()), Some(hostile.clone()));
    for _ in 0..50 {
        error = LogError { cause: Some(Box::new(error.clone())), ..error };
    }
    let entry = Entry {
        request_id: Some(&hostile),
        operation: Some(&hostile),
        module_id: Some(&hostile),
        error: Some(&error),
        ..Entry::new(Level::Fatal, &hostile, &scope)
    };
    for format in [Format::Json, Format::Pretty] {
        let line = logger(|options| options.format = format).log(&entry, WALL).expect("enabled").text;
        assert!(line.len() <= 32 * 1024, "{}", line.len());
        assert!(line.chars().all(|char| !char.is_control()));
    }
}

#[test]
fn x7_causes_are_kept_and_end_at_five() {
    let mut error = LogError { name: "E".to_owned(), message: "0".to_owned(), ..LogError::default() };
    for index in 1..=9 {
        error = LogError { message: index.to_string(), cause: Some(Box::new(error)), ..LogError::default() };
    }
    let scope = Scope::new("c");
    let line = plain().log(&Entry { error: Some(&error), ..Entry::new(Level::Warn, "m", &scope) }, 0).expect("enabled");
    assert_eq!(line.text.matches("\"cause\"").count(), 5);
    assert!(line.text.ends_with("}}}}}}}"), "{}", line.text);
}

#[test]
fn x8_secrets_do_not_get_out() {
    let fields = [
        ("password", text("p1")),
        ("X-Api-Key", text("p2")),
        ("nested", Value::Map(vec![("private_key".to_owned(), text("p3")), ("ok".to_owned(), text("fine"))])),
        ("url", text("https://user:p4@h/x?token=p5&a=b&SIG=p6#code=p7")),
        ("header", text("authorization: bearer p8.p9-x")),
        ("mine", text("p10")),
    ];
    let mut logger = logger(|options| options.redact = vec!["MINE".to_owned()]);
    let line = line(&mut logger, &fields);
    assert!((1..=10).all(|index| !line.contains(&format!("p{index}"))), "{line}");
    assert!(line.contains(r#""url":"https://h/x?token=[REDACTED]&a=b&SIG=[REDACTED]#code=[REDACTED]""#), "{line}");
    assert!(line.contains(r#""ok":"fine""#) && line.contains("bearer [REDACTED]"), "{line}");
}

#[test]
fn redaction_of_texts() {
    let cases = [
        ("plain text", "plain text"),
        ("see https://h/p?x=1 (a & b)", "see https://h/p?x=1 (a & b)"),
        ("GET https://a@b:c@h:8080/p failed", "GET https://h:8080/p failed"),
        ("https://h/@scope/x", "https://h/@scope/x"),
        ("/login?session_id=1&x=2", "/login?session_id=[REDACTED]&x=2"),
        ("\"https://h?key=a b\"", "\"https://h?key=[REDACTED] b\""),
        ("Bearer", "Bearer"),
        ("BEARER abc, next", "BEARER [REDACTED], next"),
        ("the bearer  of", "the bearer  of"),
        ("x?code=", "x?code=[REDACTED]"),
        ("ёж://п@х?секрет=1&token=ю", "ёж://х?секрет=1&token=[REDACTED]"),
        ("b", "b"),
        ("://", "://"),
    ];
    cases.into_iter().for_each(|(input, want)| assert_eq!(redacted(input, &[]), want));
    for key in ["passphrase", "Set-Cookie", "API_KEY", "apikey", "accessToken", "CREDENTIALS", "Authorization"] {
        assert!(is_secret_key(key, &[]), "{key}");
    }
    for key in ["key", "moduleId", "component", "loadTime", "code", ""] {
        assert!(!is_secret_key(key, &[]), "{key}");
    }
}

#[test]
fn x9_no_text_forges_a_line() {
    let scope = Scope::new("a\nb");
    let fields = [("x".to_owned(), text("1\n2"))];
    let forged = "one\n2025 error [fake] two\r\u{2028}\u{202e}";
    let entry = Entry { fields: &fields, ..Entry::new(Level::Info, forged, &scope) };
    let line = logger(|options| options.format = Format::Pretty).log(&entry, WALL).expect("enabled").text;
    assert_eq!(
        line,
        r#"2025-09-17T08:10:20.762Z info [a\nb] one\n2025 error [fake] two\r\u2028\u202e {"metadata":{"x":"1\n2"}}"#
    );
}

#[test]
fn x11_grandchildren_inherit_fields() {
    let root = Scope { component: "a".to_owned(), fields: vec![("x".to_owned(), text("1"))] };
    let child = root.child("b", vec![("y".to_owned(), text("2"))]).child("c", vec![("x".to_owned(), text("3"))]);
    let line = plain().log(&Entry::new(Level::Info, "m", &child), 0).expect("enabled").text;
    assert_eq!(line, r#"{"level":"info","message":"m","component":"a.b.c","metadata":{"y":"2","x":"3"}}"#);
}

#[test]
fn x12_levels_are_ordered_and_unknown_ones_refused() {
    assert_eq!(Level::parse("banana"), None);
    assert_eq!(Level::parse("INFO"), None);
    let scope = Scope::new("c");
    for threshold in Level::ALL {
        assert_eq!(Level::parse(threshold.text()), Some(threshold));
        let mut logger = logger(|options| options.level = threshold);
        for level in Level::ALL {
            let shown = logger.log(&Entry::new(level, "m", &scope), 0).is_some();
            assert_eq!(shown, level != Level::Off && level as u8 >= threshold as u8, "{level:?} at {threshold:?}");
        }
    }
}

#[test]
fn x13_no_timestamp_means_no_key() {
    assert!(!with_fields(&[]).contains("timestamp"));
    let scope = Scope::new("c");
    let context = context();
    let entry = Entry { trace: Some(&context), ..Entry::new(Level::Info, "m", &scope) };
    let mut logger = plain();
    assert!(logger.log(&entry, 0).expect("enabled").text.contains("traceId"));
    logger.set_tracing(false);
    assert!(!logger.log(&entry, 0).expect("enabled").text.contains("traceId"));
}

#[test]
fn x14_a_changed_level_reaches_every_scope() {
    let mut logger = plain();
    let held = Scope::new("a").child("b", vec![]);
    assert!(logger.log(&Entry::new(Level::Debug, "m", &held), 0).is_none());
    logger.set_level(Level::Debug);
    assert!(logger.log(&Entry::new(Level::Debug, "m", &held), 0).is_some());
}

#[test]
fn sampling_keeps_traces_whole_and_warnings_always() {
    let mut logger = logger(|options| options.sample = 0.25);
    let scope = Scope::new("c");
    let mut kept = 0;
    for seed in 0..1000u64 {
        let mut random = crate::support::Seeded(seed);
        let context =
            TraceContext::root(1.0, &mut |bytes| bytes.iter_mut().for_each(|byte| *byte = random.next() as u8));
        let mut log = |level| {
            let entry = Entry { trace: Some(&context), ..Entry::new(level, "m", &scope) };
            logger.log(&entry, 0).is_some()
        };
        let first = log(Level::Info);
        assert!((0..5).all(|_| log(Level::Info) == first));
        assert!(log(Level::Warn) && log(Level::Fatal));
        kept += u32::from(first);
    }
    assert!((200..300).contains(&kept), "{kept}");
    let without = (0..1000).filter(|_| logger.log(&Entry::new(Level::Info, "m", &scope), 0).is_some()).count();
    assert_eq!(without, 250);
}

#[test]
fn the_ring_keeps_the_last_entries_within_bounds() {
    let mut logger = logger(|options| options.ring = 100);
    let scope = Scope::new("c");
    for index in 0..1000u64 {
        let level = if index % 2 == 0 { Level::Info } else { Level::Warn };
        logger.log(&Entry::new(level, &index.to_string(), &scope), index);
    }
    assert_eq!(logger.kept(Level::Trace, 0).count(), 100);
    assert_eq!(logger.kept(Level::Warn, 0).count(), 50);
    assert_eq!(logger.kept(Level::Trace, 990).count(), 10);
    assert!(logger.kept(Level::Trace, 0).next().expect("an entry").text.contains("\"900\""));
    let mut big = self::logger(|options| options.ring = 10_000);
    let message = "x".repeat(8000);
    (0..2000).for_each(|_| drop(big.log(&Entry::new(Level::Info, &message, &scope), 0)));
    assert!((400..600).contains(&big.kept(Level::Trace, 0).count()), "4 MiB in all");
}

#[test]
fn options_are_checked() {
    let wrong = LogOptions { ring: 10_001, sample: f64::NAN, ..LogOptions::default() };
    let Err(problems) = Logger::new(wrong) else { panic!("accepted") };
    assert_eq!(problems.iter().map(|problem| problem.key).collect::<Vec<_>>(), ["ring", "sample"]);
}

#[test]
fn two_loggers_do_not_mix() {
    let (mut one, mut two) = (logger(|options| options.ring = 5), logger(|options| options.ring = 5));
    let scope = Scope::new("c");
    one.log(&Entry::new(Level::Info, "one", &scope), 0);
    two.log(&Entry::new(Level::Info, "two", &scope), 0);
    assert!(one.kept(Level::Trace, 0).all(|line| line.text.contains("one")));
    assert_eq!(two.kept(Level::Trace, 0).count(), 1);
}
