//! The one entrance: an event goes in, the effects it has come out.
//! Equal events in equal order give equal effects; nothing here looks at a clock or rolls dice.

use somon_lang::gather::gather;
use std::rc::Rc;

use somon_modules::sorted::SortedMap;
use std::rc::Weak;

use somon_modules::cache::Cache;
use somon_modules::error::{ErrorCode, SomonError};
use somon_modules::integrity;
use somon_modules::policy::Policy;
use somon_modules::record::Record;
use somon_modules::specifier::{self, Resolved};
use somon_modules::url::Url;
use somon_ops::breaker::{Breakers, Lease};
use somon_ops::config::Value;
use somon_ops::json::push_string;
use somon_ops::number::push_u64;
use somon_ops::retry::RetryBudget;

use crate::effect::{Effect, FetchId, OperationId, TimerId};
use crate::event::{Event, Instant, Moment};
use crate::export::Exports;
use crate::failure;
use crate::fetches::{Failure, Fetches, Phase};
use crate::misses::Misses;
use crate::observe::Observation;
use crate::operation::Operation;
use crate::outcome::{Change, ChangeKind};
use crate::randomness::Randomness;
use crate::settings::{self, HostKind, HostProfile, Settings};
use crate::warm::Warm;
use crate::watch::Watch;

/// How long after its time something is taken for lost, and how often it is looked for.
const LOST_AFTER_US: u64 = 1_000_000;

pub struct System {
    pub(crate) settings: Settings,
    pub(crate) cache: Cache,
    pub(crate) misses: Misses,
    pub(crate) parsed_count: u64,
    pub(crate) printed_count: u64,
    pub(crate) operations: SortedMap<OperationId, Operation>,
    /// Operations that got an answer in this step.
    pub(crate) touched: Vec<OperationId>,
    pub(crate) fetches: Fetches,
    pub(crate) timers: SortedMap<TimerId, TimerOwner>,
    /// When it was last looked for work that nobody will tell of any more.
    pub(crate) lost_checked: u64,
    pub(crate) effects: Vec<Effect>,
    pub(crate) watches: SortedMap<OperationId, Watch>,
    pub(crate) warm: Warm,
    /// URLs answered past their time, to be asked about.
    pub(crate) background: Vec<Rc<str>>,
    pub(crate) own_operations: u32,
    pub(crate) now: Instant,
    pub(crate) epoch_ms: u64,
    pub(crate) random: Randomness,
    pub(crate) breakers: Breakers,
    /// Calls of the user's own under a breaker.
    pub(crate) calls: SortedMap<u32, Lease>,
    pub(crate) next_call: u32,
    /// The timer that announces what time alone does to breakers, and when it is due.
    pub(crate) wake: Option<(TimerId, u64)>,
    pub(crate) retry_budget: RetryBudget,
    pub(crate) retry_count: u64,
    pub(crate) stale_count: u64,
    pub(crate) observed: Observation,
    pub(crate) worked_bytes: usize,
    pub(crate) exports: Exports,
    next_timer: u32,
}

#[derive(Clone, Copy)]
pub(crate) enum TimerOwner {
    Operation(OperationId),
    /// It lets others have their turn.
    Pause(OperationId),
    /// Until the next attempt.
    Sleep(FetchId),
    /// The first of the attempts under way has had its time.
    Attempts(OperationId),
    /// What has arrived for it is read.
    Arrived(OperationId),
    /// Its lateness is what it is for.
    Lag,
    Watch(OperationId),
    /// Health is looked at for those who listen.
    Health,
    /// Of the breakers.
    Wake,
    /// What is known goes to the collector.
    Export,
}

/// What the system holds, for accounting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub operations: usize,
    pub fetches: usize,
    pub timers: usize,
    pub cached_modules: usize,
    pub cached_bytes: usize,
    /// The same, counted anew.
    pub recounted_bytes: usize,
    pub evictions: u64,
    /// Bodies that were new and had to be parsed.
    pub parsed: u64,
    /// Outputs of modules that were printed rather than taken from the cache.
    pub printed: u64,
    /// Attempts after the first of a fetch.
    pub retries: u64,
    /// Copies past their time that stood in for an origin.
    pub stale_served: u64,
}

