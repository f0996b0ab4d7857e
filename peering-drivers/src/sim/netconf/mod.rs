//! A simulated router's NETCONF server, whatever software it seems to run: SSH subsystem, framing, sessions, faults.
//!
//! What is answered is the persona's ([`agent::Agent`]).

pub(crate) mod agent;
pub(crate) mod element;
pub(crate) mod filter;
pub(crate) mod reply;
pub(crate) mod server;
mod session;
