//! Any text as a network document, JSON and YAML.
//!
//! What is read is the same after it was written and read again, in both forms; what is sound can be indexed; what is
//! not sound is told without a panic.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use peering_core::Compat;
use peering_core::model::{Indexed, Network, SessionRef};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    // The document alone, sound or not.
    if let Ok(network) = serde_json::from_str::<Network>(text) {
        let problems = network.problems();
        assert_eq!(network.validate().is_ok(), problems.is_empty());
        rules(network);
    }
    let json = Network::from_json(text);
    if let Ok(network) = &json {
        again(network);
        // YAML has no DEL in it, and no list in place of an object, which serde takes in JSON.
        if let Ok(other) = Network::from_yaml(text) {
            assert_eq!(&other, network, "the same text is another document as YAML");
        }
    } else if let Ok(network) = Network::from_yaml(text) {
        again(&network);
    }
    Corpus::Keep
});

fn again(network: &Network) {
    assert_eq!(&Network::from_json(&network.to_json_exposing_secrets()).unwrap(), network);
    assert_eq!(&Network::from_yaml(&network.to_yaml_exposing_secrets()).unwrap(), network);
}

fn rules(network: Network) {
    let network = Indexed::from(network);
    let exchange = network.internet_exchange_sessions.iter().map(SessionRef::InternetExchange);
    for session in exchange.chain(network.direct_sessions.iter().map(SessionRef::Direct)) {
        let _ = network.import_policies(session, Compat::Strict);
        let _ = network.export_policies(session, Compat::PeeringManager);
    }
    for router in &network.routers {
        let _ = network.router_policies(router);
    }
}
