//! The command line of a persona, over SSH: a terminal as routers have it, one command by exec, files by SCP and SFTP.
//!
//! A persona gives a [`Console`]: its prompt, and what a line answers. The rest is here and the same for all: the echo,
//! which comes when a line is read and not when it arrives; line editing; paging; questions; latency; faults.
//!
//! | file | what |
//! |---|---|
//! | `console.rs` | what a persona has to give |
//! | `terminal.rs`, `editor.rs`, `screen.rs` | keys to lines, turns to output; the line that is typed; pages |
//! | `server.rs` | sessions: time, faults, the log |
//! | `scp.rs`, `sftp.rs` | files |
//!
//! ```text
//! impl Console for Ios { … }
//! let host = Host::new(site, latency, |world, user, size| Ios::new(…));
//! let (addr, key) = ssh::start(host, port, links).await?;
//! ```

mod console;
mod editor;
mod scp;
mod screen;
mod server;
mod sftp;
mod terminal;

pub(crate) use console::{Console, Pager, Reads, Screen, Turn, Wrap};
pub use server::Typed;
pub(crate) use server::{Host, Log};
