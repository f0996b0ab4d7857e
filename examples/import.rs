//! Takes a network over from Peering Manager: from a directory of its API's answers, or from the server itself with a
//! token in `PEERING_MANAGER_TOKEN`. `cargo run --example import -- tests/data/peering-manager network.yaml` writes it
//! as YAML and says what has no place in it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use peering_core::import::peering_manager::{Answers, LineKind, Server, import};
use peering_core::{Error, ErrorKind};

/// The environment variable with the token.
const TOKEN: &str = "PEERING_MANAGER_TOKEN";

/// Takes a network over from Peering Manager.
#[derive(Parser)]
struct Arguments {
    /// A directory with answers such as peering/autonomous-systems.json, or the server's address.
    from: String,
    /// Where the network goes; to a file that only its owner can read, because it holds passwords.
    to: PathBuf,
    /// Also tell what follows from the rest.
    #[arg(long)]
    all: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the network is sound.
async fn run(arguments: Arguments) -> peering_core::Result<bool> {
    let answers = if arguments.from.starts_with("http://") || arguments.from.starts_with("https://") {
        let token = std::env::var(TOKEN).map_err(|_| {
            Error::new(ErrorKind::Options, format!("set {TOKEN} to a token of the server's API"))
        })?;
        Server::new(arguments.from, token).fetch().await?
    } else {
        Answers::from_dir(arguments.from)?
    };
    let imported = import(&answers);
    imported.network.save_exposing_secrets(&arguments.to)?;
    for (endpoint, records) in &imported.report.imported {
        println!("{records:>7} {endpoint}");
    }
    for line in imported.report.lines.iter().filter(|line| arguments.all || line.kind != LineKind::Derived) {
        println!("{:<13} {line}", format!("{:?}", line.kind));
    }
    for problem in &imported.report.problems {
        println!("PROBLEM       {problem}");
    }
    Ok(imported.report.problems.is_empty())
}
