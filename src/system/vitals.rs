//! Timers that look after the system itself: one whose lateness is the event loop's, one that looks at health.
//! Must never run while nobody needs them: an idle page has no timer.

use somon_ops::config::{Setting, Value};

use crate::effect::Topic;
use crate::event::Instant;
use crate::step::{System, TimerOwner};

const LAG_PERIOD_MS: u32 = 1000;

impl System {
    /// Starts and stops them as they are needed.
    pub(crate) fn keep_timers(&mut self) {
        self.keep_export_timer();
        let is_listened = self.is_listened(Topic::Health);
        let is_wanted = self.settings.measures_lag && (!self.operations.is_empty() || is_listened);
        match self.observed.lag_timer {
            None if is_wanted => {
                let due = Instant(self.now.0.saturating_add(u64::from(LAG_PERIOD_MS) * 1000));
                let timer = self.set_timer(TimerOwner::Lag, LAG_PERIOD_MS);
                self.observed.lag_timer = Some((timer, due));
            }
            Some((timer, _)) if !is_wanted => {
                self.observed.lag_timer = None;
                self.clear_timer(timer);
            }
            _ => {}
        }
        match self.observed.health_timer {
            None if is_listened => {
                let interval = self.settings.config.number(Setting::HealthCheckInterval) as u32;
                if self.observed.last_status.is_none() {
                    self.observed.last_status = Some(self.status_now());
                }
                self.observed.health_timer = Some(self.set_timer(TimerOwner::Health, interval));
            }
            Some(_) if !is_listened => {
                self.restart_health_timer();
                self.observed.last_status = None;
            }
            _ => {}
        }
    }

    /// Another interval: the time begins anew.
    pub(crate) fn restart_health_timer(&mut self) {
        if let Some(timer) = self.observed.health_timer.take() {
            self.clear_timer(timer);
        }
    }

    pub(crate) fn lag_timer_fired(&mut self) {
        let Some((_, due)) = self.observed.lag_timer.take() else { return };
        let (late, now) = (self.now.0.saturating_sub(due.0), self.now.0);
        // Hosts hold timers of hidden pages back on purpose.
        if !self.observed.measured.is_hidden {
            self.observed.metrics.lag_ms(late as f64 / 1000.0, now);
        }
    }

    pub(crate) fn health_timer_fired(&mut self) {
        self.observed.health_timer = None;
        let status = self.status_now();
        let previous = self.observed.last_status.replace(status).unwrap_or(status);
        if status != previous {
            let text = |text: &str| Value::String(text.to_owned());
            self.notify(Topic::Health, &[("status", text(status.text())), ("previous", text(previous.text()))]);
        }
    }
}
