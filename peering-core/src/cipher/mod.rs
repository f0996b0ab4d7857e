//! Passwords in the forms in which routers store them: Junos `$9$`, Cisco type 7, Arista type 7.
//!
//! These hide a password from somebody who looks over a shoulder. Who has the text has the password: all three are
//! reversible without a secret, so their output is a [`Secret`] as the password itself is.
//!
//! Templates write the hidden form because routers show it: a configuration rendered with it can be compared with the
//! running one. So the same password and key always give the same text. Where a router would pick
//! something at random, it is taken from the SHA-256 of the key, which is the peer's address.
//!
//! | algorithm | text | key | password |
//! |---|---|---|---|
//! | [`JuniperType9`](PasswordAlgorithm::JuniperType9) | `$9$…` | of salt and filler; not needed to decrypt | 1 to 126 characters |
//! | [`CiscoType7`](PasswordAlgorithm::CiscoType7) | `7 0822455D0A16` | of the seed; not needed to decrypt | 1 to 80 characters |
//! | [`AristaType7`](PasswordAlgorithm::AristaType7) | `7 1f2k70WMa17KyMEW72GaNg==` | part of the cipher: EOS reads it with the neighbor's address | 1 to 80 characters |
//!
//! Both type 7 forms begin with `7 `, as in the line of a configuration (`password 7 0822455D0A16`) and as in Peering
//! Manager; the filters `cisco_password` and `arista_password` strip it. To decrypt, it may be there or not.
//!
//! A password is printable ASCII, space included. Junos takes 126 characters (its manual on `authentication-key`);
//! the others take 80, the longest key of TCP MD5 on Linux and in Cisco's manual on `neighbor password`.

mod arista;
pub mod cisco;
mod juniper;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Error, ErrorKind, ParseError, Result, Secret};

/// How a platform hides passwords in its configuration.
///
/// ```
/// use peering_core::{Secret, cipher::PasswordAlgorithm};
///
/// let algorithm = PasswordAlgorithm::AristaType7;
/// let hidden = algorithm.encrypt(&Secret::new("swordfish"), "2001:db8:6939::1")?;
/// assert_eq!(hidden.expose(), "7 1f2k70WMa17KyMEW72GaNg==");
/// assert_eq!(algorithm.decrypt(hidden.expose(), "2001:db8:6939::1")?.expose(), "swordfish");
/// # Ok::<(), peering_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PasswordAlgorithm {
    /// Arista EOS, type 7: DES with the neighbor's address as the key. `arista-type7`.
    AristaType7,
    /// Cisco IOS, IOS-XE, IOS-XR and NX-OS, type 7: XOR with a fixed text. `cisco-type7`.
    CiscoType7,
    /// Juniper Junos, `$9$`: a sequence of differences in a fixed alphabet. `juniper-type9`.
    JuniperType9,
}

impl PasswordAlgorithm {
    /// All of them.
    pub const ALL: [PasswordAlgorithm; 3] =
        [PasswordAlgorithm::AristaType7, PasswordAlgorithm::CiscoType7, PasswordAlgorithm::JuniperType9];

