use peering_core::ErrorKind;
use proptest::prelude::*;

use super::*;

const RUNNING: &str = "\
frr version 8.4.4
hostname r1
no ip forwarding
!
ip route 203.0.113.0/26 blackhole
!
interface lan0
 description peering-lan
exit
!
router bgp 64501
 bgp router-id 192.0.2.1
 no bgp default ipv4-unicast
 neighbor IXP4 peer-group
 neighbor 192.0.2.5 remote-as 64505
 neighbor 192.0.2.5 peer-group IXP4
 neighbor 192.0.2.5 password hunter2
 !
 address-family ipv4 unicast
  network 203.0.113.0/26
  neighbor IXP4 activate
  neighbor IXP4 route-map IN in
  neighbor 192.0.2.5 maximum-prefix 100 80
 exit-address-family
exit
!
ip prefix-list OUR4 seq 5 permit 203.0.113.0/26
!
route-map IN permit 10
 set local-preference 100
 match ip address prefix-list OUR4
exit
!
end
";

fn merged(snippet: &str) -> Result<String, peering_core::Error> {
    let mut config = Config::parse(RUNNING);
    merge(&mut config, &Config::parse(snippet))?;
    Ok(config.to_string())
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.starts_with('!')).collect()
}

#[track_caller]
fn expect(snippet: &str, gone: &[&str], new: &[&str]) {
    let before = Config::parse(RUNNING).to_string();
    let after = merged(snippet).unwrap();
    let (mut before, mut after) = (lines(&before), lines(&after));
    before.retain(|line| *line != "exit");
    after.retain(|line| *line != "exit");
    let count = |lines: &[&str], line: &str| lines.iter().filter(|other| **other == line).count();
    let lost: Vec<_> =
        before.iter().filter(|line| count(&after, line) < count(&before, line)).copied().collect();
    let added: Vec<_> =
        after.iter().filter(|line| count(&before, line) < count(&after, line)).copied().collect();
    assert_eq!((lost.as_slice(), added.as_slice()), (gone, new), "{snippet}");
}

#[test]
fn prints_what_it_read() {
    let config = Config::parse(RUNNING);
    assert_eq!(lines(&config.to_string()), lines(RUNNING));
    assert_eq!(Config::parse(&config.to_string()).to_string(), config.to_string());
    assert_eq!(config.nodes.iter().filter(|node| node.inner.is_some()).count(), 3);
}

#[test]
fn prints_captures_as_it_read_them() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/captures/frr/running_config/exchange.txt");
    let Ok(text) = std::fs::read_to_string(path) else {
        return println!("skipped: this package stands alone, without {path}");
    };
    let config = Config::parse(&text);
    let mut nothing = Config::parse(&text);
    merge(&mut nothing, &Config::parse(&text)).unwrap();
    for printed in [config.to_string(), nothing.to_string()] {
        assert_eq!(lines(&printed), lines(&text), "merged with itself a configuration stays as it is");
    }
}

#[test]
fn reads_lines_as_one_types_them() {
    let typed = "configure terminal\nrouter bgp 64501\nneighbor 192.0.2.6 remote-as 64506\naddress-family ipv4\n\
                 neighbor 192.0.2.6 activate\nexit-address-family\nexit\nroute-map A permit 10\nset weight 5\n\
                 route-map A permit 20\nend\n";
    expect(
        typed,
        &[],
        &[
            "neighbor 192.0.2.6 remote-as 64506",
            "neighbor 192.0.2.6 activate",
            "route-map A permit 10",
            "set weight 5",
            "route-map A permit 20",
        ],
    );
}

#[test]
fn a_single_value_takes_the_place_of_the_old_one() {
    expect(
        "router bgp 64501\n neighbor 192.0.2.5 password other\n neighbor 192.0.2.5 description new one\n \
         address-family ipv4 unicast\n  neighbor 192.0.2.5 maximum-prefix 200\n  neighbor IXP4 route-map OUT out\n",
        &["neighbor 192.0.2.5 password hunter2", "neighbor 192.0.2.5 maximum-prefix 100 80"],
        &[
            "neighbor 192.0.2.5 password other",
            "neighbor 192.0.2.5 description new one",
            "neighbor 192.0.2.5 maximum-prefix 200",
            "neighbor IXP4 route-map OUT out",
        ],
    );
    expect("hostname r9", &["hostname r1"], &["hostname r9"]);
    expect(
        "route-map IN permit 10\n set local-preference 200\n set community 64501:1 additive\nexit\n",
        &["set local-preference 100"],
        &["set local-preference 200", "set community 64501:1 additive"],
    );
    expect(
        "route-map IN deny 10\n match as-path X\n",
        &["route-map IN permit 10", "set local-preference 100", "match ip address prefix-list OUR4"],
        &["route-map IN deny 10", "match as-path X"],
    );
    expect(
        "interface lan0\n description other\nexit\n",
        &["description peering-lan"],
        &["description other"],
    );
}

#[test]
fn several_values_stand_side_by_side() {
    expect(
        "router bgp 64501\n address-family ipv4 unicast\n  network 198.51.100.0/24\n",
        &[],
        &["network 198.51.100.0/24"],
    );
    expect(
        "ip prefix-list OUR4 permit 198.51.100.1/24",
        &[],
        &["ip prefix-list OUR4 seq 10 permit 198.51.100.0/24"],
    );
    expect("ip prefix-list OUR4 permit 203.0.113.0/26", &[], &[]);
    expect(
        "ip prefix-list OUR4 seq 5 permit 198.51.100.0/24",
        &["ip prefix-list OUR4 seq 5 permit 203.0.113.0/26"],
        &["ip prefix-list OUR4 seq 5 permit 198.51.100.0/24"],
    );
    expect(
        "ip prefix-list NEW permit 198.51.100.0/24",
        &[],
        &["ip prefix-list NEW seq 5 permit 198.51.100.0/24"],
    );
}

