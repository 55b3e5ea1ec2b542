//! The system and its handlers as one machine: events in, effects out. Requests under way are state, not waiting.
//! Must never let one request wait for another's operation.

use std::rc::Rc;

use somon_lang::diagnostic::Texts;
use somon_modules::error::{ErrorCode, Problem, SomonError};
use somon_modules::sorted::SortedMap;
use somon_ops::config::{self, Options, Setting, Value};
use somon_system::effect::{Effect as SystemEffect, OperationId, TimerId};
use somon_system::event::{Event as SystemEvent, Moment};
use somon_system::outcome::Outcome;
use somon_system::{HostProfile, System};

use crate::auth::Auth;
use crate::code;
use crate::dispatch::{self, Next, State};
use crate::effect::{Effect, Turn};
use crate::error::Refusal;
use crate::event::{Event, HandlerId, RequestId, Tokens};
use crate::exchange::{Exchange, request_id};
use crate::handler::Handler;
use crate::message::{Answer, Request};
use crate::route::Action;
use crate::serve::{Outputs, Serving};

/// Ids of the service's own operations and timers have this bit, those of callers have not.
const OWN: u32 = 0x4000_0000;
const BODY_TIMEOUT_MS: u32 = 10_000;

pub struct Service {
    system: System,
    handlers: SortedMap<HandlerId, Entry>,
    under_way: SortedMap<RequestId, UnderWay>,
    by_operation: SortedMap<OperationId, RequestId>,
    by_timer: SortedMap<TimerId, RequestId>,
    pub(crate) outputs: Outputs,
    pub(crate) moment: Moment,
    last_id: u32,
    /// Rows of the catalogue in the language of the options, once they are there.
    words: Option<Rc<str>>,
    /// More than liveness and module routes.
    has_management: bool,
    effects: Vec<Effect>,
}

struct Entry {
    handler: Rc<Handler>,
    is_closed: bool,
}

struct UnderWay {
    exchange: Exchange,
    stage: Stage,
}

enum Stage {
    Word,
    Body { bytes: Vec<u8>, bytes_max: usize, timer: TimerId, action: Action },
    Operation { operation: OperationId, serving: Serving },
}

/// What a route came to.
pub(crate) enum Done {
    Answer(Answer),
    /// It goes on when the operation settles.
    Start {
        request: somon_system::event::Request,
        route: Option<Rc<somon_system::event::Route>>,
        serving: Serving,
    },
}

impl Service {
    /// `Err` is `CONFIG_INVALID` with every problem of the options, those of `handler` included.
    pub fn new(options: &Value, profile: &HostProfile) -> Result<Service, Box<SomonError>> {
        let system = System::new(options, profile)?;
        Ok(Service {
            system,
            handlers: SortedMap::new(),
            under_way: SortedMap::new(),
            by_operation: SortedMap::new(),
            by_timer: SortedMap::new(),
            outputs: Outputs::default(),
            moment: Moment::default(),
            last_id: 0,
            words: None,
            has_management: Options::new(options, config::SYSTEM).bool("managementServer"),
            effects: Vec::new(),
        })
    }

    pub fn has_words(&self) -> bool {
        self.words.is_some()
    }

    /// Diagnostics are told in these from the next request on.
    pub fn set_words(&mut self, table: &str) {
        self.words = Some(Rc::from(table));
    }

    pub fn system(&self) -> &System {
        &self.system
    }

    pub fn system_mut(&mut self) -> &mut System {
        &mut self.system
    }

    /// `Err` is `CONFIG_INVALID`. `prefix`: where the options stood.
    pub fn add_handler(&mut self, id: HandlerId, options: &Value, prefix: &str) -> Result<(), Box<SomonError>> {
        let handler = Handler::new(options, &self.system).map_err(|problems| invalid(problems, prefix))?;
        self.handlers.insert(id, Entry { handler: Rc::new(handler), is_closed: false });
        Ok(())
    }

    /// Requests that come while it is closed are answered 503; those under way go on.
    pub fn close_handler(&mut self, id: HandlerId, is_closed: bool) {
        if let Some(entry) = self.handlers.get_mut(&id) {
            entry.is_closed = is_closed;
        }
    }

    pub fn step(&mut self, moment: Moment, event: Event) -> Vec<Effect> {
        self.moment = moment;
        match event {
            Event::System(SystemEvent::Timer { timer }) if self.by_timer.contains_key(&timer) => self.timed_out(timer),
            Event::System(event) => self.advance(event),
            Event::Request { id, handler, request, tokens } => self.request(id, handler, request, &tokens),
            Event::Word { id, is_allowed } => {
                let Some(UnderWay { mut exchange, .. }) = self.under_way.remove(&id) else { return Vec::new() };
                let next = dispatch::heard(&mut exchange, self.state(), is_allowed);
                self.go_on(id, exchange, next);
            }
            Event::Body { id, bytes } => self.body(id, &bytes),
            Event::BodyEnd { id } => self.body_end(id),
            Event::BodyFailed { id } => {
                self.refuse_body(id, Refusal::new(code::INVALID_BODY, "the body broke off before its end"));
            }
            Event::Gone { id } => self.gone(id),
        }
        std::mem::take(&mut self.effects)
    }

