//! Any content, any split, both framings; and bytes that are no frames.

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use tokio_util::codec::{Decoder, Encoder};

use super::{Codec, Framing, FramingError};

fn codec(framing: Framing) -> Codec {
    let mut codec = Codec::default();
    codec.set_framing(framing);
    codec
}

/// Feeds `wire` in pieces of these sizes (the last again and again), then the end of the stream.
fn feed(codec: &mut Codec, wire: &[u8], sizes: &[usize]) -> Result<Vec<Bytes>, FramingError> {
    let mut sizes = sizes.iter().copied().map(|size| size.max(1));
    let mut size = 1;
    let (mut input, mut messages, mut at) = (BytesMut::new(), Vec::new(), 0);
    while at < wire.len() {
        size = sizes.next().unwrap_or(size);
        let end = (at + size).min(wire.len());
        input.extend_from_slice(&wire[at..end]);
        at = end;
        while let Some(message) = codec.decode(&mut input)? {
            messages.push(message);
        }
    }
    while let Some(message) = codec.decode_eof(&mut input)? {
        messages.push(message);
    }
    Ok(messages)
}

fn chunked(wire: &[u8]) -> Result<Vec<Bytes>, FramingError> {
    let whole = feed(&mut codec(Framing::Chunked), wire, &[usize::MAX / 2]);
    let bytewise = feed(&mut codec(Framing::Chunked), wire, &[1]);
    assert_eq!(format!("{whole:?}"), format!("{bytewise:?}"), "the split matters");
    whole
}

#[test]
fn the_example_of_rfc_6242() {
    let wire = b"\n#4\n<rpc\n#18\n message-id=\"102\"\n\n#79\n     xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\">\n  <close-session/>\n</rpc>\n##\n";
    let messages = chunked(wire).unwrap();
    assert_eq!(messages.len(), 1);
    assert_eq!(
        messages[0],
        &b"<rpc message-id=\"102\"\n     xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\">\n  <close-session/>\n</rpc>"[..]
    );
}

#[test]
fn headers_that_rfc_6242_does_not_know() {
    for wire in [
        "\n#0\n\n##\n",
        "\n#05\n<ok/>\n##\n",
        "\n#\n",
        "\n##5\n<ok/>\n##\n",
        "\n##\n",
        "\n#5 \n<ok/>\n##\n",
        "\n#+5\n<ok/>\n##\n",
        "\n#-5\n<ok/>\n##\n",
        "\n#0x5\n<ok/>\n##\n",
        "\n#5\r\n<ok/>\n##\n",
        "#5\n<ok/>\n##\n",
        "<ok/>]]>]]>",
        "\n#5\n<ok/>##\n",
        "\n#5\n<ok/>\n##\n\n\n#5\n<ok/>\n##\n",
        "\n#5\n<ok/>\n#5\n<ok/>\n###\n",
        "\n#12345678901\n",
    ] {
        assert!(matches!(chunked(wire.as_bytes()), Err(FramingError::Header { .. })), "{wire:?}");
    }
}

#[test]
fn the_largest_chunk() {
    let largest = b"\n#4294967295\n";
    let mut input = BytesMut::from(&largest[..]);
    let mut codec = Codec::with_limit(usize::MAX);
    codec.set_framing(Framing::Chunked);
    assert!(codec.decode(&mut input).unwrap().is_none());
    assert!(codec.message.capacity() < 1024, "memory for what was only announced");
    assert!(matches!(chunked(b"\n#4294967296\n"), Err(FramingError::ChunkSize { size: 4_294_967_296 })));
    assert!(matches!(chunked(b"\n#9999999999\n"), Err(FramingError::ChunkSize { .. })));
    assert!(matches!(chunked(largest), Err(FramingError::TooLarge { .. })));
}

