//! VRFs, and the tables of the link layer.

use peering_core::Result;
use peering_core::state::{LinkNeighbor, LldpNeighbor, NetworkInstance};

use crate::cisco::word;
use crate::cisco::{CommandLine, unless_refused};
use crate::cisco_iosxr::cli::parse;
use crate::cisco_iosxr::cli::session::CliSession;

impl CliSession {
    /// The names of VRFs, as words of a command.
    ///
    /// # Errors
    /// `Options` when one is none.
    pub(super) fn names(vrfs: &[NetworkInstance]) -> Result<Vec<String>> {
        vrfs.iter().map(|vrf| word("a VRF", &vrf.name).map(str::to_owned)).collect()
    }

    /// What is in no VRF is in the main table.
    pub(in crate::cisco_iosxr::cli) async fn read_network_instances(
        &mut self,
    ) -> Result<Vec<NetworkInstance>> {
        let [vrfs, interfaces] = self.all(["show vrf all detail", "show interfaces brief"]).await?;
        let vrfs = parse::vrfs(&vrfs?)?;
        let is_free = |name: &String| !vrfs.iter().any(|vrf| vrf.interfaces.contains(name));
        let mut found = vec![NetworkInstance {
            name: "default".to_owned(),
            kind: "DEFAULT_INSTANCE".to_owned(),
            route_distinguisher: None,
            interfaces: parse::interface_names(&interfaces?)?.into_iter().filter(is_free).collect(),
        }];
        found.extend(vrfs);
        Ok(found)
    }

    pub(in crate::cisco_iosxr::cli) async fn read_arp_table(&mut self) -> Result<Vec<LinkNeighbor>> {
        let [vrfs, main] = self.all(["show vrf all detail", "show arp"]).await?;
        let vrfs = CliSession::names(&parse::vrfs(&vrfs?)?)?;
        let commands: Vec<String> = vrfs.iter().map(|vrf| format!("show arp vrf {vrf}")).collect();
        let mut found = Vec::new();
        for (vrf, answer) in vrfs.iter().zip(self.each(&commands).await?) {
            if let Some(text) = unless_refused(answer)? {
                found.extend(parse::arp_table(&text, vrf)?);
            }
        }
        // some versions tell there what is in the VRFs, too
        let mut all = parse::arp_table(&main?, "default")?;
        let is_same = |one: &LinkNeighbor, other: &LinkNeighbor| {
            one.interface == other.interface && one.address == other.address
        };
        all.retain(|entry| !found.iter().any(|known| is_same(known, entry)));
        all.extend(found);
        Ok(all)
    }

    /// Of all interfaces, or of one.
    pub(in crate::cisco_iosxr::cli) async fn read_lldp_neighbors(
        &mut self,
        interface: Option<&str>,
    ) -> Result<Vec<LldpNeighbor>> {
        // LLDP that does not run is refused
        let mut found = self.list("show lldp neighbors detail", parse::lldp_neighbors).await?;
        found.retain(|neighbor| interface.is_none_or(|wanted| wanted == neighbor.interface));
        Ok(found)
    }
}
