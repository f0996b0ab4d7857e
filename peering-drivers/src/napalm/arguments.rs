//! The arguments of a call: only those that NAPALM's method has, of the right type.

use std::net::IpAddr;
use std::time::Duration;

use peering_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

/// Every method of NAPALM that reads, with its arguments.
const METHODS: &[(&str, &[&str])] = &[
    ("cli", &["commands", "encoding"]),
    ("get_arp_table", &["vrf"]),
    ("get_bgp_config", &["group", "neighbor"]),
    ("get_bgp_neighbors", &[]),
    ("get_bgp_neighbors_detail", &["neighbor_address"]),
    ("get_config", &["retrieve", "full", "sanitized", "format"]),
    ("get_environment", &[]),
    ("get_facts", &[]),
    ("get_firewall_policies", &[]),
    ("get_interfaces", &[]),
    ("get_interfaces_counters", &[]),
    ("get_interfaces_ip", &[]),
    ("get_ipv6_neighbors_table", &[]),
    ("get_lldp_neighbors", &[]),
    ("get_lldp_neighbors_detail", &["interface"]),
    ("get_mac_address_table", &[]),
    ("get_network_instances", &["name"]),
    ("get_ntp_peers", &[]),
    ("get_ntp_servers", &[]),
    ("get_ntp_stats", &[]),
    ("get_optics", &[]),
    ("get_probes_config", &[]),
    ("get_probes_results", &[]),
    ("get_route_to", &["destination", "protocol", "longer"]),
    ("get_snmp_information", &[]),
    ("get_users", &[]),
    ("get_vlans", &[]),
    ("is_alive", &[]),
    ("ping", &["destination", "source", "ttl", "timeout", "size", "count", "vrf", "source_interface"]),
    ("traceroute", &["destination", "source", "ttl", "timeout", "vrf"]),
];

/// The arguments of one call. An argument that is not given, or null, has its default.
pub(super) struct Arguments<'a> {
    method: &'a str,
    given: &'a Map<String, Value>,
}

impl<'a> Arguments<'a> {
    pub(super) fn new(method: &'a str, given: &'a Map<String, Value>) -> Result<Arguments<'a>> {
        let Some((_, known)) = METHODS.iter().find(|(name, _)| *name == method) else {
            return Err(Error::new(ErrorKind::Options, format!("NAPALM has no getter `{method}`")));
        };
        match given.keys().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => {
                let message = format!("`{method}` has no argument `{unknown}`");
                Err(Error::new(ErrorKind::Options, message))
            }
            None => Ok(Arguments { method, given }),
        }
    }

    /// The error of a value that makes no sense.
    pub(super) fn wrong(&self, name: &str, expected: &str) -> Error {
        Error::new(ErrorKind::Options, format!("`{name}` of `{}` must be {expected}", self.method))
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.given.get(name).filter(|value| !value.is_null())
    }

    /// Whether an argument is given, and not as what it is anyway.
    pub(super) fn says(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| *value != Value::Bool(false) && value.as_str() != Some(""))
    }

    /// A text; empty where it is not given.
    pub(super) fn text(&self, name: &str) -> Result<&'a str> {
        self.text_or(name, "")
    }

    pub(super) fn text_or(&self, name: &str, default: &'static str) -> Result<&'a str> {
        match self.get(name) {
            Some(value) => value.as_str().ok_or_else(|| self.wrong(name, "a text")),
            None => Ok(default),
        }
    }

    /// A name; the empty one is none.
    pub(super) fn name(&self, name: &str) -> Result<Option<String>> {
        Ok(Some(self.text(name)?.to_owned()).filter(|text| !text.is_empty()))
    }

    /// An address; the empty one is none.
    pub(super) fn address(&self, name: &str) -> Result<Option<IpAddr>> {
        let text = self.text(name)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| self.wrong(name, "an address"))
    }

    /// Yes or no; no where it is not given.
    pub(super) fn flag(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            Some(value) => value.as_bool().ok_or_else(|| self.wrong(name, "true or false")),
            None => Ok(false),
        }
    }

    /// A number that fits.
    pub(super) fn number<T: TryFrom<u64>>(&self, name: &str, default: T) -> Result<T> {
        match self.get(name) {
            Some(value) => value
                .as_u64()
                .and_then(|number| T::try_from(number).ok())
                .ok_or_else(|| self.wrong(name, "a number in its range")),
            None => Ok(default),
        }
    }

    /// A number of seconds, whole or not.
    pub(super) fn seconds(&self, name: &str, default: Duration) -> Result<Duration> {
        match self.get(name) {
            Some(value) => value
                .as_f64()
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                .ok_or_else(|| self.wrong(name, "a number of seconds")),
            None => Ok(default),
        }
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<&'a str>> {
        let wrong = || self.wrong(name, "a list of texts");
        let all = self.get(name).and_then(Value::as_array).ok_or_else(wrong)?;
        all.iter().map(|value| value.as_str().ok_or_else(wrong)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_napalm_does_not_have_is_refused() {
        let given = json!({ "vrf": "", "ttl": 300, "destination": 7 });
        let given = given.as_object().unwrap();
        for method in ["get_moon", "get_facts"] {
            let error = Arguments::new(method, given).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Options, "{error}");
        }
        let arguments = Arguments::new("ping", given).unwrap();
        assert_eq!(arguments.name("vrf").unwrap(), None);
        assert_eq!(arguments.number::<u8>("ttl", 255).unwrap_err().kind(), ErrorKind::Options);
        assert_eq!(arguments.number::<u8>("count", 5).unwrap(), 5);
        assert!(arguments.text("destination").is_err());
    }
}
