//! All that NX-OS tells of a neighbour.

use std::time::Duration;

use peering_core::state::{
    AddressFamily, BgpInstance, BgpNeighbor, BgpNeighborDetail, BgpState, DownReason, NeighborFamily,
};
use peering_core::{Asn, ParseError};

use super::field::{age, family, router_id};
use super::row::{Standing, scoped, standing};
use super::{after, wrong};

/// How the lines of a neighbour begin.
const NEIGHBOR: &str = "BGP neighbor is ";

/// Reads `show bgp all neighbors vrf …` of one VRF, whose router and AS the summary tells; empty where it has no neighbour.
///
/// # Errors
/// When the state, the remote AS or our own AS of a neighbour is missing, or a number is none.
pub fn bgp_neighbors_detail(
    text: &str,
    instance: &BgpInstance,
) -> Result<Vec<BgpNeighborDetail>, ParseError> {
    let mut found: Vec<Entry> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(rest) = line.trim_start().strip_prefix(NEIGHBOR) {
            found.push(Entry::open(rest, instance, number)?);
        } else if let Some(entry) = found.last_mut() {
            entry.line(line.trim(), number)?;
        }
    }
    let mut details: Vec<BgpNeighborDetail> = Vec::new();
    for entry in found {
        let detail = entry.finish()?;
        let is_same = |known: &BgpNeighborDetail| {
            known.neighbor.address == detail.neighbor.address
                && known.neighbor.interface == detail.neighbor.interface
        };
        // one that is listed below each of its address families is told whole each time
        if !details.iter().any(is_same) {
            details.push(detail);
        }
    }
    Ok(details)
}

/// A neighbour while its lines come.
struct Entry {
    detail: BgpNeighborDetail,
    has_state: bool,
    /// How long ago we ended the session, and how long ago the peer did, with their reasons.
    resets: Vec<(Duration, String)>,
    policies: [Vec<String>; 2],
}

impl Entry {
    /// `192.0.2.2,  remote AS 65001, ebgp link,  Peer index 3`
    fn open(rest: &str, instance: &BgpInstance, number: usize) -> Result<Entry, ParseError> {
        let wrong = |expected| wrong(expected, rest, number);
        let address = rest.split([',', ' ']).next().unwrap_or_default();
        let (address, scope) = scoped(address)?;
        let remote_as = after::<Asn>(rest, "remote AS ").ok_or_else(|| wrong("the remote AS"))?;
        let local_as = after::<Asn>(rest, "local AS ").or(instance.local_as);
        let local_as = local_as.ok_or_else(|| wrong("the local AS, here or in the summary"))?;
        let neighbor = BgpNeighbor {
            network_instance: instance.network_instance.clone(),
            address,
            remote_as,
            local_as,
            local_address: None,
            local_router_id: instance.router_id,
            interface: scope.map(str::to_owned),
            remote_router_id: None,
            description: None,
            peer_group: None,
            is_enabled: true,
            state: BgpState::Idle,
            down_reason: None,
            uptime: None,
            established_since: None,
            state_age: None,
            flaps: None,
            hold_time: None,
            keepalive: None,
            messages_received: None,
            messages_sent: None,
            // it is listed where it is in use
            is_authenticated: Some(false),
            families: Vec::new(),
        };
        let detail = BgpNeighborDetail {
            neighbor,
            routing_table: None,
            is_local_address_configured: Some(false),
            local_port: None,
            remote_port: None,
            is_multihop: Some(false),
            is_multipath: None,
            removes_private_as: Some(false),
            import_policy: None,
            export_policy: None,
            updates_received: None,
            updates_sent: None,
            messages_queued: None,
            previous_state: None,
            last_event: None,
            suppresses_4byte_as: None,
            prepends_local_as: None,
            supports_add_path: None,
            options: Vec::new(),
            configured_hold_time: None,
            configured_keepalive: None,
            active_prefixes: None,
            received_prefixes: None,
            accepted_prefixes: None,
            suppressed_prefixes: None,
            advertised_prefixes: None,
        };
        Ok(Entry { detail, has_state: false, resets: Vec::new(), policies: [Vec::new(), Vec::new()] })
    }

