//! A breaker under a virtual clock in ms, and a small random source.
//! Must never hold expectations of its own.

use somon_ops::breaker::{BreakerOptions, BreakerStatus, Breakers, Decision, Lease, Outcome, State};

pub const KEY: &str = "https://cdn.example";

/// splitmix64
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

pub fn options(change: impl FnOnce(&mut BreakerOptions)) -> BreakerOptions {
    let mut options = BreakerOptions { jitter_enabled: false, ..BreakerOptions::default() };
    change(&mut options);
    options
}

pub struct Bench {
    pub breakers: Breakers,
    pub unit: f64,
}

impl Bench {
    pub fn new(options: BreakerOptions) -> Self {
        Bench { breakers: Breakers::new(options).expect("valid options"), unit: 0.0 }
    }

    pub fn decide(&mut self, at_ms: u64) -> Decision {
        let unit = self.unit;
        self.breakers.admit(KEY, at_ms * 1000, &mut || unit)
    }

    #[track_caller]
    pub fn admit(&mut self, at_ms: u64) -> Lease {
        match self.decide(at_ms) {
            Decision::Admitted(lease) => lease,
            other => panic!("not admitted at {at_ms}: {other:?}"),
        }
    }

    #[track_caller]
    pub fn rejected(&mut self, at_ms: u64) -> u64 {
        match self.decide(at_ms) {
            Decision::Rejected { retry_after_ms } => retry_after_ms,
            other => panic!("not rejected at {at_ms}: {other:?}"),
        }
    }

    pub fn settle(&mut self, lease: Lease, outcome: Outcome, at_ms: u64) {
        self.breakers.settle(lease, outcome, at_ms * 1000);
    }

    #[track_caller]
    pub fn call(&mut self, outcome: Outcome, at_ms: u64) {
        let lease = self.admit(at_ms);
        self.settle(lease, outcome, at_ms);
    }

    #[track_caller]
    pub fn fail(&mut self, at_ms: u64) {
        self.call(Outcome::FAILURE, at_ms);
    }

    #[track_caller]
    pub fn succeed(&mut self, at_ms: u64) {
        self.call(Outcome::Success, at_ms);
    }

    #[track_caller]
    pub fn status(&mut self, at_ms: u64) -> BreakerStatus {
        self.breakers.status(KEY, at_ms * 1000).expect("a breaker")
    }

    #[track_caller]
    pub fn state(&mut self, at_ms: u64) -> State {
        self.status(at_ms).state
    }

    /// Trips it with the defaults' five failures.
    #[track_caller]
    pub fn trip(&mut self, at_ms: u64) {
        let threshold = self.breakers.options().failure_threshold;
        for _ in 0..threshold {
            self.fail(at_ms);
        }
        assert_eq!(self.state(at_ms), State::Open);
    }
}
