//! Router drivers for `peering-core`: one folder a platform, one feature each, and a simulator.
//!
//! A driver is a value with public options; [`builtin`] has one of each with its defaults. What users hold afterwards,
//! and everything that is the same for all platforms, is in `peering_core`: `Router`, `Candidate`, `Confirming`.
//!
//! | feature | brings |
//! |---|---|
//! | `arista_eos` | Arista EOS over eAPI, or its command line over SSH (`arista_eos`) |
//! | `cisco_ios` | Cisco IOS and IOS-XE: the command line over SSH (`cisco_ios`) |
//! | `cisco_iosxr` | Cisco IOS-XR over NETCONF (`cisco_iosxr`) |
//! | `cisco_nxos` | Cisco NX-OS over NX-API, or its command line over SSH (`cisco_nxos`) |
//! | `frr` | FRRouting over SSH (`frr`) |
//! | `juniper_junos` | Juniper Junos over NETCONF (`juniper_junos`) |
//! | `http`, `netconf`, `shell`, `ssh` | the transports (`transport`), for drivers of one's own |
//! | `sim` | simulated routers in this process, behind real servers on loopback (`sim`) |
//!
//! [`napalm`] gives NAPALM's data from the typed models, for programs that were written for that.
//!
//! Transports name no platform. Parsers are pure functions from a router's text to the models of `peering_core::state`.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

#[cfg(feature = "arista_eos")]
pub mod arista_eos;
#[cfg(any(feature = "cisco_iosxr", feature = "juniper_junos"))]
mod candidate_session;
#[cfg(any(feature = "cisco_ios", feature = "cisco_iosxr"))]
// the words of IOS's tables, which IOS-XR has not
#[cfg_attr(not(feature = "cisco_ios"), allow(dead_code, unreachable_pub))]
mod cisco;
#[cfg(feature = "cisco_ios")]
pub mod cisco_ios;
#[cfg(feature = "cisco_iosxr")]
pub mod cisco_iosxr;
#[cfg(feature = "cisco_nxos")]
pub mod cisco_nxos;
#[cfg(feature = "frr")]
pub mod frr;
#[cfg(any(feature = "cisco_ios", feature = "cisco_iosxr", feature = "cisco_nxos"))]
// IOS checks whole configurations before it takes them, NX-OS lets the switch do that, IOS-XR merges by itself
#[cfg_attr(not(feature = "cisco_ios"), allow(dead_code, unused_imports))]
mod indented;
#[cfg(feature = "juniper_junos")]
pub mod juniper_junos;
pub mod napalm;
#[cfg(any(feature = "arista_eos", feature = "cisco_ios", feature = "cisco_nxos"))]
mod own_name;
#[cfg(any(
    feature = "arista_eos",
    feature = "cisco_ios",
    feature = "cisco_iosxr",
    feature = "cisco_nxos",
    feature = "frr"
))]
mod redact;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(any(
    feature = "arista_eos",
    feature = "cisco_ios",
    feature = "cisco_iosxr",
    feature = "cisco_nxos",
    feature = "juniper_junos"
))]
mod step;
#[cfg(any(feature = "http", feature = "ssh"))]
pub mod transport;

use std::sync::Arc;

use peering_core::driver::{Driver, Registry};

/// A registry of every driver that is compiled in.
pub fn builtin() -> Registry {
    let drivers: [Arc<dyn Driver>; _] = [
        #[cfg(feature = "arista_eos")]
        Arc::new(arista_eos::AristaEos::default()),
        #[cfg(feature = "cisco_ios")]
        Arc::new(cisco_ios::CiscoIos::default()),
        #[cfg(feature = "cisco_iosxr")]
        Arc::new(cisco_iosxr::CiscoIosxr::default()),
        #[cfg(feature = "cisco_nxos")]
        Arc::new(cisco_nxos::CiscoNxos::default()),
        #[cfg(feature = "frr")]
        Arc::new(frr::Frr::default()),
        #[cfg(feature = "juniper_junos")]
        Arc::new(juniper_junos::JuniperJunos::default()),
    ];
    drivers.into_iter().collect()
}
