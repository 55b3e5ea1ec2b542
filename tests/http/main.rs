//! Requests against the service that owns a system, without a host: routes, refusals, module routes, hostile input.

mod defects;
mod hostile;
mod modules;
mod routes;
mod support;
