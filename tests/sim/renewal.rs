//! Asking again: refresh, prefetch, watch, answers past their time, and what an edit costs.

use somon_modules::error::ErrorCode;
use somon_ops::config::Value;
use somon_system::effect::{OperationId, Topic};
use somon_system::event::Request;
use somon_system::outcome::{Compilation, Outcome, Prefetched, Refreshed, ResolvedModule};
use somon_system::sim::{Network, Reply, World};

use crate::support::{BASE, bundle, compilation, error, load, map, network, number, settle, text, world};

fn id(name: &str) -> String {
    [BASE, name].concat()
}

fn session() -> Value {
    map(&[("loading", map(&[("httpCache", text("session"))]))])
}

fn short(list: &[std::rc::Rc<str>]) -> Vec<&str> {
    list.iter().map(|id| id.strip_prefix(BASE).unwrap_or(id)).collect()
}

fn refresh(world: &mut World) -> Refreshed {
    match settle(world, Request::Refresh { options: Value::Undefined }) {
        Ok(Outcome::Refreshed(found)) => found,
        other => panic!("settled with {other:?}"),
    }
}

fn tagged(source: &str, tag: &str) -> Reply {
    Reply::text(source).header("etag", tag)
}

#[test]
fn refresh_tells_changed_removed_unchanged_and_failed() {
    let mut network = Network::default();
    for (name, source) in [("a", "ворид \"./b\"; ворид \"./c\"; ворид \"./d\";"), ("b", ""), ("c", ""), ("d", "")]
    {
        network.set(&id(&[name, ".som"].concat()), tagged(source, "\"1\""));
    }
    let mut world = world(&session(), network);
    settle(&mut world, bundle("./a")).expect("it links");
    assert_eq!(world.requests.len(), 4);
    let same = refresh(&mut world);
    assert_eq!(short(&same.unchanged), ["a.som", "b.som", "c.som", "d.som"]);
    assert_eq!(world.system.figures().parsed, 4, "the server said that nothing changed");

    world.network.set(&id("b.som"), tagged("содир собит б = 2;", "\"2\""));
    world.network.set(&id("c.som"), Reply::status(404));
    world.network.set(&id("d.som"), Reply::status(403));
    let found = refresh(&mut world);
    assert_eq!(short(&found.changed), ["b.som"]);
    assert_eq!(short(&found.removed), ["c.som"]);
    assert_eq!(short(&found.failed), ["d.som"]);
    assert_eq!(short(&found.unchanged), ["a.som"]);
    assert!(world.system.module(&id("c.som")).is_none());
    assert_eq!(world.system.module_source(&id("b.som")).as_deref(), Some("содир собит б = 2;"));
    assert!(world.system.module(&id("d.som")).is_some(), "trouble of a server removes nothing");
}

#[test]
fn who_listens_to_changes_hears_of_refresh_and_of_invalidate_once_each() {
    let mut world =
        world(&session(), network(&[("a.som", "ворид \"./b\"; ворид \"./c\";"), ("b.som", ""), ("c.som", "")]));
    settle(&mut world, load("./a")).expect("it loads");
    world.call(|system, moment| system.listen(moment, Topic::Change, true));
    world.network.set(&id("b.som"), Reply::text("содир собит б = 2;"));
    world.network.set(&id("c.som"), Reply::status(404));
    refresh(&mut world);
    assert_eq!(heard(&mut world), ["change b.som", "remove c.som"]);
    world.call(|system, _| system.invalidate(&id("b.som"), false));
    assert_eq!(heard(&mut world), ["change b.som"]);
    world.call(|system, _| system.invalidate(&id("b.som"), false));
    assert_eq!(heard(&mut world), [""; 0], "there was nothing left to drop");
    world.call(|system, moment| system.listen(moment, Topic::Change, false));
    world.network.set(&id("a.som"), Reply::text("содир собит а = 3;"));
    refresh(&mut world);
    assert_eq!(heard(&mut world), [""; 0]);
}

