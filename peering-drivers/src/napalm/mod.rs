//! NAPALM's data, from the typed models: for programs that were written for its getters.
//!
//! [`call`] takes a method's name and arguments as NAPALM has them, asks the router through its typed reads, and shapes the
//! answer as NAPALM's driver for that platform does, key by key; the JSON is what `json.dumps` of NAPALM's result holds.
//! A connection of ours may do more than NAPALM's (and does, in the typed models): nothing of that shows here.
//!
//! | file | what |
//! |---|---|
//! | `arguments.rs` | the arguments of a call, checked |
//! | `holder.rs` | whoever is asked: a router, a candidate, a pending commit |
//! | `pipes.rs` | the pipes behind a command |
//! | `shape/` | models to NAPALM's shapes, the same for all platforms; what differs is a parameter |
//! | `quirks.rs` | the table of what a platform does differently: one function a getter |
//! | `arista_eos.rs`, … | one platform's row of that table |
//!
//! **Where quirks go.** NAPALM's drivers contradict each other: units, names of the main VRF, what stands for "not known".
//! A platform's file has one `pub(super) const QUIRKS: Quirks = Quirks { …, ..COMMON }`, and `quirks::of` a line for it. An
//! entry is a plain function from models to JSON: mostly a closure that calls the shape of `shape/` with other parameters,
//! else one of the platform's file. The models and parsers stay free of all this.

mod arguments;
#[cfg(feature = "arista_eos")]
mod arista_eos;
#[cfg(feature = "cisco_nxos")]
mod cisco;
#[cfg(feature = "cisco_ios")]
mod cisco_ios;
#[cfg(feature = "cisco_iosxr")]
mod cisco_iosxr;
#[cfg(feature = "cisco_nxos")]
mod cisco_nxos;
mod holder;
#[cfg(feature = "juniper_junos")]
mod juniper_junos;
#[cfg(feature = "juniper_junos")]
mod pipes;
mod quirks;
mod shape;

use ipnet::IpNet;
use jiff::Timestamp;
use peering_core::state::{
    ConfigFormat, ConfigQuery, ConfigSource, Ping, RouteMatch, RouteQuery, Traceroute,
};
use peering_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value, json};

use arguments::Arguments;
pub use holder::Holder;
use quirks::Quirks;

/// Calls a getter (`get_facts`, …), `ping`, `traceroute`, `cli` or `is_alive` by NAPALM's names, on `&Router`,
/// `&mut Candidate` or `&mut Confirming`: as with [`Router`](peering_core::Router), whoever has the session is asked.
///
/// # Errors
/// `Options` for a method or an argument that NAPALM does not have, or a value that makes no sense; `Unsupported` for a
/// getter that the platform does not have; else as the read itself.
pub async fn call(router: impl Holder, method: &str, arguments: &Map<String, Value>) -> Result<Value> {
    let driver = quirks::name_of(router.platform()).to_owned();
    call_as(router, &driver, method, arguments).await
}

/// The same in the ways of a driver by NAPALM's name (`nxos_ssh`), where there are several for one platform.
///
/// # Errors
/// As [`call`].
pub async fn call_as(
    router: impl Holder,
    driver: &str,
    method: &str,
    arguments: &Map<String, Value>,
) -> Result<Value> {
    call_at(router, driver, method, arguments, Timestamp::now()).await
}

