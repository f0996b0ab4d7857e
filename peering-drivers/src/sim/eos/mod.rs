//! The Arista EOS persona: one router with its configuration, configuration sessions and files.
//!
//! | file | what |
//! |---|---|
//! | `router.rs`, `http.rs`, `rpc.rs`, `console.rs` | options and handle; eAPI's server, its requests and answers; the command line over SSH |
//! | `cli.rs`, `exec.rs` | where a command line stands; the commands outside the configuration mode |
//! | `modes.rs`, `apply.rs`, `tree.rs` | the configuration commands; what EOS has of its own; how it prints (how a line is recognised and what it does: `../lines/`) |
//! | `view.rs`, `policy.rs`, `bgp.rs` | what it means, for the shows and for the LAN |
//! | `store.rs` | configuration sessions, commit timer, files, checkpoints |
//! | `show/` | what is answered |
//!
//! Shapes of answers are those of NAPALM's recordings. Where those are silent, words and rules are from memory and may
//! differ from a real router's: the words of refusals other than eAPI's own (`Invalid input (at token …)`), idle reasons
//! other than an administrative one, the state of a session whose timer runs (the same name before and since 4.32), that
//! an undefined route map or prefix list lets nothing pass, and that a second commit waits for a pending timer with an
//! error. Not played: `configure lock` (how eAPI requests hold it is not known to us), streaming answers, aliases, roles
//! (every account is an administrator), `terminal` settings, protocols other than BGP, RPKI, communities in made-up
//! routes. A neighbour's address is one neighbour's in all network instances together. Hashed passwords only look like
//! crypt(3)'s. `show running-config all` is the same as without `all`. For some shows there is JSON and no text: they
//! fail with words that say so.
//!
//! On the command line, from what others have shown of it: prompts with a session's name cut to six characters and with the
//! VRF of `cli vrf`, `% ` before a refusal, the words of `terminal`, what asks for the lines of a banner, that `| json` of
//! an unconverted command prints its refusal twice. From memory: the pager's line, how often `enable` asks, the words of the
//! modes in the prompt. `| json` knows one revision of each model. Not played: files by SCP and SFTP, completion and help,
//! echo of what is typed ahead before its turn.

mod apply;
mod bgp;
mod cli;
mod console;
mod exec;
mod http;
pub(super) mod modes;
mod policy;
mod router;
mod rpc;
mod show;
mod store;
mod tree;
mod view;

use super::persona::Chassis;
use super::router::Port;
use apply::load;
use store::Store;
use tree::Node;
use view::View;

pub use router::{Eos, EosIdentity, EosRouter, Exchange};

/// One router.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) chassis: Chassis,
    /// The release that it answers as, such as `4.32.2F`.
    pub(crate) version: String,
    pub(crate) running: Node,
    /// What the running configuration means.
    pub(crate) view: View,
    pub(crate) store: Store,
    /// Every request so far.
    pub(crate) log: Vec<Exchange>,
}

/// Where the saved configuration is among the files.
pub(crate) const STARTUP: &str = "startup-config";

impl Device {
    /// A configuration with nothing but the ports that are there.
    pub(crate) fn clean(ports: &[Port]) -> Node {
        let mut tree = Node::root();
        for port in ports {
            // A name that EOS would not have is refused at the start.
            let _ = load(&mut tree, &format!("interface {}\n", port.name));
        }
        tree
    }

    /// A router that has just been switched on with this configuration, saved.
    pub(crate) fn new(chassis: Chassis, version: String, running: Node) -> Device {
        let mut store = Store::default();
        store.files.insert(STARTUP.to_owned(), running.print());
        let view = View::of(&running);
        Device { chassis, version, running, view, store, log: Vec::new() }
    }

    /// The text of the saved configuration, empty when there is none.
    pub(crate) fn startup(&self) -> &str {
        self.store.files.get(STARTUP).map_or("", String::as_str)
    }

    /// Whether it is a release from `4.minor` on.
    pub(crate) fn is_since(&self, minor: u32) -> bool {
        let own = self.version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok());
        own.is_some_and(|own| own >= minor)
    }
}
