//! `yieldEveryMs`: operations that pause between modules come to the same end, and let others have their turn.

use somon_ops::config::Value;
use somon_system::effect::OperationId;
use somon_system::event::{Event, Measured, Request};
use somon_system::outcome::{ErrorCode, Outcome};
use somon_system::sim::{Network, Random, World};

use crate::support::{BASE, bundle, busy_stopwatch, compile, load, map, number, text, world};

/// `count` modules that import each other at random, backwards alone so that nothing is a circle, and an entry that
/// imports all of them.
fn sources(random: &mut Random, count: u64, padding: usize) -> Value {
    let mut entries = Vec::new();
    let mut entry = String::new();
    for module in 0..count {
        let mut source = String::new();
        for import in 0..random.below(3).min(module) {
            let target = random.below(module);
            source.push_str(&match random.below(4) {
                0 => format!("ворид * чун н{import} аз \"./m{target}\";\nчоп.сабт(н{import}.х{target});\n"),
                1 => format!("собит п{import} = () => ворид(\"./m{target}\");\nп{import}();\n"),
                2 => format!("содир {{ х{target} чун з{module}_{import} }} аз \"./m{target}\";\n"),
                _ => format!("ворид {{ х{target} чун а{import} }} аз \"./m{target}\";\nчоп.сабт(а{import});\n"),
            });
        }
        source.push_str(&format!("собит умумӣ = 1;\nсодир собит х{module} = {module} + умумӣ;\n"));
        source.push_str(&format!("// {}\n", "x".repeat(padding)));
        entry.push_str(&format!("ворид \"./m{module}\";\n"));
        entries.push((format!("{BASE}m{module}.som"), text(&source)));
    }
    // One that is broken, now and then: the same has to be told of it.
    if random.chance(20) {
        entries.push((format!("{BASE}wrong.som"), text("собит = ;\n")));
        entry.push_str("ворид \"./wrong\";\n");
    }
    entries.push((format!("{BASE}main.som"), text(&entry)));
    Value::Map(entries)
}

fn world_of(sources: &Value, yield_every_ms: u32) -> World {
    let loading = map(&[("sources", sources.clone())]);
    let options = map(&[("loading", loading), ("yieldEveryMs", number(yield_every_ms))]);
    let mut world = world(&options, Network::default());
    world.system.set_stopwatch(busy_stopwatch);
    world
}

fn timers(world: &World) -> usize {
    world.trace.lines().filter(|line| line.contains(" timer ")).count()
}

fn requests() -> [Request; 4] {
    let run = Request::Run { entry: "./main".to_owned(), registry: "r".to_owned(), options: Value::Undefined };
    [load("./main"), compile("./main"), bundle("./main"), run]
}

#[test]
fn pauses_change_nothing() {
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let count = 1 + random.below(30);
        let sources = sources(&mut random, count, 0);
        let settle = |yield_every_ms| {
            let mut world = world_of(&sources, yield_every_ms);
            let mut results = Vec::new();
            for (operation, request) in (1..).zip(requests()) {
                world.start_at(world.now, operation, request);
                world.run();
                assert!(world.faults.is_empty(), "seed {seed}: {:?}\n{}", world.faults, world.trace);
                results.push(described(&world.settled[&OperationId(operation)]));
            }
            (results, world.system.figures(), timers(&world))
        };
        let (whole, figures, none) = settle(0);
        let (paused, paused_figures, pauses) = settle(1);
        assert_eq!(whole, paused, "seed {seed}");
        assert_eq!(figures, paused_figures, "seed {seed}");
        assert_eq!(none, 0, "seed {seed}");
        // Each module is read once, and at least compiled once unless something is wrong.
        assert!(pauses as u64 > count, "seed {seed}: {pauses} pauses for {count} modules");
    }
}

