//! A service, its requests and a scripted network: events in virtual time until every request has its answer.

use std::collections::BTreeMap;

use somon_http::Service;
use somon_http::effect::{Effect, Turn};
use somon_http::event::{Event, HandlerId, RequestId, Tokens};
use somon_http::message::{Answer, Request};
use somon_ops::config::Value;
use somon_system::effect::{Effect as SystemEffect, FetchId, FetchRequest, TimerId};
use somon_system::event::{Event as SystemEvent, Instant, Moment, ResponseHead};
use somon_system::sim::{End, Network, Reply, profile};

pub const BASE: &str = "https://h/app/";
pub const EPOCH_MS: u64 = 1_767_225_600_000;

pub fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

pub fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

pub fn texts(values: &[&str]) -> Value {
    Value::List(values.iter().map(|value| text(value)).collect())
}

/// One request as a test writes it.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub request: Request,
    pub body: Option<Vec<Vec<u8>>>,
    /// What the function given as `auth` says; `None`: it is never heard of again.
    pub word: Option<bool>,
    pub tokens: Tokens,
}

pub fn ask(method: &str, path: &str) -> Ask {
    let url = if path.starts_with('/') { ["https://me", path].concat() } else { path.to_owned() };
    Ask { request: Request { method: method.to_owned(), url, headers: Vec::new() }, ..Ask::default() }
}

impl Ask {
    pub fn with(mut self, name: &str, value: &str) -> Ask {
        self.request.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn bearer(self, token: &str) -> Ask {
        self.with("authorization", &["Bearer ", token].concat())
    }

    pub fn json(self, body: &str) -> Ask {
        self.with("content-type", "application/json").chunks(&[body.as_bytes()])
    }

    pub fn chunks(mut self, chunks: &[&[u8]]) -> Ask {
        self.body = Some(chunks.iter().map(|chunk| chunk.to_vec()).collect());
        self
    }
}

pub struct Desk {
    pub service: Service,
    pub network: Network,
    pub now: u64,
    /// URLs that were asked for.
    pub requests: Vec<String>,
    pub answers: BTreeMap<u32, Option<Answer>>,
    asks: BTreeMap<u32, Ask>,
    queue: BTreeMap<(u64, u64), Event>,
    scheduled: u64,
    timers: BTreeMap<TimerId, u64>,
    last: u32,
    entropy: u8,
    /// Bodies are left to the test.
    pub silent: bool,
}

impl Desk {
    pub fn new(options: &Value, handler: &Value) -> Desk {
        let mut service = Service::new(options, &profile(BASE)).expect("the options are right");
        service.add_handler(HandlerId(1), handler, "").expect("the handler's options are right");
        Desk {
            service,
            network: Network::default(),
            now: 0,
            requests: Vec::new(),
            answers: BTreeMap::new(),
            asks: BTreeMap::new(),
            queue: BTreeMap::new(),
            scheduled: 0,
            timers: BTreeMap::new(),
            last: 0,
            entropy: 0,
            silent: false,
        }
    }

    pub fn module(&mut self, path: &str, source: &str) {
        self.network.set(&[BASE, path].concat(), Reply::text(source));
    }

    /// `None`: the request was passed on.
    pub fn try_answer(&mut self, ask: Ask) -> Option<Answer> {
        let id = self.begin(ask);
        self.run();
        self.answers.remove(&id).expect("every request is answered")
    }

    pub fn answer(&mut self, ask: Ask) -> Answer {
        self.try_answer(ask).expect("it is the handler's")
    }

    pub fn begin(&mut self, ask: Ask) -> u32 {
        self.last += 1;
        let (id, handler) = (RequestId(self.last), HandlerId(1));
        let (request, tokens) = (ask.request.clone(), ask.tokens.clone());
        self.asks.insert(self.last, ask);
        self.deliver(Event::Request { id, handler, request, tokens });
        self.last
    }

    pub fn run(&mut self) {
        while let Some(((time, _), event)) = self.queue.pop_first() {
            if let Event::System(SystemEvent::Timer { timer }) = &event
                && self.timers.remove(timer).is_none()
            {
                continue;
            }
            self.now = self.now.max(time);
            self.deliver(event);
        }
    }

    pub fn deliver(&mut self, event: Event) {
        let moment = Moment { now: Instant(self.now), epoch_ms: EPOCH_MS + self.now / 1000 };
        if self.service.system().wants_entropy() {
            self.entropy = self.entropy.wrapping_add(1);
            let bytes = (0..=255).map(|byte: u8| byte.wrapping_mul(31).wrapping_add(self.entropy)).collect();
            self.service.step(moment, Event::System(SystemEvent::Entropy { bytes }));
        }
        for effect in self.service.step(moment, event) {
            match effect {
                Effect::System(effect) => self.carry_out(effect),
                Effect::Turn { id, turn } => self.turn(id, turn),
            }
        }
    }

    fn turn(&mut self, id: RequestId, turn: Turn) {
        let answer = match turn {
            Turn::Answer(answer) => Some(*answer),
            Turn::Pass => None,
            Turn::Body if self.silent => return,
            Turn::Body => {
                let body = self.asks.get(&id.0).and_then(|ask| ask.body.clone()).unwrap_or_default();
                for bytes in body {
                    self.schedule(self.now + 100, Event::Body { id, bytes });
                }
                return self.schedule(self.now + 100, Event::BodyEnd { id });
            }
            Turn::Word(_) => {
                if let Some(is_allowed) = self.asks.get(&id.0).and_then(|ask| ask.word) {
                    self.schedule(self.now + 100, Event::Word { id, is_allowed });
                }
                return;
            }
        };
        assert!(self.answers.insert(id.0, answer).is_none(), "request {} is answered twice", id.0);
    }

    fn carry_out(&mut self, effect: SystemEffect) {
        match effect {
            SystemEffect::Fetch { fetch, request, .. } => self.fetch(fetch, &request),
            SystemEffect::SetTimer { timer, delay_ms, .. } => {
                let due = self.now + u64::from(delay_ms) * 1000;
                self.timers.insert(timer, due);
                self.schedule(due, Event::System(SystemEvent::Timer { timer }));
            }
            SystemEffect::ClearTimer { timer } => {
                self.timers.remove(&timer);
            }
            SystemEffect::Settle { operation, .. } => panic!("operation {} is the service's own", operation.0),
            _ => {}
        }
    }

    fn fetch(&mut self, fetch: FetchId, request: &FetchRequest) {
        self.requests.push(request.url.clone());
        let reply = self.network.reply_to(request);
        let mut time = self.now + reply.delay_us;
        if reply.status == 0 {
            let reason = "connection refused".to_owned();
            return self.schedule(time, Event::System(SystemEvent::Failed { fetch, reason }));
        }
        let head = ResponseHead { status: reply.status, url: reply.url, headers: reply.headers };
        self.schedule(time, Event::System(SystemEvent::Head { fetch, head }));
        for bytes in reply.chunks {
            time += reply.delay_us;
            self.schedule(time, Event::System(SystemEvent::Chunk { fetch, bytes }));
        }
        if reply.end != End::Hangs {
            self.schedule(time, Event::System(SystemEvent::End { fetch }));
        }
    }

    pub fn schedule(&mut self, time: u64, event: Event) {
        self.scheduled += 1;
        self.queue.insert((time, self.scheduled), event);
    }
}

pub fn body(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).expect("bodies are UTF-8")
}

pub fn json(answer: &Answer) -> serde_json::Value {
    serde_json::from_slice(&answer.body).expect("the body is JSON")
}
