//! Hidden passwords, for `peering.cipher`, which wraps what goes in and comes out.

use peering_core::cipher::{PasswordAlgorithm, cisco};
use peering_core::{Compat, Error, Result, Secret};
use pyo3::prelude::*;

use crate::error::exception;
use crate::shape::from_python;

fn algorithm(name: &str) -> Result<PasswordAlgorithm> {
    name.parse().map_err(Error::from)
}

fn exposed(py: Python<'_>, secret: Result<Secret>) -> PyResult<String> {
    secret.map(|secret| secret.expose().to_owned()).map_err(|error| exception(py, &error))
}

#[pyfunction]
pub(crate) fn encrypt_password(py: Python<'_>, name: &str, password: &str, key: &str) -> PyResult<String> {
    exposed(py, algorithm(name).and_then(|algorithm| algorithm.encrypt(&Secret::new(password), key)))
}

#[pyfunction]
pub(crate) fn decrypt_password(py: Python<'_>, name: &str, encrypted: &str, key: &str) -> PyResult<String> {
    exposed(py, algorithm(name).and_then(|algorithm| algorithm.decrypt(encrypted, key)))
}

#[pyfunction]
pub(crate) fn is_encrypted_password(py: Python<'_>, name: &str, text: &str) -> PyResult<bool> {
    Ok(algorithm(name).map_err(|error| exception(py, &error))?.is_encrypted(text))
}

/// The name of the algorithm of the platform that a driver talks to.
#[pyfunction]
pub(crate) fn password_algorithm_of_driver(driver: &str) -> Option<&'static str> {
    PasswordAlgorithm::of_driver(driver).map(PasswordAlgorithm::as_str)
}

#[pyfunction]
pub(crate) fn encrypt_cisco_with_seed(
    py: Python<'_>,
    password: &str,
    seed: u8,
    compat: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let compat: Compat = from_python(compat, "compat")?;
    exposed(py, cisco::encrypt_with_seed(&Secret::new(password), seed, compat))
}
