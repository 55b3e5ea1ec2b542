//! Breakers saved as bytes and brought back into a fresh instance. Times are kept as distances from "now", so the
//! two instances need not share a clock.
//! Must never bring back half a snapshot, nor calls under way: their leases died with the old instance.

use super::machine::{Breaker, State, Totals};
use super::{Breakers, add, slot_mut};
use crate::snapshot::{Reader, Writer};
use crate::window::{FAILURES_MAX, OutcomeWindow};

const VERSION: u8 = 1;
/// What JavaScript can count to; leaves room to go on counting.
const COUNT_MAX: u64 = 1 << 53;
/// Bytes a breaker takes at least: no key, no results.
const BREAKER_BYTES_MIN: usize = 4 + 8 + 1 + 4 + 4 + 4 + 8 + 8 + 1 + 9 + 40 + 4 + 4;

/// The bytes are no snapshot of this version, or a damaged one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreError;

impl Breakers {
    pub fn save(&mut self, now_us: u64) -> Vec<u8> {
        self.advance(now_us);
        let now_us = self.clock_us;
        let mut writer = Writer::default();
        writer.u8(VERSION);
        write_totals(&mut writer, self.retired);
        writer.u32(self.sorted.len() as u32);
        for slot in self.slots.iter().flatten() {
            writer.text(&slot.key);
            writer.u64(slot.used);
            write_breaker(&mut writer, &slot.breaker, now_us);
        }
        writer.bytes
    }

    /// Adds what was saved; a key that exists already keeps its breaker.
    pub fn restore(&mut self, bytes: &[u8], now_us: u64) -> Result<(), RestoreError> {
        let now_us = self.tick(now_us);
        let max = self.options.max_breakers as usize;
        let (retired, saved) = read(bytes, now_us).ok_or(RestoreError)?;
        if self.shut_down {
            return Ok(());
        }
        self.retired = add(self.retired, retired);
        for Saved { key, used, breaker } in saved {
            if self.find(key).is_some() {
                continue;
            }
            while self.sorted.len() >= max {
                self.remove_least_used();
            }
            let slot = self.insert(key, breaker);
            self.use_count = self.use_count.max(used);
            if let Some(slot) = slot_mut(&mut self.slots, slot) {
                slot.used = used;
            }
        }
        Ok(())
    }
}

struct Saved<'a> {
    key: &'a str,
    used: u64,
    breaker: Breaker,
}

fn read(bytes: &[u8], now_us: u64) -> Option<(Totals, Vec<Saved<'_>>)> {
    let mut reader = Reader::new(bytes);
    if reader.u8()? != VERSION {
        return None;
    }
    let retired = read_totals(&mut reader)?;
    let count = reader.count(BREAKER_BYTES_MIN, super::BREAKERS_MAX as usize)?;
    let mut saved = Vec::with_capacity(count);
    for _ in 0..count {
        let (key, used) = (reader.text()?, reader.u64()?.min(COUNT_MAX));
        saved.push(Saved { key, used, breaker: read_breaker(&mut reader, now_us)? });
    }
    reader.is_done().then_some((retired, saved))
}

fn write_breaker(writer: &mut Writer, breaker: &Breaker, now_us: u64) {
    writer.u8(match breaker.state {
        State::Closed => 0,
        State::Open => 1,
        State::HalfOpen => 2,
    });
    writer.u32(breaker.generation);
    writer.u32(breaker.trip_streak);
    writer.u32(breaker.trial_successes);
    writer.u64(breaker.open_until_us.saturating_sub(now_us));
    writer.u64(now_us.saturating_sub(breaker.closed_since_us));
    writer.u8(u8::from(breaker.forced));
    writer.u8(u8::from(breaker.last_failure_us.is_some()));
    writer.u64(now_us.saturating_sub(breaker.last_failure_us.unwrap_or(now_us)));
    write_totals(writer, breaker.totals);
    let failures = breaker.window.failure_stamps();
    writer.u32(failures.len() as u32);
    for at in failures {
        writer.u64(now_us.saturating_sub(at));
    }
    let results = breaker.window.result_stamps();
    writer.u32(results.len() as u32);
    for (at, failed) in results {
        writer.u64(now_us.saturating_sub(at));
        writer.u8(u8::from(failed));
    }
}

fn read_breaker(reader: &mut Reader, now_us: u64) -> Option<Breaker> {
    let mut breaker = Breaker::new(now_us);
    breaker.state = match reader.u8()? {
        0 => State::Closed,
        1 => State::Open,
        2 => State::HalfOpen,
        _ => return None,
    };
    // One on: whatever still holds a lease of the old instance holds nothing.
    breaker.generation = reader.u32()?.wrapping_add(1);
    breaker.trip_streak = reader.u32()?;
    breaker.trial_successes = reader.u32()?.min(100);
    breaker.open_until_us = now_us.saturating_add(reader.u64()?);
    // A clock that started later than the breaker did cannot say how old it is; at worst a streak lasts longer.
    breaker.closed_since_us = now_us.saturating_sub(reader.u64()?);
    breaker.forced = reader.u8()? == 1;
    let has_failed = reader.u8()? == 1;
    let failure_age = reader.u64()?;
    breaker.last_failure_us = has_failed.then(|| now_us.saturating_sub(failure_age));
    breaker.totals = read_totals(reader)?;
    let count = reader.count(8, FAILURES_MAX)?;
    let mut failures = Vec::with_capacity(count);
    for _ in 0..count {
        failures.push(now_us.saturating_sub(reader.u64()?));
    }
    let count = reader.count(9, FAILURES_MAX)?;
    let mut results = Vec::with_capacity(count);
    for _ in 0..count {
        let at = now_us.saturating_sub(reader.u64()?);
        results.push((at, reader.u8()? == 1));
    }
    breaker.window = OutcomeWindow::restored(failures, results)?;
    Some(breaker)
}

fn write_totals(writer: &mut Writer, totals: Totals) {
    for value in [totals.requests, totals.successes, totals.failures, totals.rejected, totals.trips] {
        writer.u64(value);
    }
}

fn read_totals(reader: &mut Reader) -> Option<Totals> {
    let mut count = || reader.u64().map(|count| count.min(COUNT_MAX));
    Some(Totals { requests: count()?, successes: count()?, failures: count()?, rejected: count()?, trips: count()? })
}
