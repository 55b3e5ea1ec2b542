//! Integrity in whole operations: import map, lock file, frozen lock, and the entry's own metadata.

use somon_modules::error::ErrorCode;
use somon_modules::integrity::of;
use somon_modules::json_value;
use somon_ops::config::Value;
use somon_system::event::Request;
use somon_system::outcome::Outcome;
use somon_system::sim::Reply;

use crate::support::{bundle, bundle_code, compilation, error, load, map, network, settle, text, world};

const MAIN: (&str, &str) = ("main.som", "ворид { а } аз \"./a\";\nчоп.сабт(а);");
const A: (&str, &str) = ("a.som", "содир собит а = 1;");

fn with_resolution(entries: &[(&str, Value)]) -> Value {
    map(&[("resolution", map(entries))])
}

#[test]
fn an_import_map_names_hashes() {
    let list = |hash: &str| with_resolution(&[("importMap", map(&[("integrity", map(&[("./a.som", text(hash))]))]))]);
    bundle_code(&mut world(&list(&of(&[A.1.as_bytes()])), network(&[MAIN, A])), "./main.som");
    let failed = error(&mut world(&list(&of(&[b"other"])), network(&[MAIN, A])), bundle("./main.som"));
    assert_eq!(failed.code, ErrorCode::LoadIntegrity);
    assert_eq!(failed.import_chain.last().map(|step| (step.line, step.column)), Some((1, 16)));
}

#[test]
fn a_lock_file_comes_back_and_holds() {
    let marked = ["\u{FEFF}", A.1].concat();
    let modules = [MAIN, ("a.som", marked.as_str())];
    let mut first = world(&Value::Undefined, network(&modules));
    bundle_code(&mut first, "./main.som");
    let lock = first.system.lockfile();
    assert!(lock.contains(&of(&[marked.as_bytes()])), "{lock}");
    let frozen = with_resolution(&[("lock", text(&lock)), ("frozen", Value::Bool(true))]);
    let mut second = world(&frozen, network(&modules));
    bundle_code(&mut second, "./main.som");
    assert_eq!(second.system.lockfile(), lock);
    let as_object = with_resolution(&[("lock", json_value::read(&lock).expect("JSON"))]);
    bundle_code(&mut world(&as_object, network(&modules)), "./main.som");
    // One byte more, and it is refused before it is parsed.
    let mut changed = network(&modules);
    changed.set("https://h/app/a.som", Reply::text(&[&marked, " @"].concat()));
    let result = compilation(&mut world(&frozen, changed), "./main.som");
    let codes: Vec<u32> = result.findings.iter().map(|finding| finding.diagnostic.code as u32).collect();
    assert_eq!(codes, [5001]);
}

#[test]
fn a_frozen_lock_refuses_what_is_not_listed_without_asking() {
    let lock =
        ["{\"version\":1,\"modules\":{\"https://h/app/main.som\":\"", &of(&[MAIN.1.as_bytes()]), "\"}}"].concat();
    let options = with_resolution(&[("lock", text(&lock)), ("frozen", Value::Bool(true))]);
    let mut world = world(&options, network(&[MAIN, A]));
    assert_eq!(error(&mut world, bundle("./main.som")).code, ErrorCode::LoadIntegrity);
    assert_eq!(world.requests, ["https://h/app/main.som"]);
    assert_eq!(error(&mut world, load("./a.som")).code, ErrorCode::LoadIntegrity);
}

#[test]
fn the_entry_may_bring_its_own_hash() {
    let request = |hash: &str| Request::Load {
        specifier: "./a.som".to_owned(),
        referrer: None,
        options: map(&[("integrity", text(hash))]),
    };
    let mut world = world(&Value::Undefined, network(&[A]));
    assert!(matches!(settle(&mut world, request(&of(&[A.1.as_bytes()]))), Ok(Outcome::Module(_))));
    // Now it comes from the cache, and is held to the hash all the same.
    assert_eq!(error(&mut world, request("sha256-AAAA")).code, ErrorCode::LoadIntegrity);
}

#[test]
fn a_lock_of_another_shape_is_a_problem_of_the_options() {
    for lock in ["", "[]", "{\"version\":2}", "{\"version\":1}", "{\"version\":1,\"modules\":{\"a\":\"sha256-x\"}}"] {
        let options = with_resolution(&[("lock", text(lock))]);
        let found = somon_system::System::new(&options, &somon_system::sim::profile("https://h/"));
        let problems = found.err().expect("a problem").problems;
        assert_eq!(problems[0].path, "resolution.lock", "{lock}");
    }
}
