//! Cisco type 7: each character of the password XOR the next one of a fixed text, beginning at the seed.

use std::fmt::Write as _;

use super::{PasswordAlgorithm, TYPE_7};
use crate::{Compat, Error, ErrorKind, Result, Secret};

/// The fixed text: 53 characters, after which it begins again.
const TEXT: &[u8; 53] = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";

/// The greatest seed that routers choose.
const MAX_SEED: u8 = 15;

/// Hides a password with a seed of the caller's, where [`PasswordAlgorithm::encrypt`] derives one from the key.
///
/// The seed is written with two decimal digits, as routers do. Peering Manager writes it in hexadecimal, so
/// that a router reads another password if it is above 9; [`Compat::PeeringManager`] does as it does. Peering Manager also begins the
/// fixed text again too early for long passwords; that is not repeated.
///
/// # Errors
/// [`ErrorKind::Options`] for a seed above 15, and as [`PasswordAlgorithm::encrypt`].
///
/// ```
/// use peering_core::{Compat, Secret, cipher::cisco};
///
/// let hidden = cisco::encrypt_with_seed(&Secret::new("cisco"), 8, Compat::Strict)?;
/// assert_eq!(hidden.expose(), "7 0822455D0A16");
/// # Ok::<(), peering_core::Error>(())
/// ```
pub fn encrypt_with_seed(password: &Secret, seed: u8, compat: Compat) -> Result<Secret> {
    if seed > MAX_SEED {
        return Err(Error::new(ErrorKind::Options, format!("the seed {seed} is not in 0 to {MAX_SEED}")));
    }
    let password = PasswordAlgorithm::CiscoType7.expressible(password)?;
    let seed_digits = match compat {
        Compat::Strict => format!("{seed:02}"),
        Compat::PeeringManager => format!("{seed:02X}"),
    };
    Ok(Secret::new(mixed(password, seed, &seed_digits)))
}

pub(super) fn encrypt(password: &[u8], key: &str) -> String {
    let [chance, ..] = super::digest(key);
    let seed = chance % (MAX_SEED + 1);
    mixed(password, seed, &format!("{seed:02}"))
}

fn mixed(password: &[u8], seed: u8, seed_digits: &str) -> String {
    let mut text = format!("{TYPE_7}{seed_digits}");
    for (character, with) in password.iter().zip(from(seed)) {
        // Writing into a string cannot fail.
        let _ = write!(text, "{:02X}", character ^ with);
    }
    text
}

/// The fixed text from a position on, without end.
fn from(seed: u8) -> impl Iterator<Item = u8> {
    TEXT.iter().copied().cycle().skip(seed.into())
}

/// The password's bytes; `None` if the text is no seed and pairs of hexadecimal digits.
pub(super) fn decrypt(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix(TYPE_7).unwrap_or(text).as_bytes();
    let (seed, rest) = digits.split_first_chunk::<2>()?;
    let (pairs, []) = rest.as_chunks::<2>() else { return None };
    let seed = match seed {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => (tens - b'0') * 10 + ones - b'0',
        // As Peering Manager writes what is above 9.
        [b'0', b'A'..=b'F' | b'a'..=b'f'] => hexadecimal(seed)?,
        _ => return None,
    };
    if usize::from(seed) >= TEXT.len() {
        return None;
    }
    pairs.iter().zip(from(seed)).map(|(pair, with)| Some(hexadecimal(pair)? ^ with)).collect()
}

fn hexadecimal(pair: &[u8; 2]) -> Option<u8> {
    let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? * 16 + low?).ok()
}
