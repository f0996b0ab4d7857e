//! Passwords and keys that never print.

use std::cell::Cell;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// A password, passphrase or API key: no `Display`, a redacted `Debug`, wiped from memory when dropped.
///
/// It deserialises from a string and serialises as a fixed mark, so that a plan or a log can never hold it.
///
/// ```
/// use peering_core::Secret;
/// let password = Secret::new("hunter2");
/// assert_eq!(format!("{password:?}"), "Secret(…)");
/// assert_eq!(password.expose(), "hunter2");
/// ```
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
#[serde(transparent)]
pub struct Secret(SecretString);

/// What stands in the place of a secret wherever text is shown.
pub const REDACTED: &str = "<redacted>";

impl Secret {
    /// Takes a secret in.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(SecretString::from(text.into()))
    }

    /// The secret itself. Every use of this word is a place to look at.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether the secret is the empty string.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Secret::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret::new(text)
    }
}

thread_local! {
    static EXPOSED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a serialisation in which secrets are written in clear. The words of whoever calls this say so.
///
/// For what keeps them as secrets elsewhere: another language's, a file that its owner asked for.
///
/// ```
/// let key = peering_core::Secret::new("hunter2");
/// let clear = peering_core::exposing(|| serde_json::to_string(&key))?;
/// assert_eq!((clear.as_str(), serde_json::to_string(&key)?.as_str()), ("\"hunter2\"", "\"<redacted>\""));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn exposing<T>(serialise: impl FnOnce() -> T) -> T {
    struct Reset(bool);
    impl Drop for Reset {
        fn drop(&mut self) {
            EXPOSED.set(self.0);
        }
    }
    let _reset = Reset(EXPOSED.replace(true));
    serialise()
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if EXPOSED.get() { self.expose() } else { REDACTED })
    }
}
