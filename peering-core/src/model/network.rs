//! The document that holds everything.

use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    AutonomousSystem, Connection, HiddenPeer, InternetExchange, InternetExchangeSession, Platform, Router,
};
use crate::{Asn, Error, ErrorKind, ParseError, REDACTED, Result};

/// Everything an operator wants, as one document.
///
/// ```
/// use peering_core::model::Network;
/// let network = Network::from_json(r#"{"autonomous_systems": [{"asn": 64500, "name": "Ours"}]}"#)?;
/// assert_eq!(network.autonomous_systems[0].name, "Ours");
/// # Ok::<(), peering_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Network {
    /// Ours and our peers', each number once.
    pub autonomous_systems: Vec<AutonomousSystem>,
    /// The exchanges we are at, each slug once.
    pub internet_exchanges: Vec<InternetExchange>,
    /// Our ports there, each name once.
    pub connections: Vec<Connection>,
    /// The sessions over them; one per connection and peer address.
    pub internet_exchange_sessions: Vec<InternetExchangeSession>,
    /// Our routers, each name once.
    pub routers: Vec<Router>,
    /// What they run, each name once.
    pub platforms: Vec<Platform>,
    /// Whom not to propose, once per network and peering LAN.
    pub hidden_peers: Vec<HiddenPeer>,
}

impl Network {
    /// Reads a document and checks it with [`validate`](Network::validate).
    ///
    /// # Errors
    /// [`ErrorKind::Parse`] with the line if the text is not such a document (an unknown field is an error: it is
    /// most likely a typing error), [`ErrorKind::Options`] if its parts do not fit together. No message quotes a value.
    pub fn from_json(text: &str) -> Result<Network> {
        let network: Network = serde_json::from_str(text).map_err(|error| {
            // serde's own words can quote a value, and a value can be a password.
            let what = if error.is_syntax() || error.is_eof() { "valid JSON" } else { "a network document" };
            ParseError::new(format!("{what} at column {}", error.column()), "something else")
                .at_line(error.line())
        })?;
        network.validate()?;
        Ok(network)
    }

    /// The document as indented JSON, without passwords: each is written as a fixed mark.
    ///
    /// [`from_json`](Network::from_json) refuses a document with such a mark, so that the mark can never reach a
    /// router as a password. To store a network and read it again, use
    /// [`to_json_exposing_secrets`](Network::to_json_exposing_secrets).
    pub fn to_json(&self) -> String {
        format!("{:#}", self.to_value())
    }

    /// The document as indented JSON, with the passwords in clear. Guard it as you guard the passwords.
    pub fn to_json_exposing_secrets(&self) -> String {
        let mut document = self.to_value();
        if let Some(Value::Array(rows)) = document.get_mut("internet_exchange_sessions") {
            for (row, session) in rows.iter_mut().zip(&self.internet_exchange_sessions) {
                if let (Value::Object(row), Some(password)) = (row, &session.password) {
                    row.insert("password".to_owned(), Value::from(password.expose()));
                }
            }
        }
        format!("{document:#}")
    }

