//! Routing policies and communities.

use std::sync::Arc;

use minijinja::{Error, Value};

use super::super::view::{Item, Scope, View};
use super::{Environs, add, model, refuse, rows, text_argument};
use crate::Compat;
use crate::model::{Direction, RoutingPolicy, SessionRef};

pub(super) fn install(environs: &mut Environs<'_>) {
    let compat = environs.compat;
    add(environs, "iter_import_policies", ["field", "family"], |_, value, [field, family]| {
        own_policies(&value, "iter_import_policies", "import_routing_policies", field, family)
    });
    add(environs, "iter_export_policies", ["field", "family"], |_, value, [field, family]| {
        own_policies(&value, "iter_export_policies", "export_routing_policies", field, family)
    });
    add(environs, "merge_import_policies", ["order"], move |_, value, [order]| {
        merged_policies(&value, "merge_import_policies", Direction::Import, order, compat)
    });
    add(environs, "merge_export_policies", ["order"], move |_, value, [order]| {
        merged_policies(&value, "merge_export_policies", Direction::Export, order, compat)
    });
    add(environs, "routing_policies", ["field", "family"], |_, value, [field, family]| {
        let view = model(&value, "routing_policies", "a router")?;
        let Item::Router(router) = view.item else { return Err(refuse("`routing_policies` needs a router")) };
        let row = view.scope.network.routers.get(router);
        let policies = row.map(|row| view.scope.network.router_policies(row)).unwrap_or_default();
        listed("routing_policies", policy_rows(&view.scope, policies), field, family)
    });
    add(environs, "communities", ["field"], move |_, value, [field]| {
        if compat == Compat::PeeringManager {
            return as_peering_manager(&value, field);
        }
        let view = model(&value, "communities", "something that has communities")?;
        listed("communities", own_communities(view), field, None)
    });
    add(environs, "merge_communities", [], |_, value, []| {
        let view = model(&value, "merge_communities", "a session or something that has communities")?;
        Ok(match view.session() {
            Some(session) => {
                let positions = view.scope.network.merged_community_positions(session);
                view.scope.rows(positions.into_iter().map(Item::Community))
            }
            None => own_communities(view),
        })
    });
}

/// What Peering Manager's filter does, with its two defects: it takes a direct session to have a group, and it cannot
/// give one field of the communities.
fn as_peering_manager(value: &Value, field: Option<Value>) -> Result<Value, Error> {
    let Some(view) = View::of(value) else { return Ok(Value::from(Vec::<Value>::new())) };
    if let Some(SessionRef::Direct(row)) = view.session()
        && row.bgp_group.is_none()
    {
        return Err(refuse("Peering Manager's `communities` fails for a direct session without a group"));
    }
    if !text_argument(field, "communities", "field")?.is_empty() && view.attribute("communities").is_some() {
        return Err(refuse("Peering Manager's `communities` fails with a field; use `iterate`"));
    }
    Ok(own_communities(view))
}

fn policy_rows(scope: &Arc<Scope>, policies: Vec<&RoutingPolicy>) -> Value {
    let positions = policies.into_iter().filter_map(|row| scope.network.routing_policy_position(&row.slug));
    scope.rows(positions.map(Item::Policy))
}

/// A list of rows: those of a family, and of each one attribute if `field` names it.
fn listed(filter: &str, rows: Value, field: Option<Value>, family: Option<Value>) -> Result<Value, Error> {
    let field = text_argument(field, filter, "field")?;
    let family = family.and_then(|family| family.as_i64()).filter(|family| matches!(family, 0 | 4 | 6));
    let mut kept = Vec::new();
    for row in rows.try_iter()? {
        let own = row.get_attr("address_family")?.as_i64();
        if family.is_none_or(|family| own == Some(0) || own == Some(family)) {
            kept.push(if field.is_empty() { row } else { attribute(&row, &field)? });
        }
    }
    Ok(Value::from(kept))
}

fn attribute(row: &Value, field: &str) -> Result<Value, Error> {
    let value = row.get_attr(field)?;
    if value.is_undefined() {
        return Err(refuse(format!("there is no attribute `{field}`")));
    }
    Ok(value)
}

fn own_policies(
    value: &Value,
    filter: &str,
    attribute: &str,
    field: Option<Value>,
    family: Option<Value>,
) -> Result<Value, Error> {
    let view = model(value, filter, "something that has policies")?;
    let rows = view
        .attribute(attribute)
        .ok_or_else(|| refuse(format!("`{filter}` needs something that has policies")))?;
    listed(filter, rows, field, family)
}

/// Of a session the merged ones, of anything else its own.
fn merged_policies(
    value: &Value,
    filter: &str,
    direction: Direction,
    order: Option<Value>,
    compat: Compat,
) -> Result<Value, Error> {
    let view = model(value, filter, "a session or an exchange")?;
    let scope = &view.scope;
    let mut items: Vec<Item> = match view.session() {
        Some(session) => {
            let positions = scope.network.merged_policies(session, direction, compat);
            positions.into_iter().map(Item::Policy).collect()
        }
        None => {
            let attribute = match direction {
                Direction::Import => "import_routing_policies",
                Direction::Export => "export_routing_policies",
            };
            let own = view.attribute(attribute);
            let own = own.as_ref().and_then(rows);
            own.ok_or_else(|| refuse(format!("`{filter}` needs a session or an exchange")))?.items.clone()
        }
    };
    if text_argument(order, filter, "order")? == "reverse" {
        items.reverse();
    }
    Ok(scope.rows(items.into_iter()))
}

fn own_communities(view: &View) -> Value {
    view.attribute("communities").unwrap_or_else(|| view.scope.rows(std::iter::empty()))
}
