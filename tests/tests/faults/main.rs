//! The fault matrix: every step of a configuration change × everything that can go wrong with it.
//!
//! One cell is run once for each request of the step, the fault striking that request, each time on a new simulated
//! router; where that is too often, once in so many requests, and always at the commands that act
//! (`PEERING_FAULTS_WHOLE=1` tries all). Afterwards the router holds the old configuration or the new one, what the
//! library answered was true, and nothing of the change is left when the next candidate has been opened. The table goes
//! to the platform's `README.md`; `PEERING_ACCEPT=1` rewrites it there.
//!
//! | file | what |
//! |---|---|
//! | `matrix.rs` | steps, disorders, what a platform brings |
//! | `cell.rs` | one run, and whether the promises were kept |
//! | `child.rs` | the process that is killed |
//! | `table.rs` | all runs, as a table |
//! | `eos.rs`, `ios.rs`, `iosxr.rs`, `junos.rs`, `nxos.rs` | platforms |

mod cell;
mod child;
mod eos;
mod ios;
mod iosxr;
mod junos;
mod matrix;
mod nxos;
mod table;

use eos::Eos;
use ios::Ios;
use iosxr::Iosxr;
use junos::Junos;
use matrix::Subject;
use nxos::Nxos;

/// The platforms that are tried, by their names with a blank between them; all where it is not set.
const ONLY: &str = "PEERING_FAULTS_OF";

const SUBJECTS: [&dyn Subject; 7] = [&Eos::Api, &Eos::Ssh, &Ios, &Iosxr, &Junos, &Nxos::Api, &Nxos::Ssh];

/// All at once, as most of the time a run waits.
#[tokio::test(flavor = "multi_thread")]
async fn a_router_holds_the_old_or_the_new_configuration() {
    let only = std::env::var(ONLY).unwrap_or_default();
    let is_tried =
        |subject: &&dyn Subject| only.is_empty() || only.split(' ').any(|name| name == subject.platform());
    let subjects = SUBJECTS.into_iter().filter(is_tried);
    let checks: Vec<_> = subjects.map(|subject| tokio::spawn(table::check(subject))).collect();
    assert!(!checks.is_empty(), "{ONLY} names no platform");
    let mut failed = Vec::new();
    for check in checks {
        failed.extend(check.await.err());
    }
    assert!(failed.is_empty(), "{} of the tables are not kept: see above", failed.len());
}

/// What is killed by the test above.
#[tokio::test]
async fn in_a_process() {
    child::act(&SUBJECTS).await;
}
