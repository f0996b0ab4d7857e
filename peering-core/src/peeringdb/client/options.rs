//! Where and how to ask.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::limits::Limits;
use crate::{Error, ErrorKind, Result, Secret};

/// How to reach a PeeringDB server. The default is PeeringDB itself, asked anonymously.
///
/// ```no_run
/// use peering_core::peeringdb::{Client, ClientOptions};
/// let client = Client::new(ClientOptions { base_url: "http://127.0.0.1:8080".into(), ..ClientOptions::from_env() })?;
/// # Ok::<(), peering_core::Error>(())
/// ```
#[derive(Clone)]
pub struct ClientOptions {
    /// The server, e.g. `https://www.peeringdb.com`; `/api/` is added where no path is given.
    pub base_url: String,
    /// The API key, without which contacts are mostly hidden and limits are tighter.
    pub api_key: Option<Secret>,
    /// What to introduce ourselves as. PeeringDB asks for a name that tells who is asking.
    pub user_agent: String,
    /// A proxy for all requests, e.g. `http://user:password@proxy.example:3128`. Without it the environment
    /// decides (`HTTPS_PROXY`, `NO_PROXY`).
    pub proxy: Option<Secret>,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait between two pieces of an answer. Large queries take the server most of a minute before
    /// the first one.
    pub read_timeout: Duration,
    /// Longest time for one answer as a whole.
    pub total_timeout: Duration,
    /// How much time one request may spend in vain: on waits before new attempts, on waits until the server
    /// would take a repetition, and on attempts that ended in a timeout, all together. A server that cannot be
    /// reached at all gets a tenth of it.
    pub retry_budget: Duration,
    /// How often the server may be asked. [`Limits::published`] by default; a mirror of one's own takes
    /// [`Limits::none`].
    pub limits: Limits,
    /// Where a sync gets lists of everything from.
    pub bulk: BulkFiles,
}

/// Files of whole lists, one per type, `<tag>-0.json`: faster than the server, and without its limits.
///
/// They show what an anonymous caller sees, and may be hours or days old, which a sync makes up for with the
/// changes since. The API key is never sent for them. Where a file cannot be had, the server is asked. With an
/// API key, what depends on who asks (contacts, peering LANs) always comes from the server.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum BulkFiles {
    /// PeeringDB's own, <https://public.peeringdb.com>, if the server is PeeringDB itself; else none.
    #[default]
    Automatic,
    /// None.
    Never,
    /// In this folder, e.g. `https://mirror.example/peeringdb`.
    At(String),
}

impl fmt::Debug for BulkFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BulkFiles::Automatic => f.write_str("Automatic"),
            BulkFiles::Never => f.write_str("Never"),
            BulkFiles::At(folder) => f.debug_tuple("At").field(&shown(folder, "/")).finish(),
        }
    }
}

impl Default for ClientOptions {
    fn default() -> Self {
        ClientOptions {
            base_url: "https://www.peeringdb.com/api/".to_owned(),
            api_key: None,
            user_agent: concat!("peering/", env!("CARGO_PKG_VERSION"), " (Rust library)").to_owned(),
            proxy: None,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(120),
            total_timeout: Duration::from_secs(900),
            retry_budget: Duration::from_secs(150),
            limits: Limits::published(),
            bulk: BulkFiles::Automatic,
        }
    }
}

impl ClientOptions {
    /// The environment variable that holds the API key.
    pub const API_KEY_VARIABLE: &'static str = "PEERINGDB_API_KEY";

    /// The default, with the API key from the environment, if there is one.
    pub fn from_env() -> Self {
        ClientOptions { api_key: key(std::env::var(Self::API_KEY_VARIABLE).ok()), ..ClientOptions::default() }
    }

    /// The base address with a path that ends in a slash.
    pub(super) fn base(&self) -> Result<Url> {
        address(&self.base_url, "/api/")
    }

    /// The folder of the files of whole lists, if they are to be used with this base address.
    pub(super) fn bulk(&self, base: &Url) -> Result<Option<Url>> {
        let own = matches!(base.host_str(), Some("www.peeringdb.com" | "peeringdb.com"));
        match &self.bulk {
            BulkFiles::Automatic if own => address("https://public.peeringdb.com", "/").map(Some),
            BulkFiles::Automatic | BulkFiles::Never => Ok(None),
            BulkFiles::At(folder) => address(folder, "/").map(Some),
        }
    }
}

