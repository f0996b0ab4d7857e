//! `merge_hash.json`: two contexts merged into one.

use peering_core::model::{Context, ListMerge, merge};
use serde::Deserialize;

use super::report::{Rows, each};

#[derive(Deserialize)]
struct Row {
    a: Context,
    b: Context,
    #[serde(default = "yes")]
    recursive: bool,
    #[serde(default)]
    list_merge: Option<String>,
    result: Context,
}

fn yes() -> bool {
    true
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    each(text, |row: Row, differences| {
        let lists = match row.list_merge.as_deref() {
            None => ListMerge::default(),
            Some(name) => ListMerge::from_name(name).ok_or_else(|| format!("no list strategy {name:?}"))?,
        };
        differences.same("merged", row.result, merge(&row.a, &row.b, row.recursive, lists));
        Ok(())
    })
}
