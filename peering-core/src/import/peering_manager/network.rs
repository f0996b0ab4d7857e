//! The order in which records become a network.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::answers::Answers;
use super::endpoint::{self, Kind};
use super::keys::{Keys, asn_of};
use super::record::{Record, Told};
use super::report::{Line, LineKind, Report};
use super::{Import, device, exchange, people, policy, session};
use crate::Asn;
use crate::model::{AutonomousSystem, Contact, Network, TemplateKind};

/// Converts the records of a kind, with their keys.
fn each<T>(
    answers: &Answers,
    kind: Kind,
    keys: &Keys,
    told: &mut Told,
    mut convert: impl FnMut(&mut Record<'_>, String) -> Option<T>,
) -> Vec<T> {
    let mut made = Vec::new();
    for (position, row) in answers.rows(kind).enumerate() {
        let mut record = Record::new(kind, row, keys, told);
        made.extend(convert(&mut record, keys.at(kind, position)));
        record.finish();
    }
    if !made.is_empty() {
        told.imported.insert(kind.endpoint().to_owned(), made.len());
    }
    made
}

pub(super) fn import(answers: &Answers) -> Import {
    let mut told = Told::default();
    let mut keys = Keys::of_all(answers, &mut told.notes);
    // What is assigned comes before what it is assigned to.
    let config_contexts = each(answers, Kind::ConfigContext, &keys, &mut told, |record, name| {
        Some(people::config_context(record, name))
    });
    each(answers, Kind::ContextAssignment, &keys, &mut told, |record, _| {
        people::context_assignment(record);
        Some(())
    });
    let mut network = Network { config_contexts, ..Network::default() };
    policies(answers, &mut network, &keys, &mut told);
    let ports = exchanges(answers, &mut network, &mut keys, &mut told);
    routers(answers, &mut network, &keys, &mut told);
    network.internet_exchange_sessions =
        each(answers, Kind::ExchangeSession, &keys, &mut told, |record, _| {
            session::exchange_session(record, |exchange| ports.get(&exchange).cloned())
        });
    network.direct_sessions =
        each(answers, Kind::DirectSession, &keys, &mut told, |record, _| session::direct_session(record));
    contacts(answers, &mut network, &keys, &mut told);
    hidden_peers(answers, &mut network, &keys, &mut told);
    strangers(&mut network, &mut told);
    leftovers(&mut told);
    report(answers, network, told)
}

fn policies(answers: &Answers, network: &mut Network, keys: &Keys, told: &mut Told) {
    network.tags = each(answers, Kind::Tag, keys, told, |record, slug| Some(policy::tag(record, slug)));
    network.communities =
        each(answers, Kind::Community, keys, told, |record, slug| Some(policy::community(record, slug)));
    network.routing_policies = each(answers, Kind::RoutingPolicy, keys, told, |record, slug| {
        Some(policy::routing_policy(record, slug))
    });
    network.relationships = each(answers, Kind::Relationship, keys, told, |record, slug| {
        Some(policy::relationship(record, slug))
    });
    network.bfds = each(answers, Kind::Bfd, keys, told, |record, slug| Some(policy::bfd(record, slug)));
    network.bgp_groups =
        each(answers, Kind::BgpGroup, keys, told, |record, slug| Some(policy::group(record, slug)));
}

/// The names of connections that were part of an exchange, by the exchange's number.
type Ports = HashMap<u64, String>;

fn exchanges(answers: &Answers, network: &mut Network, keys: &mut Keys, told: &mut Told) -> Ports {
    network.autonomous_systems =
        each(answers, Kind::AutonomousSystem, keys, told, |record, _| exchange::autonomous_system(record));
    let made = each(answers, Kind::InternetExchange, keys, told, |record, slug| {
        Some(exchange::internet_exchange(record, slug))
    });
    network.connections =
        each(answers, Kind::Connection, keys, told, |record, name| Some(exchange::connection(record, name)));
    let mut ports = Ports::new();
    for (exchange, port) in made {
        if let Some(mut port) = port {
            port.name = keys.take(Kind::Connection, &port.name);
            let text = format!("its own router and addresses have become connection {:?}", port.name);
            told.notes.line(LineKind::Made, Kind::InternetExchange, exchange.id, None, text);
            ports.extend(exchange.id.map(|id| (id, port.name.clone())));
            network.connections.push(port);
        }
        network.internet_exchanges.push(exchange);
    }
    ports
}

fn routers(answers: &Answers, network: &mut Network, keys: &Keys, told: &mut Told) {
    network.platforms =
        each(answers, Kind::Platform, keys, told, |record, name| Some(device::platform(record, name)));
    let made = each(answers, Kind::Router, keys, told, |record, name| Some(device::router(record, name)));
    for (router, platform) in made {
        if let Some(platform) = platform.filter(|made| network.platform(&made.name).is_none()) {
            let text = format!("platform {:?} was a word; it has become a platform", platform.name);
            told.notes.line(LineKind::Made, Kind::Router, router.id, Some("platform"), text);
            network.platforms.push(platform);
        }
        network.routers.push(router);
    }
    for (kind, of) in [
        (Kind::Configuration, TemplateKind::Configuration),
        (Kind::Email, TemplateKind::Email),
        (Kind::ExportTemplate, TemplateKind::Export),
    ] {
        let made = each(answers, kind, keys, told, |record, name| Some(device::template(record, name, of)));
        network.templates.extend(made);
    }
}

fn contacts(answers: &Answers, network: &mut Network, keys: &Keys, told: &mut Told) {
    let people: people::Contacts =
        each(answers, Kind::Contact, keys, told, |record, _| people::contact(record)).into_iter().collect();
    let roles: HashMap<u64, String> =
        each(answers, Kind::ContactRole, keys, told, |record, _| people::contact_role(record))
            .into_iter()
            .collect();
    let mut placed: BTreeSet<u64> = BTreeSet::new();
    let mut by_owner: BTreeMap<(Kind, u64), Vec<Contact>> = BTreeMap::new();
    for (owner, number, contact) in each(answers, Kind::ContactAssignment, keys, told, |record, _| {
        people::contact_assignment(record, &people, &roles)
    }) {
        placed.insert(number);
        by_owner.entry(owner).or_default().push(contact);
    }
    for system in &mut network.autonomous_systems {
        let own = system.id.and_then(|id| by_owner.remove(&(Kind::AutonomousSystem, id)));
        system.contacts.extend(own.unwrap_or_default());
    }
    for exchange in &mut network.internet_exchanges {
        let own = exchange.id.and_then(|id| by_owner.remove(&(Kind::InternetExchange, id)));
        exchange.contacts.extend(own.unwrap_or_default());
    }
    for ((kind, id), lost) in by_owner {
        let names: Vec<&str> = lost.iter().map(|contact| contact.name.as_str()).collect();
        let text = format!(
            "{names:?} are contacts of {} {id}, which has none here or is not among the answers",
            kind.noun()
        );
        told.notes.line(LineKind::Missing, Kind::ContactAssignment, None, None, text);
    }
    for number in people.keys().filter(|number| !placed.contains(number)) {
        let text = "is nobody's contact; left out";
        told.notes.line(LineKind::NoCounterpart, Kind::Contact, Some(*number), None, text);
    }
}

fn hidden_peers(answers: &Answers, network: &mut Network, keys: &Keys, told: &mut Told) {
    let number = |row| Some((super::answers::id(row)?, asn_of(row)?));
    let networks: HashMap<u64, Asn> = answers.rows(Kind::PeeringDbNetwork).filter_map(number).collect();
    network.hidden_peers =
        each(answers, Kind::HiddenPeer, keys, told, |record, _| people::hidden_peer(record, &networks));
}

/// Adds what others refer to and what has no record of its own.
fn strangers(network: &mut Network, told: &mut Told) {
    let known: BTreeSet<Asn> = network.autonomous_systems.iter().map(|row| row.asn).collect();
    let named = std::mem::take(&mut told.systems);
    let by_number = network.direct_sessions.iter().filter_map(|row| row.local_autonomous_system);
    let mut wanted: BTreeMap<Asn, String> = by_number.map(|asn| (asn, String::new())).collect();
    wanted.extend(named);
    for (asn, name) in wanted.into_iter().filter(|(asn, _)| !known.contains(asn)) {
        let name = if name.is_empty() { asn.to_string() } else { name };
        let text = format!("{asn} ({name:?}) is not among the answers; it was made of what others say of it");
        told.notes.line(LineKind::Made, Kind::AutonomousSystem, None, None, text);
        network.autonomous_systems.push(AutonomousSystem::new(asn, name));
    }
    for (slug, tag) in std::mem::take(&mut told.tags) {
        if network.tags.iter().all(|known| known.slug != slug) {
            let text = format!("tag {slug:?} is not among the answers; it was made of what others say of it");
            told.notes.line(LineKind::Made, Kind::Tag, tag.id, None, text);
            network.tags.push(tag);
        }
    }
    for (slug, relationship) in std::mem::take(&mut told.relationships) {
        if network.relationships.iter().all(|known| known.slug != slug) {
            let text = format!("relationship {slug:?} was a word; it has become a record");
            told.notes.line(LineKind::Made, Kind::Relationship, None, None, text);
            network.relationships.push(relationship);
        }
    }
}

/// Tells of contexts whose owners were not met.
fn leftovers(told: &mut Told) {
    for ((kind, id), contexts) in std::mem::take(&mut told.contexts) {
        let names: Vec<String> = contexts.into_iter().map(|assignment| assignment.context).collect();
        let text = format!(
            "contexts {names:?} are assigned to {} {id}, which has none here or is not among the answers",
            kind.noun()
        );
        told.notes.line(LineKind::Missing, Kind::ContextAssignment, None, None, text);
    }
}

fn report(answers: &Answers, network: Network, told: Told) -> Import {
    let problems = network.problems();
    let mut lines = Vec::new();
    let mut line = |kind, endpoint: &str, message: String| {
        lines.push(Line { kind, endpoint: endpoint.to_owned(), record: None, field: None, message });
    };
    let known: BTreeMap<&str, Kind> = Kind::ALL
        .iter()
        .flat_map(|kind| kind.endpoints().iter().map(move |endpoint| (*endpoint, *kind)))
        .collect();
    for (endpoint, rows, all) in answers.counts() {
        let Some(kind) = known.get(endpoint) else {
            let count = all.unwrap_or(rows as u64);
            if count > 0 {
                let text = format!("{count} left out: {}", endpoint::reason(endpoint));
                line(LineKind::NoCounterpart, endpoint, text);
            }
            continue;
        };
        if *kind == Kind::PeeringDbNetwork {
            let text = format!("{rows} read for the AS numbers of hidden peers, and for nothing else");
            line(LineKind::Derived, endpoint, text);
        }
        if let Some(all) = all {
            line(LineKind::Missing, endpoint, format!("{rows} of {all} records are among the answers"));
        }
    }
    for endpoint in answers.refused() {
        let text =
            format!("may not be read with this token; nothing is lost: {}", endpoint::reason(endpoint));
        line(LineKind::NoCounterpart, endpoint, text);
    }
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::PeeringDbNetwork) {
        if !kind.endpoints().iter().any(|endpoint| answers.has(endpoint)) {
            line(LineKind::Missing, kind.endpoint(), "there is no answer of this list".to_owned());
        }
    }
    lines.extend(told.notes.into_lines());
    Import { network, report: Report { imported: told.imported, lines, problems } }
}