impl System {
    /// `Err` is `CONFIG_INVALID` with every problem of the options.
    pub fn new(options: &Value, profile: &HostProfile) -> Result<System, Box<SomonError>> {
        let settings = Settings::new(options, profile)?;
        // The settings have looked at it already.
        let Ok(breakers) = Breakers::new(settings.breakers.clone()) else {
            return Err(settings::invalid(Vec::new()));
        };
        let mut system = System {
            cache: Cache::new(settings.cache_limits),
            calls: SortedMap::new(),
            next_call: 0,
            wake: None,
            retry_budget: RetryBudget::default(),
            retry_count: 0,
            stale_count: 0,
            misses: Misses::default(),
            parsed_count: 0,
            printed_count: 0,
            operations: SortedMap::new(),
            touched: Vec::new(),
            fetches: Fetches::default(),
            timers: SortedMap::new(),
            lost_checked: 0,
            effects: Vec::new(),
            watches: SortedMap::new(),
            warm: Warm::default(),
            background: Vec::new(),
            own_operations: 0,
            now: Instant(0),
            epoch_ms: 0,
            random: Randomness::default(),
            observed: Observation::new(&settings.observing),
            worked_bytes: 0,
            exports: Exports::default(),
            breakers,
            next_timer: 0,
            settings,
        };
        system.fan_out();
        Ok(system)
    }

    /// Whether an [`Event::Entropy`] is due before the next event; some hundred bytes last for long.
    pub fn wants_entropy(&self) -> bool {
        self.random.is_low()
    }

    pub fn step(&mut self, moment: Moment, event: Event) -> Vec<Effect> {
        self.tick(moment);
        match event {
            Event::Start { operation, request } => self.start(operation, request, None),
            Event::Serve { operation, request, route } => self.start(operation, request, Some(route)),
            Event::Abort { operation } if self.stop_watch(operation) => {}
            Event::Abort { operation } => {
                let failure = Failure::new(ErrorCode::LoadAborted, "the operation was aborted");
                self.fail(operation, failure::plain(&failure));
            }
            Event::Head { fetch, head } if self.export_answered(fetch, Ok(head.status)) => {}
            Event::Failed { fetch, reason } if self.export_answered(fetch, Err(&reason)) => {}
            Event::Head { fetch, head } => self.head(fetch, head),
            Event::Chunk { fetch, bytes } => self.chunk(fetch, &bytes),
            Event::End { fetch } => self.end(fetch),
            Event::Failed { fetch, reason } => self.broke(fetch, &reason),
            Event::Timer { timer } => self.timer(timer),
            Event::ShutDown => self.shut_down(),
            Event::Entropy { bytes } => {
                self.random.add(&bytes);
                return Vec::new();
            }
            Event::Measured { measured } => {
                self.measured(measured);
                return Vec::new();
            }
        }
        self.start_fetches();
        while self.start_background() {
            self.start_fetches();
        }
        self.tell_dropped();
        self.tell_evictions();
        self.tell_breakers();
        self.keep_attempts_timers();
        self.keep_wake_timer();
        self.keep_timers();
        std::mem::take(&mut self.effects)
    }

    /// The time to go by: a clock that went back stands still instead.
    pub(crate) fn tick(&mut self, moment: Moment) -> u64 {
        self.now = self.now.max(moment.now);
        self.epoch_ms = moment.epoch_ms;
        self.observed.step_began = (self.observed.stopwatch)();
        self.worked_bytes = 0;
        self.count_hits();
        self.begin_observing();
        self.let_go_lost();
        self.now.0
    }

