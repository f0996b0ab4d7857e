//! The decoder of answers, given what no server should send.
//!
//! Arbitrary bytes, and good answers with cuts, flipped bits, and tokens that are removed, added, exchanged or replaced:
//! whatever comes, a load ends well or with a parse error, an error leaves the cache as it was, and after a success
//! every row with a usable number is there as the same JSON value.
//!
//! As a plain test it takes [`ROUNDS`] random inputs (`BOLERO_RANDOM_ITERATIONS` for more, `BOLERO_RANDOM_SEED` for the
//! one that failed). For long runs guided by coverage: `cargo bolero test -p peering-tests decoder --rustc-bootstrap
//! --sanitizer NONE --profile release` prints the flags but cannot link this package's other tests, so build with them
//! and `--test fuzz_decoder --no-run`, and start the binary with `BOLERO_FUZZER=libfuzzer` and libFuzzer's own options
//! in `BOLERO_LIBFUZZER_ARGS`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::LazyLock;

use bolero::{TypeGenerator, check};
use peering_core::ErrorKind;
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};
use peering_core::peeringdb::{Cache, ObjectType};
use peering_tests::rows as stored;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// So many inputs as a plain test.
const ROUNDS: usize = 1500;

#[derive(Debug, TypeGenerator)]
struct Input {
    object: u8,
    packed: bool,
    answer: Answer,
}

#[derive(Debug, TypeGenerator)]
enum Answer {
    Bytes(Vec<u8>),
    Values([Option<OnValues>; 4]),
    Mutated { tokens: [Option<OnTokens>; 3], bytes: Option<OnBytes> },
}

/// Changes that always leave JSON behind, but for values that are none.
#[derive(Debug, TypeGenerator)]
enum OnValues {
    Replace { at: u16, odd: u8 },
    Copy { from: u16, to: u16 },
    Rename { at: u16, odd: u8 },
}

/// Changes that often leave JSON behind.
#[derive(Debug, TypeGenerator)]
enum OnTokens {
    Remove { at: u16 },
    Double { at: u16 },
    Insert { at: u16, odd: u8 },
    Replace { at: u16, odd: u8 },
    Exchange { one: u16, other: u16 },
}

/// Changes that mostly do not.
#[derive(Debug, TypeGenerator)]
enum OnBytes {
    Cut { at: u16 },
    Flip { at: u16, bit: u8 },
    Insert { at: u16, bytes: Vec<u8> },
}

/// Values and pieces of JSON that are odd where they will stand.
fn odd(number: u8) -> String {
    const ODD: [&str; 40] = [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "-0",
        "1.5",
        "1e3",
        "1e400",
        "0.1e-400",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "[]",
        "{}",
        "[null]",
        "{\"id\": 5}",
        "[{\"id\": 5}]",
        "\"\"",
        "\"\\u0000\"",
        "\"\\u001f\"",
        "\"\\ud800\"",
        "\"\\ud83d\\ude00\"",
        "\"é\"",
        "\"id\"",
        "\"status\"",
        "\"deleted\"",
        "\"pending\"",
        "\"updated\"",
        "\"2024-13-45T99:99:99Z\"",
        "\"-009999-01-02T01:59:59Z\"",
        "\"2024-01-01T00:00:00.5+09:00\"",
        "\"data\"",
        "\"192.0.2.256\"",
        "{",
        "]",
        ",",
        "\u{feff}",
    ];
    match ODD.get(usize::from(number) % (ODD.len() + 2)) {
        Some(text) => (*text).to_owned(),
        None if number.is_multiple_of(2) => format!("{}{}", "[".repeat(200), "]".repeat(200)),
        None => format!("\"{}\"", "x".repeat(70_000)),
    }
}

/// The rows of the shipped sample, by type.
static SAMPLE: LazyLock<BTreeMap<ObjectType, Vec<Value>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/peeringdb-sample");
    let rows = |object: ObjectType| {
        let packed = std::fs::read(folder.join(format!("{object}.json.gz"))).unwrap();
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        (object, answer["data"].as_array().unwrap().clone())
    };
    ObjectType::ALL.into_iter().map(rows).collect()
});

fn text_of(rows: &[Value]) -> String {
    serde_json::json!({"data": rows, "meta": {"generated": 1_700_000_000.5}}).to_string()
}

/// Splits good JSON into strings, numbers, words and single characters.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => {
                let mut escaped = false;
                let end = rest.char_indices().skip(1).find(|(_, one)| {
                    let end = *one == '"' && !escaped;
                    escaped = *one == '\\' && !escaped;
                    end
                });
                end.map_or(rest.len(), |(at, _)| at + 1)
            }
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest.find(['{', '}', '[', ']', ',', ':', '"']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token.to_owned());
        rest = after;
    }
    tokens
}

/// Where there are values without parts (or the keys before them) among the tokens.
fn scalars(tokens: &[String], keys: bool) -> Vec<usize> {
    let is_key = |at: usize| tokens.get(at + 1).is_some_and(|next| next == ":");
    let punctuation = ["{", "}", "[", "]", ",", ":"];
    (0..tokens.len()).filter(|at| !punctuation.contains(&&*tokens[*at]) && is_key(*at) == keys).collect()
}

fn on_values(mut tokens: Vec<String>, changes: &[Option<OnValues>]) -> Vec<u8> {
    let (values, keys) = (scalars(&tokens, false), scalars(&tokens, true));
    let place = |among: &[usize], at: &u16| among[usize::from(*at) % among.len()];
    for change in changes.iter().flatten() {
        match change {
            OnValues::Replace { at, odd: number } => tokens[place(&values, at)] = odd(*number),
            OnValues::Copy { from, to } => tokens[place(&values, to)] = tokens[place(&values, from)].clone(),
            OnValues::Rename { at, odd: number } => tokens[place(&keys, at)] = odd(*number),
        }
    }
    tokens.concat().into_bytes()
}

