//! The reference page of the routes and of the error codes, made from the tables. Never part of the component.
