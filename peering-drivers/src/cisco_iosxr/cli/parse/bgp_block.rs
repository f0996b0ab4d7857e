//! What IOS-XR prints of one BGP neighbour: the block that begins with `BGP neighbor is`.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use peering_core::state::{AddressFamily, BgpState};
use peering_core::{Asn, ParseError};

use super::family;
use super::field::{after, number, number_before, router_id, scoped, span, told};

/// The first words of each block.
const BEGINNING: &str = "BGP neighbor is ";

/// What is told of one family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) family: AddressFamily,
    pub(super) accepted: Option<u64>,
    pub(super) best: Option<u64>,
    /// What our policy denies now.
    pub(super) denied: Option<u64>,
    pub(super) sent: Option<u64>,
    pub(super) suppressed: Option<u64>,
    pub(super) limit: Option<u64>,
    pub(super) import_policy: Option<String>,
    pub(super) export_policy: Option<String>,
    pub(super) removes_private_as: bool,
    pub(super) has_add_path: Option<bool>,
}

/// What a block may tell of the session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) description: Option<String>,
    pub(super) remote_router_id: Option<Ipv4Addr>,
    pub(super) uptime: Option<Duration>,
    pub(super) is_shut_down: bool,
    pub(super) hold_time: Option<(Duration, Duration)>,
    pub(super) configured_hold_time: Option<(Duration, Duration)>,
    /// Whether AS numbers of four bytes are offered.
    pub(super) offers_4byte_as: Option<bool>,
    /// Sent and received.
    pub(super) updates: Option<(u64, u64)>,
    pub(super) messages: Option<(u64, u64)>,
    pub(super) queued: Option<u64>,
    pub(super) drops: Option<u64>,
    pub(super) local: Option<(IpAddr, u16)>,
    pub(super) remote_port: Option<u16>,
    /// How long ago the session went down.
    pub(super) since_reset: Option<Duration>,
    /// Why it did.
    pub(super) reset_reason: Option<String>,
    pub(super) is_multihop: bool,
}

/// One block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) address: IpAddr,
    pub(super) interface: Option<String>,
    /// The VRF; `None` for the main table.
    pub(super) instance: Option<String>,
    pub(super) remote_as: Asn,
    pub(super) local_as: Asn,
    pub(super) state: BgpState,
    pub(super) told: Told,
    pub(super) families: Vec<Family>,
}

/// Reads all blocks of an answer, which may have headings with the VRF (`VRF: BLUE`) or the family between them.
pub(super) fn blocks(text: &str) -> Result<Vec<Block>, ParseError> {
    let mut found = Vec::new();
    let mut draft: Option<Draft<'_>> = None;
    let mut heading: Option<String> = None;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(rest) = line.strip_prefix(BEGINNING) {
            found.extend(draft.take().map(Draft::finish).transpose()?);
            draft = Some(Draft::new(rest, number, heading.clone())?);
        } else if let Some(name) = line.strip_prefix("VRF: ") {
            found.extend(draft.take().map(Draft::finish).transpose()?);
            heading = told(name).filter(|name| name != "default");
        } else if let Some(draft) = &mut draft {
            draft.line(line, number)?;
        }
    }
    found.extend(draft.map(Draft::finish).transpose()?);
    Ok(found)
}

/// What has been read of a block so far.
struct Draft<'a> {
    number: usize,
    beginning: &'a str,
    address: IpAddr,
    interface: Option<String>,
    instance: Option<String>,
    numbers: Option<(Asn, Asn)>,
    state: Option<BgpState>,
    told: Told,
    families: Vec<Family>,
    /// Whether the lines are about a family.
    is_family: bool,
}

