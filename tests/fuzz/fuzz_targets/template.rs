//! Any text as a template: reading, checking and rendering end well or with an error, within bounds.
//!
//! What can be added can be given to the engine: a syntax error must show when a template is added, not when it is
//! rendered. And the same template gives the same text twice.

#![no_main]

use std::error::Error as _;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::{Corpus, fuzz_target};
use peering_core::model::{Indexed, Network};
use peering_core::template::{
    Engine, Escape, Options, RenderContext, TemplateError, TemplateErrorKind, Whitespace,
};
use peering_core::{Asn, Compat, Error};

const FUEL: u64 = 20_000;
const LONGEST_OUTPUT: usize = 64 << 10;

/// One router at one exchange, and names that mean harm.
const NETWORK: &str = r#"{
    "autonomous_systems": [
        {"asn": 64500, "name": "Ours", "affiliated": true},
        {"asn": 64501, "name": "Evil\nrouter bgp 1 \"'{}#!;", "ipv6_max_prefixes": 10, "tags": ["new"],
         "import_routing_policies": ["in"], "local_context_data": {"a": {"b": [1, null, "x"]}}}
    ],
    "internet_exchanges": [{"slug": "ix", "name": "IX", "local_autonomous_system": 64500, "communities": ["c"]}],
    "connections": [{"name": "c1", "internet_exchange": "ix", "router": "r1", "ipv4_address": "192.0.2.1/24"}],
    "internet_exchange_sessions": [
        {"autonomous_system": 64501, "connection": "c1", "ip_address": "192.0.2.2", "password": "hunter2"},
        {"autonomous_system": 64501, "connection": "c1", "ip_address": "2001:db8::2", "is_route_server": true}
    ],
    "direct_sessions": [{"autonomous_system": 64501, "router": "r1", "ip_address": "198.51.100.2/30"}],
    "routing_policies": [{"slug": "in", "name": "IN", "weight": 5}],
    "communities": [{"slug": "c", "name": "C", "value": "64500:1"}],
    "routers": [{"name": "r1", "hostname": "r1.example.net", "local_autonomous_system": 64500}]
}"#;

/// What a template may include, import or extend, besides itself.
const BASE: &str = "{% macro m(a, b=a) %}{{ a }}-{{ b }}{% endmacro %}{% block one %}1{% endblock %}";

static CONTEXTS: LazyLock<[RenderContext; 2]> = LazyLock::new(|| {
    let network = Arc::new(Indexed::from(Network::from_json(NETWORK).unwrap()));
    [
        RenderContext::for_router(Arc::clone(&network), "r1").unwrap(),
        RenderContext::for_peer(network, Asn::new(64501)).unwrap(),
    ]
});

fn kind(error: &Error) -> Option<TemplateErrorKind> {
    error.source()?.downcast_ref::<TemplateError>().map(TemplateError::kind)
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(source) = std::str::from_utf8(data) else { return Corpus::Reject };
    for compat in [Compat::Strict, Compat::PeeringManager] {
        let tight = compat == Compat::Strict;
        let whitespace =
            Whitespace { trim_blocks: tight, lstrip_blocks: tight, keep_trailing_newline: !tight };
        let options = Options { compat, whitespace, fuel: FUEL, longest_output: LONGEST_OUTPUT };
        let mut engine = Engine::new(Escape::FRR, options);
        engine.add("base", BASE).unwrap();
        if let Err(error) = engine.add("t", source) {
            assert!(kind(&error).is_some(), "an error without its reason: {error}");
            continue;
        }
        engine.check("t").unwrap();
        for context in CONTEXTS.iter() {
            let first = engine.render("t", context);
            match &first {
                Ok(text) => assert!(text.len() <= LONGEST_OUTPUT, "{} bytes", text.len()),
                Err(error) => {
                    assert_ne!(kind(error), Some(TemplateErrorKind::Syntax), "it was added before: {error}");
                    assert!(!error.to_string().contains("hunter2"), "a password in an error");
                }
            }
            let second = engine.render("t", context);
            assert_eq!(first.map_err(|error| error.to_string()), second.map_err(|error| error.to_string()));
        }
    }
    Corpus::Keep
});
