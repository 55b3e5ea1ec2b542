//! Random steps against a naive breaker: it keeps every result it ever saw and works everything out anew each time.
//! A million steps, or as many as `SOMON_BREAKER_STEPS` says.

use std::collections::BTreeMap;

use somon_ops::breaker::{BreakerOptions, Breakers, Decision, Lease, Outcome, State};

use crate::support::{KEY, Seeded};

/// All times in microseconds.
struct Model {
    options: BreakerOptions,
    enabled: bool,
    phase: Phase,
    generation: u64,
    closed_at: u128,
    streak: u32,
    history: Vec<(u128, bool)>,
    /// Calls under way: ticket to what it was admitted as.
    calls: BTreeMap<u64, Call>,
    requests: u64,
    successes: u64,
    failures: u64,
    rejected: u64,
    trips: u64,
    unit: f64,
}

#[derive(Clone, PartialEq)]
enum Phase {
    Closed,
    Open { until: u128 },
    HalfOpen { successes: u32 },
}

struct Call {
    generation: u64,
    guarded: bool,
    trial_since: Option<u128>,
}

impl Model {
    fn trials(&self) -> Vec<u128> {
        let current = |call: &&Call| call.guarded && call.generation == self.generation;
        self.calls.values().filter(current).filter_map(|call| call.trial_since).collect()
    }

    fn trial_end(&self) -> Option<u128> {
        self.trials().into_iter().min().map(|since| since + u128::from(self.options.half_open_timeout_ms) * 1000)
    }

    fn catch_up(&mut self, now: u128) {
        if matches!(self.phase, Phase::HalfOpen { .. })
            && let Some(end) = self.trial_end()
            && end <= now
        {
            self.history.push((end, true));
            self.open(end, 0);
        }
        if let Phase::Open { until } = self.phase
            && until <= now
        {
            self.phase = Phase::HalfOpen { successes: 0 };
            self.generation += 1;
        }
        if self.phase == Phase::Closed && now - self.closed_at >= u128::from(self.options.monitoring_period_ms) * 1000 {
            self.streak = 0;
        }
    }

    fn open(&mut self, now: u128, retry_after_ms: u64) {
        self.trips += 1;
        self.streak += 1;
        let mut delay = self.options.recovery_timeout_ms;
        if self.options.exponential_backoff {
            for _ in 1..self.streak {
                delay = (delay * 2).min(self.options.max_backoff_time_ms);
            }
        }
        let mut delay_us = u128::from(delay) * 1000;
        if self.options.jitter_enabled {
            delay_us = (delay_us as f64 * (0.5 + 0.5 * self.unit)).floor() as u128;
        }
        let asked = u128::from(retry_after_ms.min(self.options.max_backoff_time_ms)) * 1000;
        self.phase = Phase::Open { until: now + delay_us.max(asked) };
        self.generation += 1;
    }

    fn close(&mut self, now: u128) {
        self.phase = Phase::Closed;
        self.closed_at = now;
        self.history.clear();
        self.generation += 1;
    }

    /// `Err`: rejected, with the wait in ms.
    fn admit(&mut self, ticket: u64, now: u128) -> Result<(), u128> {
        self.catch_up(now);
        let verdict = match (&self.phase, self.enabled) {
            (_, false) | (Phase::Closed, _) => Ok(None),
            (Phase::Open { until }, _) => Err(until - now),
            (Phase::HalfOpen { .. }, _) if self.trials().len() < self.options.half_open_max_calls as usize => {
                Ok(Some(now))
            }
            (Phase::HalfOpen { .. }, _) => Err(self.trial_end().expect("a trial") - now),
        };
        match verdict {
            Ok(trial_since) => {
                self.requests += 1;
                let call = Call { generation: self.generation, guarded: self.enabled, trial_since };
                self.calls.insert(ticket, call);
                Ok(())
            }
            Err(wait) => {
                self.rejected += 1;
                Err(wait.div_ceil(1000).max(1))
            }
        }
    }

    fn settle(&mut self, ticket: u64, outcome: Outcome, now: u128) {
        self.catch_up(now);
        let call = self.calls.remove(&ticket).expect("a call");
        let (failed, retry_after) = match outcome {
            Outcome::Neutral => return,
            Outcome::Success => (false, 0),
            Outcome::Failure { retry_after_ms } => (true, retry_after_ms.unwrap_or(0)),
        };
        if failed {
            self.failures += 1
        } else {
            self.successes += 1
        }
        if !call.guarded {
            self.history.push((now, failed));
            return;
        }
        if call.generation != self.generation {
            return;
        }
        self.history.push((now, failed));
        match self.phase.clone() {
            Phase::Closed if failed => {
                let rate_rule = self.options.failure_rate_threshold.is_some_and(|rate| {
                    let latest = self.latest(now);
                    latest.len() >= self.options.minimum_requests as usize && self.rate(now) >= rate
                });
                if self.window_failures(now) >= self.options.failure_threshold as usize || rate_rule {
                    self.open(now, retry_after);
                }
            }
            Phase::HalfOpen { .. } if failed => self.open(now, retry_after),
            Phase::HalfOpen { successes } if successes + 1 == self.options.success_threshold => self.close(now),
            Phase::HalfOpen { successes } => self.phase = Phase::HalfOpen { successes: successes + 1 },
            _ => {}
        }
    }

