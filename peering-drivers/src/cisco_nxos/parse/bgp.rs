//! What a row of the BGP summary says, in whichever form it came.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use peering_core::state::{BgpNeighbor, BgpState, DownReason, NeighborFamily};
use peering_core::{Asn, ParseError};

use super::field::{age, family};

/// One row: a neighbour in one address family of one VRF.
pub(super) struct Row<'a> {
    pub(super) instance: &'a str,
    pub(super) own_id: Option<Ipv4Addr>,
    pub(super) local_as: Asn,
    /// `IPv4 Unicast`
    pub(super) family: &'a str,
    /// With the interface of a link-local one behind a `%`.
    pub(super) address: &'a str,
    pub(super) remote_as: Asn,
    /// NX-OS's word for the state.
    pub(super) state: &'a str,
    /// How long it has been in that state.
    pub(super) time: &'a str,
    pub(super) messages_received: Option<u64>,
    pub(super) messages_sent: Option<u64>,
    pub(super) prefixes: Option<u64>,
}

/// Neighbours as their rows come in: one with several address families has a row in each.
#[derive(Default)]
pub(super) struct Neighbors {
    found: Vec<BgpNeighbor>,
    places: HashMap<(String, String), usize>,
}

impl Neighbors {
    pub(super) fn add(&mut self, row: &Row<'_>) -> Result<(), ParseError> {
        let counts = NeighborFamily {
            family: family(row.family),
            received: row.prefixes,
            accepted: None,
            sent: None,
            prefix_limit: None,
        };
        let key = (row.instance.to_owned(), row.address.to_owned());
        if let Some(known) = self.places.get(&key).and_then(|place| self.found.get_mut(*place)) {
            known.families.push(counts);
            return Ok(());
        }
        let (address, interface) = scoped(row.address)?;
        let Standing { state, down_reason } = standing(row.state)?;
        let time = age(row.time)?;
        let is_established = state == BgpState::Established;
        self.places.insert(key, self.found.len());
        self.found.push(BgpNeighbor {
            network_instance: row.instance.to_owned(),
            address,
            remote_as: row.remote_as,
            local_as: row.local_as,
            local_address: None,
            local_router_id: row.own_id,
            interface: interface.map(str::to_owned),
            // the summary does not tell it
            remote_router_id: None,
            description: None,
            peer_group: None,
            is_enabled: down_reason != Some(DownReason::AdminDown),
            state,
            down_reason,
            uptime: time.filter(|_| is_established),
            established_since: None,
            state_age: time.filter(|_| !is_established),
            flaps: None,
            hold_time: None,
            keepalive: None,
            messages_received: row.messages_received,
            messages_sent: row.messages_sent,
            is_authenticated: None,
            families: vec![counts],
        });
        Ok(())
    }

    pub(super) fn finish(self) -> Vec<BgpNeighbor> {
        self.found
    }
}

/// A state, and why it is that.
pub(super) struct Standing {
    pub(super) state: BgpState,
    pub(super) down_reason: Option<DownReason>,
}

/// NX-OS's words for a state: those of the RFC, some shortened, `Shut (Admin)`, `Idle (PfxCt)`, `Closing`.
pub(super) fn standing(words: &str) -> Result<Standing, ParseError> {
    let is_shut = words.to_lowercase().contains("shut");
    let state = match words.split([' ', '(', ',']).next().unwrap_or_default() {
        _ if is_shut => BgpState::Idle,
        "Idle" | "Closing" => BgpState::Idle,
        "Connect" => BgpState::Connect,
        "Active" => BgpState::Active,
        "Open" | "OpenSent" | "Opensent" => BgpState::OpenSent,
        "OpenConf" | "OpenConfirm" | "Openconfirm" => BgpState::OpenConfirm,
        "Established" | "Estab" => BgpState::Established,
        _ => return Err(ParseError::new("a state of BGP", words)),
    };
    let down_reason = match words.split_once('(').map(|(_, reason)| reason.trim_end_matches(')').trim()) {
        _ if is_shut => Some(DownReason::AdminDown),
        Some(reason) if reason.to_lowercase().starts_with("pfx") => Some(DownReason::MaximumPrefixes),
        Some(reason) if state != BgpState::Established => Some(DownReason::Other(reason.to_owned())),
        // the session is being taken down
        None if words == "Closing" => Some(DownReason::Other(words.to_owned())),
        _ => None,
    };
    Ok(Standing { state, down_reason })
}

/// An address, and the interface of a link-local one.
pub(super) fn scoped(text: &str) -> Result<(IpAddr, Option<&str>), ParseError> {
    let (address, scope) = match text.split_once('%') {
        Some((address, scope)) => (address, Some(scope)),
        None => (text, None),
    };
    let address = address.parse().map_err(|_| ParseError::new("an address", text))?;
    Ok((address, scope.filter(|scope| !scope.is_empty())))
}

/// An AS number, with or without a dot.
pub(super) fn asn(text: &str) -> Result<Asn, ParseError> {
    text.trim().parse().map_err(|_| ParseError::new("an AS number", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_their_reasons() {
        for (words, state, reason) in [
            ("Established", BgpState::Established, None),
            ("Shut (Admin)", BgpState::Idle, Some(DownReason::AdminDown)),
            ("Shutdown", BgpState::Idle, Some(DownReason::AdminDown)),
            ("Admin (Shut)", BgpState::Idle, Some(DownReason::AdminDown)),
            ("Idle (PfxCt)", BgpState::Idle, Some(DownReason::MaximumPrefixes)),
            ("Closing", BgpState::Idle, Some(DownReason::Other("Closing".to_owned()))),
            ("OpenConf", BgpState::OpenConfirm, None),
        ] {
            let standing = standing(words).unwrap();
            assert_eq!((standing.state, standing.down_reason), (state, reason), "{words}");
        }
        assert!(standing("Melting").is_err());
    }
}
