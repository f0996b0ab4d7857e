//! Any text as the answer of a router: every parser takes it or says why not, twice the same; none panics.

#![no_main]

use std::net::IpAddr;

use libfuzzer_sys::fuzz_target;
use peering_core::state::BgpInstance;
use peering_core::{Asn, ParseError};
use peering_drivers::arista_eos::parse as eos;
use peering_drivers::cisco_ios::parse as ios;
use peering_drivers::cisco_iosxr::cli::parse as xrcli;
use peering_drivers::cisco_iosxr::parse as iosxr;
use peering_drivers::cisco_nxos::parse::{json as nxapi, text as nxos};
use peering_drivers::juniper_junos::parse as junos;
use peering_drivers::transport::netconf::xml::{Document, Element};

fuzz_target!(|text: &str| {
    for parse in EOS {
        same(|| parse(text));
    }
    same(|| shown(eos::rib_routes(text, "default")));
    same(|| shown(eos::bgp_neighbors([text, text], [text, text])));
    same(|| shown(eos::bgp_neighbors_detail(text, r#"{"vrfs":{}}"#)));
    for parse in IOS {
        same(|| parse(text));
    }
    same(|| shown(ios::rib_routes(text, "default")));
    same(|| shown(ios::arp_table(text, "default")));
    same(|| shown(ios::ipv6_neighbors(text, "default")));
    same(|| shown(ios::network_instances([text, text])));
    same(|| shown(ios::bgp_instance(text, "default")));
    same(|| shown(ios::neighbor_as(text, "192.0.2.1")));
    same(|| shown(ios::bgp_neighbors(text, &[text])));
    same(|| shown(ios::bgp_neighbors_detail(text, &[text, text])));
    for parse in XR_CLI {
        same(|| parse(text));
    }
    same(|| shown(xrcli::route(text, "default")));
    same(|| shown(xrcli::arp_table(text, "default")));
    same(|| shown(xrcli::bgp_neighbors_detail(&[], &[text, text])));
    for parse in NXAPI.iter().chain(NXOS) {
        same(|| parse(text));
    }
    same(|| shown(nxapi::detailed_counters(Vec::new(), text)));
    same(|| shown(nxapi::ipv6_addresses(Vec::new(), text)));
    same(|| shown(nxos::ipv6_addresses(Vec::new(), text)));
    let instance =
        BgpInstance { network_instance: "default".to_owned(), router_id: None, local_as: Some(Asn::new(1)) };
    same(|| shown(nxos::bgp_neighbors_detail(text, &instance)));
    same(|| shown(nxos::remote_as(text, IpAddr::from([192, 0, 2, 1]))));
    if let Ok(document) = Document::parse(text) {
        for parse in JUNOS {
            same(|| parse(document.root()));
        }
        for parse in IOSXR {
            same(|| parse(document.root()));
        }
        same(|| shown(junos::bgp_neighbors(document.root(), "master")));
        same(|| shown(junos::bgp_neighbors_detail(document.root(), "master")));
    }
});

fn shown<T: std::fmt::Debug>(model: Result<T, ParseError>) -> Result<String, ParseError> {
    model.map(|model| format!("{model:?}"))
}

fn same(parse: impl Fn() -> Result<String, ParseError>) {
    assert_eq!(parse(), parse());
}

/// Parsers by their names, as functions to what `Debug` prints.
macro_rules! parsers {
    ($module:ident: $kind:ty: $($name:ident)*) => {
        &[$(|answer: $kind| shown($module::$name(answer))),*]
    };
}

const EOS: &[fn(&str) -> Result<String, ParseError>] = parsers! { eos: &str:
    interfaces interface_counters interface_addresses optics bgp_config arp_table ipv6_neighbors network_instances fans
    temperatures power_supplies lldp_neighbors lldp_neighbors_detail users ntp_associations snmp_communities vlans
    mac_table ping traceroute
};

const XR_CLI: &[fn(&str) -> Result<String, ParseError>] = parsers! { xrcli: &str:
    version hostname chassis interface_names interfaces interface_counters ipv4_addresses ipv6_addresses bgp_instances
    bgp_config bgp_paths ipv6_neighbors vrfs lldp_neighbors users ntp_servers ntp_peers ntp_associations snmp ping traceroute
};

const IOS: &[fn(&str) -> Result<String, ParseError>] = parsers! { ios: &str:
    version default_domain interface_names interfaces interface_counters queue_drops ipv4_addresses ipv6_addresses optics
    listed_neighbors bgp_config bgp_paths own_as vrfs processors memory_pools system_memory temperatures lldp_neighbors
    lldp_interfaces users ntp_servers ntp_peers ntp_associations snmp vlans mac_table ping traceroute probe_configs
    probe_results
};

const NXAPI: &[fn(&str) -> Result<String, ParseError>] = parsers! { nxapi: &str:
    arp_table bgp_instances bgp_neighbors environment hostname interface_addresses interface_counters interface_instances
    interfaces mac_table network_instances ntp_associations ntp_servers processor serial_number shared_memory system_memory
    version vlans
};

const NXOS: &[fn(&str) -> Result<String, ParseError>] = parsers! { nxos: &str:
    arp_table bgp_config bgp_instances bgp_neighbors bgp_paths default_domain hostname interface_addresses interface_names
    interfaces ipv6_neighbors lldp_neighbors mac_table ntp_associations ntp_servers ping routes serial_number snmp
    system_resources temperatures traceroute transceivers users version
};

const JUNOS: &[fn(Element<'_>) -> Result<String, ParseError>] = parsers! { junos: Element<'_>:
    interfaces interface_addresses interface_counters routing_instances bgp_state_ages routes
    arp_table ipv6_neighbors network_instances optics lldp_neighbors users root_user snmp vlans mac_table ntp_servers
    ntp_peers router_as next_hop_self_policies probe_configs probe_results serial_number boot_age domain_name ping
    traceroute
};

const IOSXR: &[fn(Element<'_>) -> Result<String, ParseError>] = parsers! { iosxr: Element<'_>:
    facts interface_names interfaces interface_addresses interface_counters bgp_instances bgp_neighbors
    bgp_neighbors_detail bgp_groups route_distinguishers routes arp_table ipv6_neighbors mac_table lldp_neighbors
    ntp_servers ntp_peers ntp_associations users snmp interface_instances probe_configs ping traceroute
};
