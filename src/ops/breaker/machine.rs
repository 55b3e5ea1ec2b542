//! One circuit breaker: closed, open, half-open, as a function of events and of the time they carry.
//! Must never depend on a timer having fired: what is due is applied first, as of the moment it was due.

use super::options::BreakerOptions;
use crate::backoff::{exponential, jittered, ms_to_us, tame};
use crate::window::OutcomeWindow;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Closed,
    Open,
    HalfOpen,
}

impl State {
    pub const ALL: [State; 3] = [State::Closed, State::Open, State::HalfOpen];

    pub const fn text(self) -> &'static str {
        match self {
            State::Closed => "closed",
            State::Open => "open",
            State::HalfOpen => "half-open",
        }
    }
}

/// How a guarded call ended, as far as its origin is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The origin answered, if only with 404.
    Success,
    /// The origin is at fault, and may have said when to come back.
    Failure { retry_after_ms: Option<u64> },
    /// The caller gave up: nothing is known about the origin.
    Neutral,
}

impl Outcome {
    pub const FAILURE: Outcome = Outcome::Failure { retry_after_ms: None };
}

/// Over the whole life, never reset. `requests` counts admitted calls only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub requests: u64,
    pub successes: u64,
    pub failures: u64,
    pub rejected: u64,
    pub trips: u64,
}

