//! NX-OS's answers as models: pure functions, from NX-API's JSON ([`json`]) and from what a terminal shows ([`text`]).
//!
//! A promised field that is missing is an error; what a later version adds is passed over. Where NX-OS has both forms, the two
//! parsers of a read have the same name.

mod bgp;
mod field;
pub mod json;
pub mod text;
