//! The SFTP subsystem: a console's files, flat, each read and written as a whole.

use std::collections::HashMap;
use std::time::Duration;

use russh_sftp::protocol::{
    Attrs, Data, File, FileAttributes, Handle, Name, OpenFlags, Status, StatusCode, Version,
};
use russh_sftp::server::{self, StatusReply};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::sleep_until;

use super::console::Console;
use crate::sim::fault::{FaultKind, FaultPoint};
use crate::sim::ssh::{Input, Site, Wire};

/// How large a written file may be.
const LIMIT: usize = 64 << 20;

/// Serves a channel until the client goes. A fault at the command `sftp` strikes when it is opened.
pub(crate) async fn run<C: Console>(site: Site, latency: Duration, console: C, mut wire: Wire) {
    let fault = site.strike(|at| matches!(at, FaultPoint::Command(prefix) if prefix == "sftp"));
    match fault {
        Some(FaultKind::DropBefore | FaultKind::DropAfter) => return wire.link.abort(),
        Some(FaultKind::Stall) => return wire.ignore().await,
        Some(FaultKind::Delay(time) | FaultKind::Late(time)) => tokio::time::sleep(time).await,
        Some(FaultKind::Garbage(bytes)) => {
            wire.send(bytes).await;
            return wire.end(1).await;
        }
        Some(FaultKind::Fail { status, .. }) => return wire.end(status).await,
        None => {}
    }
    let (near, far) = tokio::io::duplex(1 << 18);
    server::run(far, Files { site, console, open: HashMap::new(), next: 0 }).await;
    let (mut answers, mut requests) = tokio::io::split(near);
    let mut buffer = vec![0; 1 << 15];
    loop {
        tokio::select! {
            input = wire.input.recv() => match input {
                Some(Input::Bytes { at, bytes }) => {
                    sleep_until(at + latency).await;
                    if requests.write_all(&bytes).await.is_err() {
                        break;
                    }
                }
                Some(Input::Eof) | None => break,
            },
            count = answers.read(&mut buffer) => match count {
                Ok(count @ 1..) => {
                    wire.send(buffer.get(..count).unwrap_or_default()).await;
                }
                _ => break,
            },
        }
    }
    wire.end(0).await;
}

/// An open file or directory.
enum Open {
    Reading(Vec<u8>),
    Writing { path: String, bytes: Vec<u8> },
    Directory { is_read: bool },
}

struct Files<C> {
    site: Site,
    console: C,
    open: HashMap<String, Open>,
    next: u64,
}

fn refused(code: StatusCode, words: String) -> StatusReply {
    code.with_message(words)
}

/// The router's name of a file: clients put a root before it.
fn file(path: &str) -> &str {
    path.trim_start_matches("./").trim_start_matches('/')
}

fn is_root(path: &str) -> bool {
    file(path).trim_start_matches('.').is_empty()
}

fn well(id: u32) -> Status {
    Status {
        id,
        status_code: StatusCode::Ok,
        error_message: "Ok".to_owned(),
        language_tag: "en-US".to_owned(),
    }
}

fn attributes(size: usize, is_directory: bool) -> FileAttributes {
    let mut attrs = FileAttributes::empty();
    attrs.size = Some(u64::try_from(size).unwrap_or(u64::MAX));
    attrs.permissions = Some(if is_directory { 0o040_755 } else { 0o100_644 });
    attrs
}

impl<C: Console> Files<C> {
    fn whole(&self, path: &str) -> Result<Vec<u8>, StatusReply> {
        let found = self.console.read_file(&self.site.shared.lock(), file(path));
        found.map_err(|words| refused(StatusCode::NoSuchFile, words))
    }

    fn look(&self, id: u32, path: &str) -> Result<Attrs, StatusReply> {
        let attrs = match is_root(path) {
            true => attributes(0, true),
            false => attributes(self.whole(path)?.len(), false),
        };
        Ok(Attrs { id, attrs })
    }

    fn keep(&mut self, id: u32, open: Open) -> Handle {
        self.next += 1;
        let handle = self.next.to_string();
        self.open.insert(handle.clone(), open);
        Handle { id, handle }
    }
}

impl<C: Console> server::Handler for Files<C> {
    type Error = StatusReply;

    fn unimplemented(&self) -> StatusReply {
        StatusCode::OpUnsupported.into()
    }

    async fn init(
        &mut self,
        _version: u32,
        _extensions: HashMap<String, String>,
    ) -> Result<Version, StatusReply> {
        Ok(Version::new())
    }

