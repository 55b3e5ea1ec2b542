//! Fetches under way: their bodies in linear memory, who waits for them, what came of them.
//! Must never decide what a module is; it hands on bytes or a failure.

use somon_lang::index::{Hash, Index};
use somon_modules::sorted::SortedMap;
use std::collections::VecDeque;
use std::rc::Rc;

use somon_modules::error::ErrorCode;
use somon_modules::freshness::Freshness;
use somon_modules::record::Record;
use somon_ops::breaker::Lease;
use somon_ops::metrics::LoadOutcome;
use somon_ops::retry::Attempts;

use crate::effect::{FetchId, OperationId, TimerId};
use crate::event::ResponseHead;

/// Why a request gave no module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: ErrorCode,
    pub reason: String,
    pub status: Option<u16>,
    /// Another candidate may exist: 404, 410, or a page in place of a module.
    pub is_miss: bool,
    pub retry_after_ms: Option<u32>,
    /// How often it was asked for.
    pub attempts: u32,
    /// The breaker that is open, by its key.
    pub breaker: Option<Rc<str>>,
}

impl Failure {
    pub fn new(code: ErrorCode, reason: impl Into<String>) -> Box<Failure> {
        Box::new(Failure {
            code,
            reason: reason.into(),
            status: None,
            is_miss: false,
            retry_after_ms: None,
            attempts: 0,
            breaker: None,
        })
    }

    /// There is no further attempt, since the breaker is open by now.
    pub fn behind_breaker(mut self: Box<Self>, key: String, retry_after_ms: u64) -> Box<Failure> {
        self.breaker = Some(Rc::from(key));
        self.retry_after_ms = Some(u32::try_from(retry_after_ms).unwrap_or(u32::MAX));
        self
    }
}

/// What came of a fetch that gave one.
#[derive(Clone)]
pub struct Answer {
    pub record: Rc<Record>,
    /// A copy past its time, since the origin fails.
    pub is_stale: bool,
    pub outcome: LoadOutcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waits for its turn among all requests of the instance.
    Queued,
    /// An attempt is under way.
    Running,
    /// The answer is complete and waits to be read.
    Arrived,
    /// Until the next attempt.
    Asleep,
}

pub struct InFlight {
    /// What was asked for first: the module's id.
    pub id: Rc<str>,
    /// What is asked for now, after redirects.
    pub url: String,
    pub hops: Vec<String>,
    pub head: Option<ResponseHead>,
    pub body: Vec<u8>,
    pub phase: Phase,
    /// When the attempt under way began.
    pub began_us: u64,
    /// When the attempt under way has had its time.
    pub until_us: u64,
    /// Ends the sleep.
    pub timer: Option<TimerId>,
    /// The breaker's leave for the request under way.
    pub lease: Option<Lease>,
    /// None before the first.
    pub attempts: Option<Attempts>,
    /// Of the last attempt, while another is to come.
    pub failure: Option<Box<Failure>>,
    pub waiters: Vec<OperationId>,
    /// What the cache had when it was asked for.
    pub kept: Option<(Rc<Record>, Freshness)>,
    /// The server was asked to answer only if that is out of date.
    pub is_conditional: bool,
}

/// One timer for all attempts of a lane: all there are, but one operation's own where nothing may wake work that was
/// begun by another.
#[derive(Clone, Copy)]
pub struct AttemptsWatch {
    pub lane: OperationId,
    pub timer: TimerId,
    /// When the first of the attempts has had its time.
    pub due_us: u64,
}

#[derive(Default)]
pub struct Fetches {
    pub open: SortedMap<FetchId, InFlight>,
    /// Those that wait for their turn, in the order they came. No operation has more of them than its concurrency.
    pub queue: VecDeque<FetchId>,
    /// Requests that are open.
    pub running: usize,
    /// Since the timers over them were last looked at, an attempt has begun or ended, or a timer has fired.
    pub has_changed: bool,
    /// Over the attempts of each lane.
    pub watches: Vec<AttemptsWatch>,
    by_url: Index,
    next: u32,
}

/// A `data:` or `blob:` address names bytes and no place: what was read from it once is so for good, and what cannot
/// be read now never can.
pub fn names_bytes(url: &str) -> bool {
    url.starts_with("data:") || url.starts_with("blob:")
}

impl Fetches {
    /// A fetch of `id` that others may join.
    pub fn shared(&self, id: &str) -> Option<FetchId> {
        self.by_url.find(Hash::of(id), &|fetch| self.asks_for(fetch, id)).map(FetchId)
    }

    pub fn next_id(&mut self) -> FetchId {
        self.next = self.next.wrapping_add(1);
        FetchId(self.next)
    }

    /// As long as its attempt is under way.
    pub fn running(&mut self, fetch: FetchId) -> Option<&mut InFlight> {
        self.open.get_mut(&fetch).filter(|flight| flight.phase == Phase::Running)
    }

    pub fn insert(&mut self, fetch: FetchId, flight: InFlight, is_shared: bool) {
        if is_shared {
            let mut by_url = std::mem::take(&mut self.by_url);
            by_url.insert(Hash::of(&flight.id), fetch.0, &|other| other == fetch.0 || self.asks_for(other, &flight.id));
            self.by_url = by_url;
        }
        self.open.insert(fetch, flight);
    }

    fn asks_for(&self, fetch: u32, id: &str) -> bool {
        self.open.get(&FetchId(fetch)).is_some_and(|flight| *flight.id == *id)
    }

    pub fn remove(&mut self, fetch: FetchId) -> Option<InFlight> {
        let flight = self.open.remove(&fetch)?;
        self.by_url.remove(Hash::of(&flight.id), &|other| other == fetch.0);
        Some(flight)
    }
}

impl InFlight {
    pub fn new(id: Rc<str>, waiter: OperationId) -> InFlight {
        InFlight {
            url: String::from(&*id),
            id,
            hops: Vec::new(),
            head: None,
            body: Vec::new(),
            phase: Phase::Queued,
            began_us: 0,
            until_us: 0,
            timer: None,
            lease: None,
            attempts: None,
            failure: None,
            waiters: vec![waiter],
            kept: None,
            is_conditional: false,
        }
    }

    /// For the next attempt, which begins where the first did: a redirect may lead elsewhere by then.
    pub fn again(&mut self) -> InFlight {
        let mut next = InFlight::new(self.id.clone(), OperationId(0));
        next.waiters = std::mem::take(&mut self.waiters);
        next.attempts = self.attempts.take();
        next.kept = self.kept.take();
        next
    }

    /// Takes more of the body; false when that is more than `limit` or than there is memory.
    pub fn take(&mut self, bytes: &[u8], limit: usize) -> bool {
        let fits = self.body.len().checked_add(bytes.len()).is_some_and(|len| len <= limit);
        if !fits || self.body.try_reserve(bytes.len()).is_err() {
            return false;
        }
        self.body.extend_from_slice(bytes);
        true
    }
}

pub fn header<'h>(head: &'h ResponseHead, name: &str) -> Option<&'h str> {
    head.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// The type without its parameters, lower case.
pub fn content_type(head: &ResponseHead) -> Option<String> {
    let value = header(head, "content-type")?;
    let essence = value.split(';').next().unwrap_or(value).trim().to_ascii_lowercase();
    (!essence.is_empty()).then_some(essence)
}
