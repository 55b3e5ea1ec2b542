//! The effects of one system that are under way: exchanges and timers by effect number.
//! The number is made from the id that `system` chose, so a cancellation finds its effect without a second table.

use somon_modules::sorted::SortedMap;

use js_sys::Promise;
use somon_system::effect::{FetchId, TimerId};
use wasm_bindgen::JsValue;
use web_sys::AbortController;

use super::fetch::BodyReader;
use super::timer::Timer;

/// What the facade knows an effect by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EffectNumber(pub u32);

impl From<FetchId> for EffectNumber {
    fn from(fetch: FetchId) -> EffectNumber {
        EffectNumber(fetch.0 << 1)
    }
}

impl From<TimerId> for EffectNumber {
    fn from(timer: TimerId) -> EffectNumber {
        EffectNumber(timer.0 << 1 | 1)
    }
}

/// A promise that the facade waits for, and what stops the effect behind it if the instance dies.
pub struct Waiting {
    pub effect: EffectNumber,
    pub promise: Promise,
    pub handle: JsValue,
}

pub struct Exchange {
    pub fetch: FetchId,
    pub controller: AbortController,
    /// `None` until the head is there.
    pub reader: Option<BodyReader>,
    /// No request, but the caller's own question whether an external is there; it has no body.
    pub is_probe: bool,
}

impl Exchange {
    pub fn stop(self) {
        // The reader first: a response made by a hook need not be tied to the signal.
        if let Some(reader) = self.reader {
            reader.cancel();
        }
        self.controller.abort();
    }
}

#[derive(Default)]
pub struct Running {
    exchanges: SortedMap<EffectNumber, Exchange>,
    timers: SortedMap<EffectNumber, (TimerId, Timer)>,
}

impl Running {
    pub fn insert_exchange(&mut self, exchange: Exchange) {
        self.exchanges.insert(exchange.fetch.into(), exchange);
    }

    pub fn exchange(&mut self, effect: EffectNumber) -> Option<&mut Exchange> {
        self.exchanges.get_mut(&effect)
    }

    pub fn take_exchange(&mut self, effect: EffectNumber) -> Option<Exchange> {
        self.exchanges.remove(&effect)
    }

    pub fn insert_timer(&mut self, id: TimerId, timer: Timer) {
        self.timers.insert(id.into(), (id, timer));
    }

    pub fn take_timer(&mut self, effect: EffectNumber) -> Option<(TimerId, Timer)> {
        self.timers.remove(&effect)
    }

    pub fn stop_all(&mut self) {
        for (_, exchange) in std::mem::take(&mut self.exchanges).into_entries() {
            exchange.stop();
        }
        for (_, (_, timer)) in std::mem::take(&mut self.timers).into_entries() {
            timer.clear();
        }
    }
}
