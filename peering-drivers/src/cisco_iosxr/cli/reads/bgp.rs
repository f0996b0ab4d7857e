//! BGP's neighbours and instances.

use std::net::IpAddr;

use peering_core::state::{BgpInstance, BgpNeighbor, BgpNeighborDetail};
use peering_core::{ErrorKind, Result};

use crate::cisco::{CommandLine, unless_refused};
use crate::cisco_iosxr::cli::parse;
use crate::cisco_iosxr::cli::session::CliSession;

/// The processes, of the main table and of the VRFs.
const PROCESSES: [&str; 2] = ["show bgp process", "show bgp vrf all process"];

/// The tables of BGP; a router refuses those that it does not have.
const TABLES: [&str; 3] = ["all all", "vrf all ipv4 unicast", "vrf all ipv6 unicast"];

/// What the router says where BGP does not run.
const INACTIVE: &str = "not active";

/// The network instances that run BGP; `None` where it does not run.
///
/// # Errors
/// Whatever the answer was refused for else.
fn instances(main: Result<String>, vrfs: Result<String>) -> Result<Option<Vec<BgpInstance>>> {
    let mut text = match main {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::Rejected && error.message().contains(INACTIVE) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if let Some(more) = unless_refused(vrfs)? {
        text.push('\n');
        text.push_str(&more);
    }
    Ok(Some(parse::bgp_instances(&text)?))
}

impl CliSession {
    pub(in crate::cisco_iosxr::cli) async fn read_bgp_instances(&mut self) -> Result<Vec<BgpInstance>> {
        let [main, vrfs] = self.all(PROCESSES).await?;
        Ok(instances(main, vrfs)?.unwrap_or_default())
    }

    pub(in crate::cisco_iosxr::cli) async fn read_bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        let details = self.read_bgp_neighbors_detail(None).await?;
        Ok(details.into_iter().map(|detail| detail.neighbor).collect())
    }

    pub(in crate::cisco_iosxr::cli) async fn read_bgp_neighbors_detail(
        &mut self,
        address: Option<IpAddr>,
    ) -> Result<Vec<BgpNeighborDetail>> {
        let of = address.map(|address| format!(" {address}")).unwrap_or_default();
        let tables = TABLES.map(|table| format!("show bgp {table} neighbors{of}"));
        let [main, vrfs] = PROCESSES;
        let [one, two, three] = &tables;
        let [main, vrfs, answers @ ..] = self.all([main, vrfs, one, two, three]).await?;
        let Some(instances) = instances(main, vrfs)? else { return Ok(Vec::new()) };
        let mut texts = Vec::new();
        for answer in answers {
            texts.extend(unless_refused(answer)?);
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut found = parse::bgp_neighbors_detail(&instances, &texts)?;
        found.retain(|detail| address.is_none_or(|wanted| detail.neighbor.address == wanted));
        Ok(found)
    }
}
