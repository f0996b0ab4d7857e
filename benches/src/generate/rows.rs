//! The plan as rows: every type with the fields, in the order, that the server gives them.

use std::collections::{BTreeMap, BTreeSet};

use peering_core::peeringdb::ObjectType;
use serde_json::{Value, json};

use super::object::{Object, object};
use super::plan::{CARRIERS, EXCHANGES, Exchange, FACILITIES, Network, Plan};
use super::random::Random;
use super::{GENERATED, Table, names};

/// Nothing is older than this: 2012-01-01.
const OLDEST: i64 = 1_325_376_000;

/// Where the first exchange's organisation stands; the facilities' owner comes after the exchanges'.
const PROPERTY_OWNER: usize = EXCHANGES.len();

pub(super) fn tables(plan: &Plan, random: &mut Random) -> Vec<Table> {
    ObjectType::ALL
        .into_iter()
        .map(|object| {
            let rows = match object {
                ObjectType::Org => orgs(plan, random),
                ObjectType::Campus => campuses(plan, random),
                ObjectType::Fac => facilities(plan, random),
                ObjectType::Net => networks(plan, random),
                ObjectType::Ix => exchanges(plan, random),
                ObjectType::Carrier => carriers(plan, random),
                ObjectType::CarrierFac => carrier_facilities(random),
                ObjectType::IxFac => exchange_facilities(random),
                ObjectType::IxLan => lans(plan, random),
                ObjectType::IxPfx => prefixes(random),
                ObjectType::NetFac => network_facilities(plan, random),
                ObjectType::NetIxLan => connections(plan, random),
                ObjectType::Poc => contacts(plan, random),
            };
            Table { object, rows }
        })
        .collect()
}

/// The number of what stands at this position.
fn number(position: usize) -> u64 {
    position as u64 + 1
}

/// Seconds as the server writes them.
fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default()
}

fn moment(random: &mut Random, from: i64) -> i64 {
    let span = usize::try_from(GENERATED - 3600 - from).unwrap_or(1);
    from + random.below(span) as i64
}

fn stamps(random: &mut Random, status: &str) -> Object {
    let created = moment(random, OLDEST);
    let updated = moment(random, created);
    object! { created: time(created), updated: time(updated), status: status }
}

fn social(site: &str) -> Value {
    if site.is_empty() { json!([]) } else { json!([{ "service": "website", "identifier": site }]) }
}

/// A name as part of a host name.
fn slug(name: &str) -> String {
    let slug: String = name.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    slug.to_ascii_lowercase()
}

fn address(street: &str, city: &str, country: &str) -> Object {
    object! {
        address1: street, address2: "", city: city, country: country, state: "", zipcode: "", floor: "", suite: "",
    }
}

fn orgs(plan: &Plan, random: &mut Random) -> Vec<Object> {
    let row = |(at, name): (usize, &String)| {
        let site = if random.percent(60) { format!("https://{}.example", slug(name)) } else { String::new() };
        let place = &FACILITIES[random.below(FACILITIES.len())];
        let known = random.percent(60);
        let address =
            if known { address(&names::street(random), place.1, place.2) } else { address("", "", "") };
        object! {
            id: number(at), name: name.as_str(), aka: "", name_long: "", website: site.as_str(),
            social_media: social(&site),
            notes: if random.percent(5) { names::notes(random) } else { String::new() },
            logo: Value::Null,
        }
        .and(address)
        .and(object! { latitude: known.then_some(place.4), longitude: known.then_some(place.5) })
        .and(stamps(random, "ok"))
    };
    plan.orgs.iter().enumerate().map(row).collect()
}

fn campuses(plan: &Plan, random: &mut Random) -> Vec<Object> {
    let (_, city, country, ..) = FACILITIES[0];
    let row = object! { id: 1, org_id: number(PROPERTY_OWNER), org_name: plan.orgs[PROPERTY_OWNER].as_str() }
        .and(reordered(stamps(random, "ok")))
        .and(object! {
            name: "Sorrel Quay Campus", name_long: "", notes: "", aka: "", website: "https://sorrelquay.example",
            social_media: social("https://sorrelquay.example"), country: country, city: city, zipcode: "", state: "",
            logo: Value::Null,
        });
    vec![row]
}

/// Campuses have their status before their times.
fn reordered(stamps: Object) -> Object {
    let value = |key| stamps.value(key).cloned().unwrap_or_default();
    object! { status: value("status"), created: value("created"), updated: value("updated") }
}

