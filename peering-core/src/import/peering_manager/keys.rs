//! The keys by which a network's parts refer to each other, in the place of numbers.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::answers::{Answers, Row, id};
use super::endpoint::Kind;
use super::record::Reference;
use super::report::{LineKind, Notes};
use crate::Asn;

/// The kinds whose key is a slug.
const BY_SLUG: [Kind; 7] = [
    Kind::BgpGroup,
    Kind::InternetExchange,
    Kind::RoutingPolicy,
    Kind::Community,
    Kind::Relationship,
    Kind::Bfd,
    Kind::Tag,
];

/// The kinds whose key is a name.
const BY_NAME: [Kind; 7] = [
    Kind::Connection,
    Kind::Router,
    Kind::Platform,
    Kind::Configuration,
    Kind::Email,
    Kind::ExportTemplate,
    Kind::ConfigContext,
];

/// Keys by number and by what else a record is known as.
#[derive(Default)]
pub(super) struct Keys {
    by_id: HashMap<(Kind, u64), String>,
    by_text: HashMap<(Kind, String), String>,
    /// In the order of the rows, for those without a number.
    in_order: HashMap<Kind, Vec<String>>,
    asns: HashMap<u64, Asn>,
}

impl Keys {
    /// Gives every record its key. Of equal ones the least number keeps it; so a later import gives the same keys.
    pub(super) fn of_all(answers: &Answers, notes: &mut Notes) -> Keys {
        let mut keys = Keys::default();
        for kind in BY_SLUG.into_iter().chain(BY_NAME) {
            keys.assign(kind, &answers.rows(kind).collect::<Vec<_>>(), notes);
        }
        for row in answers.rows(Kind::AutonomousSystem) {
            if let (Some(id), Some(asn)) = (id(row), asn_of(row)) {
                keys.asns.insert(id, asn);
            }
        }
        keys
    }

    fn assign(&mut self, kind: Kind, rows: &[&Row], notes: &mut Notes) {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|position| rows.get(*position).and_then(|row| id(row)).unwrap_or(u64::MAX));
        let mut used: HashSet<String> = HashSet::new();
        let mut assigned: BTreeMap<usize, String> = BTreeMap::new();
        for position in order {
            let Some(row) = rows.get(position) else { continue };
            let number = id(row);
            let wanted = own_key(kind, row);
            let key = unused(&wanted, number, &used);
            if key != wanted {
                let text = format!("{wanted:?} is the key of another {}; it is {key:?} here", kind.noun());
                notes.line(LineKind::Renamed, kind, number, Some(field_of(kind)), text);
            } else if BY_SLUG.contains(&kind) && text_of(row, "slug").is_none() {
                let text = format!("there is no slug; it is {key:?} here");
                notes.line(LineKind::Renamed, kind, number, Some("slug"), text);
            }
            used.insert(key.clone());
            if let Some(number) = number {
                self.by_id.insert((kind, number), key.clone());
            }
            for field in ["slug", "name"] {
                if let Some(text) = text_of(row, field) {
                    self.by_text.entry((kind, text.to_owned())).or_insert_with(|| key.clone());
                }
            }
            assigned.insert(position, key);
        }
        self.in_order.insert(kind, assigned.into_values().collect());
    }

    /// The key of what is referred to.
    pub(super) fn of(&self, kind: Kind, reference: &Reference<'_>) -> Option<&str> {
        match (reference.id, reference.text) {
            (Some(id), _) => self.by_id.get(&(kind, id)).map(String::as_str),
            (None, Some(text)) => self.by_text.get(&(kind, text.to_owned())).map(String::as_str),
            (None, None) => None,
        }
    }

    /// The key of the record in this place.
    pub(super) fn at(&self, kind: Kind, position: usize) -> String {
        self.in_order.get(&kind).and_then(|keys| keys.get(position)).cloned().unwrap_or_default()
    }

    pub(super) fn asn(&self, id: u64) -> Option<Asn> {
        self.asns.get(&id).copied()
    }

    /// A key of this kind that nobody has yet, which is taken with that.
    pub(super) fn take(&mut self, kind: Kind, wanted: &str) -> String {
        let taken = self.in_order.entry(kind).or_default();
        let key = unused(wanted, None, &taken.iter().cloned().collect());
        taken.push(key.clone());
        key
    }
}

pub(super) fn asn_of(row: &Row) -> Option<Asn> {
    row.get("asn")?.as_u64().and_then(|asn| u32::try_from(asn).ok()).map(Asn::new)
}

fn field_of(kind: Kind) -> &'static str {
    if BY_SLUG.contains(&kind) { "slug" } else { "name" }
}

fn text_of<'a>(row: &'a Row, field: &str) -> Option<&'a str> {
    row.get(field)?.as_str().filter(|text| !text.trim().is_empty())
}

/// The key that a record would have if it were alone.
fn own_key(kind: Kind, row: &Row) -> String {
    let numbered = || match id(row) {
        Some(id) => format!("{}-{id}", slugify(kind.noun())),
        None => slugify(kind.noun()),
    };
    if BY_SLUG.contains(&kind) {
        let slug = text_of(row, "slug").map(str::to_owned);
        let slug = slug.or_else(|| text_of(row, "name").map(slugify).filter(|slug| !slug.is_empty()));
        return slug.unwrap_or_else(numbered);
    }
    let name = text_of(row, "name").map(str::to_owned);
    // Connections had no names, but can be told by where they are.
    let place = || {
        let exchange = row.get("internet_exchange_point")?.get("name").and_then(Value::as_str)?;
        let router = row.get("router").and_then(|router| router.get("name")?.as_str());
        Some(router.map_or_else(|| exchange.to_owned(), |router| format!("{exchange} on {router}")))
    };
    name.or_else(|| if kind == Kind::Connection { place() } else { None }).unwrap_or_else(numbered)
}

/// The key itself, or with something that makes it unused: the record's number, if that is enough.
fn unused(wanted: &str, number: Option<u64>, used: &HashSet<String>) -> String {
    let own = [None, number.map(|number| format!("-{number}"))].into_iter().enumerate();
    let own = own.filter_map(|(n, end)| if n == 0 { Some(String::new()) } else { end });
    let counted = (2u64..).map(|n| number.map_or_else(|| format!("-{n}"), |number| format!("-{number}-{n}")));
    let mut candidates = own.chain(counted).map(|end| format!("{wanted}{end}"));
    candidates.find(|key| !used.contains(key)).unwrap_or_default()
}

/// Lower-case ASCII letters, digits and single hyphens.
pub(super) fn slugify(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect();
    words.join("-")
}
