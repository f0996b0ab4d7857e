use super::super::{difference, merged};

const RUNNING: &str = "\
Building configuration...

Current configuration : 1234 bytes
!
! Last configuration change at 18:41:02 UTC Thu Nov 24 2016
!
version 17.3
service timestamps log datetime msec
service password-encryption
!
hostname ios1
!
vrf definition A
 rd 64501:1
 !
 address-family ipv4
 exit-address-family
!
username netops privilege 15 secret 9 $9$hunter2
!
interface Loopback0
 ip address 192.0.2.1 255.255.255.255
!
interface GigabitEthernet1
 no ip address
 shutdown
 negotiation auto
!
router bgp 64501
 bgp router-id 192.0.2.1
 bgp log-neighbor-changes
 neighbor 192.0.2.5 remote-as 64505
 neighbor 192.0.2.5 password 7 0822455D0A16
 neighbor 2001:DB8::5 remote-as 64505
 !
 address-family ipv4
  neighbor 192.0.2.5 activate
  neighbor 192.0.2.5 route-map IN in
  no neighbor 2001:DB8::5 activate
 exit-address-family
 !
 address-family ipv6
  neighbor 2001:DB8::5 activate
 exit-address-family
!
ip route 203.0.113.0 255.255.255.0 Null0
ip prefix-list OURS seq 5 permit 203.0.113.0/24
!
route-map IN permit 10
 set local-preference 100
!
banner motd ^C
Welcome
^C
line vty 0 4
 transport input ssh
!
end
";

fn changes(text: &str) -> String {
    let merged = merged(RUNNING, text).unwrap_or_else(|error| panic!("{text}: {error}"));
    difference(RUNNING, &merged).to_string()
}

#[test]
fn the_running_configuration_laid_over_itself_changes_nothing() {
    assert_eq!(changes(RUNNING.split_once("bytes\n").unwrap().1.split_once("username").unwrap().0), "");
    let rest = RUNNING.split_once("!\ninterface").unwrap().1;
    assert_eq!(changes(&format!("interface{rest}")), "");
}

#[test]
fn a_session_comes_and_goes() {
    let session = "router bgp 64501\n neighbor 192.0.2.7 remote-as 64507\n neighbor 192.0.2.7 password 0 hunter3\n \
                   neighbor 2001:db8::7 remote-as 64507\n address-family ipv4\n  neighbor 192.0.2.7 activate\n  \
                   no neighbor 2001:db8:0::7 activate\n exit-address-family\n address-family ipv6\n  \
                   neighbor 2001:db8::7 activate\n";
    let with = merged(RUNNING, session).unwrap();
    assert!(!with.contains("hunter3") && with.contains("neighbor 192.0.2.7 password 7 "), "{with}");
    assert_eq!(difference(&with, &merged(&with, session).unwrap()).to_string(), "");
    assert_eq!(
        difference(RUNNING, &with).to_string(),
        " router bgp 64501\n+ neighbor 192.0.2.7 remote-as 64507\n+ neighbor 192.0.2.7 password <redacted>\n+ neighbor \
         2001:DB8::7 remote-as 64507\n  address-family ipv4\n+  neighbor 192.0.2.7 activate\n+  no neighbor \
         2001:DB8::7 activate\n  address-family ipv6\n+  neighbor 2001:DB8::7 activate\n"
    );
    let without =
        merged(&with, "router bgp 64501\n no neighbor 192.0.2.7\n no neighbor 2001:db8::7 remote-as 64507\n");
    assert_eq!(without.unwrap(), RUNNING);
}

#[test]
fn what_ios_adds_by_itself_is_in_the_target() {
    for (text, changed) in [
        // IPv4 is on for every neighbour
        (
            "router bgp 64501\n neighbor 192.0.2.9 remote-as 9\n",
            " router bgp 64501\n+ neighbor 192.0.2.9 remote-as 9\n  address-family ipv4\n+  neighbor 192.0.2.9 activate\n",
        ),
        ("interface lo9\n description x\n", "+interface Loopback9\n+ description x\n+ no ip address\n"),
        (
            "interface GigabitEthernet1\n ip address 192.0.2.9 255.255.255.0\n no shutdown\n",
            " interface GigabitEthernet1\n- no ip address\n- shutdown\n+ ip address 192.0.2.9 255.255.255.0\n",
        ),
        (
            "interface Loopback0\n no ip address\n",
            " interface Loopback0\n- ip address 192.0.2.1 255.255.255.255\n+ no ip address\n",
        ),
        ("banner motd #\nWelcome\n#\n", ""),
        ("router bgp 64501\n neighbor 192.0.2.5 password cisco\n", ""),
        (
            "ip prefix-list OURS permit 198.51.100.9/24\n",
            "+ip prefix-list OURS seq 10 permit 198.51.100.0/24\n",
        ),
        (
            "route-map IN permit 10\n set local-preference 50\n",
            " route-map IN permit 10\n- set local-preference 100\n+ set local-preference 50\n",
        ),
        ("no ip http server\n", "+no ip http server\n"),
        ("ip route 203.0.113.0 255.255.255.0 192.0.2.5\n", "+ip route 203.0.113.0 255.255.255.0 192.0.2.5\n"),
        (
            "router bgp 64501\n address-family ipv4 vrf A\n  neighbor 192.0.2.9 remote-as 9\n  neighbor 192.0.2.9 activate\n",
            " router bgp 64501\n+ address-family ipv4 vrf A\n+  neighbor 192.0.2.9 remote-as 9\n+  neighbor 192.0.2.9 activate\n",
        ),
        ("no vrf definition A\n", "-vrf definition A\n- rd 64501:1\n- address-family ipv4\n"),
    ] {
        assert_eq!(changes(text), changed, "{text}");
    }
}

#[test]
fn what_is_not_certain_is_refused() {
    for (text, words) in [
        ("router bgp 65000\n neighbor 192.0.2.9 remote-as 9\n", "router bgp 64501"),
        ("route-map IN deny 10\n", "route-map IN permit 10"),
        ("username x secret hunter3\n", "hash"),
        ("enable secret 0 hunter3\n", "hash"),
        ("no interface GigabitEthernet1\n", "removed"),
        ("int lo0\n description x\n", "interface"),
        ("reload\n", "at once"),
        ("router bgp 64501\n no neighbor RR peer-group\n", "members"),
        ("router bgp 64501\nneighbor 192.0.2.9 remote-as 9\n", "indent"),
        ("router bgp 64501\n no frobnicate\n", "line 2"),
        ("platform punt one\nplatform punt two\n", "`platform punt one`"),
    ] {
        let error = merged(RUNNING, text).unwrap_err();
        assert!(error.message().contains(words), "{error}");
        assert!(!error.message().contains("hunter3"), "{error}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let other = RUNNING.replace("0822455D0A16", "070C285F4D06").replace("$9$hunter2", "$9$hunter3");
    let shown = difference(RUNNING, &other).to_string();
    assert!(!shown.contains("hunter") && !shown.contains("0822455D0A16"), "{shown}");
    // the first password is hidden another way, the second is another
    assert_eq!(difference(RUNNING, &other).counts(), (1, 1));
}
