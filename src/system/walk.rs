//! The walk over the graph: specifiers to URLs, URLs to nodes, nodes to fetches, and back.
//! Never recursive; a worklist of nodes and stems carries it. Results never depend on the order of answers.

use somon_lang::gather::gather;
use std::collections::VecDeque;
use std::rc::Rc;

use somon_lang::index::Hash;
use somon_lang::table::ImportKind;
use somon_modules::error::ErrorCode;
use somon_modules::freshness::Freshness;
use somon_modules::integrity;
use somon_modules::probe::ModuleKind;
use somon_modules::record::Record;
use somon_modules::specifier::{self, Refusal, Resolved};
use somon_modules::url::Url;
use somon_ops::config::Value;
use somon_ops::metrics::LoadOutcome;

use crate::effect::{FetchId, FetchRequest, OperationId};
use crate::fetches::{Failure, InFlight, Phase};
use crate::operation::{EdgeTarget, Goal, Node, NodeState, Operation, Stem, StemState};
use crate::refresh::is_reusable;
use crate::settings::HttpCache;
use crate::step::System;

const ACCEPT: &str = "text/x-somon, text/javascript;q=0.9, application/json;q=0.8, */*;q=0.1";

impl System {
    /// Where one import leads. A URL that is new to the operation starts its search.
    pub(crate) fn resolve_edge(
        &mut self,
        id: OperationId,
        specifier: &str,
        base: &Url,
        importer: Option<(u32, u32)>,
        depth: u32,
    ) -> EdgeTarget {
        let Some(operation) = self.operations.get_mut(&id) else { return EdgeTarget::Nothing };
        let refused = |refusal: Refusal| EdgeTarget::Refused(Failure::new(refusal.code, refusal.reason));
        let resolved = specifier::resolve(specifier, base, &self.settings.rules(&operation.externals));
        let (url, is_probed, others) = match resolved {
            Ok(Resolved::Url { url, is_probed }) => (url, is_probed, None),
            Ok(Resolved::Alternatives(mut urls)) => {
                let first = urls.remove(0);
                (first, true, Some(urls))
            }
            Ok(Resolved::External(name)) => {
                let known = operation.external_by_name.get(&name).copied();
                let index = known.unwrap_or_else(|| {
                    let index = operation.external_names.len() as u32;
                    operation.external_by_name.insert(name.clone(), index);
                    operation.external_names.push(name);
                    index
                });
                return EdgeTarget::External(index);
            }
            Err(refusal) => return refused(refusal),
        };
        if importer.is_none() && operation.route.is_none() {
            operation.entry_origin = url.origin();
        }
        let referrer = importer.map(|_| base);
        if let Err(refusal) = operation.may_reach(&self.settings.policy, &url, referrer) {
            return refused(refusal);
        }
        // A route names its module without the extension: `.som`, and `.js` where there is none.
        let is_route = importer.is_none() && matches!(operation.goal, Goal::Module) && url.path().ends_with(".som");
        let script = is_route.then(|| url.with_path_end(4, ".js"));
        let text = if others.is_some() { specifier } else { url.as_str() };
        if let Some(stem) = operation.stem_of(text, others.is_some(), is_probed).filter(|_| !is_route) {
            self.come_closer(id, stem, depth);
            return EdgeTarget::Stem(stem);
        }
        let stem = operation.stems.len() as u32;
        // That of a route has an alternative that no import has.
        if !is_route {
            operation.stem_by_text.insert(Hash::of(text), stem, &|_| false);
        }
        let bare = others.is_some().then(|| Box::from(specifier));
        let mut others = others.unwrap_or_default();
        others.extend(script.map(|script| Url::known(&script)));
        operation.stems.push(Stem {
            url,
            others,
            bare,
            is_probed,
            tried: 0,
            state: StemState::Pending,
            depth,
            importer,
        });
        operation.unanswered += 1;
        if depth > self.settings.depth_max {
            operation.too_deep.insert(stem, ());
        } else {
            self.try_candidate(id, stem);
        }
        EdgeTarget::Stem(stem)
    }

