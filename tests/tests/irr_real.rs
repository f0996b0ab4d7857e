//! The real bgpq4 against a registry server of our own: what is looked up, and what becomes of it when things go wrong.

use std::process::Command;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use peering_core::irr::{
    AsSet, Because, Bgpq4, Guard, Outcome, PrefixEntry, Prefixes, RefreshOptions, Refusal, aggregated,
    parse_as_list, parse_prefixes, refresh, refresh_system,
};
use peering_core::model::{AutonomousSystem, Family, IrrSync, Network};
use peering_core::{Asn, ErrorKind};
use peering_tests::irrd::{FakeIrrd, Trouble};

/// AS64500 and its customers. The numbers are private, for which bgpq4 wants `-p`, in the parts that need no more than
/// prefixes; AS3 to AS5 stand for numbers that are not.
const OBJECTS: &str = "\
as-set:  AS-ALL
members: AS3, AS-SUB, AS-GONE
source:  LAB

as-set:  AS-SUB
members: AS4, AS5, AS-ALL
source:  LAB

as-set:  AS64500:AS-CUSTOMERS
members: AS5
source:  LAB

as-set:  AS-PRIVATE
members: AS64501
source:  LAB

as-set:  AS-ALL
members: AS6
source:  OTHER

as-set:  AS-IPV4
members: AS4
source:  LAB

as-set:  AS-IDLE
members: AS9
source:  LAB

route-set: RS-LAN
members:   192.0.2.0/24^25-26, AS4
mp-members: 2001:db8:2::/48
source:    LAB

route-set: RS-IPV4
members:   192.0.2.0/24
source:    LAB

route:  198.51.100.0/25
origin: AS3
source: LAB

route:  198.51.100.128/25
origin: AS4
source: LAB

route6: 2001:db8:3::/48
origin: AS3
source: LAB

route6: 2001:db8:5::/48
origin: AS5
source: LAB

route:  203.0.113.0/24
origin: AS6
source: OTHER

route:  203.0.113.0/25
origin: AS64501
source: LAB
";

/// bgpq4 with a server of ours; `None` where it is not installed, except in CI.
async fn lab() -> Option<(FakeIrrd, Bgpq4)> {
    if Command::new("bgpq4").arg("-v").output().is_err() {
        peering_tests::skip("there is no bgpq4 here");
        return None;
    }
    let server = FakeIrrd::start(OBJECTS).await;
    let bgpq4 = Bgpq4 {
        host: server.host(),
        sources: vec!["LAB".into(), "OTHER".into()],
        ipv4_args: Vec::new(),
        ipv6_args: Vec::new(),
        timeout: Duration::from_secs(10),
        ..Bgpq4::default()
    };
    Some((server, bgpq4))
}

/// What the program printed for the same set one by one and aggregated, with a real IRRd.
#[test]
fn recordings_are_read_and_aggregated_alike() {
    let Some(captures) = peering_tests::shared("captures/irr") else { return };
    let read = |name: &str| std::fs::read_to_string(captures.join(name)).unwrap();
    for (list, json, count) in
        [("bgpq4-junos-v4.txt", "bgpq4-json-v4.txt", 4), ("bgpq4-junos-v6.txt", "bgpq4-json-v6.txt", 7)]
    {
        let words = read(list);
        let words = words.split_whitespace().filter_map(|word| word.strip_suffix(';'));
        let one_by_one = exact(&words.collect::<Vec<_>>());
        let printed = parse_prefixes(&read(json)).unwrap();
        assert!(printed.len() == count && one_by_one.len() > count);
        assert_eq!(aggregated(&one_by_one), printed, "{json}");
    }
    let members = parse_as_list(&read("bgpq4-json-members.txt")).unwrap();
    assert_eq!(members, (64501..=64505).map(Asn::new).collect::<Vec<_>>());
}

fn set(text: &str) -> AsSet {
    text.parse().unwrap()
}

fn exact(prefixes: &[&str]) -> Vec<PrefixEntry> {
    prefixes.iter().map(|prefix| PrefixEntry::exact(prefix.parse().unwrap())).collect()
}

