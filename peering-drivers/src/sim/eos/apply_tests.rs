//! The configuration engine.

use super::*;

fn tree(text: &str) -> Node {
    let mut tree = Node::root();
    load(&mut tree, text).unwrap_or_else(|error| panic!("{error:?}"));
    tree
}

const EDGE: &str = "\
hostname edge1
!
vrf instance cust-a
!
interface Ethernet1
   no switchport
   ip address 192.0.2.1/24
!
interface Ethernet2
!
ip routing
!
ip prefix-list OURS
   seq 10 permit 198.18.0.0/15 le 24
   seq 20 deny 0.0.0.0/0 le 32
!
route-map OUT permit 10
   description ours
   match ip address prefix-list OURS
!
route-map OUT deny 20
!
router bgp 64500
   router-id 192.0.2.1
   no bgp default ipv4-unicast
   neighbor IX peer group
   neighbor IX send-community standard extended large
   neighbor 192.0.2.5 peer group IX
   neighbor 192.0.2.5 remote-as 64505
   no neighbor 192.0.2.5 enforce-first-as
   neighbor 192.0.2.5 route-map OUT out
   neighbor 2001:db8::5 remote-as 64505
   !
   address-family ipv4
      neighbor 192.0.2.5 activate
      no neighbor 2001:db8::5 activate
   !
   vrf cust-a
      rd 64500:1
      neighbor 198.51.100.5 remote-as 64509
      !
      address-family ipv4
         neighbor 198.51.100.5 activate
!
management api http-commands
   no shutdown
!
end
";

#[test]
fn prints_what_was_typed_and_reads_what_it_prints() {
    assert_eq!(tree(EDGE).print(), EDGE);
}

#[test]
fn an_address_family_without_settings_is_not_shown() {
    let typed = "router bgp 64500\naddress-family ipv4\nneighbor 192.0.2.5 activate\nexit\n\
                 neighbor 192.0.2.5 remote-as 1\n";
    assert!(tree(typed).print().contains("address-family"));
    let gone = format!("{typed}no neighbor 192.0.2.5\n");
    assert_eq!(tree(&gone).print(), "router bgp 64500\n!\nend\n");
}

#[test]
fn order_of_typing_does_not_matter() {
    let typed = "router bgp 64500\nneighbor 2001:db8::5 remote-as 64505\nneighbor 192.0.2.5 remote-as 1\n\
                 neighbor IX peer-group\nhostname edge1\n";
    let printed = "hostname edge1\n!\nrouter bgp 64500\n   neighbor IX peer group\n   \
                   neighbor 192.0.2.5 remote-as 1\n   neighbor 2001:db8::5 remote-as 64505\n!\nend\n";
    assert_eq!(tree(typed).print(), printed);
}

#[test]
fn no_takes_away_settings_neighbours_and_lists() {
    let mut own = tree(EDGE);
    load(
        &mut own,
        "router bgp 64500\nno neighbor 192.0.2.5\nno router-id\nno neighbor IX send-community\nno vrf cust-a\n\
         exit\nno route-map OUT\nno ip prefix-list OURS\nno hostname\nno vrf instance cust-a\n\
         interface et1\nno ip address\nswitchport\n",
    )
    .unwrap();
    let text = own.print();
    for gone in ["192.0.2.5", "router-id", "send-community", "cust-a", "OUT", "OURS", "edge1", "switchport"] {
        assert!(!text.contains(gone), "{gone} in\n{text}");
    }
    assert!(text.contains("interface Ethernet1\n") && text.contains("no neighbor 2001:db8::5 activate"));
}

#[test]
fn a_port_is_reset_and_not_removed() {
    let mut own = tree(EDGE);
    load(&mut own, "default interface Ethernet1\nno interface Ethernet2\n").unwrap();
    assert!(own.print().contains("interface Ethernet1\n!\ninterface Ethernet2\n!\n"));
}

