//! Everything that may happen to the system, as values. Time, randomness and the network come in here
//! and nowhere else.

use std::rc::Rc;

use somon_modules::policy::Policy;
use somon_modules::url::Url;
use somon_ops::config::Value;

use crate::effect::{FetchId, OperationId, TimerId};

/// Microseconds on a clock that does not go back. It may stand still.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub u64);

/// What the clocks of the host said when an event came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Everything is decided by this one.
    pub now: Instant,
    /// Milliseconds since 1970, for time stamps alone: it may be set back.
    pub epoch_ms: u64,
}

#[derive(Clone, Debug)]
pub enum Event {
    /// A public call began. The caller chose the id; it is free again once the operation has settled.
    Start {
        operation: OperationId,
        request: Request,
    },
    /// A request to a handler asks for a module or a bundle: within the bounds of the route.
    Serve {
        operation: OperationId,
        request: Request,
        route: Rc<Route>,
    },
    /// The caller's `AbortSignal` fired.
    Abort {
        operation: OperationId,
    },
    /// Headers arrived. The body follows as chunks.
    Head {
        fetch: FetchId,
        head: ResponseHead,
    },
    Chunk {
        fetch: FetchId,
        bytes: Vec<u8>,
    },
    /// The body is complete.
    End {
        fetch: FetchId,
    },
    /// The fetch failed before or amid the body, for reasons of the network or the host.
    Failed {
        fetch: FetchId,
        reason: String,
    },
    Timer {
        timer: TimerId,
    },
    /// What the host found out about itself since the last time.
    Measured {
        measured: Measured,
    },
    /// The end: whatever is under way settles with `SHUTDOWN`, and so does whatever is started afterwards.
    ShutDown,
    /// Random bytes, as [`crate::System::wants_entropy`] asked for them.
    Entropy {
        bytes: Vec<u8>,
    },
}

/// Figures that only the host can know; `None`: not measurable there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// Time that the last call took, in milliseconds.
    pub busy_ms: Option<f64>,
    pub linear_bytes: Option<u64>,
    pub live_bytes: Option<u64>,
    pub peak_live_bytes: Option<u64>,
    /// The page is hidden: its timers are held back.
    pub is_hidden: bool,
}

/// What the caller asks for. `options` is checked against the table of the method's keys; what belongs to the
/// facade (`signal`) stands in it as [`Value::Foreign`].
#[derive(Clone, Debug)]
pub enum Request {
    Load {
        specifier: String,
        referrer: Option<String>,
        options: Value,
    },
    Compile {
        entry: String,
        options: Value,
    },
    /// One module for being served by itself, after everything it imports was looked at.
    Module {
        entry: String,
        options: Value,
    },
    Bundle {
        entry: String,
        options: Value,
    },
    /// Settles with one ES module that the facade imports. Its externals are read from
    /// `globalThis[Symbol.for(registry)]`, an object from external name to namespace that the facade puts there
    /// before the import and takes away after it.
    Run {
        entry: String,
        registry: String,
        options: Value,
    },
    /// Settles at once, with what `sources` and the cache have, or with an error.
    LoadNow {
        specifier: String,
        referrer: Option<String>,
    },
    /// Loads what the entry reaches, and answers with its ids alone.
    Prefetch {
        entry: String,
        options: Value,
    },
    /// Finds out which URL a specifier means by asking for it.
    Resolve {
        specifier: String,
        referrer: Option<String>,
        options: Value,
    },
    /// Asks again about every resident module.
    Refresh {
        options: Value,
    },
    /// Tells of changes until it is aborted.
    Watch {
        entry: String,
        options: Value,
    },
}

/// Where an operation for a handler begins, and what it may reach.
#[derive(Clone, Debug)]
pub struct Route {
    /// What the entry is relative to.
    pub base: Url,
    /// A directory; module routes are named relative to it.
    pub root: Url,
    /// Instead of the system's own.
    pub policy: Rc<Policy>,
}

#[derive(Clone, Debug, Default)]
pub struct ResponseHead {
    pub status: u16,
    /// Where the answer really came from; empty when the host does not say.
    pub url: String,
    /// Lower-case names; of a host's answer those that `HEADERS` of the facade's `exchange` lists.
    pub headers: Vec<(String, String)>,
}
