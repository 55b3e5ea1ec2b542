//! Whether and when a fetch is attempted again: limits per fetch, one budget for all of them, deadlines.
//! Must never start a sleep that would outlast the operation, nor retry against an open breaker.

use crate::attempt::{AttemptResult, RetryOn};
use crate::backoff::{Random, exponential, jittered, ms_to_us, us_to_ms_up};
use crate::breaker::OptionProblem;
use crate::config::{Options, SYSTEM, Value};

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

/// Above which no number of milliseconds given for `budgetMs` means anything.
const BUDGET_MS_MAX: u64 = 0x7FFF_FFFF;

impl Default for RetryOptions {
    fn default() -> Self {
        RetryOptions::read(&Options::new(&Value::Undefined, SYSTEM))
    }
}

impl RetryOptions {
    /// From checked options of a system.
    pub fn read(options: &Options) -> Self {
        let integer = |name: &str| options.integer(&["loading.retry.", name].concat());
        let is_on = |name: &str| options.bool(&["loading.retry.", name].concat());
        RetryOptions {
            max_retries: integer("maxRetries") as u32,
            initial_delay_ms: integer("initialDelay"),
            max_delay_ms: integer("maxDelay"),
            exponential: is_on("exponential"),
            jitter: is_on("jitter"),
            budget_ms: Some(integer("budgetMs")).filter(|budget| *budget < BUDGET_MS_MAX),
            budget_ratio: options.number("loading.retry.budgetRatio"),
            retry_on: options.given("loading.retry.retryOn").and_then(RetryOn::read).unwrap_or(RetryOn::ALL),
        }
    }

    /// What does not fit together; the table of keys has the range of each.
    pub fn problem(&self) -> Option<OptionProblem> {
        let is_right = self.max_delay_ms >= self.initial_delay_ms;
        (!is_right).then_some(OptionProblem { key: "maxDelay", message: "must not be below initialDelay" })
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
    /// By `budgetMs`.
    own_deadline_us: u64,
    operation_deadline_us: u64,
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
        Attempts { made: 0, own_deadline_us: own, operation_deadline_us }
    }

    /// Begins an attempt and says when it must be over; an operation whose time ends before that ends it.
    pub fn begin(&mut self, now_us: u64, fetch_timeout_ms: u64) -> u64 {
        self.made = self.made.saturating_add(1);
        now_us.saturating_add(ms_to_us(fetch_timeout_ms))
    }

    /// Those who wait for it now may have more time than those who did at first, or less.
    pub fn set_deadline(&mut self, operation_deadline_us: u64) {
        self.operation_deadline_us = operation_deadline_us;
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
        if at_us >= self.own_deadline_us.min(self.operation_deadline_us) {
            return give_up(GiveUp::Deadline, retry_after_ms.map(|_| us_to_ms_up(delay)));
        }
        if !budget.take() {
            return give_up(GiveUp::Budget, retry_after_ms);
        }
        Next::RetryAt { at_us }
    }
}
