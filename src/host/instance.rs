//! One system and its running effects: takes events to `step` and carries out what it answers.
//! No borrow is held while the host runs, so a user's hook may call back into any export.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use js_sys::{Function, JSON};
use somon_http::Service;
use somon_http::effect::{Effect as HttpEffect, Turn};
use somon_http::event::{Event as HttpEvent, RequestId};
use somon_ops::config::Value;
use somon_ops::log::Line;
use somon_system::effect::{Effect, FetchId, FetchRequest, OperationId, Topic};
use somon_system::event::{Event, Instant, Measured, Moment};
use somon_system::outcome::{Change, Outcome, SomonError};
use somon_system::{HostKind, System};
use wasm_bindgen::JsValue;
use web_sys::AbortController;

use super::running::{EffectNumber, Exchange, Running, Waiting};
use super::timer::Timer;
use super::{clock, console, fetch, memory, profile, random};

/// What the caller of an export has to know afterwards.
pub enum Report {
    Forget {
        token: u32,
    },
    Changed {
        operation: OperationId,
        changes: Vec<Change>,
    },
    Wait(Waiting),
    Settled {
        operation: OperationId,
        result: Result<Outcome, Box<SomonError>>,
    },
    Turn {
        request: RequestId,
        turn: Turn,
    },
    /// For the listeners.
    Notice {
        topic: Topic,
        detail: Value,
    },
}

/// Where finished log lines go.
pub enum Sink {
    Console,
    Nowhere,
    /// Called with the entry and the line; what it throws concerns nobody.
    Callback(Function),
}

pub struct Instance {
    service: RefCell<Service>,
    running: RefCell<Running>,
    fetch_hook: Option<Function>,
    headers_hook: Option<Function>,
    probe_hook: Option<Function>,
    sink: Sink,
    /// Where the clock stands still during a call, nothing is known of its length.
    measures_busy: bool,
    /// Effects in the order they were decided. A call made from inside a hook only adds to it; the
    /// outermost call carries everything out, so a cancellation can never overtake its fetch.
    queue: RefCell<VecDeque<HttpEffect>>,
    is_driving: Cell<bool>,
}

