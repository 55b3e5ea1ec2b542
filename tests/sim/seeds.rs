//! Random small graphs over a random network, by seed. Every call settles, the ledger is exact, nothing is
//! fetched twice by one call, and equal seeds give equal traces.
//! `SOMON_SEEDS` sets how many, `SOMON_SEED` replays one.

use std::collections::BTreeMap;

use somon_ops::config::Value;
use somon_system::effect::{OperationId, Topic};
use somon_system::event::Request;
use somon_system::sim::{End, Network, Random, Reply, World, profile};

use crate::support::{busy_stopwatch, map, number, text};

#[test]
fn random_graphs_settle_exactly() {
    if let Ok(seed) = std::env::var("SOMON_SEED") {
        let seed = seed.parse().expect("SOMON_SEED is a number");
        println!("{}", check(seed));
        return;
    }
    let count: u64 = std::env::var("SOMON_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(500);
    for seed in 0..count {
        check(seed);
    }
}

/// Far more events than any of these runs has: a run that never ends is a failing seed, too.
const EVENTS_MAX: u32 = 1_000_000;

/// Names the seed of whatever panics, deep inside the system too.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "failing seed: replay it with SOMON_SEED={} cargo test -p somon-tests --test sim random_graphs",
                self.0
            );
        }
    }
}

/// The trace; panics with the seed when a rule is broken.
pub fn check(seed: u64) -> String {
    let _named = Named(seed);
    let first = run(seed);
    let second = run(seed);
    assert_eq!(first, second, "SOMON_SEED={seed}: two runs differ");
    first
}

fn run(seed: u64) -> String {
    let mut random = Random::new(seed);
    let count = 1 + random.below(9);
    let mut network = Network::default();
    // Watches and answers past their time ask more often than there are calls.
    let is_lively = random.chance(40);
    for module in 0..count {
        let is_javascript = random.chance(15);
        let mut reply =
            if is_javascript { javascript(&mut random, count, module) } else { reply(&mut random, count, module) };
        if is_lively && random.chance(30) {
            reply = reply.header("cache-control", "max-age=0, stale-while-revalidate=1");
        }
        if random.chance(30) {
            reply = reply.header("etag", "\"1\"");
        }
        let place = url(module);
        network.set(&if is_javascript { place.replace(".som", ".js") } else { place }, reply);
    }
    let has_redirects = network.replies.values().any(|reply| reply.status == 302);
    let retries = random.below(4) as u32;
    let queue = if random.chance(10) { random.below(4) as u32 } else { 10_000 };
    let retry = map(&[("maxRetries", number(retries)), ("initialDelay", number(random.below(30) as u32))]);
    let loading = map(&[
        ("concurrency", number(1 + random.below(6) as u32)),
        ("maxInFlight", number(1 + random.below(8) as u32)),
        ("maxQueue", number(queue)),
        ("maxCacheSize", number(1 + random.below(6) as u32)),
        ("fetchTimeout", number(100)),
        ("maxModuleBytes", number(400)),
        ("maxCacheMemory", number(2000 + random.below(30_000) as u32)),
        ("httpCache", text(["http", "http", "session", "reload", "no-store"][random.below(5) as usize])),
        ("staleIfErrorMs", number(random.below(3) as u32 * 10)),
        ("retry", retry),
    ]);
    let breakers = map(&[
        ("failureThreshold", number(1 + random.below(6) as u32)),
        ("recoveryTimeout", number(10 + random.below(50) as u32)),
        ("successThreshold", number(1 + random.below(2) as u32)),
    ]);
    let breakers = if random.chance(20) { Value::Bool(false) } else { breakers };
    let yields = number([0, 1, 12, 40][random.below(4) as usize]);
    let options = map(&[("loading", loading), ("circuitBreakers", breakers), ("yieldEveryMs", yields)]);
    let mut world = World::new(&options, &profile("https://h/app/"), network).expect("the options are right");
    if random.chance(50) {
        world.system.set_stopwatch(busy_stopwatch);
    }
    let operations = 1 + random.below(4) as u32;
    for operation in 1..=operations {
        let time = random.below(30_000);
        let entry = ["./m", &random.below(count).to_string()].concat();
        let options = Value::Undefined;
        let request = match random.below(if is_lively { 9 } else { 8 }) {
            4 => Request::Refresh { options },
            5 => Request::Prefetch { entry, options },
            6 => Request::Resolve { specifier: entry, referrer: None, options },
            7 => Request::LoadNow { specifier: entry, referrer: None },
            8 => {
                // It ends only by being stopped.
                world.abort_at(time + random.below(2_000_000), operation);
                Request::Watch { entry, options: map(&[("intervalMs", number(250))]) }
            }
            0 => Request::Load { specifier: entry, referrer: None, options },
            1 => Request::Compile { entry, options },
            2 => Request::Run { entry, registry: "r".to_owned(), options },
            _ => Request::Bundle { entry, options },
        };
        world.start_at(time, operation, request);
        if random.chance(25) {
            world.abort_at(time + random.below(20_000), operation);
        }
    }
    let mut events = 0;
    if random.chance(50) {
        let moment = world.moment();
        world.system.listen(moment, Topic::Breaker, true);
    }
    if random.chance(8) {
        world.shut_down_at(random.below(60_000));
    }
    while world.step() {
        events += 1;
        assert!(events < EVENTS_MAX, "SOMON_SEED={seed}: it does not end");
        if random.chance(2) {
            world.system.clear_cache();
        }
        if random.chance(5) {
            let token = random.below(4) as u32;
            let holds = world.call(|system, moment| system.touch(moment.now, token));
            world.trace.push_str(if holds { "  holds\n" } else { "" });
        }
        if random.chance(3) {
            // An edit on the server.
            let module = random.below(count);
            let edited = Reply::text(&format!("содир собит х{module} = {};\n", random.below(100)));
            world.network.set(&url(module), edited.header("etag", "\"2\""));
        }
        if random.chance(3) {
            world.system.invalidate(&url(random.below(count)), random.chance(50));
        }
    }
    world.run();
    assert!(world.faults.is_empty(), "SOMON_SEED={seed}: {:?}\n{}", world.faults, world.trace);
    for operation in 1..=operations {
        assert!(world.settled.contains_key(&OperationId(operation)), "SOMON_SEED={seed}");
    }
    // The bucket of ten, and a fifth of what was asked for.
    let figures = world.system.figures();
    let retried = figures.retries as usize;
    assert!(retried <= 10 + world.requests.len() / 5, "SOMON_SEED={seed}: {retried} of {}", world.requests.len());
    let mut asked: BTreeMap<&str, u32> = BTreeMap::new();
    for url in &world.requests {
        *asked.entry(url).or_insert(0) += 1;
    }
    // A circle of redirects asks again, up to its limit; without redirects each call asks once, and for each retry.
    for (url, times) in asked {
        assert!(
            has_redirects || is_lively || times <= operations * (1 + retries),
            "SOMON_SEED={seed}: {url} was asked for {times} times"
        );
    }
    world.trace
}

