//! Certificates trusted on first use: a file of ours with one line a router, its place and the fingerprint.
//!
//! Lines that begin with `#` are comments; of several lines for one place each counts, so that a new certificate can
//! be announced before it is there.

use std::fs;
use std::path::{Path, PathBuf};

use peering_core::driver::Target;

use super::super::own_file;
use super::tls::Fingerprint;

/// Where the pins of one router are, and its place as they are written.
#[derive(Debug)]
pub(super) struct Trust {
    file: PathBuf,
    place: String,
}

/// What the file says of a certificate.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Same,
    Unknown,
    /// Others are known; the first, and the line it stands in.
    Changed {
        known: String,
        line: usize,
    },
}

impl Trust {
    /// `None` where there is no folder to remember anything in.
    pub(super) fn new(target: &Target, place: &str) -> Option<Trust> {
        let file = match (&target.trusted_certificates, &target.trusted_hosts) {
            (Some(file), _) => file.clone(),
            (None, Some(hosts)) => hosts.with_file_name("known_certificates"),
            (None, None) => own_file::in_state("known_certificates")?,
        };
        Some(Trust { file, place: place.to_lowercase() })
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    pub(super) fn look(&self, shown: &Fingerprint) -> std::io::Result<Verdict> {
        match fs::read_to_string(&self.file) {
            Ok(text) => Ok(self.verdict(&text, shown)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Verdict::Unknown),
            Err(error) => Err(error),
        }
    }

    /// Adds the certificate, unless another process has been quicker: then its word counts.
    pub(super) fn remember(&self, shown: &Fingerprint) -> std::io::Result<Verdict> {
        own_file::add(&self.file, |text| {
            let verdict = self.verdict(text, shown);
            let line = (verdict == Verdict::Unknown).then(|| format!("{} {shown}", self.place));
            Ok((verdict, line))
        })
    }

    fn verdict(&self, text: &str, shown: &Fingerprint) -> Verdict {
        let mut first = None;
        for (index, line) in text.lines().enumerate() {
            let mut words = line.split_whitespace();
            let (Some(place), Some(known)) = (words.next(), words.next()) else { continue };
            if place.starts_with('#') || place.to_lowercase() != self.place {
                continue;
            }
            if known.parse::<Fingerprint>().is_ok_and(|known| known == *shown) {
                return Verdict::Same;
            }
            first.get_or_insert_with(|| Verdict::Changed { known: known.to_owned(), line: index + 1 });
        }
        first.unwrap_or(Verdict::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(byte: u8) -> Fingerprint {
        Fingerprint::of(&[byte])
    }

    #[test]
    fn many_writers_leave_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a/known_certificates");
        let trust = Trust { file: file.clone(), place: "r1:443".to_owned() };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| trust.remember(&print(1)).unwrap());
            }
        });
        assert_eq!(fs::read_to_string(&file).unwrap(), format!("r1:443 {}\n", print(1)));
        assert_eq!(trust.look(&print(1)).unwrap(), Verdict::Same);
        assert!(matches!(trust.remember(&print(2)).unwrap(), Verdict::Changed { line: 1, .. }));
        assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 1);
    }

    #[test]
    fn reads_lines_as_people_write_them() {
        let trust = Trust { file: PathBuf::new(), place: "[2001:db8::1]:443".to_owned() };
        let text =
            format!("# [2001:db8::1]:443 {}\n\nr1:443 {}\n[2001:DB8::1]:443 {}", print(1), print(1), {
                print(2).to_string().to_lowercase()
            });
        assert_eq!(trust.verdict(&text, &print(2)), Verdict::Same);
        assert!(matches!(trust.verdict(&text, &print(1)), Verdict::Changed { line: 4, .. }));
        assert_eq!(trust.verdict("[2001:db8::1]:4430 x", &print(1)), Verdict::Unknown);
    }
}
