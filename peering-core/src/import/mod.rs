//! Networks taken over from other systems, with an account of what could not be.
//!
//! [`peering_manager`] reads Peering Manager's REST API, live or from recorded answers.
//!
//! What it is not: a way to keep two systems in step. An import makes a new [`Network`](crate::model::Network); what
//! becomes of it is the caller's.

pub mod peering_manager;
