//! Simulated routers on a peering LAN: stateful, in this process, behind real servers on the loopback interface.
//!
//! For tests, examples and demonstrations: everything that works against a router works against these, by the same
//! bytes. A [`Fabric`] is the LAN; [`FrrRouter`]s, [`EosRouter`]s, [`JunosRouter`]s and
//! [`XrRouter`]s are routers that drivers talk to, [`Member`]s are remote peers without a command line. All of them peer with each other. BGP sessions come up only when
//! both sides agree on AS numbers, password, subnet and address family, and take a moment. [`Fault`]s play what goes
//! wrong.
//!
//! **FRR** is 8.4.4: `vtysh` by exec and in a terminal, JSON and text in the shape of the real one, and the
//! answers that the driver's on-router script would give (`frr-reload.py`, lock, timer). It is not FRR: no BGP is
//! spoken, and of the configuration it knows what an edge router needs. VRFs, other protocols and a pager are absent.
//! What the real one is wrong about (it goes on after an error, shows `no rpki` in every difference), it is wrong
//! about too.
//!
//! **Arista EOS** is eAPI over HTTPS, judged by pyeapi and NAPALM, and its command line over SSH, judged by NAPALM, netmiko and
//! scrapli: `runCmds`, an indented configuration, configuration sessions with a commit timer, files and checkpoints, and the
//! shows that NAPALM asks. What it does not play is in
//! `eos/mod.rs`.
//!
//! **Cisco IOS** is 17.3 over SSH, judged by netmiko, scrapli and NAPALM: modes, paging, questions, files by SCP, archive and
//! `configure replace` with its revert timer. What it does not play is in `ios/mod.rs`.
//! **Cisco NX-OS** is NX-API over HTTPS, and the command line over SSH, judged by NAPALM, netmiko and scrapli: an indented
//! configuration, files, checkpoints and the rollback to them. What it does not play is in `nxos/mod.rs`.
//!
//! **Junos** is 21.4 over NETCONF, judged by ncclient, PyEZ and NAPALM, with a schema of its own: what it does not know,
//! it refuses.
//!
//! **IOS-XR** is 7.5 over NETCONF, judged by ncclient and NAPALM (Cisco's native models are told, text is configured), and its
//! command line over SSH on a port of its own, judged by netmiko and scrapli. What of
//! it was recorded, and what is from memory, is in `iosxr/mod.rs`.
//!
//! | file | what |
//! |---|---|
//! | `fabric.rs`, `session.rs` | the LAN; when a session comes up |
//! | `policy.rs`, `pipe.rs` | route maps and prefix lists; filters behind a `\|` |
//! | `persona.rs` | what every router has, and what the LAN asks of a persona |
//! | `router.rs`, `running.rs` | a router's options; the handle on a running one |
//! | `ssh.rs`, `links.rs` | the SSH server; connections, to be cut |
//! | `shell/` | the command line of a persona, over SSH: terminal, paging, questions, files |
//! | `https.rs` | the HTTP server, with TLS and without |
//! | `fault.rs` | faults |
//! | `eos/` | Arista EOS: grammar, configuration, sessions, eAPI, command line, shows |
//! | `policy.rs`, `pipe.rs` | route maps and prefix lists; filters of a command line |
//! | `lines/` | a configuration of indented lines, for every system that has one: grammar, tree, what a line does |
//! | `frr/` | FRR: grammar, configuration, answers, terminal, transaction |
//! | `ios/` | Cisco IOS: grammar, configuration, command line, files, revert timer, shows |
//! | `iosxr/` | IOS-XR: configuration, policies, commits, what is told |
//! | `junos/` | Junos: configuration database, what is shown |
//! | `netconf/` | the NETCONF server of both: sessions, faults, subtree filters |
//! | `clock.rs` | a router's clock, which may run faster than ours |
//! | `nxos/` | Cisco NX-OS: grammar, configuration, rollback, NX-API, command line, shows |
//!
//! ```no_run
//! use std::time::Duration;
//! use peering_core::driver::Driver as _;
//! use peering_drivers::frr::Frr;
//! use peering_drivers::sim::{Fabric, FrrRouter, Member, Port, User};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let fabric = Fabric::new();
//! let ours = 64501.into();
//! let lan0 = Port { name: "lan0".to_owned(), addresses: vec!["192.0.2.1/24".parse()?] };
//! let running = FrrRouter {
//!     name: "r1".to_owned(),
//!     local_as: Some(ours),
//!     ports: vec![lan0],
//!     users: vec![User::new("netops", "secret")],
//!     ..FrrRouter::default()
//! }
//! .start(&fabric)
//! .await?;
//! fabric.add_member(Member {
//!     addresses: vec!["192.0.2.5".parse()?],
//!     ipv4_prefixes: 40,
//!     ..Member::new(64505.into(), ours)
//! });
//! let mut session = Frr::default().connect(&running.target()).await?;
//! // … push `neighbor 192.0.2.5 remote-as 64505` …
//! assert!(running.wait_established(1, Duration::from_secs(5)).await);
//! println!("{:?}", session.bgp_neighbors().await?);
//! # Ok(()) }
//! ```

mod clock;
mod eos;
mod fabric;
mod family;
mod fault;
mod frr;
mod https;
mod ios;
mod iosxr;
mod junos;
mod lines;
mod links;
mod netconf;
mod nxos;
mod persona;
mod pipe;
mod policy;
mod router;
mod running;
mod session;
mod shell;
mod ssh;

pub use eos::{Eos, EosIdentity, EosRouter, Exchange};
pub use fabric::{Fabric, Member, MemberId};
pub use fault::{Fault, FaultKind, FaultPoint, Step};
pub use ios::{IosRouter, RunningIos};
pub use iosxr::{RunningXr, XrRouter, XrSession};
pub use junos::{JunosRouter, JunosSession, RunningJunos};
pub use nxos::{Nxos, NxosIdentity, NxosRouter};
pub use router::{FrrRouter, Login, Port, User};
pub use running::{ApiIdentity, HostKey, Running};
pub use shell::Typed;
