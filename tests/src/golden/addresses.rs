//! `direct_ip_validation.json`: what is wrong with the two addresses of a direct session.
//!
//! The recordings have Peering Manager's sentences with `IP` in the place of each address.

use ipnet::IpNet;
use peering_core::model::{AddressProblem, DirectSession};
use peering_core::{Asn, Compat};
use serde::Deserialize;

use super::report::{Rows, each};

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    local: Option<IpNet>,
    remote: IpNet,
    #[serde(default = "one_hop")]
    ttl: u8,
    error: Option<String>,
}

fn one_hop() -> u8 {
    1
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    each(text, |row: Row, differences| {
        let mut session = DirectSession::new(Asn::new(64501), row.remote);
        session.local_ip_address = row.local;
        session.multihop_ttl = row.ttl;
        let problem = session.address_problem(Compat::PeeringManager).map(sentence);
        differences.same("problem", row.error.as_deref(), problem);
        Ok(())
    })
}

fn sentence(problem: AddressProblem) -> &'static str {
    match problem {
        AddressProblem::Network(_) => "IP address IP is a network address, please use a host address.",
        AddressProblem::Broadcast(_) => "IP address IP is a broadcast address, please use a host address.",
        AddressProblem::Same => "Local IP address IP cannot be the same as remote IP address IP.",
        AddressProblem::DifferentNetworks => "IP and IP don't belong to the same subnet.",
    }
}
