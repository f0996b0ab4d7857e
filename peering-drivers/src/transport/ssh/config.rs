//! OpenSSH's `ssh_config`: what it says of one host. Reading the words; [`super::plan`] uses them.
//!
//! Our own reader, because a user's file must be taken as OpenSSH takes it: `Host`, `Match` (`all`, `host`,
//! `originalhost`, `user`, `localuser`), `Include`, quotes, first value wins. `Match exec` and other conditions that
//! are not looked at here do not hold, so what stands under them is left out. Keywords without meaning for this
//! library are passed over, whatever their values.

use std::fs;
use std::path::{Path, PathBuf};

use peering_core::{Error, ErrorKind, Result};

use super::pattern;

/// Files within files.
const DEPTH: usize = 16;

/// How a host is reached when not directly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proxy {
    Direct,
    Jump(Vec<String>),
    Command(String),
}

/// What the configuration says of one host, as it is written: `~` and tokens are not replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) host_name: Option<String>,
    pub(super) user: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) identity_files: Vec<String>,
    pub(super) certificate_files: Vec<String>,
    pub(super) proxy: Option<Proxy>,
    pub(super) known_hosts: Option<Vec<String>>,
    pub(super) host_key_alias: Option<String>,
}

/// Who asks for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    /// The host as the user wrote it.
    pub(super) host: &'a str,
    /// The user, where it is given.
    pub(super) user: Option<&'a str>,
    pub(super) local_user: &'a str,
    pub(super) home: Option<&'a Path>,
}

/// Reads a file and what it includes. `must_exist`: a missing file is an error.
pub(super) fn read(path: &Path, must_exist: bool, question: Question<'_>) -> Result<Settings> {
    let mut reader = Reader { question, settings: Settings::default(), is_active: true };
    match fs::read(path) {
        Ok(text) => reader.text(&String::from_utf8_lossy(&text), path, DEPTH)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => {}
        Err(error) => return Err(unreadable(path, error)),
    }
    Ok(reader.settings)
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::new(
        ErrorKind::Options,
        format!("the SSH configuration {} cannot be read: {error}", path.display()),
    )
    .with_source(error)
}

/// A path with `~` replaced, and without a root taken from `base`.
pub(super) fn path(text: &str, home: Option<&Path>, base: Option<&Path>) -> PathBuf {
    match (text.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => base.map_or_else(|| PathBuf::from(text), |base| base.join(text)),
    }
}

struct Reader<'a> {
    question: Question<'a>,
    settings: Settings,
    /// Whether the lines that follow are about our host.
    is_active: bool,
}

