//! A byte stream with a screen: what was typed and what came.

use std::time::Duration;

use peering_core::{Error, ErrorKind, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::screen::Screen;
use crate::transport::Stream;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 16;

/// What waiting brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// Something to look at.
    Data,
    /// Nothing, for as long as was waited.
    Silence,
}

pub(super) struct Terminal {
    stream: Box<dyn Stream>,
    place: String,
    chunk: Vec<u8>,
    pub(super) screen: Screen,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terminal").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Terminal {
    pub(super) fn new(stream: Box<dyn Stream>, place: String, columns: u32) -> Terminal {
        let columns = usize::try_from(columns).unwrap_or_default();
        Terminal { stream, place, chunk: vec![0; CHUNK], screen: Screen::new(columns) }
    }

    pub(super) async fn send(&mut self, text: &str) -> Result<()> {
        let sent = async {
            self.stream.write_all(text.as_bytes()).await?;
            self.stream.flush().await
        };
        sent.await.map_err(|error| self.ended().with_source(error))
    }

    /// Waits for more, for ever or for so long.
    pub(super) async fn wait(&mut self, most: Option<Duration>) -> Result<Wait> {
        let read = self.stream.read(&mut self.chunk);
        let read = match most {
            Some(most) => match tokio::time::timeout(most, read).await {
                Ok(read) => read,
                Err(_) => return Ok(Wait::Silence),
            },
            None => read.await,
        };
        match read {
            Ok(0) => Err(self.ended()),
            Ok(count) => {
                self.screen.feed(self.chunk.get(..count).unwrap_or_default());
                Ok(Wait::Data)
            }
            Err(error) => Err(self.ended().with_source(error)),
        }
    }

    fn ended(&self) -> Error {
        Error::new(ErrorKind::Closed, format!("the command line of {} has ended", self.place))
    }
}
