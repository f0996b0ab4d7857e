//! All cells, as a table in a platform's `README.md`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use peering_drivers::sim::FaultPoint;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::cell::{Place, Texts, Turns, UNPREPARED, connect, requests, run};
use super::matrix::{Disorder, Step, Subject};

const END: &str = "<!-- end of the fault matrix -->\n";

/// When this is set, every place is tried, however many a subject leaves out; the tables are not compared then.
const WHOLE: &str = "PEERING_FAULTS_WHOLE";

/// How many routers there are at once.
const ROUTERS: u32 = 200;

/// Of all platforms; most of the time a run waits.
static TURNS: Turns =
    Turns { routers: Semaphore::const_new(ROUTERS as usize), work: Semaphore::const_new(12) };

/// For a cell that is run again.
static FEW_TURNS: Turns = Turns { routers: Semaphore::const_new(8), work: Semaphore::const_new(2) };

/// How often a cell is run again, alone, that did not come out as the file says: on a busy machine a step may run out of
/// time before its fault strikes.
const AGAIN: usize = 2;

/// Runs everything, and compares the table with the one in the platform's file.
///
/// # Panics
/// With every broken promise; when the file has another table.
pub(crate) async fn check(subject: &'static dyn Subject) {
    let readme = Readme::of(subject);
    let steps = steps(subject).await;
    let texts = Arc::new(Texts::of(subject).await);
    let mut running = Vec::new();
    for &step in &steps {
        let requests = requests(subject, step).await;
        for disorder in Disorder::ALL {
            let places = places(subject, step, disorder, requests);
            let texts = Arc::clone(&texts);
            let cell = cell(subject, texts, (step, disorder), places.clone(), &TURNS);
            running.push((step, disorder, places, tokio::spawn(cell)));
        }
    }
    let documented = readme.cells();
    let mut broken = Vec::new();
    let mut cells = Vec::new();
    for (_, _, _, cell) in &mut running {
        cells.push(cell.await.unwrap());
    }
    for (index, ((step, disorder, places, _), found)) in running.into_iter().zip(&mut cells).enumerate() {
        // A table that is to be rewritten tells nothing yet.
        let is_as_told = |found: &Cell| {
            (is_rewritten() || is_whole() || documented.get(index).is_some_and(|told| found.fits(told)))
                && !found.is_unprepared
        };
        for _ in 0..AGAIN {
            if is_as_told(found) {
                break;
            }
            let platform = subject.platform();
            println!("{platform}: {}, {} is run again: {}", step.name(), disorder.name(), found.text());
            broken.append(&mut found.broken);
            let texts = Arc::clone(&texts);
            // When all others are done.
            let _alone = TURNS.routers.acquire_many(ROUTERS).await.unwrap();
            *found = cell(subject, texts, (step, disorder), places.clone(), &FEW_TURNS).await;
        }
        broken.append(&mut found.broken);
        assert!(!found.is_unprepared, "{}, {}: no run gets as far as the step", step.name(), disorder.name());
    }
    let shown = cells.iter().enumerate().map(|(index, found)| match documented.get(index) {
        Some(told) if !is_rewritten() && found.fits(told) => told.clone(),
        _ => found.text(),
    });
    let table = draw(&steps, &shown.collect::<Vec<_>>());
    let runs = cells.iter().map(|cell| cell.runs).sum::<usize>();
    println!("{} {}: {runs} runs\n{table}", subject.platform(), subject.way());
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
    if !is_whole() {
        readme.compare(&table);
    }
}

/// The steps that a platform has.
async fn steps(subject: &dyn Subject) -> Vec<Step> {
    let device = subject.start().await;
    let router = connect(subject, device.ports().patient()).await.unwrap();
    let has_window = router.capabilities().commit_confirmed;
    router.close().await.unwrap();
    let needs_window = |step: &Step| matches!(step, Step::CommitConfirmed | Step::Confirm | Step::Revert);
    Step::ALL.into_iter().filter(|step| has_window || !needs_window(step)).collect()
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

    /// Whether nothing was found but what the table tells. On a busy machine some outcomes may be missing, and in their place
    /// nobody may have been able to look in time, or have waited to the end; that too is an answer that is held to be true.
    fn fits(&self, told: &str) -> bool {
        let told: Vec<&str> = told.split("; ").collect();
        let is_told = |outcome: &String| {
            told.contains(&outcome.as_str())
                || outcome.starts_with("unknown, ")
                || outcome.starts_with("timed out, ")
        };
        self.outcomes.is_empty() == (told == ["–"]) && self.outcomes.iter().all(is_told)
    }
}

