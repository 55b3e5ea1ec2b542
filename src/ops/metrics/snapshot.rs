//! Metrics carried over into a fresh instance: counters, histograms, recent counts, uptime.
//! Must never bring back half a snapshot. What only the old instance could know (fetches under way, evicted
//! entries) stays behind.

use super::{CODES_MAX, Metrics, OperationCounts};
use crate::breaker::{RestoreError, Totals};
use crate::buckets::Buckets;
use crate::histogram::Histogram;
use crate::recent::Recent;
use crate::snapshot::{Reader, Writer};

const VERSION: u8 = 1;
const COUNT_MAX: u64 = 1 << 53;

impl Metrics {
    pub fn save(&mut self, now_us: u64) -> Vec<u8> {
        let now_us = self.tick(now_us);
        let mut writer = Writer::default();
        writer.u8(VERSION);
        writer.u64(now_us.saturating_sub(self.started_us));
        writer.u64(self.reset_at_ms.unwrap_or(0));
        writer.u64(self.breakers_at_reset.trips);
        writer.u64(self.breakers_at_reset.rejected);
        writer.u64(self.longest_task_us);
        writer.u8(u8::from(self.is_busy_known));
        self.loads.iter().chain(&self.counters).for_each(|count| writer.u64(*count));
        for counts in &self.operations {
            [counts.started, counts.finished, counts.failed].into_iter().for_each(|count| writer.u64(count));
        }
        writer.u32(self.load_errors.len() as u32);
        for (code, count) in &self.load_errors {
            writer.text(code);
            writer.u64(*count);
        }
        let buckets = [&self.compile_buckets, &self.bundle_buckets, &self.lag_buckets];
        for buckets in self.load_buckets.iter().chain(buckets) {
            buckets.counts.iter().for_each(|count| writer.u64(*count));
            writer.u64(buckets.sum_us);
        }
        self.lately.save(&mut writer, now_us);
        self.busy.save(&mut writer, now_us);
        for histogram in [
            &mut self.load_latency,
            &mut self.cached_load_latency,
            &mut self.operation_latency,
            &mut self.compile_latency,
            &mut self.bundle_latency,
            &mut self.lag,
        ] {
            histogram.save(&mut writer, now_us);
        }
        writer.bytes
    }

    /// In place of what was counted so far. `codes`: all error codes there are; unknown ones count as `other`.
    pub fn restore(&mut self, bytes: &[u8], codes: &[&'static str], now_us: u64) -> Result<(), RestoreError> {
        let now_us = self.tick(now_us);
        let mut fresh = read(&mut Reader::new(bytes), codes, now_us).ok_or(RestoreError)?;
        fresh.enabled = self.enabled;
        *self = fresh;
        Ok(())
    }
}

fn read(reader: &mut Reader, codes: &[&'static str], now_us: u64) -> Option<Metrics> {
    if reader.u8()? != VERSION {
        return None;
    }
    let mut metrics = Metrics::new(now_us);
    metrics.started_us = now_us.saturating_sub(reader.u64()?);
    metrics.reset_at_ms = Some(reader.u64()?).filter(|at| *at != 0);
    metrics.breakers_at_reset = Totals { trips: reader.u64()?, rejected: reader.u64()?, ..Totals::default() };
    metrics.longest_task_us = reader.u64()?;
    metrics.is_busy_known = reader.u8()? == 1;
    for count in metrics.loads.iter_mut().chain(&mut metrics.counters) {
        *count = read_count(reader)?;
    }
    for counts in &mut metrics.operations {
        let (started, finished, failed) = (read_count(reader)?, read_count(reader)?, read_count(reader)?);
        *counts = OperationCounts { started, finished, failed: failed.min(finished) };
    }
    for _ in 0..reader.count(12, CODES_MAX + 1)? {
        let (text, count) = (reader.text()?, read_count(reader)?);
        let code = codes.iter().copied().find(|code| *code == text).unwrap_or("other");
        metrics.add_load_errors(code, count);
    }
    let Metrics { load_buckets, compile_buckets, bundle_buckets, lag_buckets, .. } = &mut metrics;
    for buckets in load_buckets.iter_mut().chain([compile_buckets, bundle_buckets, lag_buckets]) {
        let mut read = Buckets::default();
        for count in &mut read.counts {
            *count = read_count(reader)?;
        }
        read.sum_us = reader.u64()?;
        *buckets = read;
    }
    metrics.lately = Recent::read(reader, now_us)?;
    metrics.busy = Recent::read(reader, now_us)?;
    for histogram in [
        &mut metrics.load_latency,
        &mut metrics.cached_load_latency,
        &mut metrics.operation_latency,
        &mut metrics.compile_latency,
        &mut metrics.bundle_latency,
        &mut metrics.lag,
    ] {
        *histogram = Histogram::read(reader, now_us)?;
    }
    reader.is_done().then_some(metrics)
}

/// Bounded, so that counting on cannot overflow.
fn read_count(reader: &mut Reader) -> Option<u64> {
    reader.u64().map(|count| count.min(COUNT_MAX))
}