/// All that a caller sees.
fn described(result: &Result<Outcome, Box<somon_system::outcome::SomonError>>) -> String {
    match result {
        Ok(Outcome::Compilation(made)) => {
            let modules: Vec<_> = made.modules.iter().map(|module| (&module.id, &module.code)).collect();
            format!("{modules:?} {:?} {:?} {:?}", made.entry_point, made.dependencies, made.findings)
        }
        Ok(Outcome::Bundle(made)) => {
            let modules: Vec<_> = made.modules.iter().map(|module| (&module.id, &module.key, module.bytes)).collect();
            format!("{} {} {modules:?} {:?}", made.code, made.file_name, made.findings)
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn an_abort_takes_effect_in_the_middle() {
    for (request, modules_printed) in requests().into_iter().zip([0, 1, 0, 0]) {
        let sources = sources(&mut Random::new(1), 40, 0);
        let mut world = world_of(&sources, 1);
        world.start_at(0, 1, request);
        // The walk first, for one that prints some of the output, too.
        let mut steps = 0;
        while world.step() && (steps < 20 || world.system.figures().printed < modules_printed) {
            steps += 1;
        }
        assert!(world.settled.is_empty());
        assert!(world.system.figures().printed < 40);
        world.abort_at(world.now, 1);
        world.run();
        assert!(world.faults.is_empty(), "{:?}\n{}", world.faults, world.trace);
        let error = world.settled[&OperationId(1)].as_ref().expect_err("it was aborted");
        assert_eq!(error.code, ErrorCode::LoadAborted);
    }
}

#[test]
fn a_deadline_takes_effect_in_the_middle() {
    let sources = sources(&mut Random::new(1), 40, 0);
    let mut world = world_of(&sources, 1);
    let options = map(&[("timeout", number(1000))]);
    world.start_at(0, 1, Request::Bundle { entry: "./main".to_owned(), options });
    for _ in 0..60 {
        assert!(world.step());
    }
    assert!(world.settled.is_empty());
    // Time passes while one module is made; the operation's own timer comes only after that of the pause.
    world.now = 1_000_000;
    assert!(world.step());
    let error = world.settled[&OperationId(1)].as_ref().expect_err("its time is over");
    assert_eq!(error.code, ErrorCode::Timeout);
    world.run();
    assert!(world.faults.is_empty(), "{:?}\n{}", world.faults, world.trace);
}

#[test]
fn two_operations_take_turns() {
    let sources = sources(&mut Random::new(1), 40, 0);
    let mut world = world_of(&sources, 1);
    world.start_at(0, 1, bundle("./main"));
    world.start_at(0, 2, load("./m39"));
    while !world.settled.contains_key(&OperationId(2)) {
        assert!(world.step());
    }
    assert!(!world.settled.contains_key(&OperationId(1)), "the small one waited for the large one");
    world.run();
    assert!(world.faults.is_empty(), "{:?}\n{}", world.faults, world.trace);
}

#[test]
fn where_the_clock_stands_still_text_is_counted() {
    for (padding, yield_every_ms, is_paused) in [(100, 12, false), (20_000, 12, true), (20_000, 0, false)] {
        let sources = sources(&mut Random::new(1), 40, padding);
        let mut world = world_of(&sources, yield_every_ms);
        world.system.set_stopwatch(|| 7);
        world.start_at(0, 1, bundle("./main"));
        world.run();
        assert!(world.faults.is_empty(), "{:?}\n{}", world.faults, world.trace);
        assert!(world.settled[&OperationId(1)].is_ok());
        // 800 KiB are read, looked through for names, and printed.
        assert_eq!(timers(&world) >= 8, is_paused, "{}", timers(&world));
        assert_eq!(timers(&world) > 0, is_paused);
    }
}

#[test]
fn a_hidden_page_does_not_wait_for_timers_that_are_held_back() {
    let sources = sources(&mut Random::new(1), 40, 0);
    let mut world = world_of(&sources, 1);
    world.start_at(0, 1, bundle("./main"));
    assert!(world.step());
    let measured = Measured { is_hidden: true, ..Measured::default() };
    world.call(|system, moment| system.step(moment, Event::Measured { measured }));
    world.run();
    assert!(world.faults.is_empty(), "{:?}\n{}", world.faults, world.trace);
    assert!(world.settled[&OperationId(1)].is_ok());
    assert_eq!(timers(&world), 1);
}

#[test]
fn what_must_answer_at_once_never_pauses() {
    let sources = sources(&mut Random::new(1), 40, 0);
    let mut world = world_of(&sources, 1);
    world.start_at(0, 1, Request::LoadNow { specifier: "./main".to_owned(), referrer: None });
    world.run();
    assert!(world.faults.is_empty(), "{:?}\n{}", world.faults, world.trace);
    assert!(world.settled[&OperationId(1)].is_ok());
    assert_eq!(timers(&world), 0);
}
