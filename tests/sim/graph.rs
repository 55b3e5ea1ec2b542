//! What the system tells of the graph it holds.

use somon_modules::error::ErrorCode;
use somon_ops::config::Value;
use somon_system::event::Request;
use somon_system::outcome::Outcome;
use somon_system::sim::{Network, World};

use crate::support::{BASE, bundle, compile, load, map, network, settle, text, world};

fn id(name: &str) -> String {
    [BASE, name].concat()
}

fn ids(world: &World, module: &str) -> Vec<String> {
    let graph = world.system.dependency_graph();
    let found =
        graph.iter().find(|(known, _)| **known == *id(module)).unwrap_or_else(|| panic!("{module} is not there"));
    found.1.iter().map(|id| id.strip_prefix(BASE).unwrap_or(id).to_owned()).collect()
}

/// `a` imports `b` and `c`, `b` imports `c`, `c` imports `d`: the longest way has three steps.
fn diamond() -> Network {
    network(&[
        ("a.som", "ворид \"./b\"; ворид \"./c\"; ворид \"./b.som\"; содир собит а = 1;"),
        ("b.som", "содир * аз \"./c\";"),
        ("c.som", "ворид \"./d\"; содир собит в = 1;"),
        ("d.som", "ворид { х } аз \"axios\"; чоп.сабт(х);"),
    ])
}

fn with_axios() -> Value {
    map(&[("loading", map(&[("externals", Value::List(vec![text("axios")]))]))])
}

#[test]
fn g1_edges_are_resolved_ids_whoever_came_first() {
    let mut world = world(&with_axios(), diamond());
    settle(&mut world, bundle("./a")).expect("it links");
    assert_eq!(ids(&world, "a.som"), ["b.som", "c.som"]);
    assert_eq!(ids(&world, "b.som"), ["c.som"]);
    assert_eq!(ids(&world, "c.som"), ["d.som"]);
    assert_eq!(ids(&world, "d.som"), ["external:axios"]);
    assert_eq!(world.system.dependency_graph().len(), 5, "no phantom nodes");
}

#[test]
fn g2_levels_are_longest_paths() {
    let mut world = world(&with_axios(), diamond());
    settle(&mut world, bundle("./a")).expect("it links");
    let statistics = world.system.statistics();
    assert_eq!((statistics.modules, statistics.externals), (4, 1));
    assert_eq!((statistics.depth_max, statistics.cycles, statistics.dependencies), (3, 0, 5));
    let levels = somon_modules::graph::levels(&[vec![1, 2], vec![2], vec![3], vec![]]);
    assert_eq!(levels, [3, 2, 1, 0]);
}

#[test]
fn g3_what_is_dropped_leaves_no_level_and_no_edge() {
    let mut world = world(&with_axios(), diamond());
    settle(&mut world, bundle("./a")).expect("it links");
    world.system.invalidate(&id("c.som"), false);
    assert!(world.system.module(&id("c.som")).is_none());
    assert_eq!(world.system.statistics().depth_max, 1);
    assert_eq!(world.system.statistics().modules, 3);
    world.system.clear_cache();
    assert!(world.system.dependency_graph().is_empty());
}

#[test]
fn g4_an_external_is_one_node() {
    let mut network = diamond();
    network.set(&id("e.som"), somon_system::sim::Reply::text("ворид \"./a\"; ворид { у } аз \"axios\"; чоп.сабт(у);"));
    let mut world = world(&with_axios(), network);
    settle(&mut world, bundle("./e")).expect("it links");
    let graph = world.system.dependency_graph();
    let externals: Vec<&str> = graph.iter().map(|(id, _)| &**id).filter(|id| id.contains("axios")).collect();
    assert_eq!(externals, ["external:axios"]);
    let external = world.system.module("external:axios").expect("it is known");
    assert_eq!(external.kind, None);
    assert!(world.system.module("external:other").is_none());
}

#[test]
fn g7_what_is_handed_out_is_a_copy() {
    let mut world = world(&with_axios(), diamond());
    settle(&mut world, bundle("./a")).expect("it links");
    let mut graph = world.system.dependency_graph();
    graph[0].1.clear();
    assert_eq!(ids(&world, "a.som"), ["b.som", "c.som"]);
}

#[test]
fn g9_evicted_modules_are_no_longer_resident() {
    let options = map(&[("loading", map(&[("maxCacheSize", Value::Number(2.0)), ("httpCache", text("session"))]))]);
    let files = [("a.som", ""), ("b.som", ""), ("c.som", ""), ("d.som", "")];
    let mut world = world(&options, network(&files));
    for (name, _) in files {
        settle(&mut world, load(&["./", name].concat())).expect("it loads");
    }
    assert_eq!(world.system.figures().cached_modules, 2);
    let resident: Vec<String> = world.system.modules().iter().map(|info| info.id.to_string()).collect();
    assert_eq!(resident, [id("c.som"), id("d.som")]);
}