impl Reader<'_> {
    fn text(&mut self, text: &str, file: &Path, depth: usize) -> Result<()> {
        for (index, line) in text.lines().enumerate() {
            let wrong = |what: &str| {
                let place = format!("line {} of {}", index + 1, file.display());
                Error::new(ErrorKind::Options, format!("the SSH configuration has {what} in {place}"))
            };
            let Some((keyword, rest)) = split(line) else { continue };
            let words = words(rest).ok_or_else(|| wrong("an open quote"))?;
            match (keyword.as_str(), words.as_slice()) {
                ("host", patterns) => {
                    self.is_active = pattern::covers(patterns.iter().map(String::as_str), self.question.host);
                }
                ("match", conditions) => {
                    self.is_active =
                        self.holds(conditions).ok_or_else(|| wrong("a Match without a value"))?;
                }
                _ if !self.is_active => {}
                ("include", paths) => {
                    if depth == 0 {
                        return Err(wrong("an Include that leads too deep"));
                    }
                    let files: Vec<PathBuf> = paths.iter().flat_map(|path| self.included(path)).collect();
                    for path in files {
                        let text = fs::read(&path).map_err(|error| unreadable(&path, error))?;
                        self.text(&String::from_utf8_lossy(&text), &path, depth - 1)?;
                        self.is_active = true;
                    }
                }
                (keyword, words) => self.set(keyword, words, rest).map_err(wrong)?,
            }
        }
        Ok(())
    }

    /// The first value of a keyword counts; key files add up.
    fn set(&mut self, keyword: &str, words: &[String], rest: &str) -> Result<(), &'static str> {
        let settings = &mut self.settings;
        let one = |slot: &mut Option<String>| match words.first() {
            Some(word) => {
                slot.get_or_insert_with(|| word.clone());
                Ok(())
            }
            None => Err("a keyword without its value"),
        };
        match keyword {
            "hostname" => one(&mut settings.host_name)?,
            "user" => one(&mut settings.user)?,
            "hostkeyalias" => one(&mut settings.host_key_alias)?,
            "port" => {
                let port = words.first().and_then(|word| word.parse().ok()).filter(|port| *port != 0);
                settings.port.get_or_insert(port.ok_or("a wrong port")?);
            }
            "identityfile" => settings.identity_files.extend(words.first().cloned()),
            "certificatefile" => settings.certificate_files.extend(words.first().cloned()),
            "userknownhostsfile" => {
                settings.known_hosts.get_or_insert_with(|| words.to_vec());
            }
            "proxycommand" | "proxyjump" => {
                let first = words.first().ok_or("a keyword without its value")?;
                settings.proxy.get_or_insert_with(|| match (first.to_lowercase().as_str(), keyword) {
                    ("none", _) => Proxy::Direct,
                    (_, "proxycommand") => Proxy::Command(rest.to_owned()),
                    _ => Proxy::Jump(first.split(',').map(|host| host.trim().to_owned()).collect()),
                });
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether all conditions of a `Match` hold; `None` where one has no value.
    fn holds(&self, words: &[String]) -> Option<bool> {
        let (settings, question) = (&self.settings, self.question);
        let mut holds = !words.is_empty();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let word = word.to_lowercase();
            let (condition, mut value) = match word.split_once('=') {
                Some((condition, value)) => (condition, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let (condition, is_negated) = match condition.strip_prefix('!') {
                Some(condition) => (condition, true),
                None => (condition, false),
            };
            if ["all", "canonical", "final"].contains(&condition) {
                // there is one pass only, and it is not the final one
                holds &= (condition == "all") != is_negated;
                continue;
            }
            if value.is_none() {
                value = words.next().cloned();
            }
            let patterns = value?;
            let subject = match condition {
                "host" => settings.host_name.as_deref().unwrap_or(question.host),
                "originalhost" => question.host,
                "user" => question.user.or(settings.user.as_deref()).unwrap_or(question.local_user),
                "localuser" => question.local_user,
                _ => {
                    holds = false;
                    continue;
                }
            };
            holds &= pattern::covers(patterns.split(','), subject) != is_negated;
        }
        Some(holds)
    }

    /// The files that an `Include` names: relative to `~/.ssh`, with wildcards; those that are not there are none.
    fn included(&self, text: &str) -> Vec<PathBuf> {
        let home = self.question.home;
        let base = home.map(|home| home.join(".ssh"));
        let mut found = vec![PathBuf::new()];
        for part in path(text, home, base.as_deref()).components() {
            let part = part.as_os_str();
            let pattern = part.to_str().filter(|part| part.contains(['*', '?']));
            let Some(pattern) = pattern else {
                found.iter_mut().for_each(|path| path.push(part));
                continue;
            };
            found = found
                .iter()
                .flat_map(|folder| {
                    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
                    let mut names: Vec<_> =
                        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
                    names.retain(|name| !name.starts_with('.') && pattern::matches(pattern, name));
                    names.sort();
                    names.into_iter().map(|name| folder.join(name)).collect::<Vec<_>>()
                })
                .collect();
        }
        found.retain(|path| path.is_file());
        found
    }
}

/// The keyword of a line in lower case, and what follows; `None` for a line without.
fn split(line: &str) -> Option<(String, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let end =
        line.find(|character: char| character.is_whitespace() || character == '=').unwrap_or(line.len());
    let (keyword, rest) = line.split_at(end);
    let rest = rest.trim_start();
    Some((keyword.to_lowercase(), rest.strip_prefix('=').unwrap_or(rest).trim_start()))
}

/// The words of a line: quotes keep spaces, a backslash keeps a quote or a backslash, `#` in front of a word begins a
/// comment. `None` where a quote is not closed.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek().is_some_and(|next| ['\\', '"', '\''].contains(next)) => {
                word.get_or_insert_default().extend(characters.next());
            }
            _ if quote == Some(character) => quote = None,
            _ if quote.is_some() => word.get_or_insert_default().push(character),
            '"' | '\'' => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            ' ' | '\t' => words.extend(word.take()),
            '#' if word.is_none() => break,
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str, host: &str) -> Result<Settings> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config");
        fs::write(&file, text).unwrap();
        fs::create_dir_all(folder.path().join(".ssh/conf.d")).unwrap();
        fs::write(folder.path().join(".ssh/conf.d/b"), "Port 2\nHost other\nPort 3\nUser other\n").unwrap();
        fs::write(folder.path().join(".ssh/conf.d/a"), "Host r2\n  User a\n").unwrap();
        fs::write(folder.path().join(".ssh/loop"), "Include loop\n").unwrap();
        let question = Question { host, user: None, local_user: "me", home: Some(folder.path()) };
        read(&file, true, question)
    }

    #[test]
    fn takes_the_first_value_of_each_keyword() {
        let text = "
            Port=2201   # a comment
            Host r1 r2 !r3
              user = \"net ops\"
              HostName 192.0.2.1
              IdentityFile ~/.ssh/a
            Host r?
              User nobody
              Port 22
              IdentityFile ~/.ssh/b
              UserKnownHostsFile /a \"/b c\"
              ForwardAgent whatever-it-is
            Host *
              ProxyJump a,b@c:22
              ProxyCommand none
        ";
        let found = ask(text, "r1").unwrap();
        assert_eq!(found.user.as_deref(), Some("net ops"));
        assert_eq!((found.port, found.host_name.as_deref()), (Some(2201), Some("192.0.2.1")));
        assert_eq!(found.identity_files, ["~/.ssh/a", "~/.ssh/b"]);
        assert_eq!(found.known_hosts, Some(vec!["/a".to_owned(), "/b c".to_owned()]));
        assert_eq!(found.proxy, Some(Proxy::Jump(vec!["a".to_owned(), "b@c:22".to_owned()])));
        let found = ask(text, "r3").unwrap();
        assert_eq!((found.user.as_deref(), found.host_name), (Some("nobody"), None));
        assert_eq!(ask(text, "x").unwrap().user, None);
    }

    #[test]
    fn what_stands_under_match_is_for_whom_it_matches() {
        let text = "
            Host r1
              HostName core.example.net
            Match exec \"true\"
              User exec
            Match host *.example.net,!bad.example.net
              User host
            Match originalhost r2 user me
              User original
            Match !originalhost r1,r2 localuser me
              User negated
            Match final
              Port 99
            Match all
              ProxyCommand sh -c 'nc \"%h\" %p' # not a comment here
        ";
        let user = |host: &str| ask(text, host).unwrap().user.unwrap_or_default();
        assert_eq!(
            (user("r1").as_str(), user("r2").as_str(), user("r3").as_str()),
            ("host", "original", "negated")
        );
        let found = ask(text, "r9").unwrap();
        assert_eq!(found.port, None);
        assert_eq!(found.proxy, Some(Proxy::Command("sh -c 'nc \"%h\" %p' # not a comment here".to_owned())));
        assert_eq!(ask("Match host", "r1").unwrap_err().kind(), ErrorKind::Options);
    }

    #[test]
    fn what_is_included_ends_where_it_ends() {
        let found = ask("Host r1\nInclude conf.d/* none\nUser after\n", "r1").unwrap();
        assert_eq!((found.port, found.user.as_deref()), (Some(2), Some("after")));
        let found = ask("Include conf.d/*\n", "r2").unwrap();
        assert_eq!((found.port, found.user.as_deref()), (Some(2), Some("a")));
        assert_eq!(ask("Host r1\nInclude conf.d/*\n", "other").unwrap(), Settings::default());
        assert_eq!(ask("Include loop", "r1").unwrap_err().kind(), ErrorKind::Options);
    }

    #[test]
    fn nonsense_says_where_it_stands() {
        for text in ["\nPort x", "\nPort 0", "\nUser \"open", "\nUser", "\nProxyJump"] {
            let error = ask(text, "r1").unwrap_err();
            assert!(error.kind() == ErrorKind::Options && error.to_string().contains("line 2 of"), "{error}");
        }
        assert_eq!(ask("\u{feff}x\n\0\n=\nHost", "r1").unwrap(), Settings::default());
    }
}
