//! Asking a Peering Manager for everything it has.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::answers::Answers;
use super::endpoint::{Kind, WITHOUT_COUNTERPART};
use crate::peeringdb::client::{failure, tls};
use crate::{Error, ErrorKind, Result, Secret};

/// Where a Peering Manager is, and how it is asked.
///
/// ```no_run
/// # async fn example() -> peering_core::Result<()> {
/// use peering_core::import::peering_manager::{Server, import};
/// let server = Server::new("https://peering.example.net", "0123456789abcdef");
/// let import = import(&server.fetch().await?);
/// for line in &import.report.lines {
///     eprintln!("{line}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its address, without `/api/`.
    pub base_url: String,
    /// A token of its API. Reading is all that it must allow.
    pub token: Secret,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest time for one answer as a whole.
    pub timeout: Duration,
    /// How much time may be spent waiting before new attempts, for each answer.
    pub retry_budget: Duration,
    /// How many records to ask for at a time. The server has a bound of its own.
    pub page_size: u32,
    /// The most bytes of one answer.
    pub max_answer: usize,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.root().map_or_else(|_| "(invalid)".to_owned(), String::from);
        f.debug_struct("Server").field("root", &root).field("token", &self.token).finish_non_exhaustive()
    }
}

impl Server {
    /// The server at this address, asked with this token.
    pub fn new(base_url: impl Into<String>, token: impl Into<Secret>) -> Self {
        Server {
            base_url: base_url.into(),
            token: token.into(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(120),
            retry_budget: Duration::from_secs(60),
            page_size: 500,
            max_answer: 256 << 20,
        }
    }

    /// Asks for every list that can become part of a network, and for the sizes of those that cannot.
    ///
    /// Further pages are taken from the same server only, and redirects are not followed, so that nobody else gets the
    /// token. What fails on the way is tried again within the budget; what is refused is not.
    ///
    /// # Errors
    /// [`ErrorKind::Options`] if address or token make no sense; [`ErrorKind::Auth`] if the token is not accepted, or
    /// may not read something; [`ErrorKind::NotFound`] if there is no such API; [`ErrorKind::Rejected`] for another
    /// refusal, and for a page elsewhere; [`ErrorKind::RateLimited`], [`ErrorKind::Connect`], [`ErrorKind::Timeout`],
    /// [`ErrorKind::Closed`], [`ErrorKind::Tls`]; [`ErrorKind::Parse`] if an answer is none.
    pub async fn fetch(&self) -> Result<Answers> {
        let root = self.root()?;
        let session = Session { server: self, http: self.http(&root)?, root };
        let mut answers = Answers::default();
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::PeeringDbNetwork) {
            for endpoint in kind.endpoints() {
                match session.list(endpoint, &mut answers).await {
                    Ok(()) => break,
                    // Every version has this one.
                    Err(error) if error.kind() == ErrorKind::NotFound && kind != Kind::AutonomousSystem => {}
                    Err(error) => return Err(error),
                }
            }
        }
        session.networks(&mut answers).await?;
        for (endpoint, _) in WITHOUT_COUNTERPART {
            session.size(endpoint, &mut answers).await?;
        }
        Ok(answers)
    }

    /// The address of the API.
    fn root(&self) -> Result<Url> {
        let wrong = |why: &str| {
            let text =
                format!("Peering Manager's address {why}; expected one like https://peering.example.net");
            Error::new(ErrorKind::Options, text)
        };
        let mut url = Url::parse(&self.base_url).map_err(|error| wrong(&format!("is none ({error})")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(wrong("is not an http or https one"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("holds a login, where a token is needed"));
        }
        url.set_query(None);
        url.set_fragment(None);
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/api").unwrap_or(path);
        let path = format!("{path}/api/");
        url.set_path(&path);
        Ok(url)
    }

    fn http(&self, root: &Url) -> Result<reqwest::Client> {
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(root.scheme() == "https")?)
            .user_agent(concat!("peering/", env!("CARGO_PKG_VERSION"), " (Rust library)"))
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            .gzip(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| {
                let text = format!("the HTTP client cannot be set up: {error}");
                Error::new(ErrorKind::Options, text).with_source(error)
            })
    }
}

/// A server being asked.
struct Session<'a> {
    server: &'a Server,
    http: reqwest::Client,
    root: Url,
}

