//! FRR's template for one exchange, as `turnup` renders it, checked by FRR's own grammar where FRR is installed.

use std::process::Command;

use peering_core::model::{
    AutonomousSystem, Connection, InternetExchange, InternetExchangeSession, Network, Platform, Router,
    SessionStatus,
};
use peering_core::template::{Engine, Escape, Options, RenderContext};
use peering_core::{Asn, Secret};

fn rendered() -> String {
    let mut exchange = InternetExchange::new("example-ix-1-as64500", "Example IX");
    exchange.local_autonomous_system = Some(Asn::new(64500));
    let mut connection = Connection::new("port");
    connection.internet_exchange = Some(exchange.slug.clone());
    connection.router = Some("r1".into());
    let mut peer = AutonomousSystem::new(Asn::new(64502), "Evil\nrouter ospf\n! | include x");
    peer.ipv4_max_prefixes = Some(1234);
    let session =
        |asn: u32, ip: &str| InternetExchangeSession::new(Asn::new(asn), "port", ip.parse().unwrap());
    let mut first = session(64501, "192.0.2.11");
    first.password = Some(Secret::new("hunter2"));
    let mut last = session(64502, "2001:db8::12");
    last.status = SessionStatus::Disabled;
    let mut router = Router::new("r1", "r1.example.net");
    router.platform = Some("FRRouting".into());
    let network = Network {
        autonomous_systems: vec![
            AutonomousSystem::new(Asn::new(64500), "Ours"),
            AutonomousSystem::new(Asn::new(64501), "Ærø Net"),
            peer,
        ],
        internet_exchanges: vec![exchange],
        connections: vec![connection],
        internet_exchange_sessions: vec![first, session(64502, "192.0.2.12"), last],
        routers: vec![router],
        platforms: vec![Platform::new("FRRouting", "frr")],
        ..Network::default()
    };
    network.validate().unwrap();
    let mut engine = Engine::new(Escape::FRR, Options::default());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates/frr");
    engine.add_directory(folder).unwrap();
    let context = RenderContext::for_exchange(&network, "r1", "example-ix-1-as64500").unwrap();
    engine.render("main.j2", &context).unwrap()
}

#[test]
fn it_has_what_a_session_needs() {
    let text = rendered();
    for line in [
        "router bgp 64500",
        " neighbor 192.0.2.11 remote-as 64501",
        " neighbor 192.0.2.11 description AS64501 Ærø Net",
        " neighbor 192.0.2.11 password hunter2",
        " no neighbor 192.0.2.11 shutdown",
        " neighbor 192.0.2.12 description AS64502 Evil router ospf ! / include x",
        " neighbor 2001:db8::12 shutdown",
        "  neighbor 192.0.2.11 activate",
        "  no neighbor 2001:db8::12 activate",
        "  neighbor 2001:db8::12 activate",
        "  neighbor 192.0.2.11 maximum-prefix 1000",
        "  neighbor 192.0.2.12 maximum-prefix 1234",
        "  neighbor 2001:db8::12 maximum-prefix 200",
        "  neighbor 2001:db8::12 route-map AS64502-2001:db8::12-IN in",
        // Nobody said what may be announced.
        "route-map AS64501-192.0.2.11-OUT deny 65535",
    ] {
        assert_eq!(text.lines().filter(|known| *known == line).count(), 1, "{line} in:\n{text}");
    }
    assert!(!text.lines().any(|line| line.starts_with("router ospf") || line.ends_with(' ')), "{text}");
}

#[test]
fn frr_accepts_every_line() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), rendered()).unwrap();
    let checked = Command::new("vtysh").arg("-C").arg("-f").arg(file.path()).output();
    match checked {
        Ok(output) => assert!(output.status.success(), "{output:?}\n{}", rendered()),
        Err(error) => peering_tests::skip(format_args!("vtysh cannot be run: {error}")),
    }
}
