//! The persona of Junos: NETCONF, the configuration database with its candidates and commits, and what is shown of BGP,
//! interfaces and the machine.
//!
//! It is not Junos: of the configuration it knows what an edge router needs (`schema.txt`), of `show` commands what
//! drivers ask. Ephemeral databases, scripts, rescue configurations and logical systems are absent.
//!
//! | file | what |
//! |---|---|
//! | `schema.rs`, `tree.rs` | the statements that there are; a configuration, and what a load does to it |
//! | `text.rs`, `command.rs`, `xml.rs`, `write.rs`, `diff.rs` | its forms in and out; `show | compare` |
//! | `groups.rs`, `check.rs`, `merge.rs` | groups; what is refused at a commit; private candidates |
//! | `database.rs` | candidates, lock, commits, timer |
//! | `bgp.rs`, `policy.rs`, `device.rs` | what is in force, and what the LAN asks of it |
//! | `agent.rs`, `rpc.rs`, `config_rpc.rs`, `reply.rs` | NETCONF, on the server of `sim/netconf/` |
//! | `show_*.rs`, `cli.rs` | what is shown |
//! | `router.rs` | options and handle |

mod agent;
mod bgp;
mod check;
mod cli;
mod command;
mod config_rpc;
mod database;
mod device;
mod diff;
mod groups;
mod merge;
mod policy;
mod reply;
mod router;
mod rpc;
mod schema;
mod show_bgp;
mod show_interface;
mod show_probe;
mod show_route;
mod show_system;
mod text;
mod tree;
mod write;
mod xml;

#[cfg(test)]
mod config_tests;
#[cfg(test)]
mod rpc_tests;
#[cfg(test)]
mod wire_tests;

pub use router::{JunosRouter, JunosSession, RunningJunos};