    /// The name in documents, e.g. `juniper-type9`.
    pub const fn as_str(self) -> &'static str {
        match self {
            PasswordAlgorithm::AristaType7 => "arista-type7",
            PasswordAlgorithm::CiscoType7 => "cisco-type7",
            PasswordAlgorithm::JuniperType9 => "juniper-type9",
        }
    }

    /// The algorithm of the platform that a driver talks to, by our names and NAPALM's; `None` for a platform that
    /// shows passwords in clear or in a form of its own.
    pub fn of_driver(driver: &str) -> Option<Self> {
        match driver {
            "arista_eos" | "eos" => Some(PasswordAlgorithm::AristaType7),
            "cisco_ios" | "cisco_iosxr" | "cisco_nxos" | "ios" | "iosxr" | "iosxr_netconf" | "nxos"
            | "nxos_ssh" => Some(PasswordAlgorithm::CiscoType7),
            "juniper_junos" | "junos" => Some(PasswordAlgorithm::JuniperType9),
            _ => None,
        }
    }

    /// Hides a password, always in the same way for the same key.
    ///
    /// The key is the peer's address as the router writes it ([`IpAddr`](std::net::IpAddr)'s `Display`, without a
    /// prefix length): with another one EOS reads another password.
    ///
    /// # Errors
    /// [`ErrorKind::Options`] if the key is empty, or the password is empty, too long for the platform, or holds
    /// anything but printable ASCII. The message says which, never the password.
    pub fn encrypt(self, password: &Secret, key: &str) -> Result<Secret> {
        if key.is_empty() {
            return Err(Error::new(ErrorKind::Options, "the key is empty; give the peer's address"));
        }
        let password = self.expressible(password)?;
        Ok(Secret::new(match self {
            PasswordAlgorithm::AristaType7 => arista::encrypt(password, key),
            PasswordAlgorithm::CiscoType7 => cisco::encrypt(password, key),
            PasswordAlgorithm::JuniperType9 => juniper::encrypt(password, key),
        }))
    }

    /// The password that a text hides. Only Arista's needs the key; see [`encrypt`](PasswordAlgorithm::encrypt).
    ///
    /// # Errors
    /// [`ErrorKind::Parse`] if the text is not what [`encrypt`](PasswordAlgorithm::encrypt) or a router would write for a
    /// password with this key. The message does not quote it.
    pub fn decrypt(self, encrypted: &str, key: &str) -> Result<Secret> {
        let plain = match self {
            PasswordAlgorithm::AristaType7 => arista::decrypt(encrypted, key),
            PasswordAlgorithm::CiscoType7 => cisco::decrypt(encrypted),
            PasswordAlgorithm::JuniperType9 => juniper::decrypt(encrypted),
        };
        plain
            .and_then(|plain| String::from_utf8(plain).ok())
            .map(Secret::new)
            .filter(|plain| self.expressible(plain).is_ok())
            .ok_or_else(|| {
                Error::new(ErrorKind::Parse, format!("this is no {self} password, or not one of this key"))
            })
    }

    /// Whether a text has this form: what follows the prefix `$9$` or `7 ` is complete and hides a password.
    ///
    /// Without its prefix a type 7 text is not recognised: it could be somebody's password in clear. What Arista's
    /// hides is not looked at, as that takes the key.
    pub fn is_encrypted(self, text: &str) -> bool {
        match self {
            PasswordAlgorithm::AristaType7 => text.starts_with(TYPE_7) && arista::blocks(text).is_some(),
            PasswordAlgorithm::CiscoType7 => text.starts_with(TYPE_7) && self.decrypt(text, "").is_ok(),
            PasswordAlgorithm::JuniperType9 => self.decrypt(text, "").is_ok(),
        }
    }

    /// The most characters that a password can have on the platform.
    const fn longest(self) -> usize {
        match self {
            PasswordAlgorithm::AristaType7 | PasswordAlgorithm::CiscoType7 => 80,
            PasswordAlgorithm::JuniperType9 => 126,
        }
    }

    /// The password's characters, if the platform can take them.
    fn expressible(self, password: &Secret) -> Result<&[u8]> {
        let characters = password.expose().as_bytes();
        let longest = self.longest();
        let problem = if characters.is_empty() {
            "is empty".to_owned()
        } else if !characters.iter().copied().all(is_printable) {
            "holds something else than printable ASCII".to_owned()
        } else if characters.len() > longest {
            format!("has more than {longest} characters")
        } else {
            return Ok(characters);
        };
        Err(Error::new(ErrorKind::Options, format!("a password {problem}: {self} cannot hide it")))
    }
}

impl fmt::Display for PasswordAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PasswordAlgorithm {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        PasswordAlgorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == text)
            .ok_or_else(|| ParseError::new("arista-type7, cisco-type7 or juniper-type9", text))
    }
}

/// What both type 7 forms begin with.
const TYPE_7: &str = "7 ";

fn is_printable(character: u8) -> bool {
    (b' '..=b'~').contains(&character)
}

/// What stands in for chance: the same for the same key.
fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key).into()
}

#[cfg(test)]
mod tests;
