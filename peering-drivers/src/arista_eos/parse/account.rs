//! Who may use the router: users, and SNMP.

use peering_core::state::{SnmpCommunity, User};
use peering_core::{ParseError, Secret};
use serde::Deserialize;

use super::field::{Pairs, Text, told};
use super::json;

#[derive(Deserialize)]
struct Users<'a> {
    #[serde(borrow)]
    users: Pairs<'a, RawUser<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawUser<'a> {
    priv_level: Option<u8>,
    #[serde(borrow)]
    secret: Option<Text<'a>>,
    ssh_authorized_key: Option<Text<'a>>,
}

/// Reads `show users accounts`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn users(text: &str) -> Result<Vec<User>, ParseError> {
    let all: Users<'_> = json(text)?;
    let one = |(name, raw): (Text<'_>, RawUser<'_>)| User {
        name: name.into_owned(),
        level: raw.priv_level.unwrap_or(0),
        password: told(raw.secret).map(Secret::new),
        ssh_keys: told(raw.ssh_authorized_key).into_iter().collect(),
    };
    Ok(all.users.0.into_iter().map(one).collect())
}

/// Which answer of `show snmp v2-mib …` is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snmp {
    /// `chassis`.
    Chassis,
    /// `location`.
    Location,
    /// `contact`.
    Contact,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawSnmp<'a> {
    #[serde(borrow)]
    chassis_id: Option<Text<'a>>,
    location: Option<Text<'a>>,
    contact: Option<Text<'a>>,
}

/// Reads one of `show snmp v2-mib chassis`, `… location`, `… contact`. `None` is not configured.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn snmp_field(text: &str, which: Snmp) -> Result<Option<String>, ParseError> {
    let raw: RawSnmp<'_> = json(text)?;
    let text = match which {
        Snmp::Chassis => told(raw.chassis_id),
        // some versions put quotes around the text
        Snmp::Location => told(raw.location).map(|text| text.trim_matches('"').to_owned()),
        Snmp::Contact => told(raw.contact).map(|text| text.trim_matches('"').to_owned()),
    };
    Ok(text.filter(|text| !text.is_empty()))
}

/// Reads `show running-config | section snmp-server community`.
///
/// # Errors
/// When a line that begins a community has no name or does not say whether it may write.
pub fn snmp_communities(text: &str) -> Result<Vec<SnmpCommunity>, ParseError> {
    let mut communities = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split_whitespace();
        if (words.next(), words.next()) != (Some("snmp-server"), Some("community")) {
            continue;
        }
        // the name is a secret: the error does not repeat the line
        let wrong =
            || ParseError::new("a community: its name, then ro or rw", "a line without").at_line(number);
        let name = words.next().ok_or_else(wrong)?;
        let mut may_write = None;
        let mut access_list = None;
        while let Some(word) = words.next() {
            match (word, may_write) {
                ("view", None) | ("ipv6", Some(_)) => drop(words.next()),
                ("ro", None) => may_write = Some(false),
                ("rw", None) => may_write = Some(true),
                (list, Some(_)) => access_list = Some(list.to_owned()),
                _ => return Err(wrong()),
            }
        }
        communities.push(SnmpCommunity {
            name: Secret::new(name),
            may_write: may_write.ok_or_else(wrong)?,
            access_list,
        });
    }
    Ok(communities)
}
