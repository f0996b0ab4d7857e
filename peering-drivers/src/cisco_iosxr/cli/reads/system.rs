//! The router itself.

use peering_core::state::{ConfigFormat, ConfigQuery, ConfigSource};
use peering_core::{Error, Result};

use crate::cisco_iosxr::cli::session::CliSession;
use crate::cisco_iosxr::parse::undated;
use crate::cisco_iosxr::transaction::redact;

impl CliSession {
    /// The running configuration, without the comments that tell a moment: the same configuration is the same text.
    pub(in crate::cisco_iosxr::cli) async fn read_running_config(&mut self) -> Result<String> {
        Ok(undated(&self.text("show running-config").await?))
    }

    /// The running configuration as it is printed, or the target of the open candidate. There is no startup configuration
    /// beside what was committed, and none with defaults.
    pub(in crate::cisco_iosxr::cli) async fn read_config(&mut self, query: ConfigQuery) -> Result<String> {
        if query.format != ConfigFormat::Text || query.full {
            return Err(Error::unsupported("a configuration in this form"));
        }
        let text = match query.source {
            ConfigSource::Running => self.text("show running-config").await?,
            ConfigSource::Candidate | ConfigSource::Startup => {
                return Err(Error::unsupported("this configuration"));
            }
        };
        let text = text.trim_matches(['\n', '\r', ' ']).to_owned();
        Ok(if query.sanitized { redact(&text) } else { text })
    }
}