impl<'a> Draft<'a> {
    /// `192.0.2.1`, or `192.0.2.1, vrf BLUE`.
    fn new(rest: &'a str, number: usize, heading: Option<String>) -> Result<Draft<'a>, ParseError> {
        let wrong = || ParseError::new("BGP neighbor is ADDRESS[, vrf NAME]", rest).at_line(number);
        let mut parts = rest.split(',').map(str::trim);
        let (address, interface) = parts.next().and_then(scoped).ok_or_else(wrong)?;
        let vrf = parts.find_map(|part| part.strip_prefix("vrf ")).and_then(told);
        Ok(Draft {
            number,
            beginning: rest,
            address,
            interface: interface.map(str::to_owned),
            instance: vrf.or(heading).filter(|name| name != "default"),
            numbers: None,
            state: None,
            told: Told::default(),
            families: Vec::new(),
            is_family: false,
        })
    }

    fn line(&mut self, line: &str, number: usize) -> Result<(), ParseError> {
        let words = line.trim();
        if let Some(name) = words.strip_prefix("For Address Family: ") {
            self.is_family = true;
            self.families.push(Family::new(name));
            return Ok(());
        }
        if words.starts_with("Connections established ") {
            self.is_family = false;
        }
        let read = match self.families.last_mut().filter(|_| self.is_family) {
            Some(family) => family.line(words),
            None => self.session(words),
        };
        read.ok_or_else(|| ParseError::new("a line about a BGP neighbour", words).at_line(number))
    }

    fn session(&mut self, words: &str) -> Option<()> {
        let block = &mut self.told;
        if let Some(text) = words.strip_prefix("Description: ") {
            block.description = told(text);
        } else if let Some(numbers) = words.strip_prefix("Remote AS ") {
            let (remote, local) = numbers.split_once(", local AS ")?;
            let local = local.split([',', ' ']).next()?;
            self.numbers = Some((remote.trim().parse().ok()?, local.parse().ok()?));
        } else if let Some(id) = words.strip_prefix("Remote router ID ") {
            let _: Ipv4Addr = id.parse().ok()?;
            block.remote_router_id = router_id(id);
        } else if let Some(found) = words.strip_prefix("BGP state = ") {
            self.state = Some(state(found.split([',', ' ', '(']).next()?)?);
            block.uptime = match found.split_once("up for ") {
                Some((_, time)) => Some(span(time)?),
                None => None,
            };
            block.is_shut_down |= found.contains("(Admin");
        } else if words.starts_with("Administratively shut down") {
            block.is_shut_down = true;
        } else if let Some(times) = words.strip_prefix("Configured hold time: ") {
            block.configured_hold_time = Some(timers(times, "keepalive: ")?);
        } else if let Some(times) = after(words, "old time is ") {
            // `Hold time is 180, …`, in older versions behind `Last read 00:00:10, hold time is …`
            block.hold_time = Some(timers(times, "keepalive interval is ")?);
        } else if let Some(answers) = words.strip_prefix("4-byte AS:") {
            block.offers_4byte_as = Some(answers.split_whitespace().next()? == "Yes");
        } else if let Some(depth) = after(words, "OutQ depth: ") {
            block.queued = Some(number(depth)?);
        } else if let Some(counts) = words.strip_prefix("Update:") {
            block.updates = Some(stamped(counts)?);
        } else if let Some(counts) = words.strip_prefix("Total:") {
            let mut counts = counts.split_whitespace().map(str::parse);
            block.messages = Some((counts.next()?.ok()?, counts.next()?.ok()?));
        } else if let Some((_, drops)) = words.split_once("; dropped ") {
            block.drops = Some(number(drops)?);
        } else if let Some(host) = words.strip_prefix("Local host: ") {
            block.local = Some(end(host, "Local port: ")?);
        } else if let Some(host) = words.strip_prefix("Foreign host: ") {
            block.remote_port = Some(end(host, "Foreign port: ")?.1);
        } else if let Some(reset) = words.strip_prefix("Last reset ") {
            let (time, why) = reset.split_once(", due to ").unwrap_or((reset, ""));
            (block.since_reset, block.reset_reason) = (span(time), told(why));
        } else if words.starts_with("External BGP neighbor not directly connected") {
            block.is_multihop = true;
        }
        Some(())
    }

    fn finish(self) -> Result<Block, ParseError> {
        let wrong = |expected: &str| ParseError::new(expected, self.beginning).at_line(self.number);
        let (remote_as, local_as) = self.numbers.ok_or_else(|| wrong("Remote AS N, local AS N, …"))?;
        Ok(Block {
            address: self.address,
            remote_as,
            local_as,
            state: self.state.ok_or_else(|| wrong("BGP state = …"))?,
            interface: self.interface,
            instance: self.instance,
            told: self.told,
            families: self.families,
        })
    }
}

impl Family {
    /// `IPv4 Unicast`
    fn new(name: &str) -> Family {
        Family {
            family: family(&name.trim().replace(' ', "-")),
            accepted: None,
            best: None,
            denied: None,
            sent: None,
            suppressed: None,
            limit: None,
            import_policy: None,
            export_policy: None,
            removes_private_as: false,
            has_add_path: None,
        }
    }

