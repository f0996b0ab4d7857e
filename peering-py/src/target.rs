//! Which driver, with which options, to which router.

use std::sync::Arc;

use peering_core::driver::{Driver, Target};
use peering_drivers::arista_eos::AristaEos;
use peering_drivers::frr::Frr;
use peering_drivers::juniper_junos::JuniperJunos;
use pyo3::prelude::*;

use crate::error::exception;
use crate::python_driver::PythonDriver;
use crate::shape::from_python;

/// A driver from its options: a record class named as its platform's, with the platform's name in `platform`. Any other
/// text is a name of the registry. Or one written in Python, a `peering.driver.Driver`.
pub(crate) fn driver(value: &Bound<'_, PyAny>) -> PyResult<Arc<dyn Driver>> {
    let py = value.py();
    let name: String = match value.extract() {
        Ok(name) => {
            let found = peering_drivers::builtin().driver(&String::clone(&name));
            return found.map_err(|error| exception(py, &error));
        }
        Err(_) => match PythonDriver::from_object(value)? {
            Some(driver) => return Ok(Arc::new(driver)),
            None => value.getattr("platform")?.extract()?,
        },
    };
    Ok(match name.as_str() {
        "arista_eos" => Arc::new(from_python::<AristaEos>(value, "driver")?),
        "juniper_junos" => Arc::new(from_python::<JuniperJunos>(value, "driver")?),
        "frr" => Arc::new(from_python::<Frr>(value, "driver")?),
        _ => peering_drivers::builtin().driver(&name).map_err(|error| exception(py, &error))?,
    })
}

/// A target from a `peering.Target`.
pub(crate) fn target(value: &Bound<'_, PyAny>) -> PyResult<Target> {
    from_python(value, "target")
}
