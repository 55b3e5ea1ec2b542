//! One public call under way: what it wants, the graph it has so far, what it waits for.
//! Data only; `walk` advances it, `finish` ends it.

use somon_lang::index::{Hash, Index};
use somon_modules::sorted::SortedMap;
use std::collections::VecDeque;
use std::rc::Rc;

use somon_modules::policy::Policy;
use somon_modules::probe::Probing;
use somon_modules::record::Record;
use somon_modules::specifier::{External, Refusal};
use somon_modules::url::Url;
use somon_ops::config::Value;
use somon_ops::trace::TraceContext;

use crate::arrived::Arrived;
use crate::effect::{OperationId, TimerId};
use crate::ending::Ending;
use crate::event::Route;

use crate::fetches::Failure;
use crate::refresh::Before;

pub enum Goal {
    Load,
    Compile,
    /// One module's output, as a handler serves it.
    Module,
    Bundle,
    Run {
        registry: String,
    },
    /// Only fills the cache.
    Prefetch,
    /// Only finds out which URL a specifier means.
    Resolve,
    Refresh(Before),
}

/// Who is told of the end.
#[derive(Clone, Copy)]
pub enum Owner {
    Caller,
    Background,
    Watch(OperationId),
}

impl Goal {
    /// Only `compile` tells of every failure; the others end at the first.
    pub fn collects(&self) -> bool {
        matches!(self, Goal::Compile | Goal::Module | Goal::Prefetch | Goal::Refresh(_))
    }

    pub fn follows_dynamic(&self) -> bool {
        !matches!(self, Goal::Load)
    }
}

pub struct Operation {
    pub goal: Goal,
    pub owner: Owner,
    /// What the cache has will do, however old.
    pub accepts_stale: bool,
    /// It settles within its step.
    pub is_immediate: bool,
    pub options: Value,
    /// As the caller wrote it.
    pub entry: String,
    pub entry_origin: Option<String>,
    /// Of an operation for a handler.
    pub route: Option<Rc<Route>>,
    pub externals: Vec<External>,
    pub external_names: Vec<String>,
    pub external_by_name: SortedMap<String, u32>,
    pub timer: TimerId,
    pub deadline_us: u64,
    /// Microseconds on the clock of the events.
    pub started: u64,
    pub trace: Option<TraceContext>,
    pub nodes: Vec<Node>,
    pub node_by_id: Index,
    pub stems: Vec<Stem>,
    /// By URL, or by specifier where that is a bare name.
    pub stem_by_text: Index,
    /// Nodes that wait for their turn to be fetched.
    pub queue: VecDeque<u32>,
    /// Stems whose candidate was missing.
    pub to_try: VecDeque<u32>,
    /// Nodes whose text is at hand and not read yet.
    pub to_read: VecDeque<u32>,
    /// Modules whose imports are not looked at yet.
    pub to_expand: VecDeque<u32>,
    /// Fetches it waits for.
    pub open: usize,
    /// Those of them that have nothing more to come.
    pub arrived: Arrived,
    /// Requests made for it: redirects and retries too.
    pub fetch_count: usize,
    pub total_bytes: usize,
    /// Modules found, misses not counted.
    pub module_count: usize,
    /// Stems without an answer yet.
    pub unanswered: usize,
    /// Stems left alone because they lie too deep, as far as is known yet.
    pub too_deep: SortedMap<u32, ()>,
    pub has_failed: bool,
    /// It has worked long enough for now, and goes on when this fires.
    pub pause: Option<TimerId>,
    /// Once the graph is complete.
    pub ending: Option<Box<Ending>>,
}

/// A URL before its extension is known, and what it turned out to be.
pub struct Stem {
    pub url: Url,
    /// By `paths`: where to search after `url`.
    pub others: Vec<Url>,
    /// The specifier, if it is a bare name; without an answer it stays one.
    pub bare: Option<Box<str>>,
    pub is_probed: bool,
    pub tried: usize,
    pub state: StemState,
    pub depth: u32,
    /// The import that asked first; none for the entry.
    pub importer: Option<(u32, u32)>,
}

pub enum StemState {
    Pending,
    Found(u32),
    Failed(Box<Failure>),
}

