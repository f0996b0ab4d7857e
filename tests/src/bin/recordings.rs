//! Runs NAPALM's recordings against our drivers: `recordings --root DIR --index FILE [--platform P] [--python PYTHON]`.
//!
//! Ends with 1 if anything differs from what NAPALM made of the same bytes, apart from the known artefacts, or the named
//! platform has no driver; with 2 if it was called wrongly.

use std::path::PathBuf;
use std::process::ExitCode;

use peering_tests::recordings::{Options, run};

const USAGE: &str = "usage: recordings --root DIR --index FILE [--platform P] [--python PYTHON]";

fn options() -> Option<Options> {
    let (mut root, mut index, mut platform, mut python) = (None, None, None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let slot = match name.as_str() {
            "--root" => &mut root,
            "--index" => &mut index,
            "--platform" => &mut platform,
            "--python" => &mut python,
            _ => return None,
        };
        if slot.replace(arguments.next()?).is_some() {
            return None;
        }
    }
    Some(Options {
        root: PathBuf::from(root?),
        index: PathBuf::from(index?),
        platform,
        python: python.map_or_else(|| PathBuf::from("target/venv/bin/python"), PathBuf::from),
    })
}

#[tokio::main]
async fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let report = match run(&options).await {
        Ok(report) => report,
        Err(why) => {
            eprintln!("{why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    print!("{report}");
    let lacks_driver = options.platform.is_some() && !report.without_driver.is_empty();
    if report.is_passed() && !lacks_driver { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
