//! Circuit breakers: one per origin (or the caller's own key), bounded in number, driven by events and time values.
//! Must never let a call hold its place for ever, nor forget that an origin is down because many others were used.

mod machine;
mod options;
mod snapshot;
mod status;

use std::collections::VecDeque;
use std::rc::Rc;

pub use machine::{Outcome, State, Totals, Transition};
pub use options::{BREAKERS_MAX, BreakerOptions, OptionProblem};
pub use snapshot::RestoreError;
pub use status::{BreakerStatus, OverallStatus};

use crate::backoff::{Random, ms_to_us, us_to_ms_up};
use machine::{Admission, Breaker};
use status::{is_healthy, status_of};

/// Transitions that nobody has taken yet; beyond it the oldest are lost and counted.
const EVENTS_MAX: usize = 256;
/// Of a breaker's number, the part that is its slot; what is above tells it from others in the same slot, and all of it
/// is a number that JavaScript holds exactly.
const SLOT_BITS: u32 = BREAKERS_MAX.next_power_of_two().ilog2();
/// Leaves room for the bit that the window keeps beside a stamp.
const CLOCK_US_MAX: u64 = 1 << 62;
/// 2^53: the largest duration that JavaScript can hand over exactly.
const DURATION_MS_MAX: f64 = 9_007_199_254_740_992.0;

pub struct Breakers {
    options: BreakerOptions,
    enabled: bool,
    shut_down: bool,
    /// A slot keeps its place, since leases carry it.
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
    /// Indices of `slots`, by key.
    sorted: Vec<u32>,
    /// The slot used last: most calls in a row go to one origin.
    recent: u32,
    use_count: u64,
    serial: u32,
    /// The latest time seen; an earlier one is taken for it, so that a clock that steps back can do no harm.
    clock_us: u64,
    /// Totals of breakers that were removed or pushed out: exported counters must not fall.
    retired: Totals,
    events: VecDeque<BreakerEvent>,
    events_lost: u64,
    changes: Vec<Transition>,
}

struct Slot {
    key: Rc<str>,
    /// Tells this breaker from one that stood here before.
    serial: u32,
    used: u64,
    breaker: Breaker,
}

/// The right to make one call. Give it back to [`Breakers::settle`]; one that is lost times out by itself.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an admitted call is settled, if only as neutral"]
pub struct Lease {
    slot: u32,
    serial: u32,
    generation: u32,
    trial: u32,
    /// Admitted while guarding was off: its result is noted and moves nothing.
    unguarded: bool,
}

