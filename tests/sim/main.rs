//! The system in the simulator.

mod corpus;