    fn to_value(&self) -> Value {
        // Every key is a string and no value can fail to serialise.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Checks that keys are unique, references lead somewhere and numbers are in range.
    ///
    /// # Errors
    /// [`ErrorKind::Options`], with every fault found.
    pub fn validate(&self) -> Result<()> {
        let mut faults = Vec::new();
        unique(&mut faults, "autonomous system", self.autonomous_systems.iter().map(|row| row.asn));
        unique(&mut faults, "exchange", self.internet_exchanges.iter().map(|row| &row.slug));
        unique(&mut faults, "connection", self.connections.iter().map(|row| &row.name));
        unique(&mut faults, "router", self.routers.iter().map(|row| &row.name));
        unique(&mut faults, "platform", self.platforms.iter().map(|row| &row.name));
        unique(
            &mut faults,
            "session",
            self.internet_exchange_sessions
                .iter()
                .map(|row| format!("{} over {}", row.ip_address, row.connection)),
        );
        unique(
            &mut faults,
            "hidden peer",
            self.hidden_peers.iter().map(|row| format!("{} at ixlan {}", row.asn, row.ixlan)),
        );
        self.check_references(&mut faults);
        self.check_values(&mut faults);
        if faults.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Options,
            format!("the network document is not sound: {}", faults.join("; ")),
        ))
    }

    fn check_references(&self, faults: &mut Vec<String>) {
        let asns: HashSet<Asn> = self.autonomous_systems.iter().map(|row| row.asn).collect();
        let exchanges: HashSet<&str> = self.internet_exchanges.iter().map(|row| row.slug.as_str()).collect();
        let connections: HashSet<&str> = self.connections.iter().map(|row| row.name.as_str()).collect();
        let routers: HashSet<&str> = self.routers.iter().map(|row| row.name.as_str()).collect();
        let platforms: HashSet<&str> = self.platforms.iter().map(|row| row.name.as_str()).collect();
        let mut missing =
            |from: &str, to: &dyn Display| faults.push(format!("{from} refers to unknown {to}"));

        for exchange in &self.internet_exchanges {
            if let Some(asn) = exchange.local_autonomous_system.filter(|asn| !asns.contains(asn)) {
                missing(&format!("exchange {:?}", exchange.slug), &asn);
            }
        }
        for connection in &self.connections {
            let from = format!("connection {:?}", connection.name);
            if let Some(slug) =
                connection.internet_exchange.as_deref().filter(|slug| !exchanges.contains(slug))
            {
                missing(&from, &format!("exchange {slug:?}"));
            }
            if let Some(name) = connection.router.as_deref().filter(|name| !routers.contains(name)) {
                missing(&from, &format!("router {name:?}"));
            }
        }
        for session in &self.internet_exchange_sessions {
            let from = format!("session {}", session.ip_address);
            if !connections.contains(session.connection.as_str()) {
                missing(&from, &format!("connection {:?}", session.connection));
            }
            if !asns.contains(&session.autonomous_system) {
                missing(&from, &session.autonomous_system);
            }
        }
        for router in &self.routers {
            let from = format!("router {:?}", router.name);
            if let Some(name) = router.platform.as_deref().filter(|name| !platforms.contains(name)) {
                missing(&from, &format!("platform {name:?}"));
            }
            if let Some(asn) = router.local_autonomous_system.filter(|asn| !asns.contains(asn)) {
                missing(&from, &asn);
            }
        }
    }

    fn check_values(&self, faults: &mut Vec<String>) {
        for connection in &self.connections {
            if let Some(vlan) = connection.vlan.filter(|vlan| !(1..=4094).contains(vlan)) {
                faults.push(format!("connection {:?}: VLAN {vlan} is not in 1 to 4094", connection.name));
            }
        }
        for session in &self.internet_exchange_sessions {
            if session.multihop_ttl == 0 {
                faults.push(format!("session {}: the time to live is not in 1 to 255", session.ip_address));
            }
            if session.password.as_ref().is_some_and(|password| password.expose() == REDACTED) {
                faults.push(format!(
                    "session {}: the password is the mark that stands for one; give the password itself or remove it",
                    session.ip_address
                ));
            }
        }
    }

    /// The autonomous system with this number.
    pub fn autonomous_system(&self, asn: Asn) -> Option<&AutonomousSystem> {
        self.autonomous_systems.iter().find(|row| row.asn == asn)
    }

    /// The exchange with this slug.
    pub fn internet_exchange(&self, slug: &str) -> Option<&InternetExchange> {
        self.internet_exchanges.iter().find(|row| row.slug == slug)
    }

    /// The connection with this name.
    pub fn connection(&self, name: &str) -> Option<&Connection> {
        self.connections.iter().find(|row| row.name == name)
    }

    /// The router with this name.
    pub fn router(&self, name: &str) -> Option<&Router> {
        self.routers.iter().find(|row| row.name == name)
    }

    /// The platform with this name.
    pub fn platform(&self, name: &str) -> Option<&Platform> {
        self.platforms.iter().find(|row| row.name == name)
    }

    /// Our connections to one exchange, in document order.
    pub fn connections_of<'a>(&'a self, slug: &'a str) -> impl Iterator<Item = &'a Connection> {
        self.connections.iter().filter(move |row| row.internet_exchange.as_deref() == Some(slug))
    }
}

