//! Request to response as data: routes, authorisation, entity tags.
//! Must never touch web-sys, wait, or decide by anything but the events that come in.

mod auth;
mod change;
pub mod code;
mod cors;
mod dispatch;
pub mod effect;
mod error;
mod etag;
pub mod event;
mod exchange;
mod handler;
mod inspect;
mod management;
pub mod message;
mod negotiate;
mod query;
pub mod reference;
pub mod route;
mod serve;
pub mod service;
mod write;

pub use service::Service;
