//! Arista EOS, over eAPI.

use std::path::Path;

use peering_core::driver::Target;
use peering_drivers::arista_eos::parse;
use peering_drivers::sim::EosRouter;
use peering_drivers::transport::{Http, Scheme};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Found, Lan, Outcome, WITHIN, Work, answer, kept};

/// The commands of NAPALM's plans, by the file that their answers are kept in.
const JSON: [(&str, &str); 4] = [
    ("summary4.json", "show ip bgp summary vrf all"),
    ("summary6.json", "show ipv6 bgp summary vrf all"),
    ("neighbors4.json", "show ip bgp neighbors vrf all"),
    ("neighbors6.json", "show ipv6 bgp peers vrf all"),
];

const TEXT: [(&str, &str); 2] =
    [("neighbors4.txt", "show ip bgp neighbors vrf all"), ("neighbors6.txt", "show ipv6 bgp peers vrf all")];

pub(super) async fn serve(lan: &Lan) -> Outcome<()> {
    let config = lan.config("router bgp 64501\n", |number, address, asn| {
        format!("   neighbor {address} remote-as {asn}\n   neighbor {address} description Peer {number}\n")
    });
    let router = EosRouter {
        name: "eos1".into(),
        config,
        users: Lan::users(),
        ports: Lan::ports("Ethernet1")?,
        ..EosRouter::default()
    };
    let running = router.start(&lan.fabric).await?;
    running.wait_established(lan.up(), WITHIN).await;
    answer(running.addr().port(), running.fingerprint(), || running.log().len())
}

#[derive(Serialize)]
struct RunCmds<'a> {
    version: u8,
    cmds: [&'a str; 2],
    format: &'a str,
}

#[derive(Deserialize)]
struct Text {
    output: String,
}

pub(super) async fn fetch(target: &Target, folder: &Path) -> Outcome<()> {
    let http = Http::new(target, Scheme::Https, 443)?;
    let all = JSON.iter().map(|row| (row, "json")).chain(TEXT.iter().map(|row| (row, "text")));
    for ((file, command), format) in all {
        let params = RunCmds { version: 1, cmds: ["enable", command], format };
        let answer = http.rpc("/command-api", "runCmds", &params).await?.map_err(|error| error.message)?;
        let [_, answer]: [Box<RawValue>; 2] = serde_json::from_str(answer.get())?;
        let text = match format {
            "text" => serde_json::from_str::<Text>(answer.get())?.output,
            _ => answer.get().to_owned(),
        };
        std::fs::write(folder.join(file), text)?;
    }
    Ok(())
}

pub(super) fn work(folder: &Path, detail: bool) -> Outcome<Work> {
    let json: [String; 4] = kept(folder, &JSON)?.try_into().map_err(|_| "four answers")?;
    if !detail {
        let bytes = json.iter().map(String::len).sum();
        let read = move || {
            let [s4, s6, n4, n6] = &json;
            Ok(Found::of(parse::bgp_neighbors([s4, s6], [n4, n6])?.iter()))
        };
        return Ok(Work { bytes, read: Box::new(read) });
    }
    let text: [String; 2] = kept(folder, &TEXT)?.try_into().map_err(|_| "two answers")?;
    let bytes = text.iter().map(String::len).sum();
    let read = move || {
        let ([s4, s6, ..], [n4, n6]) = (&json, &text);
        let mut all = parse::bgp_neighbors_detail(n4, s4)?;
        all.extend(parse::bgp_neighbors_detail(n6, s6)?);
        Ok(Found::of_details(&all))
    };
    Ok(Work { bytes, read: Box::new(read) })
}
