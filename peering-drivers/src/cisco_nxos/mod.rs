//! Cisco NX-OS over NX-API, or its command line over SSH.

pub mod parse;

use async_trait::async_trait;
use peering_core::driver::{Capabilities, Driver, Session, Target};
use peering_core::{Error, Result, Secret};
use serde::Deserialize;

/// The driver's name.
const NAME: &str = "cisco_nxos";

/// Cisco NX-OS over NX-API (`feature nxapi`), or over SSH.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CiscoNxos {
    /// How the router is spoken with.
    pub transport: Transport,
    /// The port of its SSH server where files are put, when it is spoken with over NX-API.
    pub ssh_port: u16,
    /// The password for `enable`, where the router asks one of this account.
    pub enable_password: Option<Secret>,
    /// Where files are put on the router.
    pub file_system: String,
}

impl Default for CiscoNxos {
    fn default() -> Self {
        CiscoNxos {
            transport: Transport::Https,
            ssh_port: 22,
            enable_password: None,
            file_system: "bootflash:".to_owned(),
        }
    }
}

/// How a router is spoken with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// NX-API over HTTPS, port 443 unless the target names one.
    #[default]
    Https,
    /// NX-API over plain HTTP, port 80 unless the target names one: whoever sits between can read the password.
    Http,
    /// The command line over SSH, port 22 unless the target names one.
    Ssh,
}

#[async_trait]
impl Driver for CiscoNxos {
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