async fn prefixes(bgpq4: &Bgpq4, name: &str, family: Family) -> peering_core::Result<Vec<PrefixEntry>> {
    Ok(bgpq4.prefixes(&set(name), family, &IrrSync::default()).await?.value)
}

#[tokio::test]
async fn sets_are_resolved() {
    let Some((server, bgpq4)) = lab().await else { return };
    for (name, family, expected) in [
        ("AS-ALL", Family::Ipv4, &["198.51.100.0/25", "198.51.100.128/25"][..]),
        ("AS-ALL", Family::Ipv6, &["2001:db8:3::/48", "2001:db8:5::/48"]),
        ("OTHER::AS-ALL", Family::Ipv4, &["203.0.113.0/24"]),
        ("AS64500:AS-CUSTOMERS", Family::Ipv6, &["2001:db8:5::/48"]),
        ("LAB::AS64500:AS-CUSTOMERS", Family::Ipv6, &["2001:db8:5::/48"]),
        ("AS-IPV4", Family::Ipv6, &[]),
        ("AS-IDLE", Family::Ipv4, &[]),
        ("AS-PRIVATE", Family::Ipv4, &["203.0.113.0/25"]),
        ("AS-PRIVATE", Family::Ipv6, &[]),
        ("RS-IPV4", Family::Ipv4, &["192.0.2.0/24"]),
        ("RS-IPV4", Family::Ipv6, &[]),
        ("RS-LAN", Family::Ipv6, &["2001:db8:2::/48"]),
        ("AS3", Family::Ipv4, &["198.51.100.0/25"]),
        ("AS9", Family::Ipv4, &[]),
    ] {
        assert_eq!(prefixes(&bgpq4, name, family).await.unwrap(), exact(expected), "{name} {family}");
    }
    let ranges = prefixes(&bgpq4, "RS-LAN", Family::Ipv4).await.unwrap();
    assert!(ranges.iter().any(|entry| entry.prefix.to_string() == "192.0.2.64/26"), "{ranges:?}");
    let asked = server.seen();
    assert!(asked.contains(&"!a4AS-ALL".to_owned()) && asked.contains(&"!sOTHER".to_owned()), "{asked:?}");
}

#[tokio::test]
async fn autonomous_systems_of_sets_are_listed() {
    let Some((_server, bgpq4)) = lab().await else { return };
    let list = |name: &'static str, bgpq4: Bgpq4| async move {
        let found = bgpq4.as_list(&set(name), &IrrSync::default()).await.unwrap();
        (found.value.into_iter().map(Asn::get).collect::<Vec<_>>(), found.notes)
    };
    assert_eq!(list("AS-ALL", bgpq4.clone()).await.0, [3, 4, 5]);
    assert_eq!(list("AS7", bgpq4.clone()).await.0, [7]);
    assert_eq!(list("RS-LAN", bgpq4.clone()).await, (vec![], vec![]));
    let (asns, notes) = list("AS-PRIVATE", bgpq4.clone()).await;
    assert!(asns.is_empty() && notes[0].contains("64501"), "what is left out is told: {notes:?}");
    let private = Bgpq4 { as_list_args: vec!["-p".into()], ..bgpq4 };
    assert_eq!(list("AS-PRIVATE", private).await, (vec![64501], vec![]));
}