#[test]
fn a_message_over_the_limit() {
    for framing in [Framing::EndOfMessage, Framing::Chunked] {
        for (length, fits) in [(99, true), (100, true), (101, false), (10_000, false)] {
            let content = vec![b'x'; length];
            let mut wire = BytesMut::new();
            codec(framing).encode(&content, &mut wire).unwrap();
            for size in [1, 7, 100_000] {
                let mut codec = Codec::with_limit(100);
                codec.set_framing(framing);
                let found = feed(&mut codec, &wire, &[size]);
                assert_eq!(found.is_ok(), fits, "{framing:?} {length} {size}");
                if !fits {
                    assert!(matches!(found, Err(FramingError::TooLarge { limit: 100 })), "{found:?}");
                }
            }
        }
    }
    // Many small chunks.
    let mut codec = Codec::with_limit(100);
    codec.set_framing(Framing::Chunked);
    let wire = b"\n#1\nx".repeat(101);
    assert!(matches!(feed(&mut codec, &wire, &[64]), Err(FramingError::TooLarge { limit: 100 })));
}

#[test]
fn what_cannot_be_sent() {
    let mut wire = BytesMut::new();
    for content in ["a]]>]]>b", "a]]>", "]]>]]>"] {
        let refused = codec(Framing::EndOfMessage).encode(content, &mut wire);
        assert!(matches!(refused, Err(FramingError::Unsendable { .. })), "{content}");
    }
    let refused = codec(Framing::Chunked).encode("", &mut wire);
    assert!(matches!(refused, Err(FramingError::Unsendable { .. })));
    assert!(wire.is_empty(), "something of it was written");
}

#[test]
fn the_hello_and_what_follows_it_in_one_piece() {
    for between in ["", "\n", "\r\n", "\n\n"] {
        for size in [1, 3, 1000] {
            let wire = format!("<hello/>]]>]]>{between}\n#3\n<a>\n#4\n</a>\n##\n\n#4\n<b/>\n##\n");
            let mut codec = Codec::default();
            let (mut input, mut found) = (BytesMut::new(), Vec::new());
            for piece in wire.as_bytes().chunks(size) {
                input.extend_from_slice(piece);
                while let Some(message) = codec.decode(&mut input).unwrap() {
                    codec.set_framing(Framing::Chunked);
                    found.push(message);
                }
            }
            assert_eq!(found, ["<hello/>", "<a></a>", "<b/>"], "{between:?} {size}");
            assert!(input.is_empty());
        }
    }
}

#[test]
fn white_space_after_the_last_message_is_no_truncated_one() {
    assert_eq!(feed(&mut Codec::default(), b"<a/>]]>]]>\r\n", &[3]).unwrap(), ["<a/>"]);
    let cut = feed(&mut Codec::default(), b"<a/>]]>]]>\n<b", &[3]);
    assert!(matches!(cut, Err(FramingError::Truncated { received: 3 })), "{cut:?}");
    for wire in ["\n#5\n<o", "\n#5\n<ok/>", "\n#5\n<ok/>\n", "\n#5\n<ok/>\n##", "\n#"] {
        assert!(matches!(chunked(wire.as_bytes()), Err(FramingError::Truncated { .. })), "{wire:?}");
    }
}

/// 50 MB in linear time: each byte is looked at once, or six times at most where it could belong to a delimiter.
#[test]
fn a_large_message_is_read_once() {
    let content = b"<a>]]&gt;]]</a>\n#1\n".repeat(3_000_000);
    for (framing, size, length) in [
        (Framing::EndOfMessage, 16 * 1024, content.len()),
        (Framing::Chunked, 16 * 1024, content.len()),
        (Framing::EndOfMessage, 1, 1_000_000),
        (Framing::Chunked, 1, 1_000_000),
    ] {
        let content = &content[..length];
        let mut wire = BytesMut::new();
        codec(framing).encode(content, &mut wire).unwrap();
        let mut codec = codec(framing);
        let messages = feed(&mut codec, &wire, &[size]).unwrap();
        assert!(messages.len() == 1 && messages[0] == content);
        // Six bytes again with each piece, and one pass at the end of the stream.
        let bound = wire.len() + 6 * wire.len().div_ceil(size) + 6;
        assert!(codec.touched <= bound, "{framing:?} {size}: {} of {bound}", codec.touched);
    }
}