fn heard(world: &mut World) -> Vec<String> {
    let text = |detail: &Value, key| match detail.get(key) {
        Some(Value::String(text)) => text.clone(),
        other => panic!("{key} is {other:?}"),
    };
    let changes = std::mem::take(&mut world.notices).into_iter().filter(|(topic, _)| *topic == Topic::Change);
    changes.map(|(_, detail)| [text(&detail, "type"), text(&detail, "url").replace(BASE, " ")].concat()).collect()
}

#[test]
fn refresh_asks_nobody_about_what_cannot_change() {
    let mut network = Network::default();
    network.set(&id("a.som"), Reply::text("").header("cache-control", "max-age=60, immutable"));
    let options = map(&[("loading", map(&[("sources", map(&[("somon:///b.som", text(""))]))]))]);
    let mut world = world(&options, network);
    settle(&mut world, load("./a")).expect("it loads");
    settle(&mut world, load("somon:///b.som")).expect("it loads");
    let asked = world.requests.len();
    assert_eq!(refresh(&mut world).unchanged.len(), 2);
    assert_eq!(world.requests.len(), asked);
}

#[test]
fn refresh_can_be_aborted() {
    let mut world = world(&session(), network(&[("a.som", "")]));
    settle(&mut world, load("./a")).expect("it loads");
    world.abort_at(world.now + 500, 1);
    let refused = error(&mut world, Request::Refresh { options: Value::Undefined });
    assert_eq!(refused.code, ErrorCode::LoadAborted);
    assert!(world.system.module(&id("a.som")).is_some());
}

#[test]
fn prefetch_fills_the_cache_and_lists_what_failed() {
    let files = [
        ("a.som", "ворид \"./b\"; собит п = () => ворид(\"./c\"); чоп.сабт(п);"),
        ("b.som", "ворид \"./нест.som\";"),
        ("c.som", ""),
    ];
    let mut world = world(&session(), network(&files));
    let request = Request::Prefetch { entry: "./a".to_owned(), options: Value::Undefined };
    let Ok(Outcome::Prefetched(Prefetched { ids, failed })) = settle(&mut world, request) else { panic!("it settles") };
    assert_eq!(short(&ids), ["a.som", "b.som", "c.som"]);
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].1.code, failed[0].1.import_chain.len()), (ErrorCode::LoadHttp, 2));
    let asked = world.requests.len();
    settle(&mut world, load("./c.som")).expect("it is there");
    assert_eq!(world.requests.len(), asked);
}

#[test]
fn resolving_by_asking_finds_the_spelling_and_follows_nothing() {
    let files = [("lib/index.som", "ворид \"./нест.som\";")];
    let mut world = world(&session(), network(&files));
    let request = |specifier: &str| Request::Resolve {
        specifier: specifier.to_owned(),
        referrer: None,
        options: Value::Undefined,
    };
    let Ok(Outcome::Resolved(ResolvedModule { id: found, candidates, .. })) = settle(&mut world, request("./lib"))
    else {
        panic!("it is there")
    };
    assert_eq!(*found, *id("lib/index.som"));
    assert_eq!(candidates.len(), 4, "{candidates:?}");
    assert_eq!(world.requests.len(), 4, "its imports are nobody's business");
    assert_eq!(error(&mut world, request("./nothing.som")).code, ErrorCode::LoadHttp);
    assert_eq!(error(&mut world, request("lodash")).code, ErrorCode::ResolveBare);
}