    fn advance(&mut self, event: SystemEvent) {
        for effect in self.system.step(self.moment, event) {
            match effect {
                SystemEffect::Settle { operation, result } if self.by_operation.contains_key(&operation) => {
                    self.settled(operation, result);
                }
                other => self.effects.push(Effect::System(other)),
            }
        }
    }

    fn request(&mut self, id: RequestId, handler: HandlerId, request: Request, tokens: &Tokens) {
        let Some(entry) = self.handlers.get(&handler) else { return };
        let (handler, is_closed) = (entry.handler.clone(), entry.is_closed);
        let mut auth: Auth = handler.auth.clone();
        auth.add(tokens);
        let trace = self.system.trace_of(request.header("traceparent"));
        let system = &mut self.system;
        let mut random = |bytes: &mut [u8]| system.fill_random(bytes);
        let mut exchange = Exchange {
            request_id: request_id(request.header("x-request-id"), &mut random),
            trace,
            request,
            handler,
            auth,
            began_us: self.system.clock(),
            url: None,
            path: String::new(),
            query: Vec::new(),
            route: None,
            words: self.words.clone(),
            is_authorised: false,
        };
        let state = self.state();
        let next = dispatch::begin(&mut exchange, state);
        let is_liveness = exchange.route.is_some_and(|route| route.action == Action::Live);
        if is_closed && !matches!(next, Ok(Next::Pass)) {
            let refusal = Refusal::new(code::CLOSED, "the handler is closed");
            let answer = match next {
                Ok(Next::Act(_)) if is_liveness => crate::management::live(false, self.moment),
                _ => exchange.refuse(&refusal, self.moment),
            };
            self.answer(id, &exchange, answer);
            return;
        }
        self.go_on(id, exchange, next);
    }

    fn state(&self) -> State {
        let config = self.system.config();
        State {
            has_management: self.has_management,
            has_health: config.flag(Setting::EnableHealthEndpoint),
            has_metrics: config.flag(Setting::EnableMetricsEndpoint) && self.system.has_metrics(),
            module_bytes_max: self.system.module_bytes_max(),
        }
    }

    fn go_on(&mut self, id: RequestId, exchange: Exchange, next: Result<Next, Box<Refusal>>) {
        let stage = match next {
            Err(refusal) => {
                let answer = exchange.refuse(&refusal, self.moment);
                return self.answer(id, &exchange, answer);
            }
            Ok(Next::Answer(answer)) => return self.answer(id, &exchange, answer),
            Ok(Next::Pass) => return self.turn(id, Turn::Pass),
            Ok(Next::Act(action)) => return self.act(id, exchange, action, &[]),
            Ok(Next::Word(scope)) => {
                self.turn(id, Turn::Word(scope));
                Stage::Word
            }
            Ok(Next::Body { bytes_max }) => {
                let announced = exchange.request.header("content-length").and_then(|length| length.parse::<u64>().ok());
                if announced.is_some_and(|length| length > bytes_max as u64) {
                    let answer = exchange.refuse(&too_large(), self.moment);
                    return self.answer(id, &exchange, answer);
                }
                let Some(action) = exchange.route.map(|route| route.action) else { return };
                let timer = TimerId(self.own_id());
                self.by_timer.insert(timer, id);
                self.effects.push(Effect::System(SystemEffect::SetTimer {
                    timer,
                    delay_ms: BODY_TIMEOUT_MS,
                    is_idle: false,
                }));
                self.turn(id, Turn::Body);
                Stage::Body { bytes: Vec::new(), bytes_max, timer, action }
            }
        };
        self.under_way.insert(id, UnderWay { exchange, stage });
    }

    fn act(&mut self, id: RequestId, exchange: Exchange, action: Action, body: &[u8]) {
        let done = self.perform(&exchange, action, body);
        // Changes tell those who listen, and may set timers.
        for effect in self.system.take_effects() {
            self.effects.push(Effect::System(effect));
        }
        match done {
            Ok(Done::Answer(answer)) => self.answer(id, &exchange, answer),
            Ok(Done::Start { request, route, serving }) => {
                let operation = OperationId(self.own_id());
                self.by_operation.insert(operation, id);
                self.under_way.insert(id, UnderWay { exchange, stage: Stage::Operation { operation, serving } });
                self.advance(match route {
                    Some(route) => SystemEvent::Serve { operation, request, route },
                    None => SystemEvent::Start { operation, request },
                });
            }
            Err(refusal) => {
                let answer = exchange.refuse(&refusal, self.moment);
                self.answer(id, &exchange, answer);
            }
        }
    }

