//! BGP neighbours and their summary.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{Show, address, age, merged, table};
use crate::sim::family::Family;
use crate::sim::nxos::seat::{Answer, Failure};
use crate::sim::nxos::view::{Bgp, Instance, Settings};
use crate::sim::session::{Agreement, Session};

/// One neighbour, looked at.
#[derive(Debug)]
pub(super) struct Peer<'a> {
    pub(super) address: IpAddr,
    pub(super) instance: &'a Instance,
    pub(super) settings: Settings,
    pub(super) session: &'a Session,
    pub(super) remote_as: u32,
    pub(super) local_as: u32,
}

/// What went over the session in one family.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prefixes {
    pub(super) sent: usize,
    pub(super) accepted: usize,
}

impl Peer<'_> {
    pub(super) fn is_up(&self) -> bool {
        self.session.established.is_some()
    }

    /// The state as NX-OS tells it: it has no name for `Connect`, one for both of `OPEN`, and two more for a session that is
    /// shut.
    pub(super) fn state(&self, show: &Show<'_>) -> &'static str {
        match self.session.agreement {
            Agreement::AdminDown => "Shut (Admin)",
            _ if self.session.is_exceeded => "Shut (PfxCt)",
            _ => match self.session.state(show.now, show.world.delay) {
                "Connect" => "Active",
                "OpenSent" | "OpenConfirm" => "Open",
                state => state,
            },
        }
    }

    pub(super) fn since(&self) -> tokio::time::Instant {
        self.session.established.map_or(self.session.reset.at, |(at, _)| at)
    }

    /// Keepalives and messages sent and received, as many as such a life takes.
    pub(super) fn messages(&self, show: &Show<'_>) -> (u64, u64) {
        let keepalives = self.session.established.map_or(0, |(at, _)| show.since(at) / 60 + 1);
        let opens = u64::from(self.session.has_met()).max(self.session.ups);
        (keepalives, keepalives + opens + self.session.ups * 2)
    }
}

/// Where text and JSON name a state differently.
fn state_in_json(state: &str) -> &str {
    if state == "Shut (Admin)" { "Admin (Shut)" } else { state }
}

pub(super) const fn family_name(family: Family) -> &'static str {
    match family {
        Family::V4 => "IPv4 Unicast",
        Family::V6 => "IPv6 Unicast",
    }
}

