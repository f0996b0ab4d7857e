//! Which host keys are right: OpenSSH's `known_hosts` files, read as OpenSSH reads them, and our own.
//!
//! Hashed names, `[host]:port`, wildcards, negation, `@revoked` and `@cert-authority` count: where an authority for the
//! host is known, the host is asked for a certificate. A line that cannot be read is passed over, as OpenSSH does.

use std::fs;
use std::path::{Path, PathBuf};

use peering_core::driver::HostKeyPolicy;
use peering_core::{Error, ErrorKind, Result};
use ring::hmac;
use russh::keys::ssh_key::certificate::CertType;
use russh::keys::ssh_key::known_hosts::{Entry, HostPatterns, Marker};
use russh::keys::{Algorithm, Certificate, HashAlg, PublicKey};

use super::super::own_file;
use super::pattern;
use super::plan::Plan;

/// The policy of one target, with what the files say of it.
pub(super) struct Check {
    policy: HostKeyPolicy,
    /// The host, in lower case.
    host: String,
    /// The host as known-hosts files write it.
    name: String,
    entries: Vec<Known>,
    /// Those who may sign its certificate.
    authorities: Vec<PublicKey>,
    algorithms: Vec<Algorithm>,
    /// Where a new host is written to.
    own: Option<PathBuf>,
}

/// A line that speaks of our host.
struct Known {
    place: String,
    mark: Option<Marker>,
    key: PublicKey,
}

impl Known {
    fn is_revoked(&self) -> bool {
        self.mark == Some(Marker::Revoked)
    }
}

impl Check {
    pub(super) fn new(plan: &Plan) -> Result<Self> {
        let target = &plan.target;
        let name = name(&plan.alias, plan.port);
        let own = target.trusted_hosts.clone().or_else(|| own_file::in_state("known_hosts"));
        let mut entries = Vec::new();
        if matches!(target.host_key, HostKeyPolicy::TrustOnFirstUse | HostKeyPolicy::Known) {
            let files = match &target.known_hosts {
                Some(files) => files.clone(),
                None => std::env::home_dir().map(|home| home.join(".ssh/known_hosts")).into_iter().collect(),
            };
            for file in files.iter().chain(&own) {
                entries.extend(read(file, &name)?);
            }
        }
        let (authorities, entries): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|known| known.mark == Some(Marker::CertAuthority));
        let algorithms =
            entries.iter().filter(|known| !known.is_revoked()).map(|known| known.key.algorithm()).collect();
        Ok(Check {
            policy: target.host_key.clone(),
            host: plan.alias.to_lowercase(),
            name,
            entries,
            authorities: authorities.into_iter().map(|known| known.key).collect(),
            algorithms,
            own,
        })
    }

    /// The key algorithms that are known of this host.
    pub(super) fn known_algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// Whether an authority is known that may sign this host's certificate.
    pub(super) fn has_authority(&self) -> bool {
        !self.authorities.is_empty()
    }

    /// Whether this is the right host, by its certificate; one of an authority that is not known for it is worth no
    /// more than the key in it.
    pub(super) async fn accept_certificate(&mut self, certificate: &Certificate) -> Result<()> {
        let key = PublicKey::new(certificate.public_key().clone(), "");
        let signer = certificate.signature_key();
        if !self.authorities.iter().any(|authority| authority.key_data() == signer) {
            return self.accept(&key).await;
        }
        let signed = PublicKey::new(signer.clone(), "");
        let is_revoked =
            [&key, &signed].into_iter().any(|key| matches!(verdict(&self.entries, key), Verdict::Revoked(_)));
        let authority = signer.fingerprint(HashAlg::Sha256);
        let why = if is_revoked {
            "it or its authority is revoked"
        } else if certificate.cert_type() != CertType::Host {
            "it is no host certificate"
        } else if !certificate.valid_principals().iter().any(|name| name.to_lowercase() == self.host) {
            "it is for another name"
        } else if certificate.critical_options().iter().next().is_some() {
            "it has conditions that are not known here"
        } else if certificate.validate([&authority]).is_err() {
            "it is not valid at this time, or its signature is wrong"
        } else {
            return Ok(());
        };
        Err(Error::new(
            ErrorKind::HostKey,
            format!(
                "the host certificate {:?} of {}, signed by {authority}, is not accepted: {why}",
                certificate.key_id(),
                self.name
            ),
        ))
    }

    /// Whether this is the right host.
    pub(super) async fn accept(&mut self, key: &PublicKey) -> Result<()> {
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        let shown = format!("{} key {fingerprint}", key.algorithm());
        let refuse = |words: String| Err(Error::new(ErrorKind::HostKey, words));
        match &self.policy {
            HostKeyPolicy::AcceptAnyInsecure => return Ok(()),
            HostKeyPolicy::Pinned(pinned) => {
                let is_same = pinned.trim().trim_end_matches('=') == fingerprint.trim_end_matches('=');
                return if is_same {
                    Ok(())
                } else {
                    refuse(format!("{} shows the {shown}, but {pinned} is pinned", self.name))
                };
            }
            HostKeyPolicy::TrustOnFirstUse | HostKeyPolicy::Known => {}
        }
        match verdict(&self.entries, key) {
            Verdict::Same => Ok(()),
            Verdict::Revoked(place) => refuse(format!("the {shown} of {} is revoked in {place}", self.name)),
            Verdict::Other(place) => refuse(format!(
                "the host key of {} has changed: it shows the {shown}, but {place} has another. Either the router \
                 got a new key or somebody is in between. If it is known to be new, remove that line (ssh-keygen -R \
                 '{}' -f FILE) and connect again",
                self.name, self.name
            )),
            Verdict::Unknown if self.policy == HostKeyPolicy::Known => refuse(format!(
                "{} is in no known-hosts file; it shows the {shown}. Check it, then add it there",
                self.name
            )),
            Verdict::Unknown => {
                let Some(own) = self.own.clone() else {
                    return refuse(format!(
                        "{} is unknown and there is no home folder to remember it in; it shows the {shown}",
                        self.name
                    ));
                };
                tracing::info!(host = self.name, key = shown, "host key trusted on first use");
                let (name, key) = (self.name.clone(), key.clone());
                let write = move || remember(&own, &name, &key).map_err(|error| (own, error));
                match tokio::task::spawn_blocking(write).await {
                    Ok(Ok(Verdict::Same | Verdict::Unknown)) => Ok(()),
                    Ok(Ok(Verdict::Other(place) | Verdict::Revoked(place))) => refuse(format!(
                        "{} shows the {shown}, but meanwhile {place} has another key",
                        self.name
                    )),
                    Ok(Err((own, error))) => refuse(format!(
                        "{} is unknown and could not be remembered in {}: {error}",
                        self.name,
                        own.display()
                    )),
                    Err(error) => refuse(format!("{} could not be remembered: {error}", self.name)),
                }
            }
        }
    }
}

