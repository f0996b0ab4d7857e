//! The names that a template gives to things.

use std::collections::HashSet;
use std::convert::Infallible;

use minijinja::machinery::ast::{Expr, Stmt};

use super::walk::{Node, bound_names, walk};

/// Every name that some statements bind: by `set`, `for`, `with`, as macros, their parameters, and imports.
pub(in super::super) fn assigned_names<'a>(body: &[Stmt<'a>]) -> HashSet<&'a str> {
    let mut names = HashSet::new();
    let _: Result<(), Infallible> = walk(body, &(), &mut |node, ()| {
        if let Node::Statement(statement) = node {
            names.extend(binds(statement));
        }
        Ok(())
    });
    names
}

/// What one statement binds, without its parts.
pub(super) fn binds<'a>(statement: &Stmt<'a>) -> Vec<&'a str> {
    match statement {
        Stmt::Set(node) => bound_names(&node.target),
        Stmt::SetBlock(node) => bound_names(&node.target),
        Stmt::ForLoop(node) => bound_names(&node.target),
        Stmt::WithBlock(node) => {
            node.assignments.iter().flat_map(|(target, _)| bound_names(target)).collect()
        }
        Stmt::Macro(node) => {
            let parameters = node.args.iter().flat_map(bound_names);
            std::iter::once(node.name).chain(parameters).collect()
        }
        Stmt::CallBlock(node) => node.macro_decl.args.iter().flat_map(bound_names).collect(),
        Stmt::Import(node) => bound_names(&node.name),
        Stmt::FromImport(node) => {
            node.names.iter().flat_map(|(name, alias)| bound_names(alias.as_ref().unwrap_or(name))).collect()
        }
        _ => Vec::new(),
    }
}

/// The names whose attributes are variables, not values' attributes: namespaces and imported templates.
pub(super) fn scopes<'a>(body: &[Stmt<'a>]) -> HashSet<&'a str> {
    let mut names = HashSet::new();
    let _: Result<(), Infallible> = walk(body, &(), &mut |node, ()| {
        match node {
            Node::Statement(Stmt::Set(set)) if is_call_of(&set.expr, "namespace") => {
                names.extend(bound_names(&set.target));
            }
            Node::Statement(Stmt::Import(import)) => names.extend(bound_names(&import.name)),
            _ => {}
        }
        Ok(())
    });
    names
}

fn is_call_of(expression: &Expr<'_>, function: &str) -> bool {
    matches!(expression, Expr::Call(call) if matches!(&call.expr, Expr::Var(name) if name.id == function))
}

/// Whether one of these names is used somewhere in an expression.
pub(super) fn mentions(expression: &Expr<'_>, names: &[&str]) -> bool {
    match expression {
        Expr::Var(variable) => names.contains(&variable.id),
        _ => Node::Expression(expression).parts().into_iter().any(|part| match part {
            Node::Expression(part) => mentions(part, names),
            Node::Statement(_) => false,
        }),
    }
}
