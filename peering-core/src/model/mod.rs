//! What an operator wants: autonomous systems, exchanges, connections, sessions, policies, routers, as plain values.
//!
//! A [`Network`] holds them all and is one document, YAML or JSON. Its parts refer to each other by the keys that
//! people use: an autonomous system by its number, an exchange, a group, a policy and a community by their slugs, a
//! connection and a router by their names. [`discovery`](crate::discovery) fills a network from PeeringDB,
//! [`template`](crate::template) renders it.
//!
//! The words and the value strings are Peering Manager's, so that documents and templates carry over. Nothing here
//! asks a server or knows a router's language; files are read and written by [`Network::load`] and
//! [`Network::save_exposing_secrets`] only.
//!
//! # Rules
//!
//! An [`Indexed`] network answers what takes several parts to say: the policies and communities of a session, the
//! status that it inherits, its limit of prefixes, the context of an object. What routers were seen to do is
//! brought in by [`polling`]. The rules are Peering Manager's; [`Compat::PeeringManager`](crate::Compat) gives its answers to the
//! letter. Where they differ:
//!
//! | rule | Peering Manager | here | because |
//! |---|---|---|---|
//! | a session's own policies | of any family | of the session's family or both | an IPv4 policy on an IPv6 session is refused by the router, or worse |
//! | communities | a first number of 0 is refused | accepted | route servers use `0:64500` |
//! | addresses of a direct session | equal addresses with different lengths are different | the same | a router cannot peer with itself |
//! | a direct session's password in the platform's cipher | made with the address and its prefix length | made with the address | EOS reads it with the address |
//! | contexts | inactive ones are merged, too | left out | inactive is inactive |
//! | polling: which session | by address alone | by address, network instance and AS number | the same address occurs in two VRFs; another AS there is another peer |
//! | polling: state | unknown words give no state; an absent neighbour keeps its state | known words of all platforms; an absent neighbour has none | a state must not outlive what it describes |
//! | sessions from neighbours | at exchanges linked to PeeringDB | also by the prefix of the connection | the connection knows its LAN |

mod autonomous_system;
mod bfd;
mod contact;
mod context;
mod document;
mod exchange;
mod group;
mod indexed;
mod meeting;
mod network;
mod policy;
pub mod polling;
mod router;
mod rules;
#[cfg(feature = "schema")]
mod schema;
mod serial;
mod session;
mod status;
mod validate;

#[cfg(feature = "peeringdb")]
pub use autonomous_system::Divergence;
pub use autonomous_system::{AutonomousSystem, IrrSync, PeeringDbSync};
pub use bfd::Bfd;
pub use contact::Contact;
pub use context::{ConfigContext, Context, ContextAssignment, ListMerge, merge};
pub use exchange::{Connection, HiddenPeer, InternetExchange, MacAddress};
pub use group::{BgpGroup, Relationship, Tag};
pub use indexed::Indexed;
pub use meeting::{Meeting, MeetingFacility, MissingSession};
pub use network::Network;
pub use policy::{Community, CommunityKind, CommunityType, RoutingPolicy, RoutingPolicyType};
pub use router::{Platform, Router, Template, TemplateKind};
#[cfg(feature = "template")]
pub(crate) use rules::Direction;
pub use session::{AddressProblem, DirectSession, InternetExchangeSession, PrefixCounts, SessionRef};
pub use status::{Family, SessionStatus, Status};
pub use validate::Problem;

pub use crate::state::BgpState;

#[cfg(test)]
mod tests;
