//! How a target is reached: what it says itself, filled up with what the user's SSH configuration says.

use std::path::PathBuf;

use peering_core::driver::{Credentials, HostKeyPolicy, SshConfig, Target};
use peering_core::{Error, ErrorKind, Result};

use super::PORT;
use super::config::{self, Proxy, Question, Settings};

/// Hosts on the way to one.
const HOPS: usize = 8;

/// A target with nothing left open.
#[derive(Debug)]
pub(super) struct Plan {
    /// Host, user and way as they are used; what was given is kept.
    pub(super) target: Target,
    pub(super) port: u16,
    /// The host as known-hosts files name it.
    pub(super) alias: String,
    /// Key files: the target's own, else those of the configuration that are there.
    pub(super) keys: Vec<PathBuf>,
    /// Certificates of these keys, where they are not beside them.
    pub(super) certificates: Vec<PathBuf>,
}

/// Who we are on this machine.
struct Local {
    user: String,
    home: Option<PathBuf>,
}

impl Local {
    fn new() -> Self {
        let user = std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_default();
        Local { user, home: std::env::home_dir() }
    }

    fn settings(&self, target: &Target, host: &str, user: Option<&str>) -> Result<Settings> {
        let (path, must_exist) = match (&target.ssh_config, &self.home) {
            (SshConfig::File(path), _) => (path.clone(), true),
            (SshConfig::User, Some(home)) => (home.join(".ssh/config"), false),
            (SshConfig::User, None) | (SshConfig::Off, _) => return Ok(Settings::default()),
        };
        let question = Question { host, user, local_user: &self.user, home: self.home.as_deref() };
        config::read(&path, must_exist, question)
    }

    fn path(&self, text: &str) -> PathBuf {
        config::path(text, self.home.as_deref(), None)
    }
}

/// Reads the configuration; nothing is sent. `hops` counts the hosts for which this one is on the way.
///
/// # Errors
/// `Options` when the configuration cannot be read, says what makes no sense, or leads in a circle.
pub(super) fn plan(target: &Target, hops: usize) -> Result<Plan> {
    if hops > HOPS {
        return Err(options(format!(
            "more than {HOPS} jump hosts follow on each other; do they lead in a circle?"
        )));
    }
    let local = Local::new();
    let given = Some(target.credentials.username.as_str()).filter(|user| !user.is_empty());
    let settings = local.settings(target, &target.host, given)?;
    let mut resolved = target.clone();
    if let (None, Some(user)) = (given, &settings.user) {
        resolved.credentials.username.clone_from(user);
    }
    if resolved.credentials.username.is_empty() {
        return Err(options(format!("no user name is given for {target}")));
    }
    let port = target.port.or(settings.port).unwrap_or(PORT);
    let user = resolved.credentials.username.clone();
    let mut tokens = Tokens {
        host: target.host.clone(),
        original: target.host.clone(),
        port: port.to_string(),
        remote_user: user,
        local_user: local.user.clone(),
        home: local.home.as_deref().map(|home| home.display().to_string()).unwrap_or_default(),
    };
    if let Some(name) = &settings.host_name {
        resolved.host = tokens.replace(name)?;
        tokens.host.clone_from(&resolved.host);
    }
    let files = |texts: &[String]| -> Result<Vec<PathBuf>> {
        texts.iter().map(|text| Ok(local.path(&tokens.replace(text)?))).collect()
    };
    let keys = match &target.credentials.private_key {
        Some(key) => vec![key.clone()],
        None => there(files(&settings.identity_files)?),
    };
    let certificates = there(files(&settings.certificate_files)?);
    if let (None, Some(texts)) = (&target.known_hosts, &settings.known_hosts) {
        let named: Vec<String> = texts.iter().filter(|text| *text != "none").cloned().collect();
        resolved.known_hosts = Some(files(&named)?);
    }
    match (&target.jump, &target.proxy_command) {
        (Some(_), Some(_)) => {
            return Err(options(format!("{target} is given both a jump host and a proxy command")));
        }
        (None, None) => match &settings.proxy {
            Some(Proxy::Jump(hosts)) => resolved.jump = jumps(target, hosts, &local, &tokens.remote_user)?,
            Some(Proxy::Command(command)) => resolved.proxy_command = Some(command.clone()),
            Some(Proxy::Direct) | None => {}
        },
        _ => {}
    }
    if let Some(command) = &resolved.proxy_command {
        resolved.proxy_command = Some(tokens.command(command)?);
    }
    let alias = settings.host_key_alias.unwrap_or_else(|| resolved.host.clone());
    Ok(Plan { target: resolved, port, alias, keys, certificates })
}

