//! What a process has used, and the work that is measured in processes of its own.
//!
//! Each kind of work runs once in a fresh process and tells its [`Usage`], so that processor time and peak memory are
//! its own. What starts those processes and compares them is the program `http_sync`.

use std::path::Path;
use std::time::Instant;

use flate2::read::MultiGzDecoder;
use peering_core::Asn;
use peering_core::discovery::{Discovery, ExchangeMeasure, Filter};
use peering_core::model::Network;
use peering_core::peeringdb::record::{
    Campus, Carrier, CarrierFac, Fac, Ix, IxFac, IxLan, IxPfx, Net, NetFac, NetIxLan, Org, Poc,
};
use peering_core::peeringdb::sync::{SyncOptions, SyncReport, sync};
use peering_core::peeringdb::{Cache, Client, ClientOptions, Limits, Match, ObjectType, Query, Record};
use rusqlite::{Connection, ToSql, Transaction, params_from_iter};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// What a process has used, and what it did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Seconds.
    pub wall: f64,
    /// Seconds of processor time, of all threads.
    pub cpu: f64,
    /// Peak resident memory in MiB, 0 where the system does not tell.
    pub peak: f64,
    /// Seconds of the transaction alone.
    pub apply: f64,
    /// Rows read.
    pub rows: u64,
    /// Objects that changed.
    pub changes: u64,
}

impl Usage {
    /// What this process has used since it started its work.
    pub fn since(started: Instant) -> Usage {
        let cpu = clock_gettime(ClockId::ProcessCPUTime);
        Usage {
            wall: started.elapsed().as_secs_f64(),
            cpu: cpu.tv_sec as f64 + cpu.tv_nsec as f64 / 1e9,
            peak: peak().unwrap_or_default(),
            ..Usage::default()
        }
    }
}

/// The process's high-water mark in MiB, where the system tells it.
pub fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim_end().parse().ok()?;
    Some(kib / 1024.0)
}

/// One sync from a server on this machine, which needs no pauses between requests.
///
/// # Errors
/// As [`sync`].
pub async fn sync_once(url: &str, cache: &Path) -> peering_core::Result<(Cache, SyncReport)> {
    let options =
        ClientOptions { base_url: url.to_owned(), limits: Limits::none(), ..ClientOptions::default() };
    let cache = Cache::open(cache)?;
    let report = sync(&cache, &Client::new(options)?, &SyncOptions::default()).await?;
    Ok((cache, report))
}

/// Decodes gzipped answers into the same records and inserts the same columns into the same tables, with none of the
/// cache's rules: what any program must spend that wants this data in SQLite.
///
/// The tables and indexes are those of an empty cache of this version; the indexes are made last.
///
/// # Errors
/// What cannot be read or written.
pub fn raw_insert(directory: &Path, database: &Path) -> Outcome<u64> {
    let empty = database.with_extension("empty");
    drop(Cache::open(&empty)?);
    // A full-text index makes its own tables.
    let schema: Vec<(String, String)> = Connection::open(&empty)?
        .prepare(
            "SELECT entry.type, entry.sql FROM sqlite_schema AS entry
             JOIN pragma_table_list AS owner ON owner.name = entry.tbl_name AND owner.schema = 'main'
             WHERE entry.sql IS NOT NULL AND entry.name NOT LIKE 'sqlite%' AND owner.type <> 'shadow'",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut connection = Connection::open(database)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    let transaction = connection.transaction()?;
    let make = |kind: &str| -> rusqlite::Result<()> {
        schema.iter().filter(|(of, _)| of == kind).try_for_each(|(_, sql)| transaction.execute_batch(sql))
    };
    make("table")?;
    let rows = insert::<Org>(&transaction, directory)?
        + insert::<Campus>(&transaction, directory)?
        + insert::<Fac>(&transaction, directory)?
        + insert::<Net>(&transaction, directory)?
        + insert::<Ix>(&transaction, directory)?
        + insert::<Carrier>(&transaction, directory)?
        + insert::<CarrierFac>(&transaction, directory)?
        + insert::<IxFac>(&transaction, directory)?
        + insert::<IxLan>(&transaction, directory)?
        + insert::<IxPfx>(&transaction, directory)?
        + insert::<NetFac>(&transaction, directory)?
        + insert::<NetIxLan>(&transaction, directory)?
        + insert::<Poc>(&transaction, directory)?;
    make("index")?;
    transaction.commit()?;
    Ok(rows)
}

fn insert<R: Record>(transaction: &Transaction<'_>, directory: &Path) -> Outcome<u64> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        data: Vec<&'a RawValue>,
    }

    let file = std::fs::File::open(directory.join(format!("{}.json.gz", R::OBJECT)))?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut MultiGzDecoder::new(file), &mut bytes)?;
    let answer: Answer<'_> = serde_json::from_slice(&bytes)?;
    let columns: Vec<String> = transaction
        .prepare(&format!("SELECT name FROM pragma_table_info('{}')", R::OBJECT))?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let places = vec!["?"; columns.len()].join(", ");
    let mut statement = transaction.prepare(&format!(
        "INSERT INTO {} ({}) VALUES ({places})",
        R::OBJECT,
        columns.join(", ")
    ))?;
    // Rows of the types with names of their own are numbered in the full-text index by their type's place.
    let place = ObjectType::ALL.iter().position(|object| *object == R::OBJECT).unwrap_or_default();
    let mut search = match place < 6 {
        true => Some(transaction.prepare("INSERT INTO name (rowid, names) VALUES (?, ?)")?),
        false => None,
    };
    for row in &answer.data {
        let record: R = serde_json::from_str(row.get())?;
        let (id, live) = (record.id().cast_signed(), record.status().is_live());
        let updated = record.updated().map(jiff::Timestamp::as_microsecond);
        let (names, keys, text) = (record.names().join("\n").to_lowercase(), record.keys(), row.get());
        let values = columns.iter().map(|column| -> &dyn ToSql {
            match column.as_str() {
                "id" => &id,
                "updated" => &updated,
                "live" => &live,
                "names" => &names,
                "doc" => &text,
                other => match R::KEYS.iter().position(|key| *key == other) {
                    Some(at) => &keys[at],
                    None => &None::<i64>,
                },
            }
        });
        statement.execute(params_from_iter(values))?;
        if let Some(search) = search.as_mut().filter(|_| live) {
            search.execute((id * 16 + place as i64, &names))?;
        }
    }
    Ok(answer.data.len() as u64)
}