    async fn open(
        &mut self,
        id: u32,
        filename: String,
        flags: OpenFlags,
        _attrs: FileAttributes,
    ) -> Result<Handle, StatusReply> {
        if flags.contains(OpenFlags::WRITE) {
            let kept = if flags.contains(OpenFlags::TRUNCATE) { None } else { self.whole(&filename).ok() };
            let path = file(&filename).to_owned();
            return Ok(self.keep(id, Open::Writing { path, bytes: kept.unwrap_or_default() }));
        }
        let bytes = self.whole(&filename)?;
        Ok(self.keep(id, Open::Reading(bytes)))
    }

    async fn close(&mut self, id: u32, handle: String) -> Result<Status, StatusReply> {
        match self.open.remove(&handle) {
            Some(Open::Writing { path, bytes }) => {
                let console = &mut self.console;
                let taken = self.site.shared.change(|world| console.write_file(world, &path, bytes));
                taken.map_err(|words| refused(StatusCode::Failure, words))?;
                Ok(well(id))
            }
            Some(_) => Ok(well(id)),
            None => Err(StatusCode::Failure.into()),
        }
    }

    async fn read(&mut self, id: u32, handle: String, offset: u64, len: u32) -> Result<Data, StatusReply> {
        let Some(Open::Reading(bytes)) = self.open.get(&handle) else {
            return Err(StatusCode::Failure.into());
        };
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let to = from.saturating_add(usize::try_from(len).unwrap_or(usize::MAX)).min(bytes.len());
        match bytes.get(from..to) {
            Some(data) if !data.is_empty() => Ok(Data { id, data: data.to_vec() }),
            _ => Err(StatusCode::Eof.into()),
        }
    }

    async fn write(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        data: Vec<u8>,
    ) -> Result<Status, StatusReply> {
        let Some(Open::Writing { bytes, .. }) = self.open.get_mut(&handle) else {
            return Err(StatusCode::Failure.into());
        };
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let to = from.saturating_add(data.len());
        if to > LIMIT {
            return Err(refused(StatusCode::Failure, "No space left on device".to_owned()));
        }
        if bytes.len() < to {
            bytes.resize(to, 0);
        }
        if let Some(place) = bytes.get_mut(from..to) {
            place.copy_from_slice(&data);
        }
        Ok(well(id))
    }

    async fn lstat(&mut self, id: u32, path: String) -> Result<Attrs, StatusReply> {
        self.look(id, &path)
    }

    async fn stat(&mut self, id: u32, path: String) -> Result<Attrs, StatusReply> {
        self.look(id, &path)
    }

    async fn fstat(&mut self, id: u32, handle: String) -> Result<Attrs, StatusReply> {
        let attrs = match self.open.get(&handle) {
            Some(Open::Reading(bytes) | Open::Writing { bytes, .. }) => attributes(bytes.len(), false),
            Some(Open::Directory { .. }) => attributes(0, true),
            None => return Err(StatusCode::Failure.into()),
        };
        Ok(Attrs { id, attrs })
    }

    /// Modes and times are not kept, and nobody is told.
    async fn setstat(
        &mut self,
        id: u32,
        _path: String,
        _attrs: FileAttributes,
    ) -> Result<Status, StatusReply> {
        Ok(well(id))
    }

    async fn fsetstat(
        &mut self,
        id: u32,
        _handle: String,
        _attrs: FileAttributes,
    ) -> Result<Status, StatusReply> {
        Ok(well(id))
    }

    async fn opendir(&mut self, id: u32, path: String) -> Result<Handle, StatusReply> {
        match is_root(&path) || path.ends_with(':') {
            true => Ok(self.keep(id, Open::Directory { is_read: false })),
            false => Err(StatusCode::NoSuchFile.into()),
        }
    }

    async fn readdir(&mut self, id: u32, handle: String) -> Result<Name, StatusReply> {
        match self.open.get_mut(&handle) {
            Some(Open::Directory { is_read: is_read @ false }) => *is_read = true,
            Some(Open::Directory { .. }) => return Err(StatusCode::Eof.into()),
            _ => return Err(StatusCode::Failure.into()),
        }
        let names = self.console.files(&self.site.shared.lock());
        let files = names.into_iter().map(|name| {
            let size = self.whole(&name).map_or(0, |bytes| bytes.len());
            File::new(name, attributes(size, false))
        });
        let files = files.collect();
        Ok(Name { id, files })
    }

    async fn remove(&mut self, id: u32, filename: String) -> Result<Status, StatusReply> {
        let console = &mut self.console;
        let removed = self.site.shared.change(|world| console.remove_file(world, file(&filename)));
        removed.map_err(|words| refused(StatusCode::NoSuchFile, words))?;
        Ok(well(id))
    }

    async fn realpath(&mut self, id: u32, path: String) -> Result<Name, StatusReply> {
        let path = if is_root(&path) { "/".to_owned() } else { format!("/{}", file(&path)) };
        Ok(Name { id, files: vec![File::dummy(path)] })
    }
}
