//! What `ping` and `traceroute` bring.

use peering_core::ParseError;
use peering_core::state::{Hop, HopProbe, PingAnswer, PingReport};

use super::probe::milliseconds;
use super::reply::{address, answers, text};
use crate::transport::netconf::xml::Element;

/// The probes of a hop; a higher number is none of a traceroute's.
const MOST_PROBES: usize = 64;

/// Reads the report of a ping; `None` when there is none, because nothing was sent.
///
/// # Errors
/// When the reply is another, or its summary lacks how many packets were sent.
pub fn ping(reply: Element<'_>) -> Result<Option<PingReport>, ParseError> {
    let Some(found) = answers(reply, &["ping-results"])?.first().map(|found| found.element) else {
        return Ok(None);
    };
    let Some(summary) = found.child("probe-results-summary") else { return Ok(None) };
    let sent: u32 = summary.required_value("probes-sent")?;
    let received = match summary.value_at::<u32>("responses-received")? {
        Some(received) => received,
        None => sent.saturating_sub(percent(sent, summary.required_value("packet-loss")?)),
    };
    let mut answers = Vec::new();
    for probe in found.children_named("probe-result") {
        if let Some(own) = probe.child("ip-address").filter(|own| !own.text().is_empty()) {
            answers.push(PingAnswer { address: address(own)?, round_trip: milliseconds(probe, "rtt")? });
        }
    }
    Ok(Some(PingReport {
        sent,
        lost: sent.saturating_sub(received),
        minimum: milliseconds(summary, "rtt-minimum")?,
        average: milliseconds(summary, "rtt-average")?,
        maximum: milliseconds(summary, "rtt-maximum")?,
        deviation: milliseconds(summary, "rtt-stddev")?,
        answers,
    }))
}

fn percent(of: u32, percent: u32) -> u32 {
    of.saturating_mul(percent) / 100
}

/// Reads the hops of a traceroute; `None` when there are none, because nothing was sent.
///
/// # Errors
/// When the reply is another, or a hop lacks its distance.
pub fn traceroute(reply: Element<'_>) -> Result<Option<Vec<Hop>>, ParseError> {
    let Some(found) = answers(reply, &["traceroute-results"])?.first().map(|found| found.element) else {
        return Ok(None);
    };
    if found.child("hop").is_none() && found.child("traceroute-failure").is_some() {
        return Ok(None);
    }
    let mut hops: Vec<Hop> = Vec::new();
    // One element for each run of answers from the same address.
    for element in found.children_named("hop") {
        let distance = element.required_value("ttl-value")?;
        let at = hops.iter().position(|hop| hop.distance == distance).unwrap_or(hops.len());
        if at == hops.len() {
            hops.push(Hop { distance, probes: Vec::new() });
        }
        let Some(hop) = hops.get_mut(at) else { continue };
        for probe in element.children_named("probe-result") {
            let number: usize = probe.value_at("probe-index")?.unwrap_or(hop.probes.len() + 1);
            if !(1..=MOST_PROBES).contains(&number) {
                return Err(probe.unexpected("the number of a probe", &number.to_string()));
            }
            if hop.probes.len() < number {
                hop.probes.resize(number, HopProbe::default());
            }
            if let Some(place) = hop.probes.get_mut(number - 1) {
                *place = HopProbe {
                    address: text(probe, "ip-address"),
                    name: text(probe, "host-name"),
                    round_trip: milliseconds(probe, "rtt")?,
                };
            }
        }
    }
    Ok(Some(hops))
}
