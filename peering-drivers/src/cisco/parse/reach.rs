//! Pings and traceroutes.

use std::net::IpAddr;

use peering_core::ParseError;
use peering_core::state::{Hop, HopProbe, PingAnswer, PingReport};

use super::field::after;

/// Reads `ping`. IOS tells how many answers there were, with the times of all together.
///
/// # Errors
/// When the success rate is not there, or has other words.
pub fn ping(text: &str) -> Result<PingReport, ParseError> {
    // `Sending 5, 100-byte ICMP Echos to 192.0.2.1, timeout is 2 seconds:`
    let address = text.lines().find_map(|line| after(line, " Echos to "));
    let address: Option<IpAddr> =
        address.and_then(|rest| rest.split(',').next()).and_then(|host| host.trim().parse().ok());
    let line = text.lines().find(|line| line.trim_start().starts_with("Success rate is "));
    let line = line.ok_or_else(|| ParseError::new("Success rate is …", text.trim()))?;
    let report = rate(line).ok_or_else(|| {
        ParseError::new("Success rate is N percent (N/N), round-trip min/avg/max = N/N/N ms", line.trim())
    })?;
    let answers = address.map(|address| PingAnswer { address, round_trip: None });
    let count = usize::try_from(report.sent.saturating_sub(report.lost)).unwrap_or(0);
    let answers =
        answers.into_iter().flat_map(|answer| std::iter::repeat_n(answer, count.min(text.len()))).collect();
    Ok(PingReport { answers, ..report })
}

fn rate(line: &str) -> Option<PingReport> {
    let (counts, rest) = line.split_once('(')?.1.split_once(')')?;
    let (received, sent) = counts.split_once('/')?;
    let (received, sent): (u32, u32) = (received.parse().ok()?, sent.parse().ok()?);
    let mut report = PingReport { sent, lost: sent.checked_sub(received)?, ..PingReport::default() };
    if let Some(times) = after(rest, "= ") {
        let mut times =
            times.trim_end().strip_suffix("ms")?.trim_end().split('/').map(|time| time.parse::<f64>().ok());
        report.minimum = Some(times.next()??);
        report.average = Some(times.next()??);
        report.maximum = Some(times.next()??);
    }
    (received == 0 || report.minimum.is_some()).then_some(report)
}

/// Reads `traceroute`.
///
/// # Errors
/// When no line is a hop, or a hop has another form.
pub fn traceroute(text: &str) -> Result<Vec<Hop>, ParseError> {
    let mut hops: Vec<Hop> = Vec::new();
    // who answered last: the times that follow are his
    let mut sender: Option<(String, String)> = None;
    for (line_number, line) in (1..).zip(text.lines()).filter(|(_, line)| line.starts_with(' ')) {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        // a further sender of the same hop has no number in front of it
        if let Some(distance) = words.first().and_then(|word| word.parse().ok()) {
            words.remove(0);
            hops.push(Hop { distance, probes: Vec::new() });
            sender = None;
        }
        let Some(hop) = hops.last_mut() else { continue };
        let wrong = || ParseError::new("the probes of a hop", line.trim()).at_line(line_number);
        probes(&words, &mut sender, &mut hop.probes).ok_or_else(wrong)?;
    }
    match hops.iter().find(|hop| hop.probes.is_empty()) {
        Some(_) => Err(ParseError::new("the probes of a hop", text.trim())),
        None if hops.is_empty() => Err(ParseError::new("hops of traceroute", text.trim())),
        None => Ok(hops),
    }
}

/// `NAME (ADDRESS) [AS 64500] [MPLS: …] 14 msec 11 msec * 12 msec`
fn probes(words: &[&str], sender: &mut Option<(String, String)>, found: &mut Vec<HopProbe>) -> Option<()> {
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        if *word == "*" {
            found.push(HopProbe::default());
        } else if word.starts_with('!') {
            // what an unreachable said: there is no time
            let (name, address) = sender.clone()?;
            found.push(HopProbe { address: Some(address), name: Some(name), round_trip: None });
        } else if word.starts_with('[') {
            let mut last = word;
            while !last.ends_with(']') {
                last = words.next()?;
            }
        } else if words.peek().is_some_and(|next| **next == "msec") {
            words.next();
            let (name, address) = sender.clone()?;
            let round_trip = Some(word.parse().ok()?);
            found.push(HopProbe { address: Some(address), name: Some(name), round_trip });
        } else {
            let bracketed = words.peek().and_then(|next| next.strip_prefix('(')?.strip_suffix(')'));
            let address = match bracketed {
                Some(address) => {
                    words.next();
                    address
                }
                // without a name: the address alone
                None => word,
            };
            let _: IpAddr = address.parse().ok()?;
            *sender = Some(((*word).to_owned(), address.to_owned()));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_may_answer() {
        let text = "Sending 5, 100-byte ICMP Echos to 192.0.2.9, timeout is 2 seconds:\n.....\nSuccess rate is 0 percent (0/5)\n";
        let report = ping(text).unwrap();
        assert_eq!((report.sent, report.lost, report.minimum, report.answers.len()), (5, 5, None, 0));
        assert!(ping("Success rate is 100 percent (5/5), round-trip min/avg/max = ").is_err());
        assert!(ping("Success rate is 100 percent (5/5)").is_err());
    }

    #[test]
    fn a_way_has_silent_and_changing_hops() {
        let text = "Type escape sequence to abort.\nTracing the route to 192.0.2.9\n\
            \x20 1 a.example (192.0.2.1) [AS 64500] [MPLS: Label 16 Exp 0] 4 msec 4 msec *\n\
            \x20   192.0.2.2 8 msec\n  2 192.0.2.3 !H  *  !H\n  3  *  *  *\n";
        let hops = traceroute(text).unwrap();
        assert_eq!(hops.iter().map(|hop| hop.probes.len()).collect::<Vec<_>>(), [4, 3, 3]);
        assert_eq!(hops[0].probes[3].address.as_deref(), Some("192.0.2.2"));
        assert_eq!(hops[1].probes[0].round_trip, None);
        assert!(traceroute("% Unrecognized host or address.").is_err());
    }
}
