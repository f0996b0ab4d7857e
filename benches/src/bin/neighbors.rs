//! BGP neighbours beside NAPALM: the same simulated router, the same answers, in one run.
//!
//! `cargo run --release -p peering-benches --bin neighbors -- --python PYTHON`, where PYTHON has napalm. Two things are
//! measured, each side in fresh processes of its own: reading the same answers, fetched once from the simulator
//! (`parse`); and logging in, asking, closing against the running simulator (`wire`). What both sides found must agree.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};

use clap::{Parser, ValueEnum};
use peering_benches::routers::{self, Found, Outcome, Platform};
use serde::de::DeserializeOwned;

/// Measures reading BGP neighbours beside NAPALM.
#[derive(Parser)]
struct Arguments {
    /// A Python that has napalm.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// How many neighbours the router has.
    #[arg(long, default_value_t = 1000)]
    neighbors: u32,
    /// How often each is run; the best counts.
    #[arg(long, default_value_t = 5)]
    runs: u32,
    /// One part only, in a process of its own.
    #[arg(long, hide = true)]
    part: Option<Part>,
    /// One platform only.
    #[arg(long)]
    platform: Option<Platform>,
    /// The folder of recorded answers, or the place of the simulator.
    #[arg(long, hide = true)]
    at: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Part {
    Serve,
    Fetch,
    Parse,
    ParseDetail,
    Wire,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match (arguments.part, arguments.platform) {
        (Some(part), Some(platform)) => run_part(&arguments, part, platform),
        _ => compare(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run_part(arguments: &Arguments, part: Part, platform: Platform) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let at = arguments.at.clone().unwrap_or_default();
    let found = match part {
        Part::Serve => return runtime.block_on(routers::serve(platform, arguments.neighbors)),
        Part::Fetch => return runtime.block_on(routers::fetch(platform, &at)),
        Part::Parse => routers::parse(platform, Path::new(&at), false, arguments.runs)?,
        Part::ParseDetail => routers::parse(platform, Path::new(&at), true, arguments.runs)?,
        Part::Wire => runtime.block_on(routers::wire(platform, &at))?,
    };
    println!("{}", serde_json::to_string(&found)?);
    Ok(())
}

fn compare(arguments: &Arguments) -> Outcome<()> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("napalm");
    for platform in arguments.platform.map_or_else(|| Platform::value_variants().to_vec(), |one| vec![one]) {
        let napalm = platform.napalm();
        let mut simulator = Simulator::start(platform, arguments.neighbors)?;
        let work = tempfile::tempdir()?;
        let folder = work.path().display().to_string();
        let status =
            ours(Part::Fetch, platform).args(["--at", &format!("{} {folder}", simulator.place)]).status()?;
        if !status.success() {
            return Err("the simulator did not answer".into());
        }
        let runs = arguments.runs.to_string();
        let (form, detail) = platform.forms();
        let neighbors = (Part::Parse, "get_bgp_neighbors", form);
        let detail = detail.map(|form| (Part::ParseDetail, "get_bgp_neighbors_detail", form));
        for (part, method, form) in std::iter::once(neighbors).chain(detail) {
            let own: Found = run(ours(part, platform).args(["--runs", &runs, "--at", &folder]))?;
            let theirs: Found = run(Command::new(&arguments.python)
                .arg(scripts.join("parse.py"))
                .args([napalm, method, &folder, &runs]))?;
            agree(&own, &theirs)?;
            println!(
                "{napalm:<13} parse  {form:<12} {:>6} neighbours {:>6} kB  ours {:>8.2} ms  NAPALM {:>8.1} ms  {:>6.1}x",
                own.neighbors,
                own.bytes / 1000,
                own.wall * 1e3,
                theirs.wall * 1e3,
                theirs.wall / own.wall,
            );
        }
        let (mut own, mut theirs) = (Vec::new(), Vec::new());
        let (mut own_trips, mut their_trips) = (0, 0);
        for _ in 0..arguments.runs {
            simulator.round_trips()?;
            own.push(run::<Found>(ours(Part::Wire, platform).args(["--at", &simulator.place]))?);
            own_trips = simulator.round_trips()?;
            theirs.push(run::<Found>(
                Command::new(&arguments.python).arg(scripts.join("wire.py")).args([napalm, &simulator.place]),
            )?);
            their_trips = simulator.round_trips()?;
        }
        let (own, theirs) = (best(own)?, best(theirs)?);
        agree(&own, &theirs)?;
        println!(
            "{napalm:<13} open + neighbours {:>6} neighbours, wall: ours {:>7.1} ms  NAPALM {:>8.1} ms  {:>5.1}x; processor: {:>6.1} : {:>7.1} ms  {:>5.1}x; {} {own_trips} : {their_trips}",
            own.neighbors,
            own.wall * 1e3,
            theirs.wall * 1e3,
            theirs.wall / own.wall,
            own.cpu * 1e3,
            theirs.cpu * 1e3,
            theirs.cpu / own.cpu,
            platform.unit(),
        );
    }
    Ok(())
}

/// Both sides have found the same sessions.
fn agree(own: &Found, theirs: &Found) -> Outcome<()> {
    let facts = |found: &Found| (found.neighbors, found.established, found.received);
    if facts(own) != facts(theirs) {
        return Err(format!("the two sides do not agree: {own:?}, {theirs:?}").into());
    }
    Ok(())
}

fn best(all: Vec<Found>) -> Outcome<Found> {
    let cpu = all.iter().map(|found| found.cpu).fold(f64::MAX, f64::min);
    let best = all.into_iter().min_by(|one, other| one.wall.total_cmp(&other.wall));
    Ok(Found { cpu, ..best.ok_or("no run")? })
}

fn ours(part: Part, platform: Platform) -> Command {
    let word = |value: &dyn Fn() -> Option<clap::builder::PossibleValue>| {
        value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    };
    let mut command = Command::new(std::env::current_exe().unwrap_or_default());
    command.args(["--part", &word(&|| part.to_possible_value())]);
    command.args(["--platform", &word(&|| platform.to_possible_value())]);
    command
}

fn run<T: DeserializeOwned>(command: &mut Command) -> Outcome<T> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The simulator, in a process of its own. It ends with this.
struct Simulator {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Port, and what proves that it is it.
    place: String,
}

impl Simulator {
    fn start(platform: Platform, neighbors: u32) -> Outcome<Simulator> {
        let mut child = ours(Part::Serve, platform)
            .args(["--neighbors", &neighbors.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().ok_or("no input")?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut place = String::new();
        output.read_line(&mut place)?;
        let place = place.trim_end().to_owned();
        Ok(Simulator { child, input, output, place })
    }

    /// How many requests came since the last time.
    fn round_trips(&mut self) -> Outcome<usize> {
        self.input.write_all(b"\n")?;
        let mut count = String::new();
        self.output.read_line(&mut count)?;
        Ok(count.trim_end().parse()?)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
