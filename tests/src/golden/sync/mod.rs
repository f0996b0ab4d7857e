//! `sync_scenarios.json`: Peering Manager's synchronisations with PeeringDB, replayed on our cache.
//!
//! The product keeps every row whatever it looks like; Peering Manager refuses some. So each step goes through
//! `load_dump`, the records are read back typed, and [`PeeringManagerTables`] applies the original's rules to them:
//! its counts, its cursors and its rows must come out as recorded, while our own cache must have lost nothing.

mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};
use peering_core::peeringdb::{Cache, ObjectType};
use rules::PeeringManagerTables;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::report::{Checked, Differences, Rows};

type Row = Map<String, Value>;

/// When the recorded answers say they were made, in Unix seconds; the recordings leave it out of each answer.
const GENERATED: f64 = 1_700_000_000.5;

/// One synchronisation: what the server answered, what it was asked, and what was there afterwards.
#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    responses: BTreeMap<String, Value>,
    #[serde(default)]
    requests: Vec<(String, Value)>,
    #[serde(default)]
    result: Option<Outcome>,
    #[serde(default)]
    orgs: Option<Vec<Value>>,
    #[serde(default)]
    nets: Option<Vec<Value>>,
    #[serde(default)]
    netixlans: Option<Vec<Value>>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
struct Outcome {
    created: u64,
    updated: u64,
    deleted: u64,
    time: String,
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    let scenarios: BTreeMap<String, Vec<Step>> =
        serde_json::from_str(text).map_err(|error| format!("is no set of scenarios: {error}"))?;
    let mut rows = Rows::default();
    for (name, steps) in &scenarios {
        let mut replay = Replay::new().map_err(|error| error.to_string())?;
        for (number, step) in steps.iter().enumerate() {
            rows.check(format!("{name}, step {number}"), |differences| replay.step(step, differences));
        }
    }
    Ok(rows)
}

/// One scenario under way.
struct Replay {
    cache: Cache,
    /// What our cache must have.
    kept: BTreeMap<ObjectType, BTreeMap<u64, Row>>,
    tables: PeeringManagerTables,
}

impl Replay {
    fn new() -> peering_core::Result<Replay> {
        let tables = PeeringManagerTables::default();
        Ok(Replay { cache: Cache::in_memory()?, kept: BTreeMap::new(), tables })
    }

    fn step(&mut self, step: &Step, differences: &mut Differences) -> Checked {
        let mut outcome = Outcome::default();
        let mut generated = f64::INFINITY;
        let mut requests = Vec::new();
        for object in rules::ORDER {
            let since = self.tables.since(object);
            requests.push((object.tag().to_owned(), json!({"since": since, "depth": 0})));
            let response = step.responses.get(object.tag()).cloned().unwrap_or_else(|| json!([]));
            let Some((rows, made)) = answer(&response) else { continue };
            generated = generated.min(made);
            load(&self.cache, object, &rows)?;
            // Peering Manager takes rows as they come, older ones too: what it sees has been through a cache of its own.
            for row in &rows {
                let seen = Cache::in_memory()?;
                load(&seen, object, std::slice::from_ref(row))?;
                for read in stored(&seen, object).into_values() {
                    self.tables.take(object, read, &mut outcome);
                }
                keep(self.kept.entry(object).or_default(), row)?;
            }
        }
        if !step.requests.is_empty() {
            differences.same("requests", &step.requests, &requests);
        }
        let changed = outcome.created + outcome.updated + outcome.deleted > 0;
        outcome.time = iso(generated)?;
        differences.same("result", step.result.as_ref(), changed.then_some(&outcome));
        for (object, expected) in [
            (ObjectType::Org, &step.orgs),
            (ObjectType::Net, &step.nets),
            (ObjectType::NetIxLan, &step.netixlans),
        ] {
            if let Some(expected) = expected {
                self.compare_listed(object, expected, differences);
            }
        }
        for (object, rows) in &self.kept {
            differences.same(
                &format!("every {object} in our own cache"),
                rows,
                &stored(&self.cache, *object),
            );
        }
        Ok(())
    }

    /// The recordings list rows as tuples: `[id, name]` for organisations, `[id, asn, name]` for networks. None of them
    /// lists a connection; of a connection every listed value must be one of the row's.
    fn compare_listed(&self, object: ObjectType, expected: &[Value], differences: &mut Differences) {
        let rows: Vec<&Row> = self.tables.rows(object).collect();
        let listed: Vec<Value> = match object {
            ObjectType::Org => rows.iter().map(|row| tuple(row, &["id", "name"])).collect(),
            ObjectType::Net => rows.iter().map(|row| tuple(row, &["id", "asn", "name"])).collect(),
            _ => {
                let differing = |at: usize, row: &Row| {
                    let Some(expected) = expected.get(at) else { return json!(row) };
                    let values = expected.as_array().map_or(std::slice::from_ref(expected), Vec::as_slice);
                    let all = values.iter().all(|value| row.values().any(|field| field == value));
                    if all && row.get("id") == values.first() { expected.clone() } else { json!(row) }
                };
                rows.iter().enumerate().map(|(at, row)| differing(at, row)).collect()
            }
        };
        differences.same(&format!("every {object}"), expected, &listed);
    }
}

fn tuple(row: &Row, fields: &[&str]) -> Value {
    fields.iter().map(|field| row.get(*field).cloned().unwrap_or_default()).collect()
}

/// A list of rows, a whole answer, or anything else for an answer that failed.
fn answer(response: &Value) -> Option<(Vec<Row>, f64)> {
    let rows = response.as_array().or_else(|| response.get("data")?.as_array())?;
    let generated = response.pointer("/meta/generated").and_then(Value::as_f64).unwrap_or(GENERATED);
    Some((rows.iter().filter_map(|row| row.as_object().cloned()).collect(), generated))
}

/// All rows of a type, tombstones too.
fn stored(cache: &Cache, object: ObjectType) -> BTreeMap<u64, Row> {
    let rows = crate::rows(cache, object).into_iter();
    rows.filter_map(|(id, row)| Some((id, row.as_object()?.clone()))).collect()
}

fn load(cache: &Cache, object: ObjectType, rows: &[Row]) -> peering_core::Result<()> {
    let text = json!({"data": rows, "meta": {}}).to_string();
    load_dump(cache, &DumpSource::Embedded(&[(object, text.as_bytes())]), &SyncOptions::default())?;
    Ok(())
}

/// What our cache must have: of each number the newest row, and of equally new ones the last.
fn keep(rows: &mut BTreeMap<u64, Row>, row: &Row) -> Result<(), jiff::Error> {
    let updated =
        |row: &Row| row.get("updated").and_then(Value::as_str).map(str::parse::<Timestamp>).transpose();
    let Some(id) = row.get("id").and_then(Value::as_u64) else { return Ok(()) };
    let newest = match rows.get(&id) {
        None => true,
        Some(old) => updated(row)? >= updated(old)?,
    };
    if newest {
        rows.insert(id, row.clone());
    }
    Ok(())
}

/// Python's way to write a time; nothing, if no answer told one.
fn iso(seconds: f64) -> Result<String, jiff::Error> {
    if !seconds.is_finite() {
        return Ok(String::new());
    }
    let time = Timestamp::from_microsecond((seconds * 1e6) as i64)?;
    let micros = time.subsec_nanosecond() / 1000;
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    Ok(format!("{}{fraction}+00:00", time.strftime("%Y-%m-%dT%H:%M:%S")))
}
