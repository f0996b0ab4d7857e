//! Router drivers.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

#[cfg(feature = "frr")]
pub mod transport;

#[cfg(feature = "frr")]
pub mod frr;
#[cfg(feature = "sim")]
pub mod sim;

/// A registry of every driver that is compiled in.
pub fn builtin() -> peering_core::driver::Registry {
    let mut registry = peering_core::driver::Registry::new();
    #[cfg(feature = "frr")]
    registry.register(frr::Frr::default());
    registry
}