    /// On workerd a request that ends early takes its timers and answers along, and nobody tells of it. What had its time
    /// long ago is let go of; the timers of requests that live fire long before.
    fn let_go_lost(&mut self) {
        let now = self.now.0;
        if self.settings.host != HostKind::Workerd || now < self.lost_checked.saturating_add(LOST_AFTER_US) {
            return;
        }
        self.lost_checked = now;
        let is_late = |due_us: u64| now > due_us.saturating_add(LOST_AFTER_US);
        let late = self.operations.iter().filter(|(_, operation)| is_late(operation.deadline_us));
        let mut lost: Vec<OperationId> = late.map(|(id, _)| *id).collect();
        for (_, flight) in self.fetches.open.iter() {
            if flight.phase == Phase::Running && is_late(flight.until_us) {
                lost.extend(&flight.waiters);
            }
        }
        for operation in lost {
            self.out_of_time(operation);
        }
    }

    /// The URL asked for first, without asking anybody.
    pub fn resolve(&self, specifier: &str, referrer: Option<&str>) -> Result<String, Box<SomonError>> {
        let base = match referrer {
            Some(referrer) => self.settings.base.join(referrer).map_err(specifier::invalid),
            None => Ok(self.settings.base.clone()),
        };
        let refused = |refusal: specifier::Refusal| {
            let mut error = failure::plain(&Failure::new(refusal.code, refusal.reason));
            error.specifier = Some(specifier.to_owned());
            error.referrer = referrer.map(str::to_owned);
            error
        };
        let base = base.map_err(refused)?;
        let rules = self.settings.rules(&self.settings.externals);
        let (url, is_probed) = match specifier::resolve(specifier, &base, &rules).map_err(refused)? {
            Resolved::External(name) => return Ok(["external:", &name].concat()),
            Resolved::Url { url, is_probed } => (url, is_probed),
            Resolved::Alternatives(mut urls) => (urls.remove(0), true),
        };
        let origin = self.settings.base.origin();
        self.settings.policy.check(&url, origin.as_deref(), Some(&base)).map_err(refused)?;
        let mut candidates = (0..).map_while(|index| self.settings.probing.candidate(&url, is_probed, index));
        let is_search = self.settings.probing.candidate(&url, is_probed, 1).is_some();
        let first = candidates.find(|candidate| !is_search || self.settings.may_exist(candidate));
        first.ok_or_else(|| {
            refused(specifier::Refusal::new(ErrorCode::ResolveNotFound, "no spelling of it can exist by the options"))
        })
    }

    /// What of the options is without effect, and why.
    pub fn warnings(&self) -> &[String] {
        &self.settings.import_map.warnings
    }

    /// JSON text for `resolution.lock`: every module that the cache holds, with the hash of its bytes.
    pub fn lockfile(&self) -> String {
        let mut records = gather(self.cache.records());
        somon_lang::order::sort(&mut records, &|a, b| a.id.cmp(&b.id));
        let mut out = String::from("{\"version\":1,\"modules\":{");
        for (index, record) in records.iter().enumerate() {
            out.push_str(if index > 0 { "," } else { "" });
            push_string(&mut out, &record.id);
            out.push(':');
            push_string(&mut out, &integrity::of(&record.bytes()));
        }
        out.push_str("}}");
        out
    }

    /// Where relative specifiers begin, and what may be reached.
    pub fn reach(&self) -> (&Url, &Policy) {
        (&self.settings.base, &self.settings.policy)
    }

    /// The largest text that is taken for a module.
    pub fn module_bytes_max(&self) -> usize {
        self.settings.module_bytes_max
    }

    /// From the bytes that the host handed in.
    pub fn fill_random(&mut self, out: &mut [u8]) {
        self.random.fill(out);
    }

    /// Whether an operation of now would be made of these very records.
    pub fn are_current(&self, records: &[Weak<Record>]) -> bool {
        let is_fresh =
            |record: &Weak<Record>| record.upgrade().is_some_and(|record| self.cache.is_fresh(&record, self.now.0));
        records.iter().all(is_fresh)
    }

