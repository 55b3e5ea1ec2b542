//! Exposition (5.6) and defects P1 to P8. A strict reader of the grammar checks every page.

use std::collections::{BTreeMap, BTreeSet};

use somon_ops::breaker::{Breakers, Decision, Outcome};
use somon_ops::exposition::{Exposition, Kind, NameError, Number, TextFormat};
use somon_ops::health::HealthStatus;
use somon_ops::metrics::{Counter, Live, LoadOutcome, Metrics, Operation, OperationEnd};
use somon_ops::prometheus::{DEFAULT_PREFIX, Facts, render};

use crate::support::options;

type Labels = Vec<(String, String)>;

struct Page {
    kinds: BTreeMap<String, String>,
    samples: BTreeMap<(String, Labels), f64>,
}

impl Page {
    /// Reads a page and refuses whatever a scraper might.
    #[track_caller]
    fn read(text: &str, format: TextFormat) -> Self {
        let body = match format {
            TextFormat::OpenMetrics => text.strip_suffix("# EOF\n").expect("an end"),
            _ => text,
        };
        assert!(body.ends_with('\n') && !body.contains("\n\n") && !body.contains('\r'));
        let mut page = Page { kinds: BTreeMap::new(), samples: BTreeMap::new() };
        let mut family = String::new();
        let mut lines = body.lines().peekable();
        while let Some(line) = lines.next() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, words) = help.split_once(' ').expect("a text");
                assert!(!words.is_empty());
                let kind = lines.next().and_then(|line| line.strip_prefix("# TYPE ")).expect("TYPE after HELP");
                let (typed, kind) = kind.split_once(' ').expect("a type");
                assert_eq!(typed, name);
                assert!(["counter", "gauge", "histogram", "info"].contains(&kind), "{kind}");
                assert!(page.kinds.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} comes twice");
                let next = lines.peek().expect("samples");
                assert!(next.starts_with(name), "{name} has no samples");
                let is_total = name.ends_with("_total");
                assert_eq!(is_total, kind == "counter" && format == TextFormat::Prometheus, "{name} is a {kind}");
                family = name.to_owned();
                continue;
            }
            let (name, labels, value) = sample(line);
            let suffix = name.strip_prefix(&family).unwrap_or_else(|| panic!("{name} is not of {family}"));
            let allowed: &[&str] = match (page.kinds[&family].as_str(), format) {
                ("histogram", _) => &["_bucket", "_sum", "_count"],
                ("counter", TextFormat::OpenMetrics) => &["_total"],
                ("info", TextFormat::OpenMetrics) => &["_info"],
                _ => &[""],
            };
            assert!(allowed.contains(&suffix), "{name} in {family}");
            assert!(page.samples.insert((name.clone(), labels), value).is_none(), "{line} comes twice");
        }
        page.check_histograms();
        page
    }

    fn check_histograms(&self) {
        for (family, _) in self.kinds.iter().filter(|(_, kind)| *kind == "histogram") {
            let mut series: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
            for ((name, labels), value) in &self.samples {
                if *name == format!("{family}_bucket") {
                    let mut labels = labels.clone();
                    let (last, bound) = labels.pop().expect("le");
                    assert_eq!(last, "le");
                    series.entry(labels).or_default().push((bound.parse().expect("a bound"), *value));
                }
            }
            for (labels, mut buckets) in series {
                buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
                assert_eq!(buckets.len(), 14);
                assert!(buckets.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{family} is cumulative");
                let (bound, all) = buckets[13];
                assert_eq!(bound, f64::INFINITY);
                assert_eq!(self.samples[&(format!("{family}_count"), labels.clone())], all);
                assert!(self.samples.contains_key(&(format!("{family}_sum"), labels)));
            }
        }
    }

    #[track_caller]
    fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let labels = labels.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let key = (format!("somon_script_{name}"), labels);
        *self.samples.get(&key).unwrap_or_else(|| panic!("no {key:?}"))
    }
}

