//! Autonomous systems: ours and those we peer with.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::serial::{default, is_default};
use super::{Contact, Context, ContextAssignment, Family};
use crate::Asn;
use crate::irr::Prefixes;

/// An autonomous system: one of ours, or a peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AutonomousSystem {
    /// Its number; unique in a [`Network`](super::Network).
    pub asn: Asn,
    /// Its name. From PeeringDB this is text that a stranger wrote.
    pub name: String,
    /// Whether it is ours.
    #[serde(default, skip_serializing_if = "is_default")]
    pub affiliated: bool,
    /// Its AS-SET or route-set as its operator wrote it (PeeringDB `irr_as_set`), if it has one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub irr_as_set: Option<String>,
    /// The number of IPv4 prefixes it advises to accept (PeeringDB `info_prefixes4`). `None` and 0 are no limit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ipv4_max_prefixes: Option<u32>,
    /// The number of IPv6 prefixes it advises to accept (PeeringDB `info_prefixes6`). `None` and 0 are no limit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ipv6_max_prefixes: Option<u32>,
    /// Which of the fields above follow PeeringDB.
    #[serde(default, skip_serializing_if = "is_default")]
    pub peeringdb_sync: PeeringDbSync,
    /// What is looked up of its AS-SET, and how.
    #[serde(default, skip_serializing_if = "is_default")]
    pub irr_sync: IrrSync,
    /// The prefixes that its AS-SET stands for; see [`irr`](crate::irr). Input of rendering, never fetched by it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub prefixes: Option<Prefixes>,
    /// When the prefixes were last looked up and found good.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub prefixes_updated: Option<Timestamp>,
    /// The autonomous systems that its AS-SET stands for, its own included.
    #[serde(default, skip_serializing_if = "is_default")]
    pub as_list: Vec<Asn>,
    /// When the list of autonomous systems was last looked up and found good.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub as_list_updated: Option<Timestamp>,
    /// Slugs of the policies for what it sends us, for all its sessions.
    #[serde(default, skip_serializing_if = "is_default")]
    pub import_routing_policies: Vec<String>,
    /// Slugs of the policies for what we send it, for all its sessions.
    #[serde(default, skip_serializing_if = "is_default")]
    pub export_routing_policies: Vec<String>,
    /// Slugs of the communities for all its sessions.
    #[serde(default, skip_serializing_if = "is_default")]
    pub communities: Vec<String>,
    /// Whom to write to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub contacts: Vec<Contact>,
    /// Slugs of its tags.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// The contexts that apply to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub config_contexts: Vec<ContextAssignment>,
    /// Values of its own for templates, over those of its contexts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub local_context_data: Context,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// Longer notes of the operator's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comments: String,
}

/// Which fields of an [`AutonomousSystem`] a refresh takes over from PeeringDB: all, unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PeeringDbSync {
    /// The name.
    pub name: bool,
    /// The AS-SET.
    pub irr_as_set: bool,
    /// The advised number of IPv4 prefixes.
    pub ipv4_max_prefixes: bool,
    /// The advised number of IPv6 prefixes.
    pub ipv6_max_prefixes: bool,
}

impl Default for PeeringDbSync {
    fn default() -> Self {
        PeeringDbSync { name: true, irr_as_set: true, ipv4_max_prefixes: true, ipv6_max_prefixes: true }
    }
}

/// What is looked up in the routing registries for an [`AutonomousSystem`], and how, where that differs from what is
/// usual. Both lists are looked up, unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct IrrSync {
    /// The prefixes.
    pub prefixes: bool,
    /// The autonomous systems.
    pub as_list: bool,
    /// The registries to ask, in the order of trust, instead of the usual ones.
    #[serde(skip_serializing_if = "is_default")]
    pub sources: Vec<String>,
    /// Arguments of the tool for IPv4 prefixes, instead of the usual ones.
    #[serde(skip_serializing_if = "is_default")]
    pub ipv4_args: Vec<String>,
    /// Arguments of the tool for IPv6 prefixes, instead of the usual ones.
    #[serde(skip_serializing_if = "is_default")]
    pub ipv6_args: Vec<String>,
}

impl Default for IrrSync {
    fn default() -> Self {
        IrrSync {
            prefixes: true,
            as_list: true,
            sources: Vec::new(),
            ipv4_args: Vec::new(),
            ipv6_args: Vec::new(),
        }
    }
}

impl AutonomousSystem {
    /// An autonomous system that is not ours, of which only this is known.
    pub fn new(asn: Asn, name: impl Into<String>) -> Self {
        AutonomousSystem {
            asn,
            name: name.into(),
            affiliated: false,
            irr_as_set: None,
            ipv4_max_prefixes: None,
            ipv6_max_prefixes: None,
            peeringdb_sync: default(),
            irr_sync: default(),
            prefixes: None,
            prefixes_updated: None,
            as_list: Vec::new(),
            as_list_updated: None,
            import_routing_policies: Vec::new(),
            export_routing_policies: Vec::new(),
            communities: Vec::new(),
            contacts: Vec::new(),
            tags: Vec::new(),
            config_contexts: Vec::new(),
            local_context_data: default(),
            id: None,
            description: String::new(),
            comments: String::new(),
        }
    }

    /// The limit of one family as stored; see the fields for what `None` and 0 mean.
    pub fn max_prefixes(&self, family: Family) -> Option<u32> {
        match family {
            Family::Ipv4 => self.ipv4_max_prefixes,
            Family::Ipv6 => self.ipv6_max_prefixes,
        }
    }

