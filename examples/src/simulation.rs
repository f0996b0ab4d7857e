//! The exchange of a plan, simulated: our router with its port on the peering LAN, and every peer of the plan.

use ipnet::IpNet;
use peering_core::driver::Target;
use peering_core::model::Family;
use peering_core::{Asn, Error, ErrorKind, Result};
use peering_drivers::sim::{Fabric, FrrRouter, Member, Port, Running, User};

use crate::job::{Plan, ROUTER};
use crate::step;

/// Starts it. The router lives as long as the handle.
pub async fn start(plan: &Plan, ours: Asn) -> Result<(String, Target, Option<Running>)> {
    let connection = plan.network.connection(&plan.connection).ok_or_else(|| {
        Error::new(ErrorKind::NotFound, format!("the plan has no connection {:?}", plan.connection))
    })?;
    let addresses: Vec<IpNet> =
        Family::ALL.into_iter().filter_map(|family| connection.interface_address(family)).collect();
    let fabric = Fabric::new();
    for peer in &plan.peers {
        let limit = |advised: Option<u64>| u32::try_from(advised.unwrap_or(5).min(20)).unwrap_or(5);
        let record = peer.network.as_ref();
        fabric.add_member(Member {
            addresses: peer.sessions.iter().map(|session| session.ip_address).collect(),
            ipv4_prefixes: limit(record.and_then(|net| net.info_prefixes4)),
            ipv6_prefixes: limit(record.and_then(|net| net.info_prefixes6)),
            ..Member::new(peer.asn(), ours)
        });
    }
    let router = FrrRouter {
        name: ROUTER.into(),
        local_as: Some(ours),
        ports: vec![Port { name: "lan0".into(), addresses }],
        users: vec![User::new("netops", "simulated")],
        ..FrrRouter::default()
    };
    let running = router.start(&fabric).await?;
    let target = running.target();
    step(format!(
        "no --router was given: a simulated one, with {} simulated members on its LAN",
        plan.peers.len()
    ));
    println!("  frr://netops@{target}");
    Ok(("frr".into(), target, Some(running)))
}