/// The same by the caller's clock: some of NAPALM's drivers make a moment of an age by theirs.
///
/// # Errors
/// As [`call`].
pub async fn call_at(
    mut router: impl Holder,
    driver: &str,
    method: &str,
    arguments: &Map<String, Value>,
    now: Timestamp,
) -> Result<Value> {
    let quirks = quirks::of(driver);
    let arguments = Arguments::new(method, arguments)?;
    let lacks = |(name, with): &(&str, &str)| *name == method && (with.is_empty() || arguments.says(with));
    if quirks.lacks.iter().any(lacks) {
        return Err(Error::unsupported(method));
    }
    if let Some((_, command, shape)) = quirks.texts.iter().find(|(name, ..)| *name == method) {
        return match router.command(command).await {
            // what the router says then is read like any other text
            Err(error) if error.kind() == ErrorKind::Rejected => shape(error.message()),
            answer => shape(&answer?),
        };
    }
    Ok(match method {
        "is_alive" => json!({ "is_alive": is_alive(&mut router).await }),
        "get_facts" => (quirks.facts)(&router.facts().await?),
        "get_interfaces" => {
            let found = router.interfaces().await?;
            quirks.interfaces_at.map_or_else(|| (quirks.interfaces)(&found), |at| at(&found, now))
        }
        "get_interfaces_counters" => {
            let counters = (quirks.interface_counters)(&router.interface_counters().await?);
            match quirks.interface_counters_text {
                Some((command, with)) => with(counters, &unless_refused(router.command(command).await)?),
                None => counters,
            }
        }
        "get_interfaces_ip" => (quirks.interface_addresses)(&router.interface_addresses().await?),
        "get_bgp_neighbors" => {
            let neighbors = (quirks.bgp_neighbors)(&router.bgp_neighbors().await?);
            match quirks.bgp_instances {
                Some(with) => with(neighbors, &router.bgp_instances().await?),
                None => neighbors,
            }
        }
        "get_bgp_neighbors_detail" => {
            let address = arguments.address("neighbor_address")?;
            (quirks.bgp_neighbors_detail)(&router.bgp_neighbors_detail(address).await?)
        }
        "get_bgp_config" => {
            let (group, neighbor) = (arguments.text("group")?, arguments.text("neighbor")?);
            match quirks.bgp_config_text {
                Some((command, shape)) => shape(&router.command(command).await?, group, neighbor),
                None => (quirks.bgp_config)(&shape::bgp_group(router.bgp_config().await?, group, neighbor)),
            }
        }
        "get_route_to" => {
            let query = route_query(&arguments, quirks)?;
            let routes = (quirks.routes)(&router.routes(query).await?);
            if quirks.has_empty_routes { with_destination(routes, &arguments)? } else { routes }
        }
        "get_arp_table" => match (quirks.arp_of_vrf, arguments.text("vrf")?) {
            (Some((command, shape)), vrf) if !vrf.is_empty() => {
                shape(&router.command(&command(vrf)?).await?, vrf)?
            }
            (_, vrf) => (quirks.arp_table)(&router.arp_table().await?, vrf),
        },
        "get_ipv6_neighbors_table" => (quirks.ipv6_neighbors)(&router.ipv6_neighbors().await?),
        "get_network_instances" => {
            let name = arguments.text("name")?;
            (quirks.network_instances)(&router.network_instances().await?, name)
        }
        "get_environment" => (quirks.environment)(&router.environment().await?),
        "get_optics" => (quirks.optics)(&router.optics().await?),
        "get_lldp_neighbors" => (quirks.lldp_neighbors)(&router.lldp_neighbors().await?),
        "get_lldp_neighbors_detail" => {
            let interface = Some(arguments.text("interface")?.to_owned()).filter(|name| !name.is_empty());
            (quirks.lldp_neighbors_detail)(&router.lldp_neighbors_detail(interface).await?)
        }
        "get_users" => (quirks.users)(&router.users().await?),
        "get_ntp_servers" => (quirks.ntp_servers)(&router.ntp_servers().await?),
        "get_ntp_peers" => match quirks.ntp_peers_asked {
            Some(shape) => shape(&router.ntp_associations().await?),
            None => (quirks.ntp_peers)(&router.ntp_peers().await?),
        },
        "get_ntp_stats" => match quirks.ntp_text {
            Some((command, shape)) => shape(&router.command(command).await?),
            None => (quirks.ntp_associations)(&router.ntp_associations().await?),
        },
        "get_snmp_information" => (quirks.snmp)(&router.snmp().await?),
        "get_vlans" => (quirks.vlans)(&router.vlans().await?),
        "get_mac_address_table" => (quirks.mac_table)(&router.mac_table().await?),
        "get_probes_config" => (quirks.probe_configs)(&router.probe_configs().await?),
        "get_probes_results" => (quirks.probe_results)(&router.probe_results().await?),
        "get_config" => config(&mut router, &arguments, quirks).await?,
        "ping" => ping(&mut router, &arguments, quirks).await?,
        "traceroute" => traceroute(&mut router, &arguments, quirks).await?,
        "cli" => cli(&mut router, &arguments, quirks).await?,
        // no platform has it; `Arguments` knows all other names
        _ => return Err(Error::unsupported(method)),
    })
}

/// A router that a candidate holds answers to whoever holds that.
async fn is_alive(router: &mut impl Holder) -> bool {
    router.check().await.map_or_else(|error| error.kind() == ErrorKind::Locked, |()| true)
}

fn route_query(arguments: &Arguments<'_>, quirks: &Quirks) -> Result<RouteQuery> {
    let destination = arguments.text("destination")?;
    let prefix = destination.parse::<IpNet>();
    let matching = match (prefix, destination.parse(), arguments.flag("longer")?) {
        (Ok(prefix), _, true) => RouteMatch::Longer(prefix),
        (Ok(prefix), _, false) => RouteMatch::Exact(prefix),
        (Err(_), Ok(address), true) => RouteMatch::Longer(IpNet::from(address)),
        (Err(_), Ok(address), false) => RouteMatch::Longest(address),
        (Err(_), Err(_), _) => return Err(arguments.wrong("destination", "an address or a prefix")),
    };
    let protocol = arguments.text("protocol")?;
    let protocol = (quirks.protocol)(protocol).unwrap_or(protocol);
    Ok(RouteQuery { matching, protocol: Some(protocol.to_owned()).filter(|name| !name.is_empty()) })
}

/// What a command printed; nothing when it is refused.
fn unless_refused(answer: Result<String>) -> Result<String> {
    match answer {
        Err(error) if error.kind() == ErrorKind::Rejected => Ok(String::new()),
        answer => answer,
    }
}

/// The answer with the prefix that was asked for, though there is no route to it.
fn with_destination(routes: Value, arguments: &Arguments<'_>) -> Result<Value> {
    let Value::Object(mut found) = routes else { return Ok(routes) };
    let destination = arguments.text("destination")?;
    if destination.contains('/') && !found.contains_key(destination) {
        found.insert(destination.to_owned(), json!([]));
    }
    Ok(Value::Object(found))
}

