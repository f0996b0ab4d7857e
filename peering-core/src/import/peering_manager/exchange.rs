//! Autonomous systems, exchanges, and our ports there.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde_json::Value;

use super::endpoint::Kind;
use super::record::Record;
use super::report::LineKind;
use crate::Asn;
use crate::irr::{PrefixEntry, Prefixes};
use crate::model::{AutonomousSystem, Connection, Contact, InternetExchange, IrrSync, PeeringDbSync, Status};

pub(super) fn autonomous_system(record: &mut Record<'_>) -> Option<AutonomousSystem> {
    let Some(asn) = record.number::<u32>("asn").map(Asn::new) else {
        record.line(LineKind::Missing, Some("asn"), "there is no AS number; the record is left out");
        return None;
    };
    let name = record.text("name").unwrap_or_else(|| asn.to_string());
    let mut system = AutonomousSystem::new(asn, name);
    system.affiliated = record.flag("affiliated").unwrap_or_default();
    system.irr_as_set = record.text("irr_as_set");
    system.ipv4_max_prefixes = record.number("ipv4_max_prefixes");
    system.ipv6_max_prefixes = record.number("ipv6_max_prefixes");
    system.peeringdb_sync = PeeringDbSync {
        name: record.flag("name_peeringdb_sync").unwrap_or(true),
        irr_as_set: record.flag("irr_as_set_peeringdb_sync").unwrap_or(true),
        ipv4_max_prefixes: record.flag("ipv4_max_prefixes_peeringdb_sync").unwrap_or(true),
        ipv6_max_prefixes: record.flag("ipv6_max_prefixes_peeringdb_sync").unwrap_or(true),
    };
    system.irr_sync = irr_sync(record);
    system.prefixes = prefixes(record);
    system.as_list = record.list("as_list", "an AS number", |item| {
        item.as_u64().and_then(|asn| u32::try_from(asn).ok()).map(Asn::new)
    });
    system.import_routing_policies = record.all_keys("import_routing_policies", Kind::RoutingPolicy);
    system.export_routing_policies = record.all_keys("export_routing_policies", Kind::RoutingPolicy);
    system.communities = record.all_keys("communities", Kind::Community);
    system.contacts = old_contact(record).into_iter().collect();
    system.tags = record.tags();
    system.config_contexts = record.contexts();
    system.local_context_data = record.local_context();
    (system.description, system.comments) = record.words();
    system.id = record.id;
    Some(system)
}

