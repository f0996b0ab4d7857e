//! Which requests make a read. What does not depend on one another is in flight at once.

mod bgp;
mod system;

use peering_core::state::{
    ConfigQuery, Hop, Interface, InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry,
    NetworkInstance, Ping, PingReport, Traceroute,
};
use peering_core::{Error, ErrorKind, Result};

use super::parse;
use super::request;
use super::session::NetconfSession;
use super::transaction::redact;

pub(in crate::cisco_iosxr) use bgp::is_protocol;
pub(super) use bgp::{bgp_config, bgp_instances, bgp_neighbors, bgp_neighbors_detail, routes};
pub(super) use system::{
    environment, facts, ntp_associations, ntp_peers, ntp_servers, probe_configs, probe_results, snmp, users,
};

pub(super) async fn interfaces(session: &NetconfSession) -> Result<Vec<Interface>> {
    Ok(parse::interfaces(session.ask(request::interfaces()?).await?.root())?)
}

pub(super) async fn interface_addresses(session: &NetconfSession) -> Result<Vec<InterfaceAddresses>> {
    Ok(parse::interface_addresses(session.ask(request::interface_addresses()?).await?.root())?)
}

pub(super) async fn interface_counters(session: &NetconfSession) -> Result<Vec<InterfaceCounters>> {
    Ok(parse::interface_counters(session.ask(request::interface_counters()?).await?.root())?)
}

pub(super) async fn arp_table(session: &NetconfSession) -> Result<Vec<LinkNeighbor>> {
    Ok(parse::arp_table(session.ask(request::arp_table()?).await?.root())?)
}

pub(super) async fn ipv6_neighbors(session: &NetconfSession) -> Result<Vec<LinkNeighbor>> {
    Ok(parse::ipv6_neighbors(session.ask(request::ipv6_neighbors()?).await?.root())?)
}

/// The main instance has the interfaces that no other has.
pub(super) async fn network_instances(session: &NetconfSession) -> Result<Vec<NetworkInstance>> {
    let (vrfs, members, bgp, names) = tokio::try_join!(
        session.ask(request::vrfs()?),
        session.ask(request::interface_vrfs()?),
        session.ask(request::bgp_config()?),
        session.ask(request::interface_names()?),
    )?;
    let members = parse::interface_instances(members.root())?;
    let distinguishers = parse::route_distinguishers(bgp.root())?;
    let is_free = |name: &String| !members.iter().any(|(member, _)| member == name);
    let mut found = vec![NetworkInstance {
        name: "default".to_owned(),
        kind: "DEFAULT_INSTANCE".to_owned(),
        route_distinguisher: None,
        interfaces: parse::interface_names(names.root())?.into_iter().filter(is_free).collect(),
    }];
    found.extend(parse::network_instances(vrfs.root(), &members, &distinguishers)?);
    Ok(found)
}

pub(super) async fn lldp_neighbors(session: &NetconfSession) -> Result<Vec<LldpNeighbor>> {
    Ok(parse::lldp_neighbors(session.ask(request::lldp()?).await?.root())?)
}

/// Of all interfaces, or of one.
pub(super) async fn lldp_neighbors_detail(
    session: &NetconfSession,
    interface: Option<String>,
) -> Result<Vec<LldpNeighbor>> {
    let mut found = lldp_neighbors(session).await?;
    found.retain(|neighbor| interface.as_ref().is_none_or(|wanted| *wanted == neighbor.interface));
    Ok(found)
}

pub(super) async fn mac_table(session: &NetconfSession) -> Result<Vec<MacEntry>> {
    Ok(parse::mac_table(session.ask(request::mac_table()?).await?.root())?)
}

pub(super) async fn config(session: &NetconfSession, query: ConfigQuery) -> Result<String> {
    let reply = session.ask(request::config(query)?).await?;
    let text = parse::config(reply.root(), query.format)?;
    Ok(if query.sanitized { redact(&text) } else { text })
}

pub(super) async fn ping(session: &NetconfSession, query: &Ping) -> Result<PingReport> {
    let reply = session.ask(request::ping(query)?).await?;
    parse::ping(reply.root())?
        .ok_or_else(|| Error::new(ErrorKind::Rejected, "the router sent nothing, and gave no report"))
}

pub(super) async fn traceroute(session: &NetconfSession, query: &Traceroute) -> Result<Vec<Hop>> {
    let reply = session.ask(request::traceroute(query)?).await?;
    parse::traceroute(reply.root())?.ok_or_else(|| Error::new(ErrorKind::Rejected, "the router gave no hops"))
}

/// Any answer is one, a refusal too.
pub(super) async fn check(session: &NetconfSession) -> Result<()> {
    session.netconf()?.exchange(&request::system_time()?).await.map(drop)
}
