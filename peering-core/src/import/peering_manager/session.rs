//! Sessions of both sorts.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use serde_json::Value;

use super::endpoint::Kind;
use super::keys::slugify;
use super::record::Record;
use super::report::LineKind;
use crate::model::{
    BgpState, DirectSession, InternetExchangeSession, PrefixCounts, Relationship, SessionStatus,
};
use crate::{Asn, Secret};

/// What both sorts have.
macro_rules! common {
    ($record:ident, $session:ident) => {
        $session.status = status($record);
        ($session.password, $session.encrypted_password) = passwords($record);
        $session.multihop_ttl = $record.number("multihop_ttl").unwrap_or($session.multihop_ttl);
        $session.passive = $record.flag("passive").unwrap_or_default();
        $session.import_routing_policies = $record.all_keys("import_routing_policies", Kind::RoutingPolicy);
        $session.export_routing_policies = $record.all_keys("export_routing_policies", Kind::RoutingPolicy);
        $session.communities = $record.all_keys("communities", Kind::Community);
        $session.bfd = $record.key("bfd", Kind::Bfd);
        ($session.bgp_state, $session.prefix_counts) = seen($record);
        $session.last_established_state = $record.parsed::<Timestamp>("last_established_state", "an instant");
        $session.service_reference = $record.text("service_reference");
        $session.tags = $record.tags();
        $session.config_contexts = $record.contexts();
        $session.local_context_data = $record.local_context();
        ($session.description, $session.comments) = $record.words();
        $session.id = $record.id;
    };
}

/// `port` gives the connection of an exchange that has a router of its own, as in old versions.
pub(super) fn exchange_session(
    record: &mut Record<'_>,
    port: impl Fn(u64) -> Option<String>,
) -> Option<InternetExchangeSession> {
    let asn = peer(record)?;
    let connection = match record.has("ixp_connection") {
        true => record.key("ixp_connection", Kind::Connection),
        false => record.reference("internet_exchange").and_then(|exchange| port(exchange.id?)),
    };
    let Some(connection) = connection else { return left_out(record, "ixp_connection", "connection") };
    // Without a length, but be it.
    let address = record.text("ip_address").unwrap_or_default();
    let host = address.parse::<IpAddr>().ok().or_else(|| address.parse::<IpNet>().ok().map(|net| net.addr()));
    let Some(host) = host else { return left_out(record, "ip_address", "address of the peer") };
    let mut session = InternetExchangeSession::new(asn, connection, host);
    session.is_route_server = record.flag("is_route_server").unwrap_or_default();
    common!(record, session);
    Some(session)
}

pub(super) fn direct_session(record: &mut Record<'_>) -> Option<DirectSession> {
    let asn = peer(record)?;
    let address = record.text("ip_address").unwrap_or_default();
    let Some(remote) = with_length(&address) else {
        return left_out(record, "ip_address", "address of the peer");
    };
    let mut session = DirectSession::new(asn, remote);
    session.local_ip_address = record.text("local_ip_address").and_then(|text| {
        let local = with_length(&text);
        if local.is_none() {
            record.line(LineKind::Unreadable, Some("local_ip_address"), "is no address; left out");
        }
        local
    });
    session.local_autonomous_system = match record.has("local_autonomous_system") {
        true => record.asn("local_autonomous_system"),
        false => record.number::<u32>("local_asn").map(Asn::new),
    };
    // In between, a version had both.
    record.value("local_asn");
    session.relationship = relationship(record);
    session.bgp_group = record.key("bgp_group", Kind::BgpGroup);
    session.router = record.key("router", Kind::Router);
    session.connection = record.key("connection", Kind::Connection);
    common!(record, session);
    Some(session)
}

fn peer(record: &mut Record<'_>) -> Option<Asn> {
    let asn = record.asn("autonomous_system");
    asn.or_else(|| left_out(record, "autonomous_system", "autonomous system"))
}

fn left_out<T>(record: &mut Record<'_>, field: &str, what: &str) -> Option<T> {
    record.line(LineKind::Missing, Some(field), format!("there is no {what}; the session is left out"));
    None
}

/// An address with a prefix length, or alone.
fn with_length(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Old versions had a switch.
fn status(record: &mut Record<'_>) -> SessionStatus {
    let enabled = record.flag("enabled").unwrap_or(true);
    let otherwise = if enabled { SessionStatus::Enabled } else { SessionStatus::Disabled };
    record.choice("status").unwrap_or(otherwise)
}

fn passwords(record: &mut Record<'_>) -> (Option<Secret>, Option<Secret>) {
    if !record.has("password") {
        let endpoint = record.kind.endpoint();
        let text = "is not in the answers; sessions with a password have none here";
        record.told.notes.field(LineKind::Withheld, endpoint, record.id, "password", text);
    }
    (record.secret("password"), record.secret("encrypted_password"))
}

/// What the session was last seen to do. Counts of a session that nobody has looked at are zero there.
fn seen(record: &mut Record<'_>) -> (Option<BgpState>, PrefixCounts) {
    let state: Option<BgpState> = record.choice("bgp_state");
    let counts = PrefixCounts {
        received: record.number("received_prefix_count"),
        accepted: record.number("accepted_prefix_count"),
        advertised: record.number("advertised_prefix_count"),
    };
    let is_zero =
        [counts.received, counts.accepted, counts.advertised].iter().flatten().all(|count| *count == 0);
    let counts = if state.is_none() && is_zero { PrefixCounts::default() } else { counts };
    (state, counts)
}

/// A record of its own, or a word in old versions.
fn relationship(record: &mut Record<'_>) -> Option<String> {
    let word = match record.value("relationship")? {
        Value::String(word) => word.clone(),
        _ => return record.key("relationship", Kind::Relationship),
    };
    let slug = slugify(&word);
    let made = Relationship { name: word, slug: slug.clone(), ..Relationship::default() };
    record.told.relationships.entry(slug.clone()).or_insert(made);
    Some(slug)
}
