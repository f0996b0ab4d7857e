//! All cells, as a table in a platform's `README.md`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::cell::{Place, Texts, Turns, UNPREPARED, requests, run};
use super::matrix::{Disorder, Step, Subject};

const BEGIN: &str = "<!-- The fault matrix: written by the test `faults`, do not edit -->\n";
const END: &str = "<!-- end of the fault matrix -->\n";

/// Of all platforms; most of the time a run waits.
static TURNS: Turns = Turns { routers: Semaphore::const_new(80), work: Semaphore::const_new(16) };

/// For a cell that is run again.
static FEW_TURNS: Turns = Turns { routers: Semaphore::const_new(8), work: Semaphore::const_new(2) };

/// How often a cell is run again, alone, that did not come out as the file says: on a busy machine a step may run out of
/// time before its fault strikes.
const AGAIN: usize = 2;

/// Runs everything, and compares the table with the one in a file, relative to the workspace.
///
/// # Panics
/// With every broken promise; when the file has another table.
pub(crate) async fn check(subject: Arc<dyn Subject>, readme: &str) {
    let texts = Arc::new(Texts::of(subject.as_ref()).await);
    let mut running = Vec::new();
    for step in Step::ALL {
        let requests = requests(subject.as_ref(), step).await;
        for disorder in Disorder::ALL {
            let places = places(subject.as_ref(), step, disorder, requests);
            let (subject, texts) = (Arc::clone(&subject), Arc::clone(&texts));
            let cell = cell(subject, texts, (step, disorder), places.clone(), &TURNS);
            running.push((step, disorder, places, tokio::spawn(cell)));
        }
    }
    let documented = documented(readme);
    let mut broken = Vec::new();
    let mut cells = Vec::new();
    for (_, _, _, cell) in &mut running {
        cells.push(cell.await.unwrap());
    }
    for (index, ((step, disorder, places, _), found)) in running.into_iter().zip(&mut cells).enumerate() {
        // A table that is to be rewritten tells nothing yet.
        let is_as_told = |found: &Cell| {
            (is_rewritten() || documented.get(index) == Some(&found.text())) && !found.is_unprepared
        };
        for _ in 0..AGAIN {
            if is_as_told(found) {
                break;
            }
            println!("{}, {} is run again: {}", step.name(), disorder.name(), found.text());
            broken.append(&mut found.broken);
            let (subject, texts) = (Arc::clone(&subject), Arc::clone(&texts));
            *found = cell(subject, texts, (step, disorder), places.clone(), &FEW_TURNS).await;
        }
        broken.append(&mut found.broken);
        assert!(!found.is_unprepared, "{}, {}: no run gets as far as the step", step.name(), disorder.name());
    }
    let table = draw(&cells.iter().map(Cell::text).collect::<Vec<_>>());
    println!("{} runs\n{table}", cells.iter().map(|cell| cell.runs).sum::<usize>());
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
    compare(&table, readme);
}

/// What the runs of one step and disorder gave.
#[derive(Default)]
struct Cell {
    runs: usize,
    outcomes: BTreeSet<String>,
    broken: Vec<String>,
    /// What comes before the step has failed in one of them.
    is_unprepared: bool,
}

impl Cell {
    fn text(&self) -> String {
        let text = self.outcomes.iter().map(String::as_str).collect::<Vec<_>>().join("; ");
        if text.is_empty() { "–".to_owned() } else { text }
    }
}

/// Where a disorder can strike a step that is so many requests.
fn places(subject: &dyn Subject, step: Step, disorder: Disorder, requests: usize) -> Vec<Place> {
    if disorder == Disorder::Refusal {
        subject.refusals(step).into_iter().map(Place::Command).collect()
    } else {
        (1..=requests).map(Place::Request).collect()
    }
}

async fn cell(
    subject: Arc<dyn Subject>,
    texts: Arc<Texts>,
    (step, disorder): (Step, Disorder),
    places: Vec<Place>,
    turns: &'static Turns,
) -> Cell {
    let mut runs = JoinSet::new();
    for place in places {
        let (subject, texts) = (Arc::clone(&subject), Arc::clone(&texts));
        runs.spawn(async move {
            let ended = run(subject.as_ref(), &texts, step, disorder, &place, turns).await;
            (place, ended)
        });
    }
    let mut found = Cell::default();
    while let Some(ended) = runs.join_next().await {
        let (place, ended) = ended.unwrap();
        found.runs += 1;
        match ended {
            Ok(Some(outcome)) => {
                found.outcomes.insert(outcome.to_string());
            }
            // It may have been one request less this time.
            Ok(None) if disorder != Disorder::Refusal => {}
            Ok(None) => found.broken.push(format!("{}: {place:?} is never asked for", step.name())),
            Err(words) if words.starts_with(UNPREPARED) => found.is_unprepared = true,
            Err(words) => {
                found.broken.push(format!("{}, {}, {place:?}: {words}", step.name(), disorder.name()))
            }
        }
    }
    found
}

/// The cells of the table in a file.
fn documented(readme: &str) -> Vec<String> {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(readme)).unwrap();
    let (_, rest) = text.split_once(BEGIN).expect("the file has no place for the fault matrix");
    let table = rest.split_once(END).expect("the fault matrix has no end").0;
    let cells = |row: &str| row.split('|').skip(2).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    table.lines().skip(2).flat_map(|row| cells(row).into_iter().take(Disorder::ALL.len())).collect()
}

fn draw(cells: &[String]) -> String {
    let row = |words: Vec<&str>| format!("| {} |\n", words.join(" | "));
    let mut head = vec!["step"];
    head.extend(Disorder::ALL.map(Disorder::name));
    let mut table = row(head) + &row(vec!["---"; 1 + Disorder::ALL.len()]);
    for (step, cells) in Step::ALL.iter().zip(cells.chunks(Disorder::ALL.len())) {
        let mut words = vec![step.name()];
        words.extend(cells.iter().map(String::as_str));
        table += &row(words);
    }
    table
}

fn compare(table: &str, readme: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(readme);
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the file has no place for the fault matrix");
    let (old, after) = rest.split_once(END).expect("the fault matrix has no end");
    if is_rewritten() {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert!(old == table, "{readme} has another table; PEERING_ACCEPT=1 rewrites it");
    }
}

fn is_rewritten() -> bool {
    std::env::var_os("PEERING_ACCEPT").is_some()
}
