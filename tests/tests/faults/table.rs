//! All cells, as a table in a platform's `README.md`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::cell::{Place, Texts, run};
use super::matrix::{Disorder, Step, Subject};

const BEGIN: &str = "<!-- The fault matrix: written by the test `faults`, do not edit -->\n";
const END: &str = "<!-- end of the fault matrix -->\n";

/// Runs at once; most of the time they wait.
const AT_ONCE: usize = 40;

/// No step has more requests than this.
const MOST: usize = 20;

/// Runs everything, and compares the table with the one in a file, relative to the workspace.
///
/// # Panics
/// With every broken promise; when the file has another table.
pub(crate) async fn check(subject: Arc<dyn Subject>, readme: &str) {
    let texts = Arc::new(Texts::of(subject.as_ref()).await);
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut cells = Vec::new();
    for step in Step::ALL {
        for disorder in Disorder::ALL {
            let (subject, texts, turns) = (Arc::clone(&subject), Arc::clone(&texts), Arc::clone(&turns));
            cells.push(tokio::spawn(async move { cell(subject, texts, turns, step, disorder).await }));
        }
    }
    let mut broken = Vec::new();
    let mut written = Vec::new();
    let mut runs = 0;
    for cell in cells {
        let (count, outcomes, violations) = cell.await.unwrap();
        runs += count;
        written.push(outcomes.into_iter().collect::<Vec<_>>().join("; "));
        broken.extend(violations);
    }
    let table = draw(&written);
    println!("{runs} runs\n{table}");
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
    compare(&table, readme);
}

/// One cell: its runs, their outcomes, the broken promises.
async fn cell(
    subject: Arc<dyn Subject>,
    texts: Arc<Texts>,
    turns: Arc<Semaphore>,
    step: Step,
    disorder: Disorder,
) -> (usize, BTreeSet<String>, Vec<String>) {
    let (mut outcomes, mut broken, mut count) = (BTreeSet::new(), Vec::new(), 0);
    let places: Vec<Place> = if disorder == Disorder::Refusal {
        subject.refusals(step).into_iter().map(Place::Command).collect()
    } else {
        (1..=MOST).map(Place::Request).collect()
    };
    for place in places {
        let _turn = turns.acquire().await.unwrap();
        match run(subject.as_ref(), &texts, step, disorder, &place).await {
            Ok(Some(outcome)) => {
                outcomes.insert(outcome.to_string());
            }
            Ok(None) if disorder == Disorder::Refusal => {
                broken.push(format!("{}: {place:?} is never asked for", step.name()));
            }
            Ok(None) => break,
            Err(words) => broken.push(format!("{}, {}, {place:?}: {words}", step.name(), disorder.name())),
        }
        count += 1;
    }
    (count, outcomes, broken)
}

fn draw(cells: &[String]) -> String {
    let row = |words: Vec<&str>| format!("| {} |\n", words.join(" | "));
    let mut head = vec!["step"];
    head.extend(Disorder::ALL.map(Disorder::name));
    let mut table = row(head) + &row(vec!["---"; 1 + Disorder::ALL.len()]);
    for (step, cells) in Step::ALL.iter().zip(cells.chunks(Disorder::ALL.len())) {
        let mut words = vec![step.name()];
        words.extend(cells.iter().map(|cell| if cell.is_empty() { "–" } else { cell }));
        table += &row(words);
    }
    table
}

fn compare(table: &str, readme: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(readme);
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the file has no place for the fault matrix");
    let (old, after) = rest.split_once(END).expect("the fault matrix has no end");
    if std::env::var_os("PEERING_ACCEPT").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert!(old == table, "{readme} has another table; PEERING_ACCEPT=1 rewrites it");
    }
}
