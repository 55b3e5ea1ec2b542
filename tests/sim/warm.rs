//! Answers that the facade keeps, what they are charged, the limit of memory, and headers of the options.

use somon_modules::error::ErrorCode;
use somon_ops::config::Value;
use somon_system::event::{Event, Measured};
use somon_system::outcome::Outcome;
use somon_system::sim::{Network, Reply, World};

use crate::support::{BASE, bundle, busy_stopwatch, error, load, map, network, number, settle, text, world};

fn id(name: &str) -> String {
    [BASE, name].concat()
}

fn token(world: &mut World, entry: &str) -> Option<u32> {
    match settle(world, load(entry)) {
        Ok(Outcome::Module(module)) => module.token,
        other => panic!("settled with {other:?}"),
    }
}

fn touch(world: &mut World, token: u32) -> bool {
    world.call(|system, moment| system.touch(moment.now, token))
}

fn aged(files: &[(&str, &str, &str)]) -> Network {
    let mut network = Network::default();
    for (name, source, control) in files {
        network.set(&id(name), Reply::text(source).header("cache-control", control));
    }
    network
}

#[test]
fn an_answer_holds_as_long_as_the_freshest_part_does() {
    let files = [("a.som", "ворид \"./b.som\";", "max-age=60"), ("b.som", "", "max-age=10")];
    let mut world = world(&Value::Undefined, aged(&files));
    let kept = token(&mut world, "./a.som").expect("all of it is fresh");
    assert!(touch(&mut world, kept));
    world.now += 9_000_000;
    assert!(touch(&mut world, kept));
    world.now += 2_000_000;
    assert!(!touch(&mut world, kept), "b is past its time");
    assert!(!touch(&mut world, kept));
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn what_is_not_fresh_is_not_kept() {
    let mut world = world(&Value::Undefined, network(&[("a.som", "")]));
    assert_eq!(token(&mut world, "./a.som"), None);
}

#[test]
fn whatever_leaves_the_cache_ends_it() {
    let session = map(&[("loading", map(&[("httpCache", text("session"))]))]);
    let mut world = world(&session, network(&[("a.som", "ворид \"./b.som\";"), ("b.som", ""), ("c.som", "")]));
    let kept = token(&mut world, "./a.som").expect("a session does not ask");
    token(&mut world, "./c.som");
    assert!(touch(&mut world, kept), "another module does not matter");
    assert_eq!(token(&mut world, "./a.som"), Some(kept), "one number for one module");
    world.system.invalidate(&id("b.som"), false);
    assert!(!touch(&mut world, kept));
    let again = token(&mut world, "./a.som").expect("it is kept again");
    assert!(touch(&mut world, again));
    world.system.clear_cache();
    assert!(!touch(&mut world, again));
}

#[test]
fn a_missing_spelling_is_tried_again_in_its_time() {
    let mut network = Network::default();
    network.set(&id("a.js"), Reply::text("").header("cache-control", "max-age=600"));
    let mut world = world(&Value::Undefined, network);
    let kept = token(&mut world, "./a").expect("it is fresh");
    world.now += 4_000_000;
    assert!(touch(&mut world, kept));
    world.now += 2_000_000;
    assert!(!touch(&mut world, kept), "there may be an a.som by now");
}

#[test]
fn touching_is_using() {
    let options = map(&[("loading", map(&[("httpCache", text("session")), ("maxCacheSize", number(3))]))]);
    let mut world = world(&options, network(&[("a.som", ""), ("b.som", ""), ("c.som", ""), ("d.som", "")]));
    let kept = token(&mut world, "./a.som").expect("it is fresh");
    token(&mut world, "./b.som");
    token(&mut world, "./c.som");
    assert!(touch(&mut world, kept));
    token(&mut world, "./d.som");
    assert!(world.system.module(&id("a.som")).is_some());
    assert!(world.system.module(&id("b.som")).is_none(), "the least recently used is out");
}

fn figures(world: &mut World) -> serde_json::Value {
    let text = world.call(|system, moment| system.metrics_json(moment, None));
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn whoever_looks_sees_every_hit_in_the_slice_that_it_fell_into() {
    const SLICE: u64 = somon_ops::histogram::SLICE_US;
    let session = map(&[("loading", map(&[("httpCache", text("session"))]))]);
    let mut world = world(&session, network(&[("a.som", "")]));
    world.now = 100 * SLICE;
    let kept = token(&mut world, "./a.som").expect("it is fresh");
    world.now = 101 * SLICE - 1;
    for hits in 1..=40 {
        assert!(touch(&mut world, kept));
        if hits % 7 == 0 {
            let figures = figures(&mut world);
            assert_eq!(figures["cacheHits"], hits);
            assert_eq!(figures["cachedLoadLatency"]["count"], hits);
            assert_eq!(figures["operationLatency"]["count"], hits + 1);
            assert_eq!(figures["requestCount"], hits + 1);
        }
    }
    world.now = 101 * SLICE;
    assert!(touch(&mut world, kept));
    world.now = 160 * SLICE;
    let window = |figures: &serde_json::Value| figures["cachedLoadLatency"]["window"]["count"].clone();
    let whole = figures(&mut world);
    assert_eq!((whole["cacheHits"].clone(), window(&whole)), (41.into(), 1.into()));
    assert_eq!(whole["recentRequests"], 1);
    world.now = 161 * SLICE;
    assert_eq!(window(&figures(&mut world)), 0);
}

#[test]
fn hits_take_as_long_as_the_first_of_them_took() {
    let session = map(&[("loading", map(&[("httpCache", text("session"))]))]);
    let mut world = world(&session, network(&[("a.som", "")]));
    let kept = token(&mut world, "./a.som").expect("it is fresh");
    world.system.set_stopwatch(busy_stopwatch);
    for _ in 0..10 {
        assert!(touch(&mut world, kept));
    }
    let latency = &figures(&mut world)["cachedLoadLatency"];
    assert_eq!(
        (latency["min"].clone(), latency["max"].clone(), latency["sum"].clone()),
        (5.into(), 5.into(), 50.into())
    );
}

#[test]
fn kept_strings_are_charged_two_bytes_a_unit_and_go_first() {
    let source = format!("// {}\n", "я".repeat(1000));
    let options = map(&[("loading", map(&[("httpCache", text("session")), ("maxCacheMemory", number(20_000))]))]);
    let mut network = Network::default();
    for name in ["a.som", "b.som", "c.som", "d.som", "e.som"] {
        network.set(&id(name), Reply::text(&source));
    }
    let mut world = world(&options, network);
    settle(&mut world, bundle("./a.som")).expect("it links");
    let before = world.system.figures().cached_bytes;
    let first = token(&mut world, "./a.som").expect("it is fresh");
    let charged = world.system.figures().cached_bytes - before;
    assert_eq!(charged, 2 * source.encode_utf16().count() + 512);
    for name in ["./b.som", "./c.som", "./d.som", "./e.som"] {
        token(&mut world, name);
        let figures = world.system.figures();
        assert_eq!(figures.cached_bytes, figures.recounted_bytes);
        assert!(figures.cached_bytes <= 20_000);
    }
    world.run();
    assert!(world.forgotten.contains(&first), "{:?}", world.forgotten);
    assert_eq!(world.system.figures().cached_modules, 5, "no text had to go");
    assert!(!touch(&mut world, first));
}

#[test]
fn ten_rounds_of_load_and_clear_leave_what_one_leaves() {
    let session = map(&[("loading", map(&[("httpCache", text("session"))]))]);
    let mut world = world(&session, network(&[("a.som", "ворид \"./b.som\";"), ("b.som", "")]));
    for _ in 0..10 {
        token(&mut world, "./a.som");
        settle(&mut world, crate::support::compile("./a.som")).expect("it compiles");
        world.system.clear_cache();
        let figures = world.system.figures();
        assert_eq!((figures.cached_bytes, figures.recounted_bytes, figures.cached_modules), (0, 0, 0));
    }
}

fn live(world: &mut World, bytes: u64) {
    let measured = Measured { live_bytes: Some(bytes), ..Measured::default() };
    world.call(|system, moment| system.step(moment, Event::Measured { measured }));
}

#[test]
pub fn the_limit_of_memory_drops_the_cache_first_and_then_refuses() {
    const MIB: u64 = 1024 * 1024;
    let options = map(&[
        ("loading", map(&[("httpCache", text("session"))])),
        ("resourceLimits", map(&[("maxMemoryBytes", number(1024 * 1024))])),
    ]);
    let mut world = world(&options, network(&[("a.som", ""), ("b.som", ""), ("c.som", "")]));
    token(&mut world, "./a.som");
    live(&mut world, MIB);
    token(&mut world, "./b.som");
    assert!(world.system.module(&id("a.som")).is_some(), "at its edge nothing happens");
    live(&mut world, MIB + 100);
    token(&mut world, "./c.som");
    assert!(world.system.module(&id("a.som")).is_none(), "the oldest had to go");
    assert!(world.system.module(&id("c.som")).is_some());
    live(&mut world, 100 * MIB);
    let refused = error(&mut world, load("./a.som"));
    assert_eq!(refused.code, ErrorCode::LimitBytes);
    assert!(refused.message.contains("maxMemoryBytes"), "{}", refused.message);
    assert_eq!(world.system.figures().cached_modules, 0);
    live(&mut world, 0);
    settle(&mut world, load("./a.som")).expect("there is room again");
}

fn headers(value: Value, origins: Option<&str>) -> Value {
    let mut loading = vec![("headers", value)];
    if let Some(origin) = origins {
        loading.push(("headerOrigins", Value::List(vec![text(origin)])));
    }
    let any = map(&[("allowedOrigins", text("any"))]);
    map(&[("loading", map(&loading)), ("resolution", any)])
}

#[test]
fn headers_go_to_the_own_origin_or_to_those_listed_and_to_no_other() {
    let mut network = network(&[("a.som", "ворид \"https://cdn/x.som\";")]);
    network.set("https://cdn/x.som", Reply::redirect("https://other/x.som"));
    network.set("https://other/x.som", Reply::text(""));
    let sent = |options: &Value| {
        let mut world = world(options, network.clone());
        settle(&mut world, load("./a.som")).expect("it loads");
        let names = |(list, asks): &(Vec<(String, String)>, bool)| {
            (list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>().join(" "), *asks)
        };
        world.own_headers.iter().map(names).collect::<Vec<_>>()
    };
    let fixed = map(&[("X-Key", text("secret"))]);
    let key = || ("x-key".to_owned(), false);
    let none = || (String::new(), false);
    assert_eq!(sent(&headers(fixed.clone(), None)), [key(), none(), none()]);
    assert_eq!(sent(&headers(fixed, Some("https://other"))), [none(), none(), key()]);
    let asked = |asks| (String::new(), asks);
    assert_eq!(sent(&headers(Value::Function, None)), [asked(true), asked(false), asked(false)]);
}
