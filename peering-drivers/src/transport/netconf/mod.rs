//! NETCONF (RFC 6241) over any byte stream.
//!
//! [`Codec`] finds messages in bytes (RFC 6242).

mod framing;

pub use framing::{Codec, DEFAULT_LIMIT, Framing, FramingError};
