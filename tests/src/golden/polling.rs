//! `poll_states.json`: a neighbour's state in a router's words, and what the session is then known to do.
//!
//! The recordings hold the counters only as they came out. A 0 is given as NAPALM's -1, which counts as none.

use jiff::Timestamp;
use peering_core::model::polling::napalm;
use peering_core::model::{BgpState, Connection, InternetExchangeSession, Network, Router};
use peering_core::{Asn, Compat};
use serde::Deserialize;
use serde_json::json;

use super::report::{Rows, each};

const PEER: &str = "192.0.2.2";
const ASN: u32 = 64501;

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    connection_state: Option<String>,
    bgp_state: Option<BgpState>,
    #[serde(default)]
    received: Option<u64>,
    #[serde(default)]
    accepted: Option<u64>,
    #[serde(default)]
    advertised: Option<u64>,
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    each(text, |row: Row, differences| {
        let mut connection = Connection::new("c");
        connection.router = Some("r".to_owned());
        let mut network = Network {
            routers: vec![Router::new("r", "r.example.net")],
            connections: vec![connection],
            internet_exchange_sessions: vec![InternetExchangeSession::new(Asn::new(ASN), "c", PEER.parse()?)],
            ..Network::default()
        };
        let counter = |count: Option<u64>| match count {
            None | Some(0) => json!(-1),
            Some(count) => json!(count),
        };
        let answer = json!({"global": {ASN.to_string(): [{
            "remote_address": PEER,
            "remote_as": ASN,
            "connection_state": row.connection_state.unwrap_or_default(),
            "received_prefix_count": counter(row.received),
            "accepted_prefix_count": counter(row.accepted),
            "advertised_prefix_count": counter(row.advertised),
        }]}});
        let compat = Compat::PeeringManager;
        let observed = napalm::bgp_neighbors_detail(&answer.to_string(), compat)?;
        network.apply_observations("r", &observed, Timestamp::UNIX_EPOCH, compat)?;
        let session = network.internet_exchange_sessions.first().ok_or("the session is gone")?;
        differences.same("state", row.bgp_state, session.bgp_state);
        let counts = session.prefix_counts;
        differences.same_if_recorded("received", row.received, counts.received.unwrap_or_default());
        differences.same_if_recorded("accepted", row.accepted, counts.accepted.unwrap_or_default());
        differences.same_if_recorded("advertised", row.advertised, counts.advertised.unwrap_or_default());
        Ok(())
    })
}
