//! Ping, traceroute, and the probes that a router runs by itself.

use std::time::Duration;

use peering_core::state::{Hop, PingReport, ProbeConfig, ProbeResult};
use serde_json::{Value, json};

use super::{Named, text};

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
    let mut found: Named<Value> = Named::new();
    for hop in hops {
        let mut probes: Named<Value> = Named::new();
        for (number, probe) in (1_u32..).zip(&hop.probes) {
            let fields = json!({
                "rtt": probe.round_trip.unwrap_or(timeout.as_secs_f64() * 1000.0),
                "ip_address": probe.address.as_deref().unwrap_or("*"),
                "host_name": probe.name.as_deref().unwrap_or("*"),
            });
            probes.insert(number.to_string(), fields);
        }
        found.insert(hop.distance.to_string(), json!({ "probes": probes }));
    }
    json!({ "success": found })
}

/// `get_probes_config`.
pub(in crate::napalm) fn probe_configs(all: &[ProbeConfig]) -> Value {
    let mut found: Named<Named<Value>> = Named::new();
    for probe in all {
        let fields = json!({
            "probe_type": text(&probe.kind),
            "target": text(&probe.target),
            "source": text(&probe.source),
            "probe_count": probe.count.unwrap_or(0),
            "test_interval": probe.interval.map_or(0, |time| time.as_secs()),
        });
        found.entry(probe.owner.clone()).or_default().insert(probe.name.clone(), fields);
    }
    json!(found)
}

/// `get_probes_results`.
pub(in crate::napalm) fn probe_results(all: &[ProbeResult]) -> Value {
    let mut found: Named<Named<Value>> = Named::new();
    for probe in all {
        let fields = json!({
            "probe_type": text(&probe.kind),
            "target": text(&probe.target),
            "source": text(&probe.source),
            "probe_count": probe.count.unwrap_or(0),
            "rtt": probe.round_trip.unwrap_or(0.0),
            "round_trip_jitter": probe.jitter.unwrap_or(0.0),
            "last_test_loss": probe.last_loss.unwrap_or(0),
            "current_test_min_delay": probe.current.minimum.unwrap_or(0.0),
            "current_test_max_delay": probe.current.maximum.unwrap_or(0.0),
            "current_test_avg_delay": probe.current.average.unwrap_or(0.0),
            "last_test_min_delay": probe.last.minimum.unwrap_or(0.0),
            "last_test_max_delay": probe.last.maximum.unwrap_or(0.0),
            "last_test_avg_delay": probe.last.average.unwrap_or(0.0),
            "global_test_min_delay": probe.all.minimum.unwrap_or(0.0),
            "global_test_max_delay": probe.all.maximum.unwrap_or(0.0),
            "global_test_avg_delay": probe.all.average.unwrap_or(0.0),
        });
        found.entry(probe.owner.clone()).or_default().insert(probe.name.clone(), fields);
    }
    json!(found)
}
