//! Short ways to a world and to what an operation settled with.

use std::cell::Cell;

use somon_ops::config::Value;
use somon_system::effect::OperationId;
use somon_system::event::Request;
use somon_system::outcome::{Compilation, Outcome, SomonError};
use somon_system::sim::{Network, Reply, World, profile};

pub const BASE: &str = "https://h/app/";

thread_local! {
    static STOPWATCH: Cell<u64> = const { Cell::new(0) };
}

/// A stopwatch by which whatever is done between two looks takes some milliseconds.
pub fn busy_stopwatch() -> u64 {
    STOPWATCH.set(STOPWATCH.get() + 5000);
    STOPWATCH.get()
}

pub fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

pub fn number(value: u32) -> Value {
    Value::Number(f64::from(value))
}

pub fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

/// Modules below [`BASE`], each with its text.
pub fn network(modules: &[(&str, &str)]) -> Network {
    let mut network = Network::default();
    for (name, source) in modules {
        network.set(&[BASE, name].concat(), Reply::text(source));
    }
    network
}

pub fn world(options: &Value, network: Network) -> World {
    World::new(options, &profile(BASE), network).expect("the options are right")
}

pub fn bundle(entry: &str) -> Request {
    Request::Bundle { entry: entry.to_owned(), options: Value::Undefined }
}

pub fn compile(entry: &str) -> Request {
    Request::Compile { entry: entry.to_owned(), options: Value::Undefined }
}

pub fn load(specifier: &str) -> Request {
    Request::Load { specifier: specifier.to_owned(), referrer: None, options: Value::Undefined }
}

/// Runs to the end, checks the ledger, and gives what operation 1 settled with.
pub fn settle(world: &mut World, request: Request) -> Result<Outcome, Box<SomonError>> {
    world.start_at(world.now, 1, request);
    world.run();
    assert!(world.faults.is_empty(), "{:?}\n{}", world.faults, world.trace);
    world.settled.remove(&OperationId(1)).expect("a fault otherwise")
}

pub fn error(world: &mut World, request: Request) -> Box<SomonError> {
    match settle(world, request) {
        Ok(outcome) => panic!("settled with {outcome:?}"),
        Err(error) => error,
    }
}

pub fn compilation(world: &mut World, entry: &str) -> Compilation {
    match settle(world, compile(entry)) {
        Ok(Outcome::Compilation(compilation)) => compilation,
        other => panic!("settled with {other:?}"),
    }
}

pub fn bundle_code(world: &mut World, entry: &str) -> String {
    match settle(world, bundle(entry)) {
        Ok(Outcome::Bundle(bundle)) => bundle.code,
        other => panic!("settled with {other:?}"),
    }
}
