//! Cisco IOS, over SSH.

use std::path::Path;

use peering_drivers::cisco_ios::parse;
use peering_drivers::sim::IosRouter;

use super::{Found, Lan, Outcome, WITHIN, Work, answer, kept, pin};

/// The commands of NAPALM's plan, by the file that their answers are kept in.
pub(super) const COMMANDS: [(&str, &str); 8] = [
    ("summary.txt", "show bgp all summary"),
    ("ipv4-unicast.txt", "show bgp ipv4 unicast neighbors"),
    ("ipv4-multicast.txt", "show bgp ipv4 multicast neighbors"),
    ("ipv6-unicast.txt", "show bgp ipv6 unicast neighbors"),
    ("ipv6-multicast.txt", "show bgp ipv6 multicast neighbors"),
    ("vpnv4-unicast.txt", "show bgp vpnv4 unicast all neighbors"),
    ("vpnv6-unicast.txt", "show bgp vpnv6 unicast all neighbors"),
    ("ipv4-mdt.txt", "show bgp ipv4 mdt all neighbors"),
];

pub(super) async fn serve(lan: &Lan) -> Outcome<()> {
    let config = lan.config("router bgp 64501\n", |number, address, asn| {
        format!(" neighbor {address} remote-as {asn}\n neighbor {address} description Peer {number}\n")
    });
    let router = IosRouter {
        name: "ios1".into(),
        config,
        users: Lan::users(),
        ports: Lan::ports("GigabitEthernet1")?,
        ..IosRouter::default()
    };
    let running = router.start(&lan.fabric).await?;
    running.wait_established(lan.up(), WITHIN).await;
    answer(running.addr().port(), pin(&running.target())?, || running.typed().len())
}

pub(super) fn work(folder: &Path) -> Outcome<Work> {
    let texts = kept(folder, &COMMANDS)?;
    let bytes = texts.iter().map(String::len).sum();
    let read = move || {
        let (summary, families) = texts.split_first().ok_or("no answer")?;
        let families: Vec<&str> =
            families.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        Ok(Found::of(parse::bgp_neighbors(summary, &families)?.iter()))
    };
    Ok(Work { bytes, read: Box::new(read) })
}
