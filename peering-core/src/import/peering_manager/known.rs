//! Fields that are known and not taken over, with the reason.

use super::endpoint::Kind;
use super::report::LineKind;

/// What every record has.
const EVERYWHERE: [(&str, &str); 7] = [
    ("url", "is its address there"),
    ("display_url", "is its address there"),
    ("display", "is made of its other fields there"),
    ("created", "is when it was made there"),
    ("updated", "is when it was changed there"),
    ("last_updated", "is when it was changed there"),
    ("config_context", "is merged there from what is imported by itself"),
];

const SOURCE: &str = "files are read and written by the caller";

/// What is said of a field that is not taken over, or `None` if the field is not known.
pub(super) fn reason(kind: Kind, field: &str) -> Option<(LineKind, &'static str)> {
    if let Some((_, reason)) = EVERYWHERE.iter().find(|(name, _)| *name == field) {
        return Some((LineKind::Derived, reason));
    }
    let none = |reason| Some((LineKind::NoCounterpart, reason));
    let derived = |reason| Some((LineKind::Derived, reason));
    match (kind, field) {
        (Kind::AutonomousSystem, "potential_internet_exchange_peering_sessions") => {
            derived("discovery tells it")
        }
        (Kind::ExchangeSession, "exists_in_peeringdb" | "is_abandoned") => derived("discovery tells it"),
        (Kind::ExchangeSession | Kind::DirectSession, "bgp_role") => none("BGP roles have no place here"),
        (Kind::InternetExchange, "ixapi_endpoint") => none("IX-API is not spoken here"),
        (Kind::InternetExchange, "check_bgp_session_states" | "bgp_session_states_update") => {
            none("routers are polled, not exchanges")
        }
        (Kind::InternetExchange, "peeringdb_id") => {
            none("it is PeeringDB's number of our port, not of the LAN")
        }
        (Kind::InternetExchange, "configuration_template") => {
            none("routers have templates, exchanges do not")
        }
        (Kind::Community, "kind") => derived("follows from the value"),
        (Kind::Community, "category" | "private") => none("communities are not sorted here"),
        (Kind::Relationship | Kind::Tag, "color") => none("nothing is shown in colours here"),
        (Kind::Relationship | Kind::Bfd | Kind::Platform | Kind::Configuration | Kind::Email, "tags")
        | (Kind::Contact | Kind::ContactRole, "tags") => none("only what templates see has tags here"),
        (Kind::Bfd, "local_context_data") => none("BFD timers have no context here"),
        (Kind::Tag, "tagged_items") => derived("is counted there"),
        (Kind::Router, "napalm_username" | "napalm_password" | "napalm_timeout" | "napalm_args") => {
            none("how a router is reached belongs into a driver's Target")
        }
        (Kind::Router, "netbox_device_id" | "use_netbox" | "last_deployment_id") => {
            none("NetBox is not asked here")
        }
        (Kind::Router, "poll_bgp_sessions_last_updated") => {
            none("sessions tell when they were last established")
        }
        (Kind::Platform, "napalm_args") => none("drivers have options of their own"),
        (_, "data_source" | "data_file" | "data_path" | "data_synchronised" | "data_pushed")
        | (_, "auto_synchronisation_enabled") => none(SOURCE),
        (Kind::ExportTemplate, "content_type" | "content_types") => {
            none("the caller chooses what a template is given")
        }
        (Kind::Contact, "title") => none("contacts have no title here"),
        (Kind::ContactRole, "slug" | "description") => none("a role is its name here"),
        (Kind::ContextAssignment | Kind::ContactAssignment, "object") => {
            derived("is what `object_id` refers to")
        }
        (Kind::HiddenPeer, "is_expired") => derived("follows from `until`"),
        _ => None,
    }
}
