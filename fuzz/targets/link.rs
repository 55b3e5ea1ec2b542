//! Two modules of any text that may import each other are bundled or refused, without a panic.
//! Must never reach the network: the simulated one serves both.
#![no_main]

use libfuzzer_sys::fuzz_target;
use somon_ops::config::Value;
use somon_system::effect::OperationId;
use somon_system::event::Request;
use somon_system::sim::{Network, Reply, World, profile};

const BASE: &str = "https://example.org/app/";

fuzz_target!(|sources: (&str, &str)| {
    let mut network = Network::default();
    network.set(&[BASE, "a.som"].concat(), Reply::text(sources.0));
    network.set(&[BASE, "b.som"].concat(), Reply::text(sources.1));
    let Ok(mut world) = World::new(&Value::Undefined, &profile(BASE), network) else { return };
    let entry = "./a.som".to_owned();
    world.start_at(0, 1, Request::Bundle { entry, options: Value::Undefined });
    world.run();
    assert!(world.faults.is_empty(), "{:?}", world.faults);
    assert!(world.settled.contains_key(&OperationId(1)));
});
