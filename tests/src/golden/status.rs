//! `inherited_status_ixp.json`, `inherited_status_direct.json`: the status of a session with that of all it depends on.
//!
//! A table with named columns; those that begin with `->` are answers. Without a group or router the cell is `null`.

use std::collections::HashMap;

use peering_core::Asn;
use peering_core::model::{
    BgpGroup, Connection, DirectSession, Indexed, InternetExchange, InternetExchangeSession, Network, Router,
    SessionRef, SessionStatus, Status,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::report::{Checked, Differences, Rows};

#[derive(Deserialize)]
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// The cells of a row by column.
struct Cells<'t>(HashMap<&'t str, &'t Value>);

impl Cells<'_> {
    fn get<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, String> {
        let cell = self.0.get(column).copied().cloned().unwrap_or_default();
        serde_json::from_value(cell).map_err(|error| format!("column {column}: {error}"))
    }

    fn given<T: DeserializeOwned>(&self, column: &str) -> Result<T, String> {
        self.get(column)?.ok_or_else(|| format!("column {column} is empty"))
    }
}

fn each(text: &str, check: fn(&Cells<'_>, &mut Differences) -> Checked) -> Result<Rows, String> {
    let table: Table = serde_json::from_str(text).map_err(|error| format!("is no table: {error}"))?;
    let mut rows = Rows::default();
    for (position, row) in table.rows.iter().enumerate() {
        let cells = Cells(table.columns.iter().map(String::as_str).zip(row).collect());
        rows.check(format!("row {position} {}", Value::from(row.clone())), |differences| {
            if row.len() != table.columns.len() {
                return Err("the row has not one cell a column".into());
            }
            check(&cells, differences)
        });
    }
    Ok(rows)
}

fn router(status: Option<Status>) -> Option<Router> {
    status.map(|status| Router { status, ..Router::new("r", "r.example.net") })
}

fn peer() -> Asn {
    Asn::new(64501)
}

pub(super) fn exchange(text: &str) -> Result<Rows, String> {
    each(text, |cells, differences| {
        let exchange =
            cells.get("ixp")?.map(|status| InternetExchange { status, ..InternetExchange::new("x", "X") });
        let router = router(cells.get("router")?);
        let mut connection = Connection::new("c");
        connection.status = cells.given("connection")?;
        connection.internet_exchange = exchange.as_ref().map(|row| row.slug.clone());
        connection.router = router.as_ref().map(|row| row.name.clone());
        let mut session = InternetExchangeSession::new(peer(), "c", "192.0.2.2".parse()?);
        session.status = cells.given("session")?;
        let network = Indexed::from(Network {
            routers: router.into_iter().collect(),
            internet_exchanges: exchange.into_iter().collect(),
            connections: vec![connection.clone()],
            internet_exchange_sessions: vec![session.clone()],
            ..Network::default()
        });
        let expected: Option<Status> = cells.get("->connection")?;
        differences.same_if_recorded("connection", expected, network.connection_status(&connection));
        let expected: Option<SessionStatus> = cells.get("->session")?;
        let inherited = network.session_status(SessionRef::InternetExchange(&session));
        differences.same_if_recorded("session", expected, inherited);
        Ok(())
    })
}

pub(super) fn direct(text: &str) -> Result<Rows, String> {
    each(text, |cells, differences| {
        let group = cells.get("group")?.map(|status| BgpGroup { status, ..BgpGroup::new("g", "G") });
        let router = router(cells.get("router")?);
        let mut session = DirectSession::new(peer(), "192.0.2.2/30".parse()?);
        session.status = cells.given("session")?;
        session.bgp_group = group.as_ref().map(|row| row.slug.clone());
        session.router = router.as_ref().map(|row| row.name.clone());
        let network = Indexed::from(Network {
            routers: router.into_iter().collect(),
            bgp_groups: group.into_iter().collect(),
            direct_sessions: vec![session.clone()],
            ..Network::default()
        });
        let expected: Option<SessionStatus> = cells.get("->session")?;
        differences.same_if_recorded(
            "session",
            expected,
            network.session_status(SessionRef::Direct(&session)),
        );
        Ok(())
    })
}
