//! The Cisco NX-OS persona: one router with its configuration, files and checkpoints, behind NX-API and a command line.
//!
//! | file | what |
//! |---|---|
//! | `router.rs`, `http.rs`, `rpc.rs`, `console.rs` | options and handle; NX-API's server, its requests and answers; the command line over SSH |
//! | `seat.rs`, `exec.rs` | where a command line stands; the commands outside the configuration mode |
//! | `modes.rs`, `apply.rs`, `tree.rs` | the configuration commands; what NX-OS has of its own; how it prints (how a line is recognised and what it does: `../lines/`) |
//! | `view.rs`, `policy.rs`, `bgp.rs` | what it means, for the shows and for the LAN |
//! | `store.rs`, `patch.rs` | files, checkpoints, rollback; the difference of two configurations |
//! | `show/` | what is answered |
//!
//! **From recordings** (NAPALM's): the shapes of the shows that NAPALM asks, the head of a printed configuration, that
//! tables with one row are objects and with several lists, that a configured neighbour needs no `address-family` of its
//! instance. **From what NAPALM does with real ones**: that NX-API takes a line of configuration without `configure
//! terminal`, the words that a rollback and its patch are known by.
//!
//! **From memory**, and maybe different on a real one: the other words of a rollback, the words of refusals, the codes of
//! NX-API's errors besides -32602, the questions before an overwrite and their wording, that `rollback` takes only a file
//! with the head of a checkpoint, what is said to who wants a rollback, a checkpoint or to save while a rollback is at work, that a checkpoint with a name does not outlive a reload, the details of a BGP neighbour
//! in text and in JSON (no recording was at hand), that an undefined route map or prefix list lets nothing pass. `%` errors
//! are shown with a marker line only over SSH.
//!
//! **Not played**: VDCs, roles (every account is an administrator), `configure session` and `configure replace`, aliases,
//! abbreviated words in the configuration (the commands outside take them), the scheduler's jobs (their lines are kept,
//! nothing runs), `vrf member` taking the addresses away, protocols other than BGP, counters that count, transceivers. A
//! neighbour's address is one neighbour's in all network instances together. Passwords of type 3 only look like it. `show
//! running-config all` is the same as without `all`. For some shows there is JSON and no text: they fail with words that
//! say so.

mod apply;
mod bgp;
mod console;
mod exec;
mod http;
mod modes;
mod patch;
mod policy;
mod router;
mod rpc;
mod seat;
mod show;
mod store;
mod tree;
mod view;

use std::time::Duration;

use super::persona::Chassis;
use super::router::Port;
use apply::load;
use store::Store;
use tree::Node;
use view::View;

pub use router::{Nxos, NxosIdentity, NxosRouter};

/// One router.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) chassis: Chassis,
    /// The release that it answers as, such as `10.3(4a)`.
    pub(crate) version: String,
    pub(crate) running: Node,
    /// What the running configuration means.
    pub(crate) view: View,
    pub(crate) store: Store,
    /// How long a rollback is at work.
    pub(crate) rollback_time: Duration,
    /// Every request over NX-API so far.
    pub(crate) log: Vec<super::Exchange>,
}

impl Device {
    /// A configuration with nothing but the ports that are there.
    pub(crate) fn clean(ports: &[Port]) -> Node {
        let mut tree = Node::root();
        for port in ports {
            // A name that NX-OS would not have is refused at the start.
            let _ = load(&mut tree, &format!("interface {}\n", port.name));
        }
        tree
    }

    /// A router that has just been switched on with this configuration, saved.
    pub(crate) fn new(chassis: Chassis, version: String, running: Node) -> Device {
        let mut store = Store::default();
        store.startup = Some(running.print());
        let view = View::of(&running);
        Device { chassis, version, running, view, store, rollback_time: Duration::ZERO, log: Vec::new() }
    }

    /// Puts a configuration into force.
    pub(crate) fn install(&mut self, tree: Node) {
        self.running = tree;
        self.view = View::of(&self.running);
    }
}
