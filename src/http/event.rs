//! What may happen to the service: everything that may happen to a system, and the life of requests to its handlers.

use somon_system::event::Event as SystemEvent;

use crate::message::Request;

/// The caller chose the number; it is free again after the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandlerId(pub u32);

#[derive(Clone, Debug)]
pub enum Event {
    System(SystemEvent),
    Request {
        id: RequestId,
        handler: HandlerId,
        request: Request,
        /// Tokens that the handler's options leave to the environment.
        tokens: Tokens,
    },
    /// More of the body that was asked for.
    Body {
        id: RequestId,
        bytes: Vec<u8>,
    },
    BodyEnd {
        id: RequestId,
    },
    /// It broke off.
    BodyFailed {
        id: RequestId,
    },
    /// What the function given as `auth` said.
    Word {
        id: RequestId,
        is_allowed: bool,
    },
    /// Whoever asked is gone.
    Gone {
        id: RequestId,
    },
}

#[derive(Clone, Debug, Default)]
pub struct Tokens {
    pub both: Option<String>,
    pub read: Option<String>,
    pub write: Option<String>,
}
