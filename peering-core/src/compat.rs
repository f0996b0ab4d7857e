//! Whose rules apply where ours differ from Peering Manager's.

use serde::Deserialize;

/// Whose rules apply, where ours differ from Peering Manager's; each module that takes one lists the differences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compat {
    /// Ours.
    #[default]
    Strict,
    /// Peering Manager's (1.10), including what it gets wrong.
    PeeringManager,
}