/// A query and how long it took: rows found, seconds for the first time, seconds at best of the next ones.
pub type Timed = (String, usize, f64, f64);

/// Opens a cache and asks what programs ask: by AS number, and what the peering of two busy networks needs.
///
/// # Errors
/// As the queries.
pub fn queries(cache: &Path) -> Outcome<Vec<Timed>> {
    let mut found = Vec::new();
    let opened = Instant::now();
    let cache = Cache::open(cache)?;
    let one = Asn::new(first_asn(&cache)?);
    found.push(("open".to_owned(), 0, opened.elapsed().as_secs_f64(), 0.0));
    let mut time = |name: &str, ask: &mut dyn FnMut() -> peering_core::Result<usize>| -> Outcome<()> {
        let started = Instant::now();
        let rows = ask()?;
        let first = started.elapsed().as_secs_f64();
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let started = Instant::now();
            ask()?;
            best = best.min(started.elapsed().as_secs_f64());
        }
        found.push((name.to_owned(), rows, first, best));
        Ok(())
    };
    time("network by AS number", &mut || Ok(cache.find(&Query::<Net>::new().asn(one))?.len()))?;
    time("ports of one AS", &mut || Ok(cache.find(&Query::<NetIxLan>::new().asn(one))?.len()))?;

    let largest = cache.all::<Ix>()?.into_iter().max_by_key(|ix| cache_members(&cache, ix.id));
    let busy = cache.find(&Query::<Net>::new().ix_count(Match::at_least(50)))?;
    let busiest = busy.iter().max_by_key(|net| net.ix_count).and_then(|net| net.asn);
    let sixty = busy.iter().min_by_key(|net| net.ix_count.unwrap_or(0).abs_diff(60)).and_then(|net| net.asn);
    let (Some(largest), Some(busiest), Some(sixty)) = (largest, busiest, sixty) else {
        return Ok(found);
    };
    time("Discovery::new", &mut || Discovery::new(&cache).map(|_| 0))?;
    let discovery = Discovery::new(&cache)?;
    let member = discovery.ports_at(largest.id)?.first().and_then(|port| port.asn).unwrap_or(sixty);
    let mut network = Network::default();
    discovery.import(&mut network, member)?;
    let place = network.internet_exchanges.iter().find(|ix| ix.peeringdb_ixlan == Some(largest.id));
    if let Some(slug) = place.map(|ix| ix.slug.clone()) {
        time("available at the biggest exchange", &mut || {
            Ok(discovery.available(&network, &slug, &Filter::default())?.len())
        })?;
    }
    time("networks at the busiest network's exchanges", &mut || {
        Ok(discovery.networks_at_exchanges_of(busiest)?.len())
    })?;
    let mut network = Network::default();
    discovery.import(&mut network, sixty)?;
    let name = format!("missing sessions of a network at {} exchanges", network.internet_exchanges.len());
    time(&name, &mut || {
        let everywhere = discovery.available_everywhere(&network, sixty, &Filter::default())?;
        Ok(everywhere.iter().flat_map(|at| &at.peers).map(|peer| peer.sessions.len()).sum())
    })?;
    time("search by two words", &mut || Ok(cache.search("net example", 50)?.len()))?;
    time("largest exchanges by capacity", &mut || {
        Ok(discovery.largest_exchanges(ExchangeMeasure::Capacity, 20)?.len())
    })?;
    Ok(found)
}

fn cache_members(cache: &Cache, ix: u64) -> u64 {
    cache.count(&Query::<NetIxLan>::new().ix_id(ix)).unwrap_or_default()
}

/// An AS number that the cache has.
fn first_asn(cache: &Cache) -> peering_core::Result<u32> {
    let net = cache.find(&Query::<Net>::new().limit(1))?;
    Ok(net.first().and_then(|net| net.asn).map_or(64500, Asn::get))
}

/// Packs every answer of a directory into another one.
///
/// # Errors
/// What cannot be read or written.
pub fn pack(directory: &Path, into: &Path) -> std::io::Result<()> {
    for object in ObjectType::ALL {
        let bytes = std::fs::read(directory.join(format!("{object}.json")))?;
        let file = std::fs::File::create(into.join(format!("{object}.json.gz")))?;
        let mut gz = flate2::write::GzEncoder::new(file, flate2::Compression::default());
        std::io::Write::write_all(&mut gz, &bytes)?;
        gz.finish()?;
    }
    Ok(())
}
