//! Which configuration to read, and how.

use serde::{Deserialize, Serialize};

/// Which configuration (RFC 8342).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfigSource {
    /// What is in force.
    #[default]
    Running,
    /// What is being prepared.
    Candidate,
    /// What a restart brings.
    Startup,
}

/// In which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfigFormat {
    /// The platform's own text.
    #[default]
    Text,
    /// Set commands (Junos, VyOS, SR Linux).
    Set,
    /// XML.
    Xml,
    /// JSON.
    Json,
}

/// Which configuration to read, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConfigQuery {
    /// Which one.
    pub source: ConfigSource,
    /// In which form.
    pub format: ConfigFormat,
    /// Whether with every default spelled out.
    pub full: bool,
    /// Whether secrets are blacked out.
    pub sanitized: bool,
}
