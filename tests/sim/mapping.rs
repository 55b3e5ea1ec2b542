//! Import maps, `paths`, manifests and remembered misses in whole operations, seen by what was asked for.

use somon_modules::json_value;
use somon_ops::config::Value;
use somon_system::sim::{Network, Reply};

use crate::support::{bundle_code, compilation, network, world};

fn options(text: &str) -> Value {
    json_value::read(text).expect("JSON")
}

#[test]
fn mapped_and_searched_names_load() {
    let modules = [
        ("main.som", "ворид { а } аз \"а\";\nворид { б } аз \"@п/б\";\nчоп.сабт(а + б);"),
        ("vendor/a.som", "содир собит а = 1;"),
        ("second/б.som", "содир собит б = 2;"),
    ];
    let options = options(
        r#"{"resolution": {"imports": {"а": "./vendor/a.som"}, "extensions": [".som"],
            "paths": {"@п/*": ["first/*", "second/*"]}}}"#,
    );
    let mut network = Network::default();
    for (name, text) in modules {
        let url = somon_modules::url::Url::parse(&["https://h/app/", name].concat()).expect("a URL");
        network.set(url.as_str(), Reply::text(text));
    }
    let mut world = world(&options, network);
    let code = bundle_code(&mut world, "./main.som");
    assert!(code.contains("= 1") && code.contains("= 2"), "{code}");
    let asked: Vec<&str> = world.requests.iter().filter_map(|url| url.strip_prefix("https://h/app/")).collect();
    assert_eq!(asked, ["main.som", "vendor/a.som", "first/%D0%B1.som", "first/%D0%B1/index.som", "second/%D0%B1.som"]);
}

#[test]
fn a_name_that_paths_do_not_find_stays_bare() {
    let options = options(r#"{"resolution": {"extensions": [".som"], "paths": {"*": ["lib/*"]}}}"#);
    let mut world = world(&options, network(&[("main.som", "ворид \"нест\";")]));
    let result = compilation(&mut world, "./main.som");
    let codes: Vec<u32> = result.findings.iter().map(|finding| finding.diagnostic.code as u32).collect();
    assert_eq!(codes, [4001]);
    let cause = result.findings[0].cause.as_ref().expect("a cause");
    assert!(cause.message.contains("lib/%D0%BD%D0%B5%D1%81%D1%82/index.som"), "{}", cause.message);
}

#[test]
fn a_manifest_saves_every_vain_request() {
    let options = options(r#"{"resolution": {"manifest": ["./a/index.som"]}}"#);
    let modules = [("main.som", "ворид \"./a\";\nворид \"./b\";"), ("a/index.som", "содир собит а = 1;")];
    let mut world = world(&options, network(&modules));
    let result = compilation(&mut world, "./main.som");
    assert_eq!(world.requests, ["https://h/app/main.som", "https://h/app/a/index.som"]);
    let codes: Vec<u32> = result.findings.iter().map(|finding| finding.diagnostic.code as u32).collect();
    assert_eq!(codes, [4002]);
}

#[test]
fn misses_are_remembered_for_their_time_and_forgotten_on_demand() {
    let options = options(
        r#"{"resolution": {"extensions": [".som", ".json"]}, "loading": {"httpCache": "no-store", "negativeTtlMs": 600000}}"#,
    );
    let modules = [("main.som", "ворид \"./a\";"), ("a.json", "1")];
    let mut world = world(&options, network(&modules));
    let mut asks = |pause_us: u64| {
        world.now += pause_us;
        world.requests.clear();
        compilation(&mut world, "./main.som");
        world.requests.len()
    };
    assert_eq!(asks(0), 3);
    assert_eq!(asks(0), 2);
    assert_eq!(asks(600_000_000), 3);
    world.system.invalidate("https://h/app/a.som", false);
    world.requests.clear();
    compilation(&mut world, "./main.som");
    assert_eq!(world.requests.len(), 3);
}