#[test]
fn a_large_message_leaves_no_large_buffer_behind() {
    for framing in [Framing::EndOfMessage, Framing::Chunked] {
        let mut codec = codec(framing);
        let mut input = BytesMut::new();
        codec.encode(vec![b'x'; 4 << 20], &mut input).unwrap();
        codec.encode("<ok/>", &mut input).unwrap();
        assert_eq!(codec.decode(&mut input).unwrap().unwrap().len(), 4 << 20);
        assert!(codec.message.capacity() == 0);
        assert_eq!(codec.decode(&mut input).unwrap().unwrap(), "<ok/>");
        assert!(framing == Framing::Chunked || input.capacity() <= 1 << 16, "{}", input.capacity());
    }
}

fn framing() -> impl Strategy<Value = Framing> {
    prop_oneof![Just(Framing::EndOfMessage), Just(Framing::Chunked)]
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 1..200),
        // Near the delimiters.
        prop::collection::vec(prop::sample::select(b"]>\n#1a".to_vec()), 1..100),
    ]
}

proptest! {
    #[test]
    fn any_content_in_any_split(
        contents in prop::collection::vec(content(), 0..6),
        framing in framing(),
        sizes in prop::collection::vec(1_usize..40, 1..30),
    ) {
        let (mut sender, mut wire, mut sent) = (codec(framing), BytesMut::new(), Vec::new());
        for content in contents {
            if sender.encode(&content, &mut wire).is_ok() {
                sent.push(content);
            } else {
                prop_assert_eq!(framing, Framing::EndOfMessage);
            }
        }
        prop_assert_eq!(feed(&mut codec(framing), &wire, &sizes).unwrap(), sent);
    }

    #[test]
    fn any_cut_into_chunks(content in content(), cuts in prop::collection::vec(1_usize..20, 1..20), size in 1_usize..30) {
        let (mut wire, mut rest) = (Vec::new(), &content[..]);
        for cut in cuts.into_iter().chain([usize::MAX]) {
            let (chunk, after) = rest.split_at(cut.min(rest.len()));
            rest = after;
            if !chunk.is_empty() {
                wire.extend_from_slice(format!("\n#{}\n", chunk.len()).as_bytes());
                wire.extend_from_slice(chunk);
            }
        }
        wire.extend_from_slice(b"\n##\n");
        prop_assert_eq!(feed(&mut codec(Framing::Chunked), &wire, &[size]).unwrap(), [content]);
    }

    #[test]
    fn corrupted_bytes_are_an_error_or_other_messages(
        contents in prop::collection::vec(content(), 1..4),
        framing in framing(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 0..6),
        sizes in prop::collection::vec(1_usize..40, 1..10),
    ) {
        let (mut sender, mut wire) = (codec(framing), BytesMut::new());
        for content in &contents {
            let _ = sender.encode(content, &mut wire);
        }
        let mut wire = wire.to_vec();
        for (at, byte, kind) in damage {
            if wire.is_empty() {
                break;
            }
            let at = at.index(wire.len());
            match kind {
                0 => wire[at] = byte,
                1 => drop(wire.remove(at)),
                _ => wire.insert(at, byte),
            }
        }
        let mut one = Codec::with_limit(1000);
        one.set_framing(framing);
        let mut other = one.clone();
        let found = feed(&mut one, &wire, &sizes);
        let total: usize = found.iter().flatten().map(Bytes::len).sum();
        prop_assert!(total <= wire.len());
        prop_assert!(one.message.capacity() <= 4096);
        // The split changes nothing, neither the messages nor the error, except how much of a header was there.
        match (found, feed(&mut other, &wire, &[1])) {
            (Ok(one), Ok(other)) => prop_assert_eq!(one, other),
            (Err(one), Err(other)) => prop_assert_eq!(std::mem::discriminant(&one), std::mem::discriminant(&other)),
            (one, other) => prop_assert!(false, "{:?} or {:?}", one, other),
        }
    }
}
