//! Faults of the reference, by the ids of the specification.
