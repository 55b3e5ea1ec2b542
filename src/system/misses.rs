//! URLs that a search for the right extension asked for in vain, remembered for a short while.
//! Must never keep a failure that is no plain miss: a server in trouble is asked again.

use somon_modules::sorted::SortedMap;

use crate::fetches::Failure;

/// A deployment with more missing names than this has other troubles.
const MISSES_MAX: usize = 10_000;

#[derive(Default)]
pub struct Misses {
    by_url: SortedMap<String, (u64, Box<Failure>)>,
}

impl Misses {
    /// `until` and `now` in microseconds.
    pub fn remember(&mut self, url: &str, failure: &Failure, now: u64, until: u64) {
        if until <= now {
            return;
        }
        if self.by_url.len() >= MISSES_MAX {
            self.by_url.retain(|_, (until, _)| *until > now);
        }
        if self.by_url.len() < MISSES_MAX {
            self.by_url.insert(url.to_owned(), (until, Box::new(failure.clone())));
        }
    }

    pub fn get(&self, url: &str, now: u64) -> Option<Box<Failure>> {
        self.by_url.get(url).filter(|(until, _)| now < *until).map(|(_, failure)| failure.clone())
    }

    pub fn forget(&mut self, url: &str) {
        self.by_url.remove(url);
    }

    pub fn clear(&mut self) {
        self.by_url = SortedMap::new();
    }
}