    /// Takes the next candidates of a stem until one has to be waited for or answers.
    fn try_candidate(&mut self, id: OperationId, stem_index: u32) {
        loop {
            let Some(operation) = self.operations.get_mut(&id) else { return };
            let Some(stem) = operation.stems.get_mut(stem_index as usize) else { return };
            let Some(candidate) = stem.candidate(&self.settings.probing, stem.tried) else {
                let failure = not_found(operation, stem_index, &self.settings.probing);
                let (url, started) = operation.asked_for(stem_index);
                answer(operation, stem_index, StemState::Failed(failure.clone()));
                self.load_failed(id, &url, started, &failure);
                return;
            };
            stem.tried += 1;
            // What has one spelling only is asked for, whatever the manifest says.
            let is_search = stem.candidate(&self.settings.probing, 1).is_some();
            if is_search && !self.settings.may_exist(&candidate) {
                continue;
            }
            let (depth, importer) = (stem.depth, stem.importer);
            let node_index = match operation.node_of(&candidate) {
                Some(node) => node,
                None => self.add_node(id, Rc::from(candidate), depth, importer),
            };
            let Some(operation) = self.operations.get_mut(&id) else { return };
            let Some(node) = operation.nodes.get_mut(node_index as usize) else { return };
            match &node.state {
                NodeState::Queued | NodeState::Fetching => {
                    node.stems.push(stem_index);
                    return;
                }
                NodeState::Loaded(_) => {
                    answer(operation, stem_index, StemState::Found(node_index));
                    return;
                }
                NodeState::Failed(failure) if failure.is_miss => {}
                NodeState::Failed(failure) => {
                    let failure = failure.clone();
                    answer(operation, stem_index, StemState::Failed(failure));
                    return;
                }
            }
        }
    }

    /// A URL that the operation has not met: from `sources`, from the cache, or queued to be fetched.
    fn add_node(&mut self, id: OperationId, url: Rc<str>, depth: u32, importer: Option<(u32, u32)>) -> u32 {
        let started = self.clock();
        let integrity = &self.settings.integrity;
        let kept = if integrity.is_frozen && !integrity.is_listed(&url) {
            let mut failure = Failure::new(ErrorCode::LoadIntegrity, "it is not listed in `resolution.lock`");
            failure.is_miss = true;
            Some(Err(failure))
        } else {
            self.kept_record(id, &url)
        };
        let Some(operation) = self.operations.get_mut(&id) else { return 0 };
        let state = NodeState::Queued;
        let (stems, edges) = (Vec::new(), Vec::new());
        let node = Node { id: url.clone(), started, state, is_stale: false, stems, edges, depth, importer };
        let index = operation.add_node(node);
        match kept {
            Some(Ok(record)) => self.accept_allowed(id, index, record, false),
            Some(Err(failure)) => self.set_failed(id, index, failure),
            None if self.settings.sources.get(&url).is_some() => operation.to_read.push_back(index),
            None if url.starts_with("somon:") => {
                let mut failure = Failure::new(ErrorCode::LoadHttp, "it is not among `loading.sources`");
                failure.is_miss = true;
                self.set_failed(id, index, failure);
            }
            None => operation.queue.push_back(index),
        }
        index
    }

    fn accept_allowed(&mut self, id: OperationId, index: u32, record: Rc<Record>, is_new: bool) {
        match self.refuse_record(id, &record) {
            None => self.accept(id, index, record, LoadOutcome::Hit, is_new),
            Some(failure) => self.set_failed(id, index, failure),
        }
    }

