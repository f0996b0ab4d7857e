//! FRRouting over SSH.

mod guard;
pub mod parse;