enum Verdict {
    Same,
    Revoked(String),
    Other(String),
    Unknown,
}

/// A key of another kind than the known ones is no better than another key: the server was asked for those first.
fn verdict(entries: &[Known], key: &PublicKey) -> Verdict {
    let is_same = |known: &&Known| known.key.key_data() == key.key_data();
    if let Some(known) = entries.iter().filter(|known| known.is_revoked()).find(is_same) {
        return Verdict::Revoked(known.place.clone());
    }
    let mut trusted = entries.iter().filter(|known| known.mark.is_none());
    match trusted.clone().find(is_same) {
        Some(_) => Verdict::Same,
        None => trusted.next().map_or(Verdict::Unknown, |known| Verdict::Other(known.place.clone())),
    }
}

/// The host as OpenSSH writes it: lower case, and in brackets with its port unless that is SSH's own.
fn name(host: &str, port: u16) -> String {
    let host = host.to_lowercase();
    if port == super::PORT { host } else { format!("[{host}]:{port}") }
}

fn read(path: &Path, name: &str) -> Result<Vec<Known>> {
    match fs::read(path) {
        Ok(text) => Ok(entries(&String::from_utf8_lossy(&text), path, name)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Error::new(
            ErrorKind::HostKey,
            format!("the known-hosts file {} cannot be read: {error}", path.display()),
        )
        .with_source(error)),
    }
}

fn entries(text: &str, path: &Path, name: &str) -> Vec<Known> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Ok(entry) = line.parse::<Entry>() else {
            tracing::debug!(file = %path.display(), line = index + 1, "unreadable known-hosts line");
            continue;
        };
        if !covers(entry.host_patterns(), name) {
            continue;
        }
        found.push(Known {
            place: format!("line {} of {}", index + 1, path.display()),
            mark: entry.marker().cloned(),
            key: entry.public_key().clone(),
        });
    }
    found
}

