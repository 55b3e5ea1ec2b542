//! The cache over HTTP in whole operations, seen by the requests made and the bodies parsed.

use somon_ops::config::Value;
use somon_system::sim::{Reply, World};

use crate::support::{BASE, bundle_code, map, network, number, text, world};

fn mode(mode: &str) -> Value {
    map(&[("loading", map(&[("httpCache", text(mode)), ("maxCacheSize", number(5000))]))])
}

/// Requests and parses of one more bundle.
fn cost(world: &mut World) -> (usize, u64) {
    let before = world.system.figures().parsed;
    world.requests.clear();
    bundle_code(world, "./main.som");
    (world.requests.len(), world.system.figures().parsed - before)
}

fn one_with(options: &Value, headers: &[(&str, &str)]) -> World {
    let mut network = network(&[]);
    let reply =
        headers.iter().fold(Reply::text("чоп.сабт(1);"), |reply, (name, value)| reply.header(name, value));
    network.set("https://h/app/main.som", reply);
    world(options, network)
}

#[test]
fn each_mode_asks_as_often_as_it_says() {
    let etag = ("etag", "\"1\"");
    let year = ("cache-control", "max-age=31536000");
    let immutable = ("cache-control", "max-age=31536000, immutable");
    type Headers<'h> = &'h [(&'h str, &'h str)];
    let table: &[(&str, Headers<'_>, (usize, u64))] = &[
        ("http", &[year], (0, 0)),
        ("http", &[etag], (1, 0)),
        ("http", &[("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT")], (1, 0)),
        ("http", &[("cache-control", "no-store")], (1, 1)),
        ("http", &[], (1, 0)),
        ("session", &[], (0, 0)),
        ("reload", &[year], (1, 0)),
        ("reload", &[immutable], (0, 0)),
        ("no-store", &[year], (1, 1)),
    ];
    for (name, headers, expected) in table {
        let mut world = one_with(&mode(name), headers);
        assert_eq!(cost(&mut world), (1, 1), "{name} {headers:?}");
        assert_eq!(cost(&mut world), *expected, "{name} {headers:?}");
        assert_eq!(cost(&mut world), *expected, "{name} {headers:?}, again");
    }
}

#[test]
fn a_change_behind_an_etag_is_seen() {
    let mut world = one_with(&mode("http"), &[("etag", "\"1\"")]);
    cost(&mut world);
    world.network.set("https://h/app/main.som", Reply::text("чоп.сабт(2);").header("etag", "\"2\""));
    assert_eq!(cost(&mut world), (1, 1));
    assert!(bundle_code(&mut world, "./main.som").contains("(2)"));
}

#[test]
fn one_edit_among_a_thousand_costs_one_request_and_one_parse() {
    let mut world = world(&mode("session"), network(&[]));
    let mut main = String::new();
    for index in 0..999 {
        main.push_str(&format!("ворид \"./m{index}.som\";\n"));
        world.network.set(&format!("{BASE}m{index}.som"), Reply::text(&format!("чоп.сабт({index});")));
    }
    world.network.set(&[BASE, "main.som"].concat(), Reply::text(&main));
    assert_eq!(cost(&mut world), (1000, 1000));
    let edited = [BASE, "m500.som"].concat();
    world.network.set(&edited, Reply::text("чоп.сабт(\"нав\");"));
    assert!(world.system.invalidate(&edited, false));
    assert_eq!(cost(&mut world), (1, 1));
    assert!(bundle_code(&mut world, "./main.som").contains("нав"));
}

#[test]
fn what_not_modified_does_not_say_stays_as_it_was() {
    let mut world = one_with(&mode("http"), &[("etag", "\"1\""), ("cache-control", "max-age=60")]);
    assert_eq!(cost(&mut world), (1, 1));
    world.network.set("https://h/app/main.som", Reply::text("чоп.сабт(1);").header("etag", "\"1\""));
    world.now += 61_000_000;
    assert_eq!(cost(&mut world), (1, 0), "its time is over, the server says that it still holds");
    world.now += 59_000_000;
    assert_eq!(cost(&mut world), (0, 0), "for as long again");
    world.now += 2_000_000;
    assert_eq!(cost(&mut world), (1, 0));
}