fn facilities(plan: &Plan, random: &mut Random) -> Vec<Object> {
    let row = |(at, facility): (usize, &(&str, &str, &str, &str, f64, f64))| {
        let (name, city, country, region, latitude, longitude) = *facility;
        let site = format!("https://{}.example", slug(name));
        object! {
            id: number(at), org_id: number(PROPERTY_OWNER), org_name: plan.orgs[PROPERTY_OWNER].as_str(),
            campus_id: (at < 2).then_some(1), name: name, aka: "", name_long: "", website: site.as_str(),
            social_media: social(&site), clli: "", rencode: "", npanxx: "",
            notes: if random.percent(20) { names::notes(random) } else { String::new() },
            net_count: plan.presence.iter().filter(|(_, facility)| *facility == at).count(),
            ix_count: EXCHANGES.iter().filter(|exchange| exchange.facilities.contains(&at)).count(),
            carrier_count: CARRIERS.iter().filter(|(_, facilities)| facilities.contains(&at)).count(),
            sales_email: format!("sales@{}.example.net", slug(name)), sales_phone: "", tech_email: "", tech_phone: "",
            available_voltage_services: json!(random.pick(&[&[][..], &["48 VDC"], &["400 VAC", "48 VDC"]])),
            diverse_serving_substations: random.percent(50).then_some(true),
            property: random.percent(50).then_some("Owner"), region_continent: region,
            status_dashboard: Value::Null, logo: Value::Null,
        }
        .and(stamps(random, "ok"))
        .and(address(&names::street(random), city, country))
        .and(object! { latitude: latitude, longitude: longitude })
    };
    FACILITIES.iter().enumerate().map(row).collect()
}

fn networks(plan: &Plan, random: &mut Random) -> Vec<Object> {
    let mut exchanges: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for port in &plan.ports {
        exchanges.entry(port.network).or_default().insert(port.exchange);
    }
    let row = |(at, network): (usize, &Network)| {
        let exchanges = exchanges.get(&at).map_or(0, BTreeSet::len);
        let facilities = plan.presence.iter().filter(|(network, _)| *network == at).count();
        network_row(at, network, exchanges, facilities, random)
    };
    plan.networks.iter().enumerate().map(row).collect()
}

fn network_row(
    at: usize,
    network: &Network,
    exchanges: usize,
    facilities: usize,
    random: &mut Random,
) -> Object {
    let ours = at == 0;
    let asn = network.asn;
    let site = format!("https://as{asn}.example");
    let set = match at {
        0 => "AS-EXAMPLE".to_owned(),
        // As strangers write it: several sets, a source, and one that is none.
        _ if at % 37 == 5 => format!("RIPE::AS-{}; AS{asn}:AS-ALL", slug(&network.name).to_uppercase()),
        _ if random.percent(70) => format!("AS-{}", slug(&network.name).to_uppercase()),
        _ => String::new(),
    };
    let policy =
        if ours { "Open" } else { random.pick(&["Open", "Open", "Open", "Selective", "Restrictive", "No"]) };
    let later = |yes: bool, random: &mut Random| yes.then(|| time(moment(random, OLDEST)));
    let mut meta = json!({});
    if at % 29 == 7 {
        meta = json!({ "preferred_ip_mtu": 9000 });
    } else if at % 31 == 9 {
        meta = json!({ "rtbh_community": format!("{}:666", asn % 65536) });
    }
    object! {
        id: number(at), org_id: number(network.org), name: network.name.as_str(),
        aka: if ours { "EXNET" } else { "" }, name_long: "", website: site.as_str(), social_media: social(&site), asn: asn,
        looking_glass: if random.percent(10) { format!("https://lg.as{asn}.example/") } else { String::new() },
        route_server: "", irr_as_set: set, info_type: network.kind, info_types: json!([network.kind]),
        info_prefixes4: (ours || random.percent(93)).then(|| 1 + random.below(4000)),
        info_prefixes6: (ours || random.percent(93)).then(|| 1 + random.below(800)),
        info_traffic: *random.pick(&["", "100-1000Mbps", "1-5Gbps", "5-10Gbps", "20-50Gbps", "100-200Gbps", "1-5Tbps"]),
        info_ratio: *random.pick(&["", "Not Disclosed", "Mostly Outbound", "Balanced", "Mostly Inbound", "Heavy Inbound"]),
        info_scope: *random.pick(&["", "Regional", "Europe", "North America", "Global"]),
        info_unicast: true, info_multicast: false, info_ipv6: network.ipv6,
        info_never_via_route_servers: !ours && random.percent(3), ix_count: exchanges, fac_count: facilities,
        notes: if random.percent(20) { names::notes(random) } else { String::new() },
        netixlan_updated: later(exchanges > 0, random), netfac_updated: later(facilities > 0, random),
        poc_updated: later(random.percent(80), random),
        policy_url: if random.percent(10) { format!("{site}/peering") } else { String::new() },
        policy_general: policy,
        policy_locations: *random.pick(&["Not Required", "Not Required", "Preferred", "Required - International"]),
        policy_ratio: random.percent(5),
        policy_contracts: *random.pick(&["Not Required", "Not Required", "Private Only", "Required"]),
        allow_ixp_update: random.percent(25), ixp_update_exclude: json!([]),
        status_dashboard: random.percent(30).then_some(""), rir_status: random.percent(98).then_some("ok"),
        rir_status_updated: time(moment(random, GENERATED - 94_608_000)), logo: Value::Null,
    }
    .and(stamps(random, "ok"))
    .and(object! { meta: meta })
}