    fn line(&mut self, line: &str, number: usize) -> Result<(), ParseError> {
        if line.starts_with("Description:") || !self.session(line, number)? {
            self.text(line);
            self.messages(line, number)?;
            self.family(line, number)?;
        }
        Ok(())
    }

    /// State and timers. Whether it was a line of these.
    fn session(&mut self, line: &str, number: usize) -> Result<bool, ParseError> {
        let neighbor = &mut self.detail.neighbor;
        let wrong = |expected| wrong(expected, line, number);
        if let Some(rest) = line.strip_prefix("BGP state = ") {
            let (state, rest) = rest.split_once(", ").unwrap_or((rest, ""));
            let Standing { state, down_reason } = standing(state)?;
            let time = after::<String>(rest, "for ").map(|time| age(&time)).transpose()?.flatten();
            let is_established = state == BgpState::Established;
            neighbor.is_enabled = down_reason != Some(DownReason::AdminDown);
            (neighbor.state, neighbor.down_reason) = (state, down_reason);
            neighbor.uptime = time.filter(|_| is_established);
            neighbor.state_age = time.filter(|_| !is_established);
            self.has_state = true;
        } else if line.starts_with("BGP version ") {
            neighbor.remote_router_id =
                after::<String>(line, "remote router ID ").and_then(|id| router_id(&id));
        } else if let Some(rest) = line.strip_prefix("Last read ") {
            let seconds = |words| after::<u64>(rest, words).map(Duration::from_secs);
            neighbor.hold_time = seconds("hold time = ");
            neighbor.keepalive = seconds("keepalive interval is ");
        } else if let Some(rest) = line.strip_prefix("Received ").filter(|rest| rest.contains(" messages")) {
            neighbor.messages_received = Some(first(rest).ok_or_else(|| wrong("Received N messages"))?);
        } else if let Some(rest) = line.strip_prefix("Sent ").filter(|rest| rest.contains(" messages")) {
            neighbor.messages_sent = Some(first(rest).ok_or_else(|| wrong("Sent N messages"))?);
        } else if line.starts_with("Connections established ") {
            neighbor.flaps = after(line, "dropped ");
        } else if let Some(rest) = line.strip_prefix("Last reset by ") {
            // `us 2d03h, due to holdtimer expired error`, `peer never, due to No error`
            let (when, reason) =
                rest.split_once(", due to ").ok_or_else(|| wrong("when, and due to what"))?;
            if let Some(time) = age(when.split_whitespace().last().unwrap_or_default())? {
                self.resets.push((time, reason.trim().to_owned()));
            }
        } else if line.starts_with("Local host: ") {
            neighbor.local_address = after(line, "Local host: ");
            self.detail.local_port = after::<u16>(line, "Local port: ").filter(|port| *port > 0);
        } else if line.starts_with("Foreign host: ") {
            self.detail.remote_port = after::<u16>(line, "Foreign port: ").filter(|port| *port > 0);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// What is configured, and what was agreed upon.
    fn text(&mut self, line: &str) {
        let detail = &mut self.detail;
        if let Some(description) = line.strip_prefix("Description: ") {
            detail.neighbor.description = Some(description.trim().to_owned());
        } else if line.starts_with("Inherits ") {
            // `peer configuration from peer-template IX`, `session configuration from session-template EBGP`
            let name = line.split_whitespace().last().unwrap_or_default();
            let is_first = detail.neighbor.peer_group.is_none() || line.contains("peer-template");
            if is_first {
                detail.neighbor.peer_group = Some(name.to_owned());
            }
        } else if let Some(state) = line.strip_prefix("Neighbor previous state = ") {
            detail.previous_state = Some(state.trim().to_owned());
        } else if line.starts_with("External BGP peer might be up to ") {
            detail.is_multihop = Some(true);
        } else if line.starts_with("Using ") && line.contains(" as update source") {
            detail.is_local_address_configured = Some(true);
        } else if line.starts_with("TCP MD5 authentication is enabled") || line.contains("TCP-AO") {
            detail.neighbor.is_authenticated = Some(true);
        } else if let Some(said) = line.strip_prefix("4-Byte AS capability:") {
            detail.suppresses_4byte_as = Some(!said.contains("advertised"));
        } else if let Some(said) = line.strip_prefix("Additional Paths capability:") {
            detail.supports_add_path = Some(said.contains("received"));
        } else if line.starts_with("Private AS numbers") {
            detail.removes_private_as = Some(true);
        }
    }

    /// `Updates:   15   20`: sent, then received.
    fn messages(&mut self, line: &str, number: usize) -> Result<(), ParseError> {
        if let Some(counts) = line.strip_prefix("Updates:") {
            let counts: Vec<u64> = counts.split_whitespace().filter_map(|count| count.parse().ok()).collect();
            let [sent, received] = counts.as_slice() else { return Err(wrong("two numbers", line, number)) };
            (self.detail.updates_sent, self.detail.updates_received) = (Some(*sent), Some(*received));
        }
        Ok(())
    }

    fn family(&mut self, line: &str, number: usize) -> Result<(), ParseError> {
        let families = &mut self.detail.neighbor.families;
        if let Some(name) = line.strip_prefix("For address family: ") {
            let family = family(name);
            families.push(NeighborFamily {
                family,
                received: None,
                accepted: None,
                sent: None,
                prefix_limit: None,
            });
            return Ok(());
        }
        let Some(current) = families.last_mut() else { return Ok(()) };
        let wrong = |expected| wrong(expected, line, number);
        if line.contains(" accepted prefixes") || line.contains(" accepted paths") {
            current.accepted = Some(first(line).ok_or_else(|| wrong("N accepted prefixes"))?);
        } else if line.contains(" sent prefixes") || line.contains(" sent paths") {
            current.sent = Some(first(line).ok_or_else(|| wrong("N sent prefixes"))?);
        } else if line.starts_with("Maximum prefixes allowed ") {
            let limit = after(line, "Maximum prefixes allowed ");
            current.prefix_limit = Some(limit.ok_or_else(|| wrong("a limit"))?);
        } else if let Some((way, name)) = policy(line) {
            let [import, export] = &mut self.policies;
            let names = if way == "Inbound" { import } else { export };
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<BgpNeighborDetail, ParseError> {
        let Entry { mut detail, has_state, mut resets, policies: [import, export] } = self;
        if !has_state {
            return Err(ParseError::new("BGP state = …", &detail.neighbor.address.to_string()));
        }
        resets.sort();
        let last = resets.into_iter().next().map(|(_, reason)| reason).filter(|reason| reason != "No error");
        if detail.neighbor.state != BgpState::Established && detail.neighbor.down_reason.is_none() {
            detail.neighbor.down_reason = last.clone().map(DownReason::Other);
        }
        detail.last_event = last;
        let joined = |names: Vec<String>| Some(names.join(" ")).filter(|names| !names.is_empty());
        (detail.import_policy, detail.export_policy) = (joined(import), joined(export));
        let is_unicast = |family: &&NeighborFamily| {
            [AddressFamily::Ipv4Unicast, AddressFamily::Ipv6Unicast].contains(&family.family)
        };
        let unicast: Vec<&NeighborFamily> = detail.neighbor.families.iter().filter(is_unicast).collect();
        let sum = |count: fn(&NeighborFamily) -> Option<u64>| {
            unicast.iter().filter_map(|family| count(family)).reduce(u64::saturating_add)
        };
        detail.accepted_prefixes = sum(|family| family.accepted);
        detail.advertised_prefixes = sum(|family| family.sent);
        Ok(detail)
    }
}

/// The number that a line begins with.
fn first(line: &str) -> Option<u64> {
    line.split_whitespace().next()?.parse().ok()
}

/// `Inbound route-map configured is IN, handle obtained`, `Outbound ip prefix-list configured is OUT, handle obtained`
fn policy(line: &str) -> Option<(&str, &str)> {
    let (way, rest) = line.split_once(' ')?;
    let (_, name) = rest.split_once(" configured is ")?;
    let is_policy = rest.starts_with("route-map") || rest.contains("prefix-list") || rest.contains("as-path");
    let name = name.split(',').next()?.trim();
    (is_policy && ["Inbound", "Outbound"].contains(&way)).then_some((way, name))
}