fn options(words: String) -> Error {
    Error::new(ErrorKind::Options, words)
}

fn there(files: Vec<PathBuf>) -> Vec<PathBuf> {
    files.into_iter().filter(|path| path.is_file()).collect()
}

/// The chain of a `ProxyJump`. A jump host is shown the keys, and never the router's password; its host key is
/// checked even where the router's is not.
fn jumps(target: &Target, hosts: &[String], local: &Local, user: &str) -> Result<Option<Box<Target>>> {
    let mut chain = None;
    for host in hosts {
        let place = host.strip_prefix("ssh://").unwrap_or(host).trim_end_matches('/');
        let parsed: Target = place
            .parse()
            .map_err(|error: Error| options("a ProxyJump is wrong".to_owned()).with_source(error))?;
        let mut username = parsed.credentials.username;
        if username.is_empty() {
            let settings = local.settings(target, &parsed.host, None)?;
            let ours = if local.user.is_empty() { user } else { local.user.as_str() };
            username = settings.user.unwrap_or_else(|| ours.to_owned());
        }
        let host_key = match target.host_key {
            HostKeyPolicy::Known => HostKeyPolicy::Known,
            _ => HostKeyPolicy::TrustOnFirstUse,
        };
        chain = Some(Box::new(Target {
            host: parsed.host,
            port: parsed.port,
            credentials: Credentials { username, password: None, ..target.credentials.clone() },
            host_key,
            jump: chain,
            proxy_command: None,
            ..target.clone()
        }));
    }
    Ok(chain)
}

/// What stands for what behind a `%`.
struct Tokens {
    host: String,
    original: String,
    port: String,
    remote_user: String,
    local_user: String,
    home: String,
}