#[test]
fn loading_at_once_takes_what_is_there_and_asks_nobody() {
    let options = map(&[("loading", map(&[("sources", map(&[("somon:///s.som", text("содир собит с = 1;"))]))]))]);
    let files = [("a.som", "ворид \"./b\";"), ("b.som", "")];
    let mut world = world(&options, network(&files));
    let now = |specifier: &str| Request::LoadNow { specifier: specifier.to_owned(), referrer: None };
    let refused = error(&mut world, now("./a.som"));
    assert_eq!(refused.code, ErrorCode::LoadNetwork);
    assert!(refused.message.contains("loadModule"), "{}", refused.message);
    assert!(world.requests.is_empty());
    settle(&mut world, now("somon:///s.som")).expect("a source");
    settle(&mut world, load("./a")).expect("it loads");
    let asked = world.requests.len();
    // By the headers it is past its time; it is there all the same.
    settle(&mut world, now("./a.som")).expect("it is in the cache");
    assert_eq!(world.requests.len(), asked);
    world.system.invalidate(&id("b.som"), false);
    assert_eq!(error(&mut world, now("./a.som")).code, ErrorCode::LoadNetwork, "with everything it imports");
}

#[test]
fn stale_while_revalidate_answers_first_and_asks_afterwards() {
    let mut network = Network::default();
    let control = "max-age=1, stale-while-revalidate=60";
    network.set(&id("a.som"), Reply::text("содир собит а = 1;").header("cache-control", control).delay(50_000));
    let mut world = world(&Value::Undefined, network);
    let source = |world: &mut World| match settle(world, load("./a.som")) {
        Ok(Outcome::Module(module)) => module.source.to_string(),
        other => panic!("settled with {other:?}"),
    };
    source(&mut world);
    world.network.set(&id("a.som"), Reply::text("содир собит а = 2;").header("cache-control", control).delay(50_000));
    world.now += 5_000_000;
    let before = world.now;
    world.start_at(world.now, 1, load("./a.som"));
    world.step();
    assert!(world.settled.contains_key(&OperationId(1)), "it waits for nobody");
    assert_eq!(world.now, before);
    world.run();
    assert_eq!(world.requests.len(), 2, "asked once in the background");
    world.settled.clear();
    assert_eq!(source(&mut world), "содир собит а = 2;");
    assert_eq!(world.requests.len(), 2);
    // Past that time the server comes first.
    world.now += 100_000_000;
    source(&mut world);
    assert_eq!(world.requests.len(), 3);
}

#[test]
fn must_revalidate_forbids_an_answer_past_its_time() {
    let mut network = Network::default();
    let control = "max-age=1, must-revalidate, stale-while-revalidate=60";
    network.set(&id("a.som"), Reply::text("").header("cache-control", control));
    let mut world = world(&Value::Undefined, network);
    settle(&mut world, load("./a.som")).expect("it loads");
    world.now += 5_000_000;
    world.start_at(world.now, 1, load("./a.som"));
    world.step();
    assert!(!world.settled.contains_key(&OperationId(1)));
    world.run();
}

/// The whole of a graph of 1,000 modules is there; one is edited.
#[test]
fn an_edit_of_one_module_in_1000_costs_one_fetch_one_parse_and_one_output() {
    const COUNT: u32 = 1000;
    let mut network = Network::default();
    for index in 0..COUNT {
        let mut source = format!("содир собит а{index} = {index};\n");
        for target in [2 * index + 1, 2 * index + 2].iter().filter(|target| **target < COUNT) {
            source.push_str(&format!("ворид {{ а{target} }} аз \"./m{target}.som\";\nчоп.сабт(а{target});\n"));
        }
        network.set(&id(&format!("m{index}.som")), Reply::text(&source));
    }
    let options = map(&[("loading", map(&[("httpCache", text("session"))]))]);
    let mut world = world(&options, network);
    let first = compilation(&mut world, "./m0.som");
    let before = (world.requests.len(), world.system.figures());
    assert_eq!((before.0, before.1.parsed, before.1.printed), (1000, 1000, 1000));
    let again = compilation(&mut world, "./m0.som");
    assert_eq!(
        (world.requests.len(), world.system.figures().parsed, world.system.figures().printed),
        (1000, 1000, 1000)
    );
    assert!(codes(&first) == codes(&again));

    world.network.set(&id("m700.som"), Reply::text("содир собит а700 = \"нав\";\n"));
    assert!(world.system.invalidate(&id("m700.som"), false));
    let edited = compilation(&mut world, "./m0.som");
    assert_eq!(
        (world.requests.len(), world.system.figures().parsed, world.system.figures().printed),
        (1001, 1001, 1001)
    );
    let differing: Vec<&str> =
        edited.modules.iter().zip(&first.modules).filter(|(a, b)| a.code != b.code).map(|(a, _)| &*a.id).collect();
    assert_eq!(differing, [id("m700.som")]);
    // The same figures as a system that never knew the old version.
    let mut fresh = crate::support::world(&options, world.network.clone());
    assert!(codes(&compilation(&mut fresh, "./m0.som")) == codes(&edited));
}