impl<'a> Show<'a> {
    pub(super) fn bgp(&self) -> Option<&'a Bgp> {
        self.device.view.bgp.as_ref()
    }

    /// The instances of BGP that are asked for.
    pub(super) fn instances(&self, words: &[&str]) -> Result<Vec<(&'a Bgp, &'a Instance)>, Failure> {
        let chosen = self.chosen(words)?;
        let bgp = self
            .bgp()
            .ok_or_else(|| Failure { at: Some(1), ..Failure::refused("% Invalid command at '^' marker.") })?;
        let all = bgp.instances.iter().filter(|instance| chosen.contains(&instance.name.as_str()));
        Ok(all.map(|instance| (bgp, instance)).collect())
    }

    /// The neighbours of a network instance, in order.
    pub(super) fn peers(&self, bgp: &'a Bgp, instance: &'a Instance) -> Vec<Peer<'a>> {
        let device = self.device;
        let look = |address: &IpAddr| {
            // One address is one neighbour in all instances together.
            let (home, settings) = bgp.peer(*address).filter(|(home, _)| home.name == instance.name)?;
            let session = device.chassis.sessions.get(address)?;
            let (remote_as, local_as) = (settings.remote_as?, bgp.local_as(home, &settings));
            Some(Peer { address: *address, instance: home, settings, session, remote_as, local_as })
        };
        instance.peers.keys().filter_map(look).collect()
    }

    pub(super) fn prefixes(&self, peer: &Peer<'_>, family: Family) -> Prefixes {
        if !peer.session.is_up_for(family) {
            return Prefixes::default();
        }
        let policies = &self.device.view.policies;
        let own = peer.instance.networks(policies, family).into_iter();
        let learnt = self.world.table(self.router, family).into_iter();
        let learnt = learnt.filter(|(_, from)| from.first() != Some(&peer.address)).map(|(prefix, _)| prefix);
        let passes = |prefix: &ipnet::IpNet| peer.settings.passes(policies, family, true, prefix);
        Prefixes {
            sent: own.chain(learnt).filter(passes).count(),
            accepted: self.world.accepted(self.router, peer.address, family).len(),
        }
    }

    /// `show bgp … summary`: the neighbours for which the family is active.
    pub(super) fn bgp_summary(&self, families: &[Family], words: &[&str]) -> Result<Answer, Failure> {
        let (mut vrfs, mut text) = (Vec::new(), String::new());
        for (bgp, instance) in self.instances(words)? {
            let id = self.device.view.router_id(&instance.name);
            let peers = self.peers(bgp, instance);
            let mut afs = Vec::new();
            for family in families {
                let here: Vec<&Peer<'_>> =
                    peers.iter().filter(|peer| peer.settings.families.contains_key(family)).collect();
                let name = family_name(*family);
                text.push_str(&format!(
                    "BGP summary information for VRF {}, address family {name}\n",
                    instance.name
                ));
                if here.is_empty() && !instance.families.contains_key(family) {
                    text.push('\n');
                    continue;
                }
                let capable = here.iter().filter(|peer| peer.session.is_up_for(*family)).count();
                let total = self.world.table(self.router, *family).len();
                text.push_str(&format!(
                    "BGP router identifier {id}, local AS number {}\nBGP table version is 12, {name} config peers {}, capable \
                     peers {capable}\n{total} network entries and {total} paths using 0 bytes of memory\nBGP attribute entries \
                     [0/0], BGP AS path entries [0/0]\nBGP community entries [0/0], BGP clusterlist entries [0/0]\n\nNeighbor        \
                     V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd\n",
                    bgp.asn,
                    here.len()
                ));
                let mut rows = Vec::new();
                for peer in &here {
                    let (_, messages) = peer.messages(self);
                    let (state, time) = (peer.state(self), age(self.since(peer.since())));
                    let received = self.prefixes(peer, *family).accepted;
                    let last = if peer.is_up() { received.to_string() } else { state.to_owned() };
                    let address = peer.address.to_string();
                    let head = if address.len() > 15 {
                        format!("{address}\n{:<15}", "")
                    } else {
                        format!("{address:<15}")
                    };
                    text.push_str(&format!(
                        "{head} 4 {:>5} {messages:>7} {messages:>7} {:>8} {:>4} {:>4} {time:>8} {last}\n",
                        peer.remote_as, 12, 0, 0
                    ));
                    rows.push(json!({
                        "neighborid": address, "neighborversion": "4", "msgrecvd": messages, "msgsent": messages,
                        "neighbortableversion": "12", "inq": "0", "outq": "0", "neighboras": peer.remote_as.to_string(),
                        "time": time, "state": state_in_json(state), "prefixreceived": received.to_string(),
                    }));
                }
                text.push('\n');
                let base = json!({
                    "safi": "1", "af-name": name, "tableversion": "12", "configuredpeers": here.len().to_string(),
                    "capablepeers": capable.to_string(), "totalnetworks": total.to_string(),
                    "totalpaths": total.to_string(), "dampening": "Disabled",
                });
                let saf = if rows.is_empty() { base } else { merged(base, table("neighbor", rows)) };
                let number = if *family == Family::V4 { "1" } else { "2" };
                afs.push(json!({ "af-id": number, "TABLE_saf": { "ROW_saf": saf } }));
            }
            let base = json!({
                "vrf-name-out": instance.name, "vrf-router-id": id, "vrf-local-as": bgp.asn.to_string(),
            });
            vrfs.push(if afs.is_empty() { base } else { merged(base, table("af", afs)) });
        }
        Ok(Answer::both(table("vrf", vrfs), text))
    }

    /// `show bgp … neighbors`.
    pub(super) fn bgp_neighbors(&self, families: &[Family], words: &[&str]) -> Result<Answer, Failure> {
        let only = address(words);
        let (mut rows, mut text) = (Vec::new(), String::new());
        for (bgp, instance) in self.instances(words)? {
            let peers = self.peers(bgp, instance).into_iter();
            let has_family =
                |peer: &Peer<'_>| families.iter().any(|own| peer.settings.families.contains_key(own));
            for peer in peers.filter(|peer| only.is_none_or(|only| only == peer.address) && has_family(peer))
            {
                text.push_str(&self.neighbor_text(&peer));
                rows.push(self.neighbor(&peer));
            }
        }
        Ok(Answer::both(table("neighbor", rows), text))
    }

    fn neighbor(&self, peer: &Peer<'_>) -> Value {
        let told = self.world.told(self.router, peer.address).filter(|_| peer.is_up());
        let id = told.map_or_else(|| "0.0.0.0".to_owned(), |(_, id)| id);
        let (_, messages) = peer.messages(self);
        let (keepalive, hold) = peer.settings.timers.unwrap_or((60, 180));
        let mut row = json!({
            "neighbor": peer.address, "remoteas": peer.remote_as.to_string(),
            "link": if peer.remote_as == peer.local_as { "ibgp" } else { "ebgp" }, "version": "4", "remote-id": id,
            "state": state_in_json(peer.state(self)), "up": peer.is_up().to_string(), "elapsedtime": age(self.since(peer.since())),
            "holdtime": hold.to_string(), "keepalivetime": keepalive.to_string(), "msgrecvd": messages.to_string(),
            "msgsent": messages.to_string(), "connsestablished": peer.session.ups.to_string(),
            "connsdropped": peer.session.downs.to_string(), "vrf-name-out": peer.instance.name,
        });
        if let Some(description) = &peer.settings.description {
            row = merged(row, json!({ "description": description }));
        }
        row
    }

    pub(super) fn bgp_process(&self) -> Result<Answer, Failure> {
        let bgp = self.bgp().ok_or_else(|| Failure::invalid(1))?;
        let text = format!(
            "BGP Process Information\nBGP Process ID                 : 8790\nBGP Protocol Started, reason:  : configuration\nBGP \
             Protocol Tag               : {0}\nBGP Protocol State             : Running\n\nBGP attributes information\nNumber of \
             attribute entries    : 0\n",
            bgp.asn
        );
        Ok(Answer::both(
            json!({ "processid": "8790", "protocolstate": "Running", "protocoltag": bgp.asn.to_string() }),
            text,
        ))
    }
}
