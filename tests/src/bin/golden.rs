//! Runs a directory of golden files and says what did not come out as recorded: `golden DIR`.
//!
//! Ends with 1 if anything failed, a file was unreadable or of no known kind, or there was no file; with 2 if it was
//! called wrongly.

use std::path::Path;
use std::process::ExitCode;

use peering_tests::golden;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [directory] = arguments.as_slice() else {
        eprintln!("usage: golden DIR");
        return ExitCode::from(2);
    };
    let reports = match golden::run(Path::new(directory)) {
        Ok(reports) => reports,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    for report in &reports {
        println!("{report}");
    }
    if reports.iter().all(|report| report.failed.is_empty()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
