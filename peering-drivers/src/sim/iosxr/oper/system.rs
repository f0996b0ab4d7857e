//! The machine: clock, inventory, sessions, commits, processors, NTP.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Look, NODE, leaves};
use crate::sim::netconf::element::Element;

pub(super) fn time(look: Look<'_>) -> Vec<Element> {
    let clock = &look.xr.database.clock;
    let time = Timestamp::from_second(clock.at(look.now)).unwrap_or_default().to_zoned(TimeZone::UTC);
    let numbers = [
        ("year", i64::from(time.year())),
        ("month", i64::from(time.month())),
        ("day", i64::from(time.day())),
        ("hour", i64::from(time.hour())),
        ("minute", i64::from(time.minute())),
        ("second", i64::from(time.second())),
        ("millisecond", 0),
        ("wday", i64::from(time.weekday().to_sunday_zero_offset())),
    ];
    let mut parts: Vec<Element> = numbers.iter().map(|(name, number)| Element::leaf(name, number)).collect();
    parts.push(Element::leaf("time-zone", "UTC"));
    parts.push(Element::leaf("time-source", "calendar"));
    let up = vec![
        Element::leaf("host-name", &look.xr.view.hostname),
        Element::leaf("uptime", look.since(look.xr.chassis.booted)),
    ];
    vec![Element::with("clock", parts), Element::with("uptime", up)]
}

/// A serial number, made of the name.
pub(crate) fn serial_number(name: &str) -> String {
    let sum = name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("SIM{sum:08X}")
}

pub(super) fn inventory(look: Look<'_>) -> Vec<Element> {
    let xr = look.xr;
    let bag = leaves(
        "inv-basic-bag",
        &[
            ("description", &format!("{} chassis", xr.model)),
            ("software-revision", &xr.version),
            ("serial-number", &serial_number(&xr.machine)),
            ("manufacturer-name", "CISCO SYSTEMS, INC"),
            ("model-name", &xr.model),
        ],
    );
    let entity = vec![Element::leaf("name", "Rack 0"), Element::with("attributes", vec![bag])];
    vec![Element::with("entities", vec![Element::with("entity", entity)])]
}

pub(super) fn processors() -> Vec<Element> {
    let node = leaves(
        "cpu-utilization",
        &[
            ("node-name", NODE),
            ("total-cpu-one-minute", "3"),
            ("total-cpu-five-minute", "2"),
            ("total-cpu-fifteen-minute", "2"),
        ],
    );
    vec![node]
}

pub(super) fn memory() -> Vec<Element> {
    let summary = leaves(
        "summary",
        &[
            ("page-size", "4096"),
            ("ram-memory", "17179869184"),
            ("free-physical-memory", "11811160064"),
            ("system-ram-memory", "17179869184"),
            ("free-application-memory", "11811160064"),
        ],
    );
    super::on_node(vec![summary])
}

/// Who is in a session, as RFC 6022 has it.
pub(super) fn sessions(look: Look<'_>) -> Element {
    let one = |actor: &crate::sim::iosxr::database::Actor| {
        let id = actor.id.to_string();
        leaves(
            "session",
            &[
                ("session-id", &id),
                ("transport", "netconf-ssh"),
                ("username", &actor.user),
                ("source-host", "127.0.0.1"),
            ],
        )
    };
    let netconf = look.xr.sessions.values().filter(|actor| actor.client == "netconf");
    let sessions = Element::with("sessions", netconf.map(one).collect());
    Element::with("netconf-state", vec![sessions])
        .within("urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring")
}

/// The commits, newest first.
pub(super) fn commits(look: Look<'_>) -> Vec<Element> {
    let one = |(index, commit): (usize, &crate::sim::iosxr::database::Commit)| {
        let (place, id) = ((index + 1).to_string(), commit.number.to_string());
        let seconds = commit.seconds.to_string();
        let mut entry = leaves(
            "commit",
            &[("commit", &place), ("commit-id", &id), ("user-id", &commit.user), ("line", commit.line())],
        );
        entry.children.push(leaves("timestamp", &[("seconds", &seconds)]));
        entry.children.push(Element::leaf("client-name", commit.client));
        entry.children.extend(commit.label.as_ref().map(|label| Element::leaf("label", label)));
        entry.children.extend(commit.comment.as_ref().map(|comment| Element::leaf("comment", comment)));
        entry
    };
    let all = look.xr.database.commits().enumerate().map(one).collect();
    let commits = Element::with("config-commit", vec![Element::with("commits", all)]);
    vec![Element::with("global", vec![commits])]
}

/// The associations with what is configured: nobody answers in this world.
pub(super) fn ntp(look: Look<'_>) -> Vec<Element> {
    let configured = crate::sim::iosxr::native::configuration(look.xr.database.running(), "ntp");
    let mut peers = Vec::new();
    let all = configured.iter().flat_map(|ntp| &ntp.children).flat_map(|vrfs| &vrfs.children);
    for peer in all.flat_map(|vrf| &vrf.children).flat_map(|list| &list.children) {
        let Some(address) = peer.value("address-ipv4").or_else(|| peer.value("address-ipv6")) else {
            continue;
        };
        let kind = peer.children.iter().find_map(|child| child.value("peer-type")).unwrap_or("server");
        let mode = if kind == "server" { "ntp-mode-client" } else { "ntp-mode-symetric-active" };
        let common = leaves(
            "peer-info-common",
            &[
                ("host-mode", mode),
                ("is-configured", "true"),
                ("address", address),
                ("reference-id", "73.78.73.84"),
                ("host-poll", "6"),
                ("reachability", "0"),
                ("stratum", "16"),
                ("status", "ntp-ctl-pst-sel-reject"),
                ("delay", "0.00"),
                ("offset", "0.000"),
                ("dispersion", "15937.500"),
                ("is-sys-peer", "false"),
            ],
        );
        peers.push(Element::with("peer-summary-info", vec![common]));
    }
    if peers.is_empty() {
        return Vec::new();
    }
    let node = vec![Element::leaf("node", NODE), Element::with("associations", peers)];
    vec![Element::with("nodes", vec![Element::with("node", node)])]
}
