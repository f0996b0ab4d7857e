//! Juniper Junos, over NETCONF.

use std::path::Path;

use peering_drivers::juniper_junos::parse;
use peering_drivers::sim::JunosRouter;
use peering_drivers::transport::netconf::xml::Document;

use super::{Found, Lan, OURS, Outcome, WITHIN, Work, answer, kept, pin};

/// The requests of NAPALM's plans, by the file that their answers are kept in.
pub(super) const REQUESTS: [(&str, &str); 3] = [
    ("instances.xml", "<get-instance-information/>"),
    (
        "neighbors.xml",
        "<get-bgp-neighbor-information><instance>master</instance></get-bgp-neighbor-information>",
    ),
    ("summary.xml", "<get-bgp-summary-information><instance>master</instance></get-bgp-summary-information>"),
];

pub(super) async fn serve(lan: &Lan) -> Outcome<()> {
    let config = lan.config("protocols { bgp { group IX { type external;\n", |number, address, asn| {
        format!("neighbor {address} {{ description \"Peer {number}\"; peer-as {asn}; }}\n")
    });
    let router = JunosRouter {
        name: "junos1".into(),
        local_as: Some(OURS),
        config: config + "} } }",
        users: Lan::users(),
        ports: Lan::ports("ge-0/0/0")?,
        ..JunosRouter::default()
    };
    let running = router.start(&lan.fabric).await?;
    running.wait_established(lan.up(), WITHIN).await;
    answer(running.addr().port(), pin(&running.target())?, || running.requests().len())
}

pub(super) fn work(folder: &Path, detail: bool) -> Outcome<Work> {
    let [instances, neighbors, summary] = kept(folder, &REQUESTS)?.try_into().map_err(|_| "three answers")?;
    let bytes = instances.len() + neighbors.len() + if detail { 0 } else { summary.len() };
    let read = move || {
        parse::routing_instances(Document::parse(instances.as_str())?.root())?;
        let document = Document::parse(neighbors.as_str())?;
        if detail {
            return Ok(Found::of_details(&parse::bgp_neighbors_detail(document.root(), "master")?));
        }
        parse::bgp_state_ages(Document::parse(summary.as_str())?.root())?;
        Ok(Found::of(parse::bgp_neighbors(document.root(), "master")?.iter()))
    };
    Ok(Work { bytes, read: Box::new(read) })
}
