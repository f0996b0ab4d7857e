//! What a template may not say, because the engine would do something else than Jinja2, or something dangerous.

use std::collections::HashSet;

use minijinja::machinery::ast::{Expr, Stmt};

use super::super::error::{TemplateError, TemplateErrorKind};
use super::Vocabulary;
use super::names::{assigned_names, binds, scopes};
use super::tags::Edited;
use super::walk::{Node, walk};

/// Methods of Python's dictionaries. Jinja2 prefers them to keys of the same name.
const DICTIONARY_METHODS: [&str; 10] =
    ["clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "update", "values"];

/// Where a node is.
#[derive(Clone, Default)]
struct Place<'a> {
    in_macro: bool,
    /// What loops and `with` bind around it.
    hidden: Vec<&'a str>,
}

/// Refuses what cannot be had.
pub(super) fn refuse(
    name: &str,
    body: &[Stmt<'_>],
    edited: &Edited,
    vocabulary: &Vocabulary<'_>,
) -> Result<(), TemplateError> {
    let mut refusal = Refusal {
        name,
        assigned: assigned_names(body),
        scopes: scopes(body),
        callees: HashSet::new(),
        scoped: edited.scoped.iter().copied(),
        vocabulary,
    };
    walk(body, &Place::default(), &mut |node, place| refusal.visit(node, place))
}

struct Refusal<'b, 'a> {
    name: &'b str,
    assigned: HashSet<&'a str>,
    scopes: HashSet<&'a str>,
    /// The attributes that are called: methods.
    callees: HashSet<*const Expr<'a>>,
    scoped: std::iter::Copied<std::slice::Iter<'b, bool>>,
    vocabulary: &'b Vocabulary<'b>,
}

impl<'a> Refusal<'_, 'a> {
    fn visit(&mut self, node: Node<'_, 'a>, place: &Place<'a>) -> Result<Place<'a>, TemplateError> {
        match node {
            Node::Statement(statement) => self.statement(statement, node.line(), place),
            Node::Expression(expression) => {
                self.expression(expression, node.line(), place)?;
                Ok(place.clone())
            }
        }
    }

    fn refused(&self, kind: TemplateErrorKind, line: usize, detail: String) -> TemplateError {
        TemplateError::new(self.name, kind, Some(line), detail)
    }

    fn statement(
        &mut self,
        statement: &Stmt<'a>,
        line: usize,
        place: &Place<'a>,
    ) -> Result<Place<'a>, TemplateError> {
        let name = self.name;
        let refuse =
            |detail: &str| Err(TemplateError::new(name, TemplateErrorKind::Refused, Some(line), detail));
        let mut place = place.clone();
        match statement {
            Stmt::AutoEscape(_) => return refuse("the guard cannot be changed; use the filter `raw`"),
            Stmt::EmitExpr(emit) if matches!(&emit.expr, Expr::Var(name) if name.id == "loop" || name.id == "self") =>
            {
                return refuse("`loop` and `self` are no texts; write one of their attributes");
            }
            Stmt::ForLoop(node) => {
                place.hidden.extend(binds(statement));
                place.hidden.extend(assigned_names(&node.body));
                place.hidden.push("loop");
            }
            Stmt::WithBlock(_) => place.hidden.extend(binds(statement)),
            Stmt::Do(node) => {
                self.callees.insert(std::ptr::from_ref(&node.call.expr));
            }
            Stmt::Macro(_) => place.in_macro = true,
            Stmt::CallBlock(node) => {
                self.callees.insert(std::ptr::from_ref(&node.call.expr));
                place.in_macro = true;
            }
            Stmt::Block(node) => {
                let scoped = self.scoped.next().unwrap_or(false);
                let hidden = std::mem::take(&mut place.hidden);
                if let Some(variable) = hidden.iter().find(|name| !scoped && uses(&node.body, name)) {
                    return refuse(&format!(
                        "the block `{}` does not see `{variable}`; say `{{% block {} scoped %}}`",
                        node.name, node.name
                    ));
                }
            }
            _ => {}
        }
        if let Some(reserved) = binds(statement).into_iter().find(|name| name.starts_with("__")) {
            return refuse(&format!("names like `{reserved}` are reserved; choose another one"));
        }
        Ok(place)
    }

    fn expression(
        &mut self,
        expression: &Expr<'a>,
        line: usize,
        place: &Place<'a>,
    ) -> Result<(), TemplateError> {
        let refuse = |detail: String| Err(self.refused(TemplateErrorKind::Refused, line, detail));
        match expression {
            Expr::Var(variable) => {
                let id = variable.id;
                if id.starts_with("__") {
                    return refuse(format!("names like `{id}` are reserved; choose another one"));
                }
                if place.in_macro && matches!(id, "varargs" | "kwargs") && !self.assigned.contains(id) {
                    return refuse(format!("there is no `{id}` in a macro; name its parameters"));
                }
            }
            Expr::Call(call) => {
                if let Expr::GetAttr(attribute) = &call.expr {
                    if attribute.name == "format_map" || attribute.name.starts_with("__") {
                        return refuse(format!("`{}` cannot be called from a template", attribute.name));
                    }
                    self.callees.insert(std::ptr::from_ref(&call.expr));
                }
            }
            Expr::GetAttr(attribute) => {
                let method = attribute.name;
                if method.starts_with("__") {
                    return refuse(format!("`{method}` is closed to templates"));
                }
                let of_scope = matches!(&attribute.expr, Expr::Var(base) if self.scopes.contains(base.id));
                let called = self.callees.contains(&std::ptr::from_ref(expression));
                if DICTIONARY_METHODS.contains(&method) && !called && !of_scope {
                    return refuse(format!(
                        "`.{method}` is a method of dictionaries: call it, or write `[\"{method}\"]` for the key"
                    ));
                }
            }
            Expr::Filter(filter) if !(self.vocabulary.is_filter)(filter.name) => {
                let detail = format!("there is no filter `{}`{}", filter.name, other_word(filter.name));
                return Err(self.refused(TemplateErrorKind::UnknownFilter, line, detail));
            }
            Expr::Test(test) if !(self.vocabulary.is_test)(test.name) => {
                let detail = format!("there is no test `{}`", test.name);
                return Err(self.refused(TemplateErrorKind::UnknownTest, line, detail));
            }
            _ => {}
        }
        Ok(())
    }
}

/// What to use instead of a filter that Jinja2 has and we refuse.
fn other_word(filter: &str) -> &'static str {
    match filter {
        "safe" => "; `raw` exempts a text from the guard",
        "random" => "; a configuration must not depend on chance",
        _ => "",
    }
}

/// Whether a name is used in some statements.
fn uses(body: &[Stmt<'_>], name: &str) -> bool {
    let found = walk(body, &(), &mut |node, ()| match node {
        Node::Expression(Expr::Var(variable)) if variable.id == name => Err(()),
        _ => Ok(()),
    });
    found.is_err()
}
