//! Graphs as large as the limits allow: no walk may cost native stack or more than linear time.

use somon_ops::config::Value;
use somon_system::event::Request;
use somon_system::outcome::Outcome;
use somon_system::sim::{Network, Reply};

use crate::support::{map, number, settle, world};

const COUNT: u32 = 20_000;

fn options() -> Value {
    let limits =
        [("maxModules", number(COUNT + 1)), ("maxDepth", number(COUNT + 1)), ("maxFetches", number(COUNT + 1))];
    map(&[("loading", map(&limits)), ("operationTimeout", number(600_000))])
}

fn bundled(network: Network) -> usize {
    let mut world = world(&options(), network);
    let request = Request::Bundle { entry: "./0.som".to_owned(), options: Value::Undefined };
    match settle(&mut world, request) {
        Ok(Outcome::Bundle(bundle)) => bundle.modules.len(),
        other => panic!("settled with {other:?}"),
    }
}

fn url(index: u32) -> String {
    format!("https://h/app/{index}.som")
}

#[test]
fn a_chain_of_20_000_modules_bundles() {
    let mut network = Network::default();
    for index in 0..COUNT {
        let next = if index + 1 < COUNT { format!("ворид \"./{}.som\";", index + 1) } else { String::new() };
        network.set(&url(index), Reply::text(&next));
    }
    assert_eq!(bundled(network), COUNT as usize);
}

#[test]
fn a_fan_of_20_000_modules_bundles() {
    let mut network = Network::default();
    let mut entry = String::new();
    for index in 1..COUNT {
        entry.push_str(&format!("ворид \"./{index}.som\";\n"));
        network.set(&url(index), Reply::text(""));
    }
    network.set(&url(0), Reply::text(&entry));
    assert_eq!(bundled(network), COUNT as usize);
}
