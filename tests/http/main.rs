//! Requests against the service that owns a system, without a host: routes, refusals, module routes, hostile input.

mod defects;
mod hostile;
mod limits;
mod modules;
mod pages;
mod routes;
mod support;