/// What the program makes of a list, ours makes of the same list, and what it prints is read.
#[tokio::test]
async fn aggregation_is_the_programs() {
    let Some((server, bgpq4)) = lab().await else { return };
    let mut objects = String::from("as-set: AS-MANY\nmembers: AS3\nsource: LAB\n");
    for n in (0..40).chain(50..51).chain(64..128) {
        objects.push_str(&format!("\nroute: 100.64.{n}.0/24\norigin: AS3\nsource: LAB\n"));
        objects.push_str(&format!("\nroute6: 2001:db8:{n:x}::/48\norigin: AS3\nsource: LAB\n"));
    }
    server.load(&objects);
    let bgpq4 = Bgpq4 { sources: vec!["LAB".into()], ..bgpq4 };
    for family in Family::ALL {
        let one_by_one = prefixes(&bgpq4, "AS-MANY", family).await.unwrap();
        assert_eq!(one_by_one.len(), 105);
        let arguments = vec!["-A".to_owned()];
        let aggregating = Bgpq4 { ipv4_args: arguments.clone(), ipv6_args: arguments, ..bgpq4.clone() };
        let theirs = prefixes(&aggregating, "AS-MANY", family).await.unwrap();
        assert!(theirs.len() < 10);
        assert_eq!(aggregated(&one_by_one), theirs);
    }
    let usual = Bgpq4 { ipv4_args: Bgpq4::default().ipv4_args, ..bgpq4 };
    let refined = prefixes(&usual, "AS-MANY", Family::Ipv4).await.unwrap();
    assert!(refined.iter().all(|entry| entry.less_equal.is_none_or(|most| most == 24)), "{refined:?}");
}

#[tokio::test]
async fn what_is_not_there_is_an_error_by_name() {
    let Some((server, bgpq4)) = lab().await else { return };
    for name in ["AS-NOSUCH", "AS64500:AS-NOSUCH", "RS-NOSUCH", "LAB::AS-NOSUCH"] {
        for family in Family::ALL {
            let error = prefixes(&bgpq4, name, family).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound, "{name}: {error}");
            assert!(error.to_string().contains(name) && error.host() == Some(&server.host()), "{error}");
        }
    }
    let error = bgpq4.as_list(&set("AS-NOSUCH"), &IrrSync::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    // The program itself would go on in the registries that are asked usually.
    let error = prefixes(&bgpq4, "NOWHERE::AS-ALL", Family::Ipv4).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert!(error.message().contains("unavailable"), "{error}");
    let sync = IrrSync { sources: vec!["NOWHERE".into()], ..IrrSync::default() };
    let error = bgpq4.prefixes(&set("AS-ALL"), Family::Ipv4, &sync).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
}

#[tokio::test]
async fn a_server_in_trouble_gives_no_half_list() {
    let Some((server, bgpq4)) = lab().await else { return };
    for (trouble, kind) in [
        (Trouble::HalfAnAnswer, ErrorKind::Closed),
        (Trouble::Refusal, ErrorKind::Rejected),
        (Trouble::Silence, ErrorKind::Timeout),
    ] {
        let hasty = Bgpq4 { timeout: Duration::from_secs(1), ..bgpq4.clone() };
        server.trouble("!a4", trouble);
        let began = Instant::now();
        let error = prefixes(&hasty, "AS-ALL", Family::Ipv4).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{trouble:?}: {error}");
        assert!(began.elapsed() < Duration::from_secs(8));
        server.no_trouble();
    }
    let nobody = Bgpq4 { host: "127.0.0.1:1".to_owned(), ..bgpq4.clone() };
    let error = prefixes(&nobody, "AS-ALL", Family::Ipv4).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    let short = Bgpq4 { max_output: 50, ..bgpq4 };
    let error = prefixes(&short, "AS-ALL", Family::Ipv4).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Parse && error.message().contains("more than 50 bytes"), "{error}");
}

fn peer(asn: u32, irr_as_set: &str) -> AutonomousSystem {
    let mut peer = AutonomousSystem::new(Asn::new(asn), "a peer");
    peer.irr_as_set = Some(irr_as_set.to_owned());
    peer
}

fn kept(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Kept { because, .. } => Some(because.to_string()),
        _ => None,
    }
}

