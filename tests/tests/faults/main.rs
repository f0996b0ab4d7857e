//! The fault matrix: every step of a configuration change × everything that can go wrong with it.
//!
//! One cell is run once for each request of the step, the fault striking that request, each time on a new simulated
//! router. Afterwards the router holds the old configuration or the new one, what the library answered was true, and
//! nothing of the change is left when the next candidate has been opened. The table goes to the platform's `README.md`;
//! `PEERING_ACCEPT=1` rewrites it there.
//!
//! | file | what |
//! |---|---|
//! | `matrix.rs` | steps, disorders, what a platform brings |
//! | `cell.rs` | one run, and whether the promises were kept |
//! | `child.rs` | the process that is killed |
//! | `table.rs` | all runs, as a table |
//! | `eos.rs`, `iosxr.rs`, `junos.rs` | platforms |

mod cell;
mod child;
mod eos;
mod iosxr;
mod junos;
mod matrix;
mod table;
