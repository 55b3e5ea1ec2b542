//! One system in a virtual world: a queue of events by time, and a ledger of what is under way.
//! Breaking the rules of effects (an unknown fetch cancelled, a call settled twice) is recorded as a fault.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use somon_modules::error::SomonError;
use somon_ops::config::Value;
use somon_ops::log::Line;

use super::network::{End, Network, Reply};
use super::random::Random;
use crate::effect::{Effect, FetchId, FetchRequest, OperationId, TimerId, Topic};
use crate::event::{Event, Instant, Moment, Request, ResponseHead};
use crate::outcome::{Change, Outcome};
use crate::{HostKind, HostProfile, System};

/// When the virtual world begins, on its wall clock: 2026-01-01.
pub const EPOCH_MS: u64 = 1_767_225_600_000;

pub fn profile(base_url: &str) -> HostProfile {
    HostProfile { kind: HostKind::Node, base_url: base_url.to_owned() }
}

/// The answer at a time, in microseconds; none: as the script says.
pub type Server = Box<dyn FnMut(u64, &FetchRequest) -> Option<Reply>>;

pub struct World {
    pub system: System,
    pub network: Network,
    /// Asked before the script: servers whose answers change with time.
    pub server: Option<Server>,
    pub now: u64,
    /// Added to the wall clock: somebody sets the date.
    pub date_shift_ms: i64,
    /// Timers never fire: a hidden tab, a frozen isolate.
    pub drops_timers: bool,
    /// What the host would draw from its source of randomness.
    pub entropy: Random,
    /// By time, then in order of scheduling.
    queue: BTreeMap<(u64, u64), Event>,
    scheduled: u64,
    open_fetches: BTreeSet<FetchId>,
    open_timers: BTreeSet<TimerId>,
    started: BTreeSet<OperationId>,
    pub settled: BTreeMap<OperationId, Result<Outcome, Box<SomonError>>>,
    pub settled_at: BTreeMap<OperationId, u64>,
    /// URLs in the order in which they were asked for.
    pub requests: Vec<String>,
    /// The most fetches that were open at one time.
    pub open_max: usize,
    /// What watches told.
    pub changes: Vec<Change>,
    /// Tokens of answers that nobody is to keep any more.
    pub forgotten: Vec<u32>,
    /// With each request: what the options say, and whether the function is asked.
    pub own_headers: Vec<(Vec<(String, String)>, bool)>,
    /// What happened, for comparing two runs.
    pub trace: String,
    pub faults: Vec<String>,
    /// What went to the sink.
    pub logs: Vec<Line>,
    /// What listeners were told.
    pub notices: Vec<(Topic, Value)>,
}

impl World {
    pub fn new(options: &Value, profile: &HostProfile, network: Network) -> Result<World, Box<SomonError>> {
        Ok(World {
            system: System::new(options, profile)?,
            network,
            server: None,
            now: 0,
            date_shift_ms: 0,
            drops_timers: false,
            entropy: Random::new(1),
            queue: BTreeMap::new(),
            scheduled: 0,
            open_fetches: BTreeSet::new(),
            open_timers: BTreeSet::new(),
            started: BTreeSet::new(),
            settled: BTreeMap::new(),
            settled_at: BTreeMap::new(),
            requests: Vec::new(),
            open_max: 0,
            changes: Vec::new(),
            forgotten: Vec::new(),
            own_headers: Vec::new(),
            trace: String::new(),
            faults: Vec::new(),
            logs: Vec::new(),
            notices: Vec::new(),
        })
    }

    pub fn start_at(&mut self, time: u64, operation: u32, request: Request) {
        self.started.insert(OperationId(operation));
        self.schedule(time, Event::Start { operation: OperationId(operation), request });
    }

    pub fn abort_at(&mut self, time: u64, operation: u32) {
        self.schedule(time, Event::Abort { operation: OperationId(operation) });
    }

    /// Until nothing is left to happen.
    pub fn run(&mut self) {
        while self.step() {}
        for operation in &self.started {
            if !self.settled.contains_key(operation) {
                self.faults.push(format!("operation {} never settled", operation.0));
            }
        }
        let figures = self.system.figures();
        if figures.operations + figures.fetches + figures.timers > 0 {
            self.faults.push(format!("left behind: {figures:?}"));
        }
        if figures.cached_bytes != figures.recounted_bytes {
            self.faults.push(format!("cache accounting is off: {figures:?}"));
        }
        if !self.open_fetches.is_empty() || !self.open_timers.is_empty() {
            self.faults.push(format!("open: {:?} {:?}", self.open_fetches, self.open_timers));
        }
    }

    /// Everything that happens before `time`.
    pub fn run_until(&mut self, time: u64) {
        while self.queue.first_key_value().is_some_and(|((due, _), _)| *due < time) && self.step() {}
        self.now = self.now.max(time);
    }

    /// The next event; false when there is none.
    pub fn step(&mut self) -> bool {
        let Some(((time, _), event)) = self.queue.pop_first() else { return false };
        let is_stale = match &event {
            Event::Head { fetch, .. } | Event::Chunk { fetch, .. } => !self.open_fetches.contains(fetch),
            Event::End { fetch } | Event::Failed { fetch, .. } => !self.open_fetches.remove(fetch),
            Event::Timer { timer } => self.drops_timers || !self.open_timers.remove(timer),
            Event::Start { .. }
            | Event::Serve { .. }
            | Event::ShutDown
            | Event::Abort { .. }
            | Event::Entropy { .. }
            | Event::Measured { .. } => false,
        };
        // What was stopped meanwhile takes no time.
        if is_stale {
            return true;
        }
        self.now = self.now.max(time);
        let _ = writeln!(self.trace, "{} {}", self.now, brief(&event));
        if self.system.wants_entropy() {
            let bytes = (0..512).map(|_| self.entropy.number() as u8).collect();
            self.deliver(Event::Entropy { bytes });
        }
        self.deliver(event);
        true
    }

