//! The circuit breakers from outside: what they say, resetting and forcing them, and calls of the user's own under
//! one. Must never let a token count twice.

use somon_lang::gather::gather;
use somon_modules::error::{ErrorCode, Problem, SomonError};
use somon_ops::backoff::us_to_ms_up;
use somon_ops::breaker::{BreakerStatus, Decision, ForceError, Lease, Outcome, OverallStatus};

use crate::effect::Topic;
use crate::event::{Instant, Moment};
use crate::failure;
use crate::fetches::Failure;
use crate::settings;
use crate::step::{System, TimerOwner};

impl System {
    /// Every breaker by key, in order of the keys.
    pub fn breaker_statuses(&mut self, moment: Moment) -> Vec<(String, BreakerStatus)> {
        let now = self.tick(moment);
        gather(self.breakers.statuses(now).map(|(key, status)| (key.to_owned(), status)))
    }

    pub fn breaker_overall(&mut self, moment: Moment) -> OverallStatus {
        let now = self.tick(moment);
        self.breakers.overall(now)
    }

    /// Closes one breaker, or all. False: there is none of that key.
    pub fn reset_breaker(&mut self, moment: Moment, key: Option<&str>) -> bool {
        let now = self.tick(moment);
        match key {
            Some(key) => self.breakers.reset(key, now),
            None => {
                self.breakers.reset_all(now);
                true
            }
        }
    }

    /// Opens one breaker, or all, for so many milliseconds. False: there is none of that key.
    pub fn force_breaker(
        &mut self,
        moment: Moment,
        key: Option<&str>,
        duration_ms: f64,
    ) -> Result<bool, Box<SomonError>> {
        let now = self.tick(moment);
        let forced = match key {
            Some(key) => self.breakers.force_open(key, duration_ms, now),
            None => self.breakers.force_all_open(duration_ms, now),
        };
        match forced {
            Ok(()) => Ok(true),
            Err(ForceError::UnknownKey) => Ok(false),
            Err(ForceError::Duration) => Err(settings::invalid(vec![Problem {
                path: "durationMs".to_owned(),
                message: "durationMs must be a finite number above 0".to_owned(),
                received: String::new(),
                is_unknown_key: false,
            }])),
        }
    }

    pub fn remove_breaker(&mut self, key: &str) -> bool {
        self.breakers.remove(key)
    }

    /// Asks for one call under `key`. The number goes to [`System::settle_call`] once it is over.
    pub fn admit_call(&mut self, moment: Moment, key: &str) -> Result<u32, Box<SomonError>> {
        let now = self.tick(moment);
        let random = &mut self.random;
        match self.breakers.admit(key, now, &mut || random.unit()) {
            Decision::Admitted(lease) => Ok(self.call_under(lease)),
            Decision::Rejected { retry_after_ms } => {
                let failure = Failure::new(ErrorCode::BreakerOpen, ["the breaker of ", key, " is open"].concat());
                Err(failure::plain(&failure.behind_breaker(key.to_owned(), retry_after_ms)))
            }
            Decision::ShutDown => Err(failure::shut_down()),
        }
    }

    /// The number of the breaker of `key`, for [`System::admit_again`].
    pub fn breaker_number(&self, key: &str) -> Option<u64> {
        self.breakers.number(key)
    }

    /// One call more under a breaker of this number, if that is closed; else [`System::admit_call`] says.
    pub fn admit_again(&mut self, breaker: u64) -> Option<u32> {
        let lease = self.breakers.admit_closed(breaker)?;
        Some(self.call_under(lease))
    }

    fn call_under(&mut self, lease: Lease) -> u32 {
        self.next_call = self.next_call.wrapping_add(1).max(1);
        self.calls.insert(self.next_call, lease);
        self.next_call
    }

    /// Whether anything may follow from it, for [`System::take_effects`].
    pub fn settle_call(&mut self, now: Instant, call: u32, outcome: Outcome) -> bool {
        self.now = self.now.max(now);
        let Some(lease) = self.calls.remove(&call) else { return false };
        let is_trial = lease.is_trial();
        self.breakers.settle(lease, outcome, self.now.0);
        is_trial || self.breakers.has_events()
    }

    /// One timer for all breakers, and only while somebody listens to their changes: nothing else depends on it, and
    /// an idle system has none.
    pub(crate) fn keep_wake_timer(&mut self) {
        let due = if self.is_listened(Topic::Breaker) { self.breakers.next_deadline_us() } else { None };
        if self.wake.map(|(_, at)| at) == due {
            return;
        }
        if let Some((timer, _)) = self.wake.take() {
            self.clear_timer(timer);
        }
        if let Some(at) = due {
            let delay = us_to_ms_up(at.saturating_sub(self.now.0));
            let timer = self.set_timer(TimerOwner::Wake, u32::try_from(delay).unwrap_or(u32::MAX));
            self.wake = Some((timer, at));
        }
    }

    pub(crate) fn wake_timer_fired(&mut self) {
        self.wake = None;
        self.breakers.advance(self.now.0);
    }
}