/// `name{label="text",...} value`, no timestamp.
#[track_caller]
fn sample(line: &str) -> (String, Labels, f64) {
    let name_end = line.find(['{', ' ']).expect("a value");
    let (name, mut rest) = line.split_at(name_end);
    let is_name = |text: &str| {
        text.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
            && text.starts_with(|char: char| !char.is_ascii_digit())
    };
    assert!(is_name(name), "{line}");
    let mut labels = Vec::new();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        loop {
            let (label, quoted) = rest.split_once("=\"").expect("a label");
            assert!(is_name(label), "{line}");
            let mut text = String::new();
            let mut chars = quoted.char_indices();
            let end = loop {
                match chars.next().expect("a closing quote") {
                    (at, '"') => break at,
                    (_, '\\') => text.push(match chars.next().expect("an escape").1 {
                        'n' => '\n',
                        same @ ('\\' | '"') => same,
                        other => panic!("escape {other}"),
                    }),
                    (_, char) => text.push(char),
                }
            };
            labels.push((label.to_owned(), text));
            rest = &quoted[end + 1..];
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None => break,
            }
        }
        rest = rest.strip_prefix('}').expect("a closing brace");
    }
    let value = rest.strip_prefix(' ').expect("a space");
    assert!(!value.contains(' '), "no timestamp: {line}");
    let value = match value {
        "+Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        "NaN" => f64::NAN,
        number => {
            assert!(number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-'), "{line}");
            number.parse().expect("a number")
        }
    };
    (name.to_owned(), labels, value)
}

fn live() -> Live {
    Live {
        in_flight: 1,
        modules_in_cache: 3,
        cache_bytes: 890,
        cache_limit_bytes: 67_108_864,
        linear_bytes: Some(2_097_152),
        live_bytes: Some(1_000_000),
        memory_limit_bytes: 268_435_456,
        ..Live::default()
    }
}

#[track_caller]
fn both(metrics: &mut Metrics, breakers: &mut Breakers, now_us: u64) -> (Page, String) {
    let live = live();
    let facts = Facts {
        version: "0.1.0",
        host: "node",
        started_epoch_ms: 1_758_096_620_762,
        health: HealthStatus::Degraded,
        live: &live,
    };
    let mut text = |format| render(format, DEFAULT_PREFIX, metrics, breakers, &facts, now_us).expect("valid names");
    Page::read(&text(TextFormat::OpenMetrics), TextFormat::OpenMetrics);
    let text = text(TextFormat::Prometheus);
    (Page::read(&text, TextFormat::Prometheus), text)
}

fn call(breakers: &mut Breakers, key: &str, outcome: Outcome) {
    if let Decision::Admitted(lease) = breakers.admit(key, 0, &mut || 0.0) {
        breakers.settle(lease, outcome, 0);
    }
}

fn busy_system() -> (Metrics, Breakers) {
    let mut metrics = Metrics::new(0);
    metrics.load_done(LoadOutcome::Fetched, 3200, 0);
    metrics.load_done(LoadOutcome::Fetched, 2500, 0);
    metrics.load_done(LoadOutcome::Hit, 2, 0);
    metrics.load_failed("LOAD_HTTP", 11_000_000, 0);
    metrics.module_compiled(true, 700, 0);
    metrics.operation_started(Operation::Bundle, 0);
    metrics.operation_done(Operation::Bundle, OperationEnd::Failure, 40_000, 0);
    metrics.count(Counter::Retries, 4);
    metrics.lag_ms(2.0, 0);
    metrics.busy_ms(250.0, 0);
    let mut breakers = Breakers::new(options(|_| {})).expect("valid");
    (0..7).for_each(|_| call(&mut breakers, "https://cdn.example", Outcome::FAILURE));
    (0..3).for_each(|_| call(&mut breakers, "https://b.example", Outcome::Success));
    call(&mut breakers, "https://b.example", Outcome::FAILURE);
    (metrics, breakers)
}