    fn kept_record(&mut self, id: OperationId, url: &Rc<str>) -> Option<Result<Rc<Record>, Box<Failure>>> {
        if let Some(record) = self.cache.fresh(url, self.now.0) {
            return Some(Ok(record));
        }
        if let Some((record, freshness)) = self.cache.kept(url) {
            let accepts_stale = self.operations.get(&id).is_some_and(|operation| operation.accepts_stale);
            // Where nothing outlives its request, nothing could ask in the background.
            let is_reusable = self.settings.http_cache == HttpCache::Http
                && self.settings.shares_fetches
                && is_reusable(freshness, self.now.0);
            if is_reusable && self.fetches.shared(url).is_none() {
                self.background.push(url.clone());
            }
            if accepts_stale || is_reusable {
                return Some(Ok(record.clone()));
            }
        }
        if self.settings.sources.get(url).is_some() {
            return None;
        }
        self.misses.get(url, self.now.0).map(Err)
    }

    /// A node whose text is among `sources`; another operation may have read it meanwhile.
    fn read_source(&mut self, id: OperationId, index: u32) {
        let began = self.clock();
        let node = self.operations.get_mut(&id).and_then(|operation| operation.nodes.get_mut(index as usize));
        let Some(node) = node else { return };
        node.started = began;
        let url = &node.id.clone();
        if let Some(record) = self.cache.fresh(url, self.now.0) {
            return self.accept_allowed(id, index, record, false);
        }
        let Some(text) = self.settings.sources.get(url).cloned() else { return };
        self.worked(text.len());
        if !self.settings.integrity.fits(url, &[text.as_bytes()]) {
            return self.set_failed(id, index, crate::body::wrong_hash());
        }
        let kind = ModuleKind::of_path(Url::known(url).path()).unwrap_or(ModuleKind::Som);
        let made = crate::body::record(kind, url.clone(), url.clone(), Vec::new(), text);
        if made.as_ref().is_ok_and(|record| record.has_errors) {
            self.module_compiled(true, self.clock().saturating_sub(began));
        }
        if let Ok(record) = &made
            && self.settings.http_cache != HttpCache::NoStore
        {
            self.cache.insert(record.clone(), Freshness::until(u64::MAX), self.now.0);
        }
        match made {
            Ok(record) => self.accept_allowed(id, index, record, true),
            Err(failure) => self.set_failed(id, index, failure),
        }
    }

    /// Another operation, with another entry, may have been allowed what this one is not.
    pub(crate) fn refuse_record(&self, id: OperationId, record: &Record) -> Option<Box<Failure>> {
        let operation = self.operations.get(&id)?;
        for hop in record.hops.iter().map(String::as_str).chain([&*record.url]) {
            if let Err(refusal) = operation.may_reach(&self.settings.policy, &Url::known(hop), None) {
                return Some(Failure::new(ErrorCode::LoadRedirect, refusal.reason));
            }
        }
        None
    }

    /// A node has its module: limits, then its imports, then whoever waited.
    pub(crate) fn accept(
        &mut self,
        id: OperationId,
        index: u32,
        record: Rc<Record>,
        outcome: LoadOutcome,
        is_new: bool,
    ) {
        let Some(operation) = self.operations.get_mut(&id) else { return };
        if let Goal::Refresh(_) = operation.goal {
            if let Some(node) = operation.nodes.get_mut(index as usize) {
                node.state = NodeState::Loaded(record);
            }
            operation.unanswered = operation.unanswered.saturating_sub(1);
            return self.load_ended(id, index, outcome, is_new);
        }
        let is_entry = operation.nodes.get(index as usize).is_some_and(|node| node.importer.is_none());
        if let (true, Goal::Load, Some(Value::String(metadata))) =
            (is_entry, &operation.goal, operation.options.get("integrity"))
            && !integrity::fits(metadata, &record.bytes())
        {
            self.set_failed(id, index, crate::body::wrong_hash());
            return;
        }
        operation.module_count += 1;
        operation.total_bytes = operation.total_bytes.saturating_add(record.source.len());
        let over = if operation.module_count > self.settings.modules_max {
            Some((ErrorCode::LimitModules, "the graph has more modules than `loading.maxModules`"))
        } else if operation.module_count > self.settings.cached_modules_max {
            Some((ErrorCode::LimitModules, "the graph has more modules than `resourceLimits.maxCachedModules`"))
        } else if operation.total_bytes > self.settings.total_bytes_max {
            Some((ErrorCode::LimitBytes, "the modules are larger than `loading.maxTotalBytes` together"))
        } else {
            None
        };
        if let Some((code, reason)) = over {
            self.set_failed(id, index, Failure::new(code, reason));
            return;
        }
        let Some(node) = operation.nodes.get_mut(index as usize) else { return };
        node.state = NodeState::Loaded(record);
        self.load_ended(id, index, outcome, is_new);
        self.answer_node(id, index);
        if let Some(operation) = self.operations.get_mut(&id)
            && !matches!(operation.goal, Goal::Resolve)
        {
            operation.to_expand.push_back(index);
        }
    }