/// One URL that was asked for.
pub struct Node {
    pub id: Rc<str>,
    pub started: u64,
    pub state: NodeState,
    /// What it loaded stands in for an origin that fails.
    pub is_stale: bool,
    pub stems: Vec<u32>,
    pub edges: Vec<EdgeTarget>,
    pub depth: u32,
    pub importer: Option<(u32, u32)>,
}

pub enum NodeState {
    Queued,
    Fetching,
    Loaded(Rc<Record>),
    Failed(Box<Failure>),
}

#[derive(Clone)]
pub enum EdgeTarget {
    Stem(u32),
    /// Index into `external_names`.
    External(u32),
    Refused(Box<Failure>),
    /// Types only, or a dynamic import that is only recorded.
    Nothing,
}

impl Stem {
    pub fn text(&self) -> &str {
        self.bare.as_deref().unwrap_or(self.url.as_str())
    }

    /// The `index`th URL to ask for, over all alternatives.
    pub fn candidate(&self, probing: &Probing, index: usize) -> Option<String> {
        if self.others.is_empty() {
            return probing.candidate(&self.url, self.is_probed, index);
        }
        let mut left = index;
        for url in std::iter::once(&self.url).chain(&self.others) {
            if let Some(found) = probing.candidate(url, self.is_probed, left) {
                return Some(found);
            }
            left -= (0..left).take_while(|&n| probing.candidate(url, self.is_probed, n).is_some()).count();
        }
        None
    }
}

impl Operation {
    /// By the policy of its route, else by the system's.
    pub fn may_reach(&self, policy: &Policy, url: &Url, referrer: Option<&Url>) -> Result<(), Refusal> {
        let policy = self.route.as_ref().map_or(policy, |route| &route.policy);
        policy.check(url, self.entry_origin.as_deref(), referrer)
    }

    pub fn node_of(&self, id: &str) -> Option<u32> {
        self.node_by_id.find(Hash::of(id), &|node| self.nodes.get(node as usize).is_some_and(|node| *node.id == *id))
    }

    pub fn add_node(&mut self, node: Node) -> u32 {
        let (index, id) = (self.nodes.len() as u32, node.id.clone());
        self.nodes.push(node);
        let nodes = &self.nodes;
        let is_it = |other: u32| nodes.get(other as usize).is_some_and(|node| node.id == id);
        self.node_by_id.insert(Hash::of(&id), index, &is_it);
        index
    }

    /// The stem of `text`, a bare name or else a URL. `./a` and an absolute `https://h/a` ask for different things.
    pub fn stem_of(&self, text: &str, is_bare: bool, is_probed: bool) -> Option<u32> {
        self.stem_by_text.find(Hash::of(text), &|stem| {
            let Some(stem) = self.stems.get(stem as usize) else { return false };
            stem.is_probed == is_probed && stem.bare.is_some() == is_bare && stem.text() == text
        })
    }

    pub fn record(&self, node: u32) -> Option<&Rc<Record>> {
        match &self.nodes.get(node as usize)?.state {
            NodeState::Loaded(record) => Some(record),
            _ => None,
        }
    }

    pub fn is_stale(&self, node: u32) -> bool {
        self.nodes.get(node as usize).is_some_and(|node| node.is_stale)
    }

    pub fn is_stale_id(&self, id: &str) -> bool {
        self.node_of(id).is_some_and(|node| self.is_stale(node))
    }

    /// The URL that a stem asks for, and when the first candidate was asked for.
    pub fn asked_for(&self, stem: u32) -> (String, u64) {
        let Some(stem) = self.stems.get(stem as usize) else { return (String::new(), self.started) };
        let url = stem.url.as_str().to_owned();
        let node = self.node_of(&url).and_then(|node| self.nodes.get(node as usize));
        (url, node.map_or(self.started, |node| node.started))
    }

    /// The node that an import leads to.
    pub fn target(&self, edge: &EdgeTarget) -> Option<u32> {
        match edge {
            EdgeTarget::Stem(stem) => match self.stems.get(*stem as usize)?.state {
                StemState::Found(node) => Some(node),
                _ => None,
            },
            _ => None,
        }
    }
}
