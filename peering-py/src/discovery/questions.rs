//! The questions that can be asked, by their names, each with its argument.

use std::net::IpAddr;

use peering_core::discovery::{Discovery, ExchangeMeasure, Filter, NetworkMeasure, Place};
use peering_core::model::{Indexed, InternetExchange, InternetExchangeSession};
use peering_core::peeringdb::record::{
    ContractPolicy, LocationPolicy, NetType, PeeringPolicy, Scope, Traffic,
};
use peering_core::{Asn, Error, ErrorKind, Result};
use pyo3::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::found::{Found, Typed};
use crate::model::position;
use crate::shape::from_python;

/// `peering.discovery.Filter`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    policies: Vec<PeeringPolicy>,
    location_policies: Vec<LocationPolicy>,
    contract_policies: Vec<ContractPolicy>,
    ratio_required: Option<bool>,
    scopes: Vec<Scope>,
    types: Vec<NetType>,
    traffic: Vec<Traffic>,
    route_server_member: Option<bool>,
    operational: Option<bool>,
    bfd: Option<bool>,
    include_hidden: bool,
}

impl From<Wanted> for Filter {
    fn from(wanted: Wanted) -> Self {
        Filter {
            policies: wanted.policies,
            location_policies: wanted.location_policies,
            contract_policies: wanted.contract_policies,
            ratio_required: wanted.ratio_required,
            scopes: wanted.scopes,
            types: wanted.types,
            traffic: wanted.traffic,
            route_server_member: wanted.route_server_member,
            operational: wanted.operational,
            bfd: wanted.bfd,
            include_hidden: wanted.include_hidden,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ByNetwork {
    Exchanges,
    Ports,
    Facilities,
    Capacity,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ByExchange {
    Networks,
    Ports,
    Capacity,
}

/// A filter from its record class.
pub(super) fn filter(record: &Bound<'_, PyAny>) -> PyResult<Filter> {
    from_python::<Wanted>(record, "filter").map(Filter::from)
}

fn argument<T: DeserializeOwned>(name: &str, value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let message = format!("{}: {}", error.path(), error.inner());
        Error::new(ErrorKind::Options, message).with_operation(name)
    })
}

fn exchanges<'n>(network: &Indexed, found: impl IntoIterator<Item = &'n InternetExchange>) -> Vec<usize> {
    found.into_iter().map(|row| position(&network.internet_exchanges, row)).collect()
}

/// The answer to the question called `name`.
pub(super) fn answer(discovery: &Discovery<'_>, name: &str, network: &Indexed, with: Value) -> Result<Found> {
    Ok(match name {
        "network" => Found::one(discovery.network(argument(name, with)?)?.map(Typed)),
        "networks_named" => Found::records(discovery.networks_named(&argument::<String>(name, with)?)?),
        "exchanges_named" => Found::records(discovery.exchanges_named(&argument::<String>(name, with)?)?),
        "facilities_named" => Found::records(discovery.facilities_named(&argument::<String>(name, with)?)?),
        "networks_at_exchange" => Found::records(discovery.networks_at_exchange(argument(name, with)?)?),
        "networks_at_facility" => Found::records(discovery.networks_at_facility(argument(name, with)?)?),
        "exchanges_at_facility" => Found::records(discovery.exchanges_at_facility(argument(name, with)?)?),
        "ports_of" => Found::records(discovery.ports_of(argument(name, with)?)?),
        "ports_at" => Found::records(discovery.ports_at(argument(name, with)?)?),
        "peering_lans_of" => Found::one(discovery.peering_lans_of(argument(name, with)?)?),
        "networks_at_exchanges_of" => {
            Found::records(discovery.networks_at_exchanges_of(argument(name, with)?)?)
        }
        "asns_at_exchanges_of" => Found::one(discovery.asns_at_exchanges_of(argument(name, with)?)?),
        "exchanges_of" => Found::records(discovery.exchanges_of(argument(name, with)?)?),
        "shared_peeringdb_exchanges" => {
            let (one, other): (Asn, Asn) = argument(name, with)?;
            Found::records(discovery.shared_peeringdb_exchanges(one, other)?)
        }
        "facilities_of" => Found::records(discovery.facilities_of(argument(name, with)?)?),
        "shared_facilities" => {
            let (one, other): (Asn, Asn) = argument(name, with)?;
            Found::records(discovery.shared_facilities(one, other)?)
        }
        "possible" => {
            let (ours, theirs): (Asn, Asn) = argument(name, with)?;
            Found::rows(discovery.possible(ours, theirs)?)
        }
        "exists_in_peeringdb" => {
            let (asn, address): (Asn, IpAddr) = argument(name, with)?;
            Found::one(discovery.exists_in_peeringdb(asn, address)?)
        }
        "facilities_near" => {
            let (latitude, longitude, kilometres): (f64, f64, f64) = argument(name, with)?;
            Found::rows(discovery.facilities_near(Place::new(latitude, longitude)?, kilometres)?)
        }
        "facilities_near_facility" => {
            let (facility, kilometres): (u64, f64) = argument(name, with)?;
            Found::rows(discovery.facilities_near_facility(facility, kilometres)?)
        }
        "largest_exchanges" => {
            let (by, limit): (ByExchange, usize) = argument(name, with)?;
            let by = match by {
                ByExchange::Networks => ExchangeMeasure::Networks,
                ByExchange::Ports => ExchangeMeasure::Ports,
                ByExchange::Capacity => ExchangeMeasure::Capacity,
            };
            Found::rows(discovery.largest_exchanges(by, limit)?)
        }
        "largest_networks" => {
            let (by, limit): (ByNetwork, usize) = argument(name, with)?;
            let by = match by {
                ByNetwork::Exchanges => NetworkMeasure::Exchanges,
                ByNetwork::Ports => NetworkMeasure::Ports,
                ByNetwork::Facilities => NetworkMeasure::Facilities,
                ByNetwork::Capacity => NetworkMeasure::Capacity,
            };
            Found::rows(discovery.largest_networks(by, limit)?)
        }
        _ => return compared(discovery, name, network, with),
    })
}

/// The answers for which our own network is looked at.
fn compared(discovery: &Discovery<'_>, name: &str, network: &Indexed, with: Value) -> Result<Found> {
    Ok(match name {
        "shared_exchanges" => {
            let (ours, theirs): (Asn, Asn) = argument(name, with)?;
            Found::At(exchanges(network, discovery.shared_exchanges(network, ours, theirs)?))
        }
        "meeting" => {
            let (ours, theirs): (Asn, Asn) = argument(name, with)?;
            Found::one(discovery.meeting(network, ours, theirs)?)
        }
        "missing" => {
            let (ours, theirs): (Asn, Asn) = argument(name, with)?;
            Found::rows(discovery.missing(network, ours, theirs)?)
        }
        "missing_at" => {
            let (exchange, theirs): (String, Asn) = argument(name, with)?;
            Found::rows(discovery.missing_at(network, &exchange, theirs)?)
        }
        "available" => {
            let (exchange, wanted): (String, Wanted) = argument(name, with)?;
            Found::rows(discovery.available(network, &exchange, &wanted.into())?)
        }
        "available_everywhere" => {
            let (ours, wanted): (Asn, Wanted) = argument(name, with)?;
            let found = discovery.available_everywhere(network, ours, &wanted.into())?;
            let at = |exchange| position(&network.internet_exchanges, exchange);
            Found::PerExchange(found.into_iter().map(|row| (at(row.exchange), row.peers)).collect())
        }
        "linked_port" => {
            let connection: String = argument(name, with)?;
            Found::one(discovery.linked_port(network, &connection)?.map(Typed))
        }
        "is_abandoned" => {
            let session: InternetExchangeSession = argument(name, with)?;
            Found::one(discovery.is_abandoned(network, &session)?)
        }
        "abandoned" => {
            let sessions = &network.internet_exchange_sessions;
            let found = discovery.abandoned(network)?;
            Found::At(found.into_iter().map(|row| position(sessions, row)).collect())
        }
        other => return Err(Error::unsupported(other)),
    })
}
