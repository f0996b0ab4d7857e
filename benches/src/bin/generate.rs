//! Writes the invented world as a dump: one answer per type.
//!
//! `cargo run -p peering-benches --bin generate -- examples/data/peeringdb-sample` makes the shipped sample.

use std::fs;
use std::path::PathBuf;

use clap::Parser;
use peering_benches::generate::{SAMPLE_SEED, generate};

/// Writes PeeringDB-shaped data with invented content.
#[derive(Parser)]
struct Arguments {
    /// Where the files go.
    directory: PathBuf,
    /// Another seed gives another world.
    #[arg(long, default_value_t = SAMPLE_SEED)]
    seed: u64,
    /// Write plain JSON instead of gzip.
    #[arg(long)]
    plain: bool,
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    fs::create_dir_all(&arguments.directory)?;
    for table in generate(arguments.seed) {
        let (name, bytes) = if arguments.plain {
            (format!("{}.json", table.object), table.answer())
        } else {
            (format!("{}.json.gz", table.object), table.compressed()?)
        };
        println!("{:<11} {:>4} rows {:>7} bytes", table.object, table.rows.len(), bytes.len());
        fs::write(arguments.directory.join(name), bytes)?;
    }
    Ok(())
}
