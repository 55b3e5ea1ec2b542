//! Answers that the facade keeps, so that a call for a module that is there and fresh costs one look: a number for
//! each, and how long it holds. Must never let one stand that the cache would not give again.

use std::rc::Rc;

use somon_modules::cache::Place;
use somon_modules::record::Record;
use somon_modules::sorted::SortedMap;
use somon_ops::histogram::SLICE_US;
use somon_ops::log::Level;

use crate::effect::{Effect, Topic};
use crate::event::Instant;
use crate::operation::{Operation, Owner};
use crate::step::System;

/// Names, places and lists beside the text, roughly.
const ANSWER_BYTES: usize = 512;

/// The first of so many hits is timed: reading the clock takes longer than all the rest of a hit.
const TIMED_EVERY: u32 = 16;

#[derive(Default)]
pub struct Warm {
    by_token: SortedMap<u32, Kept>,
    token_of: SortedMap<Rc<str>, u32>,
    last: u32,
    hits: Hits,
}

/// Hits that the metrics have not heard of; one call for several of them costs a fraction of one for each.
#[derive(Default)]
struct Hits {
    count: u32,
    /// When the last of them was.
    last: u64,
    /// The end of the slice of the metrics that they fall into.
    slice_end: u64,
    /// Microseconds of the first, which stands for those that follow it.
    took: u64,
}

struct Kept {
    id: Rc<str>,
    place: Place,
    /// Of the cache: another one means that something has left it since.
    generation: u64,
    fresh_until: u64,
}

impl System {
    /// Whether a kept answer still holds; a number that does not is forgotten. Counts as a call.
    pub fn touch(&mut self, now: Instant, token: u32) -> bool {
        self.now = self.now.max(now);
        let now = self.now.0;
        // Whoever is told of loads is told of this one, too: by the long way.
        let is_told = self.is_listened(Topic::Load) || self.is_logged(Level::Debug);
        let stopwatch = self.observed.stopwatch;
        let began = (self.warm.hits.count == 0).then(stopwatch);
        if is_told || self.settings.observing.otlp.is_some() {
            return false;
        }
        let Some(kept) = self.warm.by_token.get(&token) else { return false };
        if kept.generation != self.cache.generation() || now >= kept.fresh_until {
            self.forget_answer(token);
            return false;
        }
        self.cache.touch(kept.place);
        if now >= self.warm.hits.slice_end {
            self.count_hits();
            self.warm.hits.slice_end = (now / SLICE_US).saturating_add(1).saturating_mul(SLICE_US);
        }
        let hits = &mut self.warm.hits;
        hits.count += 1;
        hits.last = now;
        if let Some(began) = began {
            hits.took = stopwatch().saturating_sub(began);
        } else if hits.count >= TIMED_EVERY {
            self.count_hits();
        }
        true
    }

    /// Whoever looks at the metrics sees every hit.
    pub(crate) fn count_hits(&mut self) {
        let Hits { count, last, took, .. } = self.warm.hits;
        if count > 0 {
            self.warm.hits.count = 0;
            self.observed.metrics.kept_answers(count, took, last);
        }
    }

    /// A number for the answer about `record`, if all that it was made of is in the cache and fresh for a while.
    pub(crate) fn keep_answer(&mut self, operation: &Operation, record: &Rc<Record>) -> Option<u32> {
        let now = self.now.0;
        let is_plain = matches!(operation.owner, Owner::Caller)
            && operation.route.is_none()
            && !operation.accepts_stale
            && operation.options.get("integrity").is_none();
        if !is_plain {
            return None;
        }
        let mut fresh_until = u64::MAX;
        for node in 0..operation.nodes.len() as u32 {
            let Some(record) = operation.record(node) else { continue };
            let (kept, freshness) = self.cache.kept(&record.id)?;
            if !Rc::ptr_eq(kept, record) {
                return None;
            }
            fresh_until = fresh_until.min(freshness.fresh_until);
        }
        // After that a spelling that was missing may be there.
        if operation.stems.iter().any(|stem| stem.tried > 1) {
            fresh_until = fresh_until.min(now.saturating_add(self.settings.negative_ttl_ms.saturating_mul(1000)));
        }
        if fresh_until <= now {
            return None;
        }
        let token = match self.warm.token_of.get(&record.id) {
            Some(token) => *token,
            None => {
                self.warm.last = self.warm.last.wrapping_add(1);
                self.warm.token_of.insert(record.id.clone(), self.warm.last);
                self.warm.last
            }
        };
        let bytes = 2 * record.source.encode_utf16().count() + ANSWER_BYTES;
        self.cache.set_kept(&record.id, bytes);
        let place = self.cache.place(&record.id)?;
        let kept = Kept { id: record.id.clone(), place, generation: self.cache.generation(), fresh_until };
        self.warm.by_token.insert(token, kept);
        Some(token)
    }

    /// The facade lets go of answers whose charge was needed for something else.
    pub(crate) fn tell_dropped(&mut self) {
        for id in self.cache.take_dropped() {
            if let Some(token) = self.warm.token_of.remove(&id) {
                self.warm.by_token.remove(&token);
                self.effects.push(Effect::Forget { token });
            }
        }
    }

    fn forget_answer(&mut self, token: u32) {
        if let Some(kept) = self.warm.by_token.remove(&token) {
            self.warm.token_of.remove(&kept.id);
            self.cache.set_kept(&kept.id, 0);
        }
    }
}
