//! The compiled half of the Python package `peering`.
//!
//! Python sees none of this directly: the package's public classes are Python source with types and docstrings, and
//! call in here.
//!
//! | file | what |
//! |---|---|
//! | `operation.rs` | one asynchronous Rust function, waited for or awaited: both twins of every call |
//! | `runtime.rs` | the tokio runtime of this process, and what a fork does to it |
//! | `interpreter.rs` | the way of our threads into the interpreter, which is closed before that ends |
//! | `logging.rs` | what the core traces, as records of `logging` |
//! | `error.rs` | errors as the exceptions of `peering.exceptions` |
//! | `shape/` | Rust values as instances of the package's record classes, and back |
//! | `conformance.rs` | the promises of a driver, for drivers written in Python |
//! | `python_driver/` | drivers that are written in Python |
//! | `table.rs` | rows that become Python objects when they are looked at |
//! | others | one for each noun of the core |

mod change;
mod cipher;
mod conformance;
mod discovery;
mod error;
mod importing;
mod interpreter;
mod irr;
mod logging;
mod model;
mod operation;
mod peeringdb;
mod plain;
mod python_driver;
mod reads;
mod router;
mod runtime;
mod shape;
mod sim;
mod table;
mod target;
mod template;

use pyo3::prelude::*;

/// The compiled half of the Python package `peering`.
#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::change::{NativeCandidate, NativeConfirming};
    #[pymodule_export]
    use crate::cipher::{
        decrypt_password, encrypt_cisco_with_seed, encrypt_password, is_encrypted_password,
        password_algorithm_of_driver,
    };
    #[pymodule_export]
    use crate::conformance::{check_promise, promises};
    #[pymodule_export]
    use crate::discovery::{
        add_peers, contact_from_record, discover, filter_accepts, import_exchanges, place_distance,
        system_from_record, system_refreshed,
    };
    #[pymodule_export]
    use crate::importing::NativeAnswers;
    #[pymodule_export]
    use crate::irr::{
        irr_accepts, irr_aggregated, irr_as_list, irr_check_set, irr_command, irr_entry, irr_look_up,
        irr_of_family, irr_parse, irr_parse_as_list, irr_parse_prefixes, irr_parse_set, irr_refresh,
        irr_set_text, irr_settle,
    };
    #[pymodule_export]
    use crate::model::NativeNetwork;
    #[pymodule_export]
    use crate::model::parts::{
        address_problem, asn_is_private, community_kind, contact_is_reachable, mac_address, merge_contexts,
        network_schema, platform_slug, recipients,
    };
    #[pymodule_export]
    use crate::model::polling::{from_napalm, import_sessions, polled};
    #[pymodule_export]
    use crate::operation::{Operation, Task};
    #[pymodule_export]
    use crate::peeringdb::{
        NativeCache, NativeClient, NativeStream, load_dump, object_fields, refresh, repair, sync,
    };
    #[pymodule_export]
    use crate::router::{NativeRouter, connect, driver_names};
    #[pymodule_export]
    use crate::shape::Shape;
    #[pymodule_export]
    use crate::sim::{NativeFabric, Simulated};
    #[pymodule_export]
    use crate::table::Rows;
    #[pymodule_export]
    use crate::target::{parse_target, parse_url};
    #[pymodule_export]
    use crate::template::{NativeContext, NativeEngine, escape_can_express, escape_for_driver, escape_guard};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        // Nobody imports everything from here, and the stub has every name.
        module.delattr("__all__")
    }
}
