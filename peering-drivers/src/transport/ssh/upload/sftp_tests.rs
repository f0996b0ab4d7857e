//! Servers that cannot rename, or only where nothing is yet. (Those that can are OpenSSH's: `tests/tests/ssh_real`.)

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use russh_sftp::client::RawSftpSession;
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::protocol::{Attrs, FileAttributes, Handle, OpenFlags, Status, StatusCode};
use russh_sftp::server;

use super::sftp::put;

type Files = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A server of version 3 without extensions, with its files in memory. Handles are paths.
struct Server {
    files: Files,
    renames: bool,
    room: usize,
}

fn done(id: u32) -> Result<Status, StatusCode> {
    Ok(Status { id, status_code: StatusCode::Ok, error_message: String::new(), language_tag: String::new() })
}

impl server::Handler for Server {
    type Error = StatusCode;

    fn unimplemented(&self) -> StatusCode {
        StatusCode::OpUnsupported
    }

    async fn open(
        &mut self,
        id: u32,
        path: String,
        flags: OpenFlags,
        attributes: FileAttributes,
    ) -> Result<Handle, StatusCode> {
        assert_eq!(attributes.permissions, Some(0o600));
        let mut files = self.files.lock().unwrap();
        if flags.contains(OpenFlags::EXCLUDE) && files.contains_key(&path) {
            return Err(StatusCode::Failure);
        }
        files.insert(path.clone(), Vec::new());
        Ok(Handle { id, handle: path })
    }

    async fn write(
        &mut self,
        id: u32,
        path: String,
        offset: u64,
        data: Vec<u8>,
    ) -> Result<Status, StatusCode> {
        let mut files = self.files.lock().unwrap();
        let end = usize::try_from(offset).unwrap() + data.len();
        if end > self.room {
            return Err(StatusCode::Failure);
        }
        let file = files.get_mut(&path).unwrap();
        file.resize(file.len().max(end), 0);
        file[end - data.len()..end].copy_from_slice(&data);
        done(id)
    }

    async fn close(&mut self, id: u32, _handle: String) -> Result<Status, StatusCode> {
        done(id)
    }

    async fn stat(&mut self, id: u32, path: String) -> Result<Attrs, StatusCode> {
        match self.files.lock().unwrap().contains_key(&path) {
            true => Ok(Attrs { id, attrs: FileAttributes::empty() }),
            false => Err(StatusCode::NoSuchFile),
        }
    }

    async fn remove(&mut self, id: u32, path: String) -> Result<Status, StatusCode> {
        self.files.lock().unwrap().remove(&path).ok_or(StatusCode::NoSuchFile)?;
        done(id)
    }

    async fn rename(&mut self, id: u32, from: String, to: String) -> Result<Status, StatusCode> {
        if !self.renames {
            return Err(StatusCode::OpUnsupported);
        }
        let mut files = self.files.lock().unwrap();
        if files.contains_key(&to) {
            return Err(StatusCode::Failure);
        }
        let content = files.remove(&from).ok_or(StatusCode::NoSuchFile)?;
        files.insert(to, content);
        done(id)
    }
}

/// What there is after an upload of `content` to `f`, where `old` was.
async fn upload(
    renames: bool,
    room: usize,
    old: Option<&[u8]>,
    content: &[u8],
) -> (bool, Vec<(String, Vec<u8>)>) {
    let files = Files::default();
    if let Some(old) = old {
        files.lock().unwrap().insert("f".to_owned(), old.to_vec());
    }
    let (near, far) = tokio::io::duplex(1 << 16);
    server::run(far, Server { files: files.clone(), renames, room }).await;
    let session = Arc::new(RawSftpSession::new(near));
    let result = put(&session, "f", content).await;
    assert!(matches!(&result, Ok(()) | Err(SftpError::Status(_))), "{result:?}");
    let files = files.lock().unwrap().clone().into_iter().collect();
    (result.is_ok(), files)
}

#[tokio::test]
async fn the_file_gets_there_whatever_the_server_can_rename() {
    let content: Vec<u8> = (0..200_000u32).map(|number| (number / 7) as u8).collect();
    for renames in [true, false] {
        for old in [None, Some(&b"old"[..])] {
            for content in [&content[..], b""] {
                let (is_done, files) = upload(renames, usize::MAX, old, content).await;
                assert!(is_done);
                assert!(files == [("f".to_owned(), content.to_vec())], "renames: {renames}, old: {old:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_removed() {
    for old in [None, Some(&b"old"[..])] {
        let (is_done, files) = upload(true, 100_000, old, &[7; 200_000]).await;
        assert!(!is_done);
        let left: Vec<_> = old.map(|old| ("f".to_owned(), old.to_vec())).into_iter().collect();
        assert_eq!(files, left);
    }
}
