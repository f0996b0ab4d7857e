//! Values of a template that are neither text nor models.

use std::cmp::Ordering;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use minijinja::value::{DynObject, Object, ObjectRepr, Serde};
use minijinja::{Error, ErrorKind, State, Value};
use serde_json::Value as Json;

use crate::model::Family;
use crate::{Compat, Secret};

/// An address, alone or with the length of its network, as Python's `ipaddress` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Address {
    Host(IpAddr),
    Interface(IpNet),
}

impl Address {
    pub(in super::super) fn value(self) -> Value {
        Value::from_object(self)
    }

    /// What a value says, if it is an address.
    pub(in super::super) fn of(value: &Value) -> Option<Address> {
        match value.downcast_object_ref::<Address>() {
            Some(address) => Some(*address),
            None => Address::parse(value.as_str()?),
        }
    }

    fn parse(text: &str) -> Option<Address> {
        if let Ok(address) = text.parse() {
            return Some(Address::Host(address));
        }
        text.parse().ok().map(Address::Interface)
    }

    /// The address without the length.
    pub(in super::super) fn host(self) -> IpAddr {
        match self {
            Address::Host(address) => address,
            Address::Interface(net) => net.addr(),
        }
    }

    pub(in super::super) fn family(self) -> Family {
        Family::from(self.host())
    }

    /// The address with its length, or with that of a single host.
    fn net(self) -> IpNet {
        match self {
            Address::Host(address) => IpNet::from(address),
            Address::Interface(net) => net,
        }
    }

    fn attribute(self, key: &str) -> Option<Value> {
        let net = self.net();
        Some(match key {
            "version" => Value::from(self.family().version()),
            "ip" => Address::Host(self.host()).value(),
            "compressed" => Value::from(self.to_string()),
            "network" | "cidr" => Address::Interface(net.trunc()).value(),
            "network_address" => Address::Host(net.network()).value(),
            "broadcast_address" => Address::Host(net.broadcast()).value(),
            "netmask" => Address::Host(net.netmask()).value(),
            "hostmask" => Address::Host(net.hostmask()).value(),
            "prefixlen" => Value::from(net.prefix_len()),
            "max_prefixlen" => Value::from(net.max_prefix_len()),
            "with_prefixlen" => Value::from(net.to_string()),
            "with_netmask" => Value::from(format!("{}/{}", net.addr(), net.netmask())),
            _ => return None,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Host(address) => address.fmt(f),
            Address::Interface(net) => net.fmt(f),
        }
    }
}

impl Object for Address {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.attribute(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.attribute(key)
    }

    // Templates of those who think of addresses as text.
    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        Value::from(self.to_string()).call_method(state, method, args)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<Address>()?;
        Some((self.host(), self.net().prefix_len()).cmp(&(other.host(), other.net().prefix_len())))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A session's password: emitted unchanged or refused, never printed by anything but an emission.
pub(in super::super) struct Password(pub(in super::super) Secret);

impl Password {
    pub(in super::super) fn value(secret: Secret) -> Value {
        Value::from_object(Password(secret))
    }
}

/// Whether a value is a password, which only the formatter may write.
pub(in super::super) fn is_password(value: &Value) -> bool {
    value.downcast_object_ref::<Password>().is_some()
}

impl Object for Password {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        _: &[Value],
    ) -> Result<Value, Error> {
        let words = format!("a password is written as it is: it has no `{method}`");
        Err(Error::new(ErrorKind::InvalidOperation, words))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.expose())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Values of a document, as a template sees them.
///
/// Peering Manager's database keeps the keys of a dictionary by length, then by their bytes; here they are in the order of
/// the alphabet.
pub(in super::super) fn json_value(json: &Json, compat: Compat) -> Value {
    match json {
        Json::Object(map) if compat == Compat::PeeringManager => {
            let mut pairs: Vec<(&str, Value)> =
                map.iter().map(|(key, value)| (key.as_str(), json_value(value, compat))).collect();
            pairs.sort_by_key(|(key, _)| (key.len(), *key));
            Value::from_pairs(pairs)
        }
        Json::Array(items) if compat == Compat::PeeringManager => {
            items.iter().map(|item| json_value(item, compat)).collect()
        }
        _ => Value::from(Serde(json)),
    }
}
