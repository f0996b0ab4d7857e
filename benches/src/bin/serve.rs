//! Serves a directory of PeeringDB answers over HTTP on the loopback interface.
//!
//! `cargo run --release -p peering-benches --bin serve -- DIRECTORY [DELTA] [--port 0]` prints its address and ends
//! when its standard input does. `POST /-/delta` lets the changes of DELTA happen.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use peering_benches::server::Server;

/// Serves a directory of PeeringDB answers.
#[derive(Parser)]
struct Arguments {
    /// Directory with one API answer per type, `<tag>.json`.
    directory: PathBuf,
    /// Directory with the rows that change when told to.
    delta: Option<PathBuf>,
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match Server::load(&arguments.directory, arguments.delta.as_deref()) {
        Ok(server) => server.run(arguments.port).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
