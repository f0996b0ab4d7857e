//! `neighbors_to_peers.json`: an answer of NAPALM's `get_bgp_neighbors`, and the peers in it: address and AS number.

use peering_core::model::polling::{Observed, napalm};
use peering_core::{Asn, Compat};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::report::{Rows, each};

#[derive(Deserialize)]
struct Row {
    /// As text, because the order of its entries counts.
    input: Box<RawValue>,
    result: Vec<(String, u32)>,
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    each(text, |row: Row, differences| {
        let observed = napalm::bgp_neighbors(row.input.get(), Compat::PeeringManager)?;
        let peers: Option<Vec<(String, u32)>> = observed.iter().map(peer).collect();
        differences.same("peers", Some(row.result), peers);
        Ok(())
    })
}

fn peer(observed: &Observed) -> Option<(String, u32)> {
    let zone = observed.zone.as_ref().map(|zone| format!("%{zone}")).unwrap_or_default();
    Some((format!("{}{zone}", observed.address), observed.remote_as.map(Asn::get)?))
}
