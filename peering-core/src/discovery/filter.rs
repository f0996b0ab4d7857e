//! Which peers are of interest.

use crate::peeringdb::index::{PortFacts, types};
use crate::peeringdb::record::{
    ContractPolicy, LocationPolicy, Net, NetIxLan, NetType, PeeringPolicy, Scope, Traffic,
};

/// What a peer must be like. An empty list and `None` ask for nothing.
///
/// A network without a record in the mirror fails whatever asks about networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// One of these general policies (`policy_general`).
    pub policies: Vec<PeeringPolicy>,
    /// One of these policies about locations (`policy_locations`).
    pub location_policies: Vec<LocationPolicy>,
    /// One of these policies about contracts (`policy_contracts`).
    pub contract_policies: Vec<ContractPolicy>,
    /// Whether it asks for a balance of traffic (`policy_ratio`).
    pub ratio_required: Option<bool>,
    /// One of these scopes (`info_scope`).
    pub scopes: Vec<Scope>,
    /// At least one of these types (`info_types`).
    pub types: Vec<NetType>,
    /// One of these traffic levels (`info_traffic`).
    pub traffic: Vec<Traffic>,
    /// Whether the port peers with the route servers (`is_rs_peer`).
    pub route_server_member: Option<bool>,
    /// Whether the port passes traffic. `None` is the mode's own rule: operational ports only, or with
    /// [`Compat::PeeringManager`](super::Compat::PeeringManager) all.
    pub operational: Option<bool>,
    /// Whether the network speaks BFD there (`bfd_support`).
    pub bfd: Option<bool>,
    /// Whether hidden peers are listed too.
    pub include_hidden: bool,
}

impl Filter {
    /// Whether a port and its network are of interest, hidden or not.
    pub fn accepts(&self, port: &NetIxLan, network: Option<&Net>) -> bool {
        self.accepts_port(&PortFacts::from(port), network)
    }

    pub(super) fn accepts_port(&self, port: &PortFacts, network: Option<&Net>) -> bool {
        let is = |wanted: Option<bool>, value| wanted.is_none_or(|wanted| wanted == value);
        is(self.route_server_member, port.is_rs_peer)
            && is(self.bfd, port.bfd_support)
            && is(self.operational, port.is_operational)
            && self.accepts_network(network)
    }

    fn accepts_network(&self, network: Option<&Net>) -> bool {
        one_of(&self.policies, network, |net| net.policy_general.as_ref())
            && one_of(&self.location_policies, network, |net| net.policy_locations.as_ref())
            && one_of(&self.contract_policies, network, |net| net.policy_contracts.as_ref())
            && one_of(&self.scopes, network, |net| net.info_scope.as_ref())
            && one_of(&self.traffic, network, |net| net.info_traffic.as_ref())
            && (self.types.is_empty()
                || network.is_some_and(|net| types(net).iter().any(|kind| self.types.contains(kind))))
            && self
                .ratio_required
                .is_none_or(|wanted| network.is_some_and(|net| net.policy_ratio == Some(wanted)))
    }
}

/// Does not look at the network where nothing is wanted of it.
fn one_of<T: PartialEq>(wanted: &[T], network: Option<&Net>, field: impl Fn(&Net) -> Option<&T>) -> bool {
    wanted.is_empty() || network.and_then(field).is_some_and(|value| wanted.contains(value))
}
