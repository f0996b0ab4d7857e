//! Cisco NX-OS, over NX-API and over SSH.

use std::path::Path;

use peering_core::driver::Target;
use peering_drivers::cisco_nxos::parse::{json, text};
use peering_drivers::sim::NxosRouter;
use peering_drivers::transport::{Http, Scheme};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Found, Lan, Outcome, WITHIN, Work, answer, kept, pin};

/// The command of NAPALM's plan, by the file that its answer is kept in.
pub(super) const COMMANDS: [(&str, &str); 1] = [("summary.txt", "show bgp all summary vrf all")];

pub(super) async fn serve(lan: &Lan, is_ssh: bool) -> Outcome<()> {
    let config = lan.config("router bgp 64501\n", |number, address, asn| {
        format!(
            "  neighbor {address}\n    remote-as {asn}\n    description Peer {number}\n    address-family ipv4 unicast\n"
        )
    });
    let router = NxosRouter {
        name: "nxos1".into(),
        config,
        users: Lan::users(),
        ports: Lan::ports("Ethernet1/1")?,
        ..NxosRouter::default()
    };
    let running = router.start(&lan.fabric).await?;
    running.wait_established(lan.up(), WITHIN).await;
    match is_ssh {
        true => answer(running.ssh_addr().port(), pin(&running.ssh_target())?, || running.typed().len()),
        false => answer(running.addr().port(), running.fingerprint(), || running.log().len()),
    }
}

#[derive(Serialize)]
struct Cli<'a> {
    cmd: &'a str,
    version: u8,
}

#[derive(Deserialize)]
struct Body {
    body: Box<RawValue>,
}

/// The same file for both forms: only one of them is measured at a time.
pub(super) async fn fetch(target: &Target, folder: &Path) -> Outcome<()> {
    let http = Http::new(target, Scheme::Https, 443)?;
    for (file, cmd) in COMMANDS {
        let call = ("cli", Cli { cmd, version: 1 });
        let answer = http.rpc_batch("/ins", "application/json-rpc", &[call]).await?.pop();
        let answer = answer.flatten().ok_or("no answer")?.map_err(|error| error.message)?;
        std::fs::write(folder.join(file), serde_json::from_str::<Body>(answer.get())?.body.get())?;
    }
    Ok(())
}

pub(super) fn work(folder: &Path, is_text: bool) -> Outcome<Work> {
    let [summary] = kept(folder, &COMMANDS)?.try_into().map_err(|_| "one answer")?;
    let bytes = summary.len();
    let read = move || match is_text {
        true => Ok(Found::of(text::bgp_neighbors(&summary)?.iter())),
        false => Ok(Found::of(json::bgp_neighbors(&summary)?.iter())),
    };
    Ok(Work { bytes, read: Box::new(read) })
}