fn exchanges(plan: &Plan, random: &mut Random) -> Vec<Object> {
    let row = |(at, exchange): (usize, &Exchange)| {
        let site = format!("https://{}.example", slug(exchange.name));
        object! {
            id: number(at), org_id: number(at), name: exchange.name, aka: "",
            name_long: format!("{} of {}", exchange.name, exchange.city), city: exchange.city,
            country: exchange.country, region_continent: exchange.region, media: "Ethernet",
            notes: if random.percent(30) { names::notes(random) } else { String::new() },
            proto_unicast: true, proto_multicast: false, proto_ipv6: true, website: site.as_str(),
            social_media: social(&site), url_stats: format!("{site}/stats"),
            tech_email: format!("noc@{}.example.net", slug(exchange.name)), tech_phone: "", policy_email: "",
            policy_phone: "", sales_phone: "", sales_email: "", net_count: exchange.members,
            fac_count: exchange.facilities.len(), ixf_net_count: 0, ixf_last_import: Value::Null,
            ixf_import_request: Value::Null, ixf_import_request_status: "queued",
            service_level: *random.pick(&["", "Best Effort (no SLA)", "24/7 Support"]),
            terms: *random.pick(&["", "No Commercial Terms", "Recurring Fees"]), status_dashboard: Value::Null,
            logo: Value::Null,
        }
        .and(stamps(random, "ok"))
    };
    debug_assert!(plan.orgs.len() > EXCHANGES.len());
    EXCHANGES.iter().enumerate().map(row).collect()
}

fn lans(plan: &Plan, random: &mut Random) -> Vec<Object> {
    let mut route_servers = plan.networks.iter().filter(|network| network.kind == "Route Server");
    let row = |(at, exchange): (usize, &Exchange)| {
        let asn =
            if exchange.route_servers { route_servers.next().map_or(0, |network| network.asn) } else { 0 };
        let public = at == 0;
        let mut row = object! {
            id: number(at), ix_id: number(at), name: "", descr: "", mtu: exchange.mtu, dot1q_support: false,
            rs_asn: asn, arp_sponge: Value::Null,
            ixf_ixp_member_list_url_visible: if public { "Public" } else { "Private" },
            ixf_ixp_import_enabled: public,
        };
        if public {
            row = row.and(object! { ixf_ixp_member_list_url: "https://harbourix.example/members.json" });
        }
        row.and(stamps(random, "ok"))
    };
    EXCHANGES.iter().enumerate().map(row).collect()
}

fn prefixes(random: &mut Random) -> Vec<Object> {
    let lans = EXCHANGES.iter().enumerate().flat_map(|(at, exchange)| {
        let (base, length) = exchange.lan4;
        [(at, "IPv6", format!("{}/64", exchange.lan6)), (at, "IPv4", format!("{base}/{length}"))]
    });
    let row = |(row, (at, protocol, prefix)): (usize, (usize, &str, String))| {
        object! { id: number(row), ixlan_id: number(at), protocol: protocol, prefix: prefix, in_dfz: random.percent(20) }
            .and(stamps(random, "ok"))
    };
    lans.enumerate().map(row).collect()
}

