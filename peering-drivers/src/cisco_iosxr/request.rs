//! What is asked, as XML: pure. Texts are escaped.
//!
//! A filter is the XML within `<filter>`, on one or several of Cisco's native models.

use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::state::{ConfigFormat, ConfigQuery, ConfigSource, Ping, Traceroute};
use peering_core::{Error, ErrorKind, Result};

use crate::transport::netconf::xml::Writer;
use crate::transport::netconf::{Datastore, Filter, Operation};

/// What the namespaces of the models begin with.
macro_rules! model {
    ($name:literal) => {
        concat!("http://cisco.com/ns/yang/Cisco-IOS-XR-", $name)
    };
}

/// The model of the texts of the command line.
pub(super) const CLI: &str = model!("cli-cfg");

/// The namespace of the router's module of sensors, fans and power, by its capabilities: some families of routers have one of
/// their own, of the same form.
pub(super) fn sensor_module<'c>(capabilities: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let bare = capabilities.map(|uri| uri.split_once('?').map_or(uri, |(name, _)| name));
    let prefix = "http://www.cisco.com/ns/yang/Cisco-IOS-XR-sysadmin-";
    bare.filter(|uri| uri.strip_prefix(prefix).is_some_and(|name| name.ends_with("envmon-ui"))).min()
}

