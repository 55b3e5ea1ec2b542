//! Whether and when a fetch is attempted again: limits per fetch, one budget for all of them, deadlines.
//! Must never start a sleep that would outlast the operation, nor retry against an open breaker.

use crate::attempt::{AttemptResult, RetryOn};
use crate::backoff::{Random, exponential, jittered, ms_to_us, us_to_ms_up};
use crate::breaker::OptionProblem;

#[derive(Clone, Debug, PartialEq)]
pub struct RetryOptions {
    pub max_retries: u32,
    pub initial_delay_ms: u64,
    pub max_delay_ms: u64,
    pub exponential: bool,
    pub jitter: bool,
    /// From the first attempt on; `None`: what is left of the operation.
    pub budget_ms: Option<u64>,
    /// Retries per first attempt in the long run.
    pub budget_ratio: f64,
    pub retry_on: RetryOn,
}

impl Default for RetryOptions {
    fn default() -> Self {
        RetryOptions {
            max_retries: 3,
            initial_delay_ms: 1000,
            max_delay_ms: 10_000,
            exponential: true,
            jitter: true,
            budget_ms: None,
            budget_ratio: 0.2,
            retry_on: RetryOn::ALL,
        }
    }
}

impl RetryOptions {
    /// Every problem at once; nothing of a refused set may be applied.
    pub fn problems(&self) -> Vec<OptionProblem> {
        let mut problems = Vec::new();
        let mut check = |holds: bool, key, message| {
            if !holds {
                problems.push(OptionProblem { key, message });
            }
        };
        check(self.max_retries <= 10, "maxRetries", "must be an integer from 0 to 10");
        check(self.initial_delay_ms <= 60_000, "initialDelay", "must be from 0 to 60000 ms");
        check(self.max_delay_ms <= 60_000, "maxDelay", "must be from 0 to 60000 ms");
        check(self.max_delay_ms >= self.initial_delay_ms, "maxDelay", "must not be below initialDelay");
        check((0.0..=1.0).contains(&self.budget_ratio), "budgetRatio", "must be from 0 to 1");
        problems
    }
}

/// The token bucket shared by all fetches: when everything fails, retries stay a fraction of the demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryBudget {
    millionths: u64,
}

const TOKEN: u64 = 1_000_000;
const TOKENS_MAX: u64 = 10 * TOKEN;

impl Default for RetryBudget {
    fn default() -> Self {
        RetryBudget { millionths: TOKENS_MAX }
    }
}

impl RetryBudget {
    fn add_first_attempt(&mut self, ratio: f64) {
        let earned = (ratio.clamp(0.0, 1.0) * TOKEN as f64 + 0.5) as u64;
        self.millionths = (self.millionths + earned).min(TOKENS_MAX);
    }

    fn take(&mut self) -> bool {
        match self.millionths.checked_sub(TOKEN) {
            Some(rest) => {
                self.millionths = rest;
                true
            }
            None => false,
        }
    }
}

/// The attempts of one fetch.
#[derive(Clone, Debug)]
pub struct Attempts {
    made: u32,
    deadline_us: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Sleep until then, ask the breaker for admission, try again.
    RetryAt { at_us: u64 },
    /// The attempt's own error is the answer.
    GiveUp { reason: GiveUp, retry_after_ms: Option<u64> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveUp {
    NotRetryable,
    /// `maxRetries` are used up.
    Exhausted,
    /// The breaker has opened: sleeping could only end in a rejection.
    BreakerOpen,
    /// The sleep would outlast the operation, or what the origin asked for would.
    Deadline,
    /// Too many retries of all fetches together.
    Budget,
}

impl Attempts {
    /// Called once per fetch, when its first attempt is admitted.
    pub fn start(now_us: u64, operation_deadline_us: u64, options: &RetryOptions, budget: &mut RetryBudget) -> Self {
        budget.add_first_attempt(options.budget_ratio);
        let own = options.budget_ms.map_or(u64::MAX, |budget| now_us.saturating_add(ms_to_us(budget)));
        Attempts { made: 0, deadline_us: operation_deadline_us.min(own) }
    }

    /// Begins an attempt and says when it must be over: never later than the whole.
    pub fn begin(&mut self, now_us: u64, fetch_timeout_ms: u64, operation_deadline_us: u64) -> u64 {
        self.made = self.made.saturating_add(1);
        now_us.saturating_add(ms_to_us(fetch_timeout_ms)).min(operation_deadline_us)
    }

    /// Attempts begun so far.
    pub fn made(&self) -> u32 {
        self.made
    }

    /// What to do after an attempt that failed. `breaker_wait_ms`: the breaker is open, for that long.
    #[allow(clippy::too_many_arguments, reason = "all of it is input of one decision")]
    pub fn after(
        &mut self,
        result: AttemptResult,
        retry_after_ms: Option<u64>,
        breaker_wait_ms: Option<u64>,
        now_us: u64,
        options: &RetryOptions,
        budget: &mut RetryBudget,
        random: Random,
    ) -> Next {
        let give_up = |reason, retry_after_ms| Next::GiveUp { reason, retry_after_ms };
        if !options.retry_on.allows(result) {
            return give_up(GiveUp::NotRetryable, retry_after_ms);
        }
        if self.made > options.max_retries {
            return give_up(GiveUp::Exhausted, retry_after_ms);
        }
        if breaker_wait_ms.is_some() {
            return give_up(GiveUp::BreakerOpen, breaker_wait_ms);
        }
        let (initial, max) = (ms_to_us(options.initial_delay_ms), ms_to_us(options.max_delay_ms));
        let doublings = if options.exponential { self.made.saturating_sub(1) } else { 0 };
        let mut delay = exponential(initial, doublings, max);
        if options.jitter {
            delay = jittered(delay, random());
        }
        let delay = delay.max(ms_to_us(retry_after_ms.unwrap_or(0)));
        let at_us = now_us.saturating_add(delay);
        if at_us >= self.deadline_us {
            return give_up(GiveUp::Deadline, retry_after_ms.map(|_| us_to_ms_up(delay)));
        }
        if !budget.take() {
            return give_up(GiveUp::Budget, retry_after_ms);
        }
        Next::RetryAt { at_us }
    }
}
