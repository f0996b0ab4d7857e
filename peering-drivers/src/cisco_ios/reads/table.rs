//! Tables of the link layer, of every VRF.

use peering_core::Result;
use peering_core::state::{LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance, Vlan};

use super::super::parse;
use super::super::session::IosSession;
use crate::cisco::word;
use crate::cisco::{CommandLine, unless_refused};

impl IosSession {
    pub(in super::super) async fn read_arp_table(&mut self) -> Result<Vec<LinkNeighbor>> {
        let [vrfs, main] = self.all(["show vrf", "show arp | exclude Incomplete"]).await?;
        let mut found = parse::arp_table(&main?, "default")?;
        let vrfs = self.vrfs(vrfs).await?;
        let commands: Vec<String> =
            vrfs.iter().map(|vrf| format!("show arp vrf {} | exclude Incomplete", vrf.name)).collect();
        for (vrf, answer) in vrfs.iter().zip(self.each(&commands).await?) {
            if let Some(text) = unless_refused(answer)? {
                found.extend(parse::arp_table(&text, &vrf.name)?);
            }
        }
        Ok(found)
    }

    pub(in super::super) async fn read_ipv6_neighbors(&mut self) -> Result<Vec<LinkNeighbor>> {
        let [vrfs, main] = self.all(["show vrf", "show ipv6 neighbors"]).await?;
        let mut found = match unless_refused(main)? {
            Some(text) => parse::ipv6_neighbors(&text, "default")?,
            None => return Ok(Vec::new()),
        };
        let mut vrfs = self.vrfs(vrfs).await?;
        vrfs.retain(|vrf| vrf.has_ipv6);
        let commands: Vec<String> =
            vrfs.iter().map(|vrf| format!("show ipv6 neighbors vrf {}", vrf.name)).collect();
        for (vrf, answer) in vrfs.iter().zip(self.each(&commands).await?) {
            if let Some(text) = unless_refused(answer)? {
                found.extend(parse::ipv6_neighbors(&text, &vrf.name)?);
            }
        }
        Ok(found)
    }

    pub(in super::super) async fn read_network_instances(&mut self) -> Result<Vec<NetworkInstance>> {
        let [vrfs, interfaces] = self.all(["show vrf detail", "show ip interface brief"]).await?;
        let vrfs = unless_refused(vrfs)?.unwrap_or_default();
        Ok(parse::network_instances([&vrfs, &interfaces?])?)
    }

    pub(in super::super) async fn read_lldp_neighbors(
        &mut self,
        interface: Option<&str>,
    ) -> Result<Vec<LldpNeighbor>> {
        let of = match interface {
            Some(interface) => format!(" {}", word("an interface", interface)?),
            None => String::new(),
        };
        // LLDP that does not run is refused
        let Some(text) = self.perhaps(&format!("show lldp neighbors{of} detail")).await? else {
            return Ok(Vec::new());
        };
        let mut found = parse::lldp_neighbors(&text)?;
        if found.iter().any(|neighbor| neighbor.interface.is_empty()) {
            // older versions tell our interfaces in the short table only
            let brief = self.text(&format!("show lldp neighbors{of}")).await?;
            found = parse::with_interfaces(found, &brief)?;
        }
        Ok(found)
    }

    pub(in super::super) async fn read_vlans(&mut self) -> Result<Vec<Vlan>> {
        if let Some(text) = self.perhaps("show vlan all-ports").await? {
            return Ok(parse::vlans(&text)?);
        }
        let Some(text) = self.perhaps("show vlan brief").await? else { return Ok(Vec::new()) };
        // the short table has no trunks
        let mut found = parse::vlans(&text)?;
        let commands: Vec<String> = found.iter().map(|vlan| format!("show vlan id {}", vlan.id)).collect();
        for (vlan, answer) in found.iter_mut().zip(self.each(&commands).await?) {
            let one = match unless_refused(answer)? {
                Some(text) => parse::vlans(&text)?.into_iter().find(|one| one.id == vlan.id),
                None => None,
            };
            vlan.interfaces = one.map(|one| one.interfaces).unwrap_or_default();
        }
        Ok(found)
    }

    pub(in super::super) async fn read_mac_table(&mut self) -> Result<Vec<MacEntry>> {
        // the older spelling first, as NAPALM does
        let text = match self.perhaps("show mac-address-table").await? {
            Some(text) => Some(text),
            None => self.perhaps("show mac address-table").await?,
        };
        match text {
            Some(text) => Ok(parse::mac_table(&text)?),
            None => Ok(Vec::new()),
        }
    }
}
