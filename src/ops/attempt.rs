//! How one attempt of a fetch ended: what that means for the breaker of its origin and for another attempt.
//! Must never blame an origin for what the caller did, nor for an answer it gave in good order.

use crate::breaker::Outcome;
use crate::config::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptResult {
    Network,
    Timeout,
    /// The body ended early.
    CutShort,
    /// Headers and body arrived with this status.
    Status(u16),
    /// An answer that cannot be used: MIME type, encoding, integrity, size, syntax.
    Unusable,
    /// By the caller, by shutdown, or since the operation's time was over.
    Aborted,
}

impl AttemptResult {
    pub fn outcome(self, retry_after_ms: Option<u64>) -> Outcome {
        match self {
            AttemptResult::Network | AttemptResult::Timeout | AttemptResult::CutShort => Outcome::FAILURE,
            AttemptResult::Status(408 | 425 | 429 | 500..) => Outcome::Failure { retry_after_ms },
            AttemptResult::Status(_) | AttemptResult::Unusable => Outcome::Success,
            AttemptResult::Aborted => Outcome::Neutral,
        }
    }
}

/// What may be retried at all, by the name it has in `retryOn`.
pub const RETRYABLE: [(&str, AttemptResult); 9] = [
    ("network", AttemptResult::Network),
    ("timeout", AttemptResult::Timeout),
    ("408", AttemptResult::Status(408)),
    ("425", AttemptResult::Status(425)),
    ("429", AttemptResult::Status(429)),
    ("500", AttemptResult::Status(500)),
    ("502", AttemptResult::Status(502)),
    ("503", AttemptResult::Status(503)),
    ("504", AttemptResult::Status(504)),
];

/// A subset of [`RETRYABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryOn(u16);

impl RetryOn {
    pub const ALL: RetryOn = RetryOn((1 << RETRYABLE.len()) - 1);
    pub const NONE: RetryOn = RetryOn(0);

    /// `None`: there is nothing of that name that could be retried.
    pub fn with(self, name: &str) -> Option<RetryOn> {
        let at = RETRYABLE.iter().position(|(known, _)| *known == name)?;
        Some(RetryOn(self.0 | 1 << at))
    }

    /// A list of the names; statuses may be numbers. `None`: something in it could not be retried.
    pub fn read(list: &Value) -> Option<RetryOn> {
        let Value::List(items) = list else { return None };
        let mut set = RetryOn::NONE;
        for item in items {
            set = match item {
                Value::String(name) => set.with(name)?,
                Value::Number(status) => {
                    let is_it = |(_, known): &(&str, AttemptResult)| matches!(known, AttemptResult::Status(known) if f64::from(*known) == *status);
                    RetryOn(set.0 | 1 << RETRYABLE.iter().position(is_it)?)
                }
                _ => return None,
            };
        }
        Some(set)
    }

    pub fn allows(self, result: AttemptResult) -> bool {
        // A body that ended early is the network's doing.
        let result = if result == AttemptResult::CutShort { AttemptResult::Network } else { result };
        RETRYABLE.iter().position(|(_, known)| *known == result).is_some_and(|at| self.0 & 1 << at != 0)
    }
}
