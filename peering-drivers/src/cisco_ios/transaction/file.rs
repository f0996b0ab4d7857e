//! Files on the router. Whatever it asks about them is answered; nothing of its configuration is changed for that.

use peering_core::{Error, ErrorKind, Result};

use super::super::Upload;
use super::super::session::IosSession;
use super::told::{self, Listing};
use crate::cisco::CommandLine;
use crate::transport::Checksum;

/// What IOS may ask where a file is named, and Enter for what it proposes.
const QUESTIONS: &[(&str, &str)] = &[
    (r"Destination filename \[[^\]]*\]\? ?", ""),
    (r"Do you want to over ?write\? \[confirm\]", ""),
    (r"Delete filename \[[^\]]*\]\? ?", ""),
    (r"Delete [^?]*\? ?\[confirm\]", ""),
];

/// Bytes that are left free beside our files.
const SPARE: u64 = 64 * 1024;

impl IosSession {
    /// The path of a file of ours.
    pub(super) fn path(&self, file: &str) -> String {
        format!("{}{file}", self.file_system)
    }

    /// Copies what is running into the file that is our lock.
    pub(super) async fn copy_running(&mut self, name: &str) -> Result<()> {
        let command = format!("copy running-config {}", self.path(&told::kept(name)));
        self.shell.converse(&command, QUESTIONS).await.map(drop)
    }

    /// Removes the files of a name, those that the router lists.
    pub(super) async fn remove(&mut self, listing: &Listing, name: &str) -> Result<()> {
        for file in [told::wanted(name), told::kept(name)] {
            if listing.size(&file).is_some() {
                let command = format!("delete /force {}", self.path(&file));
                self.shell.converse(&command, QUESTIONS).await?;
            }
        }
        Ok(())
    }

    /// Puts the candidate on the router, and compares what arrived.
    pub(super) async fn upload(&mut self) -> Result<()> {
        let change = self.change()?;
        if change.is_uploaded {
            return Ok(());
        }
        let (file, content) = (told::wanted(&change.name), change.goal.file());
        let path = self.path(&file);
        let listing = self.look().await?.listing;
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        if let Some(free) = listing.free.filter(|free| *free < size.saturating_add(SPARE)) {
            let words =
                format!("{} has {free} bytes free, and the candidate needs {size}", listing.file_system);
            return Err(Error::new(ErrorKind::Rejected, words));
        }
        if listing.size(&file).is_some() {
            self.shell.converse(&format!("delete /force {path}"), QUESTIONS).await?;
        }
        match self.driver.upload {
            Upload::Scp => self.copy(&path, content.as_bytes()).await?,
            Upload::Tcl => self.write(&path, &content).await?,
        }
        let answer = self.text(&format!("verify /md5 {path}")).await?;
        let sum = Checksum::Md5.of(content.as_bytes());
        // a recorded answer is one to the recorded file
        if !answer.to_lowercase().contains(&sum) && !self.shell.transcript().is_replay() {
            return Err(Error::new(ErrorKind::Rejected, "the candidate arrived on the router damaged"));
        }
        if let Some(change) = &mut self.change {
            change.is_uploaded = true;
        }
        Ok(())
    }

    async fn copy(&mut self, path: &str, content: &[u8]) -> Result<()> {
        let Some(ssh) = self.shell.ssh() else {
            return Err(Error::unsupported("an upload without SSH"));
        };
        ssh.upload_scp(path, content).await.map_err(|error| match error.kind() {
            ErrorKind::Rejected => {
                let words = format!(
                    "the router does not take files by SCP (`ip scp server enable`, or the option `upload: tcl`): {}",
                    error.message()
                );
                Error::new(ErrorKind::Rejected, words).with_source(error)
            }
            _ => error,
        })
    }

    /// Writes a file line by line through the router's Tcl.
    async fn write(&mut self, path: &str, content: &str) -> Result<()> {
        self.shell.enter("tclsh").await?;
        let written = self.put_lines(path, content).await;
        // whatever became of it, the mode is left
        let left = self.shell.run("tclquit").await;
        written?;
        left.map(drop)
    }

    async fn put_lines(&mut self, path: &str, content: &str) -> Result<()> {
        let bare = content.strip_suffix('\n').unwrap_or(content);
        let lines = match is_plain(bare) {
            true => vec![format!("puts [open \"{path}\" w+] {{{bare}}}")],
            false => {
                let mut lines = vec![
                    format!("set peering [open \"{path}\" w+]"),
                    "fconfigure $peering -translation lf -encoding binary".into(),
                ];
                lines.extend(content.lines().map(|line| format!("puts $peering \"{}\"", escaped(line))));
                lines.push("close $peering".into());
                lines
            }
        };
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        self.shell.configure(&lines).await.map(drop).map_err(|(_, error)| {
            Error::new(error.kind(), format!("the candidate could not be written: {}", error.message()))
        })
    }
}

/// Whether a text means nothing to Tcl within braces, and nothing to the terminal.
fn is_plain(text: &str) -> bool {
    let mut depth = 0_i64;
    let is_balanced = text.chars().all(|character| {
        depth += i64::from(character == '{') - i64::from(character == '}');
        depth >= 0
    });
    let is_told = |character: char| matches!(character, ' '..='~' | '\n') && !matches!(character, '\\' | '?');
    is_balanced && depth == 0 && text.chars().all(is_told)
}

/// A line within quotation marks of Tcl: what means something there, or to the terminal, by its number.
fn escaped(line: &str) -> String {
    let plain = |character: char| {
        matches!(character, ' '..='~')
            && !matches!(character, '\\' | '"' | '$' | '[' | ']' | '{' | '}' | '?' | '!')
    };
    let mut text = String::with_capacity(line.len());
    for character in line.chars() {
        if plain(character) {
            text.push(character);
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                text.push_str(&format!("\\{byte:03o}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{escaped, is_plain};

    #[test]
    fn braces_must_be_pairs() {
        assert!(is_plain("hostname a\n description {a} [b] $c\n"));
        for text in ["}{", "{", "a\\", "what?", "banner motd \u{3}"] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn nothing_of_a_line_means_anything_to_tcl() {
        assert_eq!(escaped(" description a"), " description a");
        assert_eq!(escaped("[exec] $x {y} \"\\?"), "\\133exec\\135 \\044x \\173y\\175 \\042\\134\\077");
        assert_eq!(escaped("banner motd \u{3}"), "banner motd \\003");
    }
}
