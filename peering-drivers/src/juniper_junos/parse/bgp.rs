//! BGP neighbours: `get-bgp-neighbor-information`, `get-bgp-summary-information`, `get-instance-information`.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::{AddressFamily, BgpNeighbor, BgpState, DownReason, NeighborFamily};

use super::reply::{instance_name, items, scoped, seconds};
use crate::transport::netconf::xml::Element;

const NAMES: [&str; 1] = ["bgp-information"];
const PEER: &str = "bgp-peer";

/// Reads the names of the routing instances, without Junos's own (`__juniper_private1__` and the like).
///
/// # Errors
/// When the reply is another, or an instance lacks its name.
pub fn routing_instances(reply: Element<'_>) -> Result<Vec<String>, ParseError> {
    let mut found = Vec::new();
    for instance in items(reply, &["instance-information"], "instance-core")? {
        let name = instance.required_text("instance-name")?;
        if !name.starts_with("__") {
            found.push(name.to_owned());
        }
    }
    Ok(found)
}

/// Reads how long each peer of a routing instance has been in its state, from the summary.
///
/// # Errors
/// When the reply is another, or a peer lacks its address.
pub fn bgp_state_ages(reply: Element<'_>) -> Result<Vec<(IpAddr, Duration)>, ParseError> {
    let mut found = Vec::new();
    for peer in items(reply, &NAMES, PEER)? {
        if let Some(age) = seconds(peer, "elapsed-time")? {
            let address = peer.required("peer-address")?;
            let (plain, _) = endpoint(address.text());
            found.push((scoped(address, plain)?.0, age));
        }
    }
    Ok(found)
}

/// Reads the neighbours of one routing instance, by Junos's name of it; their ages are in [`bgp_state_ages`].
///
/// # Errors
/// When the reply is another, or a neighbour lacks address, AS numbers or state.
pub fn bgp_neighbors(reply: Element<'_>, instance: &str) -> Result<Vec<BgpNeighbor>, ParseError> {
    peers(reply)?.iter().map(|peer| peer.neighbor(instance)).collect()
}

