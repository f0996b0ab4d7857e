//! Ping and traceroute, as Linux's programs print them.

use std::net::IpAddr;

use peering_core::ParseError;
use peering_core::state::{Hop, HopProbe, PingAnswer, PingReport};

/// Reads `ping`.
///
/// # Errors
/// When the line with the statistics is missing, or a line of an answer has another form.
pub fn ping(text: &str) -> Result<PingReport, ParseError> {
    let mut report = PingReport::default();
    let mut has_statistics = false;
    for (number, line) in (1..).zip(text.lines()) {
        let wrong = |expected: &str| ParseError::new(expected, line.trim()).at_line(number);
        if line.contains("packets transmitted") {
            (report.sent, report.lost) =
                statistics(line).ok_or_else(|| wrong("N packets transmitted, N received"))?;
            has_statistics = true;
        } else if line.contains("min/avg/max") {
            let times = line.split_once('=').map(|(_, times)| times).unwrap_or_default();
            let times = times.split_whitespace().next().unwrap_or_default();
            let mut times = times.split('/').map(|time| time.parse().ok());
            let mut next = || times.next().flatten().ok_or_else(|| wrong("min/avg/max/mdev"));
            report.minimum = Some(next()?);
            report.average = Some(next()?);
            report.maximum = Some(next()?);
            report.deviation = next().ok();
        } else if line.contains("icmp") && !line.contains("exceeded") {
            report.answers.push(answer(line).ok_or_else(|| wrong("an answer with its address"))?);
        }
    }
    if has_statistics { Ok(report) } else { Err(ParseError::new("the statistics of ping", text.trim())) }
}

fn statistics(line: &str) -> Option<(u32, u32)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let sent: u32 = words.first()?.parse().ok()?;
    let received: u32 = words.get(3)?.parse().ok()?;
    Some((sent, sent.saturating_sub(received)))
}

/// `64 bytes from 192.0.2.1: icmp_seq=1 ttl=57 time=1.78 ms`, the same with a name before the address in brackets, with
/// `(truncated)` instead of the time, or `From 192.0.2.1 icmp_seq=1 Destination Host Unreachable`.
fn answer(line: &str) -> Option<PingAnswer> {
    let (before, after) = line.split_once("icmp")?;
    let sender = before.rsplit("rom ").next()?.trim_end().trim_end_matches(':');
    let address = match sender.rsplit_once('(') {
        Some((_, address)) => address.trim_end_matches([')', ':']),
        None => sender,
    };
    let time = after.split_once("time=").and_then(|(_, time)| time.split_whitespace().next());
    let round_trip = match time {
        Some(time) => Some(time.parse().ok()?),
        None if ["truncated", "nreachable"].iter().any(|word| after.contains(word)) => None,
        None => return None,
    };
    Some(PingAnswer { address: address.trim().split('%').next()?.parse().ok()?, round_trip })
}

/// Reads `traceroute`.
///
/// # Errors
/// When no line is a hop, or a hop has another form.
pub fn traceroute(text: &str) -> Result<Vec<Hop>, ParseError> {
    let mut hops = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split_whitespace();
        let Some(Ok(distance)) = words.next().map(str::parse) else { continue };
        let probes = probes(words.collect())
            .ok_or_else(|| ParseError::new("the probes of a hop", line.trim()).at_line(number))?;
        hops.push(Hop { distance, probes });
    }
    if hops.is_empty() { Err(ParseError::new("hops of traceroute", text.trim())) } else { Ok(hops) }
}

/// `NAME (ADDRESS)` once, then the times of all probes that came from there; `*` for each without an answer.
fn probes(words: Vec<&str>) -> Option<Vec<HopProbe>> {
    let mut probes = Vec::new();
    let mut sender: Option<(&str, &str)> = None;
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if word == "*" {
            probes.push(HopProbe::default());
            continue;
        }
        if word.starts_with('!') {
            // what an unreachable said, behind the time of the probe
            continue;
        }
        if let (Ok(time), Some("ms")) = (word.parse::<f64>(), words.peek().copied()) {
            words.next();
            let (name, address) = sender?;
            probes.push(HopProbe {
                address: Some(address.to_owned()),
                name: Some(name.to_owned()),
                round_trip: Some(time),
            });
            continue;
        }
        let address = match words.peek().and_then(|next| next.strip_prefix('(')?.strip_suffix(')')) {
            Some(address) => {
                words.next();
                address
            }
            // without names: the address alone
            None => word,
        };
        address.split('%').next()?.parse::<IpAddr>().ok()?;
        sender = Some((word, address));
    }
    (!probes.is_empty()).then_some(probes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pings_without_a_time_are_told_apart() {
        let text = "PING r (192.0.2.9) 72(100) bytes of data.\n\
            80 bytes from r.example (192.0.2.9): icmp_seq=1 ttl=57 time=1.78 ms\n\
            72 bytes from 192.0.2.9: icmp_seq=2 ttl=43 (truncated)\n\
            From 192.0.2.1 icmp_seq=3 Destination Host Unreachable\n\
            --- r ping statistics ---\n3 packets transmitted, 2 received, +1 errors, 33% packet loss, time 9ms\n";
        let report = ping(text).unwrap();
        assert_eq!((report.sent, report.lost), (3, 1));
        let times: Vec<_> = report.answers.iter().map(|answer| answer.round_trip).collect();
        assert_eq!(times, [Some(1.78), None, None]);
        assert_eq!(report.answers[2].address, "192.0.2.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn a_way_has_silent_and_changing_hops() {
        let text = "traceroute to 192.0.2.9 (192.0.2.9), 30 hops max, 60 byte packets\n 1  a.example (192.0.2.1)  \
            0.9 ms * b.example (192.0.2.2)  1.5 ms\n 2  * * *\n 3  192.0.2.9  1.0 ms !X  1.1 ms  1.2 ms\n";
        let hops = traceroute(text).unwrap();
        assert_eq!(hops.len(), 3);
        assert_eq!(hops[0].probes[2].name.as_deref(), Some("b.example"));
        assert_eq!(hops[1].probes, vec![HopProbe::default(); 3]);
        assert_eq!(hops[2].probes.len(), 3);
        assert!(traceroute("connect: Network is unreachable").is_err());
    }
}
