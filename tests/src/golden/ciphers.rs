//! `juniper_type9.json`, `arista_type7.json`, `cisco_type7.json`: a password, what it was hidden with, and the text.
//!
//! Each row is hidden and compared, and its text is recognised and read again. A row without key and seed was hidden by
//! chance: it is read only.

use peering_core::cipher::{PasswordAlgorithm, cisco as cisco_cipher};
use peering_core::{Compat, Secret};
use serde::Deserialize;

use super::report::{Checked, Differences, Rows, each};

#[derive(Deserialize)]
struct Vector {
    password: String,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    seed: Option<u8>,
    encrypted: String,
}

pub(super) fn juniper(text: &str) -> Result<Rows, String> {
    keyed(text, PasswordAlgorithm::JuniperType9)
}

pub(super) fn arista(text: &str) -> Result<Rows, String> {
    keyed(text, PasswordAlgorithm::AristaType7)
}

fn keyed(text: &str, algorithm: PasswordAlgorithm) -> Result<Rows, String> {
    each(text, |row: Vector, differences| {
        let key = row.key.as_deref().unwrap_or_default();
        if !key.is_empty() {
            let hidden = algorithm.encrypt(&Secret::new(row.password.as_str()), key)?;
            differences.same("encrypted", row.encrypted.as_str(), hidden.expose());
        }
        read(algorithm, &row, key, differences)
    })
}

pub(super) fn cisco(text: &str) -> Result<Rows, String> {
    each(text, |row: Vector, differences| {
        if let Some(seed) = row.seed {
            let password = Secret::new(row.password.as_str());
            let hidden = cisco_cipher::encrypt_with_seed(&password, seed, Compat::PeeringManager)?;
            differences.same("encrypted", row.encrypted.as_str(), hidden.expose());
        }
        read(PasswordAlgorithm::CiscoType7, &row, "", differences)
    })
}

fn read(algorithm: PasswordAlgorithm, row: &Vector, key: &str, differences: &mut Differences) -> Checked {
    differences.same("recognised", true, algorithm.is_encrypted(&row.encrypted));
    let password = algorithm.decrypt(&row.encrypted, key)?;
    differences.same("decrypted", row.password.as_str(), password.expose());
    Ok(())
}
