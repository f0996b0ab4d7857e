//! `asn_private.json`: whether no network can hold a number.

use peering_core::Asn;
use serde::Deserialize;

use super::report::{Rows, each};

#[derive(Deserialize)]
struct Row {
    asn: u32,
    private: bool,
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    each(text, |row: Row, differences| {
        differences.same(&format!("{} is private", row.asn), row.private, Asn::new(row.asn).is_private());
        Ok(())
    })
}