    fn is_young(&self, at: u128, now: u128) -> bool {
        now < at + u128::from(self.options.monitoring_period_ms) * 1000
    }

    fn window_failures(&self, now: u128) -> usize {
        self.history.iter().filter(|(at, failed)| *failed && self.is_young(*at, now)).count().min(1000)
    }

    fn latest(&self, now: u128) -> Vec<bool> {
        let latest = self.history.iter().rev().take(128.max(self.options.minimum_requests as usize));
        latest.filter(|(at, _)| self.is_young(*at, now)).map(|(_, failed)| *failed).collect()
    }

    fn rate(&self, now: u128) -> f64 {
        let latest = self.latest(now);
        if latest.is_empty() {
            0.0
        } else {
            latest.iter().filter(|failed| **failed).count() as f64 / latest.len() as f64
        }
    }
}

fn random_options(random: &mut Seeded) -> BreakerOptions {
    let recovery_timeout_ms = 10 + random.below(5000);
    BreakerOptions {
        failure_threshold: 1 + random.below(6) as u32,
        monitoring_period_ms: 1000 + random.below(9000),
        failure_rate_threshold: (random.below(2) == 0).then(|| 0.1 + 0.9 * random.unit()),
        minimum_requests: 1 + random.below(20) as u32,
        recovery_timeout_ms,
        exponential_backoff: random.below(4) != 0,
        max_backoff_time_ms: recovery_timeout_ms * (1 + random.below(20)),
        jitter_enabled: random.below(2) == 0,
        half_open_max_calls: 1 + random.below(4) as u32,
        success_threshold: 1 + random.below(4) as u32,
        half_open_timeout_ms: 10 + random.below(3000),
        max_breakers: 10,
    }
}

fn run(seed: u64, steps: u64) -> [u64; 3] {
    let mut random = Seeded(seed);
    let options = random_options(&mut random);
    let unit = random.unit();
    let mut breakers = Breakers::new(options.clone()).expect("valid options");
    breakers.ensure(KEY, 0);
    let mut model = Model {
        options,
        enabled: true,
        phase: Phase::Closed,
        generation: 0,
        closed_at: 0,
        streak: 0,
        history: Vec::new(),
        calls: BTreeMap::new(),
        requests: 0,
        successes: 0,
        failures: 0,
        rejected: 0,
        trips: 0,
        unit,
    };
    let mut leases: Vec<(u64, Lease)> = Vec::new();
    let mut now = 0u64;
    let mut ticket = 0;
    let mut visited = [0; 3];
    let mut bad_days = 0;
    for step in 0..steps {
        // Now and then the origin is down for a while, so that every state is reached.
        bad_days = if random.below(200) == 0 { random.below(300) } else { u64::saturating_sub(bad_days, 1) };
        now += match random.below(20) {
            0 => random.below(20_000_000),
            1..=4 => random.below(500_000),
            5..=9 => 0,
            _ => random.below(20_000),
        };
        let at = u128::from(now);
        match random.below(1000) {
            0..=499 => {
                ticket += 1;
                // By its number where that will do.
                let number = if random.below(2) == 0 { breakers.number(KEY) } else { None };
                let decision = match number.and_then(|number| breakers.admit_closed(number)) {
                    Some(lease) => Decision::Admitted(lease),
                    None => breakers.admit(KEY, now, &mut || unit),
                };
                match (decision, model.admit(ticket, at)) {
                    (Decision::Admitted(lease), Ok(())) => leases.push((ticket, lease)),
                    (Decision::Rejected { retry_after_ms }, Err(wait)) => {
                        assert_eq!(u128::from(retry_after_ms), wait, "seed {seed} step {step}")
                    }
                    (decision, _) => panic!("seed {seed} step {step}: {decision:?}"),
                }
            }
            500..=989 if !leases.is_empty() => {
                let chosen = random.below(leases.len() as u64) as usize;
                let (ticket, lease) = leases.swap_remove(chosen);
                let outcome = match random.below(100) {
                    0..=4 => Outcome::Neutral,
                    roll if roll < 15 || bad_days > 0 => {
                        let retry_after_ms = (random.below(5) == 0).then(|| random.below(10_000));
                        Outcome::Failure { retry_after_ms }
                    }
                    _ => Outcome::Success,
                };
                breakers.settle(lease, outcome, now);
                model.settle(ticket, outcome, at);
            }
            990..=991 => {
                let duration = 1 + random.below(5000);
                breakers.force_open(KEY, duration as f64, now).expect("a valid duration");
                model.catch_up(at);
                model.phase = Phase::Open { until: at + u128::from(duration) * 1000 };
                model.generation += 1;
            }
            992 => {
                assert!(breakers.reset(KEY, now));
                model.catch_up(at);
                model.streak = 0;
                model.close(at);
            }
            993 => {
                let threshold = 1 + random.below(6) as u32;
                breakers.advance(now);
                model.catch_up(at);
                model.options.failure_threshold = threshold;
                breakers.set_options(model.options.clone()).expect("valid options");
            }
            994 => {
                model.enabled = !model.enabled || random.below(4) == 0;
                breakers.set_enabled(model.enabled);
            }
            _ => {}
        }
        // Reads at some steps only: the others prove that nothing depends on being read.
        if random.below(3) != 0 {
            continue;
        }
        model.catch_up(at);
        let status = breakers.status(KEY, now).expect("a breaker");
        let (state, deadline) = match model.phase {
            Phase::Closed => (State::Closed, None),
            Phase::Open { until } => (State::Open, Some(until)),
            Phase::HalfOpen { .. } => (State::HalfOpen, model.trial_end()),
        };
        let place = format!("seed {seed} step {step} at {now}");
        visited[state as usize] += 1;
        assert_eq!(status.state, state, "{place}");
        assert_eq!(breakers.next_deadline_us().map(u128::from), deadline, "{place}");
        assert_eq!(u64::from(status.generation), model.generation, "{place}");
        assert_eq!(status.failures as usize, model.window_failures(at), "{place}");
        assert_eq!(status.failure_rate, model.rate(at), "{place}");
        assert_eq!(status.trip_streak, model.streak, "{place}");
        let half_open = state == State::HalfOpen;
        assert_eq!(status.trials_in_flight as usize, if half_open { model.trials().len() } else { 0 }, "{place}");
        let totals = status.totals;
        assert_eq!(
            [totals.requests, totals.successes, totals.failures, totals.rejected, totals.trips],
            [model.requests, model.successes, model.failures, model.rejected, model.trips],
            "{place}"
        );
        // What left the window long ago is of no use; without this the model would get slower and slower.
        if model.history.len() > 2000 {
            model.history.drain(..800);
        }
    }
    visited
}

