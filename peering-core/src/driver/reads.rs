//! The reads that a session may claim, and the set of those that it does.

use std::fmt;

use serde::{Serialize, Serializer};

/// One read, named as its method of [`crate::driver::Session`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Read {
    /// [`crate::driver::Session::facts`].
    Facts,
    /// [`crate::driver::Session::interfaces`].
    Interfaces,
    /// [`crate::driver::Session::interface_addresses`].
    InterfaceAddresses,
    /// [`crate::driver::Session::interface_counters`].
    InterfaceCounters,
    /// [`crate::driver::Session::bgp_instances`].
    BgpInstances,
    /// [`crate::driver::Session::bgp_neighbors`].
    BgpNeighbors,
    /// [`crate::driver::Session::bgp_neighbors_detail`].
    BgpNeighborsDetail,
    /// [`crate::driver::Session::bgp_config`].
    BgpConfig,
    /// [`crate::driver::Session::routes`].
    Routes,
    /// [`crate::driver::Session::arp_table`].
    ArpTable,
    /// [`crate::driver::Session::ipv6_neighbors`].
    Ipv6Neighbors,
    /// [`crate::driver::Session::network_instances`].
    NetworkInstances,
    /// [`crate::driver::Session::environment`].
    Environment,
    /// [`crate::driver::Session::optics`].
    Optics,
    /// [`crate::driver::Session::lldp_neighbors`].
    LldpNeighbors,
    /// [`crate::driver::Session::lldp_neighbors_detail`].
    LldpNeighborsDetail,
    /// [`crate::driver::Session::users`].
    Users,
    /// [`crate::driver::Session::ntp_servers`].
    NtpServers,
    /// [`crate::driver::Session::ntp_peers`].
    NtpPeers,
    /// [`crate::driver::Session::ntp_associations`].
    NtpAssociations,
    /// [`crate::driver::Session::snmp`].
    Snmp,
    /// [`crate::driver::Session::vlans`].
    Vlans,
    /// [`crate::driver::Session::mac_table`].
    MacTable,
    /// [`crate::driver::Session::probe_configs`].
    ProbeConfigs,
    /// [`crate::driver::Session::probe_results`].
    ProbeResults,
    /// [`crate::driver::Session::running_config`].
    RunningConfig,
    /// [`crate::driver::Session::config`].
    Config,
    /// [`crate::driver::Session::ping`].
    Ping,
    /// [`crate::driver::Session::traceroute`].
    Traceroute,
    /// [`crate::driver::Session::command`].
    Command,
}

impl Read {
    /// Every read, in the order of the documentation.
    pub const ALL: [Read; 30] = [
        Read::Facts,
        Read::Interfaces,
        Read::InterfaceAddresses,
        Read::InterfaceCounters,
        Read::BgpInstances,
        Read::BgpNeighbors,
        Read::BgpNeighborsDetail,
        Read::BgpConfig,
        Read::Routes,
        Read::ArpTable,
        Read::Ipv6Neighbors,
        Read::NetworkInstances,
        Read::Environment,
        Read::Optics,
        Read::LldpNeighbors,
        Read::LldpNeighborsDetail,
        Read::Users,
        Read::NtpServers,
        Read::NtpPeers,
        Read::NtpAssociations,
        Read::Snmp,
        Read::Vlans,
        Read::MacTable,
        Read::ProbeConfigs,
        Read::ProbeResults,
        Read::RunningConfig,
        Read::Config,
        Read::Ping,
        Read::Traceroute,
        Read::Command,
    ];

    /// The name of its method.
    pub const fn name(self) -> &'static str {
        match self {
            Read::Facts => "facts",
            Read::Interfaces => "interfaces",
            Read::InterfaceAddresses => "interface_addresses",
            Read::InterfaceCounters => "interface_counters",
            Read::BgpInstances => "bgp_instances",
            Read::BgpNeighbors => "bgp_neighbors",
            Read::BgpNeighborsDetail => "bgp_neighbors_detail",
            Read::BgpConfig => "bgp_config",
            Read::Routes => "routes",
            Read::ArpTable => "arp_table",
            Read::Ipv6Neighbors => "ipv6_neighbors",
            Read::NetworkInstances => "network_instances",
            Read::Environment => "environment",
            Read::Optics => "optics",
            Read::LldpNeighbors => "lldp_neighbors",
            Read::LldpNeighborsDetail => "lldp_neighbors_detail",
            Read::Users => "users",
            Read::NtpServers => "ntp_servers",
            Read::NtpPeers => "ntp_peers",
            Read::NtpAssociations => "ntp_associations",
            Read::Snmp => "snmp",
            Read::Vlans => "vlans",
            Read::MacTable => "mac_table",
            Read::ProbeConfigs => "probe_configs",
            Read::ProbeResults => "probe_results",
            Read::RunningConfig => "running_config",
            Read::Config => "config",
            Read::Ping => "ping",
            Read::Traceroute => "traceroute",
            Read::Command => "command",
        }
    }
}

impl fmt::Display for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of reads.
///
/// ```
/// use peering_core::driver::{Read, Reads};
/// const BASICS: Reads = Reads::of(&[Read::Facts, Read::Command]);
/// assert!(BASICS.has(Read::Facts) && !BASICS.has(Read::Optics));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Reads(u64);

impl Reads {
    /// These reads and no others.
    pub const fn of(reads: &[Read]) -> Reads {
        let (mut set, mut rest) = (Reads(0), reads);
        while let [read, others @ ..] = rest {
            set = set.with(*read);
            rest = others;
        }
        set
    }

    /// These and one more.
    #[must_use]
    pub const fn with(self, read: Read) -> Reads {
        Reads(self.0 | 1 << read as u32)
    }

    /// These without one.
    #[must_use]
    pub const fn without(self, read: Read) -> Reads {
        Reads(self.0 & !(1 << read as u32))
    }

    /// Whether a read is among them.
    pub const fn has(self, read: Read) -> bool {
        self.0 & 1 << read as u32 != 0
    }

    /// The reads that are in both sets.
    #[must_use]
    pub const fn intersection(self, other: Reads) -> Reads {
        Reads(self.0 & other.0)
    }
}

/// The names of the reads.
impl Serialize for Reads {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(Read::ALL.into_iter().filter(|read| self.has(*read)).map(Read::name))
    }
}

impl fmt::Debug for Reads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(Read::ALL.into_iter().filter(|read| self.has(*read))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_read_has_a_place_and_a_name_of_its_own() {
        let mut names = std::collections::BTreeSet::new();
        for read in Read::ALL {
            let one = Reads::of(&[read]);
            assert_eq!(Read::ALL.into_iter().filter(|other| one.has(*other)).count(), 1);
            assert!(names.insert(read.name()));
            assert_eq!(one.without(read), Reads::default());
        }
        assert_eq!(format!("{:?}", Reads::of(&[Read::Snmp, Read::Facts])), "{Facts, Snmp}");
    }
}