fn covers(patterns: &HostPatterns, name: &str) -> bool {
    match patterns {
        HostPatterns::HashedName { salt, hash } => {
            let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, salt);
            hmac::verify(&key, name.as_bytes(), hash).is_ok()
        }
        HostPatterns::Patterns(patterns) => {
            let patterns: Vec<String> = patterns.iter().map(|pattern| pattern.to_lowercase()).collect();
            pattern::covers(patterns.iter().map(String::as_str), name)
        }
    }
}

/// Adds the host to our own file, unless another process has been quicker: then its word counts.
fn remember(path: &Path, name: &str, key: &PublicKey) -> std::io::Result<Verdict> {
    own_file::add(path, |text| {
        let verdict = verdict(&entries(text, path, name), key);
        let line = match verdict {
            Verdict::Unknown => {
                let key = PublicKey::new(key.key_data().clone(), "").to_openssh();
                Some(format!("{name} {}", key.map_err(std::io::Error::other)?.trim_end()))
            }
            _ => None,
        };
        Ok((verdict, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB9dG4kjRhQTtWTVzd2t27+t0DEHBPW7iOD23TUiYLio";
    const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";

    fn key(text: &str) -> PublicKey {
        PublicKey::from_openssh(text).unwrap()
    }

    fn judge(text: &str, host: &str, port: u16) -> &'static str {
        match verdict(&entries(text, Path::new("known_hosts"), &name(host, port)), &key(KEY)) {
            Verdict::Same => "same",
            Verdict::Revoked(_) => "revoked",
            Verdict::Other(_) => "other",
            Verdict::Unknown => "unknown",
        }
    }

    #[test]
    fn reads_every_form_of_a_line() {
        for (line, host, port, expected) in [
            (format!("r1 {KEY}"), "r1", 22, "same"),
            (format!("R1\t{KEY} a comment"), "r1", 22, "same"),
            (format!("r1 {KEY}"), "r1", 2201, "unknown"),
            (format!("[r1]:2201 {KEY}"), "r1", 2201, "same"),
            (format!("[r1]:2201 {KEY}"), "r1", 22, "unknown"),
            (format!("a,r?,b {KEY}"), "r1", 22, "same"),
            (format!("*.example.net,!bad.example.net {KEY}"), "good.example.net", 22, "same"),
            (format!("*.example.net,!bad.example.net {KEY}"), "bad.example.net", 22, "unknown"),
            (format!("[*]:2201 {KEY}"), "192.0.2.1", 2201, "same"),
            (format!("r1 {OTHER}"), "r1", 22, "other"),
            (format!("r1 {OTHER}\nr1 {KEY}"), "r1", 22, "same"),
            (format!("r1 {KEY}\n@revoked * {KEY}"), "r1", 22, "revoked"),
            (format!("@cert-authority * {OTHER}"), "r1", 22, "unknown"),
            (format!("# r1 {KEY}\n\nnonsense\nr1 ssh-ed25519 ???"), "r1", 22, "unknown"),
        ] {
            assert_eq!(judge(&line, host, port), expected, "{line} for {host}:{port}");
        }
    }

    #[test]
    fn reads_hashed_names() {
        // `ssh-keygen -H` of "r1" with a fixed salt
        let salt = [7_u8; 20];
        let mac_key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &salt);
        let mut hash = [0; 20];
        hash.copy_from_slice(hmac::sign(&mac_key, b"[r1]:2201").as_ref());
        let hashed = HostPatterns::HashedName { salt: salt.to_vec(), hash };
        let line = format!("{} {KEY}", hashed.to_string());
        assert_eq!(judge(&line, "R1", 2201), "same");
        assert_eq!(judge(&line, "r1", 22), "unknown");
    }

    #[test]
    fn remembers_once_and_for_the_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/known_hosts");
        assert!(matches!(remember(&path, "r1", &key(KEY)).unwrap(), Verdict::Unknown));
        assert!(matches!(remember(&path, "r1", &key(KEY)).unwrap(), Verdict::Same));
        assert!(matches!(remember(&path, "r1", &key(OTHER)).unwrap(), Verdict::Other(_)));
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("r1 {KEY}\n"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn many_writers_leave_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("known_hosts");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| remember(&path, "r1", &key(KEY)).unwrap());
            }
        });
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
    }
}
