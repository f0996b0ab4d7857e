//! `is_abandoned.json`: whether a session looks as if its peer had left the exchange.

use peering_core::discovery::Discovery;
use peering_core::model::{BgpState, Connection, InternetExchangeSession, Network, Router};
use peering_core::peeringdb::ObjectType;
use peering_core::{Asn, Compat};
use serde::Deserialize;
use serde_json::json;

use super::discovery::cache_of;
use super::report::{Checked, Differences, Rows, each};

#[derive(Deserialize)]
struct Row {
    connection_linked: bool,
    /// Whether the connection is on a router.
    router: bool,
    polling: bool,
    peer_in_pdb: bool,
    ip_in_pdb: bool,
    bgp_state: Option<BgpState>,
    #[serde(default)]
    exists_in_peeringdb: Option<bool>,
    abandoned: bool,
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    each(text, check)
}

fn check(row: Row, differences: &mut Differences) -> Checked {
    let peer = Asn::new(64501);
    let net = row.peer_in_pdb.then(|| json!({"id": 5, "asn": peer, "name": "Peer", "status": "ok"}));
    // The address stands in PeeringDB, or another one does.
    let ip = if row.ip_in_pdb { "192.0.2.2" } else { "192.0.2.3" };
    let port = json!({
        "id": 7, "net_id": 5, "ix_id": 1, "ixlan_id": 1, "asn": peer, "ipaddr4": ip, "ipaddr6": null,
        "status": "ok",
    });
    let cache =
        cache_of(&[(ObjectType::Net, net.into_iter().collect()), (ObjectType::NetIxLan, vec![port])])?;

    let mut connection = Connection::new("c");
    connection.peeringdb_netixlan = row.connection_linked.then_some(1);
    connection.router = row.router.then(|| "r".to_owned());
    let mut router = Router::new("r", "r.example.net");
    router.poll_bgp_sessions_state = row.polling;
    let mut session = InternetExchangeSession::new(peer, "c", "192.0.2.2".parse()?);
    session.bgp_state = row.bgp_state;
    let network = Network {
        connections: vec![connection],
        routers: vec![router],
        internet_exchange_sessions: vec![session.clone()],
        ..Network::default()
    };

    let discovery = Discovery::new(&cache)?.with_compat(Compat::PeeringManager);
    let exists = discovery.exists_in_peeringdb(peer, session.ip_address)?;
    differences.same_if_recorded("exists in PeeringDB", row.exists_in_peeringdb, exists);
    differences.same("abandoned", row.abandoned, discovery.is_abandoned(&network, &session)?);
    let among_all = !discovery.abandoned(&network)?.is_empty();
    differences.same("among the abandoned", row.abandoned, among_all);
    Ok(())
}
