//! What a place in a template sees, and what is known of it.

use std::collections::{HashMap, HashSet};

use minijinja::machinery::ast::Expr;

use super::super::view::{Kind, Type};

/// The variables that a place sees.
#[derive(Clone, Default)]
pub(super) struct Scope {
    types: HashMap<String, Type>,
    /// Paths such as `session.bfd` that a condition around here looks at, or that cannot be none.
    tested: HashSet<String>,
}

impl Scope {
    pub(super) fn set(&mut self, name: &str, is: Type) {
        self.types.insert(name.to_owned(), is);
        self.tested.retain(|path| {
            path != name && !path.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
        });
    }

    /// Says that a variable is not none.
    pub(super) fn present(&mut self, name: &str) {
        self.tested.insert(name.to_owned());
    }

    pub(super) fn of_variable(&self, name: &str) -> Option<Type> {
        self.types.get(name).copied()
    }

    /// Takes over what a branch has set: of another type on another way, nothing is known.
    pub(super) fn merge(&mut self, branch: Scope) {
        for (name, is) in branch.types {
            match self.types.get(&name) {
                Some(own) if *own == is => {}
                _ => self.set(&name, Type::Any),
            }
        }
    }

    /// Every path in a condition is looked at.
    pub(super) fn test(&mut self, condition: &Expr<'_>) {
        if let Some(path) = path(condition) {
            self.tested.insert(path);
        }
        for part in super::load::Node::Expression(condition).parts() {
            if let super::load::Node::Expression(part) = part {
                self.test(part);
            }
        }
    }

    /// The path that is written, if it may be none and nothing around has looked at it.
    pub(super) fn may_be_none(&self, expression: &Expr<'_>) -> Option<String> {
        let Expr::GetAttr(attribute) = expression else { return None };
        let path = path(expression)?;
        let Type::Model(kind) = self.of_path(&attribute.expr)? else { return None };
        (is_optional(kind, attribute.name) && !self.tested.contains(&path)).then_some(path)
    }

    fn of_path(&self, expression: &Expr<'_>) -> Option<Type> {
        match expression {
            Expr::Var(variable) => self.of_variable(variable.id),
            Expr::GetAttr(attribute) => match self.of_path(&attribute.expr)? {
                Type::Model(kind) => super::super::view::attribute_type(kind, attribute.name),
                _ => None,
            },
            _ => None,
        }
    }
}

/// `a.b.c`, if an expression is just that.
fn path(expression: &Expr<'_>) -> Option<String> {
    match expression {
        Expr::Var(variable) => Some(variable.id.to_owned()),
        Expr::GetAttr(attribute) => Some(format!("{}.{}", path(&attribute.expr)?, attribute.name)),
        _ => None,
    }
}

/// Whether an attribute is none where the document says nothing.
fn is_optional(kind: Kind, name: &str) -> bool {
    match kind {
        Kind::AutonomousSystem => {
            matches!(name, "irr_as_set" | "ipv4_max_prefixes" | "ipv6_max_prefixes" | "prefixes")
        }
        Kind::Exchange => name == "peeringdb_ixlan",
        Kind::Connection => matches!(
            name,
            "vlan"
                | "mac_address"
                | "ipv4_address"
                | "ipv6_address"
                | "network_instance"
                | "peeringdb_netixlan"
        ),
        Kind::ExchangeSession | Kind::DirectSession => matches!(
            name,
            "password"
                | "encrypted_password"
                | "bgp_state"
                | "service_reference"
                | "last_established_state"
                | "local_ip_address"
                | "network_instance"
        ),
        Kind::Router => name == "configuration_template",
        Kind::Platform => name == "password_algorithm",
        Kind::Community => matches!(name, "type" | "kind"),
        Kind::Contact => matches!(name, "email" | "phone" | "address"),
        Kind::Group | Kind::Policy | Kind::Relationship | Kind::Bfd | Kind::Tag => false,
    }
}