    pub fn clear_cache(&mut self) {
        self.cache.clear();
        self.misses.clear();
    }

    /// Whether there was something to drop. Operations under way keep their version. With `dependents` the outputs
    /// of everything that imports it go, too, however far; their texts stay.
    pub fn invalidate(&mut self, url: &str, dependents: bool) -> bool {
        self.misses.forget(url);
        let mut has_dropped = false;
        if dependents {
            for change in self.changes(ChangeKind::Change, &[Rc::from(url)]) {
                for dependent in &change.dependents {
                    has_dropped |= self.cache.drop_outputs(dependent);
                }
            }
        }
        has_dropped |= self.cache.remove(url);
        if has_dropped {
            self.notify_changes(&[Change { kind: ChangeKind::Change, url: Rc::from(url), dependents: Vec::new() }]);
        }
        has_dropped
    }

    pub fn figures(&self) -> Figures {
        Figures {
            operations: self.operations.len(),
            fetches: self.fetches.open.len(),
            timers: self.timers.len(),
            cached_modules: self.cache.len(),
            cached_bytes: self.cache.bytes(),
            recounted_bytes: self.cache.recount(),
            evictions: self.cache.evictions(),
            parsed: self.parsed_count,
            printed: self.printed_count,
            retries: self.retry_count,
            stale_served: self.stale_count,
        }
    }

    pub(crate) fn set_timer(&mut self, owner: TimerOwner, delay_ms: u32) -> TimerId {
        self.next_timer = self.next_timer.wrapping_add(1);
        let timer = TimerId(self.next_timer);
        self.timers.insert(timer, owner);
        let is_idle = matches!(owner, TimerOwner::Wake | TimerOwner::Lag | TimerOwner::Health | TimerOwner::Export);
        self.effects.push(Effect::SetTimer { timer, delay_ms, is_idle });
        timer
    }

    pub(crate) fn clear_timer(&mut self, timer: TimerId) {
        if self.timers.remove(&timer).is_some() {
            self.effects.push(Effect::ClearTimer { timer });
        }
    }

    /// The operation has had its time; what it waits for is stopped.
    pub(crate) fn out_of_time(&mut self, operation: OperationId) {
        let Some(state) = self.operations.get(&operation) else { return };
        let mut reason = String::from("the operation took too long: ");
        push_u64(&mut reason, state.module_count as u64);
        reason.push_str(" modules loaded, ");
        push_u64(&mut reason, state.unanswered as u64);
        reason.push_str(" pending");
        self.fail(operation, failure::plain(&Failure::new(ErrorCode::Timeout, reason)));
    }

    /// The end has begun: work under way may go on for a while, and health says so.
    pub fn drain(&mut self) {
        self.observed.is_draining = true;
    }

    fn shut_down(&mut self) {
        self.breakers.shutdown();
        let under_way = gather(self.operations.keys().copied());
        for operation in under_way {
            self.fail(operation, failure::shut_down());
        }
    }

    fn timer(&mut self, timer: TimerId) {
        match self.timers.remove(&timer) {
            Some(TimerOwner::Operation(operation)) => self.out_of_time(operation),
            Some(TimerOwner::Pause(operation)) => self.pause_over(operation),
            Some(TimerOwner::Watch(operation)) => self.watch_timer(operation),
            Some(TimerOwner::Sleep(fetch)) => self.slept(fetch),
            Some(TimerOwner::Attempts(lane)) => self.attempts_timer_fired(lane),
            Some(TimerOwner::Arrived(operation)) => self.arrived_timer_fired(operation),
            Some(TimerOwner::Wake) => self.wake_timer_fired(),
            Some(TimerOwner::Lag) => self.lag_timer_fired(),
            Some(TimerOwner::Health) => self.health_timer_fired(),
            Some(TimerOwner::Export) => self.export_timer_fired(),
            None => {}
        }
    }
}