    pub(crate) fn set_failed(&mut self, id: OperationId, index: u32, failure: Box<Failure>) {
        let Some(operation) = self.operations.get_mut(&id) else { return };
        if let Some(node) = operation.nodes.get_mut(index as usize) {
            let (url, started) = (node.id.clone(), node.started);
            node.state = NodeState::Failed(failure.clone());
            if let Goal::Refresh(_) = operation.goal {
                operation.unanswered = operation.unanswered.saturating_sub(1);
            }
            // A miss is one spelling less; whether the module is missing is known when all are tried.
            if !failure.is_miss {
                self.load_failed(id, &url, started, &failure);
            }
        }
        self.answer_node(id, index);
    }

    fn answer_node(&mut self, id: OperationId, index: u32) {
        let Some(operation) = self.operations.get_mut(&id) else { return };
        let Some(node) = operation.nodes.get_mut(index as usize) else { return };
        let stems = std::mem::take(&mut node.stems);
        let state = match &node.state {
            NodeState::Loaded(_) => Ok(()),
            NodeState::Failed(failure) => Err(failure.clone()),
            NodeState::Queued | NodeState::Fetching => return,
        };
        for stem in stems {
            match &state {
                Ok(()) => answer(operation, stem, StemState::Found(index)),
                Err(failure) if failure.is_miss => operation.to_try.push_back(stem),
                Err(failure) => answer(operation, stem, StemState::Failed(failure.clone())),
            }
        }
    }

    /// Works off what the last answers brought, until everything waits for the network or for its turn.
    pub(crate) fn advance(&mut self, id: OperationId) {
        loop {
            let is_idle = |operation: &Operation| {
                operation.to_try.is_empty() && operation.to_read.is_empty() && operation.to_expand.is_empty()
            };
            if self.operations.get(&id).is_none_or(is_idle) || self.pauses(id) {
                return;
            }
            let Some(operation) = self.operations.get_mut(&id) else { return };
            if operation.has_failed && !operation.goal.collects() {
                return;
            }
            if let Some(stem) = operation.to_try.pop_front() {
                self.try_candidate(id, stem);
            } else if let Some(node) = operation.to_read.pop_front() {
                self.read_source(id, node);
            } else if let Some(node) = operation.to_expand.pop_front() {
                self.worked(0);
                self.expand(id, node);
            } else {
                return;
            }
        }
    }

    fn expand(&mut self, id: OperationId, index: u32) {
        let Some(operation) = self.operations.get(&id) else { return };
        let Some(record) = operation.record(index).cloned() else { return };
        let depth = operation.nodes.get(index as usize).map_or(0, |node| node.depth).saturating_add(1);
        let follows_dynamic = operation.goal.follows_dynamic();
        let Some(table) = &record.table else { return };
        let began = self.clock();
        let _span = tracing::trace_span!("resolve", module = &*record.id).entered();
        let base = Url::known(&record.url);
        let mut edges = Vec::with_capacity(table.imports.len());
        for (edge, import) in (0u32..).zip(&table.imports) {
            let is_skipped = import.is_type_only || (import.kind == ImportKind::Dynamic && !follows_dynamic);
            let target = match is_skipped {
                true => EdgeTarget::Nothing,
                false => self.resolve_edge(id, &import.specifier, &base, Some((index, edge)), depth),
            };
            if let EdgeTarget::Refused(failure) = &target {
                self.load_failed(id, &import.specifier, self.clock(), failure);
            }
            edges.push(target);
        }
        let Some(operation) = self.operations.get_mut(&id) else { return };
        operation.has_failed |= edges.iter().any(|edge| matches!(edge, EdgeTarget::Refused(_)));
        if let Some(node) = operation.nodes.get_mut(index as usize) {
            node.edges = edges;
        }
        if !table.imports.is_empty() {
            let trace = operation.trace;
            self.span(trace, "resolve", &record.id, (began, self.clock()), false);
        }
    }

