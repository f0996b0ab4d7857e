//! The persona of IOS-XR: NETCONF with Cisco's native models, the command line, the commits, and what is told of BGP,
//! interfaces, routes and the machine.
//!
//! It is not IOS-XR: of the configuration it knows what an edge router needs (`modes.rs`); what it does not know, it
//! refuses. Four sources, and how far they are to be trusted:
//!
//! - **Recorded from routers** (the samples that NAPALM's `iosxr_netconf` is tested with): the shape of what is told in the
//!   native models, the module names of the hello, the printed configuration, and that a candidate which changes nothing is
//!   empty.
//! - **RFC 6241 and Cisco's manuals**: locks, confirmed commits with and without a word, sessions that end, `rollback-on-error`;
//!   that a session between autonomous systems passes nothing without a policy; that a neighbour's family needs that of the
//!   process; how a policy decides.
//! - **From what others report of routers**: that who leaves the configuration mode, or the session, takes the commit back
//!   that waits for him, and the question before that.
//! - **From memory**: the words of errors, `show commit changes diff`, that every session has a target of its own, that an
//!   exclamation mark closes the block that begins where it stands, which references are looked at when it is committed,
//!   what is typed in a policy being kept as it was typed, the element of `get-cli-config-diff`, all of the command line but the
//!   prompt and the forms of `commit`, which are what netmiko and scrapli know of it.
//!
//! Not played: configuration by native models (it can be read, `edit-config` takes text), `get` without a filter,
//! notifications, OpenConfig, sensors and optics, IP SLA, the L2VPN tables (their answers are empty); on the command line
//! help, shortened lines of configuration, and `commit best-effort`. Communities, paths
//! and origins are on no simulated route, so policies that ask for them are not met.
//! Counters are zero, NTP servers do not answer.
//!
//! | file | what |
//! |---|---|
//! | `modes.rs`, `language.rs` | the lines that there are, on `sim/lines/` |
//! | `text.rs`, `diff.rs` | the configuration in and out; what two differ in |
//! | `policy.rs`, `check.rs`, `view.rs` | policies; what a commit refuses; a configuration understood |
//! | `database.rs` | targets, locks, commits, timer |
//! | `device.rs`, `refusal.rs` | the router, and what the LAN asks of it; its words |
//! | `agent.rs`, `rpc.rs`, `native.rs`, `oper/` | NETCONF, on the server of `sim/netconf/` |
//! | `console.rs`, `exec.rs`, `upkeep.rs`, `show/` | the command line, on `sim/shell/` |
//! | `router.rs` | options and handle |

mod agent;
mod check;
mod console;
mod database;
mod device;
mod diff;
mod exec;
mod language;
mod modes;
mod native;
mod oper;
mod policy;
mod refusal;
mod router;
mod rpc;
mod show;
mod text;
mod upkeep;
mod view;

pub use router::{RunningXr, XrRouter, XrSession};