#[test]
fn a_number_stands_for_one_closed_breaker() {
    let options = BreakerOptions { max_breakers: 1, jitter_enabled: false, ..BreakerOptions::default() };
    let mut breakers = Breakers::new(options).expect("valid options");
    assert_eq!(breakers.number("a"), None);
    breakers.ensure("a", 0);
    let a = breakers.number("a").expect("it is there");
    let lease = breakers.admit_closed(a).expect("it is closed");
    breakers.settle(lease, Outcome::Success, 1);
    assert_eq!(breakers.totals().requests, 1);
    breakers.force_open("a", 10.0, 2).expect("a valid duration");
    assert_eq!(breakers.admit_closed(a), None, "it is open");
    assert_eq!(breakers.totals().rejected, 0, "nobody was refused yet");
    breakers.ensure("b", 3);
    let b = breakers.number("b").expect("it took the place of a");
    assert_eq!(breakers.admit_closed(a), None, "it is gone");
    assert!(breakers.admit_closed(b).is_some_and(|lease| !lease.is_trial()));
    breakers.shutdown();
    assert_eq!(breakers.admit_closed(b), None);
}

#[test]
fn chance_is_drawn_by_the_long_way() {
    let mut breakers = Breakers::new(BreakerOptions::default()).expect("valid options");
    breakers.ensure(KEY, 0);
    let number = breakers.number(KEY).expect("it is there");
    assert_eq!(breakers.admit_closed(number), None, "no breaker trips without a number that spreads its delay");
    assert!(matches!(breakers.admit(KEY, 1, &mut || 0.5), Decision::Admitted(_)));
    assert!(breakers.admit_closed(number).is_some());
}

#[test]
fn random_steps_agree_with_the_model() {
    let steps: u64 = match std::env::var("SOMON_BREAKER_STEPS") {
        Ok(text) => text.parse().expect("SOMON_BREAKER_STEPS is a number"),
        Err(_) => 1_000_000,
    };
    let per_run = 5000.min(steps);
    let mut visited = [0; 3];
    for seed in 0..steps / per_run {
        let counts = run(seed, per_run);
        visited = [0, 1, 2].map(|state| visited[state] + counts[state]);
    }
    let all: u64 = visited.iter().sum();
    assert!(visited.iter().all(|count| count * 50 > all), "every state is visited: {visited:?}");
}
