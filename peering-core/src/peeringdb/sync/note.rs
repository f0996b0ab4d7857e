//! What a sync has to say about single rows: every row for which a rule was needed, and which rule.

use std::fmt;

use serde::Serialize;

use crate::peeringdb::record::ObjectType;

/// A row that needed a rule. Nothing of this ends a sync, and nothing is lost but what [`Rule::Unreadable`] names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The type.
    pub object: ObjectType,
    /// The row's number, where it has one.
    pub id: Option<u64>,
    /// The rule.
    pub rule: Rule,
}

/// What was done with a row that is not simply newer or the same, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// Not stored: it is no object with a usable `id`. What is wrong with it.
    Unreadable(String),
    /// A field has an unexpected type or form; kept as it is, absent from the typed record.
    Undecoded(&'static str),
    /// A field holds a word that this version does not know; kept.
    UnknownValue(&'static str),
    /// The status is one that this version does not know; kept, and treated as live.
    UnknownStatus(String),
    /// Older than what the cache has, or as old and from an earlier answer; left.
    Outdated,
    /// The answer shows less than the cache has, because nobody asked with a key; left.
    ShowsLess,
    /// The row is deleted, and the cache never had it; kept as a tombstone.
    NeverSeen,
    /// Gone because its parent is: the server does not send tombstones for everything.
    WentWithParent {
        /// The parent's type.
        parent: ObjectType,
        /// The parent's number.
        id: u64,
    },
    /// Gone because a complete list no longer has it, although no tombstone came.
    AbsentFromList,
    /// Back, after it had been hidden by one of the two rules before.
    Returned,
    /// A complete list lacks implausibly many rows, so none of them was taken for gone.
    ListTooShort {
        /// Rows that the cache has and the list should have.
        expected: u64,
        /// How many of them it lacks.
        absent: u64,
    },
    /// The row refers to an object that the cache does not have, even after asking for it; kept.
    Unresolved {
        /// The missing object's type.
        parent: ObjectType,
        /// The missing object's number.
        id: u64,
    },
}

impl Rule {
    /// Whether somebody should look at it: the server or a dump says something unexpected.
    pub fn is_warning(&self) -> bool {
        matches!(
            self,
            Rule::Unreadable(_)
                | Rule::Undecoded(_)
                | Rule::UnknownValue(_)
                | Rule::UnknownStatus(_)
                | Rule::ListTooShort { .. }
        )
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Unreadable(why) => {
                write!(f, "not stored, because it is no object with a usable `id`: {why}")
            }
            Rule::Undecoded(field) => write!(f, "`{field}` has an unexpected form; kept as it is"),
            Rule::UnknownValue(field) => write!(f, "`{field}` has an unknown value; kept"),
            Rule::UnknownStatus(status) => write!(f, "unknown status {status:?}; treated as live"),
            Rule::Outdated => f.write_str("older than what the cache has; left"),
            Rule::ShowsLess => f.write_str("shows less than the cache has; left"),
            Rule::NeverSeen => f.write_str("deleted before the cache ever saw it"),
            Rule::WentWithParent { parent, id } => write!(f, "gone with {parent} {id}"),
            Rule::AbsentFromList => f.write_str("gone: the complete list no longer has it"),
            Rule::Returned => f.write_str("back again"),
            Rule::ListTooShort { expected, absent } => write!(
                f,
                "the complete list lacks {absent} of {expected} rows, which is not believed; none was taken for gone"
            ),
            Rule::Unresolved { parent, id } => {
                write!(f, "refers to {parent} {id}, which is nowhere to be found; kept")
            }
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(id) => write!(f, "{} {id}: {}", self.object, self.rule),
            None => write!(f, "{}: {}", self.object, self.rule),
        }
    }
}
