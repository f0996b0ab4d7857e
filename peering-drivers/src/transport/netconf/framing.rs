//! Message framing of RFC 6242: where one message ends and the next begins. No I/O.
//!
//! [`Codec`] is a push parser behind `tokio_util`'s codec traits, for both ends: give it the bytes that have arrived, it
//! gives whole messages. Every connection starts with end-of-message framing (`]]>]]>`); once both hellos are known,
//! [`Codec::set_framing`] goes over to chunks, and bytes that have already come stay where they are.
//!
//! Each byte is looked at once, however small the pieces are; nothing is reserved for what a peer only announces.

use std::fmt;
use std::io;
use std::mem;

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem;
use tokio_util::codec::{Decoder, Encoder};

/// What ends a message in [`Framing::EndOfMessage`] (RFC 6242, section 4.3).
const END_OF_MESSAGE: &[u8] = b"]]>]]>";
/// What ends a message in [`Framing::Chunked`] (RFC 6242, section 4.2).
const END_OF_CHUNKS: &[u8] = b"\n##\n";
/// The largest chunk that RFC 6242 allows, in bytes.
const MAX_CHUNK: u64 = 4_294_967_295;
/// The most bytes that the header of a chunk has before its last line feed.
const MAX_HEADER: usize = 12;
/// The largest message that [`Codec::default`] takes, in bytes.
pub const DEFAULT_LIMIT: usize = 256 * 1024 * 1024;

/// A message of more bytes than this does not share its buffer with what follows.
const LARGE: usize = 1024 * 1024;
/// The capacity of a new buffer, in bytes.
const BUFFER: usize = 8 * 1024;

/// How messages are told apart on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// `]]>]]>` after each message: base 1.0, and every hello.
    #[default]
    EndOfMessage,
    /// `\n#N\n` before each N bytes, `\n##\n` after the last: base 1.1.
    Chunked,
}

/// Why bytes are no message, or a message cannot be sent. After one of these the stream is of no more use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FramingError {
    /// Neither the header of a chunk nor the end of the chunks stood where one of them has to.
    #[error("expected the header of a chunk, found {found:?}")]
    Header {
        /// What stood there up to the byte that is wrong, made readable.
        found: String,
    },
    /// A chunk larger than RFC 6242 allows.
    #[error("a chunk of {size} bytes is more than the {MAX_CHUNK} that are allowed")]
    ChunkSize {
        /// The size that was announced, in bytes.
        size: u64,
    },
    /// A message larger than this codec takes.
    #[error("a message is larger than the {limit} bytes that are taken")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The stream ended within a message.
    #[error("the stream ended within a message, after {received} bytes of it")]
    Truncated {
        /// How much of the message had come, in bytes.
        received: usize,
    },
    /// A message that cannot be sent in this framing.
    #[error("a message cannot be sent: {reason}")]
    Unsendable {
        /// Why not.
        reason: &'static str,
    },
    /// The stream failed.
    #[error("the stream failed: {0}")]
    Io(#[from] io::Error),
}

/// Finds whole messages in bytes, and frames messages for sending.
///
/// Use it with `tokio_util::codec::Framed`, or feed it by hand:
///
/// ```
/// use bytes::BytesMut;
/// use peering_drivers::transport::netconf::{Codec, Framing};
/// use tokio_util::codec::{Decoder, Encoder};
///
/// let mut codec = Codec::default();
/// codec.set_framing(Framing::Chunked);
/// let mut wire = BytesMut::new();
/// codec.encode("<ok/>", &mut wire)?;
/// assert_eq!(&wire[..], b"\n#5\n<ok/>\n##\n");
/// assert_eq!(codec.decode(&mut wire)?.as_deref(), Some(&b"<ok/>"[..]));
/// # Ok::<(), peering_drivers::transport::netconf::FramingError>(())
/// ```
#[derive(Clone)]
pub struct Codec {
    framing: Framing,
    limit: usize,
    /// End of message: how many bytes at the start of the input are known to begin no delimiter.
    searched: usize,
    /// Chunked: what has come of the message, and what is still to come of the chunk.
    message: BytesMut,
    remaining: usize,
    /// Nothing has come since the framing changed: white space after the hello's delimiter is still the hello's.
    is_fresh: bool,
    #[cfg(test)]
    touched: usize,
}

impl Default for Codec {
    fn default() -> Self {
        Codec::with_limit(DEFAULT_LIMIT)
    }
}

