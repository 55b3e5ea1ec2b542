//! What the service may want done: everything a system may, and the next turn of a request.

use somon_system::effect::Effect as SystemEffect;

use crate::event::RequestId;
use crate::message::Answer;
use crate::route::Scope;

#[derive(Clone, Debug)]
pub enum Effect {
    System(SystemEffect),
    Turn { id: RequestId, turn: Turn },
}

/// What a request waits for.
#[derive(Clone, Debug)]
pub enum Turn {
    /// Exactly one for each request that is not passed on.
    Answer(Box<Answer>),
    /// The path is not the handler's.
    Pass,
    /// Its body is wanted, piece by piece.
    Body,
    /// The function given as `auth` has to say whether this may be.
    Word(Scope),
}