#[tokio::test]
async fn a_network_is_refreshed_system_by_system() {
    let Some((server, bgpq4)) = lab().await else { return };
    let mut skipping = peer(6, "AS-ALL");
    skipping.irr_sync = IrrSync { prefixes: false, ..IrrSync::default() };
    let mut network = Network {
        autonomous_systems: vec![
            peer(3, "LAB::AS-ALL, OTHER::AS-ALL"),
            peer(4, "AS-IPV4 AS-NOSUCH"),
            peer(5, "ask us"),
            skipping,
            peer(7, "AS-IPV4, see our website"),
            peer(9, ""),
        ],
        ..Network::default()
    };
    let (then, now): (Timestamp, Timestamp) =
        ("2030-01-01T00:00:00Z".parse().unwrap(), "2030-01-03T00:00:00Z".parse().unwrap());
    let options = RefreshOptions { parallel: 3, ..RefreshOptions::default() };
    let report = refresh(&mut network, &bgpq4, &options, then).await;
    assert_eq!(report.iter().map(|one| one.asn.get()).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 9]);
    let [three, four, five, six, seven, nine] = network.autonomous_systems.as_slice() else { panic!() };

    let both = Prefixes {
        ipv4: serde_json::from_str(
            r#"[{"prefix": "198.51.100.0/24", "greater-equal": 25, "less-equal": 25}, {"prefix": "203.0.113.0/24"}]"#,
        )
        .unwrap(),
        ipv6: exact(&["2001:db8:3::/48", "2001:db8:5::/48"]),
    };
    assert_eq!((&three.prefixes, three.prefixes_updated), (&Some(both.clone()), Some(then)));
    assert_eq!(three.as_list, [3, 4, 5, 6].map(Asn::new));
    assert!(matches!(report[0].prefixes, Outcome::Updated { before: 0, now: 4 }), "{:?}", report[0]);

    assert_eq!((&four.prefixes, &four.as_list), (&None, &vec![]), "one missing set leaves nothing half done");
    assert!(kept(&report[1].prefixes).unwrap().contains("AS-NOSUCH"), "{:?}", report[1]);
    assert!(kept(&report[2].prefixes).unwrap().contains("no set"), "{:?}", report[2]);
    assert_eq!((report[2].problems.len(), &five.prefixes), (2, &None));
    assert!(
        matches!(report[3].prefixes, Outcome::Skipped) && six.prefixes.is_none() && six.as_list.len() == 4
    );
    assert_eq!((seven.prefixes.as_ref().unwrap().len(), report[4].problems.len()), (1, 3));
    assert_eq!((nine.prefixes.as_ref().unwrap().len(), nine.as_list.as_slice()), (0, &[Asn::new(9)][..]));

    // Two days later the server has nothing any more, and then does not answer.
    server.load("as-set: AS-ALL\nmembers: AS3\nsource: LAB\n\nas-set: AS-ALL\nmembers: AS6\nsource: OTHER\n");
    let mut system = network.autonomous_systems[0].clone();
    let report = refresh_system(&mut system, &bgpq4, &Guard::default(), now).await;
    let Outcome::Kept { because: Because::Refused(Refusal::Empty { before: 2 }), at } = report.prefixes
    else {
        panic!("{report:?}")
    };
    assert_eq!((at, report.prefixes.age(now).unwrap().as_hours()), (Some(then), 48));
    assert_eq!((&system.prefixes, system.prefixes_updated), (&Some(both.clone()), Some(then)));
    assert_eq!((system.as_list.len(), system.as_list_updated), (2, Some(now)));

    server.trouble("!", Trouble::Silence);
    let hasty = Bgpq4 { timeout: Duration::from_millis(300), ..bgpq4.clone() };
    let report = refresh_system(&mut system, &hasty, &Guard::default(), now).await;
    assert!(kept(&report.as_list).unwrap().contains("timed out"), "{report:?}");
    assert_eq!(report.as_list.age(now).unwrap().as_hours(), 0);
    server.no_trouble();
    server.load(OBJECTS);

    let only = RefreshOptions { only: [Asn::new(3)].into(), ..options };
    let report = refresh(&mut network, &bgpq4, &only, now).await;
    assert!(report.len() == 1 && matches!(report[0].prefixes, Outcome::Unchanged), "{report:?}");
    assert_eq!(network.autonomous_systems[0].prefixes_updated, Some(now));
    assert_eq!(network.autonomous_systems[5].prefixes_updated, Some(then));
    // The document keeps it all.
    assert_eq!(Network::from_yaml(&network.to_yaml()).unwrap(), network);
}
