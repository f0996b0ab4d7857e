//! The router itself: who it is, its hardware, its clock, its users.

use std::time::Duration;

use peering_core::Secret;
use peering_core::state::{
    Environment, Facts, Fan, Memory, NtpAssociation, NtpServer, PowerSupply, Processor, Snmp, SnmpCommunity,
    Temperature, User,
};
use serde_json::{Value, json};

use super::{Named, text};

/// `get_facts`.
pub(in crate::napalm) fn facts(facts: &Facts) -> Value {
    json!({
        "os_version": facts.os_version,
        "uptime": facts.uptime.as_ref().map_or(-1.0, Duration::as_secs_f64),
        "interface_list": facts.interfaces,
        "vendor": facts.vendor,
        "serial_number": text(&facts.serial_number),
        "model": text(&facts.model),
        "hostname": facts.hostname,
        "fqdn": facts.fqdn.as_ref().unwrap_or(&facts.hostname),
    })
}

/// `get_environment`: `unit` is how many bytes the driver counts memory by.
pub(in crate::napalm) fn environment(all: &Environment, unit: u64) -> Value {
    let fan = |fan: &Fan| (fan.name.clone(), json!({ "status": fan.is_ok }));
    let sensor = |sensor: &Temperature| {
        let fields = json!({
            "temperature": sensor.celsius.unwrap_or(0.0),
            "is_alert": sensor.is_alert,
            "is_critical": sensor.is_critical,
        });
        (sensor.name.clone(), fields)
    };
    let supply = |supply: &PowerSupply| {
        let fields = json!({
            "status": supply.is_ok,
            "capacity": supply.capacity.unwrap_or(-1.0),
            "output": supply.output.unwrap_or(-1.0),
        });
        (supply.name.clone(), fields)
    };
    let processor = |processor: &Processor| (processor.name.clone(), json!({ "%usage": processor.usage }));
    let memory =
        |memory: &Memory| json!({ "available_ram": memory.total / unit, "used_ram": memory.used / unit });
    json!({
        "fans": all.fans.iter().map(fan).collect::<Named<_>>(),
        "temperature": all.temperatures.iter().map(sensor).collect::<Named<_>>(),
        "power": all.power_supplies.iter().map(supply).collect::<Named<_>>(),
        "cpu": all.processors.iter().map(processor).collect::<Named<_>>(),
        "memory": all.memory.as_ref().map_or(json!({}), memory),
    })
}

/// `get_ntp_servers` and `get_ntp_peers` of drivers that give addresses only.
pub(in crate::napalm) fn ntp_names(all: &[NtpServer]) -> Value {
    Value::Object(all.iter().map(|server| (server.address.clone(), json!({}))).collect())
}

/// `get_ntp_stats`.
pub(in crate::napalm) fn ntp_associations(all: &[NtpAssociation]) -> Value {
    let one = |entry: &NtpAssociation| {
        json!({
            "remote": entry.remote,
            "referenceid": entry.reference_id,
            "synchronized": entry.is_synchronized,
            "stratum": entry.stratum,
            "type": entry.kind,
            "when": entry.when,
            "hostpoll": entry.host_poll,
            "reachability": entry.reachability,
            "delay": entry.delay,
            "offset": entry.offset,
            "jitter": entry.jitter,
        })
    };
    all.iter().map(one).collect()
}

/// `get_snmp_information`. The names of communities are in clear: NAPALM's users ask for them.
pub(in crate::napalm) fn snmp(snmp: &Snmp) -> Value {
    let community = |community: &SnmpCommunity| {
        let fields = json!({
            "acl": text(&community.access_list),
            "mode": if community.may_write { "rw" } else { "ro" },
        });
        (community.name.expose().to_owned(), fields)
    };
    json!({
        "chassis_id": text(&snmp.chassis_id),
        "contact": text(&snmp.contact),
        "location": text(&snmp.location),
        "community": snmp.communities.iter().map(community).collect::<Named<_>>(),
    })
}

/// `get_users`. The passwords are as the router stores them.
pub(in crate::napalm) fn users(all: &[User]) -> Value {
    let one = |user: &User| {
        let fields = json!({
            "level": user.level,
            "password": user.password.as_ref().map(Secret::expose).unwrap_or_default(),
            "sshkeys": user.ssh_keys,
        });
        (user.name.clone(), fields)
    };
    Value::Object(all.iter().map(one).collect())
}
