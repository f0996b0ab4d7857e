//! Who we could peer with, from the local mirror: offline, typed, the same answer for the same data.
//!
//! A [`Discovery`] looks at one state of a [`Cache`](crate::peeringdb::Cache) and compares it with a
//! [`Network`](crate::model::Network), what we want. It answers where a network is, what two networks share, which
//! sessions are missing, possible or abandoned, which facilities are near and how large exchanges and networks are, and
//! it imports our own exchanges and connections. It changes nothing but the network it is told to import into, talks to
//! no server and knows no router.
//!
//! Records are read once per state of the cache and shared from then on ([`Arc`](std::sync::Arc)), by all threads and
//! all clones of a `Cache`; a sync, by whichever process, makes the next `Discovery` start anew and leaves those that
//! exist as they are.
//!
//! The rules are those of Peering Manager, put right. [`Compat::PeeringManager`] gives its answers to the letter,
//! for those who compare. Where they differ:
//!
//! | rule | Peering Manager | here | because |
//! |---|---|---|---|
//! | available: address taken | when every connection has the session | per connection | a session missing on one of two connections is missing |
//! | missing: address taken | when any connection has the session | per connection | both lists must agree |
//! | families | any the peer has | those that the connection has too | a session needs both ends |
//! | exchange without a connection of ours | all members | none | there is nothing to peer over |
//! | the peer's port | any | live and operational | the others cannot come up |
//! | hidden peers | left out of available only | left out of missing too | hidden is hidden |
//! | our own addresses | only our AS number is left out | our connections' addresses too | a router cannot peer with itself |
//! | shared exchanges | both must be listed in PeeringDB | the peer must be; we are where our network says | our own records lag behind our ports |
//! | peers with private AS numbers | never missing | missing if the mirror lists them | private mirrors and documentation data exist |
//! | linking a connection to its record | both addresses equal, absent with absent | no address differs and one is equal | a connection with IPv4 only never linked |
//! | linking: whose record | anybody's | our AS number only | somebody else's record with our address is an error to see, not to follow |
//! | route servers | never marked | by the LAN's `rs_asn`, or the network's type | they need another policy |
//! | possible sessions | every port of the other network | pairs of live, operational ports with a common family | as above |
//! | abandoned sessions | in `idle` or `active` | in `connect` too | a session that gets no answer alternates between the two |
//! | import: key of an exchange | its name and number | our AS number too | two of our networks at one exchange are two exchanges |
//!
//! ```
//! use peering_core::discovery::{Discovery, Filter};
//! use peering_core::model::Network;
//! use peering_core::peeringdb::Cache;
//! use peering_core::Asn;
//!
//! let cache = Cache::in_memory()?;
//! let discovery = Discovery::new(&cache)?;
//! let mut network = Network::default();
//! discovery.import(&mut network, Asn::new(64500))?;
//! for exchange in &network.internet_exchanges {
//!     let peers = discovery.available(&network, &exchange.slug, &Filter::default())?;
//!     println!("{}: {} peers", exchange.name, peers.len());
//! }
//! # Ok::<(), peering_core::Error>(())
//! ```

mod abandoned;
mod distance;
mod filter;
mod import;
mod lookup;
mod peer;
mod rules;
mod totals;
mod view;

pub use distance::{FacilityDistance, Place};
pub use filter::Filter;
pub use import::{ImportNote, ImportReport};
pub use peer::{ExchangePeers, PeerPort, PossiblePort, PossibleSession};
pub use totals::{ExchangeMeasure, ExchangeSize, NetworkMeasure, NetworkSize};
pub use view::Discovery;

pub use crate::Compat;

#[cfg(test)]
mod tests;
