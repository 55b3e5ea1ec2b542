//! The system in the simulator.

mod answers;
mod cases;
mod config;
mod corpus;
mod defects;
mod faults;
mod freshness;
mod graph;
mod integrity;
mod javascript;
mod linking;
mod mapping;
mod observe;
mod randomness;
mod renewal;
mod rows;
mod seeds;
mod sizes;
mod stress;
mod support;
mod warm;
mod wrong_graphs;
mod yielding;
