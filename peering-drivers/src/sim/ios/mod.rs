//! The Cisco IOS persona: one router with its configuration, files, archive and revert timer, behind a command line.
//!
//! | file | what |
//! |---|---|
//! | `router.rs` | options and handle |
//! | `console.rs`, `exec.rs`, `files.rs` | a session's command line: modes, commands, what concerns files |
//! | `modes.rs`, `apply.rs` | the configuration commands; how a line is kept, printed, refused |
//! | `view.rs`, `bgp.rs` | what a configuration means, for the shows and for the LAN |
//! | `store.rs`, `diff.rs` | replace, revert, archive; what differs |
//! | `show/` | what is answered |
//!
//! From recordings: the shapes of what is shown (`show bgp all summary`, `show … neighbors`, `show version`,
//! `show interfaces`, `show vrf`, `show ip route`, `show ip bgp PREFIX`). From the words that NAPALM and netmiko look
//! for: the archive's answers, the revert timer's, the questions of `copy`, `delete` and `configure replace`. From
//! memory, and so perhaps not as a real router has it: the words around those, the list of commands of a replace, the
//! places where a refused line's marker stands.
//!
//! Not played: abbreviated words in the configuration mode (commands outside may be shortened), privilege levels between
//! 1 and 15, `reload` (refused), protocols other than BGP, and BGP's templates. A neighbour's address is one neighbour's in
//! all VRFs together. A BGP password is always kept hidden. Policies at the level of `router bgp` are those of IPv4.
//! A neighbour's VRF counts only where it is configured in `address-family … vrf`.

mod apply;
mod bgp;
mod console;
mod diff;
mod exec;
mod files;
mod modes;
mod router;
mod show;
mod store;
mod view;

use super::persona::Chassis;
use super::router::Port;
use apply::{Node, load};
use store::Store;
use view::View;

pub use router::{IosRouter, RunningIos};

/// One router.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) chassis: Chassis,
    /// The release that it answers as, such as `15.9(3)M6`.
    pub(crate) version: String,
    pub(crate) running: Node,
    /// What the running configuration means.
    pub(crate) view: View,
    pub(crate) store: Store,
}

impl Device {
    /// A configuration with nothing but the ports that are there.
    pub(crate) fn clean(ports: &[Port], version: &str) -> Node {
        let mut tree = Node::root();
        let release: String = version.chars().take_while(|own| own.is_ascii_digit() || *own == '.').collect();
        let _ = load(&mut tree, &format!("version {release}\n"));
        for port in ports {
            // A name that IOS would not have is refused at the start.
            let _ = load(&mut tree, &format!("interface {}\n", port.name));
        }
        tree
    }

    /// A router that has just been switched on with this configuration, saved.
    pub(crate) fn new(chassis: Chassis, version: String, running: Node, store: Store) -> Device {
        let view = View::of(&running);
        let mut device = Device { chassis, version, running, view, store };
        device.store.startup = device.running.print();
        device
    }

    /// Puts a configuration into force.
    pub(crate) fn install(&mut self, tree: Node) {
        self.running = tree;
        self.view = View::of(&self.running);
    }
}