/// One level of a filter.
#[derive(Clone, Copy)]
enum Part<'a> {
    /// Everything in it.
    All(&'a str),
    /// What of it is asked for.
    Of(&'a str, &'a [Part<'a>]),
    /// Only where this leaf has this value.
    Is(&'a str, &'a str),
}

use Part::{All, Is, Of};

impl Part<'_> {
    fn write(self, xml: &mut Writer) {
        match self {
            All(name) => xml.empty(name),
            Of(name, parts) => xml.element(name, &[], |xml| parts.iter().for_each(|part| part.write(xml))),
            Is(name, value) => xml.leaf(name, value),
        }
    }
}

/// A part of a model, in its namespace.
fn model(xml: &mut Writer, namespace: &str, name: &str, parts: &[Part<'_>]) {
    xml.element(name, &[("xmlns", namespace)], |xml| parts.iter().for_each(|part| part.write(xml)));
}

/// State, and what else these models have.
fn get(write: impl FnOnce(&mut Writer)) -> Result<Operation> {
    let mut xml = Writer::new();
    write(&mut xml);
    Ok(Operation::Get(Some(Filter::Subtree(xml.finish()?))))
}

/// A part of the running configuration.
fn configured(namespace: &str, name: &str, parts: &[Part<'_>]) -> Result<Operation> {
    let mut xml = Writer::new();
    model(&mut xml, namespace, name, parts);
    Ok(Operation::GetConfig(Datastore::Running, Some(Filter::Subtree(xml.finish()?))))
}

const NAMES: Part<'_> = Of("interfaces", &[Of("interface", &[All("interface-name")])]);

pub(super) fn facts() -> Result<Operation> {
    let leaves = [All("software-revision"), All("model-name"), All("serial-number")];
    get(|xml| {
        model(xml, model!("shellutil-oper"), "system-time", &[]);
        model(xml, model!("pfi-im-cmd-oper"), "interfaces", &[NAMES]);
        let rack = [Is("name", "Rack 0"), Of("attributes", &[Of("inv-basic-bag", &leaves)])];
        model(xml, model!("invmgr-oper"), "inventory", &[Of("entities", &[Of("entity", &rack)])]);
    })
}

/// The router's clock and its uptime.
pub(super) fn system_time() -> Result<Operation> {
    get(|xml| model(xml, model!("shellutil-oper"), "system-time", &[]))
}

pub(super) fn interface_names() -> Result<Operation> {
    get(|xml| model(xml, model!("pfi-im-cmd-oper"), "interfaces", &[NAMES]))
}

pub(super) fn interfaces() -> Result<Operation> {
    let described = [All("interface-name"), All("description")];
    let own = [
        All("interface-name"),
        All("line-state"),
        All("state"),
        Of("mac-address", &[All("address")]),
        All("bandwidth"),
        All("mtu"),
        All("last-state-transition-time"),
    ];
    let parts =
        [Of("interfaces", &[Of("interface", &described)]), Of("interface-xr", &[Of("interface", &own)])];
    get(|xml| model(xml, model!("pfi-im-cmd-oper"), "interfaces", &parts))
}

pub(super) fn interface_counters() -> Result<Operation> {
    const COUNTERS: [Part<'_>; 12] = [
        All("multicast-packets-sent"),
        All("output-drops"),
        All("bytes-sent"),
        All("output-errors"),
        All("bytes-received"),
        All("packets-sent"),
        All("input-errors"),
        All("broadcast-packets-sent"),
        All("multicast-packets-received"),
        All("broadcast-packets-received"),
        All("input-drops"),
        All("packets-received"),
    ];
    let statistics = [All("stats-type"), Of("full-interface-stats", &COUNTERS), All("basic-interface-stats")];
    let own = [All("interface-name"), Of("interface-statistics", &statistics)];
    let parts = [Of("interface-xr", &[Of("interface", &own)])];
    get(|xml| model(xml, model!("pfi-im-cmd-oper"), "interfaces", &parts))
}

pub(super) fn interface_addresses() -> Result<Operation> {
    const IPV4: Part<'_> = Of("vrf", &[Of("details", &[All("detail")])]);
    const IPV6: Part<'_> = Of("vrf", &[Of("global-details", &[All("global-detail")])]);
    let nodes = |vrf: &[Part<'_>], xml: &mut Writer, namespace, name| {
        model(
            xml,
            namespace,
            name,
            &[Of("nodes", &[Of("node", &[Of("interface-data", &[Of("vrfs", vrf)])])])],
        );
    };
    get(|xml| {
        nodes(&[IPV4], xml, model!("ipv4-io-oper"), "ipv4-network");
        nodes(&[IPV6], xml, model!("ipv6-ma-oper"), "ipv6-network");
    })
}

/// BGP of every table, with all neighbours or those of one address. Cisco's other instances than `default` are not asked.
pub(super) fn bgp(address: Option<IpAddr>) -> Result<Operation> {
    let address = address.map(|address| address.to_string());
    let key = address.as_deref().map(|address| [Is("neighbor-address", address)]);
    let neighbor = key.as_ref().map(|key| [Of("neighbor", key)]);
    let neighbors = neighbor.as_ref().map_or(All("neighbors"), |neighbor| Of("neighbors", neighbor));
    let main = [All("global-process-info"), neighbors];
    let vrf = [All("vrf-name"), All("global-process-info"), neighbors];
    let active = [Of("default-vrf", &main), Of("vrfs", &[Of("vrf", &vrf)])];
    let instance = [Is("instance-name", "default"), Of("instance-active", &active)];
    let parts = [Of("instances", &[Of("instance", &instance)])];
    get(|xml| model(xml, model!("ipv4-bgp-oper"), "bgp", &parts))
}

pub(super) fn bgp_config() -> Result<Operation> {
    configured(model!("ipv4-bgp-cfg"), "bgp", &[Of("instance", &[Is("instance-name", "default")])])
}

/// The routes of the main table: all of a family, or the one with this prefix.
pub(super) fn routes(is_ipv4: bool, prefix: Option<IpNet>) -> Result<Operation> {
    let prefix = prefix.map(|prefix| (prefix.network().to_string(), prefix.prefix_len().to_string()));
    let key = prefix.as_ref().map(|(address, length)| [Is("address", address), Is("prefix-length", length)]);
    let routes = key.as_ref().map_or(All("route"), |key| Of("route", key));
    rib(is_ipv4, Of("routes", &[routes]))
}

/// The route of the main table that an address takes.
pub(super) fn best_route(address: IpAddr) -> Result<Operation> {
    let text = address.to_string();
    let best = [Of("dest-best-route", &[Is("address", &text)])];
    rib(address.is_ipv4(), Of("destination-kw", &[Of("dest-best-routes", &best)]))
}

/// A part of the main table of a family.
fn rib(is_ipv4: bool, part: Part<'_>) -> Result<Operation> {
    let (namespace, name, family) = match is_ipv4 {
        true => (model!("ip-rib-ipv4-oper"), "rib", "IPv4"),
        false => (model!("ip-rib-ipv6-oper"), "ipv6-rib", "IPv6"),
    };
    let table = [Is("route-table-name", "default"), part];
    let safi =
        [Is("saf-name", "Unicast"), Of("ip-rib-route-table-names", &[Of("ip-rib-route-table-name", &table)])];
    let afi = [Is("af-name", family), Of("safs", &[Of("saf", &safi)])];
    let vrf = [Is("vrf-name", "default"), Of("afs", &[Of("af", &afi)])];
    get(|xml| model(xml, namespace, name, &[Of("vrfs", &[Of("vrf", &vrf)])]))
}

pub(super) fn arp_table() -> Result<Operation> {
    let parts = [Of("nodes", &[Of("node", &[Of("entries", &[All("entry")])])])];
    get(|xml| model(xml, model!("ipv4-arp-oper"), "arp", &parts))
}

pub(super) fn ipv6_neighbors() -> Result<Operation> {
    let interface = [All("interface-name"), All("host-addresses")];
    let node = [Of("neighbor-interfaces", &[Of("neighbor-interface", &interface)])];
    get(|xml| {
        model(xml, model!("ipv6-nd-oper"), "ipv6-node-discovery", &[Of("nodes", &[Of("node", &node)])]);
    })
}

pub(super) fn vrfs() -> Result<Operation> {
    configured(model!("infra-rsi-cfg"), "vrfs", &[])
}

/// The VRFs of the interfaces, whose leaf is another model's.
pub(super) fn interface_vrfs() -> Result<Operation> {
    let mut xml = Writer::new();
    xml.element("interface-configurations", &[("xmlns", model!("ifmgr-cfg"))], |xml| {
        xml.element("interface-configuration", &[], |xml| {
            xml.empty("interface-name");
            model(xml, model!("infra-rsi-cfg"), "vrf", &[]);
        });
    });
    Ok(Operation::GetConfig(Datastore::Running, Some(Filter::Subtree(xml.finish()?))))
}

/// By the namespace of the router's module.
pub(super) fn sensors(namespace: &str) -> Result<Operation> {
    let parts = [Of("oper", &[All("temperatures"), All("fan"), All("power")])];
    get(|xml| model(xml, namespace, "environment", &parts))
}

pub(super) fn processors() -> Result<Operation> {
    get(|xml| model(xml, model!("wdsysmon-fd-oper"), "system-monitoring", &[All("cpu-utilization")]))
}

pub(super) fn memory() -> Result<Operation> {
    get(|xml| model(xml, model!("nto-misc-oper"), "memory-summary", &[]))
}

pub(super) fn lldp() -> Result<Operation> {
    let details = [Of("details", &[Of("detail", &[All("lldp-neighbor")])])];
    let parts = [Of("nodes", &[Of("node", &[Of("neighbors", &details)])])];
    get(|xml| model(xml, model!("ethernet-lldp-oper"), "lldp", &parts))
}

/// The users, whose model stands in another.
pub(super) fn users() -> Result<Operation> {
    let mut xml = Writer::new();
    xml.element("aaa", &[("xmlns", model!("aaa-lib-cfg"))], |xml| {
        model(xml, model!("aaa-locald-cfg"), "usernames", &[All("username")]);
    });
    Ok(Operation::GetConfig(Datastore::Running, Some(Filter::Subtree(xml.finish()?))))
}

pub(super) fn snmp() -> Result<Operation> {
    configured(model!("snmp-agent-cfg"), "snmp", &[All("administration"), All("system")])
}

pub(super) fn ntp() -> Result<Operation> {
    configured(model!("ip-ntp-cfg"), "ntp", &[Of("peer-vrfs", &[All("peer-vrf")])])
}

pub(super) fn ntp_associations() -> Result<Operation> {
    let node = [Of("associations", &[Of("peer-summary-info", &[All("peer-info-common")])])];
    get(|xml| model(xml, model!("ip-ntp-oper"), "ntp", &[Of("nodes", &[Of("node", &node)])]))
}

pub(super) fn mac_table() -> Result<Operation> {
    let parts = [Of("nodes", &[Of("node", &[All("l2fibmac-details")])])];
    get(|xml| model(xml, model!("l2vpn-oper"), "l2vpn-forwarding", &parts))
}

pub(super) fn probe_configs() -> Result<Operation> {
    configured(model!("man-ipsla-cfg"), "ipsla", &[Of("operation", &[All("definitions")])])
}

pub(super) fn probe_results() -> Result<Operation> {
    get(|xml| model(xml, model!("man-ipsla-oper"), "ipsla", &[Of("operation-data", &[All("operations")])]))
}

/// A whole configuration.
///
/// # Errors
/// `Unsupported` for a startup configuration, one with defaults, and forms that IOS-XR does not have.
pub(super) fn config(query: ConfigQuery) -> Result<Operation> {
    let unsupported = |words: &str| Err(Error::new(ErrorKind::Unsupported, words));
    let store = match query.source {
        ConfigSource::Running => Datastore::Running,
        ConfigSource::Candidate => Datastore::Candidate,
        ConfigSource::Startup => {
            return unsupported(
                "IOS-XR has no startup configuration of its own: it starts with the committed one",
            );
        }
    };
    if query.full {
        return unsupported("IOS-XR does not tell its defaults over NETCONF");
    }
    let filter = match query.format {
        ConfigFormat::Text => Some(Filter::Subtree(format!("<cli xmlns=\"{CLI}\"/>"))),
        ConfigFormat::Xml => None,
        ConfigFormat::Set | ConfigFormat::Json => {
            return unsupported("IOS-XR has its configuration as text and as XML");
        }
    };
    Ok(Operation::GetConfig(store, filter))
}

/// A ping.
///
/// # Errors
/// `Options` for values beyond those that the model takes.
pub(super) fn ping(query: &Ping) -> Result<Operation> {
    let seconds = query.timeout.as_millis().div_ceil(1000);
    let is_short = seconds <= 36 && (1..=64).contains(&query.count) && (36..=18_024).contains(&query.size);
    if !is_short {
        let words = "IOS-XR sends 1 to 64 packets of 36 to 18024 bytes, and waits up to 36 s for each answer";
        return Err(Error::new(ErrorKind::Options, words));
    }
    let source = query.source.map(|source| source.to_string()).or_else(|| query.source_interface.clone());
    action(model!("ping-act"), "ping", |xml| {
        xml.element("destination", &[], |xml| {
            xml.leaf("destination", &query.destination);
            xml.leaf("repeat-count", &query.count.to_string());
            xml.leaf("data-size", &query.size.to_string());
            xml.leaf("timeout", &seconds.to_string());
            optional(xml, "vrf-name", query.network_instance.as_deref());
            optional(xml, "source", source.as_deref());
        });
    })
}

/// A traceroute.
pub(super) fn traceroute(query: &Traceroute) -> Result<Operation> {
    let seconds = query.timeout.as_millis().div_ceil(1000).max(1);
    let family = if query.destination.parse::<std::net::Ipv6Addr>().is_ok() { "ipv6" } else { "ipv4" };
    let source = query.source.map(|source| source.to_string());
    action(model!("traceroute-act"), "traceroute", |xml| {
        xml.element(family, &[], |xml| {
            xml.leaf("destination", &query.destination);
            optional(xml, "vrf-name", query.network_instance.as_deref());
            optional(xml, "source", source.as_deref());
            xml.leaf("max-ttl", &query.ttl.to_string());
            xml.leaf("timeout", &seconds.to_string());
        });
    })
}

fn action(namespace: &str, name: &str, write: impl FnOnce(&mut Writer)) -> Result<Operation> {
    let mut xml = Writer::new();
    xml.element(name, &[("xmlns", namespace)], write);
    Ok(Operation::Raw(xml.finish()?))
}

fn optional(xml: &mut Writer, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        xml.leaf(name, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(operation: Result<Operation>) -> String {
        operation.unwrap().to_rpc(1).unwrap()
    }

    #[test]
    fn a_filter_names_models_and_keys() {
        let bgp = sent(bgp(Some("192.0.2.5".parse().unwrap())));
        let key =
            "<neighbors><neighbor><neighbor-address>192.0.2.5</neighbor-address></neighbor></neighbors>";
        assert_eq!(bgp.matches(key).count(), 2, "{bgp}");
        assert!(
            bgp.contains("<bgp xmlns=\"http://cisco.com/ns/yang/Cisco-IOS-XR-ipv4-bgp-oper\"><instances>")
        );
        let routes = sent(routes(true, Some("192.0.2.0/24".parse().unwrap())));
        let key = "<route><address>192.0.2.0</address><prefix-length>24</prefix-length></route>";
        assert!(routes.contains(key), "{routes}");
        let best = sent(best_route("2001:db8::1".parse().unwrap()));
        let key = "<destination-kw><dest-best-routes><dest-best-route><address>2001:db8::1</address></dest-best-route>";
        assert!(best.contains(key) && best.contains("<ipv6-rib xmlns="), "{best}");
    }

    #[test]
    fn the_module_of_sensors_is_that_of_the_hello() {
        let uris = [
            "urn:ietf:params:netconf:base:1.1",
            "http://www.cisco.com/ns/yang/Cisco-IOS-XR-sysadmin-envmon-types?module=x",
            "http://www.cisco.com/ns/yang/Cisco-IOS-XR-sysadmin-asr9k-envmon-ui?module=x&revision=y",
        ];
        let own = "http://www.cisco.com/ns/yang/Cisco-IOS-XR-sysadmin-asr9k-envmon-ui";
        assert_eq!(sensor_module(uris.into_iter()), Some(own));
        assert!(sent(sensors(own)).contains(&format!("<environment xmlns=\"{own}\"><oper>")));
        assert_eq!(sensor_module(uris.into_iter().take(2)), None);
    }

    #[test]
    fn what_ios_xr_does_not_have_is_unsupported() {
        for query in [
            ConfigQuery { source: ConfigSource::Startup, ..ConfigQuery::default() },
            ConfigQuery { full: true, ..ConfigQuery::default() },
            ConfigQuery { format: ConfigFormat::Set, ..ConfigQuery::default() },
        ] {
            assert_eq!(config(query).unwrap_err().kind(), ErrorKind::Unsupported);
        }
    }

    #[test]
    fn what_is_asked_of_the_network_stays_in_its_leaf() {
        let mut query = Ping::new("192.0.2.1</destination><verbose>");
        assert!(sent(ping(&query)).contains("<destination>192.0.2.1&lt;/destination&gt;&lt;verbose&gt;"));
        query.count = 100;
        assert_eq!(ping(&query).unwrap_err().kind(), ErrorKind::Options);
        assert!(
            sent(traceroute(&Traceroute::new("2001:db8::1"))).contains("<ipv6><destination>2001:db8::1<")
        );
    }
}
