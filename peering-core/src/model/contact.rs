//! People to write to.

use serde::{Deserialize, Serialize};

use super::serial::is_default;

/// Somebody to write to about a network or an exchange, in one role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// What they are there for, e.g. `Technical` or `Policy`.
    pub role: String,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    #[serde(default, skip_serializing_if = "is_default")]
    pub email: Option<String>,
    /// Their telephone number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub phone: Option<String>,
    /// Their postal address.
    #[serde(default, skip_serializing_if = "is_default")]
    pub address: Option<String>,
    /// What the operator has to say about them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// Longer notes of the operator's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comments: String,
}

impl Contact {
    /// A contact of which only this is known.
    pub fn new(role: impl Into<String>, name: impl Into<String>) -> Self {
        Contact { role: role.into(), name: name.into(), ..Contact::default() }
    }

    /// A contact as PeeringDB describes it; strangers wrote all of it.
    #[cfg(feature = "peeringdb")]
    pub fn from_record(record: &crate::peeringdb::record::Poc) -> Self {
        let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let role = record.role.as_ref().map(ToString::to_string).unwrap_or_default();
        Contact {
            email: text(&record.email),
            phone: text(&record.phone),
            ..Contact::new(role, text(&record.name).unwrap_or_default())
        }
    }

    /// Whether they can be written to: their address is one word with an `@` in it.
    pub fn is_reachable(&self) -> bool {
        self.email.as_deref().is_some_and(|email| {
            let is_word = !email
                .chars()
                .any(|c| c.is_control() || c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>'));
            is_word && email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        })
    }

    /// Whether this is their role; case does not matter.
    pub fn has_role(&self, role: &str) -> bool {
        self.role.to_lowercase() == role.to_lowercase()
    }
}
