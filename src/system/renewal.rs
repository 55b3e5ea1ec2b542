//! What a system carries over into a fresh instance that takes the place of an idle one: its figures, its breakers,
//! its configuration, its name. Must never carry over anything under way: there is nothing, or it is not idle.

use somon_lang::gather::gather;
use somon_modules::error::ErrorCode;
use somon_ops::config::Value;
use somon_ops::snapshot::{Reader, Writer};

use crate::event::Moment;
use crate::step::System;

/// Less linear memory than this is not worth the start.
const LINEAR_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// Whether most of the linear memory, which never shrinks, would be given back by a fresh instance.
pub fn is_bloated(linear_bytes: u64, live_bytes: u64) -> bool {
    linear_bytes > LINEAR_BYTES_MIN && live_bytes < linear_bytes / 4
}

impl System {
    pub fn save(&mut self, moment: Moment) -> Vec<u8> {
        let now = self.tick(moment);
        let mut writer = Writer::default();
        writer.block(self.instance_id().as_bytes());
        writer.block(&self.breakers.save(now));
        writer.block(&self.observed.metrics.save(now));
        writer.bytes
    }

    /// What a damaged `state` holds is left out.
    pub fn carry_on(&mut self, moment: Moment, config: &Value, version: u32, state: &[u8]) {
        let now = self.tick(moment);
        self.adopt_config(moment, config, version);
        let mut reader = Reader::new(state);
        if let Some(id) = reader.block().and_then(|id| std::str::from_utf8(id).ok()) {
            self.observed.instance_id = Some(id.to_owned());
        }
        if let Some(breakers) = reader.block() {
            let _ = self.breakers.restore(breakers, now);
        }
        if let Some(metrics) = reader.block() {
            let codes = gather(ErrorCode::ALL.iter().map(|code| code.text()));
            let _ = self.observed.metrics.restore(metrics, &codes, now);
        }
    }
}