    /// A shorter way to a stem was found: its depth, and that of all behind it, shrinks.
    fn come_closer(&mut self, id: OperationId, stem: u32, depth: u32) {
        let limit = self.settings.depth_max;
        let Some(operation) = self.operations.get_mut(&id) else { return };
        // First in, first out: nearer ones first, so that none is visited many times.
        let mut work = VecDeque::from([(stem, depth)]);
        while let Some((stem_index, depth)) = work.pop_front() {
            let Some(stem) = operation.stems.get_mut(stem_index as usize) else { continue };
            if stem.depth <= depth {
                continue;
            }
            let was_too_deep = stem.depth > limit;
            stem.depth = depth;
            if was_too_deep && depth <= limit {
                operation.too_deep.remove(&stem_index);
                operation.to_try.push_back(stem_index);
            }
            if let StemState::Found(node) = stem.state
                && let Some(node) = operation.nodes.get_mut(node as usize)
                && node.depth > depth
            {
                node.depth = depth;
                let next = depth.saturating_add(1);
                for edge in &node.edges {
                    if let EdgeTarget::Stem(stem) = edge {
                        work.push_back((*stem, next));
                    }
                }
            }
        }
    }

    /// Goes on with the operations that got an answer: starts what they may start, each up to its concurrency, and all
    /// of them up to the instance's limit. No other operation is looked at, however many there are.
    pub(crate) fn start_fetches(&mut self) {
        loop {
            for id in std::mem::take(&mut self.touched) {
                loop {
                    self.advance(id);
                    self.settle_if_complete(id);
                    let Some(operation) = self.operations.get_mut(&id) else { break };
                    let has_room = operation.has_room(self.settings.concurrency);
                    let next = if has_room { operation.queue.pop_front() } else { None };
                    match next {
                        Some(node) => self.fetch_node(id, node),
                        None if self.read_arrived(id) => {}
                        None => break,
                    }
                }
            }
            self.start_attempts();
            if self.touched.is_empty() {
                return;
            }
        }
    }

    fn fetch_node(&mut self, id: OperationId, index: u32) {
        let node = self.operations.get(&id).and_then(|operation| operation.nodes.get(index as usize));
        let Some(url) = node.map(|node| node.id.clone()) else { return };
        let is_new = !self.settings.shares_fetches || self.fetches.shared(&url).is_none();
        if is_new && let Some(failure) = self.out_of_memory() {
            self.set_failed(id, index, failure);
            return;
        }
        let Some(operation) = self.operations.get_mut(&id) else { return };
        if let Some(node) = operation.nodes.get_mut(index as usize) {
            node.state = NodeState::Fetching;
        }
        self.enqueue(id, url);
    }

    /// Waits for a fetch that is under way, or for a new one.
    pub(crate) fn enqueue(&mut self, id: OperationId, url: Rc<str>) {
        if let Some(operation) = self.operations.get_mut(&id) {
            operation.open += 1;
        }
        let joined = if self.settings.shares_fetches { self.fetches.shared(&url) } else { None };
        if let Some(flight) = joined.and_then(|fetch| self.fetches.open.get_mut(&fetch)) {
            flight.waiters.push(id);
            if flight.phase == Phase::Arrived {
                let (fetch, bytes) = (joined.unwrap_or(FetchId(0)), flight.body.len());
                self.wait_to_be_read(id, &url, fetch, bytes);
            }
            return;
        }
        let fetch = self.fetches.next_id();
        self.fetches.insert(fetch, InFlight::new(url, id), self.settings.shares_fetches);
        self.fetches.queue.push_back(fetch);
    }

