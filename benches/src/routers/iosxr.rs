//! Cisco IOS-XR, over NETCONF.

use std::path::Path;

use peering_drivers::cisco_iosxr::parse;
use peering_drivers::sim::XrRouter;
use peering_drivers::transport::netconf::xml::Document;

use super::{Found, Lan, Outcome, WITHIN, Work, answer, kept, pin};

/// The request of NAPALM's plan, by the file that its answer is kept in.
pub(super) const REQUESTS: [(&str, &str); 1] = [(
    "bgp.xml",
    "<get><filter type=\"subtree\"><bgp xmlns=\"http://cisco.com/ns/yang/Cisco-IOS-XR-ipv4-bgp-oper\"><instances><instance>\
     <instance-name>default</instance-name></instance></instances></bgp></filter></get>",
)];

pub(super) async fn serve(lan: &Lan) -> Outcome<()> {
    let head =
        "route-policy ALL\n  pass\nend-policy\n!\nrouter bgp 64501\n address-family ipv4 unicast\n !\n";
    let config = lan.config(head, |number, address, asn| {
        format!(
            " neighbor {address}\n  remote-as {asn}\n  description Peer {number}\n  address-family ipv4 unicast\n   \
             route-policy ALL in\n   route-policy ALL out\n  !\n !\n"
        )
    });
    let router = XrRouter {
        name: "xr1".into(),
        config: config + "!\n",
        users: Lan::users(),
        ports: Lan::ports("GigabitEthernet0/0/0/0")?,
        ..XrRouter::default()
    };
    let running = router.start(&lan.fabric).await?;
    running.wait_established(lan.up(), WITHIN).await;
    answer(running.addr().port(), pin(&running.target())?, || running.requests().len())
}

pub(super) fn work(folder: &Path, detail: bool) -> Outcome<Work> {
    let [text] = kept(folder, &REQUESTS)?.try_into().map_err(|_| "one answer")?;
    let bytes = text.len();
    let read = move || {
        let document = Document::parse(text.as_str())?;
        match detail {
            true => Ok(Found::of_details(&parse::bgp_neighbors_detail(document.root())?)),
            false => Ok(Found::of(parse::bgp_neighbors(document.root())?.iter())),
        }
    };
    Ok(Work { bytes, read: Box::new(read) })
}
