//! Answers that are complete and wait to be read. Reading between two exchanges costs the network's code its caches, and
//! the other way round: of a thousand small modules from a near server that was more than all reading. So an answer
//! frees its place at once, and what has arrived is read many at a time.
//! Must never let an operation starve: as long as it may ask for more, it reads to find out what.

use std::collections::VecDeque;

use crate::effect::{FetchId, OperationId, TimerId};
use crate::operation::Operation;
use crate::step::{System, TimerOwner};

/// As many are read at a time; more save nothing.
const ANSWERS_MAX: usize = 64;

/// Text that is read at once, however few answers it is.
const BYTES_MAX: usize = 256 * 1024;

/// So long an answer waits while nothing else happens.
const WAIT_MS: u32 = 8;

/// Of one operation.
#[derive(Default)]
pub struct Arrived {
    /// Nodes and their fetches, in the order they came.
    answers: VecDeque<(u32, FetchId)>,
    bytes: usize,
    /// All of them have their turn now.
    is_due: bool,
    timer: Option<TimerId>,
}

impl Arrived {
    pub fn timer(&self) -> Option<TimerId> {
        self.timer
    }

    /// Another operation may read what this one waits for, too.
    pub fn forget(&mut self, node: u32) {
        self.answers.retain(|(other, _)| *other != node);
    }
}

impl Operation {
    /// Whether it may have one more request open.
    pub fn has_room(&self, concurrency: usize) -> bool {
        self.open.saturating_sub(self.arrived.answers.len()) < concurrency
    }
}

impl System {
    /// `fetch`, which gave `bytes` of the module `id`, has no more to come for `waiter`.
    pub(crate) fn wait_to_be_read(&mut self, waiter: OperationId, id: &str, fetch: FetchId, bytes: usize) {
        let Some(operation) = self.operations.get_mut(&waiter) else { return };
        let Some(node) = operation.node_of(id) else { return };
        let arrived = &mut operation.arrived;
        arrived.answers.push_back((node, fetch));
        arrived.bytes = arrived.bytes.saturating_add(bytes);
        arrived.is_due |= arrived.answers.len() >= ANSWERS_MAX || arrived.bytes >= BYTES_MAX;
        self.touched.push(waiter);
    }

    /// Reads one answer that has arrived, if it is time to; false where there is nothing to do for now.
    pub(crate) fn read_arrived(&mut self, id: OperationId) -> bool {
        let concurrency = self.settings.concurrency;
        let Some(operation) = self.operations.get_mut(&id) else { return false };
        if operation.arrived.answers.is_empty() {
            operation.arrived.bytes = 0;
            operation.arrived.is_due = false;
            if let Some(timer) = operation.arrived.timer.take() {
                self.clear_timer(timer);
            }
            return false;
        }
        if !operation.arrived.is_due && !operation.has_room(concurrency) {
            if operation.arrived.timer.is_none() {
                let timer = self.set_timer(TimerOwner::Arrived(id), WAIT_MS);
                if let Some(operation) = self.operations.get_mut(&id) {
                    operation.arrived.timer = Some(timer);
                }
            }
            return false;
        }
        if self.pauses(id) {
            return false;
        }
        let front = self.operations.get_mut(&id).and_then(|operation| operation.arrived.answers.pop_front());
        if let Some((_, fetch)) = front {
            self.read_answer(fetch);
        }
        true
    }

    pub(crate) fn arrived_timer_fired(&mut self, id: OperationId) {
        if let Some(operation) = self.operations.get_mut(&id) {
            operation.arrived.timer = None;
            operation.arrived.is_due = true;
            self.touched.push(id);
        }
    }
}
