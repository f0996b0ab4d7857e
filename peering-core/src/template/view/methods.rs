//! Methods of Peering Manager's models that templates call. Most are filters by another name.

use std::sync::Arc;

use minijinja::{Error, ErrorKind, State, Value};

use super::rows::split_named;
use super::{Item, View, json_value};

/// The methods that models have; which model has which, the filter behind it says.
pub(in super::super) const METHODS: [&str; 13] = [
    "get_config_context",
    "get_connections",
    "get_peering_sessions",
    "get_direct_peering_sessions",
    "get_ixp_peering_sessions",
    "get_internet_exchange_points",
    "get_bgp_groups",
    "get_autonomous_systems",
    "import_policies",
    "export_policies",
    "merged_import_policies",
    "merged_export_policies",
    "merged_communities",
];

pub(super) fn call(
    view: &Arc<View>,
    state: &mut State<'_, '_>,
    method: &str,
    args: &[Value],
) -> Result<Value, Error> {
    let this = Value::from_dyn_object(Arc::clone(view));
    let mut apply = |filter: &str, rest: &[Value]| {
        let args: Vec<Value> = std::iter::once(this.clone()).chain(rest.iter().cloned()).collect();
        state.apply_filter(filter, &args)
    };
    match method {
        "get_config_context" => {
            let context = view.context().ok_or_else(|| Error::from(ErrorKind::UnknownMethod))?;
            Ok(json_value(&context.into(), view.scope.compat))
        }
        "get_connections" => apply("connections", args),
        "get_peering_sessions" => apply("sessions", args),
        "get_direct_peering_sessions" => apply("direct_sessions", &[Value::from(0), one(args, "bgp_group")?]),
        "get_ixp_peering_sessions" => {
            apply("ixp_sessions", &[Value::from(0), one(args, "internet_exchange_point")?])
        }
        "import_policies" => apply("iter_import_policies", args),
        "export_policies" => apply("iter_export_policies", args),
        "merged_import_policies" => apply("merge_import_policies", &[order(args)?]),
        "merged_export_policies" => apply("merge_export_policies", &[order(args)?]),
        "merged_communities" => apply("merge_communities", args),
        "get_internet_exchange_points" | "get_bgp_groups" | "get_autonomous_systems" => {
            of_router(view, method)
        }
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

fn of_router(view: &View, method: &str) -> Result<Value, Error> {
    let Item::Router(router) = view.item else { return Err(Error::from(ErrorKind::UnknownMethod)) };
    let scope = &view.scope;
    Ok(match method {
        "get_internet_exchange_points" => {
            scope.rows(scope.exchanges_of(&scope.connections_on(router)).into_iter().map(Item::Exchange))
        }
        "get_bgp_groups" => {
            scope.rows(scope.groups_of(&scope.direct_sessions_on(router)).into_iter().map(Item::Group))
        }
        _ => {
            let exchange = scope.exchange_sessions_on(router).into_iter().map(Item::ExchangeSession);
            let direct = scope.direct_sessions_on(router).into_iter().map(Item::DirectSession);
            let sessions = exchange.chain(direct).filter_map(|item| scope.session(item));
            scope.rows(scope.peers_of(sessions).into_iter().map(Item::AutonomousSystem))
        }
    })
}

/// The one argument that a method takes, by position or name.
fn one(args: &[Value], name: &str) -> Result<Value, Error> {
    let (rest, named) = split_named(args)?;
    let value = match rest {
        [] => named.get::<Option<Value>>(name)?.unwrap_or(Value::from(())),
        [value] => value.clone(),
        _ => return Err(Error::from(ErrorKind::TooManyArguments)),
    };
    named.assert_all_used()?;
    Ok(value)
}

fn order(args: &[Value]) -> Result<Value, Error> {
    Ok(Value::from(if one(args, "reverse")?.is_true() { "reverse" } else { "" }))
}