impl Tokens {
    fn replace(&self, text: &str) -> Result<String> {
        let mut replaced = String::with_capacity(text.len());
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            if character != '%' {
                replaced.push(character);
                continue;
            }
            let value = match characters.next() {
                Some('%') => "%",
                Some('h') => &self.host,
                Some('n') => &self.original,
                Some('p') => &self.port,
                Some('r') => &self.remote_user,
                Some('u') => &self.local_user,
                Some('d') => &self.home,
                _ => {
                    return Err(options(format!("{text:?} of the SSH configuration has an unknown % token")));
                }
            };
            replaced.push_str(value);
        }
        Ok(replaced)
    }

    /// A shell is going to read it: host and user must be nothing but names.
    fn command(&self, text: &str) -> Result<String> {
        let is_name = |name: &str, more: &str| {
            !name.starts_with('-')
                && name.chars().all(|character| character.is_alphanumeric() || more.contains(character))
        };
        if !is_name(&self.host, "-._:%")
            || !is_name(&self.original, "-._:%")
            || !is_name(&self.remote_user, "-._@+")
        {
            return Err(options("host or user have characters that no proxy command is given".to_owned()));
        }
        self.replace(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(config: &str) -> (tempfile::TempDir, Target) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, config).unwrap();
        let mut target: Target = "netops@r1".parse().unwrap();
        target.ssh_config = SshConfig::File(path);
        (folder, target)
    }

    const CONFIG: &str = "
        Host r1
          HostName %h.example.net
          User config
          Port 2201
          IdentityFile /nonexistent
          UserKnownHostsFile ~/a /b/%r
          HostKeyAlias router-one
          ProxyCommand nc %h %p %r %n %%
        Host b1
          User hop
        Host circle
          ProxyJump circle
    ";

    #[test]
    fn what_is_given_counts_more() {
        let (_folder, mut target) = target(CONFIG);
        let found = plan(&target, 0).unwrap();
        assert_eq!((found.target.host.as_str(), found.port), ("r1.example.net", 2201));
        assert_eq!(found.target.credentials.username, "netops");
        assert_eq!(found.alias, "router-one");
        assert_eq!(found.target.proxy_command.as_deref(), Some("nc r1.example.net 2201 netops r1 %"));
        assert!(found.keys.is_empty());
        let home = std::env::home_dir().unwrap_or_default();
        assert_eq!(found.target.known_hosts, Some(vec![home.join("a"), PathBuf::from("/b/netops")]));

        target.port = Some(22);
        target.known_hosts = Some(Vec::new());
        target.credentials.username = String::new();
        target.credentials.private_key = Some("/nonexistent/too".into());
        target.jump = Some(Box::new(Target::new("j")));
        let found = plan(&target, 0).unwrap();
        assert_eq!((found.target.credentials.username.as_str(), found.port), ("config", 22));
        assert_eq!(
            found.keys,
            [PathBuf::from("/nonexistent/too")],
            "one that is given and missing is told later"
        );
        assert_eq!((found.target.proxy_command, found.target.known_hosts), (None, Some(Vec::new())));

        target.proxy_command = Some("nc".to_owned());
        assert_eq!(plan(&target, 0).unwrap_err().kind(), ErrorKind::Options);
        target.jump = None;
        target.ssh_config = SshConfig::Off;
        assert_eq!(plan(&target, 0).unwrap_err().kind(), ErrorKind::Options, "no user");
        target.ssh_config = SshConfig::File("/nonexistent".into());
        assert_eq!(plan(&target, 0).unwrap_err().kind(), ErrorKind::Options);
    }

    #[test]
    fn a_chain_of_jump_hosts_sees_no_password() {
        let (_folder, mut target) =
            target(&format!("Host r1\n ProxyJump a@b0:2022,ssh://b1/,[2001:db8::1]:22\n{CONFIG}"));
        target.credentials.password = Some("hunter2".into());
        target.credentials.agent = true;
        target.host_key = HostKeyPolicy::AcceptAnyInsecure;
        let last = plan(&target, 0).unwrap().target.jump.unwrap();
        let middle = last.jump.as_deref().unwrap();
        let first = middle.jump.as_deref().unwrap();
        assert_eq!(
            (first.host.as_str(), first.port, first.credentials.username.as_str()),
            ("b0", Some(2022), "a")
        );
        assert_eq!(
            (middle.host.as_str(), middle.port, middle.credentials.username.as_str()),
            ("b1", None, "hop")
        );
        assert_eq!(last.host, "2001:db8::1");
        for jump in [&*last, middle, first] {
            assert!(jump.credentials.password.is_none() && jump.credentials.agent);
            assert_eq!(jump.host_key, HostKeyPolicy::TrustOnFirstUse);
        }
    }

    #[test]
    fn refuses_circles_and_words_for_the_shell() {
        let (_folder, mut target) = target(CONFIG);
        for host in ["$(reboot)", "-oProxyCommand=x", "a b", "a;b"] {
            target.host = host.to_owned();
            target.proxy_command = Some("nc %h %p".to_owned());
            assert_eq!(plan(&target, 0).unwrap_err().kind(), ErrorKind::Options, "{host}");
        }
        assert_eq!(plan(&Target::new("circle"), HOPS + 1).unwrap_err().kind(), ErrorKind::Options);
        target.host = "r1".to_owned();
        target.proxy_command = Some("nc %x".to_owned());
        assert_eq!(plan(&target, 0).unwrap_err().kind(), ErrorKind::Options);
    }
}