#[test]
fn single_valued_lines_replace_each_other() {
    let mut own = tree(EDGE);
    load(&mut own, "router bgp 64500\nneighbor 192.0.2.5 remote-as 1\nneighbor 192.0.2.5 route-map IN out\n")
        .unwrap();
    let text = own.print();
    assert!(text.contains("   neighbor 192.0.2.5 remote-as 1\n") && !text.contains("remote-as 64505\n   no"));
    assert_eq!((text.matches("route-map IN out").count(), text.matches("route-map OUT out").count()), (1, 0));
    load(&mut own, "route-map OUT permit 20\n").unwrap();
    assert!(own.print().contains("route-map OUT permit 20\n") && !own.print().contains("deny 20\n!"));
}

#[test]
fn what_is_refused_changes_nothing_and_says_where() {
    let mut own = tree(EDGE);
    let before = own.clone();
    for (line, words) in [
        ("bogus", "Invalid input (at token 0: 'bogus')"),
        ("router bogus", "Invalid input (at token 1: 'bogus')"),
        ("router bgp 64501", "BGP is already running with AS number 64500"),
        ("router bgp", "Incomplete command (at token 1: 'bgp')"),
        ("no bogus", "Invalid input (at token 1: 'bogus')"),
        ("ip prefix-list X seq 10 permit 10.0.0.0/8 le 7", "Invalid prefix length range"),
        ("ip prefix-list X seq 10 permit 10.0.0.0/33", "Invalid input (at token 6: '10.0.0.0/33')"),
        ("interface Ether1", "Invalid input (at token 1: 'Ether1')"),
    ] {
        assert_eq!(load(&mut own, line), Err((1, words.to_owned())), "{line}");
        assert_eq!(own, before, "{line}");
    }
    let lines = "router bgp 64500\n neighbor 192.0.2.5 remote-as 0\n";
    assert_eq!(load(&mut own, lines).unwrap_err().0, 2);
}

#[test]
fn lines_fall_back_to_the_modes_around() {
    let mut own = tree(EDGE);
    load(
        &mut own,
        "router bgp 64500\naddress-family ipv4\nneighbor 192.0.2.9 activate\nneighbor 192.0.2.9 remote-as 9\n\
         interface Ethernet2\ndescription to the left\n",
    )
    .unwrap();
    let text = own.print();
    assert!(
        text.contains("   neighbor 192.0.2.9 remote-as 9\n") && text.contains("   description to the left\n")
    );
}

#[test]
fn passwords_are_kept_hidden() {
    let mut own = tree("router bgp 1\nneighbor 192.0.2.5 password swordfish\nusername me secret swordfish\n");
    let text = own.print();
    assert!(!text.contains("swordfish"));
    assert!(
        text.contains("   neighbor 192.0.2.5 password 7 ") && text.contains("username me secret sha512 $6$")
    );
    assert_eq!(tree(&text).print(), text);
    load(&mut own, "username me privilege 15\n").unwrap();
    assert!(own.print().contains("username me privilege 15 secret sha512 $6$"));
    let error = load(&mut own, "router bgp 1\nneighbor 192.0.2.6 password 7 AAAA\n").unwrap_err();
    assert_eq!(error, (2, "Invalid encrypted password".to_owned()));
}

#[test]
fn lists_number_themselves() {
    let own =
        tree("ip prefix-list A permit 10.0.0.0/8\nip prefix-list A\ndeny 11.0.0.0/8 ge 9\nroute-map B\n");
    let text = own.print();
    assert!(text.contains("   seq 10 permit 10.0.0.0/8\n   seq 20 deny 11.0.0.0/8 ge 9\n"), "{text}");
    assert!(text.contains("route-map B permit 10\n"));
}

#[test]
fn banners_and_comments_are_kept() {
    let text = "router bgp 1\n   !! as agreed\n   router-id 192.0.2.1\n!\nbanner motd\nwelcome\nto edge1\nEOF\n!\nend\n";
    assert_eq!(tree(text).print(), text);
}
