//! One system and its running effects: takes events to `step`, and hands on what it answers to who carries it out.
//! No borrow is held while the host runs, so a user's hook may call back into any export.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use js_sys::{Array, Function, JSON};
use somon_http::Service;
use somon_http::effect::Effect;
use somon_http::event::Event as HttpEvent;
use somon_lang::index::Key;
use somon_modules::sorted::SortedMap;
use somon_ops::log::Line;
use somon_system::effect::{Effect as SystemEffect, FetchId, TimerId};
use somon_system::event::{Event, Instant, Measured, Moment};
use somon_system::{HostKind, System};
use wasm_bindgen::JsValue;

use super::fetch::{self, Arrival};
use super::{clock, console, memory, profile, random};

/// Where finished log lines go.
pub enum Sink {
    Console,
    Nowhere,
    /// Called with the entry and the line; what it throws concerns nobody.
    Callback(Function),
}

pub struct Instance {
    service: RefCell<Service>,
    /// Those that are under way.
    exchanges: RefCell<SortedMap<FetchId, ()>>,
    sink: Sink,
    /// Where the clock stands still during a call, nothing is known of its length.
    measures_busy: bool,
    /// Effects in the order they were decided. A call made from inside a hook only adds to it; the
    /// outermost call carries everything out, so a cancellation can never overtake its fetch.
    queue: RefCell<VecDeque<Effect>>,
    is_driving: Cell<bool>,
}

impl Instance {
    pub fn new(mut service: Service, sink: Sink) -> Instance {
        service.system_mut().set_stopwatch(clock::now_micros);
        let instance = Instance {
            service: RefCell::new(service),
            exchanges: RefCell::default(),
            sink,
            measures_busy: profile::detect() != HostKind::Workerd,
            queue: RefCell::default(),
            is_driving: Cell::new(false),
        };
        #[cfg(feature = "devtools")]
        super::devtools::begin();
        // Uptime counts from here.
        instance.measure(None);
        instance
    }

    /// Reads from the system; the borrow ends with the call.
    pub fn with_system<R>(&self, read: impl FnOnce(&mut System) -> R) -> R {
        self.with_service(|service| read(service.system_mut()))
    }

    pub fn with_service<R>(&self, read: impl FnOnce(&mut Service) -> R) -> R {
        read(&mut self.service.borrow_mut())
    }

    pub fn advance(&self, event: Event) -> Vec<Effect> {
        self.advance_all([HttpEvent::System(event)])
    }

    pub fn advance_all(&self, events: impl IntoIterator<Item = HttpEvent>) -> Vec<Effect> {
        let began = self.begin();
        let mut reports = Vec::new();
        for event in events {
            self.step_service(event);
        }
        self.drive(&mut reports);
        self.measure(began);
        reports
    }

    /// What came in of exchanges: the number of each, what it is and what it brought, in turn.
    pub fn exchanges_went_on(&self, arrivals: &Array) -> Vec<Effect> {
        let began = self.begin();
        let mut reports = Vec::new();
        let mut parts = arrivals.iter();
        while let (Some(fetch), Some(kind), Some(value)) = (parts.next(), parts.next(), parts.next()) {
            let number = |value: &JsValue| value.as_f64().unwrap_or_default() as u32;
            self.exchange_went_on(FetchId(number(&fetch)), fetch::arrival(number(&kind), value), &mut reports);
        }
        self.measure(began);
        reports
    }

    pub fn timer_fired(&self, timer: TimerId) -> Vec<Effect> {
        let began = self.begin();
        let mut reports = Vec::new();
        self.measure(None);
        self.step(Event::Timer { timer });
        self.drive(&mut reports);
        self.measure(began);
        reports
    }

    /// A call of the system beside its steps; what it decides is carried out.
    pub fn call<R>(&self, call: impl FnOnce(&mut System, Moment) -> R) -> (R, Vec<Effect>) {
        // Ids are random, and figures as of now.
        self.feed();
        self.measure(None);
        let result = {
            let mut service = self.service.borrow_mut();
            let system = service.system_mut();
            let result = call(system, moment());
            self.queue.borrow_mut().extend(system.take_effects().into_iter().map(Effect::System));
            result
        };
        let mut reports = Vec::new();
        self.drive(&mut reports);
        (result, reports)
    }

