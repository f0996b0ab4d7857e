//! What the conformance suite types on each platform whose configuration is the lines of a command line.

use peering_core::conformance::Change;

use crate::subject::Words;

/// The block that all of it stands in.
const BGP: &str = "router bgp 64501\n";

/// The password of the neighbour that is added.
const PASSWORD: &str = "conformance-md5";

fn change(neighbor: &str, remove: &str, marker: &str) -> Change {
    Change {
        apply: format!("{BGP}{neighbor}"),
        remove: format!("{BGP}{remove}"),
        marker: marker.into(),
        secret: Some(PASSWORD.into()),
    }
}

/// A running configuration with lines more at the head of its BGP.
fn with(running: &str, lines: &str) -> String {
    running.replacen(BGP, &format!("{BGP}{lines}"), 1)
}

/// Arista EOS.
pub fn eos() -> Words {
    Words {
        change: change(
            &format!(
                "   neighbor 192.0.2.77 remote-as 64577\n   neighbor 192.0.2.77 description a change of the conformance suite\n   \
                 neighbor 192.0.2.77 password 0 {PASSWORD}\n   !\n   address-family ipv4\n      neighbor 192.0.2.77 activate\n"
            ),
            "   no neighbor 192.0.2.77\n",
            "neighbor 192.0.2.77 remote-as 64577",
        ),
        replacement: |running| {
            let neighbor = "neighbor 192.0.2.77";
            with(running, &format!("   {neighbor} remote-as 64577\n   {neighbor} password 0 {PASSWORD}\n"))
        },
        refused: "router bgp 64501\n   neighbor 192.0.2.78 remote-as 64578\n   neighbor 192.0.2.78 nonsense-keyword 5\n   \
                  neighbor 192.0.2.79 remote-as 64579\n",
        meddle: "router bgp 64501\n   neighbor 192.0.2.66 remote-as 64566\n",
        mend: "router bgp 64501\n   no neighbor 192.0.2.66\n",
    }
}

/// Cisco IOS.
pub fn ios() -> Words {
    Words {
        change: change(
            &format!(
                " neighbor 192.0.2.77 remote-as 64577\n neighbor 192.0.2.77 description a change of the conformance suite\n \
                 neighbor 192.0.2.77 password 0 {PASSWORD}\n !\n address-family ipv4\n  neighbor 192.0.2.77 activate\n \
                 exit-address-family\n"
            ),
            " no neighbor 192.0.2.77\n",
            "neighbor 192.0.2.77 remote-as 64577",
        ),
        replacement: |running| {
            let (neighbor, family) = ("neighbor 192.0.2.77", " address-family ipv4\n");
            with(running, &format!(" {neighbor} remote-as 64577\n {neighbor} password {PASSWORD}\n"))
                .replacen(family, &format!("{family}  {neighbor} activate\n"), 1)
        },
        refused: "router bgp 64501\n neighbor 192.0.2.78 remote-as 64578\n neighbor 192.0.2.78 nonsense-keyword 5\n neighbor \
                  192.0.2.79 remote-as 64579\n",
        meddle: "router bgp 64501\n neighbor 192.0.2.66 remote-as 64566\n",
        mend: "router bgp 64501\n no neighbor 192.0.2.66\n",
    }
}

/// Cisco IOS-XR.
pub fn iosxr() -> Words {
    Words {
        change: change(
            &format!("{}!\n", iosxr_neighbor()),
            " no neighbor 192.0.2.77\n!\n",
            "description a change of the conformance suite",
        ),
        replacement: |running| with(running, &iosxr_neighbor()),
        refused: "router bgp 64501\n neighbor 192.0.2.78\n  remote-as 64578\n  nonsense-keyword 5\n !\n neighbor 192.0.2.79\n  \
                  remote-as 64579\n !\n!\n",
        meddle: "router bgp 64501\n neighbor 192.0.2.66\n  remote-as 64566\n !\n!\n",
        mend: "router bgp 64501\n no neighbor 192.0.2.66\n!\n",
    }
}

fn iosxr_neighbor() -> String {
    format!(
        " neighbor 192.0.2.77\n  remote-as 64577\n  password clear {PASSWORD}\n  description a change of the conformance \
         suite\n !\n"
    )
}

/// Cisco NX-OS.
pub fn nxos() -> Words {
    Words {
        change: change(
            &format!(
                "  neighbor 192.0.2.77\n    remote-as 64577\n    description a change of the conformance suite\n    password 0 \
                 {PASSWORD}\n    address-family ipv4 unicast\n"
            ),
            "  no neighbor 192.0.2.77\n",
            "neighbor 192.0.2.77",
        ),
        replacement: |running| {
            with(running, &format!("  neighbor 192.0.2.77\n    remote-as 64577\n    password 0 {PASSWORD}\n"))
        },
        refused: "router bgp 64501\n  neighbor 192.0.2.78\n    remote-as 64578\n  neighbor 192.0.2.80\n    nonsense-keyword 5\n  \
                  neighbor 192.0.2.79\n    remote-as 64579\n",
        meddle: "router bgp 64501\n  neighbor 192.0.2.66\n    remote-as 64566\n",
        mend: "router bgp 64501\n  no neighbor 192.0.2.66\n",
    }
}
