//! A sync over HTTP, measured, beside the least that the same data can cost.
//!
//! `cargo run --release -p peering-benches --bin http_sync -- DIRECTORY DELTA [--runs 3]` starts the server and each
//! kind of work as processes of their own (this program with a hidden subcommand) and prints one table: the run
//! with the middle processor time of each kind. The data are made by `gen.py --out DIRECTORY --delta 2896`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

use clap::{Parser, Subcommand};
use peering_benches::measure::{self, Timed, Usage};
use peering_benches::server::Server;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Measures a sync over HTTP.
#[derive(Parser)]
#[command(subcommand_negates_reqs = true, args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Directory with one API answer per type.
    #[arg(required = true)]
    directory: Option<PathBuf>,
    /// Directory with the changes of a later day.
    #[arg(required = true)]
    delta: Option<PathBuf>,
    /// So often each.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    #[command(subcommand)]
    work: Option<Work>,
}

/// What is done in a process of its own.
#[derive(Subcommand)]
enum Work {
    #[command(hide = true)]
    Serve { directory: PathBuf, delta: PathBuf },
    #[command(hide = true)]
    Sync { url: String, cache: PathBuf },
    #[command(hide = true)]
    Baseline { directory: PathBuf, database: PathBuf },
    #[command(hide = true)]
    Queries { cache: PathBuf },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse() {
        Arguments { work: Some(work), .. } => work.run(),
        Arguments { directory: Some(directory), delta: Some(delta), runs, .. } => {
            compare(&directory, &delta, runs.max(1))
        }
        _ => Err("a directory and its changes are needed".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

impl Work {
    fn run(self) -> Outcome<()> {
        let started = Instant::now();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        match self {
            Work::Serve { directory, delta } => {
                runtime.block_on(Server::load(&directory, Some(&delta))?.run(0))?;
            }
            Work::Sync { url, cache } => {
                let (_, report) = runtime.block_on(measure::sync_once(&url, &cache))?;
                let usage = Usage {
                    apply: report.apply.as_secs_f64(),
                    rows: report.rows(),
                    changes: report.changes(),
                    ..Usage::since(started)
                };
                println!("{}", serde_json::to_string(&usage)?);
            }
            Work::Baseline { directory, database } => {
                let rows = measure::raw_insert(&directory, &database)?;
                println!("{}", serde_json::to_string(&Usage { rows, ..Usage::since(started) })?);
            }
            Work::Queries { cache } => println!("{}", serde_json::to_string(&measure::queries(&cache)?)?),
        }
        Ok(())
    }
}

fn compare(directory: &Path, delta: &Path, runs: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    measure::pack(directory, folder.path())?;
    let server = Running::start(directory, delta)?;
    let mut steps: [(&str, Vec<Usage>); 4] = [
        ("full sync over HTTP", Vec::new()),
        ("baseline: decode, raw insert", Vec::new()),
        ("incremental, nothing changed", Vec::new()),
        ("incremental, a day of changes", Vec::new()),
    ];
    let cache = folder.path().join("cache.sqlite");
    for run in 0..runs {
        for name in ["cache.sqlite", "cache.sqlite-wal", "cache.sqlite-shm"] {
            let _ = std::fs::remove_file(folder.path().join(name));
        }
        server.changes("DELETE")?;
        let sync = || work::<Usage>(&["sync".as_ref(), server.url.as_ref(), cache.as_ref()]);
        steps[0].1.push(sync()?);
        let raw = folder.path().join(format!("raw-{run}.sqlite"));
        steps[1].1.push(work(&["baseline".as_ref(), folder.path(), &raw])?);
        steps[2].1.push(sync()?);
        server.changes("POST")?;
        steps[3].1.push(sync()?);
        std::fs::remove_file(raw)?;
    }
    println!(
        "{:<30} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9}   middle of {runs}",
        "step", "rows", "changes", "wall s", "CPU s", "apply s", "peak MiB"
    );
    let mut middle = Vec::new();
    for (name, usages) in &mut steps {
        usages.sort_by(|one, other| one.cpu.total_cmp(&other.cpu));
        let usage = usages[usages.len() / 2].clone();
        let Usage { wall, cpu, peak, apply, rows, changes } = usage;
        println!("{name:<30} {rows:>8} {changes:>8} {wall:>8.2} {cpu:>8.2} {apply:>8.2} {peak:>9.1}");
        middle.push(usage);
    }
    if let [sync, baseline, ..] = middle.as_slice() {
        let (wall, cpu) = (sync.wall / baseline.wall, sync.cpu / baseline.cpu);
        println!("{:<30} {:>17} {wall:>8.2} {cpu:>8.2}", "full sync : baseline", "");
    }
    println!("cache: {:.1} MB", std::fs::metadata(&cache)?.len() as f64 / 1e6);
    println!("\n{:<60} {:>8} {:>10} {:>10}", "query", "rows", "first ms", "best ms");
    for (name, rows, first, best) in work::<Vec<Timed>>(&["queries".as_ref(), cache.as_ref()])? {
        println!("{name:<60} {rows:>8} {:>10.3} {:>10.3}", first * 1e3, best * 1e3);
    }
    Ok(())
}

/// Runs this program for one piece of work and reads what it says.
fn work<T: serde::de::DeserializeOwned>(arguments: &[&Path]) -> Outcome<T> {
    let done = Command::new(std::env::current_exe()?).args(arguments).stderr(Stdio::inherit()).output()?;
    if !done.status.success() {
        return Err(format!("{arguments:?} failed").into());
    }
    Ok(serde_json::from_slice(&done.stdout)?)
}

/// The server in its own process; it ends with this.
struct Running {
    process: Child,
    url: String,
}

impl Running {
    fn start(directory: &Path, delta: &Path) -> Outcome<Running> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("serve")
            .args([directory, delta])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        if let Some(out) = process.stdout.take() {
            BufReader::new(out).read_line(&mut url)?;
        }
        Ok(Running { process, url: url.trim_end().to_owned() })
    }

    /// Switches the changes on (POST) or off (DELETE).
    fn changes(&self, method: &str) -> Outcome<()> {
        let mut stream = TcpStream::connect(self.url.trim_start_matches("http://"))?;
        write!(stream, "{method} /-/delta HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        match answer.starts_with("HTTP/1.1 204") {
            true => Ok(()),
            false => Err(format!("the server says: {answer}").into()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It ends with its input; there is nobody to tell if it does not.
        let _ = self.process.wait();
    }
}
