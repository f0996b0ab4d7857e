//! Templates beside Jinja2 itself: the same templates, the same data, the same output, in one run.
//!
//! `cargo run --release -p peering-benches --bin templates -- --python PYTHON`, where PYTHON has jinja2. Each side runs
//! in a process of its own and gets the network as parsed JSON; what is counted begins there: making the objects and
//! indexes that templates see, and rendering. Each number is the best of several runs. The outputs must be equal.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;
use peering_benches::{measure, sessions};
use peering_core::model::{Indexed, Network};
use peering_core::template::{Engine, Escape, Options, RenderContext};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Renders templates beside Jinja2.
#[derive(Parser)]
struct Arguments {
    /// A Python that has jinja2.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// How often each is run; the best counts.
    #[arg(long, default_value_t = 7)]
    runs: u32,
    /// Only ours: a network document and a template.
    #[arg(long, num_args = 2, hide = true)]
    ours: Option<Vec<PathBuf>>,
}

/// What one side took.
#[derive(Serialize, Deserialize)]
struct Taken {
    prepare: f64,
    render: f64,
    peak_mib: f64,
    bytes: usize,
    digest: String,
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.ours {
        Some(files) => ours(files, arguments.runs),
        None => compare(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(arguments: &Arguments) -> Outcome<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("jinja2");
    let work = tempfile::tempdir()?;
    println!(
        "{:<8} {:<22} {:>8} {:>22} {:>22} {:>7} {:>7} {:>15}",
        "", "", "output", "ours: prepare, render", "Jinja2", "ratio", "render", "peak MiB"
    );
    for (what, routers, count) in [("1 router, 2,000 sessions", 1, 2000), ("20 routers, 500 each", 20, 500)] {
        let document = work.path().join("network.json");
        std::fs::write(&document, sessions::network(routers, count).to_json_exposing_secrets())?;
        for name in ["junos", "iosxr", "eos", "bird"] {
            let template = folder.join("templates").join(format!("{name}.j2"));
            let runs = arguments.runs.to_string();
            let ours: Taken = run(Command::new(std::env::current_exe()?)
                .args(["--runs", &runs, "--ours"])
                .args([&document, &template]))?;
            let theirs: Taken = run(Command::new(&arguments.python)
                .arg(folder.join("render.py"))
                .args([&document, &template])
                .arg(&runs))?;
            if ours.digest != theirs.digest {
                return Err(format!(
                    "{name}, {what}: the outputs differ ({} and {} bytes)",
                    ours.bytes, theirs.bytes
                )
                .into());
            }
            println!(
                "{name:<8} {what:<22} {:>5} kB {:>8.1} + {:>6.1} ms {:>10.1} + {:>6.1} ms {:>6.1}x {:>6.1}x {:>6.0} : {:>4.0}",
                ours.bytes / 1000,
                ours.prepare * 1e3,
                ours.render * 1e3,
                theirs.prepare * 1e3,
                theirs.render * 1e3,
                (theirs.prepare + theirs.render) / (ours.prepare + ours.render),
                theirs.render / ours.render,
                ours.peak_mib,
                theirs.peak_mib,
            );
        }
    }
    document(10_000, arguments.runs)
}

/// Loading, indexing and validating a large document.
fn document(count: u32, runs: u32) -> Outcome<()> {
    let network = sessions::network(1, count);
    let (json, yaml) = (network.to_json_exposing_secrets(), network.to_yaml_exposing_secrets());
    let from_json = best(runs, || Network::from_json(&json))?;
    let from_yaml = best(runs, || Network::from_yaml(&yaml))?;
    let validate = best(runs, || network.validate())?;
    let index = best(runs, || Ok(Indexed::from(network.clone())))?;
    println!(
        "a document of {count} sessions: JSON ({} kB) {from_json:.0} ms, YAML ({} kB) {from_yaml:.0} ms, validate {validate:.0} ms, copy and index {index:.0} ms",
        json.len() / 1000,
        yaml.len() / 1000
    );
    Ok(())
}

/// The milliseconds of the best of several runs.
fn best<T>(runs: u32, mut work: impl FnMut() -> peering_core::Result<T>) -> Outcome<f64> {
    let mut best = f64::MAX;
    for _ in 0..runs {
        let started = Instant::now();
        let made = work()?;
        best = best.min(started.elapsed().as_secs_f64());
        drop(made);
    }
    Ok(best * 1e3)
}

fn run(command: &mut Command) -> Outcome<Taken> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn ours(files: &[PathBuf], runs: u32) -> Outcome<()> {
    let [document, template] = files else { return Err("a document and a template".into()) };
    let text = std::fs::read_to_string(document)?;
    let mut engine = Engine::new(Escape::PLAIN, Options::default());
    engine.add("t", &std::fs::read_to_string(template)?)?;
    // Templates are made ready once, on both sides.
    let mut best: Option<(f64, f64)> = None;
    let mut outputs = Vec::new();
    for _ in 0..=runs {
        let network = Network::from_json(&text)?;
        let started = Instant::now();
        let network = Arc::new(Indexed::from(network));
        let names: Vec<String> = network.routers.iter().map(|router| router.name.clone()).collect();
        let contexts: Result<Vec<RenderContext>, _> =
            names.iter().map(|name| RenderContext::for_router(Arc::clone(&network), name)).collect();
        let contexts = contexts?;
        let prepared = started.elapsed().as_secs_f64();
        let rendered: Result<Vec<String>, _> =
            contexts.iter().map(|context| engine.render("t", context)).collect();
        outputs = rendered?;
        let taken = (prepared, started.elapsed().as_secs_f64() - prepared);
        if best.is_none_or(|best| taken.0 + taken.1 < best.0 + best.1) {
            best = Some(taken);
        }
    }
    let (prepare, render) = best.unwrap_or_default();
    let digest = Sha256::digest(outputs.join("\0"));
    let taken = Taken {
        prepare,
        render,
        peak_mib: measure::peak().unwrap_or_default(),
        bytes: outputs.iter().map(String::len).sum(),
        digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    println!("{}", serde_json::to_string(&taken)?);
    Ok(())
}
