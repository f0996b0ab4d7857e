//! Which RPCs make a read. What does not depend on one another is in flight at once.

mod bgp;
mod platform;
mod system;

use peering_core::state::{
    ConfigQuery, Hop, Interface, InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor,
    NetworkInstance, Optic, Ping, PingReport, ProbeResult, Route, RouteQuery, Traceroute,
};
use peering_core::{Error, ErrorKind, Result};

use super::parse;
use super::request::{self, rpc};
use super::session::JunosSession;
use super::transaction::redact;

pub(super) use bgp::{bgp_config, bgp_instances, bgp_neighbors, bgp_neighbors_detail};
pub(super) use parse::SwitchStyle as Style;
pub(super) use platform::{environment, lldp_neighbors_detail, mac_table, vlans};
pub(super) use system::{facts, ntp_associations, ntp_peers, ntp_servers, probe_configs, snmp, users};

/// RPCs that are in flight at once, where there is one for each of many things.
const AT_ONCE: usize = 8;

/// All interfaces, one line each.
fn terse_interfaces() -> Result<String> {
    rpc("get-interface-information", &[("terse", "")])
}

pub(super) async fn interfaces(session: &JunosSession) -> Result<Vec<Interface>> {
    let reply = session.rpc(rpc("get-interface-information", &[])?).await?;
    Ok(parse::interfaces(reply.root())?)
}

pub(super) async fn interface_addresses(session: &JunosSession) -> Result<Vec<InterfaceAddresses>> {
    let reply = session.rpc(terse_interfaces()?).await?;
    Ok(parse::interface_addresses(reply.root())?)
}

pub(super) async fn interface_counters(session: &JunosSession) -> Result<Vec<InterfaceCounters>> {
    let reply = session.rpc(rpc("get-interface-information", &[("extensive", "")])?).await?;
    Ok(parse::interface_counters(reply.root())?)
}

pub(super) async fn routes(session: &JunosSession, query: &RouteQuery) -> Result<Vec<Route>> {
    let reply = session.rpc(request::routes(query)?).await?;
    let mut routes = parse::routes(reply.root())?;
    if let Some(protocol) = &query.protocol {
        // Old releases do not heed it together with a prefix.
        let wanted = if protocol.eq_ignore_ascii_case("direct") { "connected" } else { protocol };
        routes.retain(|route| route.protocol.eq_ignore_ascii_case(wanted));
    }
    Ok(routes)
}

pub(super) async fn arp_table(session: &JunosSession) -> Result<Vec<LinkNeighbor>> {
    let leaves = [("expiration-time", ""), ("no-resolve", "")];
    let reply = session.rpc(rpc("get-arp-table-information", &leaves)?).await?;
    Ok(parse::arp_table(reply.root())?)
}

pub(super) async fn ipv6_neighbors(session: &JunosSession) -> Result<Vec<LinkNeighbor>> {
    let reply = session.rpc(rpc("get-ipv6-nd-information", &[])?).await?;
    Ok(parse::ipv6_neighbors(reply.root())?)
}

/// The main instance has the interfaces that no other has.
pub(super) async fn network_instances(session: &JunosSession) -> Result<Vec<NetworkInstance>> {
    let (instances, interfaces) = tokio::try_join!(
        session.rpc(request::configured("routing-instances/instance")?),
        session.rpc(terse_interfaces()?),
    )?;
    let mut instances = parse::network_instances(instances.root())?;
    if !instances.iter().any(|instance| instance.name == "default") {
        let is_free = |name: &String| !instances.iter().any(|instance| instance.interfaces.contains(name));
        let all = parse::interfaces(interfaces.root())?.into_iter().map(|interface| interface.name);
        let main = NetworkInstance {
            name: "default".to_owned(),
            kind: "DEFAULT_INSTANCE".to_owned(),
            route_distinguisher: None,
            interfaces: all.filter(is_free).collect(),
        };
        instances.insert(0, main);
    }
    Ok(instances)
}

/// A router that does not know the question, as a virtual one, has no transceivers.
pub(super) async fn optics(session: &JunosSession) -> Result<Vec<Optic>> {
    let question = rpc("get-interface-optics-diagnostics-information", &[])?;
    match session.rpc_if_known(question).await? {
        Some(reply) => Ok(parse::optics(reply.root())?),
        None => Ok(Vec::new()),
    }
}

pub(super) async fn lldp_neighbors(session: &JunosSession) -> Result<Vec<LldpNeighbor>> {
    let reply = session.rpc(rpc("get-lldp-neighbors-information", &[])?).await?;
    Ok(parse::lldp_neighbors(reply.root())?)
}

pub(super) async fn probe_results(session: &JunosSession) -> Result<Vec<ProbeResult>> {
    let reply = session.rpc(rpc("get-probe-results", &[])?).await?;
    Ok(parse::probe_results(reply.root())?)
}

pub(super) async fn config(session: &JunosSession, query: ConfigQuery) -> Result<String> {
    let reply = session.rpc(request::config(query)?).await?;
    let text = parse::config(reply.root(), query.format)?;
    Ok(if query.sanitized { redact(&text) } else { text })
}

/// A report counts, whatever complaint stands beside it.
pub(super) async fn ping(session: &JunosSession, query: &Ping) -> Result<PingReport> {
    let reply = session.exchange(request::ping(query)?).await?;
    match parse::ping(reply.root())? {
        Some(report) => Ok(report),
        None => Err(session.refused(&reply, "the router gave no report")),
    }
}

pub(super) async fn traceroute(session: &JunosSession, query: &Traceroute) -> Result<Vec<Hop>> {
    let reply = session.exchange(request::traceroute(query)?).await?;
    match parse::traceroute(reply.root())? {
        Some(hops) => Ok(hops),
        None => Err(session.refused(&reply, "the router gave no hops")),
    }
}

pub(super) async fn command(session: &JunosSession, command: &str) -> Result<String> {
    if command.contains(['\n', '\r', '\0']) {
        return Err(Error::new(ErrorKind::Options, "a command is one line"));
    }
    let reply = session.rpc(request::command(command)?).await?;
    Ok(parse::output(reply.root()))
}

/// Any answer is one, a refusal too.
pub(super) async fn check(session: &JunosSession) -> Result<()> {
    session.exchange(rpc("get-system-uptime-information", &[])?).await.map(drop)
}
