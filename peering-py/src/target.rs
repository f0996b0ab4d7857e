//! Which driver, with which options, to which router.

use std::sync::Arc;

use peering_core::driver::{Driver, Target};
use peering_core::{Error, ErrorKind};
use peering_drivers::arista_eos::AristaEos;
use peering_drivers::cisco_ios::CiscoIos;
use peering_drivers::cisco_iosxr::CiscoIosxr;
use peering_drivers::cisco_nxos::CiscoNxos;
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
        "cisco_ios" => Arc::new(from_python::<CiscoIos>(value, "driver")?),
        "cisco_iosxr" => Arc::new(from_python::<CiscoIosxr>(value, "driver")?),
        "cisco_nxos" => Arc::new(from_python::<CiscoNxos>(value, "driver")?),
        "juniper_junos" => Arc::new(from_python::<JuniperJunos>(value, "driver")?),
        "frr" => Arc::new(from_python::<Frr>(value, "driver")?),
        _ => peering_drivers::builtin().driver(&name).map_err(|error| exception(py, &error))?,
    })
}

/// User, host and port.
type Place = (String, String, Option<u16>);

fn place(target: Target) -> Place {
    (target.credentials.username, target.host, target.port)
}

/// What `[user@]host[:port]` means.
#[pyfunction]
pub(crate) fn parse_target(py: Python<'_>, text: &str) -> PyResult<Place> {
    text.parse().map(place).map_err(|error| exception(py, &error))
}

/// What `platform://user@host:port` means: the platform's name, and the place.
#[pyfunction]
pub(crate) fn parse_url(py: Python<'_>, url: &str) -> PyResult<(String, Place)> {
    let (platform, target) = Target::from_url(url).map_err(|error| exception(py, &error))?;
    Ok((platform, place(target)))
}

/// A target from a `peering.Target`.
pub(crate) fn target(value: &Bound<'_, PyAny>) -> PyResult<Target> {
    let target: Target = from_python(value, "target")?;
    if target.host.is_empty() {
        let message = "target.host: the target says no host; `target.at(\"r1\")` does";
        return Err(exception(value.py(), &Error::new(ErrorKind::Options, message)));
    }
    Ok(target)
}
