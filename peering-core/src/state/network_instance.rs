//! VRFs and other network instances.

use serde::{Deserialize, Serialize};

/// A network instance (RFC 8529).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkInstance {
    /// The name; `default` for the main table.
    pub name: String,
    /// The kind, by OpenConfig's name: `DEFAULT_INSTANCE`, `L3VRF`, `L2VSI`, …
    pub kind: String,
    /// The route distinguisher (RFC 4364).
    pub route_distinguisher: Option<String>,
    /// Its interfaces, in the router's order.
    pub interfaces: Vec<String>,
}
