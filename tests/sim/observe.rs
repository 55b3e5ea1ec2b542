//! Figures, health, logs and events of the real loader in virtual time. Rows of module-system.md are named by id.

use somon_modules::error::ErrorCode;
use somon_modules::json_value;
use somon_ops::exposition::TextFormat;
use somon_ops::health::CheckStatus;
use somon_system::effect::{OperationId, Topic};
use somon_system::event::{Event, Measured, Moment, Request};
use somon_system::sim::{End, Network, Reply, World, profile};

use crate::support::{BASE, bundle, compile, load};

const MS: u64 = 1000;

fn world(options: &str, mut answer: impl FnMut(u64, &str) -> Reply + 'static) -> World {
    let options = json_value::read(options).expect("JSON");
    let mut world = World::new(&options, &profile(BASE), Network::default()).expect("the options are right");
    world.server = Some(Box::new(move |now, request| Some(answer(now / MS, &request.url))));
    world
}

const PLAIN: &str = r#"{"loading": {"retry": {"maxRetries": 0}}, "logger": {"level": "debug"}}"#;

fn kept(text: &str) -> Reply {
    Reply::text(text).header("cache-control", "max-age=600")
}

fn run(world: &mut World, operation: u32, request: Request) -> Option<ErrorCode> {
    world.start_at(world.now, operation, request);
    world.run();
    assert!(world.faults.is_empty(), "{:?}", world.faults);
    world.settled.get(&OperationId(operation)).expect("settled").as_ref().err().map(|error| error.code)
}

fn figures(world: &mut World) -> serde_json::Value {
    let text = world.call(|system, moment| system.metrics_json(moment, None));
    serde_json::from_str(&text).expect("JSON")
}

fn status(world: &mut World, name: &str) -> CheckStatus {
    let health = world.call(|system, moment| system.health(moment));
    health.checks.iter().find(|(check, _)| check.name == name).expect("a check").0.status
}

fn entries(world: &World) -> Vec<serde_json::Value> {
    world.logs.iter().map(|line| serde_json::from_str(&line.text).expect("JSON")).collect()
}