/// A change of state, at the time it took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    pub from: State,
    pub to: State,
    pub at_us: u64,
    pub forced: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trial {
    pub id: u32,
    pub deadline_us: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// `trial`: 0 for an ordinary call.
    Admitted {
        generation: u32,
        trial: u32,
    },
    Rejected {
        retry_after_us: u64,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Breaker {
    pub state: State,
    pub generation: u32,
    pub window: OutcomeWindow,
    pub trip_streak: u32,
    pub trials: Vec<Trial>,
    pub next_trial: u32,
    pub trial_successes: u32,
    pub open_until_us: u64,
    pub closed_since_us: u64,
    pub forced: bool,
    pub last_failure_us: Option<u64>,
    pub totals: Totals,
    /// The number that spreads the next trip's delay. Drawn at admission, since no breaker can trip without one, so
    /// that neither a result nor a mere read needs a random source.
    pub jitter: Option<f64>,
}

impl Breaker {
    pub fn new(now_us: u64) -> Self {
        Breaker {
            state: State::Closed,
            generation: 0,
            window: OutcomeWindow::default(),
            trip_streak: 0,
            trials: Vec::new(),
            next_trial: 1,
            trial_successes: 0,
            open_until_us: 0,
            closed_since_us: now_us,
            forced: false,
            last_failure_us: None,
            totals: Totals::default(),
            jitter: None,
        }
    }

    /// Applies what has become due by `now`, each change as of its own time. At most two: a trial that ran out of
    /// time opens the breaker, and that opening may be over already.
    pub fn advance(&mut self, now_us: u64, options: &BreakerOptions, changes: &mut Vec<Transition>) {
        if self.state == State::HalfOpen
            && let Some(deadline) = self.trial_deadline_us()
            && now_us >= deadline
        {
            self.last_failure_us = Some(deadline);
            self.window.record(deadline, true, options.period_us(), options.results_max());
            self.trip(deadline, None, options, changes);
        }
        if self.state == State::Open && now_us >= self.open_until_us {
            let at_us = self.open_until_us;
            self.enter(State::HalfOpen, at_us, changes);
        }
        if self.state == State::Closed && now_us >= self.closed_since_us.saturating_add(options.period_us()) {
            self.trip_streak = 0;
        }
        self.window.prune(now_us, options.period_us());
    }

    /// `advance` first.
    pub fn admit(&mut self, now_us: u64, options: &BreakerOptions, random: &mut dyn FnMut() -> f64) -> Admission {
        let admission = match self.state {
            State::Closed => Admission::Admitted { generation: self.generation, trial: 0 },
            State::Open => Admission::Rejected { retry_after_us: self.open_until_us.saturating_sub(now_us) },
            State::HalfOpen if self.trials.len() < options.half_open_max_calls as usize => {
                let id = self.next_trial;
                self.next_trial = self.next_trial.checked_add(1).unwrap_or(1);
                let deadline_us = now_us.saturating_add(ms_to_us(options.half_open_timeout_ms));
                self.trials.push(Trial { id, deadline_us });
                Admission::Admitted { generation: self.generation, trial: id }
            }
            State::HalfOpen => {
                let oldest = self.trial_deadline_us().unwrap_or(now_us);
                Admission::Rejected { retry_after_us: oldest.saturating_sub(now_us) }
            }
        };
        match admission {
            Admission::Admitted { .. } => {
                self.totals.requests += 1;
                if options.jitter_enabled && self.jitter.is_none() {
                    self.jitter = Some(tame(random()));
                }
            }
            Admission::Rejected { .. } => self.totals.rejected += 1,
        }
        admission
    }

    /// `advance` first: a trial whose time ran out before its result came is of an older generation by then.
    pub fn settle(
        &mut self,
        generation: u32,
        trial: u32,
        outcome: Outcome,
        now_us: u64,
        options: &BreakerOptions,
        changes: &mut Vec<Transition>,
    ) {
        match outcome {
            Outcome::Success => self.totals.successes += 1,
            Outcome::Failure { .. } => self.totals.failures += 1,
            Outcome::Neutral => {}
        }
        if generation != self.generation {
            return;
        }
        match self.state {
            State::Closed => self.record(outcome, now_us, options),
            // No call of this generation was admitted, unless guarding was off; that is not held against it.
            State::Open => return,
            State::HalfOpen => {
                let Some(at) = self.trials.iter().position(|running| running.id == trial) else { return };
                self.trials.remove(at);
                self.record(outcome, now_us, options);
            }
        }
        match (self.state, outcome) {
            (State::Closed, Outcome::Failure { retry_after_ms }) if self.is_over_limit(options) => {
                self.trip(now_us, retry_after_ms, options, changes);
            }
            (State::HalfOpen, Outcome::Failure { retry_after_ms }) => {
                self.trip(now_us, retry_after_ms, options, changes)
            }
            (State::HalfOpen, Outcome::Success) => {
                self.trial_successes += 1;
                if self.trial_successes >= options.success_threshold {
                    self.enter(State::Closed, now_us, changes);
                }
            }
            _ => {}
        }
    }

    /// A result that counts in window and totals, but moves nothing: guarding is switched off.
    pub fn note(&mut self, outcome: Outcome, now_us: u64, options: &BreakerOptions) {
        match outcome {
            Outcome::Success => self.totals.successes += 1,
            Outcome::Failure { .. } => self.totals.failures += 1,
            Outcome::Neutral => {}
        }
        self.record(outcome, now_us, options);
    }

    pub fn force_open(&mut self, now_us: u64, duration_us: u64, changes: &mut Vec<Transition>) {
        self.open_until_us = now_us.saturating_add(duration_us);
        self.forced = true;
        self.enter(State::Open, now_us, changes);
    }

    pub fn reset(&mut self, now_us: u64, changes: &mut Vec<Transition>) {
        self.trip_streak = 0;
        self.enter(State::Closed, now_us, changes);
    }

    /// When `advance` would next change the state; `None`: not by time alone.
    pub fn next_deadline_us(&self) -> Option<u64> {
        match self.state {
            State::Closed => None,
            State::Open => Some(self.open_until_us),
            State::HalfOpen => self.trial_deadline_us(),
        }
    }

    fn trial_deadline_us(&self) -> Option<u64> {
        self.trials.iter().map(|trial| trial.deadline_us).min()
    }

    fn record(&mut self, outcome: Outcome, now_us: u64, options: &BreakerOptions) {
        let failed = match outcome {
            Outcome::Success => false,
            Outcome::Failure { .. } => true,
            Outcome::Neutral => return,
        };
        if failed {
            self.last_failure_us = Some(now_us);
        }
        self.window.record(now_us, failed, options.period_us(), options.results_max());
    }

    fn is_over_limit(&self, options: &BreakerOptions) -> bool {
        self.window.failures() >= options.failure_threshold
            || options.failure_rate_threshold.is_some_and(|rate| {
                self.window.results() >= options.minimum_requests && self.window.failure_rate() >= rate
            })
    }

    fn trip(
        &mut self,
        at_us: u64,
        retry_after_ms: Option<u64>,
        options: &BreakerOptions,
        changes: &mut Vec<Transition>,
    ) {
        self.totals.trips += 1;
        self.trip_streak = self.trip_streak.saturating_add(1);
        let (recovery, max) = (ms_to_us(options.recovery_timeout_ms), ms_to_us(options.max_backoff_time_ms));
        let doublings = if options.exponential_backoff { self.trip_streak - 1 } else { 0 };
        let mut delay = exponential(recovery, doublings, max);
        if options.jitter_enabled {
            delay = jittered(delay, self.jitter.take().unwrap_or(1.0));
        }
        if let Some(wait) = retry_after_ms {
            delay = delay.max(ms_to_us(wait)).min(max);
        }
        self.open_until_us = at_us.saturating_add(delay);
        self.forced = false;
        self.enter(State::Open, at_us, changes);
    }

    /// The only place where the state changes. Leases handed out before are of an older generation afterwards.
    fn enter(&mut self, to: State, at_us: u64, changes: &mut Vec<Transition>) {
        let from = self.state;
        self.state = to;
        self.generation = self.generation.wrapping_add(1);
        self.trials.clear();
        self.trial_successes = 0;
        match to {
            State::Closed => {
                self.window.clear();
                self.closed_since_us = at_us;
                self.forced = false;
            }
            State::HalfOpen => self.forced = false,
            State::Open => {}
        }
        if from != to {
            changes.push(Transition { from, to, at_us, forced: self.forced });
        }
    }
}
