//! Request to response as data: routes, authorisation, entity tags.
//! Must never touch web-sys.