#[test]
fn each_load_is_told_once_with_its_outcome() {
    let mut world = world(PLAIN, |_, url| {
        if url.contains("missing") {
            Reply::status(404)
        } else if url.contains("stale") {
            Reply::text("чоп.сабт(1);").header("etag", "\"1\"")
        } else {
            kept("чоп.сабт(1);")
        }
    });
    // One asks, the other joins.
    world.start_at(0, 1, load("./a.som"));
    world.start_at(0, 2, load("./a.som"));
    world.run();
    assert_eq!(run(&mut world, 3, load("./a.som")), None);
    assert_eq!(run(&mut world, 4, load("./stale.som")), None);
    assert_eq!(run(&mut world, 5, load("./stale.som")), None);
    assert_eq!(run(&mut world, 6, load("./missing")), Some(ErrorCode::ResolveNotFound));
    world.start_at(world.now, 7, load("./b.som"));
    world.abort_at(world.now, 7);
    world.run();
    let figures = figures(&mut world);
    let told = |name: &str| figures[name].as_f64().expect("a number");
    let counts = ["modulesLoaded", "cacheJoins", "cacheHits", "cacheRevalidations", "loadErrors"].map(told);
    assert_eq!(counts, [2.0, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!((told("totalLoads"), told("aborts"), told("requestCount")), (6.0, 1.0, 7.0));
    let outcomes: Vec<String> =
        entries(&world).iter().filter_map(|entry| entry["metadata"]["outcome"].as_str().map(str::to_owned)).collect();
    assert_eq!(outcomes, ["fetched", "joined", "hit", "fetched", "revalidated"]);
}

#[test]
fn durations_are_those_of_the_clock_and_m13_never_negative() {
    let mut world = world(PLAIN, |_, _| kept("чоп.сабт(1);").delay(20 * MS));
    assert_eq!(run(&mut world, 1, load("./a.som")), None);
    let figures_before = figures(&mut world);
    // Head and body, 20 ms each.
    assert_eq!(figures_before["loadLatency"]["max"], 40.0);
    assert_eq!(figures_before["operationLatency"]["max"], 40.0);
    assert_eq!(figures_before["uptime"], 40.0);
    // The wall clock steps back an hour, and so does the other one.
    let back = Moment { epoch_ms: 1, ..Moment::default() };
    let health = world.system.health(back);
    assert_eq!(health.uptime_us, 40 * MS);
    world.date_shift_ms = -3_600_000;
    assert_eq!(run(&mut world, 2, load("./b.som")), None);
    assert_eq!(figures(&mut world)["loadLatency"]["min"], 40.0);
}

#[test]
fn h6_the_page_for_scrapers_shows_what_the_system_holds() {
    let mut world = world(PLAIN, |_, _| kept("чоп.сабт(1);"));
    for n in 0..3 {
        assert_eq!(run(&mut world, n + 1, load(&format!("./{n}.som"))), None);
    }
    let page = world.call(|system, moment| system.prometheus(moment, TextFormat::Prometheus)).expect("right names");
    for line in [
        "somon_script_modules_cached 3",
        "somon_script_loads_total{outcome=\"fetched\"} 3",
        "somon_script_operations_total{operation=\"loadModule\"} 3",
        "somon_script_health_status{status=\"healthy\"} 1",
        "somon_script_load_duration_seconds_count{outcome=\"fetched\"} 3",
    ] {
        assert!(page.contains(line), "{line} in {page}");
    }
    assert!(!page.contains("busy_ratio") && !page.contains("memory_live_bytes"), "not measurable in a simulator");
}

#[test]
fn figures_that_are_not_measurable_are_null() {
    let mut world = world(PLAIN, |_, _| kept("чоп.сабт(1);"));
    let figures = figures(&mut world);
    let null = serde_json::Value::Null;
    assert_eq!(figures["eventLoop"]["lag"], null);
    assert_eq!(figures["eventLoop"]["busyRatio"], null);
    assert_eq!(figures["memory"]["liveBytes"], null);
    assert_eq!(figures["resetAt"], null);
    assert_eq!(figures["scope"], "instance");
    assert_eq!(figures["instanceId"].as_str().map(str::len), Some(32));
    assert!(figures.get("systemLoad").is_none());
}

#[test]
fn reset_begins_anew_and_keeps_the_uptime() {
    let mut world = world(PLAIN, |_, _| kept("чоп.сабт(1);"));
    assert_eq!(run(&mut world, 1, load("./a.som")), None);
    world.call(|system, moment| system.reset_metrics(moment));
    let figures = figures(&mut world);
    assert_eq!((&figures["totalLoads"], &figures["modulesInCache"]), (&0.into(), &1.into()));
    assert!(figures["uptime"].as_f64() > Some(0.0));
    assert_eq!(figures["resetAt"], "2026-01-01T00:00:00.002Z");
}

#[test]
fn memory_gives_the_cache_back_first_and_then_refuses() {
    let mut world = world(r#"{"resourceLimits": {"maxMemoryBytes": 1048576}, "logger": true}"#, |_, _| {
        kept(&format!("// {}", "x".repeat(100_000)))
    });
    for n in 0..3 {
        assert_eq!(run(&mut world, n + 1, load(&format!("./{n}.som"))), None);
    }
    let measured = |world: &mut World, live_bytes| {
        let measured = Measured { live_bytes: Some(live_bytes), ..Measured::default() };
        let moment = world.moment();
        world.system.step(moment, Event::Measured { measured });
    };
    measured(&mut world, 1_048_576 + 150_000);
    assert_eq!(run(&mut world, 4, load("./3.som")), None, "two entries of the cache are enough");
    assert!(world.system.figures().cached_modules <= 2);
    measured(&mut world, 10_000_000);
    assert_eq!(run(&mut world, 5, load("./4.som")), Some(ErrorCode::LimitBytes));
    measured(&mut world, 10_000_000);
    assert_eq!(run(&mut world, 6, load("./5.som")), Some(ErrorCode::LimitBytes));
    let warned = entries(&world).iter().filter(|entry| entry["message"] == "Memory is short").count();
    assert_eq!(warned, 1, "X3: not again within `resourceLimits.checkInterval`");
}

#[test]
fn x1_x2_resident_modules_are_counted_not_loads() {
    let mut world = world(r#"{"resourceLimits": {"maxCachedModules": 2}}"#, |_, url| {
        kept(if url.ends_with("main.som") {
            "ворид \"./a.som\"; ворид \"./b.som\";"
        } else {
            "чоп.сабт(1);"
        })
    });
    for n in 0..6 {
        assert_eq!(run(&mut world, n + 1, load("./a.som")), None);
    }
    assert_eq!(run(&mut world, 7, compile("./main.som")), Some(ErrorCode::LimitModules));
}

