//! What IOS prints of one BGP neighbour: the block that begins with `BGP neighbor is`.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use peering_core::state::{AddressFamily, BgpState};
use peering_core::{Asn, ParseError};

use super::bgp_summary::family;
use super::field::{after, number, router_id, scoped, span, told};

/// The first words of each block.
const BEGINNING: &str = "BGP neighbor is ";

/// What is told of one family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Family {
    /// The family as it is exchanged: within a VRF that of IP, not that of the VPN that it is translated to.
    pub(super) family: Option<AddressFamily>,
    pub(super) sent: Option<u64>,
    pub(super) accepted: Option<u64>,
    /// The copies that are kept for a soft reconfiguration.
    pub(super) saved: Option<u64>,
    pub(super) best: Option<u64>,
    pub(super) multipath: Option<u64>,
    /// What our policies denied, all in all: outbound and inbound.
    pub(super) denied: Option<(u64, u64)>,
    pub(super) limit: Option<u64>,
    pub(super) import_policy: Option<String>,
    pub(super) export_policy: Option<String>,
    pub(super) peer_group: Option<String>,
    pub(super) removes_private_as: bool,
    pub(super) has_add_path: Option<bool>,
}

/// One block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) address: IpAddr,
    pub(super) interface: Option<String>,
    pub(super) instance: Option<String>,
    pub(super) remote_as: Asn,
    pub(super) local_as: Option<Asn>,
    pub(super) is_external: bool,
    pub(super) state: BgpState,
    /// How long it has been in its state, where that is told.
    pub(super) since: Option<Duration>,
    pub(super) is_shut_down: bool,
    pub(super) description: Option<String>,
    pub(super) peer_group: Option<String>,
    pub(super) remote_router_id: Option<Ipv4Addr>,
    pub(super) hold_time: Option<(Duration, Duration)>,
    pub(super) configured_hold_time: Option<(Duration, Duration)>,
    /// What was negotiated, line by line, as the router prints it.
    pub(super) capabilities: Vec<String>,
    /// Sent and received.
    pub(super) updates: Option<(u64, u64)>,
    pub(super) messages: Option<(u64, u64)>,
    pub(super) queued: Option<u64>,
    pub(super) families: Vec<Family>,
    pub(super) drops: Option<u64>,
    pub(super) last_reset: Option<String>,
    pub(super) hops: Option<u8>,
    pub(super) has_connected_check: bool,
    pub(super) is_in_same_link: bool,
    pub(super) local: Option<(IpAddr, u16)>,
    pub(super) remote_port: Option<u16>,
    pub(super) is_authenticated: Option<bool>,
}

/// Reads all blocks of an answer; none where it says that there are none.
pub(super) fn blocks(text: &str) -> Result<Vec<Block>, ParseError> {
    let mut found = Vec::new();
    let mut draft: Option<Draft<'_>> = None;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(rest) = line.strip_prefix(BEGINNING) {
            found.extend(draft.take().map(Draft::finish).transpose()?);
            draft = Some(Draft::new(rest, number)?);
        } else if let Some(draft) = &mut draft {
            draft.line(line, number)?;
        }
    }
    found.extend(draft.map(Draft::finish).transpose()?);
    Ok(found)
}

struct Draft<'a> {
    number: usize,
    beginning: &'a str,
    state: Option<BgpState>,
    /// Which part of the block the lines belong to.
    part: Part,
    block: Block,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Session,
    Capabilities,
    Messages,
    Family,
    Denied,
    Connection,
}

