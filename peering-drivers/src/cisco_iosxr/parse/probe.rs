//! IP SLA: `man-ipsla-cfg`, `man-ipsla-oper`.

use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::{ProbeConfig, ProbeResult, ProbeTimes};

use super::reply::{all, items, text};
use crate::transport::netconf::xml::Element;

/// The packets of a jitter operation, unless the configuration has another number.
const PACKETS: u32 = 10;

/// Reads the operations as they are configured: the owner is the number, the name the tag.
///
/// The count is that of the packets of a jitter operation, else that of the history's buckets.
///
/// # Errors
/// When the reply is another, or an operation lacks its number.
pub fn probe_configs(reply: Element<'_>) -> Result<Vec<ProbeConfig>, ParseError> {
    let mut found = Vec::new();
    for definition in items(reply, "ipsla/operation/definitions/definition")? {
        let owner = definition.required_text("operation-id")?;
        let Some(own) = definition.child("operation-type").and_then(|kinds| kinds.children().next()) else {
            continue;
        };
        let is_jitter = own.name().ends_with("jitter");
        let packets: Option<u32> = own.value_at("packet/count")?;
        let buckets: Option<u32> = own.value_at("history/buckets")?;
        found.push(ProbeConfig {
            owner: owner.to_owned(),
            name: text(own, "tag").unwrap_or_default(),
            kind: Some(own.name().to_owned()),
            target: text(own, "dest-address"),
            source: text(own, "source-address"),
            count: if is_jitter { packets.or(Some(PACKETS)) } else { buckets },
            interval: own.value_at("frequency")?.map(Duration::from_secs),
        });
    }
    Ok(found)
}

/// Reads what the operations measured: the last run, and the first hour that is told as a whole. `configs` are the
/// operations as they are configured; one that is not configured any more is left out.
///
/// The jitter is the standard deviation of the round trips of that hour.
///
/// # Errors
/// When the reply is another, or an operation lacks its number.
pub fn probe_results(reply: Element<'_>, configs: &[ProbeConfig]) -> Result<Vec<ProbeResult>, ParseError> {
    let mut found = Vec::new();
    for operation in items(reply, "ipsla/operation-data/operations/operation")? {
        let owner = operation.required_text("operation-id")?;
        let Some(config) = configs.iter().find(|config| config.owner == owner) else { continue };
        let latest = operation.find("statistics/latest/target/common-stats").map(times).transpose()?;
        let hour = hour(operation).map(times).transpose()?;
        let (last, all) = (latest.unwrap_or_default(), hour.unwrap_or_default());
        found.push(ProbeResult {
            owner: owner.to_owned(),
            name: config.name.clone(),
            kind: config.kind.clone(),
            target: config.target.clone(),
            source: config.source.clone(),
            count: config.count,
            round_trip: last.average,
            jitter: all.deviation,
            last_loss: last.lost,
            current: ProbeTimes::default(),
            last: last.into(),
            all: all.into(),
        });
    }
    Ok(found)
}

/// The statistics of the first hour that is told without a distribution.
fn hour(operation: Element<'_>) -> Option<Element<'_>> {
    let hours = all(operation, "statistics/aggregated/hours/hour");
    hours.into_iter().find_map(|hour| hour.find("non-distributed/target/common-stats"))
}

#[derive(Clone, Copy, Default)]
struct Times {
    minimum: Option<f64>,
    maximum: Option<f64>,
    average: Option<f64>,
    deviation: Option<f64>,
    lost: Option<u32>,
}

impl From<Times> for ProbeTimes {
    fn from(times: Times) -> Self {
        ProbeTimes { minimum: times.minimum, maximum: times.maximum, average: times.average }
    }
}

/// Cisco counts in milliseconds, and tells sums; without an answer all of them are zero.
fn times(stats: Element<'_>) -> Result<Times, ParseError> {
    let number = |path: &str| -> Result<Option<f64>, ParseError> {
        Ok(stats.value_at::<f64>(path)?.filter(|value| value.is_finite() && *value >= 0.0))
    };
    let lost: Option<u32> = stats.value_at("timeout-count")?;
    let answers = number("response-time-count")?.filter(|count| *count > 0.0);
    let Some(answers) = answers else { return Ok(Times { lost, ..Times::default() }) };
    // By test first: a test of some kinds has several answers.
    let tests = number("update-count")?.filter(|count| *count > 0.0).unwrap_or(answers);
    let each = |sum: f64| sum / tests / (answers / tests);
    let average = number("sum-response-time")?.map(each);
    let square = number("sum2-response-time")?.map(each);
    Ok(Times {
        minimum: number("min-response-time")?,
        maximum: number("max-response-time")?,
        average,
        deviation: square.zip(average).map(|(square, mean)| (square - mean * mean).max(0.0).sqrt()),
        lost,
    })
}
