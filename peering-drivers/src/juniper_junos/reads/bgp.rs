//! BGP: neighbours of every routing instance, and the configuration.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use peering_core::Result;
use peering_core::state::{BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail};

use super::AT_ONCE;
use crate::juniper_junos::parse;
use crate::juniper_junos::request::{self, rpc};
use crate::juniper_junos::session::JunosSession;
use crate::transport::netconf::Reply;

/// The routing instances; one request, that all others wait for.
async fn instances(session: &JunosSession) -> Result<Vec<String>> {
    let reply = session.rpc(rpc("get-instance-information", &[])?).await?;
    Ok(parse::routing_instances(reply.root())?)
}

/// What is told of one routing instance: its name, the neighbours, and the summary, where the ages are, if that is told.
type Told = (String, Reply, Option<Reply>);

/// The neighbours of each routing instance.
async fn replies(session: &JunosSession, address: Option<IpAddr>) -> Result<Vec<Told>> {
    let instances = instances(session).await?;
    stream::iter(instances)
        .map(async |instance| {
            let neighbors = request::bgp_neighbors(&instance, address)?;
            let summary = rpc("get-bgp-summary-information", &[("instance", &instance)])?;
            let (neighbors, summary) =
                tokio::try_join!(session.rpc(neighbors), session.rpc_if_known(summary))?;
            Ok((instance, neighbors, summary))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

/// How long each peer has been in its state.
fn ages(summary: Option<&Reply>) -> Result<HashMap<IpAddr, Duration>> {
    let told = summary.map(|summary| parse::bgp_state_ages(summary.root())).transpose()?;
    Ok(told.into_iter().flatten().collect())
}

fn set_age(neighbor: &mut BgpNeighbor, ages: &HashMap<IpAddr, Duration>) {
    neighbor.state_age = ages.get(&neighbor.address).copied();
    neighbor.uptime = neighbor.state_age.filter(|_| neighbor.is_established());
}

pub(in crate::juniper_junos) async fn bgp_neighbors(session: &JunosSession) -> Result<Vec<BgpNeighbor>> {
    let mut found = Vec::new();
    for (instance, reply, summary) in replies(session, None).await? {
        let ages = ages(summary.as_ref())?;
        for mut neighbor in parse::bgp_neighbors(reply.root(), &instance)? {
            set_age(&mut neighbor, &ages);
            found.push(neighbor);
        }
    }
    Ok(found)
}

/// Those that have neighbours, which know them. The AS is told where it is the same for all of them: each may have its own.
pub(in crate::juniper_junos) async fn bgp_instances(session: &JunosSession) -> Result<Vec<BgpInstance>> {
    let mut found: Vec<BgpInstance> = Vec::new();
    for neighbor in bgp_neighbors(session).await? {
        let last = found.last_mut().filter(|last| last.network_instance == neighbor.network_instance);
        match last {
            Some(instance) => {
                instance.router_id = instance.router_id.or(neighbor.local_router_id);
                instance.local_as = instance.local_as.filter(|own| *own == neighbor.local_as);
            }
            None => found.push(BgpInstance {
                network_instance: neighbor.network_instance,
                router_id: neighbor.local_router_id,
                local_as: Some(neighbor.local_as),
            }),
        }
    }
    Ok(found)
}

pub(in crate::juniper_junos) async fn bgp_neighbors_detail(
    session: &JunosSession,
    address: Option<IpAddr>,
) -> Result<Vec<BgpNeighborDetail>> {
    let mut found = Vec::new();
    for (instance, reply, summary) in replies(session, address).await? {
        let ages = ages(summary.as_ref())?;
        for mut detail in parse::bgp_neighbors_detail(reply.root(), &instance)? {
            set_age(&mut detail.neighbor, &ages);
            found.push(detail);
        }
    }
    Ok(found)
}

/// The groups, and where there is BGP at all an entry without a name that has the router's own AS.
pub(in crate::juniper_junos) async fn bgp_config(session: &JunosSession) -> Result<Vec<BgpGroup>> {
    let (own, groups, policies) = tokio::try_join!(
        session.rpc(request::configured("routing-options/autonomous-system")?),
        session.rpc(request::configured("protocols/bgp/group")?),
        session.rpc(request::configured("policy-options/policy-statement")?),
    )?;
    let own = parse::router_as(own.root())?;
    let next_hop_self = parse::next_hop_self_policies(policies.root())?;
    let mut groups = parse::bgp_groups(groups.root(), &next_hop_self)?;
    for group in &mut groups {
        group.local_as = group.local_as.or(own);
        for neighbor in &mut group.neighbors {
            neighbor.local_as = neighbor.local_as.or(own);
        }
    }
    if own.is_some() || !groups.is_empty() {
        groups.push(BgpGroup { local_as: own, ..BgpGroup::default() });
    }
    Ok(groups)
}
