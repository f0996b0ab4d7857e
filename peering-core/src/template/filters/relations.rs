//! What two autonomous systems have to do with each other.

use minijinja::value::Serde;
use minijinja::{Error, Value};

use super::super::view::{Item, Scope, View};
use super::{Environs, add, model, refuse};
use crate::model::{AutonomousSystem, Meeting};

pub(super) fn install(environs: &mut Environs<'_>) {
    add(environs, "ixps", ["other"], |_, value, [other]| {
        let (view, a, b) = pair(&value, other.as_ref(), "ixps")?;
        let scope = &view.scope;
        // One of the two is ours: its exchanges, where the other has a session.
        let mut exchanges = Vec::new();
        for (ours, theirs) in [(a, b), (b, a)] {
            for index in scope.sessions_with(theirs.asn, true) {
                let Some(row) = scope.network.internet_exchange_sessions.get(index) else { continue };
                let exchange = scope.network.exchange_of(row);
                if let Some(exchange) = exchange.filter(|row| row.local_autonomous_system == Some(ours.asn)) {
                    exchanges.extend(scope.network.internet_exchange_position(&exchange.slug));
                }
            }
        }
        exchanges.sort_unstable();
        exchanges.dedup();
        Ok(scope.rows(exchanges.into_iter().map(Item::Exchange)))
    });
    add(environs, "shared_ixps", ["other"], |_, value, [other]| {
        let (view, a, b) = pair(&value, other.as_ref(), "shared_ixps")?;
        let meeting = meeting(&view.scope, a, b)?;
        let exchanges =
            meeting.exchanges.iter().filter_map(|slug| view.scope.network.internet_exchange_position(slug));
        Ok(view.scope.rows(exchanges.map(Item::Exchange)))
    });
    add(environs, "shared_facilities", ["other"], |_, value, [other]| {
        let (view, a, b) = pair(&value, other.as_ref(), "shared_facilities")?;
        Ok(meeting(&view.scope, a, b)?
            .facilities
            .iter()
            .map(|facility| Value::from(Serde(facility)))
            .collect())
    });
    add(environs, "missing_sessions", ["other", "ixp"], |_, value, [other, ixp]| {
        let (view, a, b) = pair(&value, other.as_ref(), "missing_sessions")?;
        let exchange =
            match ixp.as_ref().filter(|ixp| !ixp.is_none()).map(|ixp| View::of(ixp).map(|view| view.item)) {
                None => None,
                Some(Some(Item::Exchange(index))) => {
                    view.scope.network.internet_exchanges.get(index).map(|row| row.slug.clone())
                }
                Some(_) => return Err(refuse("`ixp` of `missing_sessions` is an exchange")),
            };
        let missing = meeting(&view.scope, a, b)?.missing_sessions.iter();
        let missing =
            missing.filter(|row| exchange.as_ref().is_none_or(|slug| *slug == row.internet_exchange));
        Ok(missing.map(|row| Value::from(Serde(row))).collect())
    });
    add(environs, "relationships", ["local_as"], |_, value, [local_as]| {
        let view = model(&value, "relationships", "an autonomous system")?;
        let system = system(view, "relationships")?;
        let ours = match local_as.as_ref().filter(|value| !value.is_none()) {
            None => None,
            Some(value) => Some(
                self::system(model(value, "relationships", "an autonomous system")?, "relationships")?.asn,
            ),
        };
        let scope = &view.scope;
        let sessions = scope.network.direct_sessions.iter().filter(|row| {
            row.autonomous_system == system.asn && (ours.is_none() || scope.local_as_of(row) == ours)
        });
        let slugs = sessions.filter_map(|row| row.relationship.as_deref());
        let mut found: Vec<usize> =
            slugs.filter_map(|slug| scope.network.relationship_position(slug)).collect();
        found.sort_by_key(|index| scope.network.relationships.get(*index).map(|row| &row.name));
        found.dedup();
        Ok(scope.rows(found.into_iter().map(Item::Relationship)))
    });
}

fn system<'a>(view: &'a View, filter: &str) -> Result<&'a AutonomousSystem, Error> {
    let row = match view.item {
        Item::AutonomousSystem(index) => view.scope.network.autonomous_systems.get(index),
        _ => None,
    };
    row.ok_or_else(|| refuse(format!("`{filter}` needs an autonomous system")))
}

fn pair<'a>(
    value: &'a Value,
    other: Option<&'a Value>,
    filter: &str,
) -> Result<(&'a View, &'a AutonomousSystem, &'a AutonomousSystem), Error> {
    let view = model(value, filter, "an autonomous system")?;
    let other = other.ok_or_else(|| refuse(format!("`{filter}` needs another autonomous system")))?;
    let other = model(other, filter, "another autonomous system")?;
    Ok((view, system(view, filter)?, system(other, filter)?))
}

/// What PeeringDB says of the two, as it was given to the context: nothing is looked up while a template runs.
fn meeting<'a>(scope: &'a Scope, a: &AutonomousSystem, b: &AutonomousSystem) -> Result<&'a Meeting, Error> {
    let found = scope.meetings.get(&(a.asn, b.asn)).or_else(|| scope.meetings.get(&(b.asn, a.asn)));
    found.ok_or_else(|| {
        refuse(format!(
            "where {} and {} meet is not in the context; add it with `RenderContext::with_meeting`",
            a.asn, b.asn
        ))
    })
}
