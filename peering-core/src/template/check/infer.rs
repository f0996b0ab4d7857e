//! What an expression gives, as far as that can be known.

use minijinja::machinery::ast::{Call, CallArg, Expr, Filter};

use super::super::view::{Kind, METHODS, Type, attribute_type, attributes};
use super::scope::Scope;
use super::{Checker, FindingKind};

impl Checker<'_> {
    pub(super) fn expression(&mut self, expression: &Expr<'_>, scope: &mut Scope) -> Type {
        let line = usize::from(expression.span().start_line);
        match expression {
            Expr::Var(variable) => match scope.of_variable(variable.id) {
                Some(is) => is,
                None => {
                    if !self.globals.contains(variable.id)
                        && !matches!(variable.id, "self" | "super" | "caller")
                    {
                        let message = format!("there is no variable `{}`", variable.id);
                        self.find(line, FindingKind::UnknownVariable, message);
                        // Once is enough.
                        scope.set(variable.id, Type::Any);
                    }
                    Type::Any
                }
            },
            Expr::Const(constant) => match constant.value.as_str() {
                Some(_) => Type::Text,
                None => Type::Any,
            },
            Expr::GetAttr(node) => {
                let of = self.expression(&node.expr, scope);
                self.attribute(of, node.name, line)
            }
            Expr::Filter(node) => {
                let of = node.expr.as_ref().map_or(Type::Any, |inner| self.expression(inner, scope));
                node.args.iter().for_each(|argument| self.argument(argument, scope));
                filtered(node, of)
            }
            Expr::Call(node) => self.called(node, scope),
            Expr::IfExpr(node) => {
                self.expression(&node.test_expr, scope);
                let mut inner = scope.clone();
                inner.test(&node.test_expr);
                let is = self.expression(&node.true_expr, &mut inner);
                let other = node.false_expr.as_ref().map(|other| self.expression(other, &mut inner));
                if other.is_none_or(|other| other == is) { is } else { Type::Any }
            }
            Expr::List(_) | Expr::Tuple(_) => {
                self.parts(expression, scope);
                Type::List
            }
            Expr::Map(_) => {
                self.parts(expression, scope);
                Type::Data
            }
            Expr::Test(_) | Expr::Compare(_) => {
                self.parts(expression, scope);
                Type::Flag
            }
            Expr::Slice(node) => {
                self.parts(expression, scope);
                match self.quietly(&node.expr, scope) {
                    is @ (Type::Rows(_) | Type::List | Type::Text) => is,
                    _ => Type::Any,
                }
            }
            Expr::GetItem(node) => {
                self.parts(expression, scope);
                match self.quietly(&node.expr, scope) {
                    Type::Rows(kind) => Type::Model(kind),
                    _ => Type::Any,
                }
            }
            Expr::UnaryOp(_) | Expr::BinOp(_) => {
                self.parts(expression, scope);
                Type::Any
            }
        }
    }

    pub(super) fn called(&mut self, call: &Call<'_>, scope: &mut Scope) -> Type {
        call.args.iter().for_each(|argument| self.argument(argument, scope));
        let Expr::GetAttr(method) = &call.expr else {
            self.expression(&call.expr, scope);
            return Type::Any;
        };
        let line = usize::from(call.expr.span().start_line);
        match self.expression(&method.expr, scope) {
            Type::Rows(kind) => match method.name {
                "first" | "last" | "get" => Type::Model(kind),
                "count" => Type::Number,
                "exists" => Type::Flag,
                "values_list" => Type::List,
                _ => Type::Rows(kind),
            },
            Type::Model(kind) if !METHODS.contains(&method.name) => {
                let message = match attribute_type(kind, method.name) {
                    Some(_) => {
                        format!("`{}` of {} is no method; leave the brackets", method.name, kind.name())
                    }
                    None => format!("{} has no method `{}`", kind.name(), method.name),
                };
                self.find(line, FindingKind::UnknownMethod, message);
                Type::Any
            }
            _ => Type::Any,
        }
    }

    pub(super) fn argument(&mut self, argument: &CallArg<'_>, scope: &mut Scope) {
        match argument {
            CallArg::Pos(value)
            | CallArg::Kwarg(_, value)
            | CallArg::PosSplat(value)
            | CallArg::KwargSplat(value) => {
                self.expression(value, scope);
            }
        }
    }

    fn parts(&mut self, expression: &Expr<'_>, scope: &mut Scope) {
        for part in super::load::Node::Expression(expression).parts() {
            if let super::load::Node::Expression(part) = part {
                self.expression(part, scope);
            }
        }
    }

    /// What an expression gives, without saying again what is wrong in it.
    fn quietly(&mut self, expression: &Expr<'_>, scope: &mut Scope) -> Type {
        let before = self.found.len();
        let is = self.expression(expression, scope);
        self.found.truncate(before);
        is
    }

    fn attribute(&mut self, of: Type, name: &str, line: usize) -> Type {
        match of {
            Type::Model(kind) => attribute_type(kind, name).unwrap_or_else(|| {
                let message = match nearest(kind, name) {
                    Some(other) => format!("{} has no attribute `{name}`; there is `{other}`", kind.name()),
                    None => format!("{} has no attribute `{name}`", kind.name()),
                };
                self.find(line, FindingKind::UnknownAttribute, message);
                Type::Any
            }),
            Type::Rows(kind) => {
                let message = format!(
                    "several models have no attribute `{name}`; loop over them, each is {}",
                    kind.name()
                );
                self.find(line, FindingKind::UnknownAttribute, message);
                Type::Any
            }
            _ => Type::Any,
        }
    }
}