#[test]
fn no_removes_lines_and_contexts() {
    expect(
        "router bgp 64501\n no neighbor 192.0.2.5\n",
        &[
            "neighbor 192.0.2.5 remote-as 64505",
            "neighbor 192.0.2.5 peer-group IXP4",
            "neighbor 192.0.2.5 password hunter2",
            "neighbor 192.0.2.5 maximum-prefix 100 80",
        ],
        &[],
    );
    expect(
        "router bgp 64501\n no neighbor 192.0.2.5 password\n",
        &["neighbor 192.0.2.5 password hunter2"],
        &[],
    );
    expect("no ip prefix-list OUR4", &["ip prefix-list OUR4 seq 5 permit 203.0.113.0/26"], &[]);
    expect(
        "no ip prefix-list OUR4 permit 203.0.113.0/26",
        &["ip prefix-list OUR4 seq 5 permit 203.0.113.0/26"],
        &[],
    );
    let without = merged("no router bgp 64501\nno route-map IN\n").unwrap();
    assert!(!without.contains("neighbor") && !without.contains("route-map"), "{without}");
    let group = merged("router bgp 64501\n no neighbor IXP4 peer-group\n").unwrap();
    assert!(!group.contains("192.0.2.5") && !group.contains("IXP4"), "{group}");
}

#[test]
fn no_removes_nothing_that_only_begins_alike() {
    expect("router bgp 64501\n no neighbor 192.0.2.50\n no neighbor 192.0.2\n", &[], &[]);
    expect("no route-map I\nno ip route 203.0.113.0/2\n", &[], &[]);
}

#[test]
fn negations_that_frr_prints_are_kept() {
    expect("no ipv6 forwarding", &[], &["no ipv6 forwarding"]);
    expect("ip forwarding", &["no ip forwarding"], &[]);
    expect("ipv6 forwarding", &[], &[]);
    expect(
        "router bgp 64501\n no bgp ebgp-requires-policy\n neighbor 192.0.2.5 shutdown\n",
        &[],
        &["no bgp ebgp-requires-policy", "neighbor 192.0.2.5 shutdown"],
    );
    expect(
        "router bgp 64501\n address-family ipv4 unicast\n  no neighbor IXP4 activate\n",
        &["neighbor IXP4 activate"],
        &[],
    );
    expect(
        "router bgp 64501\n bgp default ipv4-unicast\n",
        &["no bgp default ipv4-unicast", "neighbor IXP4 activate"],
        &[],
    );
}

#[test]
fn refuses_what_it_cannot_know() {
    for (snippet, word) in [
        ("router bgp 64501\n no frobnicate\n", "line 2"),
        ("router bgp 65000\n neighbor 192.0.2.9 remote-as 1\n", "64501"),
        ("router bgp 64501\n neigh 192.0.2.9 remote-as 1\n", "neighbor"),
        ("int lan0\n description x\n", "interface"),
        ("frobnicator 5\n speed 3\n", "context"),
        ("router bgp 64501\n neighbor 192.0.2.5 password <redacted>\n", "blacked out"),
    ] {
        let error = merged(snippet).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{snippet}");
        assert!(error.to_string().contains(word), "{error}");
    }
    let error = merged("router bgp 64501\n no neighbor-thing 192.0.2.5 password hunter3\n").unwrap_err();
    assert!(!error.to_string().contains("hunter3"), "{error}");
}

#[test]
fn addresses_take_their_short_form() {
    expect(
        "router bgp 64501\n neighbor 2001:0DB8::0001 remote-as 64502\n",
        &[],
        &["neighbor 2001:db8::1 remote-as 64502"],
    );
}

proptest! {
    #[test]
    fn twice_is_once(picks in proptest::collection::vec(0_usize..14, 1..10)) {
        const TOP: &[&str] = &[
            "hostname r7", "no hostname r1", "ip prefix-list A permit 192.0.2.0/24", "no ip prefix-list OUR4",
            "no router bgp 64501", "route-map IN permit 10\n set weight 7\nexit", "no route-map IN",
            "router bgp 64501\n neighbor 192.0.2.7 remote-as 7\nexit",
            "router bgp 64501\n no neighbor 192.0.2.5\nexit",
            "router bgp 64501\n address-family ipv6\n  neighbor 192.0.2.7 activate\n exit-address-family\nexit",
            "router bgp 64501\n no bgp default ipv4-unicast\nexit", "router bgp 64501\n bgp default ipv4-unicast\nexit",
            "ip route 198.51.100.0/24 blackhole", "no ip route 198.51.100.0/24 blackhole",
        ];
        let snippet: String = picks.iter().map(|pick| format!("{}\n", TOP[*pick])).collect();
        let snippet = Config::parse(&snippet);
        let mut once = Config::parse(RUNNING);
        merge(&mut once, &snippet).unwrap();
        let reread = Config::parse(&once.to_string());
        prop_assert_eq!(reread.to_string(), once.to_string());
        // laying the same lines over the result again: the last word on each thing is the same
        let mut twice = Config::parse(&once.to_string());
        merge(&mut twice, &snippet).unwrap();
        let sorted = |config: &Config| {
            let text = config.to_string();
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        prop_assert_eq!(sorted(&twice), sorted(&once));
    }

    #[test]
    fn any_text_is_read_without_fear(text in "[ a-z!\n]{0,200}") {
        let config = Config::parse(&text);
        prop_assert_eq!(Config::parse(&config.to_string()).to_string(), config.to_string());
    }
}