impl Answer {
    fn bytes(&self, object: ObjectType) -> Vec<u8> {
        let rows = &SAMPLE[&object];
        let mut tokens = tokens(&text_of(&rows[..rows.len().min(2)]));
        let (on_tokens, on_bytes) = match self {
            Answer::Bytes(bytes) => return bytes.clone(),
            Answer::Values(changes) => return on_values(tokens, changes),
            Answer::Mutated { tokens, bytes } => (tokens, bytes),
        };
        for change in on_tokens.iter().flatten() {
            // There is always something left: each of three changes takes one token at most.
            let place = |at: &u16| usize::from(*at) % tokens.len();
            match change {
                OnTokens::Remove { at } => drop(tokens.remove(place(at))),
                OnTokens::Double { at } => tokens.insert(place(at), tokens[place(at)].clone()),
                OnTokens::Insert { at, odd: number } => tokens.insert(place(at), odd(*number)),
                OnTokens::Replace { at, odd: number } => {
                    let at = place(at);
                    tokens[at] = odd(*number);
                }
                OnTokens::Exchange { one, other } => {
                    let (one, other) = (place(one), place(other));
                    tokens.swap(one, other);
                }
            }
        }
        let mut bytes = tokens.concat().into_bytes();
        match on_bytes {
            None => {}
            Some(OnBytes::Cut { at }) => bytes.truncate(usize::from(*at) % bytes.len()),
            Some(OnBytes::Flip { at, bit }) => {
                let at = usize::from(*at) % bytes.len();
                bytes[at] ^= 1 << (bit % 8);
            }
            Some(OnBytes::Insert { at, bytes: more }) => {
                let at = usize::from(*at) % bytes.len();
                bytes.splice(at..at, more.iter().copied());
            }
        }
        bytes
    }
}

/// The entries of a JSON object as they stand, doubled ones too.
struct Entries(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(All)
    }
}

/// The rows of an answer with a number that can be stored; `None` if a row has two, of which either may count. A value
/// that is beyond this parser (an endless number, half a surrogate pair, a hundred levels of nesting) makes a row that
/// nobody can read.
fn usable(answer: &[u8]) -> Option<Vec<(u64, Value)>> {
    let Entries(entries) = serde_json::from_slice(answer).expect("a good answer is JSON");
    let lists = entries.iter().filter(|(name, _)| name == "data");
    let rows: Vec<Box<RawValue>> = lists
        .flat_map(|(_, list)| {
            serde_json::from_str::<Vec<Box<RawValue>>>(list.get()).expect("`data` of a good answer is a list")
        })
        .collect();
    let ids = |row: &RawValue| {
        let entries = serde_json::from_str(row.get()).map_or_else(|_| Vec::new(), |Entries(entries)| entries);
        entries.iter().filter(|(name, _)| name == "id").count()
    };
    if rows.iter().any(|row| ids(row) > 1) {
        return None;
    }
    let usable = |row: &RawValue| {
        let value: Value = serde_json::from_str(row.get()).ok().filter(Value::is_object)?;
        let id = value["id"].as_u64().filter(|id| i64::try_from(*id).is_ok())?;
        Some((id, value))
    };
    Some(rows.iter().filter_map(|row| usable(row)).collect())
}

/// A cache that has something of every type already.
fn filled() -> Cache {
    let cache = Cache::in_memory().unwrap();
    let answers: Vec<(ObjectType, String)> = SAMPLE
        .iter()
        .map(|(object, rows)| (*object, text_of(&rows[rows.len().saturating_sub(1)..])))
        .collect();
    let answers: Vec<(ObjectType, &[u8])> =
        answers.iter().map(|(object, text)| (*object, text.as_bytes())).collect();
    load_dump(&cache, &DumpSource::Embedded(&answers), &SyncOptions::default()).unwrap();
    cache
}

thread_local! {
    /// Used until a load succeeds.
    static CACHE: RefCell<Option<Cache>> = const { RefCell::new(None) };
}

fn holds(input: &Input) {
    let object = ObjectType::ALL[usize::from(input.object) % ObjectType::ALL.len()];
    let plain = input.answer.bytes(object);
    let bytes = if input.packed {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&plain).unwrap();
        gz.finish().unwrap()
    } else {
        plain.clone()
    };
    let cache = CACHE.take().unwrap_or_else(filled);
    let before = (cache.statistics().unwrap(), stored(&cache, object));
    let answers: [(ObjectType, &[u8]); 1] = [(object, &bytes)];
    match load_dump(&cache, &DumpSource::Embedded(&answers), &SyncOptions::default()) {
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Parse, "{error}");
            assert_eq!((cache.statistics().unwrap(), stored(&cache, object)), before, "after {error}");
            CACHE.set(Some(cache));
        }
        Ok(report) => {
            let Some(rows) = usable(&plain) else { return };
            let there = stored(&cache, object);
            for (id, _) in &rows {
                // Which one of several is kept is the cache's rule, tested there.
                let mut candidates =
                    rows.iter().filter(|(other, _)| other == id).map(|(_, row)| row).chain(before.1.get(id));
                let kept = there.get(id).unwrap_or_else(|| panic!("{object} {id} is not there: {report:?}"));
                assert!(candidates.any(|row| row == kept), "{object} {id} is another: {kept}");
            }
            let known = |id: &u64| before.1.contains_key(id) || rows.iter().any(|(other, _)| other == id);
            assert!(there.keys().all(known), "rows from nowhere");
        }
    }
}

#[test]
fn decoder() {
    check!().with_iterations(ROUNDS).with_type::<Input>().for_each(holds);
}