fn codes(compilation: &Compilation) -> Vec<(String, String)> {
    compilation.modules.iter().map(|module| (module.id.to_string(), module.code.to_string())).collect()
}

#[test]
fn outputs_depend_on_options_and_on_what_is_imported() {
    let files = [
        ("a.som", "ворид { навъ, б } аз \"./b\";\nсодир { навъ };\nчоп.сабт(б);"),
        ("b.som", "содир собит навъ = 1, б = 2;"),
    ];
    let mut world = world(&session(), network(&files));
    let first = compilation(&mut world, "./a");
    for (key, value) in [("specifierStyle", "url"), ("format", "commonjs"), ("target", "es2020")] {
        let options = map(&[(key, text(value))]);
        settle(&mut world, Request::Compile { entry: "./a".to_owned(), options }).expect("it compiles");
    }
    assert_eq!(world.system.figures().printed, 8);
    // What was a value becomes a type: the importer's output changes though its text does not.
    world.network.set(&id("b.som"), Reply::text("содир интерфейс навъ { а: рақам; }\nсодир собит б = 2;"));
    world.system.invalidate(&id("b.som"), false);
    let second = compilation(&mut world, "./a");
    assert_eq!(world.system.figures().printed, 10);
    assert_ne!(codes(&first)[1].1, codes(&second)[1].1);
}

#[test]
fn invalidating_with_dependents_drops_their_outputs_and_not_their_texts() {
    let files = [
        ("a.som", "ворид \"./b\";"),
        ("b.som", "ворид \"./c\";"),
        ("c.som", ""),
        ("d.som", "ворид \"./a\"; ворид \"./e\";"),
        ("e.som", ""),
    ];
    let mut world = world(&session(), network(&files));
    compilation(&mut world, "./d");
    let before = world.system.figures();
    assert!(world.system.invalidate(&id("c.som"), true));
    compilation(&mut world, "./d");
    let after = world.system.figures();
    assert_eq!((after.parsed - before.parsed, after.printed - before.printed), (1, 4), "a, b, c and d, but not e");
    assert_eq!(world.requests.len(), 6);
    assert!(!world.system.invalidate(&id("x.som"), true));
}

fn watch(entry: &str) -> Request {
    Request::Watch { entry: entry.to_owned(), options: map(&[("intervalMs", number(1000))]) }
}

fn told(world: &mut World) -> Vec<String> {
    let changes = std::mem::take(&mut world.changes);
    let tell = |change: &somon_system::outcome::Change| {
        format!(
            "{} {} <- {}",
            change.kind.text(),
            short(std::slice::from_ref(&change.url))[0],
            short(&change.dependents).join(" ")
        )
    };
    changes.iter().map(tell).collect()
}

