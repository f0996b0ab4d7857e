//! Any text as the answer of a router: every parser of EOS, IOS-XR and Junos takes it or says why not, twice the same; none panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use peering_core::ParseError;
use peering_drivers::arista_eos::parse as eos;
use peering_drivers::cisco_iosxr::parse as iosxr;
use peering_drivers::juniper_junos::parse as junos;
use peering_drivers::transport::netconf::xml::{Document, Element};

fuzz_target!(|text: &str| {
    for parse in EOS {
        same(|| parse(text));
    }
    same(|| shown(eos::rib_routes(text, "default")));
    same(|| shown(eos::bgp_neighbors([text, text], [text, text])));
    same(|| shown(eos::bgp_neighbors_detail(text, r#"{"vrfs":{}}"#)));
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