    /// Headers by which the server can say that what the cache has still holds.
    pub(crate) fn conditions(&self, flight: &InFlight) -> Vec<(&'static str, String)> {
        // Across origins a browser would ask for permission first; and what came by redirects is not this URL's.
        let base_origin = self.settings.policy.base_origin.as_deref();
        let is_plain =
            !self.settings.follows_redirects || base_origin.is_some_and(|origin| is_below(&flight.url, origin));
        match &flight.kept {
            Some((record, freshness)) if is_plain && *record.url == *flight.url => freshness.conditions(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn request(&self, url: String) -> FetchRequest {
        let headers = vec![("accept", ACCEPT.to_owned())];
        let follow_redirects = self.settings.follows_redirects;
        FetchRequest { url, headers, own_headers: Vec::new(), asks_headers: false, follow_redirects, post: None }
    }

    /// The headers of the options, to the origins that may see them: listed ones, else the base's and the entry's.
    pub(crate) fn add_own_headers(&self, request: &mut FetchRequest, operation: OperationId) {
        if self.settings.headers.is_empty() && !self.settings.asks_headers {
            return;
        }
        let entry = self.operations.get(&operation).and_then(|operation| operation.entry_origin.as_deref());
        let base = self.settings.policy.base_origin.as_deref();
        let may_see = match &self.settings.header_origins {
            Some(origins) => origins.iter().any(|origin| is_below(&request.url, origin)),
            None => entry.into_iter().chain(base).any(|origin| is_below(&request.url, origin)),
        };
        if may_see {
            request.own_headers.clone_from(&self.settings.headers);
            request.asks_headers = self.settings.asks_headers;
        }
    }
}

fn is_below(url: &str, origin: &str) -> bool {
    url.strip_prefix(origin).is_some_and(|rest| rest.starts_with('/'))
}

fn answer(operation: &mut Operation, stem: u32, state: StemState) {
    let Some(stem) = operation.stems.get_mut(stem as usize) else { return };
    if matches!(stem.state, StemState::Pending) {
        operation.has_failed |= matches!(state, StemState::Failed(_));
        stem.state = state;
        operation.unanswered = operation.unanswered.saturating_sub(1);
    }
}

/// All candidates missed: the only one's own failure, or the list of those tried.
fn not_found(operation: &Operation, stem: u32, probing: &somon_modules::probe::Probing) -> Box<Failure> {
    let Some(stem) = operation.stems.get(stem as usize) else {
        return Failure::new(ErrorCode::ResolveNotFound, "not found");
    };
    let tried = gather((0..stem.tried).filter_map(|index| stem.candidate(probing, index)));
    if let [only] = tried.as_slice()
        && stem.bare.is_none()
        && let Some(node) = operation.node_of(only)
        && let Some(NodeState::Failed(failure)) = operation.nodes.get(node as usize).map(|node| &node.state)
    {
        let mut failure = failure.clone();
        failure.is_miss = false;
        return failure;
    }
    if tried.is_empty() {
        return Failure::new(ErrorCode::ResolveNotFound, "modules of this kind are switched off");
    }
    let mut reason = String::from("not found; tried ");
    for (index, url) in tried.iter().enumerate() {
        reason.push_str(if index > 0 { ", " } else { "" });
        specifier::push_line(&mut reason, url);
    }
    let is_unlisted = |url: &String| match operation.node_of(url).and_then(|node| operation.nodes.get(node as usize)) {
        Some(Node { state: NodeState::Failed(failure), .. }) => failure.code == ErrorCode::LoadIntegrity,
        _ => false,
    };
    if tried.iter().all(is_unlisted) {
        reason.insert_str(0, "not listed in `resolution.lock`: ");
        return Failure::new(ErrorCode::LoadIntegrity, reason);
    }
    Failure::new(if stem.bare.is_some() { ErrorCode::ResolveBare } else { ErrorCode::ResolveNotFound }, reason)
}
