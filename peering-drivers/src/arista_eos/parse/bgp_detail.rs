//! All that is told of the BGP neighbours, from text: the older form and that of the multi-agent model.

use std::collections::HashMap;
use std::str::FromStr;
use std::time::Duration;

use peering_core::state::{
    AddressFamily, BgpNeighbor, BgpNeighborDetail, BgpState, DownReason, NeighborFamily,
};
use peering_core::{Asn, ParseError};

use super::bgp::{accepted, down_reason, state};
use super::field::{address, router_id, scoped};

/// The first words of each neighbour's block.
const BEGINNING: &str = "BGP neighbor is ";

/// Reads `show ip bgp neighbors vrf all` or `show ipv6 bgp peers vrf all`; `summary` is the JSON of `show ip bgp summary
/// vrf all` (`show ipv6 …`), which alone tells how many prefixes were accepted.
///
/// # Errors
/// When the summary is no JSON of its shape, or a block lacks the address, an AS number, the VRF or the state.
pub fn bgp_neighbors_detail(text: &str, summary: &str) -> Result<Vec<BgpNeighborDetail>, ParseError> {
    let accepted = accepted(summary)?;
    let mut found = Vec::new();
    let mut block: Option<Block<'_>> = None;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(rest) = line.strip_prefix(BEGINNING) {
            found.extend(block.take().map(|block| block.finish(&accepted)).transpose()?);
            block = Some(Block::new(rest, number)?);
        } else if let Some(block) = &mut block {
            block.line(line, number)?;
        }
    }
    found.extend(block.map(|block| block.finish(&accepted)).transpose()?);
    let is_silent = text.trim().is_empty() || text.trim_start().starts_with('%');
    if found.is_empty() && !is_silent && !text.contains("inactive") {
        return Err(ParseError::new("BGP neighbor is …", text.trim()));
    }
    Ok(found)
}

struct Block<'a> {
    number: usize,
    /// How far the head of the table of prefixes is moved in, while its lines are read.
    table: Option<usize>,
    /// Whether that table was read.
    has_table: bool,
    address: &'a str,
    remote_as: Asn,
    instance: Option<&'a str>,
    local_as: Option<Asn>,
    state: Option<BgpState>,
    reason: Option<DownReason>,
    families: Vec<NeighborFamily>,
    detail: Draft,
}

/// What may be missing in a block.
#[derive(Default)]
struct Draft {
    remote_router_id: Option<std::net::Ipv4Addr>,
    local_router_id: Option<std::net::Ipv4Addr>,
    local_address: Option<std::net::IpAddr>,
    description: Option<String>,
    peer_group: Option<String>,
    since: Option<Duration>,
    transitions: Option<u64>,
    hold_time: Option<Duration>,
    keepalive: Option<Duration>,
    configured_hold_time: Option<Duration>,
    configured_keepalive: Option<Duration>,
    previous_state: Option<String>,
    last_event: Option<String>,
    local_port: Option<u16>,
    remote_port: Option<u16>,
    hops: Option<u32>,
    import_policy: Option<String>,
    export_policy: Option<String>,
    updates: Option<(u64, u64)>,
    messages: Option<(u64, u64)>,
    queued: Option<u64>,
    is_authenticated: Option<bool>,
}