impl fmt::Debug for Codec {
    /// Without the message, which may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codec")
            .field("framing", &self.framing)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl Codec {
    /// A codec with end-of-message framing that takes messages of up to `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        Codec {
            framing: Framing::EndOfMessage,
            limit,
            searched: 0,
            message: BytesMut::new(),
            remaining: 0,
            is_fresh: false,
            #[cfg(test)]
            touched: 0,
        }
    }

    /// The framing in use.
    pub fn framing(&self) -> Framing {
        self.framing
    }

    /// Goes over to another framing, from the next message on: call it between two messages, as after the hello.
    pub fn set_framing(&mut self, framing: Framing) {
        self.framing = framing;
        self.searched = 0;
        self.message.clear();
        self.remaining = 0;
        self.is_fresh = framing == Framing::Chunked;
    }

    fn until_delimiter(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, FramingError> {
        let fresh = input.get(self.searched..).unwrap_or_default();
        #[cfg(test)]
        {
            self.touched += fresh.len();
        }
        let end = memmem::find(fresh, END_OF_MESSAGE).map(|at| self.searched + at);
        // A delimiter may have begun in the last bytes.
        let length = end.unwrap_or_else(|| input.len().saturating_sub(END_OF_MESSAGE.len() - 1));
        if length > self.limit {
            return Err(FramingError::TooLarge { limit: self.limit });
        }
        if end.is_none() {
            self.searched = length;
            return Ok(None);
        }
        self.searched = 0;
        let message = input.split_to(length).freeze();
        input.advance(END_OF_MESSAGE.len());
        if length > LARGE && input.len() < length {
            // Else what follows would keep the whole buffer for as long as the session lives.
            let mut rest = BytesMut::with_capacity(input.len().max(BUFFER));
            rest.extend_from_slice(input);
            *input = rest;
        }
        Ok(Some(message))
    }

    fn chunks(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, FramingError> {
        if self.is_fresh {
            while input.first().is_some_and(|byte| byte.is_ascii_whitespace()) && input.get(1) != Some(&b'#')
            {
                // The last line feed may be the one of the first header.
                if input.len() == 1 {
                    return Ok(None);
                }
                input.advance(1);
            }
        }
        loop {
            if self.remaining > 0 {
                let taken = self.remaining.min(input.len());
                #[cfg(test)]
                {
                    self.touched += taken;
                }
                let piece = input.split_to(taken);
                if self.message.is_empty() {
                    self.message = piece;
                } else {
                    self.message.extend_from_slice(&piece);
                }
                self.remaining -= taken;
                if self.remaining > 0 {
                    return Ok(None);
                }
            }
            match header(input, !self.message.is_empty())? {
                Header::Incomplete => return Ok(None),
                Header::Chunk { length, size } => {
                    if size > MAX_CHUNK {
                        return Err(FramingError::ChunkSize { size });
                    }
                    let room = self.limit.saturating_sub(self.message.len());
                    match usize::try_from(size) {
                        Ok(size) if size <= room => self.remaining = size,
                        _ => return Err(FramingError::TooLarge { limit: self.limit }),
                    }
                    input.advance(length);
                    self.is_fresh = false;
                }
                Header::End => {
                    input.advance(END_OF_CHUNKS.len());
                    return Ok(Some(mem::take(&mut self.message).freeze()));
                }
            }
        }
    }
}

/// What stands between two chunks.
enum Header {
    /// The bytes so far may become a header.
    Incomplete,
    /// `\n#N\n`, so long, announcing so many bytes.
    Chunk { length: usize, size: u64 },
    /// `\n##\n`.
    End,
}

/// Reads the header at the start of `input`; `may_end` says whether a chunk has come before. Takes nothing away.
fn header(input: &[u8], may_end: bool) -> Result<Header, FramingError> {
    let mut size = 0;
    let mut is_end = false;
    for (at, byte) in input.iter().enumerate() {
        match (at, byte) {
            (0, b'\n') | (1, b'#') => {}
            (2, b'#') if may_end => is_end = true,
            (3, b'\n') if is_end => return Ok(Header::End),
            (3.., b'\n') if !is_end => return Ok(Header::Chunk { length: at + 1, size }),
            (2, b'1'..=b'9') | (3..MAX_HEADER, b'0'..=b'9') if !is_end => {
                size = size * 10 + u64::from(byte.wrapping_sub(b'0'));
            }
            _ => {
                // Up to the byte that is wrong and no further, for a message may hold passwords.
                let found = input.get(..=at).unwrap_or_default().escape_ascii().to_string();
                return Err(FramingError::Header { found });
            }
        }
    }
    Ok(Header::Incomplete)
}

impl Decoder for Codec {
    type Item = Bytes;
    type Error = FramingError;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, FramingError> {
        match self.framing {
            Framing::EndOfMessage => self.until_delimiter(input),
            Framing::Chunked => self.chunks(input),
        }
    }

    /// As [`Decoder::decode`]; what is left when the stream ends, other than white space, is a truncated message.
    fn decode_eof(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, FramingError> {
        if let Some(message) = self.decode(input)? {
            return Ok(Some(message));
        }
        let is_between = self.message.is_empty() && self.remaining == 0;
        if is_between && input.iter().all(u8::is_ascii_whitespace) {
            input.clear();
            return Ok(None);
        }
        Err(FramingError::Truncated { received: self.message.len() + input.len() })
    }
}

impl<T: AsRef<[u8]>> Encoder<T> for Codec {
    type Error = FramingError;

    /// # Errors
    /// [`FramingError::Unsendable`]: a message without a byte in chunks, or one that holds the end-of-message delimiter.
    fn encode(&mut self, message: T, wire: &mut BytesMut) -> Result<(), FramingError> {
        let message = message.as_ref();
        match self.framing {
            Framing::EndOfMessage => {
                let start = wire.len();
                wire.reserve(message.len() + END_OF_MESSAGE.len());
                wire.extend_from_slice(message);
                wire.extend_from_slice(END_OF_MESSAGE);
                // Together with the delimiter, for `]]>` at the end would make one that begins earlier.
                let framed = wire.get(start..).unwrap_or_default();
                if memmem::find(framed, END_OF_MESSAGE) != Some(message.len()) {
                    wire.truncate(start);
                    return Err(FramingError::Unsendable {
                        reason: "it holds the delimiter `]]>]]>` of base 1.0",
                    });
                }
            }
            Framing::Chunked => {
                if message.is_empty() {
                    return Err(FramingError::Unsendable { reason: "it is empty" });
                }
                let largest = usize::try_from(MAX_CHUNK).unwrap_or(usize::MAX);
                wire.reserve(message.len() + MAX_HEADER + 1 + END_OF_CHUNKS.len());
                for chunk in message.chunks(largest) {
                    wire.extend_from_slice(format!("\n#{}\n", chunk.len()).as_bytes());
                    wire.extend_from_slice(chunk);
                }
                wire.extend_from_slice(END_OF_CHUNKS);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "framing_tests.rs"]
mod tests;
