//! Which peers are of interest.

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
        flag(self.route_server_member, port.is_rs_peer)
            && flag(self.bfd, port.bfd_support)
            && flag(self.operational, Some(port.is_operational()))
            && self.accepts_network(network)
    }

    fn accepts_network(&self, network: Option<&Net>) -> bool {
        let types = network.map(network_types).unwrap_or_default();
        one_of(&self.policies, network.and_then(|net| net.policy_general.as_ref()))
            && one_of(&self.location_policies, network.and_then(|net| net.policy_locations.as_ref()))
            && one_of(&self.contract_policies, network.and_then(|net| net.policy_contracts.as_ref()))
            && one_of(&self.scopes, network.and_then(|net| net.info_scope.as_ref()))
            && one_of(&self.traffic, network.and_then(|net| net.info_traffic.as_ref()))
            && (self.types.is_empty() || types.iter().any(|kind| self.types.contains(kind)))
            && self
                .ratio_required
                .is_none_or(|wanted| network.is_some_and(|net| net.policy_ratio == Some(wanted)))
    }
}

/// A network's types; the field of old servers holds one only.
pub(super) fn network_types(network: &Net) -> &[NetType] {
    match &network.info_types {
        Some(types) => types,
        None => network.info_type.as_slice(),
    }
}

/// A flag that the record does not have is false, as on the server.
fn flag(wanted: Option<bool>, value: Option<bool>) -> bool {
    wanted.is_none_or(|wanted| wanted == value.unwrap_or(false))
}

fn one_of<T: PartialEq>(wanted: &[T], value: Option<&T>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.contains(value))
}