#[test]
fn the_lag_timer_runs_only_while_something_is_under_way() {
    let mut world = world(PLAIN, |_, _| kept("чоп.сабт(1);").end(End::Hangs));
    assert_eq!(world.system.figures().timers, 0);
    world.start_at(0, 1, load("./a.som"));
    world.run_until(900 * MS);
    let during = world.system.figures().timers;
    world.abort_at(world.now, 1);
    world.run();
    assert!(world.faults.is_empty(), "{:?}", world.faults);
    assert_eq!((during, world.system.figures().timers), (3, 0), "of the operation, of the fetch, and this one");
}

#[test]
fn a_hidden_page_is_not_late() {
    let mut world = world(PLAIN, |_, _| kept("чоп.сабт(1);").end(End::Hangs));
    world.start_at(0, 1, load("./a.som"));
    world.run_until(900 * MS);
    let moment = world.moment();
    let measured = Measured { is_hidden: true, ..Measured::default() };
    world.system.step(moment, Event::Measured { measured });
    world.now = 5000 * MS;
    world.step();
    assert_eq!(status(&mut world, "cpu"), CheckStatus::Pass);
}

#[test]
fn a_busy_host_is_told_by_the_time_of_its_calls() {
    let mut world = world(PLAIN, |_, _| kept("чоп.сабт(1);"));
    let busy = |world: &mut World, seconds: u64, share: f64| {
        for _ in 0..seconds {
            world.now += 1000 * MS;
            let measured = Measured { busy_ms: Some(share * 1000.0), ..Measured::default() };
            let moment = world.moment();
            world.system.step(moment, Event::Measured { measured });
        }
    };
    busy(&mut world, 60, 0.5);
    assert_eq!(status(&mut world, "cpu"), CheckStatus::Pass);
    busy(&mut world, 60, 0.9);
    assert_eq!(status(&mut world, "cpu"), CheckStatus::Warn);
    busy(&mut world, 180, 0.99);
    assert_eq!(status(&mut world, "cpu"), CheckStatus::Fail);
}

#[test]
fn a_recovered_instance_says_so_for_a_minute() {
    let mut world = world(PLAIN, |_, _| kept("чоп.сабт(1);"));
    let config = json_value::read(r#"{"maxRetries": 7}"#).expect("JSON");
    world.call(|system, moment| system.recovered(moment, &config, 5));
    assert_eq!(status(&mut world, "runtime"), CheckStatus::Warn);
    assert_eq!(world.system.config().version(), 5, "versions never fall");
    world.now += 60_000 * MS;
    assert_eq!(status(&mut world, "runtime"), CheckStatus::Pass);
}

#[test]
fn readiness_hangs_on_required_origins() {
    let options = r#"{"loading": {"retry": {"maxRetries": 0}}, "circuitBreakers": {"failureThreshold": 1},
        "resolution": {"allowedOrigins": "any"}}"#;
    let mut world = world(options, |_, _| Reply::status(500));
    assert!(run(&mut world, 1, load("https://other/a.som")).is_some());
    assert_eq!(world.call(|system, moment| system.unready_reasons(moment)), [""; 0], "nobody requires that one");
    assert!(run(&mut world, 2, load("./a.som")).is_some());
    let reasons = world.call(|system, moment| system.unready_reasons(moment));
    assert_eq!(reasons, ["circuit breaker open: https://h"]);
}