#[test]
fn a_module_tells_what_is_known_of_it() {
    let mut network = diamond();
    let reply = somon_system::sim::Reply::text("ворид \"./d\"; содир собит в = 1; содир пешфарз 5;");
    network.set(&id("c.som"), reply.header("etag", "\"1\"").header("last-modified", "Mon, 01 Jan 2024 00:00:00 GMT"));
    let mut world = world(&with_axios(), network);
    settle(&mut world, bundle("./a")).expect("it links");
    let info = world.system.module(&id("c.som")).expect("it is resident");
    assert_eq!(info.exports, ["default", "в"]);
    assert_eq!(info.etag.as_deref(), Some("\"1\""));
    assert_eq!(info.last_modified.as_deref(), Some("Mon, 01 Jan 2024 00:00:00 GMT"));
    assert_eq!(info.dependencies.len(), 1);
    assert_eq!((&*info.dependencies[0].id, info.dependencies[0].line), (id("d.som").as_str(), 1));
    assert!(info.hash.starts_with("sha256-") && !info.is_entry && info.is_stale);
    let star = world.system.module(&id("b.som")).expect("it is resident");
    assert_eq!(star.exports, ["в"], "names behind a star, without the default");
    assert!(world.system.module(&id("a.som")).expect("it is resident").is_entry);
    assert_eq!(world.system.module_source(&id("b.som")).as_deref(), Some("содир * аз \"./c\";"));
    assert_eq!(world.system.module_source(&id("x.som")), None);
}

#[test]
fn an_import_chain_is_the_shortest_from_an_entry() {
    let mut world = world(&with_axios(), diamond());
    settle(&mut world, bundle("./a")).expect("it links");
    let chain = world.system.import_chain(&id("d.som")).expect("it is reached");
    let steps: Vec<(&str, &str)> =
        chain.iter().map(|step| (step.url.strip_prefix(BASE).unwrap_or(""), step.specifier.as_str())).collect();
    assert_eq!(steps, [("a.som", "./c"), ("c.som", "./d")]);
    assert!(world.system.import_chain(&id("a.som")).expect("an entry").is_empty());
    assert!(world.system.import_chain(&id("x.som")).is_none());
}

#[test]
fn l3_dynamic_imports_are_in_the_graph() {
    let files =
        [("a.som", "собит п = () => ворид(\"./b\"); чоп.сабт(п);"), ("b.som", "ворид \"./a\"; содир собит б = 1;")];
    let mut world = world(&Value::Undefined, network(&files));
    settle(&mut world, bundle("./a")).expect("it links");
    assert_eq!(ids(&world, "a.som"), ["b.som"]);
    let statistics = world.system.statistics();
    assert_eq!((statistics.dynamic, statistics.cycles), (1, 0), "a dynamic import closes no cycle");
    // `loadModule` only records it; what another operation found out stays.
    settle(&mut world, load("./a")).expect("it loads");
    assert_eq!(ids(&world, "a.som"), ["b.som"]);
}

#[test]
fn validation_lists_unresolved_imports_and_errors_and_cycles_and_no_external() {
    let files = [
        ("a.som", "ворид \"./нест\";\nворид { х } аз \"axios\";\nворид \"./b\";\nчоп.сабт(х);"),
        ("b.som", "ворид \"./a\";\nворид \"./c\";"),
        ("c.som", "собит = ;"),
    ];
    let mut world = world(&with_axios(), network(&files));
    let before = world.system.validate();
    assert!(before.errors.is_empty() && before.warnings.is_empty());
    settle(&mut world, compile("./a")).expect("it collects");
    let asked = world.requests.len();
    let found = world.system.validate();
    assert_eq!(world.requests.len(), asked, "nobody is asked");
    let errors: Vec<(ErrorCode, &str)> =
        found.errors.iter().map(|issue| (issue.code, issue.url.strip_prefix(BASE).unwrap_or(""))).collect();
    assert_eq!(errors, [(ErrorCode::ResolveNotFound, "a.som"), (ErrorCode::Parse, "c.som")]);
    let place = found.errors[0].place.as_ref().expect("an import");
    assert_eq!((place.specifier.as_str(), place.line, place.column), ("./нест", 1, 7));
    let warnings: Vec<ErrorCode> = found.warnings.iter().map(|issue| issue.code).collect();
    assert_eq!(warnings, [ErrorCode::Cycle]);
}

#[test]
fn l21_a_declared_external_is_not_missing() {
    let mut world = world(&with_axios(), diamond());
    settle(&mut world, bundle("./a")).expect("it links");
    assert!(world.system.validate().errors.is_empty());
}

/// The work of a call does not grow with the calls before it.
#[test]
fn g5_the_hundredth_load_asks_and_parses_as_little_as_the_second() {
    let options = map(&[("loading", map(&[("httpCache", text("session"))]))]);
    let mut world = world(&options, diamond_without_externals());
    for _ in 0..100 {
        settle(&mut world, load("./a")).expect("it loads");
    }
    assert_eq!((world.requests.len(), world.system.figures().parsed), (4, 4));
    assert_eq!(world.system.dependency_graph().len(), 4);
}

fn diamond_without_externals() -> Network {
    let mut network = diamond();
    network.set(&id("d.som"), somon_system::sim::Reply::text(""));
    network
}

#[test]
fn an_external_of_one_call_is_told_as_that_call_saw_it() {
    let files = [("a.som", "ворид { б } аз \"./b\"; чоп.сабт(б);"), ("b.som", "содир собит б = 1;")];
    let mut world = world(&Value::Undefined, network(&files));
    let options = map(&[("externals", Value::List(vec![text("./b")]))]);
    let request = Request::Bundle { entry: "./a".to_owned(), options };
    let Ok(Outcome::Bundle(_)) = settle(&mut world, request) else { panic!("it links") };
    assert_eq!(ids(&world, "a.som").len(), 1);
    settle(&mut world, bundle("./a")).expect("it links");
    assert_eq!(ids(&world, "a.som"), ["b.som"]);
}