fn unique<K: Display + Eq + Hash + Clone>(
    faults: &mut Vec<String>,
    what: &str,
    keys: impl Iterator<Item = K>,
) {
    let mut seen = HashSet::new();
    for key in keys {
        if !seen.insert(key.clone()) {
            faults.push(format!("{what} {key} occurs twice"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    fn sample() -> Network {
        let mut exchange = InternetExchange::new("ix-1", "IX");
        exchange.local_autonomous_system = Some(Asn::new(64500));
        let mut connection = Connection::new("ix-1-1");
        connection.internet_exchange = Some("ix-1".into());
        connection.router = Some("r1".into());
        let mut session =
            InternetExchangeSession::new(Asn::new(64501), "ix-1-1", "192.0.2.1".parse().unwrap());
        session.password = Some(Secret::new("hunter2"));
        let mut router = Router::new("r1", "r1.example.net");
        router.platform = Some("FRRouting".into());
        Network {
            autonomous_systems: vec![
                AutonomousSystem::new(Asn::new(64500), "Ours"),
                AutonomousSystem::new(Asn::new(64501), "Theirs"),
            ],
            internet_exchanges: vec![exchange],
            connections: vec![connection],
            internet_exchange_sessions: vec![session],
            routers: vec![router],
            platforms: vec![Platform {
                name: "FRRouting".into(),
                driver: "frr".into(),
                description: String::new(),
            }],
            hidden_peers: Vec::new(),
        }
    }

    #[test]
    fn a_document_survives_with_its_secrets_only_when_asked() {
        let network = sample();
        assert_eq!(Network::from_json(&network.to_json_exposing_secrets()).unwrap(), network);

        let redacted = network.to_json();
        assert!(!redacted.contains("hunter2"));
        let refused = Network::from_json(&redacted).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Options);
        assert!(refused.message().contains("192.0.2.1: the password is the mark"), "{refused}");
        assert!(!format!("{network:?}").contains("hunter2"));
    }

    #[test]
    fn every_fault_is_reported() {
        let mut network = sample();
        network.connections[0].vlan = Some(4095);
        network.connections[0].router = Some("r2".into());
        network.connections[0].internet_exchange = Some("ix-2".into());
        network.internet_exchange_sessions[0].multihop_ttl = 0;
        network.internet_exchange_sessions[0].autonomous_system = Asn::new(1);
        network.routers[0].platform = Some("p".into());
        let twice = network.internet_exchange_sessions[0].clone();
        network.internet_exchange_sessions.push(twice);
        let message = network.validate().unwrap_err().to_string();
        for part in [
            "VLAN 4095",
            "router \"r2\"",
            "exchange \"ix-2\"",
            "time to live",
            "unknown AS1",
            "platform \"p\"",
            "session 192.0.2.1 over ix-1-1 occurs twice",
        ] {
            assert!(message.contains(part), "{part} in {message}");
        }
    }

    #[test]
    fn a_wrong_document_is_an_error_that_quotes_nothing() {
        let wrong =
            Network::from_json("{\n\"internet_exchange_sessions\": [{\"password\": 1234567}]}").unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Parse);
        assert!(wrong.to_string().contains("line 2"), "{wrong}");
        assert!(!wrong.to_string().contains("1234567"), "{wrong}");
        assert!(Network::from_json("{\"conections\": []}").is_err());
    }
}