/// Where a disorder strikes a step that is so many requests.
fn places(subject: &dyn Subject, step: Step, disorder: Disorder, requests: usize) -> Vec<Place> {
    let command = |command: &&str| Place::Command(FaultPoint::Command((*command).to_owned()));
    if disorder == Disorder::Refusal {
        let is_saved = subject.saves() && matches!(step, Step::Commit | Step::Confirm);
        let save = is_saved.then_some(Place::Command(FaultPoint::Save));
        return subject.refusals(step).iter().map(command).chain(save).collect();
    }
    let stride = if is_whole() { 1 } else { subject.stride() };
    let offset = Disorder::ALL.iter().position(|own| *own == disorder).unwrap() % stride;
    let acts = subject.acts(step).iter().filter(|_| stride > 1).map(command);
    // A step with few requests has one of them tried.
    let first = if offset < requests { offset } else { 0 };
    (first + 1..=requests).step_by(stride).map(Place::Request).chain(acts).collect()
}

async fn cell(
    subject: &'static dyn Subject,
    texts: Arc<Texts>,
    (step, disorder): (Step, Disorder),
    places: Vec<Place>,
    turns: &'static Turns,
) -> Cell {
    let mut runs = JoinSet::new();
    for place in places {
        let texts = Arc::clone(&texts);
        runs.spawn(async move {
            let ended = run(subject, &texts, step, disorder, &place, turns).await;
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
            Ok(None) if matches!(place, Place::Request(_)) => {}
            Ok(None) => found.broken.push(format!("{}: {place:?} is never asked for", step.name())),
            Err(words) if words.starts_with(UNPREPARED) => {
                println!("{}, {}, {place:?}: {words}", step.name(), disorder.name());
                found.is_unprepared = true;
            }
            Err(words) => {
                found.broken.push(format!("{}, {}, {place:?}: {words}", step.name(), disorder.name()))
            }
        }
    }
    found
}

/// The file with a platform's table.
struct Readme {
    path: PathBuf,
    begin: String,
}

impl Readme {
    fn of(subject: &dyn Subject) -> Readme {
        let path = format!("../peering-drivers/src/{}/README.md", subject.platform());
        let way = if subject.way().is_empty() { String::new() } else { format!(" over {}", subject.way()) };
        Readme {
            path: Path::new(env!("CARGO_MANIFEST_DIR")).join(path),
            begin: format!("<!-- The fault matrix{way}: written by the test `faults`, do not edit -->\n"),
        }
    }

    /// What stands before the table, it, and what stands behind it.
    fn parts(&self) -> [String; 3] {
        let text = std::fs::read_to_string(&self.path).unwrap();
        let (before, rest) =
            text.split_once(&self.begin).expect("the file has no place for the fault matrix");
        let (table, after) = rest.split_once(END).expect("the fault matrix has no end");
        [before, table, after].map(str::to_owned)
    }

    /// The cells of the table.
    fn cells(&self) -> Vec<String> {
        let [_, table, _] = self.parts();
        let cells = |row: &str| row.split('|').skip(2).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        table.lines().skip(2).flat_map(|row| cells(row).into_iter().take(Disorder::ALL.len())).collect()
    }

    fn compare(&self, table: &str) {
        // One file may have several tables.
        static WRITING: Mutex<()> = Mutex::new(());
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let [before, old, after] = self.parts();
        if is_rewritten() {
            std::fs::write(&self.path, format!("{before}{}{table}{END}{after}", self.begin)).unwrap();
        } else {
            let path = self.path.display();
            assert!(old == table, "{path} has another table; PEERING_ACCEPT=1 rewrites it");
        }
    }
}

fn draw(steps: &[Step], cells: &[String]) -> String {
    let row = |words: Vec<&str>| format!("| {} |\n", words.join(" | "));
    let mut head = vec!["step"];
    head.extend(Disorder::ALL.map(Disorder::name));
    let mut table = row(head) + &row(vec!["---"; 1 + Disorder::ALL.len()]);
    for (step, cells) in steps.iter().zip(cells.chunks(Disorder::ALL.len())) {
        let mut words = vec![step.name()];
        words.extend(cells.iter().map(String::as_str));
        table += &row(words);
    }
    table
}

fn is_rewritten() -> bool {
    std::env::var_os("PEERING_ACCEPT").is_some()
}

fn is_whole() -> bool {
    std::env::var_os(WHOLE).is_some()
}
