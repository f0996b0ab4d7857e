//! `community_kind.json`: what kind of community a value is, or none.

use peering_core::Compat;
use peering_core::model::{Community, CommunityKind};
use serde::Deserialize;

use super::report::{Rows, each};

#[derive(Deserialize)]
struct Row {
    value: String,
    kind: Option<String>,
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    each(text, |row: Row, differences| {
        let kind = Community::kind_of(&row.value, Compat::PeeringManager).map(CommunityKind::as_str);
        differences.same(&format!("{:?}", row.value), row.kind.as_deref(), kind);
        Ok(())
    })
}