impl Session<'_> {
    fn address(&self, path: &str) -> Result<Url> {
        self.root.join(path).map_err(|error| {
            Error::new(ErrorKind::Options, format!("no address for {path}: {error}")).with_source(error)
        })
    }

    /// All pages of a list.
    async fn list(&self, endpoint: &str, answers: &mut Answers) -> Result<()> {
        let mut url = self.address(&format!("{endpoint}/?limit={}", self.server.page_size))?;
        let mut met = BTreeSet::from([url.to_string()]);
        loop {
            let body = self.get(&url, endpoint).await?;
            let page = answers.add_page(endpoint, &body).map_err(|error| self.located(error, endpoint))?;
            let Some(next) = page.next else { return Ok(()) };
            url = self.next(&url, &next).map_err(|error| self.located(error, endpoint))?;
            if page.records == 0 || !met.insert(url.to_string()) {
                let error = Error::new(ErrorKind::Rejected, "its pages have no end");
                return Err(self.located(error, endpoint));
            }
        }
    }

    /// The address of the next page, if it is one of the same list on the same server.
    fn next(&self, current: &Url, next: &str) -> Result<Url> {
        let wrong =
            |why: &str| Error::new(ErrorKind::Rejected, format!("the address of the next page {why}"));
        let url = current.join(next).map_err(|error| wrong(&format!("is none ({error})")))?;
        if url.origin() != self.root.origin() {
            let theirs = url.origin().ascii_serialization();
            let text = format!(
                "is at {theirs}, which does not get the token; if that is the same server, give its address so, or \
                 let its proxy pass on host and scheme"
            );
            return Err(wrong(&text));
        }
        if url.path() != current.path() || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("is that of another list"));
        }
        Ok(url)
    }

    /// The networks of hidden peers, for their AS numbers.
    async fn networks(&self, answers: &mut Answers) -> Result<()> {
        let number = |row: &super::answers::Row| row.get("peeringdb_network").and_then(Value::as_u64);
        let wanted: BTreeSet<u64> = answers.rows(Kind::HiddenPeer).filter_map(number).collect();
        let endpoint = Kind::PeeringDbNetwork.endpoint();
        for id in wanted {
            let url = self.address(&format!("{endpoint}/{id}/"))?;
            match self.get(&url, endpoint).await {
                Ok(body) => {
                    drop(answers.add_page(endpoint, &body).map_err(|error| self.located(error, endpoint))?)
                }
                // The report says whose number is not known.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// How many records a list has of which nothing is taken over.
    async fn size(&self, endpoint: &str, answers: &mut Answers) -> Result<()> {
        let url = self.address(&format!("{endpoint}/?limit=1"))?;
        match self.get(&url, endpoint).await {
            Ok(body) => {
                let page: Option<Value> = serde_json::from_slice(&body).ok();
                let count = page.and_then(|page| page.get("count")?.as_u64());
                answers.note_count(endpoint, count);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            // Nothing of it is needed.
            Err(error) if error.kind() == ErrorKind::Auth => {
                answers.note_count(endpoint, None);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// An answer, after several attempts if it must be.
    async fn get(&self, url: &Url, endpoint: &str) -> Result<Vec<u8>> {
        let budget = self.server.retry_budget;
        let delays = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(500))
            .with_max_delay(Duration::from_secs(30))
            .with_jitter()
            .without_max_times()
            .with_total_delay(Some(budget));
        let attempt = || self.attempt(url);
        let answer = attempt
            .retry(delays)
            .when(|error: &Error| error.kind().is_retryable())
            .adjust(|error, own| {
                let asked = error.retry_after().unwrap_or_default();
                own.filter(|_| asked <= budget).map(|own| own.max(asked))
            })
            .notify(|error, delay| tracing::warn!(%error, ?delay, endpoint, "Peering Manager: trying again"));
        answer.await.map_err(|error| self.located(error, endpoint))
    }

    async fn attempt(&self, url: &Url) -> Result<Vec<u8>> {
        let token = &self.server.token;
        let mut value = HeaderValue::from_str(&format!("Token {}", token.expose().trim())).map_err(|_| {
            Error::new(ErrorKind::Options, "the token has characters that an HTTP header cannot hold")
        })?;
        value.set_sensitive(true);
        let request =
            self.http.get(url.clone()).header(ACCEPT, "application/json").header(AUTHORIZATION, value);
        let mut response = request.send().await.map_err(failure::broken)?;
        let status = response.status();
        if status.is_redirection() {
            let text =
                format!("HTTP {status}: redirects are not followed; give the address that it leads to");
            return Err(Error::new(ErrorKind::Rejected, text));
        }
        let headers = response.headers().clone();
        let most = if status.is_success() { self.server.max_answer } else { 1 << 16 };
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(failure::broken)? {
            body.extend_from_slice(&piece);
            if body.len() > most {
                break;
            }
        }
        if !status.is_success() {
            let advice = "check the token, and what its user may read";
            return Err(failure::refused_with(status, &headers, &body, Some(token), advice));
        }
        if body.len() > most {
            let text = format!("the answer has more than {most} bytes; ask for smaller pages");
            return Err(Error::new(ErrorKind::Parse, text));
        }
        Ok(body)
    }

    fn located(&self, error: Error, endpoint: &str) -> Error {
        error
            .with_host(self.root.host_str().unwrap_or_default())
            .with_operation(&format!("GET {endpoint} of Peering Manager"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(address: &str) -> Result<String> {
        Server::new(address, "hunter2").root().map(String::from)
    }

    #[test]
    fn the_api_is_below_the_address() {
        for (address, expected) in [
            ("https://pm.example", "https://pm.example/api/"),
            ("https://pm.example/", "https://pm.example/api/"),
            ("https://pm.example/api", "https://pm.example/api/"),
            ("http://127.0.0.1:8/pm/api/?a#b", "http://127.0.0.1:8/pm/api/"),
        ] {
            assert_eq!(root(address).unwrap(), expected, "{address}");
        }
        for address in ["", "pm.example", "ftp://pm.example", "https://me:hunter2@pm.example"] {
            let error = root(address).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Options);
            assert!(!error.to_string().contains("hunter2"));
        }
        assert!(!format!("{:?}", Server::new("https://pm.example", "hunter2")).contains("hunter2"));
    }

    #[test]
    fn the_next_page_is_where_this_one_is() {
        let server = Server::new("https://pm.example", "hunter2");
        let root = server.root().unwrap();
        let session = Session { server: &server, http: server.http(&root).unwrap(), root };
        let current = session.address("net/bfd/?limit=5").unwrap();
        let next = |text: &str| session.next(&current, text).map(String::from);
        assert!(next("https://pm.example/api/net/bfd/?limit=5&offset=5").is_ok());
        assert!(next("?offset=5").is_ok());
        for text in [
            "http://pm.example/api/net/bfd/?offset=5",
            "https://pm.example:444/api/net/bfd/?offset=5",
            "https://evil.example/api/net/bfd/?offset=5",
            "//evil.example/api/net/bfd/?offset=5",
            "https://pm.example/api/net/connections/?offset=5",
            "https://a:b@pm.example/api/net/bfd/?offset=5",
            "https://",
        ] {
            assert_eq!(next(text).unwrap_err().kind(), ErrorKind::Rejected, "{text}");
        }
    }
}
