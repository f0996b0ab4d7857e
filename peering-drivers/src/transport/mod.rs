//! How to reach a router: connect, authenticate, verify; then run commands, take a byte stream or send requests.
//!
//! Nothing here knows a platform. A platform's session holds a `Ssh` or an `Http` and speaks its own dialect over
//! it; a third-party driver may do the same.

#[cfg(feature = "http")]
mod http;
#[cfg(feature = "netconf")]
pub mod netconf;
mod own_file;
#[cfg(feature = "shell")]
pub mod shell;
#[cfg(feature = "ssh")]
mod ssh;
mod transcript;

#[cfg(feature = "http")]
pub use http::{Answer, BatchAnswer, Http, Method, Request, RpcError, Scheme};
#[cfg(feature = "ssh")]
pub use ssh::{Checksum, Output, Ssh, Stream};
pub use transcript::{Redactor, Transcript};
