//! Reads whose RPCs differ between switches, routers and clusters.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use peering_core::state::{Environment, LldpNeighbor, MacEntry, Vlan};
use peering_core::{Error, ErrorKind, Result};

use super::{AT_ONCE, Style};
use crate::juniper_junos::parse;
use crate::juniper_junos::request::{self, rpc};
use crate::juniper_junos::session::JunosSession;
use crate::transport::netconf::Reply;

/// How the device switches: asked once a session.
async fn style(session: &JunosSession) -> Result<Style> {
    let ask = async || {
        let summary = rpc("get-ethernet-switching-table-information", &[("summary", "")])?;
        let reply = session.rpc_if_known(summary).await?;
        if let Some(style) = reply.and_then(|reply| parse::switch_style(reply.root())) {
            return Ok(style);
        }
        // Not the RPC of the same name, which some routers answer that have no bridge domains.
        match session.rpc(request::structured("show bridge mac-table count")?).await {
            Ok(reply) if parse::has_bridge_domains(reply.root()) => Ok(Style::BridgeDomain),
            Ok(_) => Ok(Style::None),
            Err(error) if is_not_running(&error) => Ok(Style::BridgeDomain),
            Err(error) if error.kind() == ErrorKind::Rejected => Ok(Style::None),
            Err(error) => Err(error),
        }
    };
    session.style.get_or_try_init(ask).await.copied()
}

/// A standby routing engine learns no addresses.
fn is_not_running(error: &Error) -> bool {
    error.kind() == ErrorKind::Rejected && error.message().contains("l2-learning subsystem")
}

pub(in crate::juniper_junos) async fn mac_table(session: &JunosSession) -> Result<Vec<MacEntry>> {
    let name = match style(session).await? {
        Style::Vlan | Style::EnhancedVlan => "get-ethernet-switching-table-information",
        Style::BridgeDomain => "get-bridge-mac-table",
        Style::None => return Ok(Vec::new()),
    };
    match session.rpc(rpc(name, &[("extensive", "")])?).await {
        Ok(reply) => Ok(parse::mac_table(reply.root())?),
        Err(error) if is_not_running(&error) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

pub(in crate::juniper_junos) async fn vlans(session: &JunosSession) -> Result<Vec<Vlan>> {
    let name = match style(session).await? {
        Style::Vlan | Style::EnhancedVlan => "get-vlan-information",
        Style::BridgeDomain => "get-bridge-instance-information",
        Style::None => return Ok(Vec::new()),
    };
    Ok(parse::vlans(session.rpc(rpc(name, &[])?).await?.root())?)
}

/// Whether it is a cluster of two SRX: asked once a session.
async fn is_cluster(session: &JunosSession) -> Result<bool> {
    let ask = async || {
        let reply = session.rpc_if_known(rpc("get-chassis-cluster-status", &[])?).await?;
        let told = |reply: Reply| reply.root().descendants_named("chassis-cluster-status").next().is_some();
        Ok(reply.is_some_and(told))
    };
    session.is_cluster.get_or_try_init(ask).await.copied()
}

/// Of a cluster, the primary node.
pub(in crate::juniper_junos) async fn environment(session: &JunosSession) -> Result<Environment> {
    let node: &[(&str, &str)] = if is_cluster(session).await? { &[("node", "primary")] } else { &[] };
    let (sensors, engines, thresholds, power) = tokio::try_join!(
        session.rpc(rpc("get-environment-information", node)?),
        session.rpc(rpc("get-route-engine-information", node)?),
        session.rpc(rpc("get-temperature-threshold-information", node)?),
        // Not every platform has it.
        session.rpc_if_known(rpc("get-power-usage-information-detail", &[])?),
    )?;
    let power = power.as_ref().map(Reply::root);
    Ok(parse::environment(sensors.root(), engines.root(), thresholds.root(), power)?)
}

/// The details are told by interface only, by one RPC on routers and newer switches and by another on older ones.
pub(in crate::juniper_junos) async fn lldp_neighbors_detail(
    session: &JunosSession,
    interface: Option<String>,
) -> Result<Vec<LldpNeighbor>> {
    let interfaces = match interface {
        Some(interface) => vec![interface],
        None => {
            let mut names: Vec<String> = Vec::new();
            for neighbor in super::lldp_neighbors(session).await? {
                if !names.contains(&neighbor.interface) {
                    names.push(neighbor.interface);
                }
            }
            names
        }
    };
    let Some((first, rest)) = interfaces.split_first() else { return Ok(Vec::new()) };
    let newer = ("get-lldp-interface-neighbors", "interface-device");
    let older = ("get-lldp-interface-neighbors-information", "interface-name");
    let (form, reply) = match session.rpc_if_known(rpc(newer.0, &[(newer.1, first)])?).await? {
        Some(reply) => (newer, reply),
        None => (older, session.rpc(rpc(older.0, &[(older.1, first)])?).await?),
    };
    let mut found = of_interface(&reply, first)?;
    let others: Vec<Vec<LldpNeighbor>> = stream::iter(rest.to_vec())
        .map(async |name| of_interface(&session.rpc(rpc(form.0, &[(form.1, &name)])?).await?, &name))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    found.extend(others.into_iter().flatten());
    Ok(found)
}

/// The neighbours in a reply, under the name of the interface that was asked for.
fn of_interface(reply: &Reply, name: &str) -> Result<Vec<LldpNeighbor>> {
    let mut found = parse::lldp_neighbors(reply.root())?;
    for neighbor in &mut found {
        name.clone_into(&mut neighbor.interface);
    }
    Ok(found)
}
