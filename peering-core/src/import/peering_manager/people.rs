//! What belongs to other records: contacts, contexts, hidden peers.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::endpoint::Kind;
use super::record::Record;
use super::report::LineKind;
use crate::Asn;
use crate::model::{ConfigContext, Contact, ContextAssignment, HiddenPeer};

pub(super) fn config_context(record: &mut Record<'_>, name: String) -> ConfigContext {
    record.value("name");
    let mut context = ConfigContext::new(name, record.context("data"));
    context.is_active = record.flag("is_active").unwrap_or(true);
    context.description = record.description();
    context.id = record.id;
    context
}

/// What something is assigned to.
fn assigned_to(record: &mut Record<'_>) -> Option<(Kind, u64)> {
    let content_type = record.text("content_type").unwrap_or_default();
    let object = record.number::<u64>("object_id");
    let kind = Kind::of_content_type(&content_type);
    if kind.is_none() || object.is_none() {
        let text = format!("{content_type:?} is nothing that something can be assigned to here; left out");
        record.line(LineKind::NoCounterpart, Some("content_type"), text);
    }
    Some((kind?, object?))
}

pub(super) fn context_assignment(record: &mut Record<'_>) {
    let owner = assigned_to(record);
    let context = record.key("config_context", Kind::ConfigContext);
    let weight = record.number("weight").unwrap_or(1000);
    if let (Some(owner), Some(context)) = (owner, context) {
        record.told.contexts.entry(owner).or_default().push(ContextAssignment { context, weight });
    }
}

/// Contacts by number, before they have a role.
pub(super) type Contacts = BTreeMap<u64, Contact>;

pub(super) fn contact(record: &mut Record<'_>) -> Option<(u64, Contact)> {
    let mut contact = Contact::new("", record.text("name").unwrap_or_default());
    contact.email = record.text("email");
    contact.phone = record.text("phone");
    contact.address = record.text("address");
    (contact.description, contact.comments) = record.words();
    Some((record.id?, contact))
}

/// The name of a role, by its number.
pub(super) fn contact_role(record: &mut Record<'_>) -> Option<(u64, String)> {
    let name = record.text("name")?;
    Some((record.id?, name))
}

/// Whose contact somebody is, in which role, and their number.
pub(super) fn contact_assignment(
    record: &mut Record<'_>,
    contacts: &Contacts,
    roles: &HashMap<u64, String>,
) -> Option<((Kind, u64), u64, Contact)> {
    let owner = assigned_to(record);
    let reference = record.reference("contact")?;
    let role = record.reference("role").and_then(|role| {
        let listed = role.id.and_then(|id| roles.get(&id).cloned());
        let nested = || role.object.and_then(|object| object.get("name")?.as_str());
        listed.or_else(|| nested().or(role.text).map(str::to_owned))
    });
    let Some((number, contact)) = reference.id.and_then(|id| Some((id, contacts.get(&id)?))) else {
        let text = format!("refers to contact {reference}, who is not among the answers; left out");
        record.line(LineKind::Missing, Some("contact"), text);
        return None;
    };
    let contact = Contact { role: role.unwrap_or_default(), ..contact.clone() };
    Some((owner?, number, contact))
}

pub(super) fn hidden_peer(record: &mut Record<'_>, networks: &HashMap<u64, Asn>) -> Option<HiddenPeer> {
    let network = record.reference("peeringdb_network");
    let lan = record.reference("peeringdb_ixlan").and_then(|lan| lan.id);
    let nested = |object: &super::answers::Row| super::keys::asn_of(object);
    let asn = network
        .as_ref()
        .and_then(|network| network.object.and_then(nested).or_else(|| networks.get(&network.id?).copied()));
    let until = record.parsed::<Timestamp>("until", "an instant");
    let reason = record.description();
    let (Some(asn), Some(ixlan)) = (asn, lan) else {
        let text = match &network {
            Some(network) if lan.is_some() => {
                format!(
                    "PeeringDB's network {network} is not among the answers, so that its AS number is not known"
                )
            }
            _ => "network or LAN are no longer in PeeringDB".to_owned(),
        };
        record.line(LineKind::Missing, None, format!("{text}; the hidden peer is left out"));
        return None;
    };
    Some(HiddenPeer { asn, ixlan, until, reason })
}