#[test]
fn p6_p8_every_family_is_there_and_says_what_happened() {
    let (mut metrics, mut breakers) = busy_system();
    let (page, _) = both(&mut metrics, &mut breakers, 1_101_000);
    let families: BTreeSet<&str> =
        page.kinds.keys().map(|name| name.strip_prefix("somon_script_").expect("a prefix")).collect();
    let expected = "build_info start_time_seconds uptime_seconds loads_total load_errors_total modules_loaded_total \
        modules_cached cache_hits_total cache_misses_total cache_evictions_total cache_revalidations_total \
        cache_hit_ratio cache_bytes cache_limit_bytes load_duration_seconds compile_duration_seconds \
        bundle_duration_seconds compile_errors_total bundle_errors_total operations_total operation_errors_total \
        memory_linear_bytes memory_live_bytes memory_limit_bytes event_loop_lag_seconds busy_ratio \
        circuit_breaker_trips_total circuit_breaker_rejections_total circuit_breaker_state \
        circuit_breaker_window_failures circuit_breaker_failure_ratio circuit_breakers retries_total timeouts_total \
        fetched_bytes_total fetches_in_flight health_status stale_served_total";
    assert_eq!(families, expected.split_whitespace().collect());
    assert_eq!(page.value("build_info", &[("version", "0.1.0"), ("host", "node")]), 1.0);
    assert_eq!(page.value("start_time_seconds", &[]), 1_758_096_620.762);
    assert_eq!(page.value("loads_total", &[("outcome", "fetched")]), 2.0);
    assert_eq!(page.value("load_errors_total", &[("code", "LOAD_HTTP")]), 1.0);
    assert_eq!(page.value("cache_hit_ratio", &[]), 0.25);
    assert_eq!(page.value("operation_errors_total", &[("operation", "bundle")]), 1.0);
    assert_eq!(page.value("retries_total", &[]), 4.0);
    assert_eq!(page.value("fetches_in_flight", &[]), 1.0);
    assert_eq!(page.value("health_status", &[("status", "degraded")]), 1.0);
    assert_eq!(page.value("health_status", &[("status", "healthy")]), 0.0);
    let bucket = |bound| page.value("load_duration_seconds_bucket", &[("outcome", "fetched"), ("le", bound)]);
    assert_eq!((bucket("0.001"), bucket("0.0025"), bucket("0.005"), bucket("+Inf")), (0.0, 1.0, 2.0, 2.0));
    assert_eq!(page.value("load_duration_seconds_sum", &[("outcome", "fetched")]), 0.0057);
    let error = |bound| page.value("load_duration_seconds_bucket", &[("outcome", "error"), ("le", bound)]);
    assert_eq!((error("10"), error("+Inf")), (0.0, 1.0));
    let key = [("key", "https://cdn.example")];
    assert_eq!(page.value("circuit_breaker_trips_total", &key), 1.0);
    assert_eq!(page.value("circuit_breaker_rejections_total", &key), 2.0);
    assert_eq!(page.value("circuit_breaker_state", &[key[0], ("state", "open")]), 1.0);
    assert_eq!(page.value("circuit_breaker_window_failures", &key), 5.0);
    assert_eq!(page.value("circuit_breaker_failure_ratio", &[("key", "https://b.example")]), 0.25);
    assert_eq!(page.value("circuit_breakers", &[("state", "closed")]), 1.0);
}

#[test]
fn what_is_not_measurable_is_left_out() {
    let mut breakers = Breakers::new(options(|_| {})).expect("valid");
    let (page, _) = both(&mut Metrics::new(0), &mut breakers, 0);
    for family in ["event_loop_lag_seconds", "busy_ratio", "circuit_breaker_state", "load_errors_total"] {
        assert!(!page.kinds.contains_key(&format!("somon_script_{family}")), "{family}");
    }
}

#[test]
fn p1_p5_types_and_units() {
    let (mut metrics, mut breakers) = busy_system();
    let (page, text) = both(&mut metrics, &mut breakers, 1_101_000);
    assert_eq!(page.value("uptime_seconds", &[]), 1.101);
    let kind = |name: &str| page.kinds[&format!("somon_script_{name}")].as_str();
    assert_eq!(kind("uptime_seconds"), "gauge");
    assert_eq!((kind("circuit_breaker_window_failures"), kind("circuit_breakers")), ("gauge", "gauge"));
    assert!(!text.contains("milli") && !text.contains("_ms"));
}

