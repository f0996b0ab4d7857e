//! NETCONF (RFC 6241) over any byte stream.
//!
//! [`Codec`] finds messages in bytes (RFC 6242), [`Hello`] says what a side can, [`xml`] reads replies and writes requests.

mod framing;
mod hello;
pub mod xml;

pub use framing::{Codec, DEFAULT_LIMIT, Framing, FramingError};
pub use hello::{BASE_1_0, BASE_1_1, Capabilities, Hello, HelloError, NAMESPACE};
