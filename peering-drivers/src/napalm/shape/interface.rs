//! Interfaces: state, counters, addresses, light.

use peering_core::state::{Counters, Interface, InterfaceAddresses, InterfaceCounters, Optic, Reading};
use serde_json::{Value, json};

use super::{Named, epoch, mac, text};

/// `get_interfaces`: `no_speed` stands for a speed that is not known.
pub(in crate::napalm) fn interfaces(all: &[Interface], no_speed: f64) -> Value {
    let one = |interface: &Interface| {
        let flapped = interface.last_flapped.map(epoch);
        let since = interface.since_flap.map(|time| time.as_secs_f64());
        let fields = json!({
            "is_up": interface.is_up,
            "is_enabled": interface.is_enabled,
            "description": text(&interface.description),
            "last_flapped": flapped.or(since).unwrap_or(-1.0),
            "mtu": interface.mtu.unwrap_or(0),
            "speed": interface.speed.map_or(no_speed, |bits| bits as f64 / 1e6),
            "mac_address": mac(&interface.mac_address),
        });
        (interface.name.clone(), fields)
    };
    Value::Object(all.iter().map(one).collect())
}

/// `get_interfaces_counters`: -1 is not told.
pub(in crate::napalm) fn interface_counters(all: &[InterfaceCounters]) -> Value {
    let mut found: Named<Named<Value>> = Named::new();
    for interface in all {
        let fields = found.entry(interface.interface.clone()).or_default();
        for (direction, counters) in [("tx", &interface.sent), ("rx", &interface.received)] {
            let Counters { octets, unicast_packets, multicast_packets, broadcast_packets, discards, errors } =
                *counters;
            for (name, count) in [
                ("errors", errors),
                ("discards", discards),
                ("octets", octets),
                ("unicast_packets", unicast_packets),
                ("multicast_packets", multicast_packets),
                ("broadcast_packets", broadcast_packets),
            ] {
                let count = count.map_or(json!(-1), |count| json!(count));
                fields.insert(format!("{direction}_{name}"), count);
            }
        }
    }
    json!(found)
}

/// `get_interfaces_ip`: with `both`, an interface has the two families even where one is empty.
pub(in crate::napalm) fn interface_addresses(all: &[InterfaceAddresses], both: bool) -> Value {
    let mut found: Named<Named<Named<Value>>> = Named::new();
    for interface in all {
        let families = found.entry(interface.interface.clone()).or_default();
        if both {
            families.entry("ipv4".to_owned()).or_default();
            families.entry("ipv6".to_owned()).or_default();
        }
        for address in &interface.addresses {
            let family = if address.addr().is_ipv4() { "ipv4" } else { "ipv6" };
            let addresses = families.entry(family.to_owned()).or_default();
            let fields = json!({ "prefix_length": address.prefix_len() });
            addresses.insert(address.addr().to_string(), fields);
        }
    }
    json!(found)
}

/// `get_optics`: `absent` stands for a value that is not told.
pub(in crate::napalm) fn optics(all: &[Optic], absent: f64) -> Value {
    let reading = |reading: &Reading| {
        json!({
            "instant": reading.instant.unwrap_or(absent),
            "avg": reading.average.unwrap_or(absent),
            "min": reading.minimum.unwrap_or(absent),
            "max": reading.maximum.unwrap_or(absent),
        })
    };
    let mut channels: Named<Vec<Value>> = Named::new();
    for optic in all {
        channels.entry(optic.interface.clone()).or_default().push(json!({
            "index": optic.channel,
            "state": {
                "input_power": reading(&optic.input_power),
                "output_power": reading(&optic.output_power),
                "laser_bias_current": reading(&optic.laser_bias_current),
            },
        }));
    }
    let interface = |channels| json!({ "physical_channels": { "channel": channels } });
    Value::Object(channels.into_iter().map(|(name, channels)| (name, interface(channels))).collect())
}
