//! Which commands make a read. What does not depend on one another is typed at once.
//!
//! | file | what |
//! |---|---|
//! | `system.rs` | its configuration |

mod system;