#[test]
fn p3_label_values_are_escaped() {
    let key = "a\"b\\c\nd{}=,ё";
    let mut breakers = Breakers::new(options(|_| {})).expect("valid");
    breakers.ensure(key, 0);
    let (page, text) = both(&mut Metrics::new(0), &mut breakers, 0);
    assert_eq!(page.value("circuit_breaker_trips_total", &[("key", key)]), 0.0);
    assert!(text.contains(r#"key="a\"b\\c\nd{}=,ё""#));
}

#[test]
fn at_most_two_hundred_keys_and_no_counter_falls() {
    let mut breakers = Breakers::new(options(|options| options.failure_threshold = 1)).expect("valid");
    breakers.ensure("other", 0);
    for index in 0..999 {
        call(&mut breakers, &format!("https://{index}"), Outcome::FAILURE);
    }
    let (page, _) = both(&mut Metrics::new(0), &mut breakers, 0);
    let trips: Vec<_> =
        page.samples.iter().filter(|((name, _), _)| name == "somon_script_circuit_breaker_trips_total").collect();
    assert_eq!(trips.len(), 200);
    assert_eq!(page.value("circuit_breaker_trips_total", &[("key", "other")]), 800.0);
    assert_eq!(page.value("circuit_breaker_state", &[("key", "other"), ("state", "open")]), 800.0);
    assert_eq!(page.value("circuit_breaker_failure_ratio", &[("key", "other")]), 1.0);
    assert_eq!(trips.iter().map(|(_, value)| **value).sum::<f64>(), 999.0);
    (0..500).for_each(|index| call(&mut breakers, &format!("https://new{index}"), Outcome::FAILURE));
    let (page, _) = both(&mut Metrics::new(0), &mut breakers, 0);
    let all = page.samples.iter().filter(|((name, _), _)| name == "somon_script_circuit_breaker_trips_total");
    assert_eq!(all.map(|(_, value)| *value).sum::<f64>(), 1499.0, "what was pushed out is still counted");
}

#[test]
fn p7_names_and_special_values() {
    let page = |prefix, label| {
        let mut page = Exposition::new(TextFormat::Prometheus, prefix);
        page.family("x", Kind::Gauge, "a\\b\nc\"d");
        for value in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -0.5] {
            page.sample(&[(label, "v")], Number::Float(value));
        }
        page.finish()
    };
    let expected = "# HELP p:q_x a\\\\b\\nc\"d\n# TYPE p:q_x gauge\n\
        p:q_x{l=\"v\"} +Inf\np:q_x{l=\"v\"} -Inf\np:q_x{l=\"v\"} NaN\np:q_x{l=\"v\"} -0.5\n";
    assert_eq!(page("p:q", "l").as_deref(), Ok(expected));
    for prefix in ["", "1a", "a-b", "ё", "a b", "a\nb"] {
        let valid = prefix.is_empty();
        assert_eq!(page(prefix, "l").is_ok(), valid, "{prefix}");
    }
    for label in ["", "1", "a:b", "a-b", "le gal"] {
        assert_eq!(page("p", label), Err(NameError { name: label.to_owned() }));
    }
}

#[test]
fn open_metrics_differs_where_it_must() {
    let (mut metrics, mut breakers) = busy_system();
    let live = live();
    let facts = Facts { version: "1", host: "deno", started_epoch_ms: 0, health: HealthStatus::Healthy, live: &live };
    let text = render(TextFormat::OpenMetrics, "somon", &mut metrics, &mut breakers, &facts, 0).expect("valid names");
    assert!(text.contains("# TYPE somon_loads counter\nsomon_loads_total{outcome=\"hit\"} 1\n"));
    assert!(text.contains("# TYPE somon_build info\nsomon_build_info{version=\"1\",host=\"deno\"} 1\n"));
    assert!(text.contains("le=\"1.0\"") && text.contains("le=\"0.25\"") && !text.contains("le=\"1\""));
    assert!(text.ends_with("# EOF\n"));
}
