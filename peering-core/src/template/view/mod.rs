//! The models as a template sees them: attributes are looked up when they are asked for, relations included.

mod attribute_types;
mod attributes;
mod lookup;
mod methods;
mod rows;
mod scope;
mod values;

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{DynObject, Object, ObjectRepr};
use minijinja::{Error, State, Value};

pub(super) use attribute_types::{Kind, Type, attribute_type, attributes};
pub(super) use attributes::exchange_prefixes;
pub(super) use lookup::fits as lookup_fits;
pub(super) use methods::METHODS;
pub(super) use rows::Rows;
pub(super) use scope::Scope;
pub(super) use values::{Address, Password, is_password, json_value};

use crate::Compat;
use crate::model::SessionRef;

/// Which model a view shows. Numbers are positions in the network's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Item {
    AutonomousSystem(usize),
    Group(usize),
    Exchange(usize),
    Connection(usize),
    ExchangeSession(usize),
    DirectSession(usize),
    Router(usize),
    Platform(usize),
    Policy(usize),
    Community(usize),
    Relationship(usize),
    Bfd(usize),
    Tag(Owned),
    Contact(Owned),
}

/// Something that belongs to one model: the model's kind and position, and the position in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Owned {
    pub(super) kind: Kind,
    pub(super) owner: usize,
    pub(super) index: usize,
}

impl Item {
    pub(super) fn kind(self) -> Kind {
        match self {
            Item::AutonomousSystem(_) => Kind::AutonomousSystem,
            Item::Group(_) => Kind::Group,
            Item::Exchange(_) => Kind::Exchange,
            Item::Connection(_) => Kind::Connection,
            Item::ExchangeSession(_) => Kind::ExchangeSession,
            Item::DirectSession(_) => Kind::DirectSession,
            Item::Router(_) => Kind::Router,
            Item::Platform(_) => Kind::Platform,
            Item::Policy(_) => Kind::Policy,
            Item::Community(_) => Kind::Community,
            Item::Relationship(_) => Kind::Relationship,
            Item::Bfd(_) => Kind::Bfd,
            Item::Tag(_) => Kind::Tag,
            Item::Contact(_) => Kind::Contact,
        }
    }
}

/// One model in a template.
pub(super) struct View {
    pub(super) scope: Arc<Scope>,
    pub(super) item: Item,
}

impl View {
    pub(super) fn value(scope: &Arc<Scope>, item: Item) -> Value {
        Value::from_object(View { scope: Arc::clone(scope), item })
    }

    /// What a value shows, if it is a model.
    pub(super) fn of(value: &Value) -> Option<&View> {
        value.downcast_object_ref::<View>()
    }

    pub(super) fn session(&self) -> Option<SessionRef<'_>> {
        self.scope.session(self.item)
    }

    /// What the model is called where it is printed.
    fn title(&self) -> Option<String> {
        let network = &self.scope.network;
        Some(match self.item {
            Item::AutonomousSystem(index) => {
                let row = network.autonomous_systems.get(index)?;
                format!("{} - {}", row.asn, row.name)
            }
            Item::Group(index) => network.bgp_groups.get(index)?.name.clone(),
            Item::Exchange(index) => network.internet_exchanges.get(index)?.name.clone(),
            Item::Connection(index) => self.scope.connection_title(index)?,
            Item::ExchangeSession(index) => {
                let row = network.internet_exchange_sessions.get(index)?;
                let peer = format!("{} - IP {}", row.autonomous_system, row.ip_address);
                match network.exchange_of(row) {
                    Some(exchange) => format!("{} - {peer}", exchange.name),
                    None => peer,
                }
            }
            Item::DirectSession(index) => {
                let row = network.direct_sessions.get(index)?;
                let relationship = row.relationship.as_deref().and_then(|slug| network.relationship(slug));
                let relationship = relationship.map_or("Direct", |row| row.name.as_str());
                format!("{relationship} - {} - IP {}", row.autonomous_system, row.ip_address)
            }
            Item::Router(index) => network.routers.get(index)?.name.clone(),
            Item::Platform(index) => network.platforms.get(index)?.name.clone(),
            Item::Policy(index) => network.routing_policies.get(index)?.name.clone(),
            Item::Community(index) => network.communities.get(index)?.name.clone(),
            Item::Relationship(index) => network.relationships.get(index)?.name.clone(),
            Item::Bfd(index) => network.bfds.get(index)?.name.clone(),
            Item::Tag(owned) => network.tag_name(self.scope.tag(owned)?).to_owned(),
            Item::Contact(owned) => self.scope.contact(owned)?.name.clone(),
        })
    }
}

impl Object for View {
    // Not a map: a filter that walks over maps must not meet a password.
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.attribute(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.attribute(key)
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        methods::call(self, state, method, args)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<View>()?;
        Some(self.scope.compare(self.item, other.item))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title().unwrap_or_default())
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.item)
    }
}

impl Scope {
    pub(super) fn is_compat(&self) -> bool {
        self.compat == Compat::PeeringManager
    }
}
