//! Asking again about modules that are resident: for `refresh`, for `watch`, and behind answers that were given
//! past their time. Follows no import and must never add a module.

use std::rc::Rc;

use somon_modules::freshness::Freshness;
use somon_modules::record::Record;
use somon_modules::sorted::SortedMap;
use somon_ops::config::Value;

use crate::effect::{OperationId, Topic};
use crate::operation::{Goal, Node, NodeState, Operation, Owner};
use crate::outcome::{Change, ChangeKind, Refreshed};
use crate::step::System;

/// What an operation that asks again knows of each of its nodes.
#[derive(Default)]
pub struct Before {
    pub records: Vec<Rc<Record>>,
    /// Those that nobody has to be asked about.
    pub certain: Vec<Rc<str>>,
}

impl System {
    /// The nodes of a refresh: all of `ids` that are resident.
    pub(crate) fn ask_again(&mut self, id: OperationId, ids: Vec<Rc<str>>) {
        let started = self.clock();
        let Some(operation) = self.operations.get_mut(&id) else { return };
        let mut before = Before::default();
        for url in ids {
            let Some((record, freshness)) = self.cache.kept(&url) else { continue };
            if is_certain(&url, freshness, self.now.0) || self.settings.sources.get(&url).is_some() {
                before.certain.push(url);
                continue;
            }
            before.records.push(record.clone());
            let (stems, edges) = (Vec::new(), Vec::new());
            let state = NodeState::Queued;
            let index = operation.add_node(Node {
                id: url,
                started,
                state,
                is_stale: false,
                stems,
                edges,
                depth: 0,
                importer: None,
            });
            operation.queue.push_back(index);
        }
        operation.unanswered = operation.nodes.len();
        operation.goal = Goal::Refresh(before);
        self.settle_if_complete(id);
    }

    /// What came of it; versions that may not be kept and modules that are gone leave the cache.
    pub(crate) fn refreshed(&mut self, operation: &Operation) -> Refreshed {
        let mut found = Refreshed::default();
        let Goal::Refresh(before) = &operation.goal else { return found };
        found.unchanged.clone_from(&before.certain);
        for (node, before) in operation.nodes.iter().zip(&before.records) {
            match &node.state {
                NodeState::Loaded(_) if node.is_stale => found.failed.push(node.id.clone()),
                NodeState::Loaded(record) if Rc::ptr_eq(record, before) => found.unchanged.push(node.id.clone()),
                NodeState::Loaded(_) => {
                    if self.cache.peek(&node.id).is_some_and(|kept| Rc::ptr_eq(kept, before)) {
                        self.cache.remove(&node.id);
                    }
                    found.changed.push(node.id.clone());
                }
                NodeState::Failed(failure) if failure.is_miss => {
                    self.cache.remove(&node.id);
                    found.removed.push(node.id.clone());
                }
                NodeState::Failed(_) | NodeState::Queued | NodeState::Fetching => found.failed.push(node.id.clone()),
            }
        }
        for list in [&mut found.changed, &mut found.removed, &mut found.unchanged, &mut found.failed] {
            somon_lang::order::sort(list, &|a, b| a.cmp(b));
        }
        // A watch tells of its own, with what comes anew.
        if !matches!(operation.owner, Owner::Watch(_)) && self.is_listened(Topic::Change) {
            let mut changes = self.changes(ChangeKind::Change, &found.changed);
            changes.append(&mut self.changes(ChangeKind::Remove, &found.removed));
            self.notify_changes(&changes);
        }
        found
    }

    /// Asks in the background about what was answered past its time; whether there was any.
    pub(crate) fn start_background(&mut self) -> bool {
        let urls = std::mem::take(&mut self.background);
        if urls.is_empty() {
            return false;
        }
        let id = self.begin_own(Goal::Refresh(Before::default()), String::new(), Owner::Background);
        self.ask_again(id, urls);
        true
    }

    /// An operation that no caller waits for. Callers count up from below.
    pub(crate) fn begin_own(&mut self, goal: Goal, entry: String, owner: Owner) -> OperationId {
        self.own_operations = self.own_operations.wrapping_add(1);
        let id = OperationId(u32::MAX - self.own_operations % (1 << 20));
        self.begin(id, goal, Value::Undefined, entry, self.settings.externals.clone(), None);
        if let Some(operation) = self.operations.get_mut(&id) {
            operation.owner = owner;
        }
        id
    }

    /// One change for each URL, with everything that imports it, however far.
    pub(crate) fn changes(&self, kind: ChangeKind, urls: &[Rc<str>]) -> Vec<Change> {
        if urls.is_empty() {
            return Vec::new();
        }
        let importers = self.importers();
        let mut changes = Vec::with_capacity(urls.len());
        for url in urls {
            let mut seen: SortedMap<Rc<str>, ()> = SortedMap::new();
            seen.insert(url.clone(), ());
            let mut dependents = vec![url.clone()];
            let mut at = 0;
            while let Some(id) = dependents.get(at).cloned() {
                at += 1;
                for importer in importers.get(&id).into_iter().flatten() {
                    if seen.insert(importer.clone(), ()).is_none() {
                        dependents.push(importer.clone());
                    }
                }
            }
            dependents.remove(0);
            somon_lang::order::sort(&mut dependents, &|a, b| a.cmp(b));
            changes.push(Change { kind, url: url.clone(), dependents });
        }
        changes
    }

    /// To whoever listens to `change`, one by one.
    pub(crate) fn notify_changes(&mut self, changes: &[Change]) {
        for change in changes {
            let value = |text: &str| Value::String(text.to_owned());
            self.notify(Topic::Change, &[("type", value(change.kind.text())), ("url", value(&change.url))]);
        }
    }

    /// By id those that import it; it need not be resident itself.
    fn importers(&self) -> SortedMap<Rc<str>, Vec<Rc<str>>> {
        let mut importers: SortedMap<Rc<str>, Vec<Rc<str>>> = SortedMap::new();
        for id in self.cache.ids() {
            for link in self.cache.links(&id).into_iter().flat_map(|links| links.iter()) {
                if let Some(imported) = link.id() {
                    importers.update(imported, Vec::new(), |list| list.push(id.clone()));
                }
            }
        }
        importers
    }
}

/// What cannot have changed: there is no server behind it, or the server has promised.
fn is_certain(url: &str, freshness: &Freshness, now: u64) -> bool {
    let has_server = url.starts_with("http:") || url.starts_with("https:");
    !has_server || (freshness.is_immutable && now < freshness.fresh_until)
}

/// Whether a copy past its time may be used while the server is asked again.
pub fn is_reusable(freshness: &Freshness, now: u64) -> bool {
    now < freshness.reuse_until
}
