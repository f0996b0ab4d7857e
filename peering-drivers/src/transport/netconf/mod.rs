//! NETCONF (RFC 6241) over any byte stream: candidate, locks and confirmed commits of devices that speak it.
//!
//! Each layer stands on the one before it and can be used alone, by a server too:
//!
//! - [`Codec`]: messages in bytes, in both framings of RFC 6242. No I/O.
//! - [`Hello`], [`Capabilities`]: what a side says it can.
//! - [`xml`]: a tree to read replies from, a writer for requests.
//! - [`Operation`], [`Reply`], [`RpcError`]: what is asked and answered, and what kind of error an answer is.
//! - [`Netconf`]: a session, with several requests in flight.
//!
//! A platform's session holds a [`Netconf`] and asks it the operations of RFC 6241, or its vendor's own as
//! [`Operation::Raw`]. Not here: what a reply means, when to lock, whether a commit whose answer was lost took effect,
//! how long to wait. Notifications (RFC 5277) are skipped; NETCONF over TLS and call home are not offered.
//!
//! ```no_run
//! use peering_drivers::transport::netconf::{Datastore, Netconf, Operation, Options};
//! # async fn example(target: peering_core::driver::Target) -> peering_core::Result<()> {
//! let session = Netconf::connect(&target, 830, Options::default()).await?;
//! let reply = session.call(&Operation::GetConfig(Datastore::Running, None)).await?;
//! for part in reply.data().into_iter().flat_map(|data| data.children()) {
//!     println!("{}: {} bytes", part.name(), part.markup().len());
//! }
//! session.close().await
//! # }
//! ```

mod framing;
mod hello;
mod operation;
mod rpc;
mod session;
mod step;
pub mod xml;

pub use framing::{Codec, DEFAULT_LIMIT, Framing, FramingError};
pub use hello::{BASE_1_0, BASE_1_1, Capabilities, Hello, HelloError, NAMESPACE};
pub use operation::{
    Commit, Datastore, DefaultOperation, EditConfig, ErrorOption, Filter, Operation, Source, TestOption,
};
pub use rpc::{ErrorLayer, Reply, RpcError, Severity, redact};
pub use session::{Netconf, Options};
pub use step::{left, within};
