//! Ping and traceroute.

use peering_core::ParseError;
use peering_core::state::{Hop, HopProbe, PingAnswer, PingReport};

use super::{after, wrong};

/// Reads `ping`.
///
/// # Errors
/// When the line with the statistics is missing, or a line of an answer has another form.
pub fn ping(text: &str) -> Result<PingReport, ParseError> {
    let mut report = PingReport::default();
    let mut has_statistics = false;
    for (number, line) in text.lines().enumerate() {
        let wrong = |expected| wrong(expected, line, number);
        if line.contains("packets transmitted") {
            let words: Vec<&str> = line.split_whitespace().collect();
            let counts = match words.as_slice() {
                [sent, "packets", "transmitted,", received, ..] => {
                    sent.parse::<u32>().ok().zip(received.parse::<u32>().ok())
                }
                _ => None,
            };
            let (sent, received) =
                counts.ok_or_else(|| wrong("N packets transmitted, N packets received"))?;
            (report.sent, report.lost) = (sent, sent.saturating_sub(received));
            has_statistics = true;
        } else if let Some((_, times)) = line.split_once("min/avg/max = ") {
            let times: Vec<f64> = times
                .trim()
                .trim_end_matches(" ms")
                .split('/')
                .filter_map(|time| time.parse().ok())
                .collect();
            let [minimum, average, maximum] = times.as_slice() else { return Err(wrong("three times")) };
            (report.minimum, report.average, report.maximum) =
                (Some(*minimum), Some(*average), Some(*maximum));
        } else if line.contains(" bytes from ") {
            report.answers.push(answer(line).ok_or_else(|| wrong("an answer with its address"))?);
        }
    }
    if has_statistics { Ok(report) } else { Err(ParseError::new("the statistics of ping", text.trim())) }
}

/// `108 bytes from 192.0.2.1: icmp_seq=0 ttl=57 time=18.411 ms`, with a name before the address in brackets, or without a time:
/// `36 bytes from 192.0.2.1: Destination Host Unreachable`.
fn answer(line: &str) -> Option<PingAnswer> {
    let (_, rest) = line.split_once(" bytes from ")?;
    let (sender, said) = rest.split_once(": ").or_else(|| rest.split_once(' '))?;
    let address = match sender.rsplit_once('(') {
        Some((_, address)) => address.trim_end_matches(')'),
        None => sender.trim_end_matches([':', ',']),
    };
    let round_trip = match after::<f64>(said, "time=") {
        Some(time) => Some(time),
        None if ["truncated", "nreachable", "xceeded"].iter().any(|word| said.contains(word)) => None,
        None => return None,
    };
    Some(PingAnswer { address: address.split('%').next()?.parse().ok()?, round_trip })
}

/// Reads `traceroute`. Labels of MPLS and numbers of AS are passed over.
///
/// # Errors
/// When no line is a hop, or a hop has another form.
pub fn traceroute(text: &str) -> Result<Vec<Hop>, ParseError> {
    let mut hops = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace();
        let Some(Ok(distance)) = words.next().map(str::parse) else { continue };
        let probes = probes(&words.collect::<Vec<_>>());
        let probes = probes.ok_or_else(|| wrong("the probes of a hop", line, number))?;
        hops.push(Hop { distance, probes });
    }
    if hops.is_empty() { Err(ParseError::new("hops of traceroute", text.trim())) } else { Ok(hops) }
}

/// `NAME (ADDRESS)` once, then the times of all probes that came from there; `*` for each without an answer.
fn probes(mut words: &[&str]) -> Option<Vec<HopProbe>> {
    let mut probes = Vec::new();
    let mut sender: Option<(&str, &str)> = None;
    loop {
        words = match words {
            [] => break,
            ["*", rest @ ..] => {
                probes.push(HopProbe::default());
                rest
            }
            [time, "ms", rest @ ..] => {
                let (name, address) = sender?;
                probes.push(HopProbe {
                    address: Some(address.to_owned()),
                    name: Some(name.to_owned()),
                    round_trip: Some(time.parse().ok()?),
                });
                rest
            }
            // the AS of the address, and what an unreachable said
            ["(AS", _, rest @ ..] => rest,
            [said, rest @ ..] if said.starts_with(['!', '[']) => rest,
            [name, address, rest @ ..] if address.starts_with('(') && !address.starts_with("(AS") => {
                sender = Some((name, address.trim_matches(['(', ')'])));
                rest
            }
            // without names: the address alone
            [address, rest @ ..] => {
                address.parse::<std::net::IpAddr>().ok()?;
                sender = Some((address, address));
                rest
            }
        };
    }
    (!probes.is_empty()).then_some(probes)
}