fn exchange_facilities(random: &mut Random) -> Vec<Object> {
    let pairs = EXCHANGES
        .iter()
        .enumerate()
        .flat_map(|(at, exchange)| exchange.facilities.iter().map(move |facility| (at, *facility)));
    let row = |(row, (at, facility)): (usize, (usize, usize))| {
        let (name, city, country, ..) = FACILITIES[facility];
        object! {
            id: number(row), name: name, city: city, country: country, ix_id: number(at), fac_id: number(facility),
        }
        .and(stamps(random, "ok"))
    };
    pairs.enumerate().map(row).collect()
}

fn network_facilities(plan: &Plan, random: &mut Random) -> Vec<Object> {
    let row = |(row, (network, facility)): (usize, &(usize, usize))| {
        let (name, city, country, ..) = FACILITIES[*facility];
        object! {
            id: number(row), name: name, city: city, country: country, net_id: number(*network),
            fac_id: number(*facility), local_asn: plan.networks[*network].asn,
        }
        .and(stamps(random, "ok"))
    };
    plan.presence.iter().enumerate().map(row).collect()
}

fn connections(plan: &Plan, random: &mut Random) -> Vec<Object> {
    let mut rows = Vec::new();
    for (row, port) in plan.ports.iter().enumerate() {
        let facility = random.percent(40).then(|| number(*random.pick(EXCHANGES[port.exchange].facilities)));
        let meta = match row % 41 {
            11 => json!({ "rfc8950": true }),
            23 => json!({ "planned_status_change": { "status": "deleted", "date": "2026-12-31" } }),
            _ => json!({}),
        };
        let created = object! {
            id: number(row), net_id: number(port.network), ix_id: number(port.exchange),
            name: EXCHANGES[port.exchange].name, ixlan_id: number(port.exchange), notes: "", speed: port.speed,
            asn: plan.networks[port.network].asn, ipaddr4: port.ipv4.map(|address| address.to_string()),
            ipaddr6: port.ipv6.map(|address| address.to_string()), is_rs_peer: port.rs_peer,
            bfd_support: random.percent(12), operational: port.operational, net_side_id: Value::Null,
            ix_side_id: facility,
        };
        let status = if port.operational { "ok" } else { "not-operational" };
        rows.push(created.and(stamps(random, status)).and(object! { meta: meta }));
    }
    rows
}

fn carriers(plan: &Plan, random: &mut Random) -> Vec<Object> {
    let row = |(at, (name, facilities)): (usize, &(&str, &[usize]))| {
        let site = format!("https://{}.example", slug(name));
        object! {
            id: number(at), org_id: number(PROPERTY_OWNER), org_name: plan.orgs[PROPERTY_OWNER].as_str(), name: *name,
            aka: "", name_long: "", website: site.as_str(), social_media: social(&site), notes: "",
            fac_count: facilities.len(), logo: Value::Null,
        }
        .and(stamps(random, "ok"))
    };
    CARRIERS.iter().enumerate().map(row).collect()
}

fn carrier_facilities(random: &mut Random) -> Vec<Object> {
    let pairs = CARRIERS
        .iter()
        .enumerate()
        .flat_map(|(at, (_, facilities))| facilities.iter().map(move |facility| (at, *facility)));
    let row = |(row, (at, facility)): (usize, (usize, usize))| {
        object! { id: number(row), name: FACILITIES[facility].0, carrier_id: number(at), fac_id: number(facility) }
            .and(stamps(random, "ok"))
    };
    pairs.enumerate().map(row).collect()
}

fn contacts(plan: &Plan, random: &mut Random) -> Vec<Object> {
    let mut rows = Vec::new();
    for (at, network) in plan.networks.iter().enumerate() {
        let roles: &[(&str, &str, &str)] =
            &[("NOC", "NOC", "noc"), ("Policy", "Peering", "peering"), ("Abuse", "Abuse desk", "abuse")];
        for (role, name, mailbox) in roles {
            if at != 0 && random.percent(50) {
                continue;
            }
            rows.push(
                object! {
                    id: number(rows.len()), net_id: number(at), role: *role,
                    visible: if random.percent(45) { "Public" } else { "Users" }, name: *name, phone: "",
                    email: format!("{mailbox}@as{}.example.net", network.asn), url: "",
                }
                .and(stamps(random, "ok")),
            );
        }
    }
    rows
}
