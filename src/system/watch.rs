//! Watching: the graph of an entry is asked about at an interval, and what changed is told together with what
//! depends on it. Must never hold more than one operation at a time for one watch.

use somon_lang::gather::gather;
use std::rc::Rc;

use somon_modules::error::{ErrorCode, SomonError};
use somon_modules::sorted::SortedSet;
use somon_ops::config::{self, Options, Value};

use crate::effect::{Effect, OperationId, TimerId};
use crate::failure;
use crate::fetches::Failure;
use crate::operation::{Goal, Owner};
use crate::outcome::{ChangeKind, Outcome};
use crate::refresh::Before;
use crate::settings::{self, HostKind};
use crate::step::{System, TimerOwner};

pub struct Watch {
    entry: String,
    interval_ms: u32,
    /// Ids of the graph as it was last seen.
    known: Vec<Rc<str>>,
    has_loaded: bool,
    /// Something of the graph is missing; every look may find it.
    is_partial: bool,
    phase: Phase,
}

enum Phase {
    Waiting(TimerId),
    Working(OperationId),
}

impl System {
    pub(crate) fn watch(&mut self, id: OperationId, entry: String, options: &Value) {
        let mut problems = config::check(options, config::WATCH);
        if self.settings.host == HostKind::Workerd {
            let rule = "must not be workerd, where nothing runs between requests";
            settings::refuse(&mut problems, "host", rule, "workerd");
        }
        if !problems.is_empty() {
            let result = Err(settings::invalid(problems));
            self.effects.push(Effect::Settle { operation: id, result });
            return;
        }
        let interval = Options::new(options, config::WATCH).integer("intervalMs");
        let interval_ms = u32::try_from(interval).unwrap_or(u32::MAX);
        let phase = Phase::Working(id);
        self.watches
            .insert(id, Watch { entry, interval_ms, known: Vec::new(), has_loaded: false, is_partial: false, phase });
        self.look(id, false);
    }

    /// Loads the graph; `is_recent`: what the cache has was asked about just now.
    fn look(&mut self, id: OperationId, is_recent: bool) {
        let Some(watch) = self.watches.get(&id) else { return };
        let entry = watch.entry.clone();
        let own = self.begin_own(Goal::Prefetch, entry, Owner::Watch(id));
        self.work(id, own);
        if let Some(operation) = self.operations.get_mut(&own) {
            operation.accepts_stale = is_recent;
        }
        self.enter(own, None);
    }

    fn work(&mut self, id: OperationId, own: OperationId) {
        if let Some(watch) = self.watches.get_mut(&id) {
            watch.phase = Phase::Working(own);
        }
    }

    /// Its interval is over.
    pub(crate) fn watch_timer(&mut self, id: OperationId) {
        let Some(watch) = self.watches.get(&id) else { return };
        if watch.known.is_empty() {
            return self.look(id, false);
        }
        let known = watch.known.clone();
        let own = self.begin_own(Goal::Refresh(Before::default()), String::new(), Owner::Watch(id));
        self.work(id, own);
        self.ask_again(own, known);
    }

    /// One of its operations is over.
    pub(crate) fn watch_went_on(&mut self, id: OperationId, result: Result<Outcome, Box<SomonError>>) {
        let Some(watch) = self.watches.get_mut(&id) else { return };
        match result {
            Ok(Outcome::Prefetched(prefetched)) => {
                let old = std::mem::take(&mut watch.known);
                let known: SortedSet<Rc<str>> = old.iter().cloned().collect();
                let is_new = |url: &&Rc<str>| !known.contains(*url);
                let added = gather(prefetched.ids.iter().filter(is_new).cloned());
                let was_loaded = watch.has_loaded;
                watch.has_loaded |= !prefetched.ids.is_empty();
                watch.is_partial = !prefetched.failed.is_empty();
                // What a failure hides is still watched.
                if !watch.is_partial {
                    watch.known = prefetched.ids;
                } else {
                    watch.known = old;
                    watch.known.extend(added.iter().cloned());
                }
                if was_loaded {
                    let changes = self.changes(ChangeKind::Add, &added);
                    self.tell_changes(id, changes);
                }
            }
            Ok(Outcome::Refreshed(refreshed)) => {
                watch.known.retain(|url| refreshed.removed.binary_search(url).is_err());
                let is_partial = watch.is_partial;
                let mut changes = self.changes(ChangeKind::Change, &refreshed.changed);
                changes.append(&mut self.changes(ChangeKind::Remove, &refreshed.removed));
                let is_other = is_partial || !changes.is_empty();
                self.tell_changes(id, changes);
                if is_other {
                    return self.look(id, true);
                }
            }
            // The next look tells whether it is better.
            _ => {}
        }
        let Some(interval_ms) = self.watches.get(&id).map(|watch| watch.interval_ms) else { return };
        let timer = self.set_timer(TimerOwner::Watch(id), interval_ms);
        if let Some(watch) = self.watches.get_mut(&id) {
            watch.phase = Phase::Waiting(timer);
        }
    }

    fn tell_changes(&mut self, operation: OperationId, changes: Vec<crate::outcome::Change>) {
        if !changes.is_empty() {
            self.notify_changes(&changes);
            self.effects.push(Effect::Changed { operation, changes });
        }
    }

    /// The caller has enough of it; false when there is no such watch.
    pub(crate) fn stop_watch(&mut self, id: OperationId) -> bool {
        let Some(watch) = self.watches.remove(&id) else { return false };
        match watch.phase {
            Phase::Waiting(timer) => self.clear_timer(timer),
            Phase::Working(own) => {
                let failure = Failure::new(ErrorCode::LoadAborted, "the watch was stopped");
                self.fail(own, failure::plain(&failure));
            }
        }
        let failure = Failure::new(ErrorCode::LoadAborted, "the watch was stopped");
        self.effects.push(Effect::Settle { operation: id, result: Err(failure::plain(&failure)) });
        true
    }
}