    fn settled(&mut self, operation: OperationId, result: Result<Outcome, Box<SomonError>>) {
        let Some(id) = self.by_operation.remove(&operation) else { return };
        let Some(UnderWay { exchange, stage: Stage::Operation { serving, .. } }) = self.under_way.remove(&id) else {
            return;
        };
        let answer = match self.outputs.finish(&exchange, serving, result) {
            Ok(answer) => answer,
            Err(refusal) => exchange.refuse(&refusal, self.moment),
        };
        self.answer(id, &exchange, answer);
    }

    fn body(&mut self, id: RequestId, more: &[u8]) {
        let Some(UnderWay { stage: Stage::Body { bytes, bytes_max, .. }, .. }) = self.under_way.get_mut(&id) else {
            return;
        };
        if bytes.len().saturating_add(more.len()) > *bytes_max || bytes.try_reserve(more.len()).is_err() {
            return self.refuse_body(id, too_large());
        }
        bytes.extend_from_slice(more);
    }

    fn body_end(&mut self, id: RequestId) {
        let Some((exchange, bytes, action)) = self.take_body(id) else { return };
        self.act(id, exchange, action, &bytes);
    }

    fn refuse_body(&mut self, id: RequestId, refusal: Box<Refusal>) {
        let Some((exchange, ..)) = self.take_body(id) else { return };
        let answer = exchange.refuse(&refusal, self.moment);
        self.answer(id, &exchange, answer);
    }

    fn take_body(&mut self, id: RequestId) -> Option<(Exchange, Vec<u8>, Action)> {
        if !matches!(self.under_way.get(&id)?.stage, Stage::Body { .. }) {
            return None;
        }
        let UnderWay { exchange, stage: Stage::Body { bytes, timer, action, .. } } = self.under_way.remove(&id)? else {
            return None;
        };
        if self.by_timer.remove(&timer).is_some() {
            self.effects.push(Effect::System(SystemEffect::ClearTimer { timer }));
        }
        Some((exchange, bytes, action))
    }

    fn timed_out(&mut self, timer: TimerId) {
        let Some(id) = self.by_timer.remove(&timer) else { return };
        self.refuse_body(id, Refusal::new(code::BODY_TIMEOUT, "the body took longer than 10 seconds"));
    }

    fn gone(&mut self, id: RequestId) {
        if let Some(UnderWay { stage: Stage::Operation { operation, .. }, .. }) = self.under_way.get(&id) {
            let operation = *operation;
            return self.advance(SystemEvent::Abort { operation });
        }
        if self.under_way.get(&id).is_some_and(|request| matches!(request.stage, Stage::Body { .. })) {
            return self.refuse_body(id, Refusal::new(code::INVALID_BODY, "the client is gone"));
        }
        let Some(UnderWay { exchange, .. }) = self.under_way.remove(&id) else { return };
        let answer = exchange.refuse(&Refusal::new(code::CLOSED, "the client is gone"), self.moment);
        self.answer(id, &exchange, answer);
    }

    fn answer(&mut self, id: RequestId, exchange: &Exchange, answer: Answer) {
        let answer = exchange.complete(answer, self.system.clock());
        self.turn(id, Turn::Answer(Box::new(answer)));
    }

    fn turn(&mut self, id: RequestId, turn: Turn) {
        self.effects.push(Effect::Turn { id, turn });
    }

    fn own_id(&mut self) -> u32 {
        loop {
            self.last_id = self.last_id.wrapping_add(1) & (OWN - 1);
            let id = self.last_id | OWN;
            if !self.by_operation.contains_key(&OperationId(id)) && !self.by_timer.contains_key(&TimerId(id)) {
                return id;
            }
        }
    }
}

/// What a request gets for which the component cannot speak any more: it trapped, or the system is gone.
pub fn lost(code: ErrorCode, given_id: Option<&str>, moment: Moment, random: &mut dyn FnMut(&mut [u8])) -> Answer {
    let id = request_id(given_id, random);
    let mut timestamp = String::new();
    somon_ops::date::push_iso(&mut timestamp, moment.epoch_ms);
    Refusal::new(code::of_error(code, None), "the request cannot be answered")
        .to_answer(&id, &timestamp, &Texts::english())
        .with("x-content-type-options", "nosniff")
        .with("x-request-id", id)
}

fn too_large() -> Box<Refusal> {
    Refusal::new(code::BODY_TOO_LARGE, "the body is larger than the handler takes")
}

fn invalid(mut problems: Vec<Problem>, prefix: &str) -> Box<SomonError> {
    for problem in &mut problems {
        problem.path.insert_str(0, prefix);
    }
    Box::new(SomonError::invalid_options(problems))
}
