//! Everything the system may want done, as values. `host` and the simulator carry them out;
//! deciding whether they should happen is over by then.

use crate::outcome::{Change, Outcome};
use somon_modules::error::SomonError;
use somon_ops::config::Value;
use somon_ops::log::Line;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FetchId(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(pub u32);

#[derive(Clone, Debug)]
pub enum Effect {
    /// `operation` is the one that asked first; others may wait for the same fetch.
    Fetch {
        fetch: FetchId,
        operation: OperationId,
        request: FetchRequest,
    },
    /// Stop it; no further event of this fetch is looked at.
    CancelFetch {
        fetch: FetchId,
    },
    SetTimer {
        timer: TimerId,
        delay_ms: u32,
        /// Nobody waits for it: it must not keep the host's process alive.
        is_idle: bool,
    },
    ClearTimer {
        timer: TimerId,
    },
    /// What was kept under this number is no longer needed.
    Forget {
        token: u32,
    },
    /// To the caller of a watch.
    Changed {
        operation: OperationId,
        changes: Vec<Change>,
    },
    /// One finished entry for the sink.
    Log {
        line: Line,
    },
    /// Something that listeners asked to hear of; delivered after the step, in order.
    Notify {
        topic: Topic,
        detail: Value,
    },
    /// The call is over. Exactly one for each `Start`.
    Settle {
        operation: OperationId,
        result: Result<Outcome, Box<SomonError>>,
    },
}

/// What listeners may ask to hear of, by the names users know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Load,
    Error,
    Warning,
    Cycle,
    Breaker,
    Evict,
    Change,
    Config,
    Health,
}

impl Topic {
    pub const ALL: [Topic; 9] = [
        Topic::Load,
        Topic::Error,
        Topic::Warning,
        Topic::Cycle,
        Topic::Breaker,
        Topic::Evict,
        Topic::Change,
        Topic::Config,
        Topic::Health,
    ];

    pub const fn text(self) -> &'static str {
        match self {
            Topic::Load => "load",
            Topic::Error => "error",
            Topic::Warning => "warning",
            Topic::Cycle => "cycle",
            Topic::Breaker => "breaker",
            Topic::Evict => "evict",
            Topic::Change => "change",
            Topic::Config => "config",
            Topic::Health => "health",
        }
    }

    pub fn parse(text: &str) -> Option<Topic> {
        Topic::ALL.into_iter().find(|topic| topic.text() == text)
    }
}

#[derive(Clone, Debug)]
pub struct FetchRequest {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    /// By the options.
    pub own_headers: Vec<(String, String)>,
    /// The caller's function has to be asked for more of them.
    pub asks_headers: bool,
    /// Off the browser redirects are followed by hand, each hop through the policy.
    pub follow_redirects: bool,
    /// The body of a POST; `None`: a module is asked for.
    pub post: Option<String>,
}
