//! Native tests of the pure rooms: the conformance corpus, the language, the simulator.
//! Holds test support only; must never be a dependency of a room.

pub mod back_translation;
pub mod bundle_folder;
