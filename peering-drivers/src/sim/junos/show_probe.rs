//! `ping` and `traceroute`.

use std::net::IpAddr;

use tokio::time::Instant;

use super::device::Junos;
use super::reply::failed;
use crate::sim::fabric::World;
use crate::sim::netconf::element::escaped;
use crate::sim::netconf::reply::Reply;
use crate::sim::persona::Persona as _;

/// What is asked: the words of the command after `ping`.
struct Probe {
    target: String,
    count: u32,
    size: u32,
    ttl: u32,
}

impl Probe {
    fn read(words: &[String]) -> Result<Probe, String> {
        let mut words = words.iter();
        let target = words.next().cloned().ok_or_else(|| "missing argument".to_owned())?;
        let mut probe = Probe { target, count: 5, size: 56, ttl: 64 };
        while let Some(word) = words.next() {
            let mut number = || {
                let value = words.next().ok_or_else(|| "missing argument".to_owned())?;
                value.parse::<u32>().map_err(|_| format!("invalid value: {value}"))
            };
            match word.as_str() {
                "count" => probe.count = number()?.clamp(1, 2_000_000),
                "size" => probe.size = number()?,
                "ttl" => probe.ttl = number()?,
                "wait" | "tos" | "interval" => {
                    number()?;
                }
                "source" | "routing-instance" | "interface" => {
                    words.next().ok_or_else(|| "missing argument".to_owned())?;
                }
                "rapid" | "no-resolve" | "detail" | "inet" | "inet6" | "do-not-fragment"
                | "bypass-routing" => {}
                other => return Err(format!("syntax error: {other}")),
            }
        }
        Ok(probe)
    }
}

/// How long an answer takes, in microseconds: `None` when there is none.
fn time(world: &World, router: usize, junos: &Junos, address: IpAddr) -> Option<u64> {
    if junos.addresses().iter().any(|net| net.addr() == address) {
        return Some(60);
    }
    junos.towards(address)?;
    let last = match address {
        IpAddr::V4(v4) => v4.octets().last().copied(),
        IpAddr::V6(v6) => v6.octets().last().copied(),
    };
    world.holder(router, address).map(|_| 400 + u64::from(last.unwrap_or(0)) * 7)
}

/// The target's address; names are not known here.
fn resolve(verb: &str, target: &str) -> Result<IpAddr, Reply> {
    target.parse().map_err(|_| failed(&format!("{verb}: cannot resolve {target}: Unknown host")))
}

/// `ping …`
pub(crate) fn ping(world: &World, router: usize, junos: &Junos, words: &[String], now: Instant) -> Reply {
    let probe = match Probe::read(words) {
        Ok(probe) => probe,
        Err(message) => return failed(&message),
    };
    let address = match resolve("ping", &probe.target) {
        Ok(address) => address,
        Err(reply) => return reply,
    };
    let base = time(world, router, junos, address);
    let at = junos.database.clock.at(now);
    let mut body = format!(
        "<ping-results xmlns=\"http://xml.juniper.net/junos/{}/junos-probe-tests\">\n<target-host>{1}</target-host>\n\
         <target-ip>{address}</target-ip>\n<packet-size>{2}</packet-size>\n",
        junos.release(),
        escaped(&probe.target),
        probe.size
    );
    // Each answer comes a little later than the one before.
    let times: Vec<u64> = base
        .map(|base| (0..u64::from(probe.count)).map(|turn| base + turn * 3).collect())
        .unwrap_or_default();
    for index in 0..probe.count {
        let head =
            format!("<probe-result date-determined=\"{at}\">\n<probe-index>{}</probe-index>\n", index + 1);
        body.push_str(&head);
        match times.get(index as usize) {
            Some(rtt) => body.push_str(&format!(
                "<probe-success/>\n<sequence-number>{index}</sequence-number>\n<ip-address>{address}</ip-address>\n\
                 <time-to-live>{}</time-to-live>\n<response-size>{}</response-size>\n<rtt>{rtt}</rtt>\n",
                probe.ttl.min(64),
                probe.size + 8
            )),
            None => body.push_str("<probe-failure>no response</probe-failure>\n"),
        }
        body.push_str("</probe-result>\n");
    }
    let loss = if base.is_some() { 0 } else { 100 };
    body.push_str(&format!(
        "<probe-results-summary>\n<probes-sent>{}</probes-sent>\n<responses-received>{}</responses-received>\n<packet-loss>{loss}</packet-loss>\n",
        probe.count,
        times.len()
    ));
    if let (Some(least), Some(most)) = (times.iter().min(), times.iter().max()) {
        let count = times.len() as u64;
        let mean = times.iter().sum::<u64>() / count;
        let spread = times.iter().map(|rtt| rtt.abs_diff(mean).pow(2)).sum::<u64>() / count;
        body.push_str(&format!(
            "<rtt-minimum>{least}</rtt-minimum>\n<rtt-maximum>{most}</rtt-maximum>\n<rtt-average>{mean}</rtt-average>\n\
             <rtt-stddev>{}</rtt-stddev>\n",
            spread.isqrt()
        ));
    }
    let end = if base.is_some() { "<ping-success/>" } else { "<ping-failure>no response</ping-failure>" };
    Reply::new(format!("{body}</probe-results-summary>\n{end}\n</ping-results>\n"))
}

/// `traceroute …`: everybody is one hop away, or not there.
pub(crate) fn traceroute(
    world: &World,
    router: usize,
    junos: &Junos,
    words: &[String],
    now: Instant,
) -> Reply {
    let probe = match Probe::read(words) {
        Ok(probe) => probe,
        Err(message) => return failed(&message),
    };
    let address = match resolve("traceroute", &probe.target) {
        Ok(address) => address,
        Err(reply) => return reply,
    };
    let at = junos.database.clock.at(now);
    let most = probe.ttl.clamp(1, 30);
    let mut body = format!(
        "<traceroute-results xmlns=\"http://xml.juniper.net/junos/{}/junos-probe-tests\">\n<target-host>{}</target-host>\n\
         <target-ip>{address}</target-ip>\n<max-hop-index>{most}</max-hop-index>\n<packet-size>40</packet-size>\n",
        junos.release(),
        escaped(&probe.target)
    );
    let base = time(world, router, junos, address);
    let hops = if base.is_some() { 1 } else { most };
    for hop in 1..=hops {
        body.push_str(&format!("<hop>\n<ttl-value>{hop}</ttl-value>\n"));
        if base.is_some() {
            body.push_str(&format!("<last-ip-address>{address}</last-ip-address>\n"));
        }
        for index in 1..=3 {
            let head =
                format!("<probe-result date-determined=\"{at}\">\n<probe-index>{index}</probe-index>\n");
            let result = match base {
                Some(base) => format!(
                    "<ip-address>{address}</ip-address>\n<rtt>{}</rtt>\n<probe-success/>\n",
                    base + index * 5
                ),
                None => "<probe-failure>no response</probe-failure>\n".to_owned(),
            };
            body.push_str(&format!("{head}{result}</probe-result>\n"));
        }
        body.push_str("</hop>\n");
    }
    let end = if base.is_some() {
        "<traceroute-success/>"
    } else {
        "<traceroute-failure>no response</traceroute-failure>"
    };
    Reply::new(format!("{body}{end}\n</traceroute-results>\n"))
}
