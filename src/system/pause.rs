//! How long an operation may work at a stretch. At the boundary of a module it asks for a timer and goes on when that
//! fires, so that deadlines, aborts and whatever else the thread has to do get their turn.
//! Must never change what comes out.

use crate::effect::OperationId;
use crate::operation::Operation;
use crate::step::{System, TimerOwner};

/// Text that is processed at a stretch where the clock stands still meanwhile.
const STRETCH_BYTES: usize = 256 * 1024;

impl System {
    /// A module of so many bytes was processed.
    pub(crate) fn worked(&mut self, bytes: usize) {
        self.worked_bytes = self.worked_bytes.saturating_add(bytes.max(1));
    }

    /// Never before something was done in this step.
    pub(crate) fn must_pause(&self, operation: &Operation) -> bool {
        if self.settings.yield_every_us == 0 || self.worked_bytes == 0 || operation.is_immediate {
            return false;
        }
        // Timers of a page that nobody sees are held back for seconds, and there is nothing to paint.
        if self.observed.measured.is_hidden {
            return false;
        }
        match self.clock().saturating_sub(self.now.0) {
            0 => self.worked_bytes >= STRETCH_BYTES,
            passed => passed >= self.settings.yield_every_us,
        }
    }

    /// Whether it is to wait for its turn.
    pub(crate) fn pauses(&mut self, id: OperationId) -> bool {
        let Some(operation) = self.operations.get(&id) else { return false };
        if operation.pause.is_some() {
            return true;
        }
        if !self.must_pause(operation) {
            return false;
        }
        let timer = self.set_timer(TimerOwner::Pause(id), 0);
        if let Some(operation) = self.operations.get_mut(&id) {
            operation.pause = Some(timer);
        }
        true
    }

    pub(crate) fn pause_over(&mut self, id: OperationId) {
        let Some(operation) = self.operations.get_mut(&id) else { return };
        operation.pause = None;
        // The deadline's own timer may be late.
        if self.now.0 >= operation.deadline_us {
            return self.out_of_time(id);
        }
        self.touched.push(id);
    }
}
