//! BGP's neighbours and instances.

use std::net::IpAddr;

use peering_core::Result;
use peering_core::state::{AddressFamily, BgpInstance, BgpNeighbor, BgpNeighborDetail};

use super::super::parse;
use super::super::session::IosSession;
use crate::cisco::word;
use crate::cisco::{CommandLine, unless_refused};

/// The neighbours of every family that has some; a router refuses those that it does not have.
const NEIGHBORS: [&str; 8] = [
    "show bgp all summary",
    "show bgp ipv4 unicast neighbors",
    "show bgp ipv4 multicast neighbors",
    "show bgp ipv6 unicast neighbors",
    "show bgp ipv6 multicast neighbors",
    "show bgp vpnv4 unicast all neighbors",
    "show bgp vpnv6 unicast all neighbors",
    "show bgp ipv4 mdt all neighbors",
];

/// A family's words in a command.
fn words(family: &AddressFamily) -> String {
    match family.to_string().as_str() {
        "vpnv4-unicast" => "vpnv4 all".to_owned(),
        "vpnv6-unicast" => "vpnv6 unicast all".to_owned(),
        "ipv4-mdt" => "ipv4 mdt all".to_owned(),
        "mvpnv4-unicast" => "ipv4 mvpn all".to_owned(),
        "mvpnv6-unicast" => "ipv6 mvpn all".to_owned(),
        "vpnv4-flowspec" => "ipv4 flowspec".to_owned(),
        "vpnv6-flowspec" => "ipv6 flowspec".to_owned(),
        name => name.replace('-', " "),
    }
}

impl IosSession {
    pub(in super::super) async fn read_bgp_instances(&mut self) -> Result<Vec<BgpInstance>> {
        let [summary, vrfs] = self.all(["show bgp all summary", "show vrf"]).await?;
        let Some(summary) = unless_refused(summary)? else { return Ok(Vec::new()) };
        let mut found: Vec<_> = parse::bgp_instance(&summary, "default")?.into_iter().collect();
        let vrfs = self.vrfs(vrfs).await?;
        let commands: Vec<String> =
            vrfs.iter().map(|vrf| format!("show ip bgp vpnv4 vrf {} summary", vrf.name)).collect();
        for (vrf, answer) in vrfs.iter().zip(self.each(&commands).await?) {
            if let Some(text) = unless_refused(answer)? {
                found.extend(parse::bgp_instance(&text, &vrf.name)?);
            }
        }
        Ok(found)
    }

    pub(in super::super) async fn read_bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        let [summary, families @ ..] = self.all(NEIGHBORS).await?;
        let Some(summary) = unless_refused(summary)? else { return Ok(Vec::new()) };
        let mut texts = Vec::new();
        for answer in families {
            texts.extend(unless_refused(answer)?);
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        Ok(parse::bgp_neighbors(&summary, &texts)?)
    }

    pub(in super::super) async fn read_bgp_neighbors_detail(
        &mut self,
        address: Option<IpAddr>,
    ) -> Result<Vec<BgpNeighborDetail>> {
        let Some(summary) = self.perhaps("show ip bgp all sum").await? else { return Ok(Vec::new()) };
        let mut commands: Vec<String> = Vec::new();
        for neighbor in parse::listed_neighbors(&summary)? {
            if address.is_none_or(|address| address == neighbor.address) {
                let name = word("a neighbour", &neighbor.spelling)?;
                let command = format!("show ip bgp {} neigh {name}", words(&neighbor.family));
                // the same address in several VRFs is answered at once
                if !commands.contains(&command) {
                    commands.push(command);
                }
            }
        }
        let mut texts = Vec::new();
        for answer in self.each(&commands).await? {
            texts.extend(unless_refused(answer)?);
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        Ok(parse::bgp_neighbors_detail(&summary, &texts)?)
    }
}
