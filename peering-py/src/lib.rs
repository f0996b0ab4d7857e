//! The compiled half of the Python package `peering`.
//!
//! Python sees none of this directly: the package's public classes are Python source with types and docstrings, and
//! call in here.
//!
//! | file | what |
//! |---|---|
//! | `operation.rs` | one asynchronous Rust function, waited for or awaited: both twins of every call |
//! | `runtime.rs` | the tokio runtime of this process, and what a fork does to it |
//! | `error.rs` | errors as the exceptions of `peering.exceptions` |
//! | `shape/` | Rust values as instances of the package's record classes, and back |
//! | `conformance.rs` | the promises of a driver, for drivers written in Python |
//! | `python_driver/` | drivers that are written in Python |
//! | `table.rs` | rows that become Python objects when they are looked at |
//! | others | one for each noun of the core |

mod conformance;
mod error;
mod operation;
mod python_driver;
mod reads;
mod router;
mod runtime;
mod shape;
mod sim;
mod table;
mod target;

use pyo3::prelude::*;

/// The compiled half of the Python package `peering`.
#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::conformance::{check_promise, promises};
    #[pymodule_export]
    use crate::operation::{Operation, Task};
    #[pymodule_export]
    use crate::router::{NativeCandidate, NativeConfirming, NativeRouter, connect, driver_names};
    #[pymodule_export]
    use crate::shape::Shape;
    #[pymodule_export]
    use crate::sim::{NativeFabric, Simulated};
    #[pymodule_export]
    use crate::table::Rows;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
