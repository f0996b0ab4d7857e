//! How to reach a router: connect, authenticate, verify; then run commands or take a byte stream.
//!
//! Nothing here knows a platform. A platform's session holds a [`Ssh`] and speaks its own dialect over it; a
//! third-party driver may do the same.

#[cfg(feature = "netconf")]
pub mod netconf;
#[cfg(feature = "ssh")]
mod ssh;

#[cfg(feature = "ssh")]
pub use ssh::{Output, Ssh, Stream};
