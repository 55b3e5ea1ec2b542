//! Graphs as large as the limits allow: no walk may cost native stack or more than linear time.

use somon_ops::config::Value;
use somon_system::event::Request;
use somon_system::outcome::Outcome;
use somon_system::sim::{Network, Reply};

use crate::support::{map, number, settle, text, world};

const COUNT: u32 = 20_000;

fn options() -> Value {
    let limits = [
        ("maxModules", number(COUNT + 1)),
        ("maxDepth", number(COUNT + 1)),
        ("maxFetches", number(COUNT + 1)),
        ("maxCacheSize", number(COUNT + 1)),
        ("httpCache", text("session")),
    ];
    let resident = map(&[("maxCachedModules", number(COUNT + 1))]);
    map(&[("loading", map(&limits)), ("resourceLimits", resident), ("operationTimeout", number(600_000))])
}

fn url(index: u32) -> String {
    format!("https://h/app/{index}.som")
}

/// Each module with the modules it imports.
fn network(imports: impl Fn(u32) -> Vec<u32>) -> Network {
    let mut network = Network::default();
    for index in 0..COUNT {
        let mut source = format!("содир собит а{index} = 1;\n");
        for target in imports(index) {
            source.push_str(&format!("ворид \"./{target}.som\";\n"));
        }
        network.set(&url(index), Reply::text(&source));
    }
    network
}

/// Bundles, compiles, loads and tells of the graph; anything of square cost would not end in a test's time.
fn handles(network: Network, depth: u32, cycles: usize) {
    let mut world = world(&options(), network);
    let entry = "./0.som".to_owned();
    match settle(&mut world, Request::Bundle { entry: entry.clone(), options: Value::Undefined }) {
        Ok(Outcome::Bundle(bundle)) => assert_eq!(bundle.modules.len(), COUNT as usize),
        other => panic!("settled with {other:?}"),
    }
    match settle(&mut world, Request::Compile { entry: entry.clone(), options: Value::Undefined }) {
        Ok(Outcome::Compilation(compilation)) => assert_eq!(compilation.modules.len(), COUNT as usize),
        other => panic!("settled with {other:?}"),
    }
    match settle(&mut world, Request::Load { specifier: entry, referrer: None, options: Value::Undefined }) {
        Ok(Outcome::Module(module)) => assert_eq!(&*module.id, url(0)),
        other => panic!("settled with {other:?}"),
    }
    let statistics = world.system.statistics();
    assert_eq!((statistics.modules, statistics.depth_max), (COUNT as usize, depth));
    assert_eq!(statistics.cycles, cycles);
    assert_eq!(world.system.validate().warnings.len(), cycles);
    assert!(world.system.import_chain(&url(COUNT - 1)).is_some());
    assert_eq!(world.system.modules().len(), COUNT as usize);
}

#[test]
fn a_chain_of_20_000_modules() {
    handles(network(|index| if index + 1 < COUNT { vec![index + 1] } else { Vec::new() }), COUNT - 1, 0);
}

#[test]
fn a_fan_of_20_000_modules() {
    handles(network(|index| if index == 0 { (1..COUNT).collect() } else { Vec::new() }), 1, 0);
}

#[test]
fn a_ring_of_20_000_modules() {
    handles(network(|index| vec![(index + 1) % COUNT]), 0, 1);
}

/// Each imports the next and the one before: one component, and 19,999 circles of two.
#[test]
fn a_chain_of_20_000_modules_with_ways_back() {
    handles(
        network(|index| {
            [index.checked_sub(1), (index + 1 < COUNT).then_some(index + 1)].into_iter().flatten().collect()
        }),
        0,
        1,
    );
}

/// Many ways from the first to the last: two to the power of 10,000.
#[test]
fn a_lattice_of_20_000_modules() {
    let imports = |index: u32| {
        let level = index / 2;
        [2 * level + 2, 2 * level + 3].into_iter().filter(|target| *target < COUNT).collect()
    };
    handles(with_second_entry(network(imports)), COUNT / 2, 0);
}

/// The module beside the first has to be reached, too.
fn with_second_entry(mut network: Network) -> Network {
    network.set(&url(0), Reply::text("ворид \"./1.som\"; ворид \"./2.som\"; ворид \"./3.som\";"));
    network
}