    fn line(&mut self, words: &str) -> Option<()> {
        if words.contains(" accepted prefixes") {
            self.accepted = Some(number_before(words, " accepted prefixes")?);
            self.best = Some(number_before(words, " are bestpaths")?);
        } else if let Some(count) = words.strip_prefix("Exact no. of prefixes denied") {
            self.denied = Some(number(count.trim_start_matches([' ', ':']))?);
        } else if let Some(counts) = words.strip_prefix("Prefix advertised ") {
            self.sent = Some(number(counts)?);
            self.suppressed = Some(number(after(counts, ", suppressed ")?)?);
        } else if let Some(limit) = words.strip_prefix("Maximum prefixes allowed ") {
            self.limit = Some(number(limit)?);
        } else if let Some(name) = words.strip_prefix("Policy for incoming advertisements is ") {
            self.import_policy = told(name);
        } else if let Some(name) = words.strip_prefix("Policy for outgoing advertisements is ") {
            self.export_policy = told(name);
        } else if words.starts_with("Private AS number removed") {
            self.removes_private_as = true;
        } else if let Some(ways) = words.strip_prefix("Additional-paths operation: ") {
            self.has_add_path = Some(ways.trim() != "None");
        }
        Some(())
    }
}

/// `192.0.2.1, Local port: 179, IF Handle: 0x00000000`
fn end(rest: &str, port: &str) -> Option<(IpAddr, u16)> {
    let (host, rest) = rest.split_once(',')?;
    Some((scoped(host.trim())?.0, number(after(rest, port)?)?))
}

fn state(name: &str) -> Option<BgpState> {
    Some(match name {
        "Idle" => BgpState::Idle,
        "Connect" => BgpState::Connect,
        "Active" => BgpState::Active,
        "OpenSent" => BgpState::OpenSent,
        "OpenConfirm" => BgpState::OpenConfirm,
        // what follows a session
        "Closing" | "ClosingSync" => BgpState::Idle,
        "Established" => BgpState::Established,
        _ => return None,
    })
}

/// `180, keepalive interval is 60 seconds`
fn timers(rest: &str, keepalive: &str) -> Option<(Duration, Duration)> {
    let (hold, keepalive) = (number(rest)?, number(after(rest, keepalive)?)?);
    Some((Duration::from_secs(hold), Duration::from_secs(keepalive)))
}

/// Two numbers, sent and received, each behind the moment of the last one: `Nov  9 12:00:58.262         1  ---         0`.
fn stamped(rest: &str) -> Option<(u64, u64)> {
    let mut words = rest.split_whitespace();
    let mut count = || {
        // a moment takes three words, and none is dashes
        let more = if words.next()?.starts_with('-') { 0 } else { 2 };
        words.nth(more)?.parse::<u64>().ok()
    };
    Some((count()?, count()?))
}
