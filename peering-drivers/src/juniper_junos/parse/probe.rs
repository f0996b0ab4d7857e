//! Real-time performance monitoring: `services rpm` in the configuration, and `get-probe-results`.

use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::{ProbeConfig, ProbeResult, ProbeTimes};

use super::reply::{configured, items, leading, text};
use crate::transport::netconf::xml::Element;

/// Reads the probes as they are configured.
///
/// # Errors
/// When the reply is another, or a probe or test lacks its name.
pub fn probe_configs(reply: Element<'_>) -> Result<Vec<ProbeConfig>, ParseError> {
    let mut found = Vec::new();
    for probe in configured(reply, "services/rpm/probe")? {
        let owner = probe.required_text("name")?;
        for test in probe.children_named("test") {
            found.push(ProbeConfig {
                owner: owner.to_owned(),
                name: test.required_text("name")?.to_owned(),
                kind: text(test, "probe-type"),
                target: text(test, "target/address"),
                source: text(test, "source-address"),
                count: test.value_at("probe-count")?,
                interval: test.value_at("test-interval")?.map(Duration::from_secs),
            });
        }
    }
    Ok(found)
}

/// Reads what they measured.
///
/// # Errors
/// When the reply is another, or a result lacks owner or test.
pub fn probe_results(reply: Element<'_>) -> Result<Vec<ProbeResult>, ParseError> {
    items(reply, &["probe-results"], "probe-test-results")?
        .map(|result| {
            let loss = "probe-last-test-results/probe-test-generic-results/loss-percentage";
            Ok(ProbeResult {
                owner: result.required_text("owner")?.to_owned(),
                name: result.required_text("test-name")?.to_owned(),
                kind: text(result, "probe-type"),
                target: text(result, "target-address"),
                source: text(result, "source-address"),
                count: result.value_at("test-size")?,
                round_trip: milliseconds(result, "probe-single-results/rtt")?,
                jitter: milliseconds(result, "probe-single-results/round-trip-jitter")?,
                last_loss: result.text_at(loss).and_then(leading),
                current: times(result, "probe-test-current-results")?,
                last: times(result, "probe-last-test-results")?,
                all: times(result, "probe-test-global-results")?,
            })
        })
        .collect()
}

fn times(result: Element<'_>, scope: &str) -> Result<ProbeTimes, ParseError> {
    let path = format!("{scope}/probe-test-generic-results/probe-test-rtt/probe-summary-results");
    let Some(summary) = result.find(&path) else { return Ok(ProbeTimes::default()) };
    Ok(ProbeTimes {
        minimum: milliseconds(summary, "min-delay")?,
        maximum: milliseconds(summary, "max-delay")?,
        average: milliseconds(summary, "avg-delay")?,
    })
}

/// Junos counts in microseconds.
pub(super) fn milliseconds(element: Element<'_>, path: &str) -> Result<Option<f64>, ParseError> {
    Ok(element.value_at::<f64>(path)?.map(|microseconds| microseconds / 1000.0))
}
