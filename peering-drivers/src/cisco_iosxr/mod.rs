//! Cisco IOS-XR over NETCONF, or its command line over SSH for older trains.

use async_trait::async_trait;
use peering_core::driver::{Capabilities, Driver, Session, Target};
use peering_core::{Error, Result};
use serde::Deserialize;

/// The driver's name.
const NAME: &str = "cisco_iosxr";

/// Cisco IOS-XR: over NETCONF from 7.0 on, over its command line before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CiscoIosxr {
    /// How the router is spoken with.
    pub transport: Transport,
}

/// How a router is spoken with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// NETCONF over SSH, port 830 unless the target names one.
    #[default]
    Netconf,
    /// The command line over SSH, port 22 unless the target names one.
    Ssh,
}

#[async_trait]
impl Driver for CiscoIosxr {
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