/// A server's address, with a path that ends in a slash.
fn address(text: &str, default_path: &str) -> Result<Url> {
    let wrong = |why: &str| {
        Error::new(
            ErrorKind::Options,
            format!("the PeeringDB address {why}; expected one like https://www.peeringdb.com"),
        )
    };
    let mut url = Url::parse(text).map_err(|error| wrong(&format!("is none ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("is not an http or https one"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a login, which PeeringDB no longer takes: use an API key"));
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = match url.path().trim_end_matches('/') {
        "" => default_path.to_owned(),
        path => format!("{path}/"),
    };
    url.set_path(&path);
    Ok(url)
}

/// An address as it may be shown: one that is refused may hold a login.
fn shown(text: &str, default_path: &str) -> String {
    address(text, default_path).map_or_else(|_| "(invalid)".to_owned(), String::from)
}

/// The API key in a variable's value. A blank one is none.
fn key(value: Option<String>) -> Option<Secret> {
    value.as_deref().map(str::trim).filter(|key| !key.is_empty()).map(Secret::from)
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = shown(&self.base_url, "/api/");
        f.debug_struct("ClientOptions")
            .field("base_url", &base)
            .field("api_key", &self.api_key)
            .field("user_agent", &self.user_agent)
            .field("proxy", &self.proxy)
            .field("connect_timeout", &self.connect_timeout)
            .field("read_timeout", &self.read_timeout)
            .field("total_timeout", &self.total_timeout)
            .field("retry_budget", &self.retry_budget)
            .field("limits", &self.limits)
            .field("bulk", &self.bulk)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> Result<String> {
        ClientOptions { base_url: text.to_owned(), ..ClientOptions::default() }.base().map(String::from)
    }

    #[test]
    fn addresses_end_in_a_path() {
        assert_eq!(base("https://www.peeringdb.com").unwrap(), "https://www.peeringdb.com/api/");
        assert_eq!(base("http://127.0.0.1:8/api").unwrap(), "http://127.0.0.1:8/api/");
        assert_eq!(base("http://127.0.0.1:8/mirror/v1/?x#y").unwrap(), "http://127.0.0.1:8/mirror/v1/");
    }

    #[test]
    fn peeringdbs_own_files_go_with_peeringdb_only() {
        let bulk = |base: &str, bulk: BulkFiles| {
            let options = ClientOptions { base_url: base.to_owned(), bulk, ..ClientOptions::default() };
            options.bulk(&options.base().unwrap()).map(|url| url.map(String::from))
        };
        let public = Some("https://public.peeringdb.com/".to_owned());
        assert_eq!(bulk("https://www.peeringdb.com", BulkFiles::Automatic).unwrap(), public);
        assert_eq!(bulk("https://peeringdb.com/api", BulkFiles::default()).unwrap(), public);
        assert_eq!(bulk("https://mirror.example", BulkFiles::Automatic).unwrap(), None);
        assert_eq!(bulk("https://www.peeringdb.com", BulkFiles::Never).unwrap(), None);
        let files = BulkFiles::At("http://mirror.example/files".to_owned());
        let folder = Some("http://mirror.example/files/".to_owned());
        assert_eq!(bulk("https://mirror.example", files).unwrap(), folder);
        let wrong = bulk("https://mirror.example", BulkFiles::At("files".to_owned())).unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Options);
    }

    #[test]
    fn a_blank_key_is_none() {
        assert_eq!(key(None), None);
        assert_eq!(key(Some(" ".to_owned())), None);
        assert_eq!(key(Some("abc\n".to_owned())), Some(Secret::new("abc")));
    }

    #[test]
    fn what_is_no_address_is_refused_without_being_repeated() {
        for text in ["", "peeringdb", "ftp://x/", "https://me:hunter2@host/"] {
            let error = base(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Options);
            assert!(!error.to_string().contains("hunter2"));
        }
        let options = ClientOptions {
            base_url: "https://me:hunter2@host/".to_owned(),
            api_key: Some("hunter2".into()),
            proxy: Some("http://me:hunter2@proxy".into()),
            bulk: BulkFiles::At("https://me:hunter2@files/".to_owned()),
            ..ClientOptions::default()
        };
        assert!(!format!("{options:?}").contains("hunter2"));
    }

    #[test]
    fn the_user_agent_is_not_of_the_form_that_the_server_checks() {
        let name = ClientOptions::default().user_agent;
        assert!(name.starts_with("peering/") && !name.to_lowercase().contains("peeringdb"), "{name}");
    }
}
