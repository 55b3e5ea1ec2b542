//! Options: the value tree they come as, the tables of keys, and the check of the one against the other.
//! Must never apply an option: whoever owns the setting reads it from here.

mod check;
mod read;
mod runtime;
mod table;
mod value;

pub use check::{Problem, check};
pub use read::Options;
pub use runtime::{Change, RUNTIME, RuntimeConfig, Setting, schema};
pub use table::{BUNDLE, CALL, COMPILE, HANDLER, LOAD, RUN, SHUTDOWN, SYSTEM, TEXT, WATCH};
pub use value::Value;

/// One key of an options object.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Dotted, from the top of the object.
    pub path: &'static str,
    pub kind: Kind,
    pub effect: Effect,
}

/// What a key accepts, and its default.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Bool(bool),
    Integer {
        min: u64,
        max: u64,
        default: u64,
    },
    /// A real number, 0 to 1.
    Ratio(f64),
    /// The first is the default; more spellings may be accepted than are shown.
    Choice(&'static [&'static str]),
    /// A boolean, or one of these words.
    BoolOr {
        default: bool,
        words: &'static [&'static str],
    },
    Text,
    TextList,
    Function,
    /// `expected` is for the message.
    Other {
        expected: &'static str,
        accepts: fn(&Value) -> bool,
    },
}

/// What the key does in this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Now,
    /// The facade acts on it; here it is only checked.
    Facade,
    /// Known and checked, but nothing comes of it yet; the text names the part that will bring it.
    Later(&'static str),
}
