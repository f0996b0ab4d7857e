//! What a router says of itself: operational state (RFC 8342), typed and normalised.
//!
//! Drivers produce these, everybody else reads them. What an operator *wants* lives in the models; nothing here
//! is ever pushed. A value that a platform does not tell is `None`, never a made-up number.

mod bgp;
mod facts;
mod interface;
mod route;

pub use bgp::{AddressFamily, BgpNeighbor, BgpState, DownReason, NeighborFamily};
pub use facts::Facts;
pub use interface::Interface;
pub use route::{BgpAttributes, Origin, Route, RouteQuery};
