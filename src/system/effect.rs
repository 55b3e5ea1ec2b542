//! Everything the system may want done, as values. `host` and the simulator carry them out;
//! deciding whether they should happen is over by then.

use crate::outcome::Outcome;
use somon_modules::error::SomonError;

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
    },
    ClearTimer {
        timer: TimerId,
    },
    /// The call is over. Exactly one for each `Start`.
    Settle {
        operation: OperationId,
        result: Result<Outcome, Box<SomonError>>,
    },
}

#[derive(Clone, Debug)]
pub struct FetchRequest {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    /// Off the browser redirects are followed by hand, each hop through the policy.
    pub follow_redirects: bool,
}
