//! The reference pages are what the tables say.
