//! Ping, traceroute, and the probes that a router runs by itself.

use std::time::Duration;

use peering_core::state::{Hop, PingReport, ProbeConfig, ProbeResult, ProbeTimes};
use serde_json::{Value, json};

use super::{entry, text};

/// `ping`: `loss` is a number of packets or a percentage, as the driver has it.
pub(in crate::napalm) fn ping(report: &PingReport, loss: u32) -> Value {
    let answers = report.answers.iter().map(
        |answer| json!({ "ip_address": answer.address.to_string(), "rtt": answer.round_trip.unwrap_or(0.0) }),
    );
    json!({ "success": {
        "probes_sent": report.sent,
        "packet_loss": loss,
        "rtt_min": report.minimum.unwrap_or(0.0),
        "rtt_max": report.maximum.unwrap_or(0.0),
        "rtt_avg": report.average.unwrap_or(0.0),
        "rtt_stddev": report.deviation.unwrap_or(0.0),
        "results": answers.collect::<Vec<_>>(),
    }})
}

/// `traceroute`: a probe without an answer took as long as was waited for it.
pub(in crate::napalm) fn traceroute(hops: &[Hop], timeout: Duration) -> Value {
    let mut found = json!({});
    for hop in hops {
        let mut probes = json!({});
        for (number, probe) in (1_u32..).zip(&hop.probes) {
            probes[number.to_string()] = json!({
                "rtt": probe.round_trip.unwrap_or(timeout.as_secs_f64() * 1000.0),
                "ip_address": probe.address.as_deref().unwrap_or("*"),
                "host_name": probe.name.as_deref().unwrap_or("*"),
            });
        }
        found[hop.distance.to_string()] = json!({ "probes": probes });
    }
    json!({ "success": found })
}

/// `get_probes_config`.
pub(in crate::napalm) fn probe_configs(all: &[ProbeConfig]) -> Value {
    let mut found = json!({});
    for probe in all {
        entry(&mut found, &probe.owner, || json!({}))[&probe.name] = json!({
            "probe_type": text(&probe.kind),
            "target": text(&probe.target),
            "source": text(&probe.source),
            "probe_count": probe.count.unwrap_or(0),
            "test_interval": probe.interval.map_or(0, |time| time.as_secs()),
        });
    }
    found
}

/// `get_probes_results`.
pub(in crate::napalm) fn probe_results(all: &[ProbeResult]) -> Value {
    let mut found = json!({});
    for probe in all {
        let mut fields = json!({
            "probe_type": text(&probe.kind),
            "target": text(&probe.target),
            "source": text(&probe.source),
            "probe_count": probe.count.unwrap_or(0),
            "rtt": probe.round_trip.unwrap_or(0.0),
            "round_trip_jitter": probe.jitter.unwrap_or(0.0),
            "last_test_loss": probe.last_loss.unwrap_or(0),
        });
        let mut times = |kind: &str, times: &ProbeTimes| {
            fields[format!("{kind}_test_min_delay")] = json!(times.minimum.unwrap_or(0.0));
            fields[format!("{kind}_test_max_delay")] = json!(times.maximum.unwrap_or(0.0));
            fields[format!("{kind}_test_avg_delay")] = json!(times.average.unwrap_or(0.0));
        };
        times("current", &probe.current);
        times("last", &probe.last);
        times("global", &probe.all);
        entry(&mut found, &probe.owner, || json!({}))[&probe.name] = fields;
    }
    found
}