fn javascript(random: &mut Random, count: u64, module: u64) -> Reply {
    let mut source = format!("export let х{module} = {module};\nexport const up = () => {{ х{module}++ }};\n");
    for import in 0..random.below(3) {
        let target = random.below(count);
        source.push_str(&match random.below(3) {
            0 => format!("import * as n{import} from './m{target}';\n"),
            1 => format!("export * from './m{target}';\n"),
            _ => format!("import {{ х{target} as a{import} }} from './m{target}';\nconsole.log(a{import});\n"),
        });
    }
    Reply::text(&source).delay(random.below(8000))
}

fn url(module: u64) -> String {
    ["https://h/app/m", &module.to_string(), ".som"].concat()
}

fn reply(random: &mut Random, count: u64, module: u64) -> Reply {
    let mut source = String::new();
    for import in 0..random.below(4) {
        // Now and then a module that does not exist.
        let may_miss = u64::from(random.chance(10));
        let target = random.below(count + may_miss);
        let line = match random.below(4) {
            0 => format!("ворид * чун н{import} аз \"./m{target}\";\n"),
            1 => format!("содир * аз \"./m{target}.som\";\n"),
            2 => format!("собит п{import} = () => ворид(\"./m{target}\");\n"),
            _ => format!("ворид {{ х{target} чун а{import} }} аз \"./m{target}\";\nчоп.сабт(а{import});\n"),
        };
        source.push_str(&line);
    }
    source.push_str(&format!("содир собит х{module} = {module};\n"));
    let mut reply = Reply::text(&source).delay(random.below(8000));
    let cut = random.below(source.len() as u64) as usize;
    match random.below(20) {
        0 => reply.status = 0,
        1 => reply.status = 404,
        2 => reply.status = 500,
        3 => reply = Reply::redirect(&url(random.below(count))),
        4 => reply.end = End::Breaks,
        5 => reply.end = End::Hangs,
        6 => reply = reply.header("content-length", "9999"),
        7 => reply = reply.header("content-type", "text/html"),
        8 => reply.chunks = vec![source.as_bytes().iter().take(cut).copied().collect()],
        9 => reply.chunks.push(vec![b' '; 400]),
        10 | 11 => reply = reply.header("cache-control", "max-age=60"),
        12 => reply = reply.header("cache-control", "no-store"),
        13 => reply.chunks.push(b"\xFF".to_vec()),
        14 => reply = Reply::redirect("https://elsewhere/m.som"),
        _ => {}
    }
    reply
}
