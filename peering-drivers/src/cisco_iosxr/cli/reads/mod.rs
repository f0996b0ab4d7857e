//! Which commands make a read. What does not depend on one another is typed at once.
//!
//! | file | what |
//! |---|---|
//! | `system.rs` | who the router is, its interfaces, its configuration |
//! | `bgp.rs` | neighbours, instances |

mod bgp;
mod system;
