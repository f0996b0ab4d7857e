//! The reads of a router, a candidate and a pending commit, by their names.

use std::future::Future;

use peering_core::{Candidate, Confirming, Error, ErrorKind, Result, Router};
use pyo3::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::shape::Shape;
use crate::table::{Rows, Source};

/// What a read found.
pub(crate) enum Found {
    Text(String),
    One(Box<dyn Whole>),
    Many(Box<dyn Source>),
}

/// A value of which there is one.
pub(crate) trait Whole: Send {
    fn python(&self, py: Python<'_>, shape: &Shape) -> PyResult<Py<PyAny>>;
}

impl<T: Serialize + Send> Whole for T {
    fn python(&self, py: Python<'_>, shape: &Shape) -> PyResult<Py<PyAny>> {
        shape.python(py, self)
    }
}

impl Found {
    /// As a Python object: text, an instance of the record class, or `Rows` of such.
    pub(crate) fn python(self, py: Python<'_>, shape: Py<Shape>) -> PyResult<Py<PyAny>> {
        match self {
            Found::Text(text) => Ok(text.into_pyobject(py)?.into_any().unbind()),
            Found::One(value) => value.python(py, shape.get()),
            Found::Many(rows) => Ok(Py::new(py, Rows::boxed(rows, shape))?.into_any()),
        }
    }
}

fn one<T: Serialize + Send + 'static>(value: T) -> Found {
    Found::One(Box::new(value))
}

fn many<T: Serialize + Send + Sync + 'static>(rows: Vec<T>) -> Found {
    Found::Many(Box::new(rows))
}

fn parsed<T: DeserializeOwned>(name: &str, value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let message = format!("{}: {}", error.path(), error.inner());
        Error::new(ErrorKind::Options, message).with_operation(name)
    })
}

/// Whoever has reads.
pub(crate) trait ReadByName {
    /// Reads what is called `name`; an argument that the read does not have is not looked at.
    fn read<'a>(
        &'a mut self,
        name: &'a str,
        argument: Value,
    ) -> impl Future<Output = Result<Found>> + Send + 'a;
}

/// One list for the three holders, as in the core.
macro_rules! read_by_name {
    ($($holder:ty),*) => {$(
        impl ReadByName for $holder {
            async fn read<'a>(&'a mut self, name: &'a str, argument: Value) -> Result<Found> {
                Ok(match name {
                    "facts" => one(self.facts().await?),
                    "interfaces" => many(self.interfaces().await?),
                    "interface_addresses" => many(self.interface_addresses().await?),
                    "interface_counters" => many(self.interface_counters().await?),
                    "bgp_instances" => many(self.bgp_instances().await?),
                    "bgp_neighbors" => many(self.bgp_neighbors().await?),
                    "bgp_neighbors_detail" => {
                        let address: Option<std::net::IpAddr> = parsed(name, argument)?;
                        many(self.bgp_neighbors_detail(address).await?)
                    }
                    "bgp_config" => many(self.bgp_config().await?),
                    "routes" => {
                        let query: peering_core::state::RouteQuery = parsed(name, argument)?;
                        many(self.routes(query).await?)
                    }
                    "arp_table" => many(self.arp_table().await?),
                    "ipv6_neighbors" => many(self.ipv6_neighbors().await?),
                    "network_instances" => many(self.network_instances().await?),
                    "environment" => one(self.environment().await?),
                    "optics" => many(self.optics().await?),
                    "lldp_neighbors" => many(self.lldp_neighbors().await?),
                    "lldp_neighbors_detail" => {
                        let interface: Option<String> = parsed(name, argument)?;
                        many(self.lldp_neighbors_detail(interface).await?)
                    }
                    "users" => many(self.users().await?),
                    "ntp_servers" => many(self.ntp_servers().await?),
                    "ntp_peers" => many(self.ntp_peers().await?),
                    "ntp_associations" => many(self.ntp_associations().await?),
                    "snmp" => one(self.snmp().await?),
                    "vlans" => many(self.vlans().await?),
                    "mac_table" => many(self.mac_table().await?),
                    "probe_configs" => many(self.probe_configs().await?),
                    "probe_results" => many(self.probe_results().await?),
                    "running_config" => Found::Text(self.running_config().await?),
                    "config" => {
                        let query: peering_core::state::ConfigQuery = parsed(name, argument)?;
                        Found::Text(self.config(query).await?)
                    }
                    "ping" => {
                        let query: peering_core::state::Ping = parsed(name, argument)?;
                        one(self.ping(query).await?)
                    }
                    "traceroute" => {
                        let query: peering_core::state::Traceroute = parsed(name, argument)?;
                        many(self.traceroute(query).await?)
                    }
                    "command" => {
                        let command: String = parsed(name, argument)?;
                        Found::Text(self.command(&command).await?)
                    }
                    // NAPALM's name for the driver, a method of it, its arguments, and what the caller's clock shows: the answer
                    // is NAPALM's, too
                    "napalm" => {
                        let (driver, method, arguments, now): (String, String, serde_json::Map<String, Value>, f64) =
                            parsed(name, argument)?;
                        let now = jiff::SignedDuration::try_from_secs_f64(now)
                            .and_then(jiff::Timestamp::from_duration)
                            .map_err(|error| Error::new(ErrorKind::Options, format!("{now} is no time: {error}")))?;
                        one(peering_drivers::napalm::call_at(self, &driver, &method, &arguments, now).await?)
                    }
                    other => return Err(Error::unsupported(other)),
                })
            }
        }
    )*};
}

read_by_name!(Router, Candidate, Confirming);
