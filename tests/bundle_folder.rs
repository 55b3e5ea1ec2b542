//! A folder of modules through the whole system, over the simulated network.

use std::path::Path;

use somon_ops::config::Value;
use somon_system::effect::OperationId;
use somon_system::event::Request;
use somon_system::outcome::{Outcome, SomonError};
use somon_system::sim::{Network, Reply, World, profile};

pub const BASE: &str = "https://example.org/app/";

/// `main.som` of the folder as one ES module.
pub fn bundle_folder(folder: &Path) -> Result<String, Box<SomonError>> {
    match settle(folder, |entry| Request::Bundle { entry, options: Value::Undefined })? {
        Outcome::Bundle(bundle) => Ok(bundle.code),
        other => panic!("a bundle settled with {other:?}"),
    }
}

/// `main.som` of the folder under whatever request.
pub fn settle(folder: &Path, request: impl FnOnce(String) -> Request) -> Result<Outcome, Box<SomonError>> {
    let mut network = Network::default();
    serve(folder, folder, &mut network);
    settle_network(network, request)
}

/// One file, and nothing beside it.
pub fn settle_file(file: &Path, request: impl FnOnce(String) -> Request) -> Result<Outcome, Box<SomonError>> {
    let mut network = Network::default();
    let bytes = std::fs::read(file).expect("the file is part of the repository");
    network.set(&[BASE, "main.som"].concat(), Reply { chunks: vec![bytes], ..Reply::text("") });
    settle_network(network, request)
}

fn settle_network(network: Network, request: impl FnOnce(String) -> Request) -> Result<Outcome, Box<SomonError>> {
    let mut world = World::new(&Value::Undefined, &profile(BASE), network)?;
    world.start_at(0, 1, request("./main.som".to_owned()));
    world.run();
    assert!(world.faults.is_empty(), "{:?}", world.faults);
    world.settled.remove(&OperationId(1)).expect("the world reports an operation that never settled")
}

fn serve(root: &Path, folder: &Path, network: &mut Network) {
    for entry in std::fs::read_dir(folder).expect("the folder is part of the repository") {
        let path = entry.expect("its entries can be read").path();
        if path.is_dir() {
            serve(root, &path, network);
            continue;
        }
        let name = path.strip_prefix(root).expect("found below the root").to_string_lossy().into_owned();
        let url = somon_modules::url::Url::parse(&[BASE, &name].concat()).expect("a file name makes a URL");
        let bytes = std::fs::read(&path).expect("its files can be read");
        network.set(url.as_str(), Reply { chunks: vec![bytes], ..Reply::text("") });
    }
}