impl<'a> Block<'a> {
    /// `192.0.2.1, remote AS 64500, external link`
    fn new(rest: &'a str, number: usize) -> Result<Block<'a>, ParseError> {
        let wrong = || ParseError::new("BGP neighbor is ADDRESS, remote AS NUMBER, …", rest).at_line(number);
        let (address, rest) = rest.split_once(", remote AS ").ok_or_else(wrong)?;
        let remote_as = rest.split(',').next().unwrap_or_default().trim().parse().map_err(|_| wrong())?;
        Ok(Block {
            number,
            table: None,
            has_table: false,
            address,
            remote_as,
            instance: None,
            local_as: None,
            state: None,
            reason: None,
            families: Vec::new(),
            detail: Draft::default(),
        })
    }

    fn line(&mut self, line: &'a str, number: usize) -> Result<(), ParseError> {
        let wrong = |expected: &str| ParseError::new(expected, line.trim()).at_line(number);
        let words = line.trim();
        let depth = line.len() - line.trim_start().len();
        if words.to_lowercase().starts_with("prefix statistics") {
            // lines of the same names elsewhere count something else: RPKI's results
            self.families.clear();
            self.table = Some(depth);
        } else if !words.is_empty() && self.table.is_some_and(|head| depth <= head) {
            self.table = None;
            self.has_table = true;
        }
        if let (false, Some((name, counts))) = (self.has_table, words.split_once(':')) {
            self.prefixes(name, counts);
        }
        let detail = &mut self.detail;
        if let Some((first, rest)) = words.split_once(':') {
            match first {
                "Updates" => detail.updates = detail.updates.or_else(|| pair(rest)),
                "Total messages" => {
                    detail.messages =
                        Some(pair(rest).ok_or_else(|| wrong("a number sent and one received"))?);
                }
                "Send-Q" => {
                    detail.queued = detail.queued.or(rest.trim().split('/').next().and_then(number_of));
                }
                "Description" => detail.description = some(rest.trim()),
                "Number of transitions to established" => detail.transitions = number_of(rest),
                _ => {}
            }
        }
        if let Some(rest) = words.strip_prefix("BGP version ") {
            let (_, rest) = rest.split_once("remote router ID ").ok_or_else(|| wrong("a router ID"))?;
            let (id, rest) = rest.split_once(", VRF ").ok_or_else(|| wrong("a VRF"))?;
            detail.remote_router_id = router_id(id);
            self.instance = Some(rest.trim());
        } else if let Some(rest) = words.strip_prefix("BGP state is ") {
            let (name, rest) = rest.split_once(',').unwrap_or((rest, ""));
            self.state = Some(state(name.trim()).map_err(|_| wrong("a state of BGP"))?);
            let rest = rest.trim();
            match rest.strip_prefix("up for").or_else(|| rest.strip_prefix("down for")) {
                Some(time) => detail.since = span(time),
                None => self.reason = some(rest).map(down_reason),
            }
        } else if let Some(rest) = words.strip_prefix("Hold time is ") {
            (detail.hold_time, detail.keepalive) = timers(rest);
        } else if let Some(rest) = words.strip_prefix("Configured hold time is ") {
            (detail.configured_hold_time, detail.configured_keepalive) = timers(rest);
        } else if let Some(rest) = words.strip_prefix("Last state was ") {
            detail.previous_state = some(rest);
        } else if let Some(rest) = words.strip_prefix("Last event was ") {
            detail.last_event = some(rest);
        } else if let Some(rest) = words.strip_prefix("OutQ depth is ") {
            detail.queued = number_of(rest);
        } else if let Some(rest) = words.strip_prefix("Inbound route map is ") {
            detail.import_policy = some(rest);
        } else if let Some(rest) = words.strip_prefix("Outbound route map is ") {
            detail.export_policy = some(rest);
        } else if let Some(rest) = words.strip_prefix("Inherits configuration from and member of peer-group ")
        {
            detail.peer_group = some(rest);
        } else if let Some(rest) = words.strip_prefix("Local AS is ") {
            let (asn, rest) = rest.split_once(',').unwrap_or((rest, ""));
            self.local_as = Some(asn.trim().parse().map_err(|_| wrong("our AS number"))?);
            detail.local_router_id = rest.trim().strip_prefix("local router ID ").and_then(router_id);
        } else if let Some(rest) = words.strip_prefix("Local TCP address is ") {
            let (own, rest) = rest.split_once(", local port is ").unwrap_or((rest, ""));
            detail.local_address = Some(address(own).map_err(|_| wrong("our address"))?);
            detail.local_port = number_of(rest);
        } else if let Some(rest) = words.strip_prefix("TTL is ") {
            let (_, rest) = rest.split_once("external peer can be ").unwrap_or_default();
            detail.hops = rest.split_whitespace().next().and_then(number_of);
        } else if words.starts_with("MD5 authentication is enabled") {
            detail.is_authenticated = Some(true);
        }
        if let Some((_, port)) = words.split_once(", remote port is ") {
            detail.remote_port = number_of(port);
        }
        Ok(())
    }

    /// `IPv4 Unicast:  2  8`: sent and received; the first line of a family counts.
    fn prefixes(&mut self, name: &str, counts: &str) {
        let family = match name {
            "IPv4 Unicast" => AddressFamily::Ipv4Unicast,
            "IPv6 Unicast" => AddressFamily::Ipv6Unicast,
            _ => return,
        };
        if let (Some((sent, received)), false) =
            (pair(counts), self.families.iter().any(|entry| entry.family == family))
        {
            let (received, sent) = (Some(received), Some(sent));
            self.families.push(NeighborFamily { family, received, accepted: None, sent, prefix_limit: None });
        }
    }

    fn finish(self, accepted: &HashMap<(String, String), u64>) -> Result<BgpNeighborDetail, ParseError> {
        let missing = |what: &str| ParseError::new(what, self.address).at_line(self.number);
        let (peer, scope) = scoped(self.address).map_err(|error| error.at_line(self.number))?;
        let instance = self.instance.ok_or_else(|| missing("the VRF of a neighbour"))?;
        let state = self.state.ok_or_else(|| missing("the state of a neighbour"))?;
        let local_as = self.local_as.ok_or_else(|| missing("our AS towards a neighbour"))?;
        let is_established = state == BgpState::Established;
        let accepted = accepted.get(&(instance.to_owned(), self.address.to_owned())).copied();
        let sum = |count: fn(&NeighborFamily) -> Option<u64>| {
            self.families.iter().filter_map(count).fold(None, |sum, count| Some(sum.unwrap_or(0) + count))
        };
        let (received_prefixes, advertised_prefixes) =
            (sum(|family| family.received), sum(|family| family.sent));
        let transport = if peer.is_ipv4() { AddressFamily::Ipv4Unicast } else { AddressFamily::Ipv6Unicast };
        let mut families = self.families;
        families
            .retain(|entry| entry.family == transport || entry.received > Some(0) || entry.sent > Some(0));
        for entry in families.iter_mut().filter(|entry| entry.family == transport) {
            entry.accepted = accepted;
        }
        let draft = self.detail;
        let neighbor = BgpNeighbor {
            network_instance: instance.to_owned(),
            address: peer,
            remote_as: self.remote_as,
            local_as,
            local_address: draft.local_address,
            local_router_id: draft.local_router_id,
            interface: scope.map(str::to_owned),
            remote_router_id: draft.remote_router_id,
            description: draft.description,
            peer_group: draft.peer_group,
            is_enabled: self.reason != Some(DownReason::AdminDown),
            state,
            down_reason: self.reason,
            uptime: draft.since.filter(|_| is_established),
            established_since: None,
            state_age: draft.since.filter(|_| !is_established),
            flaps: draft.transitions.map(|times| times.saturating_sub(u64::from(is_established))),
            hold_time: draft.hold_time,
            keepalive: draft.keepalive,
            messages_received: draft.messages.map(|(_, received)| received),
            messages_sent: draft.messages.map(|(sent, _)| sent),
            is_authenticated: draft.is_authenticated,
            families,
        };
        Ok(BgpNeighborDetail {
            neighbor,
            routing_table: None,
            is_local_address_configured: None,
            local_port: draft.local_port,
            remote_port: draft.remote_port,
            is_multihop: draft.hops.map(|hops| hops > 1),
            is_multipath: None,
            removes_private_as: None,
            import_policy: draft.import_policy,
            export_policy: draft.export_policy,
            updates_received: draft.updates.map(|(_, received)| received),
            updates_sent: draft.updates.map(|(sent, _)| sent),
            messages_queued: draft.queued,
            previous_state: draft.previous_state,
            last_event: draft.last_event,
            suppresses_4byte_as: None,
            prepends_local_as: None,
            supports_add_path: None,
            options: Vec::new(),
            configured_hold_time: draft.configured_hold_time,
            configured_keepalive: draft.configured_keepalive,
            active_prefixes: None,
            received_prefixes,
            accepted_prefixes: accepted,
            suppressed_prefixes: None,
            advertised_prefixes,
        })
    }
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn number_of<T: FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

/// The first two columns: sent and received.
fn pair(text: &str) -> Option<(u64, u64)> {
    let mut columns = text.split_whitespace().map(str::parse);
    match (columns.next()?, columns.next()?) {
        (Ok(sent), Ok(received)) => Some((sent, received)),
        _ => None,
    }
}

/// `180, keepalive interval is 60 seconds`
fn timers(text: &str) -> (Option<Duration>, Option<Duration>) {
    let (hold, rest) = text.split_once(',').unwrap_or((text, ""));
    let keepalive = rest.trim().strip_prefix("keepalive interval is ").unwrap_or_default();
    let seconds = |text: &str| text.split_whitespace().next().and_then(number_of).map(Duration::from_secs);
    (seconds(hold), seconds(keepalive))
}

/// `00:12:33`, or the two largest units: `65d00h`, `1w2d`, `1y3w`.
fn span(text: &str) -> Option<Duration> {
    let text = text.trim();
    if text.contains(':') {
        let mut seconds = 0_u64;
        for part in text.split(':') {
            seconds = seconds.checked_mul(60)?.checked_add(part.parse().ok()?)?;
        }
        return Some(Duration::from_secs(seconds));
    }
    let (mut seconds, mut number) = (0_u64, 0_u64);
    for sign in text.chars() {
        match (sign.to_digit(10), sign) {
            (Some(digit), _) => number = number.checked_mul(10)?.checked_add(u64::from(digit))?,
            (None, unit) => {
                let unit = match unit {
                    's' => 1,
                    'm' => 60,
                    'h' => 3600,
                    'd' => 86_400,
                    'w' => 604_800,
                    'y' => 31_536_000,
                    _ => return None,
                };
                seconds = seconds.checked_add(number.checked_mul(unit)?)?;
                number = 0;
            }
        }
    }
    (number == 0 && !text.is_empty()).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_forms() {
        for (text, seconds) in [
            ("00:12:33", Some(753)),
            ("   65d00h", Some(65 * 86_400)),
            ("1w2d", Some(9 * 86_400)),
            ("never", None),
            ("", None),
        ] {
            assert_eq!(span(text), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
