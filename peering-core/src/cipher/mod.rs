//! stub
use serde::{Deserialize, Serialize};
/// stub
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PasswordAlgorithm {
    /// stub
    AristaType7,
    /// stub
    CiscoType7,
    /// stub
    JuniperType9,
}