impl Instance {
    pub fn new(
        mut service: Service,
        fetch_hook: Option<Function>,
        headers_hook: Option<Function>,
        sink: Sink,
    ) -> Instance {
        service.system_mut().set_stopwatch(clock::now_micros);
        let instance = Instance {
            service: RefCell::new(service),
            running: RefCell::default(),
            fetch_hook,
            headers_hook,
            probe_hook: None,
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

    /// `loading.externalProbe`
    pub fn with_probe(mut self, hook: Option<Function>) -> Instance {
        self.probe_hook = hook;
        self
    }

    /// Reads from the system; the borrow ends with the call.
    pub fn with_system<R>(&self, read: impl FnOnce(&mut System) -> R) -> R {
        self.with_service(|service| read(service.system_mut()))
    }

    pub fn with_service<R>(&self, read: impl FnOnce(&mut Service) -> R) -> R {
        read(&mut self.service.borrow_mut())
    }

    pub fn advance(&self, event: Event) -> Vec<Report> {
        self.advance_all([HttpEvent::System(event)])
    }

    pub fn advance_all(&self, events: impl IntoIterator<Item = HttpEvent>) -> Vec<Report> {
        let began = self.begin();
        let mut reports = Vec::new();
        for event in events {
            self.step_service(event);
        }
        self.drive(&mut reports);
        self.measure(began);
        reports
    }

    /// The promise of an effect was fulfilled.
    pub fn effect_done(&self, effect: EffectNumber, value: &JsValue) -> Vec<Report> {
        let began = self.begin();
        let mut reports = Vec::new();
        let timer = self.running.borrow_mut().take_timer(effect);
        if let Some((timer, _)) = timer {
            self.measure(None);
            self.step(Event::Timer { timer });
        } else {
            self.exchange_went_on(effect, value, &mut reports);
        }
        self.drive(&mut reports);
        self.measure(began);
        reports
    }

    pub fn effect_failed(&self, effect: EffectNumber, reason: &JsValue) -> Vec<Report> {
        let began = self.begin();
        let mut reports = Vec::new();
        let exchange = self.running.borrow_mut().take_exchange(effect);
        if let Some(exchange) = exchange {
            self.step(Event::Failed { fetch: exchange.fetch, reason: fetch::reason(reason) });
        }
        self.drive(&mut reports);
        self.measure(began);
        reports
    }

    /// A call of the system beside its steps; what it decides is carried out.
    pub fn call<R>(&self, call: impl FnOnce(&mut System, Moment) -> R) -> (R, Vec<Report>) {
        // Ids are random, and figures as of now.
        self.feed();
        self.measure(None);
        let result = {
            let mut service = self.service.borrow_mut();
            let system = service.system_mut();
            let result = call(system, moment());
            self.queue.borrow_mut().extend(system.take_effects().into_iter().map(HttpEffect::System));
            result
        };
        let mut reports = Vec::new();
        self.drive(&mut reports);
        (result, reports)
    }

    /// Stops every effect; their promises settle and are not looked at.
    pub fn stop_all(&self) {
        self.running.borrow_mut().stop_all();
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

    fn drive(&self, reports: &mut Vec<Report>) {
        if self.is_driving.replace(true) {
            return;
        }
        loop {
            let next = self.queue.borrow_mut().pop_front();
            let Some(effect) = next else { break };
            match effect {
                HttpEffect::System(effect) => self.carry_out(effect, reports),
                HttpEffect::Turn { id, turn } => reports.push(Report::Turn { request: id, turn }),
            }
        }
        self.is_driving.set(false);
    }

    fn carry_out(&self, effect: Effect, reports: &mut Vec<Report>) {
        match effect {
            Effect::Fetch { fetch, request, .. } => self.start_fetch(fetch, &request, reports),
            Effect::CancelFetch { fetch } => {
                let exchange = self.running.borrow_mut().take_exchange(fetch.into());
                if let Some(exchange) = exchange {
                    exchange.stop();
                }
            }
            Effect::SetTimer { timer: id, delay_ms, is_idle } => {
                let (timer, promise) = Timer::start(delay_ms, is_idle);
                let handle = timer.handle();
                self.running.borrow_mut().insert_timer(id, timer);
                reports.push(Report::Wait(Waiting { effect: id.into(), promise, handle }));
            }
            Effect::ClearTimer { timer } => {
                let timer = self.running.borrow_mut().take_timer(timer.into());
                if let Some((_, timer)) = timer {
                    timer.clear();
                }
            }
            Effect::Log { line } => self.write(&line),
            Effect::Notify { topic, detail } => reports.push(Report::Notice { topic, detail }),
            Effect::Forget { token } => reports.push(Report::Forget { token }),
            Effect::Changed { operation, changes } => reports.push(Report::Changed { operation, changes }),
            Effect::Settle { operation, result } => reports.push(Report::Settled { operation, result }),
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

    fn start_fetch(&self, id: FetchId, request: &FetchRequest, reports: &mut Vec<Report>) {
        let Ok(controller) = AbortController::new() else {
            self.step(Event::Failed { fetch: id, reason: "the host has no AbortController".into() });
            return;
        };
        let signal: JsValue = controller.signal().into();
        let handle: JsValue = controller.clone().into();
        let external = request.url.strip_prefix("external:");
        let is_probe = external.is_some();
        self.running.borrow_mut().insert_exchange(Exchange { fetch: id, controller, reader: None, is_probe });
        let started = match external {
            Some(name) => fetch::probe(name, self.probe_hook.as_ref(), &signal),
            None => fetch::start(request, self.fetch_hook.as_ref(), self.headers_hook.as_ref(), &signal),
        };
        match started {
            Ok(promise) => reports.push(Report::Wait(Waiting { effect: id.into(), promise, handle })),
            Err(reason) => self.fail(id, reason),
        }
    }

    /// The head arrived, or another chunk of the body.
    fn exchange_went_on(&self, effect: EffectNumber, value: &JsValue, reports: &mut Vec<Report>) {
        let state = self
            .running
            .borrow_mut()
            .exchange(effect)
            .map(|exchange| (exchange.fetch, exchange.is_probe, exchange.reader.is_some()));
        match state {
            // Cancelled meanwhile.
            None => fetch::discard(value),
            Some((id, true, _)) => self.end(id),
            Some((id, _, false)) => self.head_arrived(id, value, reports),
            Some((id, _, true)) => self.chunk_arrived(id, value, reports),
        }
    }

    fn head_arrived(&self, id: FetchId, response: &JsValue, reports: &mut Vec<Report>) {
        let (head, reader) = match fetch::open(response) {
            Ok(opened) => opened,
            Err(reason) => return self.fail(id, reason),
        };
        let has_body = reader.is_some();
        if let Some(exchange) = self.running.borrow_mut().exchange(id.into()) {
            exchange.reader = reader;
        }
        self.step_and_cancel(Event::Head { fetch: id, head }, reports);
        if has_body { self.read_on(id, reports) } else { self.end(id) }
    }

    fn chunk_arrived(&self, id: FetchId, result: &JsValue, reports: &mut Vec<Report>) {
        match fetch::chunk(result) {
            Ok(None) => self.end(id),
            Ok(Some(chunk)) => {
                for bytes in fetch::pieces(&chunk) {
                    // The piece before may have gone over a limit.
                    if self.running.borrow_mut().exchange(id.into()).is_none() {
                        return;
                    }
                    self.step_and_cancel(Event::Chunk { fetch: id, bytes }, reports);
                }
                self.read_on(id, reports);
            }
            Err(reason) => self.fail(id, reason),
        }
    }

    /// A step whose cancellations must be known before more of the body is asked for.
    fn step_and_cancel(&self, event: Event, reports: &mut Vec<Report>) {
        self.step(event);
        self.drive(reports);
    }

    fn read_on(&self, id: FetchId, reports: &mut Vec<Report>) {
        let read = match self.running.borrow_mut().exchange(id.into()) {
            Some(Exchange { reader: Some(reader), controller, .. }) => {
                reader.read().map(|promise| (promise, JsValue::from(controller.clone())))
            }
            _ => return,
        };
        match read {
            Ok((promise, handle)) => reports.push(Report::Wait(Waiting { effect: id.into(), promise, handle })),
            Err(reason) => self.fail(id, reason),
        }
    }

    fn end(&self, id: FetchId) {
        if self.running.borrow_mut().take_exchange(id.into()).is_some() {
            self.step(Event::End { fetch: id });
        }
    }

    fn fail(&self, id: FetchId, reason: String) {
        let exchange = self.running.borrow_mut().take_exchange(id.into());
        if let Some(exchange) = exchange {
            exchange.stop();
            self.step(Event::Failed { fetch: id, reason });
        }
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