    /// Whom to write to, in the order of the roles; all, if none is asked for. The system's own contacts come first, then
    /// others that are known, such as PeeringDB's. Each address occurs once, and only those that can be written to.
    pub fn recipients<'a>(&'a self, roles: &[&str], known: &'a [Contact]) -> Vec<&'a Contact> {
        let mut found: Vec<&Contact> = Vec::new();
        let everybody = self.contacts.iter().chain(known).filter(|contact| contact.is_reachable());
        let mut add = |contact: &'a Contact| {
            if !found.iter().any(|have| have.email == contact.email) {
                found.push(contact);
            }
        };
        if roles.is_empty() {
            everybody.clone().for_each(&mut add);
        }
        for role in roles {
            everybody.clone().filter(|contact| contact.has_role(role)).for_each(&mut add);
        }
        found
    }

    /// The contacts of one role, in order. Roles compare without regard to case.
    pub fn contacts_with_role<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a Contact> {
        self.contacts.iter().filter(move |contact| contact.has_role(role))
    }
}

/// A field in which an [`AutonomousSystem`] and its PeeringDB record differ.
#[cfg(feature = "peeringdb")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// Our field's name, e.g. `ipv4_max_prefixes`.
    pub field: &'static str,
    /// The record's field's name, e.g. `info_prefixes4`.
    pub peeringdb_field: &'static str,
    /// What we have, as text; `None` if nothing.
    pub ours: Option<String>,
    /// What the record has, as text; `None` if nothing. A stranger wrote it.
    pub record: Option<String>,
}

#[cfg(feature = "peeringdb")]
impl AutonomousSystem {
    /// An autonomous system as PeeringDB describes it.
    ///
    /// The name is the number where the record has none.
    pub fn from_record(asn: Asn, record: &crate::peeringdb::record::Net) -> Self {
        let theirs = Described::by(asn, record);
        let mut system = AutonomousSystem::new(asn, theirs.name);
        system.irr_as_set = theirs.irr_as_set;
        system.ipv4_max_prefixes = theirs.ipv4_max_prefixes;
        system.ipv6_max_prefixes = theirs.ipv6_max_prefixes;
        system
    }

    /// Where it differs from its record, whatever [`peeringdb_sync`](AutonomousSystem::peeringdb_sync) says.
    /// Nowhere, if the number is [private](Asn::is_private): then no record can be meant.
    pub fn divergence(&self, record: &crate::peeringdb::record::Net) -> Vec<Divergence> {
        if self.asn.is_private() {
            return Vec::new();
        }
        let theirs = Described::by(self.asn, record);
        let limit = |prefixes: Option<u32>| prefixes.map(|prefixes| prefixes.to_string());
        let fields = [
            ("name", "name", Some(self.name.clone()), Some(theirs.name)),
            ("irr_as_set", "irr_as_set", self.irr_as_set.clone(), theirs.irr_as_set),
            (
                "ipv4_max_prefixes",
                "info_prefixes4",
                limit(self.ipv4_max_prefixes),
                limit(theirs.ipv4_max_prefixes),
            ),
            (
                "ipv6_max_prefixes",
                "info_prefixes6",
                limit(self.ipv6_max_prefixes),
                limit(theirs.ipv6_max_prefixes),
            ),
        ];
        let differing = fields.into_iter().filter(|(_, _, ours, record)| ours != record);
        differing
            .map(|(field, peeringdb_field, ours, record)| Divergence { field, peeringdb_field, ours, record })
            .collect()
    }

    /// Takes over from its record the fields that [`peeringdb_sync`](AutonomousSystem::peeringdb_sync) names. Gives what
    /// was changed.
    pub fn refresh(&mut self, record: &crate::peeringdb::record::Net) -> Vec<Divergence> {
        let sync = self.peeringdb_sync;
        let mut changes = self.divergence(record);
        changes.retain(|change| match change.field {
            "name" => sync.name,
            "irr_as_set" => sync.irr_as_set,
            "ipv4_max_prefixes" => sync.ipv4_max_prefixes,
            _ => sync.ipv6_max_prefixes,
        });
        let theirs = Described::by(self.asn, record);
        for change in &changes {
            match change.field {
                "name" => self.name.clone_from(&theirs.name),
                "irr_as_set" => self.irr_as_set.clone_from(&theirs.irr_as_set),
                "ipv4_max_prefixes" => self.ipv4_max_prefixes = theirs.ipv4_max_prefixes,
                _ => self.ipv6_max_prefixes = theirs.ipv6_max_prefixes,
            }
        }
        changes
    }
}

/// What a record says, in our terms.
#[cfg(feature = "peeringdb")]
struct Described {
    name: String,
    irr_as_set: Option<String>,
    ipv4_max_prefixes: Option<u32>,
    ipv6_max_prefixes: Option<u32>,
}

#[cfg(feature = "peeringdb")]
impl Described {
    fn by(asn: Asn, record: &crate::peeringdb::record::Net) -> Self {
        let limit = |prefixes: Option<u64>| prefixes.and_then(|prefixes| u32::try_from(prefixes).ok());
        Described {
            name: record.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| asn.to_string()),
            irr_as_set: record.irr_as_set.clone().filter(|set| !set.is_empty()),
            ipv4_max_prefixes: limit(record.info_prefixes4),
            ipv6_max_prefixes: limit(record.info_prefixes6),
        }
    }
}
