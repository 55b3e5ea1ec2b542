//! The SomonScript front end and printer: text in, JavaScript and diagnostics out.
//! Must never know URLs, time or JavaScript values.

pub mod ast;
pub mod diagnostic;
pub mod name;
pub mod source;
