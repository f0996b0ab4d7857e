//! Interfaces, and the tables of the link layer.

use peering_core::Result;
use peering_core::state::{
    Interface, InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance,
    Optic,
};

use super::super::link::{all, where_it_has};
use super::super::nxapi::Form;
use super::super::parse::{json, text};
use super::super::session::NxosSession;
use super::{commands, word};

impl NxosSession {
    pub(in super::super) async fn read_interfaces(&mut self) -> Result<Vec<Interface>> {
        match self.link.form() {
            Form::Json => self.link.json("show interface", json::interfaces).await,
            Form::Text => Ok(text::interfaces(&self.link.text("show interface").await?)?),
        }
    }

    pub(in super::super) async fn read_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        let asked = commands(["show ip interface vrf all", "show ipv6 interface vrf all"]);
        if self.link.form() == Form::Text {
            let [ipv4, ipv6] = all(self.link.texts(&asked).await?)?;
            return Ok(text::ipv6_addresses(text::interface_addresses(&ipv4)?, &ipv6)?);
        }
        let mut answers = self.link.jsons(&asked).await?.into_iter();
        let mut next = || answers.next().map(where_it_has).transpose().map(Option::flatten);
        let (mut ipv4, mut ipv6) = (next()?, next()?);
        if ipv4.is_none() {
            // without `vrf all`: that of the main table
            let asked = commands(["show ip interface", "show ipv6 interface"]);
            let mut answers = self.link.jsons(&asked).await?.into_iter();
            ipv4 = answers.next().transpose()?;
            ipv6 = answers.next().map(where_it_has).transpose()?.flatten();
        }
        let found = json::interface_addresses(&ipv4.unwrap_or_default())?;
        // a router that has no IPv6 refuses to speak of it
        Ok(json::ipv6_addresses(found, &ipv6.unwrap_or_default())?)
    }

    pub(in super::super) async fn read_counters(&mut self) -> Result<Vec<InterfaceCounters>> {
        let asked = commands(["show interface", "show interface counters detailed"]);
        let [interfaces, detailed] = all(self.link.jsons(&asked).await?)?;
        Ok(json::detailed_counters(json::interface_counters(&interfaces)?, &detailed)?)
    }

    pub(in super::super) async fn read_optics(&mut self) -> Result<Vec<Optic>> {
        let answer = self.link.text("show interface transceiver details").await?;
        Ok(text::transceivers(&answer)?.into_iter().flat_map(|transceiver| transceiver.lanes).collect())
    }

    pub(in super::super) async fn read_lldp(&mut self, interface: Option<&str>) -> Result<Vec<LldpNeighbor>> {
        let command = match interface {
            Some(interface) => {
                format!("show lldp neighbors interface {} detail", word("an interface", interface)?)
            }
            None => "show lldp neighbors detail".to_owned(),
        };
        Ok(text::lldp_neighbors(&self.link.text(&command).await?)?)
    }

    pub(in super::super) async fn read_arp_table(&mut self) -> Result<Vec<LinkNeighbor>> {
        let mut found = match self.link.form() {
            Form::Text => text::arp_table(&self.link.text("show ip arp vrf all | exc INCOMPLETE").await?)?,
            Form::Json => {
                let answer = self.link.jsons(&commands(["show ip arp vrf all"])).await?.pop();
                match answer.map(where_it_has).transpose()?.flatten() {
                    Some(answer) => json::arp_table(&answer)?,
                    None => self.link.json("show ip arp", json::arp_table).await?,
                }
            }
        };
        self.name_instances(&mut found).await?;
        Ok(found)
    }

    pub(in super::super) async fn read_ipv6_neighbors(&mut self) -> Result<Vec<LinkNeighbor>> {
        let mut found = text::ipv6_neighbors(&self.link.text("show ipv6 neighbor vrf all").await?)?;
        self.name_instances(&mut found).await?;
        Ok(found)
    }

    /// The answers for all VRFs do not say which is whose; the interfaces do.
    async fn name_instances(&mut self, neighbors: &mut [LinkNeighbor]) -> Result<()> {
        if neighbors.iter().all(|neighbor| neighbor.network_instance.is_some()) {
            return Ok(());
        }
        let answer = self.link.jsons(&commands(["show vrf interface"])).await?.pop();
        let Some(answer) = answer.map(where_it_has).transpose()?.flatten() else { return Ok(()) };
        let members = json::interface_instances(&answer)?;
        for neighbor in neighbors.iter_mut().filter(|neighbor| neighbor.network_instance.is_none()) {
            let member = members.iter().find(|(interface, _)| *interface == neighbor.interface);
            neighbor.network_instance = member.map(|(_, instance)| instance.clone());
        }
        Ok(())
    }

    pub(in super::super) async fn read_mac_table(&mut self) -> Result<Vec<MacEntry>> {
        match self.link.form() {
            Form::Json => self.link.json("show mac address-table", json::mac_table).await,
            Form::Text => Ok(text::mac_table(&self.link.text("show mac address-table").await?)?),
        }
    }

    pub(in super::super) async fn read_network_instances(&mut self) -> Result<Vec<NetworkInstance>> {
        let asked = commands(["show vrf detail", "show vrf interface"]);
        let [vrfs, members] = all(self.link.jsons(&asked).await?)?;
        let mut found = json::network_instances(&vrfs)?;
        for (interface, instance) in json::interface_instances(&members)? {
            if let Some(known) = found.iter_mut().find(|known| known.name == instance) {
                known.interfaces.push(interface);
            }
        }
        Ok(found)
    }
}