    /// When the outermost call began; calls from inside a hook are part of it.
    fn begin(&self) -> Option<f64> {
        (self.measures_busy && !self.is_driving.get()).then(clock::now_ms)
    }

    /// Tells the system what only the host knows; `began`: when the call that ends here began.
    fn measure(&self, began: Option<f64>) {
        let (live, peak) = memory::live_bytes();
        let measured = Measured {
            busy_ms: began.map(|began| clock::now_ms() - began),
            linear_bytes: memory::linear_bytes(),
            live_bytes: Some(live),
            peak_live_bytes: Some(peak),
            is_hidden: began.is_none() && profile::is_hidden(),
        };
        self.tell(Event::Measured { measured });
        #[cfg(feature = "devtools")]
        if began.is_some() {
            super::devtools::tidy();
        }
    }

    fn feed(&self) {
        if self.service.borrow().system().wants_entropy() {
            self.tell(Event::Entropy { bytes: random::bytes() });
            Key::renew(random::number());
        }
    }

    /// An event that nothing follows from.
    fn tell(&self, event: Event) {
        let none = self.service.borrow_mut().system_mut().step(moment(), event);
        debug_assert!(none.is_empty());
    }

    fn step(&self, event: Event) {
        self.step_service(HttpEvent::System(event));
    }

    fn step_service(&self, event: HttpEvent) {
        self.feed();
        let mut service = self.service.borrow_mut();
        let effects = service.step(moment(), event);
        #[cfg(feature = "trap")]
        super::trap::in_step();
        drop(service);
        self.queue.borrow_mut().extend(effects);
    }

    fn drive(&self, reports: &mut Vec<Effect>) {
        if self.is_driving.replace(true) {
            return;
        }
        loop {
            let next = self.queue.borrow_mut().pop_front();
            let Some(effect) = next else { break };
            if self.carry_out(&effect) {
                reports.push(effect);
            }
        }
        self.is_driving.set(false);
    }

    /// Does what is done here; whether the facade has to hear of it.
    fn carry_out(&self, effect: &Effect) -> bool {
        match effect {
            Effect::System(SystemEffect::Fetch { fetch, .. }) => {
                self.exchanges.borrow_mut().insert(*fetch, ());
                true
            }
            Effect::System(SystemEffect::CancelFetch { fetch }) => self.exchanges.borrow_mut().remove(fetch).is_some(),
            Effect::System(SystemEffect::Log { line }) => {
                self.write(line);
                false
            }
            _ => true,
        }
    }

    fn write(&self, line: &Line) {
        match &self.sink {
            Sink::Console => console::write(line.level, &line.text),
            Sink::Nowhere => {}
            Sink::Callback(sink) => {
                let entry = JSON::parse(line.json()).unwrap_or(JsValue::NULL);
                let _ = sink.call2(&JsValue::UNDEFINED, &entry, &JsValue::from_str(&line.text));
            }
        }
    }

    /// Of an exchange that was cancelled meanwhile nothing is looked at.
    fn exchange_went_on(&self, fetch: FetchId, arrival: Arrival, reports: &mut Vec<Effect>) {
        let is_last = matches!(arrival, Arrival::End | Arrival::Failed(_));
        let is_known = match is_last {
            true => self.exchanges.borrow_mut().remove(&fetch).is_some(),
            false => self.is_open(fetch),
        };
        if !is_known {
            return;
        }
        match arrival {
            Arrival::Head(head) => self.step(Event::Head { fetch, head }),
            Arrival::Chunk(chunk) => {
                for bytes in fetch::pieces(&chunk) {
                    // The piece before may have gone over a limit.
                    self.drive(reports);
                    if self.is_open(fetch) {
                        self.step(Event::Chunk { fetch, bytes });
                    }
                }
            }
            Arrival::End => self.step(Event::End { fetch }),
            Arrival::Failed(reason) => self.step(Event::Failed { fetch, reason }),
        }
        self.drive(reports);
    }

    fn is_open(&self, fetch: FetchId) -> bool {
        self.exchanges.borrow().contains_key(&fetch)
    }
}

/// What the clocks say now.
pub fn moment() -> Moment {
    Moment { now: now(), epoch_ms: clock::epoch_ms() }
}

/// The one that decides: for calls that cost little beside a clock.
pub fn now() -> Instant {
    Instant(clock::now_micros())
}