pub(super) fn peers(reply: Element<'_>) -> Result<Vec<Peer<'_>>, ParseError> {
    Ok(items(reply, &NAMES, PEER)?.map(Peer::read).collect())
}

/// An address and the TCP port behind its `+`.
pub(super) fn endpoint(text: &str) -> (&str, Option<u16>) {
    match text.split_once('+') {
        Some((address, port)) => (address, port.parse().ok()),
        None => (text, None),
    }
}

/// Declares what is looked at in an element, each child by its name, and reads it in one pass.
macro_rules! children {
    ($(#[$doc:meta])* $kind:ident { $($field:ident = $name:literal,)* } lists { $($list:ident = $item:literal,)* }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(super) struct $kind<'d> {
            $(pub(super) $field: Option<Element<'d>>,)*
            $(pub(super) $list: Vec<Element<'d>>,)*
        }

        impl<'d> $kind<'d> {
            pub(super) fn read(element: Element<'d>) -> Self {
                let mut found = $kind::default();
                for child in element.children() {
                    match child.name() {
                        $($name => found.$field = found.$field.or(Some(child)),)*
                        $($item => found.$list.push(child),)*
                        _ => {}
                    }
                }
                found
            }
        }
    };
}

children! {
    /// A `bgp-peer`, with what of it is read.
    Entry {
        address = "peer-address",
        remote_as = "peer-as",
        local_address = "local-address",
        local_as = "local-as",
        state = "peer-state",
        previous_state = "last-state",
        last_event = "last-event",
        last_error = "last-error",
        description = "description",
        group = "peer-group",
        options = "bgp-option-information",
        flaps = "flap-count",
        remote_id = "peer-id",
        local_id = "local-id",
        hold_time = "active-holdtime",
        keepalive = "keepalive-interval",
        interface = "local-interface-name",
        four_byte_as = "peer-4byte-as-capability-advertised",
        no_add_path = "peer-addpath-not-supported",
        messages_received = "input-messages",
        messages_sent = "output-messages",
        updates_received = "input-updates",
        updates_sent = "output-updates",
    } lists {
        tables = "bgp-rib",
        queues = "bgp-output-queue",
    }
}

children! {
    /// A `bgp-option-information`.
    Options {
        basic = "bgp-options",
        extended = "bgp-options-extended",
        hold_time = "holdtime",
    } lists {
        import = "import-policy",
        export = "export-policy",
    }
}

children! {
    /// A `bgp-rib`: what the peer fills of one table.
    Table {
        name = "name",
        send_state = "send-state",
        active = "active-prefix-count",
        received = "received-prefix-count",
        accepted = "accepted-prefix-count",
        suppressed = "suppressed-prefix-count",
        sent = "advertised-prefix-count",
    } lists {}
}

/// A peer, its options and its tables.
pub(super) struct Peer<'d> {
    element: Element<'d>,
    pub(super) entry: Entry<'d>,
    pub(super) options: Options<'d>,
    pub(super) tables: Vec<Table<'d>>,
}

impl<'d> Peer<'d> {
    fn read(element: Element<'d>) -> Self {
        let entry = Entry::read(element);
        let options = entry.options.map(Options::read).unwrap_or_default();
        let tables = entry.tables.iter().copied().map(Table::read).collect();
        Peer { element, entry, options, tables }
    }

    fn required(&self, child: Option<Element<'d>>, name: &str) -> Result<Element<'d>, ParseError> {
        let missing = || self.element.unexpected(format!("<{name}> in it"), "<bgp-peer>");
        child.filter(|child| !child.text().is_empty()).ok_or_else(missing)
    }

    /// The words of its options.
    pub(super) fn option_words(&self) -> impl Iterator<Item = &'d str> {
        let all = [self.options.basic, self.options.extended];
        all.into_iter().flatten().flat_map(|options| options.text().split_whitespace())
    }

    fn has_option(&self, name: &str) -> bool {
        self.option_words().any(|word| word.eq_ignore_ascii_case(name))
    }

    pub(super) fn neighbor(&self, instance: &str) -> Result<BgpNeighbor, ParseError> {
        let entry = &self.entry;
        let peer = self.required(entry.address, "peer-address")?;
        let (address, scope) = scoped(peer, endpoint(peer.text()).0)?;
        let state = self.required(entry.state, "peer-state").and_then(state)?;
        let is_enabled = !self.has_option("shutdown");
        let options_are_told = self.options.basic.is_some() || self.options.extended.is_some();
        let is_link_local = matches!(address, IpAddr::V6(address) if address.is_unicast_link_local());
        let local = content(entry.local_address).map(|text| endpoint(text).0);
        Ok(BgpNeighbor {
            network_instance: instance_name(instance).to_owned(),
            address,
            remote_as: self.required(entry.remote_as, "peer-as")?.value()?,
            local_as: self.required(entry.local_as, "local-as")?.value()?,
            // A word where none is chosen yet.
            local_address: local.and_then(|text| text.split('%').next()?.parse().ok()),
            local_router_id: value(entry.local_id)?,
            interface: scope.or(content(entry.interface)).filter(|_| is_link_local).map(str::to_owned),
            remote_router_id: value(entry.remote_id)?,
            description: content(entry.description).map(str::to_owned),
            peer_group: content(entry.group).map(str::to_owned),
            is_enabled,
            state,
            down_reason: self.down_reason(state, is_enabled),
            uptime: None,
            established_since: None,
            state_age: None,
            flaps: value(entry.flaps)?,
            hold_time: value(entry.hold_time)?.map(Duration::from_secs),
            keepalive: value(entry.keepalive)?.map(Duration::from_secs),
            messages_received: value(entry.messages_received)?,
            messages_sent: value(entry.messages_sent)?,
            is_authenticated: options_are_told.then(|| self.has_option("AuthKey")),
            families: self.families(instance)?,
        })
    }

    fn down_reason(&self, state: BgpState, is_enabled: bool) -> Option<DownReason> {
        match content(self.entry.last_error) {
            _ if state == BgpState::Established => None,
            _ if !is_enabled => Some(DownReason::AdminDown),
            None | Some("None") => None,
            Some(error) => Some(DownReason::Other(error.to_owned())),
        }
    }

    fn families(&self, instance: &str) -> Result<Vec<NeighborFamily>, ParseError> {
        let mut found = Vec::with_capacity(self.tables.len());
        for table in &self.tables {
            let Some(family) = content(table.name).and_then(|name| family(name, instance)) else { continue };
            let is_in_sync = content(table.send_state).is_some_and(|state| state.contains("in sync"));
            found.push(NeighborFamily {
                family,
                received: value(table.received)?,
                accepted: value(table.accepted)?,
                // Junos has no count before everything was sent.
                sent: if is_in_sync { value(table.sent)? } else { Some(0) },
                prefix_limit: None,
            });
        }
        Ok(found)
    }
}

/// The family of a table; `None` for a table of another routing instance, which holds copies.
fn family(table: &str, instance: &str) -> Option<AddressFamily> {
    let (base, number) = table.rsplit_once('.')?;
    let base = match instance {
        "master" => base,
        _ => base.rsplit('.').next().unwrap_or(base),
    };
    let name = match (base, number) {
        ("inet", "2") => "ipv4-multicast",
        ("inet", "3") => "ipv4-labeled-unicast",
        ("inet", _) => "ipv4-unicast",
        ("inet6", "2") => "ipv6-multicast",
        ("inet6", "3") => "ipv6-labeled-unicast",
        ("inet6", _) => "ipv6-unicast",
        ("inetflow", _) => "ipv4-flowspec",
        ("inet6flow", _) => "ipv6-flowspec",
        ("bgp.l3vpn", _) => "ipv4-vpn",
        ("bgp.l3vpn-inet6", _) => "ipv6-vpn",
        ("bgp.invpnflow", _) => "ipv4-vpn-flowspec",
        ("bgp.in6vpnflow", _) => "ipv6-vpn-flowspec",
        ("bgp.mvpn", _) => "ipv4-mvpn",
        ("bgp.mvpn-inet6", _) => "ipv6-mvpn",
        ("bgp.rtarget", _) => "ipv4-rtc",
        ("bgp.l2vpn", _) => "l2vpn-vpls",
        ("bgp.evpn", _) => "l2vpn-evpn",
        ("lsdist", _) => "link-state",
        _ => return None,
    };
    Some(name.to_owned().into())
}

fn state(element: Element<'_>) -> Result<BgpState, ParseError> {
    Ok(match element.text().split_whitespace().next().unwrap_or_default() {
        "Idle" => BgpState::Idle,
        "Connect" => BgpState::Connect,
        "Active" => BgpState::Active,
        "OpenSent" => BgpState::OpenSent,
        "OpenConfirm" => BgpState::OpenConfirm,
        "Established" => BgpState::Established,
        other => return Err(element.unexpected("the state of a BGP session", other)),
    })
}

/// The text of an element that may be missing or empty.
pub(super) fn content(element: Option<Element<'_>>) -> Option<&str> {
    element.map(Element::text).filter(|text| !text.is_empty())
}

/// The value of an element that may be missing or empty.
pub(super) fn value<T: FromStr>(element: Option<Element<'_>>) -> Result<Option<T>, ParseError> {
    element.filter(|element| !element.text().is_empty()).map(Element::value).transpose()
}