impl<'a> Draft<'a> {
    /// `10.0.0.2,  vrf TEST,  remote AS 65000, local AS 65001, external link`
    fn new(rest: &'a str, line: usize) -> Result<Draft<'a>, ParseError> {
        let wrong =
            || ParseError::new("BGP neighbor is ADDRESS,  [vrf NAME,]  remote AS N, …", rest).at_line(line);
        let mut parts = rest.split(',').map(str::trim);
        let (address, interface) = parts.next().and_then(scoped).ok_or_else(wrong)?;
        let (mut instance, mut remote_as, mut local_as, mut is_external) = (None, None, None, false);
        for part in parts {
            if let Some(name) = part.strip_prefix("vrf ") {
                instance = told(name);
            } else if let Some(asn) = part.strip_prefix("remote AS ") {
                remote_as = Some(asn.parse().map_err(|_| wrong())?);
            } else if let Some(asn) = part.strip_prefix("local AS ") {
                let asn = asn.split_whitespace().next().unwrap_or_default();
                local_as = Some(asn.parse().map_err(|_| wrong())?);
            } else if part == "external link" {
                is_external = true;
            }
        }
        let block = Block {
            address,
            interface: interface.map(str::to_owned),
            instance,
            remote_as: remote_as.ok_or_else(wrong)?,
            local_as,
            is_external,
            state: BgpState::Idle,
            since: None,
            is_shut_down: false,
            description: None,
            peer_group: None,
            remote_router_id: None,
            hold_time: None,
            configured_hold_time: None,
            capabilities: Vec::new(),
            updates: None,
            messages: None,
            queued: None,
            families: Vec::new(),
            drops: None,
            last_reset: None,
            hops: None,
            has_connected_check: false,
            is_in_same_link: false,
            local: None,
            remote_port: None,
            is_authenticated: None,
        };
        Ok(Draft { number: line, beginning: rest, state: None, part: Part::Session, block })
    }

    fn line(&mut self, line: &str, number: usize) -> Result<(), ParseError> {
        let words = line.trim();
        let wrong = |expected: &str| ParseError::new(expected, words).at_line(number);
        if let Some(name) = words.strip_prefix("For address family: ") {
            self.part = Part::Family;
            self.block.families.push(Family { family: Some(family(name)), ..Family::default() });
            return Ok(());
        }
        match words {
            _ if words.starts_with("Neighbor capabilities:") => self.part = Part::Capabilities,
            _ if words.starts_with("Message statistics") => self.part = Part::Messages,
            _ if words.starts_with("Local Policy Denied Prefixes:") => self.part = Part::Denied,
            _ if words.starts_with("Maximum prefixes allowed") || words.starts_with("Number of NLRIs") => {
                self.part = Part::Family;
            }
            _ if words.starts_with("Connections established")
                || words.starts_with("Address tracking is")
                || words.starts_with("Connection state is") =>
            {
                self.part = Part::Connection;
            }
            _ => {}
        }
        match self.part {
            Part::Session | Part::Capabilities => {
                self.session(line, words).ok_or_else(|| wrong("a word of a session"))?
            }
            Part::Messages => self.messages(words).ok_or_else(|| wrong("a number sent and one received"))?,
            Part::Family | Part::Denied => self.family(words).ok_or_else(|| wrong("numbers of prefixes"))?,
            Part::Connection => self.connection(words).ok_or_else(|| wrong("an address and a port"))?,
        }
        Ok(())
    }

    fn session(&mut self, line: &str, words: &str) -> Option<()> {
        let block = &mut self.block;
        if let Some(text) = words.strip_prefix("Description: ") {
            block.description = told(text);
        } else if words.starts_with("Administratively shut down") {
            block.is_shut_down = true;
        } else if let Some(id) =
            after(words, "remote router ID ").filter(|_| words.starts_with("BGP version"))
        {
            let _: Ipv4Addr = id.parse().ok()?;
            block.remote_router_id = router_id(id);
        } else if let Some(rest) = words.strip_prefix("BGP state = ") {
            let (name, rest) = rest.split_once(',').unwrap_or((rest, ""));
            self.state = Some(state(name.trim())?);
            block.since = rest.split_once(" for ").and_then(|(_, time)| span(time));
        } else if let Some(rest) = after(words, "Configured hold time is ") {
            block.configured_hold_time = timers(rest);
        } else if let Some(rest) = after(words, "hold time is ") {
            block.hold_time = timers(rest);
        } else if let Some(name) = words.strip_prefix("Member of peer-group ") {
            block.peer_group = name.split_whitespace().next().map(str::to_owned);
        } else if let Some(name) = words.strip_prefix("Inherits from template ") {
            block.peer_group =
                block.peer_group.take().or_else(|| name.split_whitespace().next().map(str::to_owned));
        } else if self.part == Part::Capabilities && line.starts_with("    ") && !line.starts_with("     ") {
            block.capabilities.push(words.to_owned());
        }
        Some(())
    }

    fn messages(&mut self, words: &str) -> Option<()> {
        match words.split_once(':') {
            Some(("Updates", rest)) => self.block.updates = Some(pair(rest)?),
            Some(("Total", rest)) => self.block.messages = Some(pair(rest)?),
            _ => {
                if let Some(depth) = words.strip_prefix("OutQ depth is ") {
                    self.block.queued = Some(number(depth)?);
                }
            }
        }
        Some(())
    }

    fn family(&mut self, words: &str) -> Option<()> {
        let is_denied = self.part == Part::Denied;
        let Some(family) = self.block.families.last_mut() else { return Some(()) };
        if let Some(name) = words.strip_prefix("Translates address family ") {
            family.family = Some(self::family(name.split(" for ").next()?));
        } else if let Some(name) = after(words, "Route map for incoming advertisements is ") {
            family.import_policy = told(name.trim_start_matches('*'));
        } else if let Some(name) = after(words, "Route map for outgoing advertisements is ") {
            family.export_policy = told(name.trim_start_matches('*'));
        } else if let Some((name, "peer-group member")) = words.split_once(' ') {
            family.peer_group = told(name);
        } else if words.starts_with("Private AS number removed") {
            family.removes_private_as = true;
        } else if words.starts_with("Additional Paths") && words.contains("capability:") {
            let is_both = words.contains("advertised and received");
            family.has_add_path = Some(family.has_add_path.unwrap_or(false) || is_both);
        } else if let Some(rest) = words.strip_prefix("Maximum prefixes allowed ") {
            family.limit = Some(number(rest)?);
        } else if let Some((name, rest)) = words.split_once(':') {
            match name {
                "Prefixes Current" => {
                    let (sent, accepted) = pair(rest)?;
                    (family.sent, family.accepted) = (Some(sent), Some(accepted));
                }
                "Saved (soft-reconfig)" => family.saved = Some(received(rest)?),
                "Used as bestpath" => family.best = Some(received(rest)?),
                "Used as multipath" => family.multipath = Some(received(rest)?),
                "Total" if is_denied => family.denied = Some(pair(rest)?),
                _ => {}
            }
        }
        Some(())
    }

    fn connection(&mut self, words: &str) -> Option<()> {
        let block = &mut self.block;
        if let Some((_, drops)) = words.split_once("; dropped ") {
            block.drops = Some(number(drops)?);
        } else if let Some(text) = words.strip_prefix("Last reset ") {
            block.last_reset = told(text).filter(|text| text != "never");
        } else if let Some(hops) = after(words, "may be up to ") {
            block.hops = number(hops);
        } else if words.starts_with("External BGP neighbor configured for connected checks") {
            block.has_connected_check = true;
        } else if words.starts_with("Interface associated:") {
            block.is_in_same_link = words.contains("(peering address in same link)");
        } else if let Some((host, port)) = end(words, "Local host: ", ", Local port: ") {
            block.local = Some((scoped(host)?.0, port?));
        } else if let Some((_, port)) = end(words, "Foreign host: ", ", Foreign port: ") {
            block.remote_port = Some(port?);
        } else if let Some(flags) = words.strip_prefix("Option Flags: ") {
            block.is_authenticated =
                Some(flags.split(',').map(str::trim).any(|flag| flag == "md5" || flag == "ao"));
        }
        Some(())
    }

    fn finish(mut self) -> Result<Block, ParseError> {
        let wrong = || ParseError::new("BGP state = …", self.beginning).at_line(self.number);
        self.block.state = self.state.ok_or_else(wrong)?;
        if self.block.instance.is_some() {
            // older versions do not say what a VPN's family is for the neighbour itself
            for family in &mut self.block.families {
                family.family = match family.family.take() {
                    Some(AddressFamily::Other(name)) if name == "vpnv4-unicast" => {
                        Some(AddressFamily::Ipv4Unicast)
                    }
                    Some(AddressFamily::Other(name)) if name == "vpnv6-unicast" => {
                        Some(AddressFamily::Ipv6Unicast)
                    }
                    other => other,
                };
            }
        }
        Ok(self.block)
    }
}

/// `Local host: 192.0.2.1, Local port: 179`
fn end<'a>(words: &'a str, host: &str, port: &str) -> Option<(&'a str, Option<u16>)> {
    let (host, port) = words.strip_prefix(host)?.split_once(port)?;
    Some((host, port.trim().parse().ok()))
}

fn state(name: &str) -> Option<BgpState> {
    Some(match name.to_ascii_lowercase().as_str() {
        "idle" => BgpState::Idle,
        "connect" => BgpState::Connect,
        "active" => BgpState::Active,
        "opensent" => BgpState::OpenSent,
        "openconfirm" => BgpState::OpenConfirm,
        // between two of RFC 4271: the session goes down
        "closing" => BgpState::Idle,
        "established" => BgpState::Established,
        _ => return None,
    })
}

/// `180, keepalive interval is 60 seconds`
fn timers(rest: &str) -> Option<(Duration, Duration)> {
    let hold = number(rest)?;
    let keepalive = number(after(rest, "keepalive interval is ")?)?;
    Some((Duration::from_secs(hold), Duration::from_secs(keepalive)))
}

/// Two numbers: sent and received.
fn pair(rest: &str) -> Option<(u64, u64)> {
    let mut words = rest.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

/// The second of two columns, of which the first is `n/a`.
fn received(rest: &str) -> Option<u64> {
    rest.split_whitespace().nth(1)?.parse().ok()
}
