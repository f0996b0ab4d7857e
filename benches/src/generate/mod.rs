//! A small invented world in the exact shape of a PeeringDB server's list answers (server 2.83).
//!
//! Five exchanges of different size with all their members, and everything around them: organisations, a
//! campus, facilities, carriers, contacts. Nothing in it can be mistaken for something real: AS numbers are
//! for documentation (RFC 5398) or private use (RFC 6996), peering LANs are documentation prefixes (RFC 5737,
//! RFC 3849), names are made up, mail goes to `example.net`. Some names are hostile on purpose: whoever renders
//! configuration from strangers' text shall meet that early.
//!
//! The same seed gives the same bytes on every machine.

mod names;
mod object;
mod plan;
mod random;
mod rows;

use std::io::{self, Write};

use flate2::{Compression, GzBuilder};
use peering_core::peeringdb::ObjectType;

pub use object::Object;

/// The seed of the shipped sample.
pub const SAMPLE_SEED: u64 = 64500;

/// When the data was "made", in Unix seconds: 2026-09-01T00:00:00Z.
pub const GENERATED: i64 = 1_788_220_800;

/// The rows of one type.
#[derive(Clone, Debug)]
pub struct Table {
    /// The type.
    pub object: ObjectType,
    /// The rows, in the order of their numbers.
    pub rows: Vec<Object>,
}

/// The whole world, one table per type in the order of [`ObjectType::ALL`].
pub fn generate(seed: u64) -> Vec<Table> {
    let mut random = random::Random::new(seed);
    let plan = plan::Plan::new(&mut random);
    rows::tables(&plan, &mut random)
}

impl Table {
    /// The answer of the server: `{"data": [...], "meta": {"generated": ...}}`, in ASCII.
    pub fn answer(&self) -> Vec<u8> {
        object::answer(&self.rows, GENERATED)
    }

    /// The same, gzipped without name and time, so that the same rows give the same bytes.
    ///
    /// # Errors
    /// None that a vector can cause.
    pub fn compressed(&self) -> io::Result<Vec<u8>> {
        let mut gz = GzBuilder::new().write(Vec::new(), Compression::best());
        gz.write_all(&self.answer())?;
        gz.finish()
    }
}

#[cfg(test)]
mod tests;
