//! `ping` and `traceroute`.

use std::net::IpAddr;

use super::Look;
use crate::sim::iosxr::oper::round_trip;
use crate::sim::iosxr::view::DEFAULT;

/// Where to, in which network instance, and the options by their words.
struct Asked<'a> {
    vrf: &'a str,
    target: IpAddr,
    options: &'a [&'a str],
}

impl<'a> Asked<'a> {
    /// `[vrf V] HOST OPTION VALUE …`
    fn read(look: Look<'_>, words: &'a [&'a str]) -> Result<Asked<'a>, String> {
        let (vrf, words) = match words {
            ["vrf", vrf, rest @ ..] => (*vrf, rest),
            rest => (DEFAULT, rest),
        };
        let words = match words {
            ["ipv4" | "ipv6", rest @ ..] => rest,
            rest => rest,
        };
        let Some((host, options)) = words.split_first() else {
            return Err("% Incomplete command.\n".to_owned());
        };
        if !look.xr.view.instances().contains(&vrf) {
            return Err(format!("% VRF '{vrf}' does not exist\n"));
        }
        // Names are not known here.
        let target = host.parse().map_err(|_| "% Bad IP address or host name\n".to_owned())?;
        Ok(Asked { vrf, target, options })
    }

    fn number(&self, option: &str, default: u32) -> u32 {
        let place = self.options.iter().position(|word| *word == option);
        place.and_then(|place| self.options.get(place + 1)?.parse().ok()).unwrap_or(default)
    }

    /// How long an answer takes, in milliseconds.
    fn time(&self, look: Look<'_>) -> Option<u32> {
        round_trip(look.world, look.router, look.xr, self.vrf, self.target)
    }
}

pub(crate) fn ping(look: Look<'_>, words: &[&str]) -> String {
    let asked = match Asked::read(look, words) {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    let (count, time) = (asked.number("count", 5), asked.time(look));
    let mark = if time.is_some() { "!" } else { "." };
    let (hits, rate) = if time.is_some() { (count, 100) } else { (0, 0) };
    let times =
        time.map(|time| format!(", round-trip min/avg/max = {time}/{time}/{time} ms")).unwrap_or_default();
    format!(
        "Type escape sequence to abort.\nSending {count}, {}-byte ICMP Echos to {}, timeout is {} seconds:\n{}\n\
         Success rate is {rate} percent ({hits}/{count}){times}\n",
        asked.number("size", 100),
        asked.target,
        asked.number("timeout", 2),
        mark.repeat(count.min(64) as usize),
    )
}

/// Everybody is one hop away, or nowhere.
pub(crate) fn traceroute(look: Look<'_>, words: &[&str]) -> String {
    let asked = match Asked::read(look, words) {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    let probes = match asked.time(look) {
        Some(time) => format!("{} {time} msec  {time} msec  {time} msec ", asked.target),
        None => "*  *  *  ".to_owned(),
    };
    format!("\nType escape sequence to abort.\nTracing the route to {}\n\n 1  {probes}\n", asked.target)
}