impl Lease {
    /// Whether this call tests an origin that was given up.
    pub fn is_trial(&self) -> bool {
        self.trial != 0
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    Admitted(Lease),
    /// `BREAKER_OPEN`; never 0.
    Rejected {
        retry_after_ms: u64,
    },
    /// `SHUTDOWN`
    ShutDown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakerEvent {
    pub key: Rc<str>,
    pub transition: Transition,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForceError {
    UnknownKey,
    /// The duration is no finite number above 0.
    Duration,
}

impl Breakers {
    pub fn new(options: BreakerOptions) -> Result<Self, OptionProblem> {
        if let Some(problem) = options.problem() {
            return Err(problem);
        }
        Ok(Breakers {
            options,
            enabled: true,
            shut_down: false,
            slots: Vec::new(),
            free: Vec::new(),
            sorted: Vec::new(),
            recent: 0,
            use_count: 0,
            serial: 0,
            clock_us: 0,
            retired: Totals::default(),
            events: VecDeque::new(),
            events_lost: 0,
            changes: Vec::new(),
        })
    }

    /// Asks for admission of one call to `key`; the breaker is created on first use.
    pub fn admit(&mut self, key: &str, now_us: u64, random: Random) -> Decision {
        if self.shut_down {
            return Decision::ShutDown;
        }
        let now_us = self.tick(now_us);
        let slot = match self.find(key) {
            Some(slot) => slot,
            None => self.create(key, now_us),
        };
        self.recent = slot;
        self.use_count += 1;
        let use_count = self.use_count;
        self.apply_due(slot, now_us);
        let Some(entry) = slot_mut(&mut self.slots, slot) else { return Decision::ShutDown };
        entry.used = use_count;
        let serial = entry.serial;
        if !self.enabled {
            entry.breaker.totals.requests += 1;
            return Decision::Admitted(Lease { slot, serial, generation: 0, trial: 0, unguarded: true });
        }
        match entry.breaker.admit(now_us, &self.options, random) {
            Admission::Admitted { generation, trial } => {
                Decision::Admitted(Lease { slot, serial, generation, trial, unguarded: false })
            }
            Admission::Rejected { retry_after_us } => {
                Decision::Rejected { retry_after_ms: us_to_ms_up(retry_after_us).max(1) }
            }
        }
    }

    /// A number that stands for the breaker of `key` until that is removed, and never for another one.
    pub fn number(&self, key: &str) -> Option<u64> {
        let index = self.find(key)?;
        self.slot(index).map(|slot| u64::from(slot.serial) << SLOT_BITS | u64::from(index))
    }

    /// Admits one more call by the number of a breaker, if it is there and closed; whoever gets none asks
    /// [`Self::admit`]. Needs neither time nor chance: of a closed breaker time changes nothing that its next result
    /// would not make up for.
    pub fn admit_closed(&mut self, number: u64) -> Option<Lease> {
        let slot = (number & ((1 << SLOT_BITS) - 1)) as u32;
        let (jitters, enabled) = (self.options.jitter_enabled, self.enabled);
        let use_count = self.use_count + 1;
        let entry = slot_mut(&mut self.slots, slot)?;
        let is_meant = u64::from(entry.serial) == number >> SLOT_BITS;
        let lacks_chance = enabled && jitters && entry.breaker.jitter.is_none();
        if !is_meant || entry.breaker.state != State::Closed || lacks_chance {
            return None;
        }
        entry.used = use_count;
        entry.breaker.totals.requests += 1;
        let generation = if enabled { entry.breaker.generation } else { 0 };
        let lease = Lease { slot, serial: entry.serial, generation, trial: 0, unguarded: !enabled };
        (self.recent, self.use_count) = (slot, use_count);
        Some(lease)
    }

    /// Tells how an admitted call ended. Of a breaker that is gone by now nothing is kept.
    pub fn settle(&mut self, lease: Lease, outcome: Outcome, now_us: u64) {
        let now_us = self.tick(now_us);
        if self.slot(lease.slot).is_none_or(|slot| slot.serial != lease.serial) {
            return;
        }
        self.apply_due(lease.slot, now_us);
        let Some(entry) = slot_mut(&mut self.slots, lease.slot) else { return };
        if lease.unguarded {
            entry.breaker.note(outcome, now_us, &self.options);
        } else {
            let (options, changes) = (&self.options, &mut self.changes);
            entry.breaker.settle(lease.generation, lease.trial, outcome, now_us, options, changes);
        }
        self.publish(lease.slot);
    }

    /// Applies everything that has become due. Worth calling at [`Self::next_deadline_us`], so that transitions are
    /// announced in time; nothing else depends on it.
    pub fn advance(&mut self, now_us: u64) {
        let now_us = self.tick(now_us);
        for slot in 0..self.slots.len() as u32 {
            self.apply_due(slot, now_us);
        }
    }

    /// When [`Self::advance`] will next have something to do.
    pub fn next_deadline_us(&self) -> Option<u64> {
        self.slots.iter().flatten().filter_map(|slot| slot.breaker.next_deadline_us()).min()
    }

    /// The oldest transition not taken yet.
    pub fn take_event(&mut self) -> Option<BreakerEvent> {
        self.events.pop_front()
    }

    pub fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// Transitions that nobody took in time.
    pub fn events_lost(&self) -> u64 {
        self.events_lost
    }

    /// Creates nothing. `None`: there is no such breaker.
    pub fn status(&mut self, key: &str, now_us: u64) -> Option<BreakerStatus> {
        let slot = self.find(key)?;
        let now_us = self.tick(now_us);
        self.apply_due(slot, now_us);
        self.slot(slot).map(|slot| status_of(&slot.breaker, slot.serial, now_us))
    }

    /// How long `key` will let nobody through; `None`: somebody may go, or nothing is guarded.
    pub fn wait_ms(&mut self, key: &str, now_us: u64) -> Option<u64> {
        let is_guarding = self.enabled;
        self.status(key, now_us)?.retry_after_ms.filter(|_| is_guarding)
    }

    /// All of them, by key.
    pub fn statuses(&mut self, now_us: u64) -> impl Iterator<Item = (&str, BreakerStatus)> {
        self.advance(now_us);
        let now_us = self.clock_us;
        let in_order = self.sorted.iter().filter_map(|&index| self.slot(index));
        in_order.map(move |slot| (&*slot.key, status_of(&slot.breaker, slot.serial, now_us)))
    }

    pub fn overall(&mut self, now_us: u64) -> OverallStatus {
        self.advance(now_us);
        let mut overall = OverallStatus::default();
        for slot in self.slots.iter().flatten() {
            overall.total += 1;
            overall.healthy += u32::from(is_healthy(&slot.breaker));
            overall.open += u32::from(slot.breaker.state == State::Open);
            overall.half_open += u32::from(slot.breaker.state == State::HalfOpen);
        }
        overall
    }

    /// Totals of all breakers that ever were.
    pub fn totals(&self) -> Totals {
        self.slots.iter().flatten().fold(self.retired, |sum, slot| add(sum, slot.breaker.totals))
    }

    /// Totals of breakers that are no longer there.
    pub fn retired_totals(&self) -> Totals {
        self.retired
    }

    /// Closes the breaker of `key`; `false`: there is none.
    pub fn reset(&mut self, key: &str, now_us: u64) -> bool {
        let now_us = self.tick(now_us);
        let Some(slot) = self.find(key) else { return false };
        self.reset_slot(slot, now_us);
        true
    }

    pub fn reset_all(&mut self, now_us: u64) {
        let now_us = self.tick(now_us);
        for slot in 0..self.slots.len() as u32 {
            self.reset_slot(slot, now_us);
        }
    }

    pub fn force_open(&mut self, key: &str, duration_ms: f64, now_us: u64) -> Result<(), ForceError> {
        let duration_us = duration_us(duration_ms)?;
        let now_us = self.tick(now_us);
        let slot = self.find(key).ok_or(ForceError::UnknownKey)?;
        self.force_slot(slot, duration_us, now_us);
        Ok(())
    }

    pub fn force_all_open(&mut self, duration_ms: f64, now_us: u64) -> Result<(), ForceError> {
        let duration_us = duration_us(duration_ms)?;
        let now_us = self.tick(now_us);
        for slot in 0..self.slots.len() as u32 {
            self.force_slot(slot, duration_us, now_us);
        }
        Ok(())
    }

    /// Makes sure that `key` has a breaker, without making a call.
    pub fn ensure(&mut self, key: &str, now_us: u64) {
        let now_us = self.tick(now_us);
        if self.find(key).is_none() && !self.shut_down {
            self.create(key, now_us);
        }
    }

    /// Results of calls under way no longer find it. `false`: there is none.
    pub fn remove(&mut self, key: &str) -> bool {
        let Some(slot) = self.find(key) else { return false };
        self.remove_slot(slot);
        true
    }

    /// Nothing is admitted any more, and no deadline is left.
    pub fn shutdown(&mut self) {
        self.shut_down = true;
        while let Some(&slot) = self.sorted.last() {
            self.remove_slot(slot);
        }
    }

    pub fn is_shut_down(&self) -> bool {
        self.shut_down
    }

    /// Off: everything is admitted, results are still recorded, no state changes by them.
    pub fn set_enabled(&mut self, enabled: bool) {
        self.enabled = enabled;
    }

    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    pub fn options(&self) -> &BreakerOptions {
        &self.options
    }

    /// For existing breakers and new ones. An open breaker keeps its deadline; a lower threshold is looked at with the
    /// next failure.
    pub fn set_options(&mut self, options: BreakerOptions) -> Result<(), OptionProblem> {
        if let Some(problem) = options.problem() {
            return Err(problem);
        }
        self.options = options;
        while self.sorted.len() > self.options.max_breakers as usize {
            self.remove_least_used();
        }
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    fn tick(&mut self, now_us: u64) -> u64 {
        self.clock_us = self.clock_us.max(now_us.min(CLOCK_US_MAX));
        self.clock_us
    }

    fn find(&self, key: &str) -> Option<u32> {
        if self.slot(self.recent).is_some_and(|slot| &*slot.key == key) {
            return Some(self.recent);
        }
        self.position(key).ok().and_then(|at| self.sorted.get(at).copied())
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.sorted.binary_search_by(|&index| match self.slot(index) {
            Some(slot) => (*slot.key).cmp(key),
            None => std::cmp::Ordering::Less,
        })
    }

    fn slot(&self, index: u32) -> Option<&Slot> {
        self.slots.get(index as usize)?.as_ref()
    }

    fn create(&mut self, key: &str, now_us: u64) -> u32 {
        while self.sorted.len() >= self.options.max_breakers as usize {
            self.remove_least_used();
        }
        self.insert(key, Breaker::new(now_us))
    }

    fn insert(&mut self, key: &str, breaker: Breaker) -> u32 {
        let at = self.position(key).unwrap_or_else(|at| at).min(self.sorted.len());
        self.serial = self.serial.wrapping_add(1);
        self.use_count += 1;
        let slot = Some(Slot { key: key.into(), serial: self.serial, used: self.use_count, breaker });
        let index = match self.free.pop() {
            Some(index) => {
                if let Some(place) = self.slots.get_mut(index as usize) {
                    *place = slot;
                }
                index
            }
            None => {
                self.slots.push(slot);
                (self.slots.len() - 1) as u32
            }
        };
        self.sorted.insert(at, index);
        index
    }

    /// A closed one if there is any: an origin known to be down is what breakers are for.
    fn remove_least_used(&mut self) {
        let by_use = |index: &u32| self.slot(*index).map(|slot| (slot.breaker.state != State::Closed, slot.used));
        if let Some(slot) = self.sorted.iter().copied().min_by_key(by_use) {
            self.remove_slot(slot);
        }
    }

    fn remove_slot(&mut self, index: u32) {
        self.sorted.retain(|&other| other != index);
        if let Some(slot) = self.slots.get_mut(index as usize).and_then(Option::take) {
            self.retired = add(self.retired, slot.breaker.totals);
            self.free.push(index);
        }
    }

    fn apply_due(&mut self, slot: u32, now_us: u64) {
        if let Some(entry) = slot_mut(&mut self.slots, slot) {
            entry.breaker.advance(now_us, &self.options, &mut self.changes);
            self.publish(slot);
        }
    }

    fn reset_slot(&mut self, slot: u32, now_us: u64) {
        self.apply_due(slot, now_us);
        if let Some(entry) = slot_mut(&mut self.slots, slot) {
            entry.breaker.reset(now_us, &mut self.changes);
            self.publish(slot);
        }
    }

    fn force_slot(&mut self, slot: u32, duration_us: u64, now_us: u64) {
        self.apply_due(slot, now_us);
        if let Some(entry) = slot_mut(&mut self.slots, slot) {
            entry.breaker.force_open(now_us, duration_us, &mut self.changes);
            self.publish(slot);
        }
    }

    fn publish(&mut self, slot: u32) {
        if self.changes.is_empty() {
            return;
        }
        let Some(key) = self.slot(slot).map(|slot| slot.key.clone()) else { return };
        for transition in self.changes.drain(..) {
            if self.events.len() >= EVENTS_MAX {
                self.events.pop_front();
                self.events_lost += 1;
            }
            self.events.push_back(BreakerEvent { key: key.clone(), transition });
        }
    }
}

fn slot_mut(slots: &mut [Option<Slot>], index: u32) -> Option<&mut Slot> {
    slots.get_mut(index as usize)?.as_mut()
}

fn duration_us(duration_ms: f64) -> Result<u64, ForceError> {
    if !duration_ms.is_finite() || duration_ms <= 0.0 {
        return Err(ForceError::Duration);
    }
    // Up to the next microsecond: a duration above 0 is at least one.
    let whole_ms = duration_ms.min(DURATION_MS_MAX);
    Ok(((whole_ms * 1000.0) as u64).max(1).max(ms_to_us(whole_ms as u64)))
}

fn add(left: Totals, right: Totals) -> Totals {
    Totals {
        requests: left.requests.saturating_add(right.requests),
        successes: left.successes.saturating_add(right.successes),
        failures: left.failures.saturating_add(right.failures),
        rejected: left.rejected.saturating_add(right.rejected),
        trips: left.trips.saturating_add(right.trips),
    }
}
