//! The compiled half of the Python package `peering`.

use pyo3::prelude::*;

/// The compiled half of the Python package `peering`.
#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
