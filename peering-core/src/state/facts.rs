//! Who a router is.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Who a router is: the answer of `show version` in its many forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The maker or project, such as `FRRouting`.
    pub vendor: String,
    /// The model, or the operating system underneath where software has no model.
    pub model: Option<String>,
    /// The version of the routing software, as it prints it.
    pub os_version: String,
    /// The serial number of the chassis.
    pub serial_number: Option<String>,
    /// The host name without domain.
    pub hostname: String,
    /// The fully qualified name, where the router knows it.
    pub fqdn: Option<String>,
    /// How long the router has been up.
    pub uptime: Option<Duration>,
    /// The names of the interfaces, in the router's order.
    pub interfaces: Vec<String>,
}
