//! The network document, for `peering.model`, which has its words.
//!
//! A Python network is a record: plain, frozen data. What takes several of its parts to say is asked of the
//! [`NativeNetwork`] that belongs to it, made once. Answers that are parts of the network are given as their positions, so
//! that Python gives the objects that it has.
//!
//! | file | what |
//! |---|---|
//! | `network.rs` | the document, its look-ups and its rules |
//! | `polling.rs` | what routers were seen to do |
//! | `parts.rs` | what one part says alone |

mod network;
pub(crate) mod parts;
pub(crate) mod polling;

use peering_core::Compat;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

pub(crate) use network::{NativeNetwork, position};

/// Whose rules apply, by the value of `peering.Compat`.
pub(crate) fn compat(name: &str) -> PyResult<Compat> {
    match name {
        "strict" => Ok(Compat::Strict),
        "peering-manager" => Ok(Compat::PeeringManager),
        other => Err(PyValueError::new_err(format!("no rules are called {other:?}"))),
    }
}
