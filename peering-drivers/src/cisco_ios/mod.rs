//! Cisco IOS and IOS-XE: the command line over SSH.

use async_trait::async_trait;
use peering_core::driver::{Capabilities, Driver, Session, Target};
use peering_core::{Error, Result, Secret};
use serde::Deserialize;

/// The driver's name.
const NAME: &str = "cisco_ios";

/// Cisco IOS and IOS-XE over SSH.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CiscoIos {
    /// The password for `enable`, where the router asks one of this account.
    pub enable_password: Option<Secret>,
    /// Where files are put on the router, such as `flash:`. `None`: its default file system, as `dir` tells it.
    pub file_system: Option<String>,
    /// How files come there.
    pub upload: Upload,
}

/// How a file comes to the router.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upload {
    /// SCP, on a channel of the same connection; the router needs `ip scp server enable`.
    #[default]
    Scp,
    /// Through the router's `tclsh`, within the session: slower, and the router needs nothing.
    Tcl,
}

#[async_trait]
impl Driver for CiscoIos {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        let _ = target;
        Err(Error::unsupported("connect"))
    }
}