#[test]
fn cycles_stale_copies_and_slow_loads_are_told_to_listeners() {
    let options = r#"{"loading": {"retry": {"maxRetries": 0}, "staleIfErrorMs": 60000}, "tracing": {"slowLoadMs": 50},
        "logger": true}"#;
    let mut world = world(options, |now, url| {
        if url.ends_with("stale.som") && now > 20 {
            Reply::status(503)
        } else if url.ends_with("slow.som") {
            kept("чоп.сабт(1);").delay(40 * MS)
        } else if url.ends_with("stale.som") {
            Reply::text("чоп.сабт(1);")
        } else {
            kept("ворид \"./a.som\"; ворид \"./b.som\";")
        }
    });
    for topic in [Topic::Cycle, Topic::Warning] {
        world.call(|system, moment| system.listen(moment, topic, true));
    }
    assert_eq!(run(&mut world, 1, load("./stale.som")), None);
    assert_eq!(run(&mut world, 2, bundle("./a.som")), None);
    assert_eq!(run(&mut world, 3, load("./slow.som")), None);
    assert_eq!(run(&mut world, 4, load("./stale.som")), None);
    let told: Vec<String> =
        world.notices.iter().map(|(topic, detail)| format!("{} {detail:?}", topic.text())).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("cycle") && told[0].contains("a.som -> a.som"), "{told:?}");
    assert!(told[1].contains("Module loaded slowly") && told[2].contains("Stale copy served"), "{told:?}");
}

