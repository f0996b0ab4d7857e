//! Any bytes from a NETCONF peer: as frames in both framings, as a hello, as a reply.
//!
//! How the bytes are cut changes nothing; what is read can be written again, and is then the same; nothing panics. The
//! first byte says how large the pieces are.

#![no_main]

use bytes::{Bytes, BytesMut};
use libfuzzer_sys::{Corpus, fuzz_target};
use peering_drivers::transport::netconf::xml::{Document, Element, Writer};
use peering_drivers::transport::netconf::{Codec, Framing, FramingError, Hello, Reply, redact};
use tokio_util::codec::{Decoder, Encoder};

const LIMIT: usize = 2048;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((size, data)) = data.split_first() else { return Corpus::Reject };
    for framing in [Framing::EndOfMessage, Framing::Chunked] {
        let (whole, failure) = decode(framing, data, data.len().max(1));
        let (pieces, other) = decode(framing, data, usize::from(*size).max(1));
        assert_eq!(whole, pieces, "the cut matters");
        let kind = |failure: &FramingError| std::mem::discriminant(failure);
        assert_eq!(failure.as_ref().map(kind), other.as_ref().map(kind));
        for message in &whole {
            assert!(message.len() <= LIMIT);
            frame(framing, message);
        }
    }
    if let Ok(text) = std::str::from_utf8(data) {
        xml(text);
    }
    Corpus::Keep
});

/// Every message, and what came after them.
fn decode(framing: Framing, data: &[u8], size: usize) -> (Vec<Bytes>, Option<FramingError>) {
    let mut codec = Codec::with_limit(LIMIT);
    codec.set_framing(framing);
    let (mut input, mut messages) = (BytesMut::new(), Vec::new());
    for piece in data.chunks(size) {
        input.extend_from_slice(piece);
        loop {
            match codec.decode(&mut input) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => return (messages, Some(error)),
            }
        }
    }
    loop {
        match codec.decode_eof(&mut input) {
            Ok(Some(message)) => messages.push(message),
            Ok(None) => return (messages, None),
            Err(error) => return (messages, Some(error)),
        }
    }
}

fn frame(framing: Framing, message: &Bytes) {
    let mut codec = Codec::default();
    codec.set_framing(framing);
    let mut wire = BytesMut::new();
    if codec.encode(message, &mut wire).is_ok() {
        assert_eq!(&codec.decode(&mut wire).unwrap().unwrap(), message);
        assert!(wire.is_empty());
    }
}

fn xml(text: &str) {
    if let Ok(hello) = Hello::from_server(text) {
        assert!(hello.session_id.is_some());
        if !text.contains(|char: char| char.is_control() || "\u{fffe}\u{ffff}".contains(char))
            && !text.contains("&#")
        {
            assert_eq!(Hello::from_server(&hello.to_string()).unwrap(), hello);
        }
    }
    if let Ok(reply) = Reply::parse(text.to_owned()) {
        let _ = reply.check(redact);
    }
    let Ok(document) = Document::parse(text) else { return };
    let mut xml = Writer::new();
    write(document.root(), &mut xml);
    // A control character by its number is read, and not written.
    let Ok(written) = xml.finish() else { return };
    let again = Document::parse(&written[..]).unwrap();
    let mut xml = Writer::new();
    write(again.root(), &mut xml);
    assert_eq!(xml.finish().unwrap(), written);
}

fn write(element: Element<'_>, xml: &mut Writer) {
    assert!(element.markup().contains(element.inner()));
    assert!(element.line() > 0);
    let attributes: Vec<_> = element.attributes().collect();
    xml.element(element.name(), &attributes, |xml| {
        xml.text(element.content());
        element.children().for_each(|child| write(child, xml));
    });
}
