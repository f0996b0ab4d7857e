//! Example programs of the peering library, one idea each. What several of them need is here.

pub mod sample;
