//! SFTP version 3 (draft-ietf-secsh-filexfer-02) with OpenSSH's extensions where the server has them.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use peering_core::{Error, ErrorKind, Result};
use ring::rand::{SecureRandom, SystemRandom};
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::client::rawsession::SftpResult;
use russh_sftp::client::{Config, RawSftpSession};
use russh_sftp::protocol::{FileAttributes, OpenFlags, Packet, StatusCode};

use super::super::Ssh;

/// Renames onto a file that is there, in one step.
const RENAME: &str = "posix-rename@openssh.com";

/// Brings what was written to the disk.
const SYNC: &str = "fsync@openssh.com";

/// How much one write carries, in bytes: what every server takes.
const CHUNK: usize = 32 * 1024;

/// Writes that wait for their answers at a time.
const WRITES: usize = 16;

/// The caller has time limits of its own; the library's must not come before them. In seconds.
const PATIENCE: u64 = 24 * 3600;

/// Its owner's only.
const MODE: u32 = 0o600;

impl Ssh {
    pub(super) async fn sftp(&self, path: &str, content: &[u8]) -> Result<()> {
        let stream = self.subsystem("sftp").await?;
        let config = Config { request_timeout_secs: PATIENCE, ..Config::default() };
        let session = Arc::new(RawSftpSession::new_with_config(stream, config));
        let result = put(&session, path, content).await;
        let _ = session.close_session();
        result.map_err(|error| self.sftp_error(error))
    }

    fn sftp_error(&self, error: SftpError) -> Error {
        let place = &self.place;
        let (kind, words) = match &error {
            SftpError::Status(status)
                if matches!(status.status_code, StatusCode::NoConnection | StatusCode::ConnectionLost) =>
            {
                (ErrorKind::Closed, format!("the SFTP session with {place} has ended"))
            }
            SftpError::Status(status) => {
                let said = status.error_message.trim();
                let said = if said.is_empty() { status.status_code.to_string() } else { said.to_owned() };
                (ErrorKind::Rejected, format!("{place} did not take the file by SFTP: {said}"))
            }
            SftpError::Timeout => (ErrorKind::Timeout, format!("no answer by SFTP from {place}")),
            SftpError::Limited(why) => (ErrorKind::Rejected, format!("{place} takes no such file: {why}")),
            SftpError::UnexpectedPacket => {
                (ErrorKind::Parse, format!("{place} answered by SFTP what was not asked"))
            }
            SftpError::IO(_) | SftpError::UnexpectedBehavior(_) => {
                (ErrorKind::Closed, format!("the SFTP session with {place} has ended"))
            }
        };
        Error::new(kind, words).with_source(error)
    }
}

pub(super) async fn put(session: &Arc<RawSftpSession>, path: &str, content: &[u8]) -> SftpResult<()> {
    let extensions = session.init().await?.extensions;
    let mut temporary = Temporary { session: session.clone(), path: None };
    let result = place(&mut temporary, path, content, |name| extensions.contains_key(name)).await;
    temporary.remove().await;
    result
}

async fn place(
    temporary: &mut Temporary,
    path: &str,
    content: &[u8],
    has: impl Fn(&str) -> bool,
) -> SftpResult<()> {
    let session = temporary.session.clone();
    let new = OpenFlags::CREATE | OpenFlags::EXCLUDE | OpenFlags::WRITE;
    let part = &*temporary.path.insert(beside(path)?);
    write(&session, part, new, content, has(SYNC)).await?;
    match rename(&session, part, path, has(RENAME)).await {
        Err(SftpError::Status(status)) if status.status_code == StatusCode::OpUnsupported => {
            let over = OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE;
            write(&session, path, over, content, has(SYNC)).await
        }
        Ok(()) => {
            temporary.path = None;
            Ok(())
        }
        refused => refused,
    }
}

/// A name that nobody has, in the same folder.
fn beside(path: &str) -> SftpResult<String> {
    let mut random = [0; 8];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(|_| SftpError::UnexpectedBehavior("no random numbers".to_owned()))?;
    Ok(format!("{path}.{:016x}.part", u64::from_be_bytes(random)))
}

async fn write(
    session: &RawSftpSession,
    path: &str,
    flags: OpenFlags,
    content: &[u8],
    can_sync: bool,
) -> SftpResult<()> {
    let attributes = FileAttributes { permissions: Some(MODE), ..FileAttributes::empty() };
    let handle = session.open(path, flags, attributes).await?.handle;
    let written = stream::iter((0u64..).step_by(CHUNK).zip(content.chunks(CHUNK)))
        .map(|(offset, chunk)| session.write(handle.as_str(), offset, chunk.to_vec()))
        .buffer_unordered(WRITES)
        .try_for_each(|_| async { Ok(()) })
        .await;
    let synced = match written {
        Ok(()) if can_sync => session.fsync(handle.as_str()).await.map(|_| ()),
        other => other,
    };
    // servers may say only now that the disk is full
    let closed = session.close(handle).await;
    synced.and(closed.map(|_| ()))
}

async fn rename(session: &RawSftpSession, from: &str, to: &str, has_extension: bool) -> SftpResult<()> {
    if has_extension {
        let names = russh_sftp::ser::to_bytes(&(from, to))?.to_vec();
        return match session.extended(RENAME, names).await? {
            Packet::Status(status) if status.status_code == StatusCode::Ok => Ok(()),
            Packet::Status(status) => Err(status.into()),
            _ => Err(SftpError::UnexpectedPacket),
        };
    }
    let refusal = match session.rename(from, to).await {
        Ok(_) => return Ok(()),
        Err(refusal) => refusal,
    };
    // version 3 has no renaming onto a file that is there
    if !matches!(&refusal, SftpError::Status(status) if status.status_code == StatusCode::Failure)
        || session.stat(to).await.is_err()
    {
        return Err(refusal);
    }
    session.remove(to).await?;
    session.rename(from, to).await.map(|_| ())
}

/// A file that is removed unless it has got its name.
struct Temporary {
    session: Arc<RawSftpSession>,
    path: Option<String>,
}

impl Temporary {
    async fn remove(&mut self) {
        if let Some(path) = &self.path {
            let _ = self.session.remove(path).await;
        }
        self.path = None;
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let (Some(path), Ok(runtime)) = (self.path.take(), tokio::runtime::Handle::try_current()) {
            let session = self.session.clone();
            runtime.spawn(async move { session.remove(path).await });
        }
    }
}