#[test]
fn a_watch_tells_what_changed_and_what_depends_on_it() {
    let mut network = Network::default();
    for (name, source) in [("a", "ворид \"./b\"; ворид \"./c\";"), ("b", "ворид \"./c\";"), ("c", ""), ("d", "")]
    {
        network.set(&id(&[name, ".som"].concat()), tagged(source, "\"1\""));
    }
    let mut world = world(&Value::Undefined, network);
    world.start_at(0, 7, watch("./a"));
    until(&mut world, 2_500_000);
    assert_eq!(told(&mut world), [""; 0]);
    assert_eq!(world.requests.len(), 9, "three loaded, and each asked about twice");

    world.network.set(&id("c.som"), tagged("ворид \"./d\";", "\"2\""));
    until(&mut world, 3_500_000);
    assert_eq!(told(&mut world), ["change c.som <- a.som b.som", "add d.som <- a.som b.som c.som"]);
    assert_eq!(world.requests.len(), 13, "the three again, and the new one");

    world.network.set(&id("d.som"), Reply::status(404));
    until(&mut world, 4_600_000);
    assert_eq!(told(&mut world), ["remove d.som <- a.som b.som c.som"]);
    world.network.set(&id("d.som"), tagged("", "\"9\""));
    world.network.set(&id("c.som"), tagged("ворид \"./d.som\";", "\"3\""));
    // Until then it is remembered that it was missing.
    until(&mut world, 12_000_000);
    assert_eq!(told(&mut world), ["change c.som <- a.som b.som", "add d.som <- a.som b.som c.som"]);

    world.abort_at(12_000_000, 7);
    world.run();
    assert!(world.faults.is_empty(), "{:?}\n{}", world.faults, world.trace);
    let Some(Err(end)) = world.settled.get(&OperationId(7)) else { panic!("it has ended") };
    assert_eq!(end.code, ErrorCode::LoadAborted);
}

fn until(world: &mut World, time: u64) {
    world.run_until(time);
    assert!(world.faults.is_empty(), "{:?}\n{}", world.faults, world.trace);
}

#[test]
fn a_watch_outlives_a_server_in_trouble() {
    let mut network = Network::default();
    network.set(&id("a.som"), Reply::status(403));
    let mut world = world(&Value::Undefined, network);
    world.start_at(0, 7, watch("./a.som"));
    until(&mut world, 1_500_000);
    world.network.set(&id("a.som"), tagged("", "\"1\""));
    until(&mut world, 2_500_000);
    world.network.set(&id("a.som"), Reply::status(403));
    until(&mut world, 4_500_000);
    assert_eq!(told(&mut world), [""; 0]);
    world.network.set(&id("a.som"), tagged("чоп.сабт(1);", "\"2\""));
    until(&mut world, 6_000_000);
    assert_eq!(told(&mut world), ["change a.som <- "]);
    world.abort_at(6_000_000, 7);
    world.run();
    assert!(world.faults.is_empty(), "{:?}", world.faults);
}

#[test]
fn a_watch_is_refused_on_workerd_and_below_its_least_interval() {
    let options = map(&[("host", text("workerd"))]);
    let mut edge = world(&options, network(&[("a.som", "")]));
    let refused = error(&mut edge, watch("./a"));
    assert_eq!((refused.code, refused.problems[0].path.as_str()), (ErrorCode::ConfigInvalid, "host"));
    assert!(refused.message.contains("workerd"), "{}", refused.message);
    let mut plain = world(&Value::Undefined, network(&[("a.som", "")]));
    let options = map(&[("intervalMs", number(249))]);
    let refused = error(&mut plain, Request::Watch { entry: "./a".to_owned(), options });
    assert_eq!((refused.code, refused.problems[0].path.as_str()), (ErrorCode::ConfigInvalid, "intervalMs"));
}

#[test]
fn an_abort_amid_a_look_leaves_nothing_behind() {
    for time in [500, 1500, 1_000_500, 1_001_500] {
        let mut world = world(&Value::Undefined, network(&[("a.som", "ворид \"./b\";"), ("b.som", "")]));
        world.start_at(0, 7, watch("./a"));
        world.abort_at(time, 7);
        world.run();
        assert!(world.faults.is_empty(), "{:?}\n{}", world.faults, world.trace);
    }
}