/// The attribute whose name is most like this one, if one is.
fn nearest(kind: Kind, name: &str) -> Option<&'static str> {
    let likeness = |other: &str| similar::TextDiff::from_chars(name, other).ratio();
    attributes(kind)
        .map(|(other, _)| (likeness(other), other))
        .filter(|(ratio, _)| *ratio > 0.7)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, other)| other)
}

/// What a filter makes of a value.
fn filtered(filter: &Filter<'_>, of: Type) -> Type {
    let has_argument = !filter.args.is_empty();
    let element = |of: Type| match of {
        Type::Rows(kind) => Type::Model(kind),
        _ => Type::Any,
    };
    match filter.name {
        "sessions" => match of {
            Type::Model(Kind::Group) => Type::Rows(Kind::DirectSession),
            _ => Type::Rows(Kind::ExchangeSession),
        },
        "route_server" | "ixp_sessions" => Type::Rows(Kind::ExchangeSession),
        "direct_sessions" => Type::Rows(Kind::DirectSession),
        "connections" => Type::Rows(Kind::Connection),
        "direct_peers" | "ixp_peers" => Type::Rows(Kind::AutonomousSystem),
        "bfds" => Type::Rows(Kind::Bfd),
        "merge_import_policies" | "merge_export_policies" => Type::Rows(Kind::Policy),
        // With an argument it may be a list of one attribute.
        "iter_import_policies" | "iter_export_policies" | "routing_policies" if !has_argument => {
            Type::Rows(Kind::Policy)
        }
        "communities" if !has_argument => Type::Rows(Kind::Community),
        "merge_communities" => Type::Rows(Kind::Community),
        "tags" => Type::Rows(Kind::Tag),
        "ixps" | "shared_ixps" => Type::Rows(Kind::Exchange),
        "relationships" => Type::Rows(Kind::Relationship),
        "filter" | "sort" | "list" | "unique" | "unique_items" | "reverse" | "selectattr" | "rejectattr"
        | "select" | "reject"
            if matches!(of, Type::Rows(_)) =>
        {
            of
        }
        "first" | "last" => element(of),
        "map" | "iterate" | "as_list" | "list" | "batch" | "slice" | "strip_irr_sources" => Type::List,
        "length" | "len" | "count" | "ip_version" | "max_prefix" | "int" | "float" | "round" => Type::Number,
        "has_tag" | "has_not_tag" | "context_has_key" | "context_has_not_key" => Type::Flag,
        "ip" | "mac" | "inherited_status" | "token" | "quote" | "safe_string" | "upper" | "lower"
        | "trim" | "join" | "as_json" | "as_yaml" | "tojson" | "indent" | "string" | "replace" | "title"
        | "raw" => Type::Text,
        _ => Type::Any,
    }
}
