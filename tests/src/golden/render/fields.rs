//! The fields of one recorded row, taken one by one, so that none is lost unseen.

use peering_core::model::{Context, ContextAssignment};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A row of the data set, less what has been taken from it.
pub(super) struct Fields {
    place: String,
    rest: Map<String, Value>,
}

impl Fields {
    pub(super) fn new(place: String, row: Value) -> Result<Fields, String> {
        match row {
            Value::Object(rest) => Ok(Fields { place, rest }),
            _ => Err(format!("{place} is no object")),
        }
    }

    /// The field, if it is there and not `null`.
    pub(super) fn take<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, String> {
        let value = self.rest.remove(key).unwrap_or_default();
        serde_json::from_value(value).map_err(|error| format!("{}.{key}: {error}", self.place))
    }

    /// The field, which must be there.
    pub(super) fn given<T: DeserializeOwned>(&mut self, key: &str) -> Result<T, String> {
        self.take(key)?.ok_or_else(|| format!("{}.{key} is missing", self.place))
    }

    /// The field, or what stands for nothing.
    pub(super) fn or_default<T: DeserializeOwned + Default>(&mut self, key: &str) -> Result<T, String> {
        Ok(self.take(key)?.unwrap_or_default())
    }

    /// The rows of a list, each with its position.
    pub(super) fn rows(&mut self, key: &str) -> Result<Vec<(usize, Value)>, String> {
        Ok(self.or_default::<Vec<Value>>(key)?.into_iter().enumerate().collect())
    }

    /// What every sort of row may have.
    pub(super) fn common(&mut self, position: usize) -> Result<Common, String> {
        Ok(Common {
            // Rows were made in this order, in an empty database.
            id: Some(self.take("id")?.unwrap_or(position as u64 + 1)),
            tags: self.or_default("tags")?,
            config_contexts: self.or_default("config_contexts")?,
            local_context_data: self.or_default("local_context_data")?,
            description: self.or_default("description")?,
            comments: self.or_default("comments")?,
        })
    }

    /// Says which fields nobody has taken.
    pub(super) fn finish(self, notes: &mut Vec<String>) {
        notes.extend(self.rest.keys().map(|key| format!("{}.{key} was not looked at", self.place)));
    }
}

/// What every sort of row may have.
pub(super) struct Common {
    pub(super) id: Option<u64>,
    pub(super) tags: Vec<String>,
    pub(super) config_contexts: Vec<ContextAssignment>,
    pub(super) local_context_data: Context,
    pub(super) description: String,
    pub(super) comments: String,
}