async fn config(router: &mut impl Holder, arguments: &Arguments<'_>, quirks: &Quirks) -> Result<Value> {
    let retrieve = arguments.text_or("retrieve", "all")?;
    let format = match arguments.text_or("format", "text")? {
        "text" => ConfigFormat::Text,
        "set" => ConfigFormat::Set,
        "xml" => ConfigFormat::Xml,
        "json" => ConfigFormat::Json,
        _ => return Err(arguments.wrong("format", "text, set, xml or json")),
    };
    if !["all", "running", "startup", "candidate"].contains(&retrieve) {
        return Err(arguments.wrong("retrieve", "all, running, startup or candidate"));
    }
    let (full, sanitized) = (arguments.flag("full")?, arguments.flag("sanitized")?);
    let mut found = Map::new();
    for (name, source) in [
        ("startup", ConfigSource::Startup),
        ("running", ConfigSource::Running),
        ("candidate", ConfigSource::Candidate),
    ] {
        let is_wanted = retrieve == "all" || retrieve == name;
        let text = match is_wanted {
            true => {
                let query = (quirks.config_query)(ConfigQuery { source, format, full, sanitized });
                let text = (quirks.config_text)(&config_of(router, query).await?);
                quirks.sanitize.filter(|_| sanitized).map_or(text.clone(), |sanitize| sanitize(&text))
            }
            false => String::new(),
        };
        found.insert(name.to_owned(), Value::String(text));
    }
    Ok(Value::Object(found))
}

/// One configuration; what there is none of, or never is on this platform, is empty in NAPALM.
async fn config_of(router: &mut impl Holder, query: ConfigQuery) -> Result<String> {
    match router.config(query).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) if error.kind() == ErrorKind::Unsupported && query.source != ConfigSource::Running => {
            Ok(String::new())
        }
        // a platform without the one may have the other, which is the same as it is
        Err(error) if error.kind() == ErrorKind::Unsupported && query == ConfigQuery::default() => {
            router.running_config().await
        }
        answer => answer,
    }
}

async fn ping(router: &mut impl Holder, arguments: &Arguments<'_>, quirks: &Quirks) -> Result<Value> {
    let mut query = Ping::new(arguments.text("destination")?);
    query.source = arguments.address("source")?;
    query.source_interface = arguments.name("source_interface")?;
    query.network_instance = arguments.name("vrf")?;
    query.ttl = arguments.number("ttl", query.ttl)?;
    query.timeout = arguments.seconds("timeout", query.timeout)?;
    query.size = arguments.number("size", query.size)?;
    query.count = arguments.number("count", query.count)?;
    match router.ping(query).await {
        Ok(report) => Ok((quirks.ping)(&report)),
        Err(error) if error.kind() == ErrorKind::Rejected => Ok(json!({ "error": error.message() })),
        Err(error) => Err(error),
    }
}

async fn traceroute(router: &mut impl Holder, arguments: &Arguments<'_>, quirks: &Quirks) -> Result<Value> {
    let mut query = Traceroute::new(arguments.text("destination")?);
    query.source = arguments.address("source")?;
    query.network_instance = arguments.name("vrf")?;
    query.ttl = arguments.number("ttl", query.ttl)?;
    query.timeout = arguments.seconds("timeout", query.timeout)?;
    let timeout = query.timeout;
    match router.traceroute(query).await {
        Ok(hops) => Ok((quirks.traceroute)(&hops, timeout)),
        Err(error) if error.kind() == ErrorKind::Rejected => Ok(json!({ "error": error.message() })),
        Err(error) => Err(error),
    }
}

async fn cli(router: &mut impl Holder, arguments: &Arguments<'_>, quirks: &Quirks) -> Result<Value> {
    let commands = arguments.texts("commands")?;
    let encoding = arguments.text_or("encoding", "text")?;
    let pipe = match encoding {
        "text" => "",
        _ => {
            let pipe = quirks.cli_encodings.iter().find(|(name, _)| *name == encoding);
            pipe.map(|(_, pipe)| *pipe).ok_or_else(|| Error::unsupported(&format!("cli in {encoding}")))?
        }
    };
    let mut answers = Map::new();
    for command in commands {
        let text = match quirks.has_pipes && encoding == "text" {
            #[cfg(feature = "juniper_junos")]
            true => pipes::apply(command, router.command(&pipes::safe(command)).await?),
            _ => match router.command(&format!("{command}{pipe}")).await {
                Err(error) if error.kind() == ErrorKind::Rejected && quirks.cli_tells_refusals => {
                    error.message().to_owned()
                }
                answer => answer?,
            },
        };
        let answer = match encoding {
            "json" => serde_json::from_str(&text).map_err(|error| {
                Error::new(ErrorKind::Parse, format!("`{command}` was not answered in JSON: {error}"))
            })?,
            _ => Value::String(text),
        };
        answers.insert(command.to_owned(), answer);
    }
    Ok(Value::Object(answers))
}