    pub fn moment(&self) -> Moment {
        let epoch_ms = (EPOCH_MS + self.now / 1000).saturating_add_signed(self.date_shift_ms);
        Moment { now: Instant(self.now), epoch_ms }
    }

    pub fn shut_down_at(&mut self, time: u64) {
        self.schedule(time, Event::ShutDown);
    }

    /// A call of the system beside its steps, as the facade makes them; what it decides is carried out.
    pub fn call<R>(&mut self, call: impl FnOnce(&mut System, Moment) -> R) -> R {
        let moment = self.moment();
        let result = call(&mut self.system, moment);
        for effect in self.system.take_effects() {
            self.carry_out(effect);
        }
        result
    }

    fn deliver(&mut self, event: Event) {
        let effects = self.system.step(self.moment(), event);
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Fetch { fetch, request, .. } => {
                let _ = writeln!(self.trace, "  fetch {} {}", fetch.0, request.url);
                if !self.open_fetches.insert(fetch) {
                    self.faults.push(format!("fetch {} began twice", fetch.0));
                }
                self.open_max = self.open_max.max(self.open_fetches.len());
                self.answer(fetch, &request);
                self.own_headers.push((request.own_headers, request.asks_headers));
                self.requests.push(request.url);
            }
            Effect::CancelFetch { fetch } => {
                let _ = writeln!(self.trace, "  cancel {}", fetch.0);
                if !self.open_fetches.remove(&fetch) {
                    self.faults.push(format!("fetch {} cancelled but not open", fetch.0));
                }
            }
            Effect::SetTimer { timer, delay_ms, .. } => {
                self.open_timers.insert(timer);
                self.schedule(self.now + u64::from(delay_ms) * 1000, Event::Timer { timer });
            }
            Effect::ClearTimer { timer } => {
                if !self.open_timers.remove(&timer) {
                    self.faults.push(format!("timer {} cleared but not set", timer.0));
                }
            }
            Effect::Log { line } => self.logs.push(line),
            Effect::Notify { topic, detail } => self.notices.push((topic, detail)),
            Effect::Forget { token } => self.forgotten.push(token),
            Effect::Changed { operation, changes } => {
                let _ = writeln!(self.trace, "  changes {} {changes:?}", operation.0);
                self.changes.extend(changes);
            }
            Effect::Settle { operation, result } => {
                let _ = writeln!(self.trace, "  settle {} {}", operation.0, brief_result(&result));
                self.settled_at.insert(operation, self.now);
                if self.settled.insert(operation, result).is_some() {
                    self.faults.push(format!("operation {} settled twice", operation.0));
                }
            }
        }
    }

    fn answer(&mut self, fetch: FetchId, request: &FetchRequest) {
        let scripted = self.server.as_mut().and_then(|server| server(self.now, request));
        let reply = scripted.unwrap_or_else(|| self.network.reply_to(request));
        let mut time = self.now + reply.delay_us;
        if reply.status == 0 {
            self.schedule(time, Event::Failed { fetch, reason: "connection refused".to_owned() });
            return;
        }
        let head = ResponseHead { status: reply.status, url: reply.url, headers: reply.headers };
        self.schedule(time, Event::Head { fetch, head });
        for bytes in reply.chunks {
            time += reply.delay_us;
            self.schedule(time, Event::Chunk { fetch, bytes });
        }
        match reply.end {
            End::Complete | End::Silent => self.schedule(time, Event::End { fetch }),
            End::Breaks => self.schedule(time, Event::Failed { fetch, reason: "terminated".to_owned() }),
            End::Hangs => {}
        }
    }

    fn schedule(&mut self, time: u64, event: Event) {
        self.scheduled += 1;
        self.queue.insert((time, self.scheduled), event);
    }
}

fn brief(event: &Event) -> String {
    match event {
        Event::Start { operation, .. } | Event::Serve { operation, .. } => format!("start {}", operation.0),
        Event::Abort { operation } => format!("abort {}", operation.0),
        Event::Head { fetch, head } => format!("head {} {}", fetch.0, head.status),
        Event::Chunk { fetch, bytes } => format!("chunk {} {}", fetch.0, bytes.len()),
        Event::End { fetch } => format!("end {}", fetch.0),
        Event::Failed { fetch, .. } => format!("failed {}", fetch.0),
        Event::ShutDown => "shut down".to_owned(),
        Event::Timer { timer } => format!("timer {}", timer.0),
        Event::Entropy { bytes } => format!("entropy {}", bytes.len()),
        Event::Measured { .. } => "measured".to_owned(),
    }
}

fn brief_result(result: &Result<Outcome, Box<SomonError>>) -> String {
    match result {
        Ok(Outcome::Module(module)) => format!("module {} {}", module.id, module.source.len()),
        Ok(Outcome::Compilation(compilation)) => {
            let bytes: usize = compilation.modules.iter().map(|module| module.code.len()).sum();
            format!("compilation {} {bytes} {}", compilation.modules.len(), compilation.findings.len())
        }
        Ok(Outcome::Bundle(bundle)) => format!("bundle {} {}", bundle.modules.len(), bundle.code.len()),
        Ok(other) => format!("{other:?}"),
        Err(error) => format!("{} {}", error.code.text(), error.message),
    }
}