fn irr_sync(record: &mut Record<'_>) -> IrrSync {
    let words = |text: Option<String>, is_end: fn(char) -> bool| -> Vec<String> {
        let text = text.unwrap_or_default();
        text.split(is_end).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    IrrSync {
        prefixes: record.flag("retrieve_prefixes").unwrap_or(true),
        as_list: record.flag("retrieve_as_list").unwrap_or(true),
        sources: words(record.text("irr_sources_override"), |c| c == ',' || c.is_whitespace()),
        ipv4_args: words(record.text("irr_ipv4_prefixes_args_override"), char::is_whitespace),
        ipv6_args: words(record.text("irr_ipv6_prefixes_args_override"), char::is_whitespace),
    }
}

fn prefixes(record: &mut Record<'_>) -> Option<Prefixes> {
    let families = record.value("prefixes")?.as_object();
    let Some(families) = families else {
        record.line(LineKind::Unreadable, Some("prefixes"), "expected lists by family; left out");
        return None;
    };
    let mut read = |family: &str| {
        let list = families.get(family).filter(|list| !list.is_null());
        list.map_or_else(Vec::new, |list| {
            record.items("prefixes", "a prefix of bgpq4's", list, |item| match item {
                // Lists of bare prefixes occur in old versions.
                Value::String(text) => text.parse().ok().map(PrefixEntry::exact),
                other => serde_json::from_value(other.clone()).ok(),
            })
        })
    };
    Some(Prefixes { ipv6: read("ipv6"), ipv4: read("ipv4") })
}

/// Old versions had one contact in the record itself, without a role.
fn old_contact(record: &mut Record<'_>) -> Option<Contact> {
    let (name, email, phone) =
        (record.text("contact_name"), record.text("contact_email"), record.text("contact_phone"));
    if name.is_none() && email.is_none() && phone.is_none() {
        return None;
    }
    let name = name.or_else(|| email.clone()).unwrap_or_default();
    Some(Contact { email, phone, ..Contact::new("", name) })
}

/// An exchange; and our port there, if it is in the same record, as in old versions.
pub(super) fn internet_exchange(
    record: &mut Record<'_>,
    slug: String,
) -> (InternetExchange, Option<Connection>) {
    record.value("slug");
    let name = record.text("name").unwrap_or_else(|| slug.clone());
    let mut exchange = InternetExchange::new(slug.clone(), name.clone());
    exchange.status = record.choice("status").unwrap_or_default();
    exchange.local_autonomous_system = record.asn("local_autonomous_system");
    exchange.peeringdb_ixlan = record.reference("peeringdb_ixlan").and_then(|lan| lan.id);
    if let Some(Value::Object(families)) = record.value("peeringdb_prefixes") {
        for list in families.values().filter(|list| !list.is_null()) {
            let read = |item: &Value| item.as_str()?.parse::<IpNet>().ok();
            exchange.prefixes.extend(record.items("peeringdb_prefixes", "a prefix", list, read));
        }
        exchange.prefixes.sort();
    }
    exchange.import_routing_policies = record.all_keys("import_routing_policies", Kind::RoutingPolicy);
    exchange.export_routing_policies = record.all_keys("export_routing_policies", Kind::RoutingPolicy);
    exchange.communities = record.all_keys("communities", Kind::Community);
    exchange.tags = record.tags();
    exchange.config_contexts = record.contexts();
    exchange.local_context_data = record.local_context();
    (exchange.description, exchange.comments) = record.words();
    exchange.id = record.id;
    let port = ["router", "ipv4_address", "ipv6_address"].iter().any(|field| record.has(field)).then(|| {
        let mut connection = Connection::new(name);
        connection.internet_exchange = Some(slug);
        connection.peeringdb_netixlan = record.number("peeringdb_id");
        place(record, &mut connection);
        connection
    });
    (exchange, port)
}

pub(super) fn connection(record: &mut Record<'_>, name: String) -> Connection {
    record.value("name");
    let mut connection = Connection::new(name);
    connection.internet_exchange = record.key("internet_exchange_point", Kind::InternetExchange);
    let status: Option<Status> = record.choice("status").or_else(|| record.choice("state"));
    connection.status = status.unwrap_or_default();
    connection.peeringdb_netixlan = record.reference("peeringdb_netixlan").and_then(|port| port.id);
    connection.interface = record.text("interface");
    connection.vlan = record.number("vlan");
    connection.mac_address = record.parsed("mac_address", "a MAC address");
    place(record, &mut connection);
    connection.tags = record.tags();
    connection.config_contexts = record.contexts();
    connection.local_context_data = record.local_context();
    (connection.description, connection.comments) = record.words();
    connection.id = record.id;
    connection
}

/// The router and the addresses of a port.
fn place(record: &mut Record<'_>, connection: &mut Connection) {
    connection.router = record.key("router", Kind::Router);
    connection.ipv4_address = address(record, "ipv4_address", |host| {
        host.parse().ok().and_then(|host| Ipv4Net::new(host, 32).ok())
    });
    connection.ipv6_address = address(record, "ipv6_address", |host| {
        host.parse().ok().and_then(|host| Ipv6Net::new(host, 128).ok())
    });
}

/// An address with the length of the LAN's prefix. Old versions did not keep the length.
fn address<T: std::str::FromStr>(
    record: &mut Record<'_>,
    field: &'static str,
    host: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let alone = record.value(field)?.as_str().and_then(host);
    if alone.is_some() {
        record.line(
            LineKind::Made,
            Some(field),
            "there is no prefix length with the address; it is a host's alone here",
        );
        return alone;
    }
    record.parsed(field, "an address with a prefix length")
}
