//! What `ping` and `traceroute` bring: `ping-act`, `traceroute-act`.

use peering_core::ParseError;
use peering_core::state::{Hop, HopProbe, PingReport};

use super::reply::{all, text};
use crate::transport::netconf::xml::Element;

/// The probes of a hop; a higher number is none of a traceroute's.
const MOST_PROBES: usize = 64;

/// The answer, which stands in the reply under this name.
fn answer<'d>(reply: Element<'d>, name: &str) -> Result<Element<'d>, ParseError> {
    if reply.name() == name { Ok(reply) } else { reply.required(name) }
}

/// Reads the report of a ping; `None` when there is none, because nothing was sent. Round trips are whole milliseconds, and
/// told of all packets together.
///
/// # Errors
/// When the reply is another, or lacks how many packets were sent.
pub fn ping(reply: Element<'_>) -> Result<Option<PingReport>, ParseError> {
    let answer = answer(reply, "ping-response")?;
    let Some(found) = answer.child("ipv4").or_else(|| answer.child("ipv6")) else { return Ok(None) };
    if found.child("total").is_none() && found.child("ping-error-response").is_some() {
        return Ok(None);
    }
    let sent: u32 = found.required_value("total")?;
    let hits: u32 = found.required_value("hits")?;
    let time = |path: &str| -> Result<Option<f64>, ParseError> {
        Ok(found.value_at::<f64>(path)?.filter(|time| hits > 0 && time.is_finite()))
    };
    Ok(Some(PingReport {
        sent,
        lost: sent.saturating_sub(hits),
        minimum: time("rtt-min")?,
        average: time("rtt-avg")?,
        maximum: time("rtt-max")?,
        deviation: None,
        answers: Vec::new(),
    }))
}

/// Reads the hops of a traceroute; `None` when there are none.
///
/// # Errors
/// When the reply is another, or a hop lacks its distance.
pub fn traceroute(reply: Element<'_>) -> Result<Option<Vec<Hop>>, ParseError> {
    let answer = answer(reply, "traceroute-response")?;
    let Some(found) = answer.child("ipv4").or_else(|| answer.child("ipv6")) else { return Ok(None) };
    let mut hops = Vec::new();
    for element in all(found, "hops/hop") {
        let own = text(element, "hop-address");
        let name = text(element, "hop-hostname");
        let mut hop = Hop { distance: element.required_value("hop-index")?, probes: Vec::new() };
        for probe in all(element, "probes/probe").into_iter().take(MOST_PROBES) {
            let round_trip = probe.value_at::<f64>("delta-time")?.filter(|time| time.is_finite());
            // Equal-cost paths: a probe may have another address than its hop.
            let address = text(probe, "hop-address").or_else(|| own.clone());
            hop.probes.push(match round_trip {
                Some(_) => HopProbe {
                    name: text(probe, "hop-hostname").or_else(|| name.clone()),
                    address,
                    round_trip,
                },
                None => HopProbe::default(),
            });
        }
        hops.push(hop);
    }
    Ok((!hops.is_empty()).then_some(hops))
}
