//! Everything that may happen to the system, as values. Time, randomness and the network come in here
//! and nowhere else.

use crate::effect::{FetchId, OperationId, TimerId};

/// Microseconds on a clock that does not go back. It may stand still.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub u64);

#[derive(Clone, Debug)]
pub enum Event {
    /// A public call began.
    Start { operation: OperationId, request: Request },
    /// The caller's `AbortSignal` fired.
    Abort { operation: OperationId },
    /// Headers arrived. The body follows as chunks.
    Head { fetch: FetchId, head: ResponseHead },
    Chunk { fetch: FetchId, bytes: Vec<u8> },
    /// The body is complete.
    End { fetch: FetchId },
    /// The fetch failed before or amid the body, for reasons of the network or the host.
    Failed { fetch: FetchId, reason: String },
    Timer { timer: TimerId },
}

/// What the caller asks for.
#[derive(Clone, Debug)]
pub enum Request {
    Load { specifier: String, referrer: Option<String>, timeout_ms: Option<u32> },
    Compile { entry: String, timeout_ms: Option<u32> },
    Bundle { entry: String, timeout_ms: Option<u32> },
    /// Settles with one ES module that the facade imports.
    Run { entry: String, timeout_ms: Option<u32> },
}

#[derive(Clone, Debug, Default)]
pub struct ResponseHead {
    pub status: u16,
    /// Where the answer really came from; empty when the host does not say.
    pub url: String,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
}
