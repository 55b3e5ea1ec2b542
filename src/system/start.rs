//! The beginning of an operation: its options, its entry, its deadline.
//! What cannot even begin settles at once.

use somon_lang::index::Index;
use somon_modules::sorted::SortedMap;
use std::collections::VecDeque;
use std::rc::Rc;

use somon_modules::error::ErrorCode;
use somon_modules::specifier::{self, External};
use somon_ops::backoff::ms_to_us;
use somon_ops::config::{self, Key, Options, Value};

use crate::arrived::Arrived;
use crate::effect::{Effect, OperationId};
use crate::event::{Request, Route};
use crate::failure;
use crate::fetches::Failure;
use crate::operation::{EdgeTarget, Goal, Operation, Owner};
use crate::refresh::Before;
use crate::settings;
use crate::step::{System, TimerOwner};

impl System {
    pub(crate) fn start(&mut self, id: OperationId, request: Request, route: Option<Rc<Route>>) {
        if self.breakers.is_shut_down() {
            self.effects.push(Effect::Settle { operation: id, result: Err(failure::shut_down()) });
            return;
        }
        let mut is_immediate = false;
        let (goal, entry, referrer, options, table): (_, _, _, _, &'static [Key]) = match request {
            Request::Load { specifier, referrer, options } => (Goal::Load, specifier, referrer, options, config::LOAD),
            Request::Compile { entry, options } => (Goal::Compile, entry, None, options, config::COMPILE),
            Request::Module { entry, options } => (Goal::Module, entry, None, options, config::COMPILE),
            Request::Bundle { entry, options } => (Goal::Bundle, entry, None, options, config::BUNDLE),
            Request::Run { entry, registry, options } => (Goal::Run { registry }, entry, None, options, config::RUN),
            Request::LoadNow { specifier, referrer } => {
                is_immediate = true;
                (Goal::Load, specifier, referrer, Value::Undefined, config::LOAD)
            }
            Request::Prefetch { entry, options } => (Goal::Prefetch, entry, None, options, config::CALL),
            Request::Resolve { specifier, referrer, options } => {
                (Goal::Resolve, specifier, referrer, options, config::CALL)
            }
            Request::Refresh { options } => {
                (Goal::Refresh(Before::default()), String::new(), None, options, config::CALL)
            }
            Request::Watch { entry, options } => return self.watch(id, entry, &options),
        };
        self.operation_began(&goal);
        let mut problems = config::check(&options, table);
        let read = Options::new(&options, table);
        let mut externals = settings::externals(&read, "externals", &self.settings.base, &mut problems);
        if !problems.is_empty() {
            self.refuse_operation(id, &goal, settings::invalid(problems));
            return;
        }
        externals.extend(self.settings.externals.iter().cloned());
        let timeout = match read.given("timeout") {
            Some(Value::Number(_)) => u32::try_from(read.integer("timeout")).unwrap_or(u32::MAX),
            _ => self.settings.operation_timeout_ms,
        };
        let is_refresh = matches!(goal, Goal::Refresh(_));
        self.begin(id, goal, options, entry, externals, Some(timeout));
        if is_refresh {
            let ids = self.cache.ids();
            return self.ask_again(id, ids);
        }
        if let Some(operation) = self.operations.get_mut(&id) {
            operation.accepts_stale = is_immediate;
            operation.is_immediate = is_immediate;
            operation.entry_origin = route.as_ref().and_then(|route| route.root.origin());
            operation.route = route;
        }
        self.enter(id, referrer);
        if is_immediate {
            self.advance(id);
            self.settle_if_complete(id);
            let reason = "it is neither in the cache nor in `loading.sources`; await `loadModule` instead";
            self.fail(id, failure::plain(&Failure::new(ErrorCode::LoadNetwork, reason)));
        }
    }

    /// An operation begins; its entry is not looked at yet.
    pub(crate) fn begin(
        &mut self,
        id: OperationId,
        goal: Goal,
        options: Value,
        entry: String,
        externals: Vec<External>,
        timeout_ms: Option<u32>,
    ) {
        let timeout = timeout_ms.unwrap_or(self.settings.operation_timeout_ms);
        let timer = self.set_timer(TimerOwner::Operation(id), timeout);
        let parent = match options.get("traceparent") {
            Some(Value::String(parent)) => Some(parent.as_str()),
            _ => None,
        };
        let (started, trace) = (self.clock(), self.trace_of(parent));
        let operation = Operation {
            goal,
            owner: Owner::Caller,
            accepts_stale: false,
            is_immediate: false,
            options,
            entry,
            entry_origin: None,
            route: None,
            externals,
            external_names: Vec::new(),
            external_by_name: SortedMap::new(),
            timer,
            deadline_us: self.now.0.saturating_add(ms_to_us(u64::from(timeout))),
            started,
            trace,
            nodes: Vec::new(),
            node_by_id: Index::default(),
            stems: Vec::new(),
            stem_by_text: Index::default(),
            queue: VecDeque::new(),
            to_try: VecDeque::new(),
            to_read: VecDeque::new(),
            to_expand: VecDeque::new(),
            open: 0,
            arrived: Arrived::default(),
            fetch_count: 0,
            total_bytes: 0,
            module_count: 0,
            unanswered: 0,
            too_deep: SortedMap::new(),
            has_failed: false,
            pause: None,
            ending: None,
        };
        self.operations.insert(id, operation);
        self.touched.push(id);
    }

    /// Looks at the entry.
    pub(crate) fn enter(&mut self, id: OperationId, referrer: Option<String>) {
        let Some(entry) = self.operations.get(&id).map(|operation| operation.entry.clone()) else { return };
        let Some(operation) = self.operations.get(&id) else { return };
        let (route, started) = (operation.route.clone(), operation.started);
        let base = match (&referrer, &route) {
            (Some(referrer), _) => self.settings.base.join(referrer).map_err(specifier::invalid),
            (None, Some(route)) => Ok(route.base.clone()),
            (None, None) => Ok(self.settings.base.clone()),
        };
        let base = match base {
            Ok(base) => base,
            Err(refusal) => {
                let mut error = failure::plain(&Failure::new(refusal.code, refusal.reason));
                error.referrer = referrer;
                return self.fail(id, error);
            }
        };
        match self.resolve_edge(id, &entry, &base, None, 0) {
            EdgeTarget::Refused(failure) => {
                let mut error = failure::plain(&failure);
                error.specifier = Some(entry);
                error.referrer = referrer;
                self.load_failed(id, error.specifier.as_deref().unwrap_or_default(), started, &failure);
                self.fail(id, error);
            }
            EdgeTarget::External(_) => self.finish_external(id),
            EdgeTarget::Stem(_) | EdgeTarget::Nothing => self.settle_if_complete(id),
        }
    }
}
