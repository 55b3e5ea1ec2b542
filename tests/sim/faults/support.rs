//! A system under test with a server before it, and short ways to what its operations settled with.
//! It must never answer in the place of the loader: it only asks, serves and reads.

use somon_modules::error::{ErrorCode, SomonError};
use somon_modules::json_value;
use somon_ops::breaker::{BreakerStatus, State};
use somon_system::effect::OperationId;
use somon_system::event::Request;
use somon_system::outcome::Outcome;
use somon_system::sim::{Network, Reply, World, profile};

use crate::support::{BASE, load};

pub const MS: u64 = 1000;
pub const ORIGIN: &str = "https://h";

/// A world and the next free number of an operation.
pub struct Bench {
    pub world: World,
    pub next: u32,
}

/// Without jitter and retries, unless `loading` says so.
pub fn bench(loading: &str, breakers: &str) -> Bench {
    let retry = if loading.contains("retry") { "" } else { r#""retry": {"maxRetries": 0},"# };
    let text = format!(
        r#"{{"loading": {{{retry} "negativeTtlMs": 0 {loading}}}, "circuitBreakers": {{"jitterEnabled": false {breakers}}},
            "resolution": {{"allowedOrigins": "any"}}}}"#
    );
    let options = json_value::read(&text).expect("JSON");
    let world = World::new(&options, &profile(BASE), Network::default()).expect("the options are right");
    Bench { world, next: 1 }
}

impl Bench {
    /// Answers by time in ms and path.
    pub fn serve(mut self, mut answer: impl FnMut(u64, &str) -> Reply + 'static) -> Bench {
        self.world.server = Some(Box::new(move |now, request| Some(answer(now / MS, &request.url))));
        self
    }

    pub fn start(&mut self, at_ms: u64, request: Request) -> OperationId {
        let operation = self.next;
        self.next += 1;
        self.world.start_at(at_ms * MS, operation, request);
        OperationId(operation)
    }

    pub fn begin(&mut self, at_ms: u64, module: &str) -> OperationId {
        self.start(at_ms, load(module))
    }

    pub fn settled(&self, operation: OperationId) -> &Result<Outcome, Box<SomonError>> {
        self.world.settled.get(&operation).expect("it is settled")
    }

    pub fn error(&self, operation: OperationId) -> &SomonError {
        self.settled(operation).as_ref().expect_err("it failed")
    }

    pub fn code(&self, operation: OperationId) -> Option<ErrorCode> {
        self.settled(operation).as_ref().err().map(|error| error.code)
    }

    /// Five loads that fail, one after the other.
    pub fn trip(&mut self, at_ms: u64) {
        for index in 0..5 {
            self.begin(at_ms + index, &format!("./down{index}.som"));
        }
        self.world.run_until((at_ms + 10) * MS);
        assert_eq!(self.status().state, State::Open);
    }

    pub fn status(&mut self) -> BreakerStatus {
        let all = self.world.system.breaker_statuses(self.world.moment());
        all.into_iter().find(|(key, _)| key == ORIGIN).map(|(_, status)| status).expect("a breaker")
    }

    pub fn finish(&mut self) {
        self.world.run();
        assert!(self.world.faults.is_empty(), "{:?}\n{}", self.world.faults, self.world.trace);
    }
}

pub fn down() -> Reply {
    Reply::status(500)
}

pub fn up() -> Reply {
    Reply::text("содир собит х = 1;")
}
