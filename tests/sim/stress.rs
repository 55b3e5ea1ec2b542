//! Fifty loads a second over ten minutes, from twelve origins of which half are sick in different ways: what breakers,
//! retry, timeouts and limits are for, seen from the servers and from the callers.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use somon_modules::json_value;
use somon_ops::breaker::State;
use somon_system::effect::OperationId;
use somon_system::sim::{End, Network, Random, Reply, World, profile};

use crate::support::{BASE, load};

const SECOND: u64 = 1_000_000;
const MINUTES: u64 = 10;
const LOADS: u64 = 50 * 60 * MINUTES;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Healthy(u8),
    /// Refuses every connection.
    Dead,
    /// Well for half a minute, down for half a minute.
    Flaps,
    /// Two to eight seconds for an answer.
    Slow,
    /// Accepts and never answers.
    Hangs,
    /// Announces more than it sends.
    Half,
    /// Breaks off amid the body.
    Resets,
    /// Down from the second minute to the sixth.
    Returns,
}

use Origin::{Dead, Flaps, Half, Hangs, Healthy, Resets, Returns, Slow};

const ORIGINS: [Origin; 12] =
    [Healthy(0), Healthy(1), Healthy(2), Healthy(3), Healthy(4), Dead, Flaps, Slow, Hangs, Half, Resets, Returns];

const DOWN_FROM: u64 = 120 * SECOND;
const DOWN_UNTIL: u64 = 360 * SECOND;

impl Origin {
    fn host(self) -> String {
        match self {
            Healthy(number) => format!("https://healthy{number}"),
            other => format!("https://{other:?}").to_lowercase(),
        }
    }

    fn reply(self, now: u64, random: &mut Random) -> Reply {
        let body = Reply::text("содир собит х = 1;").header("cache-control", "no-store");
        let well = body.delay(10_000 + random.below(20_000));
        match self {
            Healthy(_) => well,
            Dead => Reply::status(0),
            Flaps if now / (30 * SECOND) % 2 == 1 => Reply::status(503),
            Flaps => well,
            Slow => well.delay((1 + random.below(4)) * SECOND),
            Hangs => well.end(End::Hangs).delay(100 * SECOND),
            Half => well.header("content-length", "9999").end(End::Silent),
            Resets => well.end(End::Breaks),
            Returns if (DOWN_FROM..DOWN_UNTIL).contains(&now) => Reply::status(502),
            Returns => well,
        }
    }
}

#[derive(Default)]
struct Seen {
    /// Requests at the origin's socket.
    requests: BTreeMap<Origin, u64>,
    first_after_return: Option<u64>,
}

struct Run {
    world: World,
    seen: Rc<RefCell<Seen>>,
    demand: BTreeMap<Origin, u64>,
    /// Of loads from healthy origins, in microseconds, sorted.
    latencies: Vec<u64>,
    /// When the breaker of the one that returns would next let somebody through, at the moment it returned.
    next_probe: u64,
}

/// `has_sick`: the same loads of the healthy ones, without any of the others.
fn run(breakers: &str, has_sick: bool) -> Run {
    let text = format!(r#"{{"resolution": {{"allowedOrigins": "any"}}, "circuitBreakers": {breakers}}}"#);
    let options = json_value::read(&text).expect("JSON");
    let mut world = World::new(&options, &profile(BASE), Network::default()).expect("the options are right");
    let seen = Rc::new(RefCell::new(Seen::default()));
    let log = seen.clone();
    // How long a server takes must not depend on what else goes on.
    world.server = Some(Box::new(move |now, request| {
        let origin = ORIGINS.into_iter().find(|origin| request.url.starts_with(&(origin.host() + "/")))?;
        let mut log = log.borrow_mut();
        *log.requests.entry(origin).or_insert(0) += 1;
        if origin == Returns && now >= DOWN_UNTIL {
            log.first_after_return.get_or_insert(now);
        }
        let mut random = Random::new(request.url.bytes().fold(7, |hash, byte| hash * 31 % 1_000_003 + u64::from(byte)));
        Some(origin.reply(now, &mut random))
    }));
    let mut random = Random::new(3);
    let (mut demand, mut healthy) = (BTreeMap::new(), Vec::new());
    for index in 0..LOADS {
        let origin = ORIGINS[random.below(ORIGINS.len() as u64) as usize];
        let is_healthy = matches!(origin, Healthy(_));
        if !is_healthy && !has_sick {
            continue;
        }
        *demand.entry(origin).or_insert(0) += 1;
        let (at, operation) = (index * SECOND / 50, index as u32 + 1);
        if is_healthy {
            healthy.push((at, operation));
        }
        world.start_at(at, operation, load(&format!("{}/m{index}.som", origin.host())));
    }
    world.run_until(DOWN_UNTIL);
    let statuses = world.system.breaker_statuses(world.moment());
    let status = statuses.iter().find(|(key, _)| *key == Returns.host()).map(|(_, status)| status);
    let wait = status.filter(|status| status.state == State::Open).and_then(|status| status.retry_after_ms);
    let next_probe = DOWN_UNTIL + wait.unwrap_or(0) * 1000;
    world.run();
    let mut latencies: Vec<u64> = healthy
        .iter()
        .map(|(at, operation)| world.settled_at.get(&OperationId(*operation)).expect("it settled") - at)
        .collect();
    latencies.sort_unstable();
    Run { world, seen, demand, latencies, next_probe }
}

impl Run {
    fn share(&self, origin: Origin) -> f64 {
        let requests = self.seen.borrow().requests.get(&origin).copied().unwrap_or(0);
        requests as f64 / self.demand[&origin] as f64
    }

    fn p99(&self) -> u64 {
        self.latencies[self.latencies.len() * 99 / 100]
    }
}

#[test]
fn sick_origins_are_spared_and_healthy_ones_do_not_notice() {
    let guarded = run("true", true);
    assert!(guarded.world.faults.is_empty(), "{:?}", guarded.world.faults);
    for origin in ORIGINS {
        println!("{origin:?}: {:.4} requests for each load", guarded.share(origin));
    }
    for origin in [Dead, Half, Resets, Hangs] {
        assert!(guarded.share(origin) < 0.02, "{origin:?}: {}", guarded.share(origin));
    }
    let found = guarded.seen.borrow().first_after_return.expect("it came back");
    println!("found {} s after it came back", (found - DOWN_UNTIL) as f64 / 1e6);
    // The next load from it may be some seconds away: four a second are asked for, at random.
    assert!(found <= guarded.next_probe + 3 * SECOND, "{found} {}", guarded.next_probe);
    let returned = guarded.world.system.figures();
    let first_attempts = guarded.seen.borrow().requests.values().sum::<u64>() - returned.retries;
    println!("{} retries of {first_attempts} first attempts", returned.retries);
    assert!(returned.retries <= 10 + first_attempts / 5);
    assert!(returned.retries > 0);
    let alone = run("true", false);
    let (p99, without) = (guarded.p99(), alone.p99());
    println!("p99 of healthy origins: {p99} us, {without} us without sick ones");
    assert!(p99 as f64 <= without as f64 * 1.1, "{p99} {without}");
    let healthy = guarded.latencies.len();
    assert_eq!(healthy, alone.latencies.len());
}

#[test]
fn without_breakers_they_would_be_asked_for_ever() {
    let unguarded = run("false", true);
    assert!(unguarded.world.faults.is_empty(), "{:?}", unguarded.world.faults);
    assert!(unguarded.share(Dead) > 1.0);
}
