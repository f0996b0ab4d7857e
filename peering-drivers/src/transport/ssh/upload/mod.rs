//! Files put on a device, by SCP or SFTP, each on a channel of its own.
//!
//! A transcript knows an upload by its path, length and checksum: the content stays out of it. What the device has in
//! the end is the caller's to compare, by the device's own checksum.

mod scp;
#[cfg(feature = "sftp")]
mod sftp;
#[cfg(all(test, feature = "sftp"))]
mod sftp_tests;

use peering_core::{Error, ErrorKind, Result};

use super::{Checksum, Ssh};

impl Ssh {
    /// Writes a file on the device by SCP: `path` is what the device's SCP server takes, `flash:peering/1.cfg` or
    /// `/tmp/1.cfg`. A file that is there keeps its mode; a new one is its owner's only, where there are modes.
    ///
    /// SCP writes in place: what a failure leaves behind is undefined, so take a name that nothing else uses. Where
    /// `path` is a folder on the device, SCP itself puts the file into it, under the folder's name.
    ///
    /// # Errors
    /// `Options` for a path that no file can have, `Rejected` with the device's words when it did not take the file,
    /// `Closed` when the connection ended before the device had acknowledged all of it; else as [`Ssh::exec`].
    pub async fn upload_scp(&self, path: &str, content: &[u8]) -> Result<()> {
        let name = file_name(path)?;
        self.transcript.exchange(&known_by("scp", path, content), self.scp(path, name, content)).await
    }

    /// Writes a file on the device by SFTP: under a temporary name beside `path`, which is renamed in the end, so that
    /// `path` is never seen half written. A server that cannot rename has it written in place; one that does not rename
    /// onto a file that is there has that file removed first. The file is its owner's only, where there are modes.
    ///
    /// On a failure, and when the future is dropped, the temporary file is removed as far as the connection still
    /// carries that.
    ///
    /// # Errors
    /// `Options` for a path that no file can have, `Rejected` with the device's words when it did not take the file,
    /// `Closed` when the connection ended before it was in place; else as [`Ssh::subsystem`].
    #[cfg(feature = "sftp")]
    pub async fn upload_sftp(&self, path: &str, content: &[u8]) -> Result<()> {
        file_name(path)?;
        self.transcript.exchange(&known_by("sftp", path, content), self.sftp(path, content)).await
    }
}

/// What a transcript calls an upload.
fn known_by(way: &str, path: &str, content: &[u8]) -> String {
    format!("{way} {path} {} bytes, SHA-256 {}", content.len(), Checksum::Sha256.of(content))
}

/// The last part of a path with slashes, or with a device's name and a colon in front.
fn file_name(path: &str) -> Result<&str> {
    let name = path.rsplit(['/', ':']).next().unwrap_or_default();
    if matches!(name, "" | "." | "..") || path.chars().any(char::is_control) {
        return Err(Error::new(ErrorKind::Options, format!("{path:?} is no path of a file")));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_behind_folder_and_device() {
        for (path, name) in [("a", "a"), ("/tmp/a b", "a b"), ("flash:a", "a"), ("disk0:/x/a.cfg", "a.cfg")] {
            assert_eq!(file_name(path).unwrap(), name);
        }
        for path in ["", "/", "/tmp/", "flash:", ".", "/tmp/..", "a\nC0777 1 b", "a\0"] {
            assert_eq!(file_name(path).unwrap_err().kind(), ErrorKind::Options, "{path:?}");
        }
    }
}