#[test]
fn concurrent_operations_keep_their_traces_apart() {
    let mut world = world(r#"{"logger": true}"#, |_, _| kept("чоп.сабт(1);"));
    for n in 0..8 {
        world.start_at(0, n + 1, load(&format!("./{n}.som")));
    }
    world.run();
    let traces: Vec<String> = entries(&world).iter().map(|entry| entry["traceId"].to_string()).collect();
    let mut different = traces.clone();
    different.sort();
    different.dedup();
    assert_eq!((traces.len(), different.len()), (8, 8));
}

#[test]
fn nothing_is_exported_unless_asked_for() {
    let mut world = world(PLAIN, |_, _| kept("чоп.сабт(1);"));
    assert_eq!(run(&mut world, 1, load("./a.som")), None);
    world.call(|system, moment| system.flush(moment, true));
    world.run();
    assert_eq!(world.requests, ["https://h/app/a.som"]);
}

#[test]
fn spans_and_figures_go_to_the_collector_by_its_interval() {
    let bodies = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let seen = bodies.clone();
    let options = json_value::read(
        r#"{"otlp": {"endpoint": "http://collector:4318/", "intervalMs": 5000, "headers": {"x-key": "1"}}, "logger": true}"#,
    )
    .expect("JSON");
    let mut world = World::new(&options, &profile(BASE), Network::default()).expect("the options are right");
    world.server = Some(Box::new(move |now, request| {
        if let Some(post) = &request.post {
            assert_eq!(request.own_headers, [("x-key".to_owned(), "1".to_owned())]);
            let body: serde_json::Value = serde_json::from_str(post).expect("JSON");
            seen.borrow_mut().push((now / MS, request.url.clone(), body));
            return Some(Reply::status(if now > 8000 * MS { 503 } else { 200 }));
        }
        Some(kept(if request.url.ends_with("a.som") { "ворид \"./b.som\";" } else { "чоп.сабт(1);" }))
    }));
    assert_eq!(run(&mut world, 1, bundle("./a.som")), None);
    let exported = bodies.take();
    let urls: Vec<(u64, &str)> = exported.iter().map(|(at, url, _)| (*at, url.as_str())).collect();
    let at = urls[0].0;
    assert!((5000..5010).contains(&at), "{at}");
    assert_eq!(urls, [(at, "http://collector:4318/v1/metrics"), (at, "http://collector:4318/v1/traces")]);

    let metrics = &exported[0].2["resourceMetrics"][0];
    assert_eq!(metrics["resource"]["attributes"][0]["value"]["stringValue"], "somon-wasm");
    let all = metrics["scopeMetrics"][0]["metrics"].as_array().expect("a list");
    let find = |name: &str| all.iter().find(|metric| metric["name"] == name).expect("a metric of that name");
    let fetched = &find("somon_script_modules_loaded")["sum"];
    assert_eq!((&fetched["isMonotonic"], &fetched["aggregationTemporality"]), (&true.into(), &2.into()));
    assert_eq!(fetched["dataPoints"][0]["asInt"], "2");
    assert!(fetched["dataPoints"][0]["timeUnixNano"].as_str().expect("a string").len() == 19);
    let histogram = &find("somon_script_bundle_duration_seconds")["histogram"]["dataPoints"][0];
    assert_eq!(histogram["count"], "1");
    let (buckets, bounds) = (&histogram["bucketCounts"], &histogram["explicitBounds"]);
    assert_eq!(buckets.as_array().map(Vec::len), bounds.as_array().map(|bounds| bounds.len() + 1));
    assert!(find("somon_script_uptime_seconds")["gauge"]["dataPoints"][0]["asDouble"].is_number());

    let spans = exported[1].2["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().expect("a list").clone();
    let names: Vec<&str> = spans.iter().filter_map(|span| span["name"].as_str()).collect();
    assert_eq!(names, ["fetch", "parse", "resolve", "fetch", "parse", "link", "bundle"]);
    let root = spans.last().expect("the operation");
    for span in &spans {
        assert_eq!(span["traceId"], root["traceId"]);
        let of = |key: &str| span[key].as_str().expect("a string").parse::<u64>().expect("a number");
        assert!(of("startTimeUnixNano") <= of("endTimeUnixNano"));
        let is_root = span["spanId"] == root["spanId"];
        assert_eq!(span.get("parentSpanId").is_none(), is_root);
        assert!(is_root || span["parentSpanId"] == root["spanId"]);
    }
    let of = |key: &str| root[key].as_str().expect("a string").parse::<u64>().expect("a number");
    assert_eq!(of("startTimeUnixNano"), 1_767_225_600_000_000_000);
    assert_eq!(of("endTimeUnixNano") - of("startTimeUnixNano"), 4_000_000);

    // A collector that refuses costs an entry in the log and what it was sent.
    world.now = 9000 * MS;
    assert_eq!(run(&mut world, 2, load("./a.som")), None);
    assert_eq!(bodies.take().len(), 2);
    assert_eq!(entries(&world).iter().filter(|entry| entry["message"] == "Export failed").count(), 2);
    world.call(|system, moment| system.flush(moment, true));
    world.run();
    assert!(bodies.take().is_empty(), "nothing new");
    assert!(world.faults.is_empty(), "{:?}", world.faults);
}

/// A session in which everything happens once, so that every figure has moved by its end.
#[test]
fn s02_s08_a_scenario_moves_every_figure() {
    let options = r#"{"loading": {"retry": {"maxRetries": 1, "jitter": false}, "maxCacheSize": 3, "staleIfErrorMs": 600000,
        "fetchTimeout": 500}, "circuitBreakers": {"failureThreshold": 4}, "resolution": {"allowedOrigins": "any"}}"#;
    let mut world = world(options, |now, url| {
        let text = "содир собит а = 1;";
        match url.rsplit('/').next().unwrap_or_default() {
            "hangs.som" => kept(text).end(End::Hangs),
            "down.som" => Reply::status(500),
            "wrong.som" => kept("собит = ;"),
            "etag.som" => Reply::text(text).header("etag", "\"1\""),
            "sick.som" if now > 2 => Reply::status(503),
            "sick.som" => Reply::text(text),
            _ => kept(text),
        }
    });
    let mut next = 0;
    let mut go = |world: &mut World, request: Request| {
        next += 1;
        run(world, next, request)
    };
    assert_eq!(go(&mut world, load("./sick.som")), None);
    world.now += 10 * MS;
    assert_eq!(go(&mut world, load("./sick.som")), None, "a stale copy");
    for module in ["./a.som", "./a.som", "./etag.som", "./etag.som", "./b.som", "./c.som", "./d.som"] {
        assert_eq!(go(&mut world, load(module)), None);
    }
    assert!(go(&mut world, load("https://hanging/hangs.som")).is_some());
    assert!(go(&mut world, load("https://down/down.som")).is_some());
    assert!(go(&mut world, load("https://down/down.som")).is_some());
    assert_eq!(go(&mut world, load("https://down/down.som")), Some(ErrorCode::BreakerOpen));
    assert_eq!(go(&mut world, compile("./a.som")), None);
    assert_eq!(go(&mut world, compile("./wrong.som")), None);
    assert!(go(&mut world, bundle("./wrong.som")).is_some());
    assert_eq!(go(&mut world, bundle("./fresh.som")), None);
    for (operation, time) in [(100, 0), (101, 0)] {
        world.start_at(world.now + time, operation, load("./joined.som"));
    }
    world.run();
    let measured = Measured {
        busy_ms: Some(5.0),
        linear_bytes: Some(9),
        live_bytes: Some(7),
        peak_live_bytes: Some(8),
        is_hidden: false,
    };
    let moment = world.moment();
    world.system.step(moment, Event::Measured { measured });
    let began = world.now;
    world.start_at(began, 102, load("https://hanging/hangs.som"));
    world.abort_at(began + 10 * MS, 102);
    // The loop is blocked when its timer is due.
    world.start_at(
        began + 20 * MS,
        103,
        Request::Load {
            specifier: "./hangs.som".to_owned(),
            referrer: None,
            options: json_value::read(r#"{"timeout": 60000}"#).expect("JSON"),
        },
    );
    world.call(|system, moment| {
        let patch = json_value::read(r#"{"fetchTimeout": 60000}"#).expect("JSON");
        system.update_config(moment, &patch, false).expect("right")
    });
    world.run_until(began + 1010 * MS);
    world.now += 200 * MS;
    world.step();
    let figures = figures(&mut world);
    let mut still = Vec::new();
    unmoved("", &figures, &mut still);
    // Compiling takes no time where no stopwatch runs; hits neither. Nothing was dropped, reset, or measured of the
    // host's heap.
    still.retain(|path| {
        !["cachedLoadLatency.", "compileLatency.", "resetAt", "droppedSamples", "memory.jsHeapUsed"]
            .iter()
            .any(|known| path.starts_with(known))
            && ![".min", ".p50"].iter().any(|low| path.ends_with(low))
    });
    assert!(still.is_empty(), "{still:?}\n{figures:#}");
    for recorder in ["cachedLoadLatency", "compileLatency"] {
        assert!(figures[recorder]["count"].as_u64() > Some(0), "{recorder}");
    }
}

fn unmoved(prefix: &str, value: &serde_json::Value, out: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                unmoved(&path, value, out);
            }
        }
        serde_json::Value::Null => out.push(prefix.to_owned()),
        serde_json::Value::Number(number) if number.as_f64() == Some(0.0) => out.push(prefix.to_owned()),
        _ => {}
    }
}
