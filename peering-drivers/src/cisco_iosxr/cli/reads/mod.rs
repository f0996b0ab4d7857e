//! Which commands make a read. What does not depend on one another is typed at once.
//!
//! | file | what |
//! |---|---|
//! | `system.rs` | who the router is, its interfaces, its configuration |
//! | `bgp.rs` | neighbours, instances |
//! | `route.rs` | routes to a prefix |
//! | `table.rs` | VRFs, the tables of the link layer |
//! | `probe.rs` | ping, traceroute |

mod bgp;
mod probe;
mod route;
mod system;
mod table;
