//! The sample network of the templates, for each platform and with any names.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use peering_core::model::{Indexed, Network};
use peering_core::template::{Engine, Escape, Options, RenderContext};
use peering_core::{Diff, Router};
use serde_json::Value;

/// How everything that has a name is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As in the file.
    AsItIs,
    /// With this text after each.
    After(String),
    /// With this text before each.
    Before(String),
}

/// What names must not be able to do, for every language at once. After each attempt stands a word that would begin a line.
pub const HOSTILE: [&str; 12] = [
    "\nINJECTED bgp 1",
    "\r\n\u{85}\u{2028}\u{b}\u{c}INJECTED",
    "\"; } INJECTED {",
    "'; INJECTED '",
    "*/ INJECTED /*",
    " # INJECTED // INJECTED ! INJECTED",
    "{% raw %}{{ INJECTED }}{% endraw %}",
    "${INJECTED} $(INJECTED) `INJECTED` [INJECTED]",
    " | INJECTED | include x || no-more ?",
    "\\",
    "\\\"\\'\\\n INJECTED \\",
    "\u{202e}DETCEJNI\u{202c}\u{200b}\0\u{1b}[2J\t\u{7f}",
];

/// The file.
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/network.yaml")
}

static SAMPLE: LazyLock<Network> =
    LazyLock::new(|| Network::load(path()).unwrap_or_else(|error| panic!("{error}")));

/// The drivers of the sample's platforms.
///
/// # Panics
/// If the sample is no network.
pub fn drivers() -> Vec<String> {
    SAMPLE.platforms.iter().map(|platform| platform.driver.clone()).collect()
}

/// The sample with its router on the platform of this driver.
///
/// # Panics
/// If the sample is no network, or has no such platform.
pub fn sample(driver: &str, spelling: &Spelling) -> Network {
    let mut network = SAMPLE.clone();
    let platform = network.platforms.iter().find(|platform| platform.driver == driver);
    let platform = platform.unwrap_or_else(|| panic!("no platform has the driver {driver}")).name.clone();
    network.routers[0].platform = Some(platform);
    if *spelling == Spelling::AsItIs {
        return network;
    }
    let mut document: Value = serde_json::from_str(&network.to_json_exposing_secrets()).unwrap();
    respell(&mut document, spelling);
    Network::from_json(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

/// What the shipped template of this driver makes of a network, for its first router.
///
/// # Panics
/// If there is no such template, or it does not take the network.
pub fn render(driver: &str, network: Network) -> String {
    let mut engine = Engine::new(Escape::for_driver(driver), Options::default());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates").join(driver);
    engine.add_directory(folder).unwrap();
    let router = network.routers[0].name.clone();
    let context = RenderContext::for_router(Indexed::from(network), &router).unwrap();
    engine.render("main.j2", &context).unwrap_or_else(|error| panic!("{driver}: {error}"))
}

/// Loads the sample on a router, as the template writes it; and again, which changes nothing. The text, and what it changed
/// at first.
///
/// # Panics
/// If it does not go through.
pub async fn load(driver: &str, router: &Router, message: Option<&str>) -> (String, Diff) {
    let text = render(driver, sample(driver, &Spelling::AsItIs));
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&text).await.unwrap();
    if router.capabilities().validate {
        candidate.validate().await.unwrap();
    }
    let diff = candidate.diff().await.unwrap();
    assert!(diff.counts().0 > 50, "{diff}");
    candidate.commit(message).await.unwrap();
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&text).await.unwrap();
    let again = candidate.diff().await.unwrap();
    candidate.discard().await.unwrap();
    assert!(again.is_empty(), "the same text again changes:\n{again}");
    (text, diff)
}

/// Fields of people's own words, and those that refer to them.
const NAMES: [&str; 13] = [
    "name",
    "description",
    "comments",
    "irr_as_set",
    "role",
    "email",
    "phone",
    "address",
    "hostname",
    "service_reference",
    "connection",
    "router",
    "platform",
];

/// Keys, and the fields that refer to them. They become names on a router, which may not be long. Not among them: slugs of
/// tags, which templates ask for.
const KEYS: [&str; 10] = [
    "slug",
    "internet_exchange",
    "bgp_group",
    "relationship",
    "bfd",
    "communities",
    "import_routing_policies",
    "export_routing_policies",
    "interface",
    "network_instance",
];

/// How much of a text goes into a key.
const SHORT: usize = 20;

fn respell(value: &mut Value, spelling: &Spelling) {
    let Value::Object(fields) = value else {
        if let Value::Array(items) = value {
            items.iter_mut().for_each(|item| respell(item, spelling));
        }
        return;
    };
    for (name, field) in fields {
        let is_key = KEYS.contains(&name.as_str());
        match field {
            _ if name == "local_context_data" || name == "tags" && field[0].is_string() => {}
            Value::String(text) if is_key => *text = spelled_key(text, spelling),
            Value::Array(items) if is_key && items.iter().all(Value::is_string) => {
                for item in items {
                    *item = spelled_key(item.as_str().unwrap_or_default(), spelling).into();
                }
            }
            Value::String(text) if NAMES.contains(&name.as_str()) => *text = spelled(text, spelling),
            Value::Array(items) if name == "tags" => {
                items.iter_mut().for_each(|tag| respell_field(tag, "name", spelling));
            }
            _ => respell(field, spelling),
        }
    }
}

fn respell_field(value: &mut Value, name: &str, spelling: &Spelling) {
    if let Some(Value::String(text)) = value.get_mut(name) {
        *text = spelled(text, spelling);
    }
}

fn spelled(text: &str, spelling: &Spelling) -> String {
    match spelling {
        Spelling::AsItIs => text.to_owned(),
        Spelling::After(more) => format!("{text}{more}"),
        Spelling::Before(more) => format!("{more}{text}"),
    }
}

fn spelled_key(text: &str, spelling: &Spelling) -> String {
    let short = |more: &String| more.chars().take(SHORT).collect();
    match spelling {
        Spelling::AsItIs => text.to_owned(),
        Spelling::After(more) => spelled(text, &Spelling::After(short(more))),
        Spelling::Before(more) => spelled(text, &Spelling::Before(short(more))),
    }
}
